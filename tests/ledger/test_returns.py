# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Goods brought back in parts: the parts sum to the whole, policy by policy."""

import pytest

from tests.ledger.conftest import Play

POINTS = '{name: {one: point, other: points}, value: "1.00"}'


def test_three_partial_returns_of_a_line_paid_with_one_point(play: Play) -> None:
    """A point cannot be cut: it comes back with the last third, and the money adds up to the cent."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "1.00"}}
        - {at: 2026-01-02 10:00, receipt: {id: B, lines: [{sku: G, quantity: 3, amount: "11.00"}], redeem: 1}, expect: {to_pay: "10.00", earned: 10}}
        - {at: 2026-01-03 10:00, return: {id: X1, of: B, lines: [{sku: G, quantity: 1}]}, expect: {restored: 0, reversed: 3, pay_back: "3.33", balance: 7}}
        - {at: 2026-01-03 10:01, return: {id: X2, of: B, lines: [{sku: G, quantity: 1}]}, expect: {restored: 0, reversed: 3, pay_back: "3.33", balance: 4}}
        - {at: 2026-01-03 10:02, return: {id: X3, of: B, lines: [{sku: G, quantity: 1}]}, expect: {restored: 1, reversed: 4, pay_back: "3.34", balance: 1, lots: {A: 1}}}
        - {at: 2026-01-03 10:03, return: {id: X4, of: B}, expect: {refused: already_returned, balance: 1}}
        """
    )


CAPPED = "{rules: [{id: base, kind: percent, rate: 100%}], cap: {per_day: 50}}"


def test_a_return_and_ringing_up_again_under_a_daily_cap(play: Play) -> None:
    """Points taken back free the cap of the receipt's day; what was cut before is not scored again."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "40.00"}, expect: {earned: 40}}
        - {at: 2026-01-01 10:10, receipt: {id: B, total: "40.00"}, expect: {earned: 10, balance: 50}}
        - {at: 2026-01-01 10:20, return: {id: X, of: A}, expect: {reversed: 40, balance: 10}}
        - {at: 2026-01-01 10:30, receipt: {id: C, total: "40.00"}, expect: {earned: 40, balance: 50}}
        - {at: 2026-01-01 10:40, receipt: {id: D, total: "40.00"}, expect: {earned: 0, balance: 50}}
        - {at: 2026-01-02 10:00, receipt: {id: E, total: "40.00"}, expect: {earned: 40, balance: 90}}
        - {at: 2026-01-02 10:05, return: {id: Y, of: C}, expect: {reversed: 40, balance: 50}}
        - {at: 2026-01-02 10:10, receipt: {id: F, total: "40.00"}, expect: {earned: 10, balance: 60}}
        """,
        earn=CAPPED,
    )


def test_a_whole_return_frees_the_daily_counts(play: Play) -> None:
    """A receipt that was wholly brought back is no receipt and no redemption of its day."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "40.00"}, expect: {earned: 40}}
        - {at: 2026-01-02 10:00, receipt: {id: B, lines: [{sku: G, quantity: 2, amount: "40.00"}], redeem: 10}, expect: {earned: 30, balance: 60}}
        - {at: 2026-01-02 10:10, receipt: {id: C, total: "40.00", redeem: 10}, expect: {refused: redeem_times}}
        - {at: 2026-01-02 10:11, receipt: {id: D, total: "40.00"}, expect: {earned: 0}}
        - {at: 2026-01-02 10:20, return: {id: X, of: B, lines: [{sku: G, quantity: 1}]}}
        - {at: 2026-01-02 10:21, quote: {id: E, total: "40.00", redeem: 10}, expect: {refused: redeem_times}}
        - {at: 2026-01-02 10:25, return: {id: Z, of: D}}
        - {at: 2026-01-02 10:26, quote: {id: E, total: "40.00"}, expect: {earned: 0}}
        - {at: 2026-01-02 10:30, return: {id: Y, of: B}}
        - {at: 2026-01-02 10:31, receipt: {id: E, total: "40.00", redeem: 10}, expect: {redeemed: 10, earned: 30}}
        """,
        earn="{rules: [{id: base, kind: percent, rate: 100%}], cap: {receipts_per_day: 1}}",
        redeem="{per_day: 1}",
    )


