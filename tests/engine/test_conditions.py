"""Conditions on goods, segments, earlier purchases, payment and codes, and what is not: one case a line."""

import pytest

from bonuscli.engine.when import bought_key
from tests.engine.scoring import award, program

SETS = "{coffee: {categories: [Coffee]}, cheap: {discounted: {over: 30%}}}"
SEGMENTS = "{lapsed: {last_purchase: {over: 90d}}, big: {spend: {from: 100.00}}}"
LAPSED = frozenset({"lapsed"})

CASES = [
    ("{items: coffee}", {"lines": "A 1.00; X:Coffee 1.00"}, True),
    ("{items: [coffee]}", {"lines": "A 1.00"}, False),
    ("{items: {skus: [B]}}", {"lines": "A 9.00; B 1x 0.00"}, True),  # a gift is there too
    ("{items: {skus: [B]}}", {"lines": "A 9.00; B -1x -1.00"}, False),  # what is brought back is not
    ("{items: {skus: [WINE]}}", {"lines": "A 9.00; WINE 5.00"}, True),  # excluded goods count as well
    ("{items: {skus: [B], discounted: true}}", {"lines": "A 9.00; B 5.00"}, False),
    ("{items: {skus: [B], discounted: true}}", {"lines": "A 9.00; B 5.00 -1.00"}, True),
    ("{items: cheap}", {"lines": "A 7.00 -3.00"}, False),
    ("{items: cheap}", {"lines": "A 6.99 -3.01"}, True),
    ("{segments: [lapsed]}", {"segments": LAPSED}, True),
    ("{segments: [lapsed, big]}", {"segments": LAPSED}, True),
    ("{segments: [big]}", {"segments": LAPSED}, False),
    ("{payment: [Cash]}", {"payments": ("CASH",)}, True),
    ("{payment: [cash, voucher]}", {"payments": ("card", "voucher")}, True),
    ("{payment: [cash]}", {"payments": ("card",)}, False),
    ("{payment: [cash]}", {}, False),
    ("{code: HAPPY}", {"codes": ("happy",)}, True),
    ("{code: [HAPPY, autumn]}", {"codes": ("x", " Autumn")}, True),
    ("{code: HAPPY}", {"codes": ("HAPPIER",)}, False),
    ("{not: {shops: [main]}}", {"shop": "north"}, True),
    ("{not: {shops: [main]}}", {"shop": "main"}, False),
    ("{not: {shops: [main], tags: [staff]}}", {"shop": "main"}, True),  # not both
    ("{not: {shops: [main], tags: [staff]}}", {"shop": "main", "tags": frozenset({"staff"})}, False),
    ("{tags: [vip], not: {segments: [lapsed]}}", {"tags": frozenset({"vip"})}, True),
    ("{tags: [vip], not: {segments: [lapsed]}}", {"tags": frozenset({"vip"}), "segments": LAPSED}, False),
    ("{not: {not: {shops: [main]}}}", {"shop": "main"}, True),
    ("{not: {items: coffee}}", {"lines": "X:Coffee 1.00"}, False),
]


@pytest.mark.parametrize("when, receipt, applies", CASES)
def test_conditions(when: str, receipt: dict, applies: bool) -> None:
    """All keys must hold, values of one key are alternatives, ``not`` turns its conditions round as a whole."""
    rules = program(
        f"{{id: gift, kind: fixed, points: 1, when: {when}}}",
        earn="exclude: {goods: {skus: [WINE]}}",
        goods=SETS,
        segments=SEGMENTS,
    )
    assert award(rules, **receipt).points == int(applies)


def test_an_earlier_purchase_is_one_question_however_often_it_is_asked() -> None:
    """Rules that ask for the same earlier purchase share the question; another period is another question."""
    machine = "bought: {goods: {skus: [MACHINE]}, within: 90d}"
    rules = program(
        f"{{id: beans, kind: fixed, points: 1, when: {{{machine}}}}}",
        f"{{id: milk, kind: fixed, points: 2, when: {{not: {{{machine}}}}}}}",
        "{id: ever, kind: fixed, points: 4, when: {bought: {goods: {skus: [MACHINE]}}}}",
    )
    ninety, ever = rules.earn.bought
    assert (ninety.within, ever.within) == ((0, 90), None)
    plain = rules.plain["earn"]["rules"][0]["when"]["bought"]
    assert ninety.key == bought_key(plain)
    assert award(rules, bought=frozenset({ninety.key, ever.key})).points == 5
    assert award(rules, bought=frozenset({ever.key})).points == 6
    assert award(rules).points == 2


ASKS = [
    ("{shops: [main]}", "", (frozenset(), False, False)),
    ("{payment: [cash]}", "", (frozenset(), True, False)),
    ("{not: {code: X}}", "", (frozenset(), False, True)),
    ("{segments: [lapsed]}", "", (LAPSED, False, False)),
    ("{shops: [main]}", "{segments: [big]}", (frozenset({"big"}), False, False)),
]


@pytest.mark.parametrize("when, members, asks", ASKS)
def test_a_program_knows_what_it_asks_for(when: str, members: str, asks: tuple) -> None:
    """Payments, codes and segments are kept only where a condition of a rule or of the membership looks at them."""
    rules = program(f"{{id: gift, kind: fixed, points: 1, when: {when}}}", segments=SEGMENTS, members=members)
    assert tuple(rules.earn.asks) == asks


WORDS = [
    ("{items: coffee}", "it counts only with certain goods on the receipt"),
    ("{segments: [lapsed, big]}", "it counts only for members of segment lapsed or big"),
    ("{payment: [cash]}", "it counts only if paid by cash"),
    ("{code: HAPPY}", "it counts only with code happy"),
    ("{bought: {goods: coffee}}", "it counts only for members who bought certain goods before"),
    ("{not: {shops: [main]}}", "it does not count in shop main"),
    ("{not: {shops: [main], not: {tags: [vip]}}}", "it does not count in shop main and except for members tagged vip"),
]


@pytest.mark.parametrize("when, why", WORDS)
def test_why_a_rule_was_skipped(when: str, why: str) -> None:
    """Every condition says in words why the rule did not apply."""
    rules = program(f"{{id: gift, kind: fixed, points: 1, when: {when}}}", goods=SETS, segments=SEGMENTS)
    (step,) = [step for step in award(rules, "A 1.00", shop="main").steps if step.rule == "gift"]
    assert (step.outcome, step.why) == ("skipped", why)
