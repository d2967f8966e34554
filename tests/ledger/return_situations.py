"""What can happen to goods before and after they come back, as stories for ``Naive`` and for the shop itself.

A situation is the shop's terms and a story: (verb, day, arguments); lines are (goods, units, cents).
"""

from typing import Any

BASKET = [("A", 1, 1000), ("B", 3, 3000)]  # 2 + 6 by the rate, 5 for A, 7 for the basket: 20 points
TWO = [("A", 2, 2000), ("B", 3, 2999)]
WINE = [("W", 3, 3000)]
PLENTY = [("B", 10, 10000)]  # 20 by the rate and 7 for the basket

# What happens: the shop's terms, and the story.
SITUATIONS: dict[str, tuple[dict[str, Any], list[tuple]]] = {
    "line by line": (
        {},
        [
            ("buy", 1, "R", BASKET),
            ("back", 2, "R", {0: 1}),
            ("back", 3, "R", {1: 1}),
            ("back", 4, "R", {1: 2}),
            ("back", 5, "R"),
        ],
    ),
    "all at once": ({}, [("buy", 1, "R", BASKET), ("back", 2, "R"), ("back", 3, "R", {0: 1})]),
    "by amount": (
        {},
        [
            ("buy", 1, "R", TWO),
            ("back", 2, "R", 1501),
            ("back", 3, "R", {1: 1}),
            ("back", 4, "R", 9999),
            ("back", 5, "R", 1000),
            ("back", 6, "R"),
        ],
    ),
    "more than is left": (
        {},
        [("buy", 1, "R", TWO), ("back", 2, "R", {0: 1}), ("back", 2, "R", {0: 2}), ("back", 3, "R", {0: 1, 1: 3})],
    ),
    "pending": (
        {"opens": 14},
        [("buy", 1, "R", BASKET), ("back", 2, "R", {0: 1}), ("buy", 3, "S", TWO), ("back", 16, "R"), ("look", 18)],
    ),
    "pending pays for what was spent": (
        {"opens": 14},
        [
            ("buy", 1, "R", BASKET),
            ("redeem", 16, 15),
            ("buy", 17, "S", BASKET),
            ("back", 18, "R", {0: 1}),
            ("back", 19, "R"),
            ("look", 40),
        ],
    ),
    "already spent on": (
        {},
        [
            ("buy", 1, "R", BASKET),
            ("redeem", 2, 15),
            ("back", 3, "R", {0: 1}),
            ("back", 4, "R", {1: 2}),
            ("buy", 5, "S", PLENTY),
            ("back", 6, "R"),
        ],
    ),
    "expired": (
        {"lasts": 10},
        [("buy", 1, "R", BASKET), ("buy", 8, "S", BASKET), ("back", 12, "R", {1: 2}), ("back", 13, "R")],
    ),
    "spent in part, the rest expired": (
        {"lasts": 10},
        [
            ("buy", 1, "R", BASKET),
            ("redeem", 2, 8),
            ("buy", 9, "S", PLENTY),
            ("back", 12, "R", {0: 1}),
            ("back", 13, "R", {1: 1}),
            ("back", 14, "R"),
        ],
    ),
    "a return before they expire and one after": (
        {"lasts": 10},
        [("buy", 1, "R", BASKET), ("back", 5, "R", {1: 1}), ("buy", 6, "S", TWO), ("back", 12, "R"), ("look", 30)],
    ),
    "a budget": (
        {"budget": 10},
        [
            ("buy", 1, "R", BASKET),
            ("buy", 1, "S", BASKET),
            ("back", 2, "R", {0: 1}),
            ("buy", 3, "T", BASKET),
            ("back", 4, "R"),
            ("back", 4, "S", 1333),
            ("back", 5, "S"),
            ("buy", 6, "U", PLENTY),
        ],
    ),
    "a budget, and points that are gone": (
        {"budget": 7},
        [
            ("buy", 1, "R", BASKET),
            ("redeem", 2, 17),
            ("back", 3, "R", {1: 1}),
            ("back", 4, "R"),
            ("buy", 5, "S", BASKET),
        ],
    ),
    "a cap of the receipt": (
        {"per_receipt": 11},
        [("buy", 1, "R", BASKET), ("back", 2, "R", {0: 1}), ("back", 3, "R", {1: 1}), ("back", 4, "R")],
    ),
    "a cap of the day": (
        {"per_day": 30},
        [
            ("buy", 1, "R", BASKET),
            ("buy", 1, "S", TWO),
            ("back", 1, "S", {1: 1}),
            ("buy", 1, "T", BASKET),
            ("back", 1, "R"),
            ("buy", 1, "U", PLENTY),
            ("back", 2, "S"),
            ("back", 2, "T"),
        ],
    ),
    "a level crossed": (
        {"high": 5000},
        [
            ("buy", 1, "R", BASKET),
            ("buy", 2, "S", TWO),
            ("buy", 3, "T", BASKET),
            ("back", 4, "T", {1: 2}),
            ("back", 4, "S", {1: 1}),
            ("back", 5, "R"),
            ("buy", 6, "U", BASKET),
            ("back", 7, "U"),
            ("back", 7, "T"),
        ],
    ),
    "a referral paid": (
        {"friend": 10},
        [
            ("buy", 1, "R", BASKET),
            ("redeem", 2, 17),
            ("back", 3, "R", {1: 1}),
            ("back", 4, "R"),
            ("buy", 5, "S", BASKET),
        ],
    ),
    "held and let go": (
        {},
        [
            ("buy", 1, "R", BASKET),
            ("hold", 2, "H", 15),
            ("back", 3, "R", {1: 2}),
            ("back", 4, "R"),
            ("release", 5, "H"),
            ("buy", 6, "S", BASKET),
        ],
    ),
    "held and spent": (
        {},
        [
            ("buy", 1, "R", BASKET),
            ("hold", 2, "H", 15),
            ("back", 3, "R", {1: 2}),
            ("capture", 4, "H"),
            ("back", 5, "R"),
            ("buy", 6, "S", BASKET),
        ],
    ),
    "spent in part and held in part": (
        {"lasts": 10},
        [
            ("buy", 1, "R", BASKET),
            ("redeem", 2, 8),
            ("hold", 3, "H", 7),
            ("back", 4, "R"),
            ("release", 14, "H"),
            ("buy", 15, "S", BASKET),
        ],
    ),
    "the undoing of a return": (
        {},
        [("buy", 1, "R", BASKET), ("back", 2, "R", {0: 1}), ("undo_return", 3), ("back", 4, "R")],
    ),
    "a receipt cancelled": ({}, [("buy", 1, "R", BASKET), ("cancel", 1, "R"), ("back", 2, "R")]),
    "the rest of a receipt cancelled": (
        {},
        [
            ("buy", 1, "R", BASKET),
            ("redeem", 2, 10),
            ("back", 2, "R", {0: 1}),
            ("cancel", 3, "R"),
            ("buy", 4, "S", TWO),
        ],
    ),
    "a new version": (
        {},
        [
            ("buy", 1, "R", BASKET),
            ("redeem", 2, 13),
            ("publish", 2),
            ("back", 4, "R", {0: 1}),
            ("back", 5, "R", {1: 1}),
            ("back", 6, "R"),
        ],
    ),
}