def test_a_redemption_of_the_day_before_is_counted_on_its_own_day(play: Play) -> None:
    """Bringing back what was paid beforehand frees the day of the redemption, not the day of the receipt."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "40.00"}, expect: {earned: 40}}
        - {at: 2026-01-01 23:59, redeem: {points: 10, receipt: R}}
        - {at: 2026-01-02 00:01, receipt: {id: R, total: "10.00"}, expect: {redeemed: 10}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R}, expect: {restored: 10}}
        - {at: 2026-01-02 10:01, redeem: {points: 1}}
        - {at: 2026-01-02 10:02, redeem: {points: 1}, expect: {refused: redeem_times}}
        - {at: 2026-01-02 10:03, redeem: {points: 1, at: 2026-01-01 12:00}, expect: {redeemed: 1}}
        - {at: 2026-01-02 10:04, redeem: {points: 1, at: 2026-01-01 12:00}, expect: {refused: redeem_times}}
        """,
        redeem="{per_day: 1}",
    )


# A receipt of two lines, 10.00 of A and 30.00 of B: base 2 + 6, the item rule 5 on A, the fixed rule 7.
RULES = """
  rules:
  - {id: base, kind: percent, rate: 20%}
  - {id: bonus-a, kind: item, points: 5, goods: {skus: [A]}}
  - {id: basket, kind: fixed, points: 7, when: {total: {from: "40.00"}}}"""


@pytest.mark.parametrize(
    "policy, of_a, of_b",
    [
        ("prorate", 5, 15),  # 20 by basis: 10/40 of 20 is 5
        ("by-line", 7, 13),  # 2 + 5 of A; 6 of B, and 7 of the basket with what leaves nothing
        ("recompute", 14, 6),  # what is left, B for 30.00, gives 6
        ("keep", 0, 0),
    ],
)
def test_policies_of_taking_back(play: Play, policy: str, of_a: int, of_b: int) -> None:
    """Each policy says what the first line takes with it; all but ``keep`` leave nothing in the end."""
    play(
        f"""
        - {{at: 2026-01-01 09:00, enroll: {{card: "1"}}}}
        - at: 2026-01-01 10:00
          receipt: {{id: R, lines: [{{sku: A, amount: "10.00"}}, {{sku: B, amount: "30.00"}}]}}
          expect: {{earned: 20, by_rule: {{base: 8, bonus-a: 5, basket: 7}}}}
        - {{at: 2026-01-02 10:00, return: {{id: X, of: R, lines: [{{sku: A}}]}}, expect: {{reversed: {of_a}, balance: {20 - of_a}}}}}
        - {{at: 2026-01-02 10:01, return: {{id: Y, of: R}}, expect: {{reversed: {of_b}, balance: {20 - of_a - of_b}}}}}
        """,
        points=POINTS,
        earn=RULES,
        returns=f"{{earned: {policy}}}",
    )


def test_by_line_shrinks_under_a_cap_alike(play: Play) -> None:
    """Of 20 points a cap leaves 10: A's seven are 3.5 of them, B's six 3, the basket's seven 3.5."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: R, lines: [{sku: A, amount: "10.00"}, {sku: B, amount: "30.00"}]}, expect: {earned: 10, by_rule: {base: 8, bonus-a: 2, basket: 0}}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{sku: A}]}, expect: {reversed: 4}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R}, expect: {reversed: 6, balance: 0}}
        """,
        points=POINTS,
        earn=RULES + "\n  cap: {per_receipt: 10}",
        returns="{earned: by-line}",
    )


def test_recompute_never_takes_less_than_before(play: Play) -> None:
    """Bringing back the deposit, a negative line, raises the basis again, but gives nothing back."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: R, lines: [{sku: A, amount: "30.00"}, {sku: B, amount: "20.00"}, {sku: DEPOSIT, quantity: -1, amount: "-5.00"}]}, expect: {earned: 45}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{sku: A}]}, expect: {reversed: 30, pay_back: "30.00"}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R, lines: [{sku: DEPOSIT}]}, expect: {reversed: 0}}
        - {at: 2026-01-02 10:02, return: {id: Z, of: R}, expect: {reversed: 15, balance: 0}}
        """,
        points=POINTS,
        returns="{earned: recompute}",
    )


def test_more_than_was_sold_does_not_come_back(play: Play) -> None:
    """Each line comes back once; asking for more, for unknown goods or for what is back already is refused."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: R, lines: [{sku: A, quantity: 2, amount: "20.00"}, {sku: A, quantity: 1, amount: "12.00"}, {sku: B, quantity: 1, amount: "8.00"}]}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{sku: A, quantity: 4}]}, expect: {refused: over_returned}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{sku: C}]}, expect: {refused: over_returned}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{line: 4}]}, expect: {refused: over_returned}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, amount: "40.01"}, expect: {refused: over_returned}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, amount: "0.00"}, expect: {error_code: bad_amount}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{sku: A, quantity: 0}]}, expect: {error_code: bad_quantity}}
        - {at: 2026-01-02 10:00, return: {id: X, of: NONE}, expect: {error_code: unknown_original}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{sku: A, quantity: 3}]}, expect: {pay_back: "32.00", reversed: 32}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R, lines: [{sku: A}]}, expect: {refused: already_returned, balance: 8}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R, lines: [{line: 2}]}, expect: {refused: already_returned, balance: 8}}
        - {at: 2026-01-02 10:02, return: {id: Z, of: R, lines: [{line: 3}]}, expect: {reversed: 8, balance: 0}}
        - {at: 2026-01-02 10:03, return: {id: W, of: R, lines: [{line: 3}]}, expect: {refused: already_returned}}
        """,
        points=POINTS,
    )


def test_an_amount_is_spread_over_what_was_paid_and_not_yet_returned(play: Play) -> None:
    """10.00 back of lines for 30.00 and 10.00 takes a quarter of each; the rest follows to the cent."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: R, lines: [{sku: A, amount: "30.00"}, {sku: B, amount: "10.00"}]}, expect: {earned: 40}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, amount: "10.00"}, expect: {reversed: 9, pay_back: "10.00"}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R, lines: [{sku: B}]}, expect: {pay_back: "7.50", reversed: 8}}
        - {at: 2026-01-02 10:02, return: {id: Z, of: R, amount: "22.50"}, expect: {pay_back: "22.50", reversed: 23, balance: 0}}
        - {at: 2026-01-02 10:03, return: {id: W, of: R}, expect: {refused: already_returned}}
        """,
        points=POINTS,
    )


def test_an_excluded_line_takes_nothing_back(play: Play) -> None:
    """Goods that gave nothing take nothing."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: R, lines: [{sku: WINE, amount: "30.00"}, {sku: B, amount: "10.00"}]}, expect: {earned: 10}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{sku: WINE}]}, expect: {reversed: 0, pay_back: "30.00", balance: 10}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R}, expect: {reversed: 10, pay_back: "10.00"}}
        """,
        points=POINTS,
        earn="{exclude: {goods: {skus: [WINE]}}, rules: [{id: base, kind: percent, rate: 100%}]}",
    )


def test_a_guests_goods_come_back_too(play: Play) -> None:
    """A receipt without a card has no points, and its money is paid back once."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: R, card: none, total: "30.00"}, expect: {earned: 0, to_pay: "30.00", entries: 0}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, amount: "10.00"}, expect: {pay_back: "10.00", entries: 0}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R}, expect: {pay_back: "20.00"}}
        - {at: 2026-01-02 10:02, return: {id: Z, of: R}, expect: {refused: already_returned}}
        """
    )


def test_no_more_money_is_paid_back_than_was_paid(play: Play) -> None:
    """A deposit of 15.00 was paid out with the sale: the goods for 20.00 bring back the 15.00 that were left to pay."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: R, lines: [{sku: A, amount: "20.00"}, {sku: B, amount: "10.00"}, {sku: DEPOSIT, quantity: -1, amount: "-15.00"}]}, expect: {earned: 15, to_pay: "15.00", spend: "15.00"}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, amount: "15.01"}, expect: {refused: over_returned}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, lines: [{sku: A}]}, expect: {reversed: 10, pay_back: "15.00", spend: "0.00"}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R, lines: [{sku: B}]}, expect: {reversed: 5, pay_back: "0.00", balance: 0}}
        - {at: 2026-01-02 10:02, return: {id: Z, of: R}, expect: {refused: already_returned}}
        """
    )


def test_an_amount_never_reaches_beyond_what_was_paid(play: Play) -> None:
    """The whole of what was paid, asked for as an amount, brings everything back."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: R, lines: [{sku: A, amount: "30.00"}, {sku: DEPOSIT, quantity: -1, amount: "-5.00"}]}, expect: {earned: 25}}
        - {at: 2026-01-02 10:00, return: {id: X, of: R, amount: "10.00"}, expect: {pay_back: "10.00", reversed: 8}}
        - {at: 2026-01-02 10:01, return: {id: Y, of: R, amount: "15.01"}, expect: {refused: over_returned}}
        - {at: 2026-01-02 10:02, return: {id: Y, of: R, amount: "15.00"}, expect: {pay_back: "15.00", reversed: 17, balance: 0}}
        - {at: 2026-01-02 10:03, return: {id: Z, of: R}, expect: {refused: already_returned}}
        """
    )