# Where points paid: also with a least life of what comes back.
SPENT: dict[str, tuple[dict[str, Any], list[tuple]]] = {
    "spent only": (
        {},
        [("adjust", 1, 40), ("buy", 2, "R", WINE, 30), ("back", 3, "R", {0: 1}), ("back", 4, "R", {0: 2})],
    ),
    "earned and spent": (
        {},
        [
            ("adjust", 1, 40),
            ("buy", 2, "R", BASKET, 17),
            ("back", 3, "R", {1: 1}),
            ("back", 4, "R", 700),
            ("back", 5, "R", {0: 1}),
            ("back", 6, "R"),
        ],
    ),
    "earned, spent, and spent on": (
        {"lasts": 20},
        [
            ("adjust", 1, 30),
            ("buy", 2, "R", BASKET, 13),
            ("redeem", 3, 25),
            ("back", 4, "R", {0: 1}),
            ("back", 15, "R", {1: 1}),
            ("buy", 16, "S", BASKET),
            ("back", 23, "R"),
            ("look", 60),
        ],
    ),
    "lots of three days": (
        {"lasts": 20},
        [
            ("adjust", 1, 5),
            ("adjust", 4, 6),
            ("adjust", 9, 7),
            ("buy", 10, "R", BASKET, 18),
            ("back", 14, "R", {1: 1}),
            ("back", 22, "R", {1: 1}),
            ("back", 24, "R"),
            ("look", 34),
            ("look", 60),
        ],
    ),
    "prolonged points pay and come back": (
        {"lasts": 20},
        [
            ("adjust", 1, 20),
            ("buy", 2, "R", BASKET, 20),
            ("back", 18, "R", {1: 2}),
            ("buy", 19, "S", BASKET, 5),
            ("back", 26, "S", {0: 1}),
            ("back", 30, "S"),
            ("back", 31, "R"),
            ("look", 50),
        ],
    ),
    "a receipt paid by points, cancelled": (
        {"lasts": 20},
        [("adjust", 1, 20), ("buy", 2, "R", BASKET, 15), ("redeem", 3, 15), ("cancel", 19, "R"), ("look", 40)],
    ),
    "bought with the points of what comes back": (
        {},
        [
            ("buy", 1, "R", PLENTY),
            ("buy", 2, "S", BASKET, 25),
            ("back", 3, "R"),
            ("back", 4, "S", {1: 2}),
            ("back", 5, "S"),
            ("buy", 6, "T", BASKET),
        ],
    ),
    "held, and paid back on top": (
        {"lasts": 20},
        [
            ("adjust", 1, 30),
            ("buy", 2, "R", BASKET, 10),
            ("hold", 3, "H", 30),
            ("back", 18, "R", {1: 2}),
            ("back", 18, "R"),
            ("release", 24, "H"),
            ("look", 45),
        ],
    ),
}
