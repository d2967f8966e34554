# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Returns of a member who was merged away: they book on the heir, as if the receipts had been his."""

import random
from pathlib import Path

import pytest

from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge
from bonuscli.services.writing import Writing
from tests.ledger.conftest import Play
from tests.ledger.test_several_programs import join, standing
from tests.ledger.tills import UTC, assert_proven, figures, open_shop, send_rows

MONTH = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: accrual}}'
# Member 1 has earned 80 with A; members 2 and 3 have nothing.
BEGIN = """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-01 09:00, enroll: {card: "3"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", lines: [{sku: a, amount: "50.00"}, {sku: b, amount: "30.00"}]}}
"""
# Member 1 has earned 30 with A, paid B with them, and was merged into 2.
SPENT = """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "30.00"}}
        - {at: 2026-01-20 10:00, receipt: {id: B, card: "1", total: "30.00", redeem: 30}}
        - {at: 2026-01-21 10:00, merge: {from: "1", to: "2"}}
"""


def test_a_return_takes_from_what_came_of_its_lot(play: Play) -> None:
    """The moved lot of the receipt is eaten before others of the heir that expire sooner."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:00, receipt: {id: Z, card: "2", total: "20.00"}}
        - {at: 2026-01-05 10:00, receipt: {id: A, card: "1", total: "80.00"}}
        - {at: 2026-01-10 10:00, merge: {from: "1", to: "2"}, expect: {balance: 100, spend: "100.00"}}
        - {at: 2026-01-11 10:00, return: {id: X, of: A}, expect: {reversed: 80, pay_back: "80.00", lots: {Z: 20, transfer-in: 0}, balance: 20, spend: "20.00"}}
        - {at: 2026-01-12 10:00, return: {id: Y, of: A}, expect: {refused: already_returned}}
        """
    )


def test_parts_before_and_after_sum_to_the_whole(play: Play) -> None:
    """A third each of an award of 80, with one third before the merger: 26, 27 and 27."""
    play(
        BEGIN
        + """
        - {at: 2026-01-03 10:00, receipt: {id: B, card: "1", lines: [{sku: c, quantity: 3, amount: "80.00"}]}}
        - {at: 2026-01-04 10:00, return: {id: X, of: B, lines: [{sku: c, quantity: 1}]}, expect: {reversed: 26, pay_back: "26.66"}}
        - {at: 2026-01-05 10:00, merge: {from: "1", to: "2"}, expect: {balance: 134}}
        - {at: 2026-01-06 10:00, return: {id: Y, of: B, lines: [{sku: c, quantity: 1}]}, expect: {reversed: 27, pay_back: "26.67"}}
        - {at: 2026-01-06 11:00, merge: {from: "2", to: "3"}, expect: {balance: 107}}
        - {at: 2026-01-07 10:00, return: {id: Z, of: B}, expect: {reversed: 27, pay_back: "26.67", cards: {"3": {balance: 80, spend: "80.00"}}}}
        """
    )


def test_what_is_gone_is_owed_by_the_heir(play: Play) -> None:
    """Own lot, then open, then pending points, and the rest is a debt."""
    play(
        BEGIN
        + """
        - {at: 2026-01-03 10:00, redeem: {card: "1", points: 70}}
        - {at: 2026-01-04 10:00, merge: {from: "1", to: "2"}, expect: {balance: 10}}
        - {at: 2026-01-05 10:00, receipt: {id: B, card: "2", total: "25.00"}}
        - {at: 2026-01-06 10:00, return: {id: X, of: A}, expect: {reversed: 80, cards: {"2": {balance: -45, deficit: 45}}}}
        """
    )


def test_spent_points_come_back_with_their_days(play: Play) -> None:
    """Points that paid for a receipt open lots of the heir that end when the old ones did; the rest of the money is paid back."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "30.00"}}
        - {at: 2026-01-10 10:00, receipt: {id: B, card: "1", total: "40.00"}}
        - {at: 2026-01-20 10:00, receipt: {id: C, card: "1", total: "100.00", redeem: 50}, expect: {earned: 50, balance: 70}}
        - {at: 2026-01-21 10:00, merge: {from: "1", to: "2"}, expect: {balance: 70}}
        - {at: 2026-01-22 10:00, return: {id: X, of: C, amount: "25.00"}, expect: {restored: 25, reversed: 25, pay_back: "25.00", cards: {"2": {balance: 70}}}}
        - {at: 2026-01-23 10:00, return: {id: Y, of: C}, expect: {restored: 25, reversed: 25, pay_back: "25.00", cards: {"2": {balance: 70, spend: "70.00"}}}}
        - {at: 2026-02-03 10:00, run_due: {}, expect: {expired: 30, cards: {"2": {balance: 40}}}}
        - {at: 2026-02-11 10:00, run_due: {}, expect: {expired: 40, cards: {"2": {balance: 0}}}}
        """,
        points=MONTH,
    )


def test_restored_points_are_of_the_receipt_that_gave_them(play: Play) -> None:
    """A gave 80, all spent on B; B comes back, its points expire, and A owes nothing: what expired is set against it."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-01 09:00, enroll: {card: "3"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "80.00"}}
        - {at: 2026-01-20 10:00, receipt: {id: B, card: "1", total: "80.00", redeem: 80}, expect: {earned: 0}}
        - {at: 2026-01-21 10:00, merge: {from: "1", to: "2"}, expect: {balance: 0}}
        - {at: 2026-01-21 11:00, receipt: {id: C, card: "2", total: "10.00"}}
        - {at: 2026-01-22 10:00, return: {id: X, of: B, amount: "0.00"}, expect: {error_code: bad_amount}}
        - {at: 2026-01-22 10:00, return: {id: X, of: B}, expect: {restored: 80, cards: {"2": {balance: 90}}}}
        - {at: 2026-01-23 10:00, redeem: {card: "2", points: 30}}
        - {at: 2026-01-23 11:00, merge: {from: "2", to: "3"}, expect: {balance: 60}}
        - {at: 2026-02-03 10:00, run_due: {}, expect: {expired: 50, cards: {"3": {balance: 10}}}}
        - {at: 2026-02-04 10:00, return: {id: Y, of: A}, expect: {reversed: 30, cards: {"3": {balance: -20}}}}
        """,
        points=MONTH,
    )


def test_points_whose_last_day_has_passed_come_back_and_expire(play: Play) -> None:
    """Two entries in one settle, as without a merger; a returned award of expired points is forgiven."""
    play(
        SPENT
        + """
        - {at: 2026-03-01 10:00, return: {id: X, of: B}, expect: {restored: 30, entries: 2, expired: 30, cards: {"2": {balance: 0, deficit: 0}}}}
        - {at: 2026-03-02 10:00, return: {id: Y, of: A}, expect: {reversed: 0, cards: {"2": {balance: 0}}}}
        """,
        points=MONTH,
    )


def test_what_ends_too_soon_is_prolonged_once(play: Play) -> None:
    """`restored_min_life` holds for the heir too, and what was prolonged before the merger is not prolonged again."""
    play(
        SPENT
        + """
        - {at: 2026-01-30 10:00, return: {id: X, of: B}, expect: {restored: 30, entries: 3, cards: {"2": {balance: 30}}}}
        - {at: 2026-02-03 10:00, run_due: {}, expect: {expired: 0}}
        - {at: 2026-02-05 10:00, receipt: {id: C, card: "2", total: "30.00", redeem: 30}}
        - {at: 2026-02-05 11:00, enroll: {card: "3"}}
        - {at: 2026-02-06 10:00, merge: {from: "2", to: "3"}}
        - {at: 2026-02-08 10:00, return: {id: Y, of: C}, expect: {restored: 30, entries: 1, cards: {"3": {balance: 30}}}}
        - {at: 2026-02-10 10:00, run_due: {}, expect: {expired: 30}}
        """,
        points=MONTH,
        returns="{restored_min_life: 10d}",
    )


def test_a_debt_that_moved_comes_back_to_the_debit_that_moved_it(tmp_path: Path) -> None:
    """A till spent 50 where 30 were: 20 owed, repaid by the heir; the return gives him 20 back, and 30 with their days."""
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(
        shop,
        tmp_path,
        """
        A,sale,,2026-01-02 10:00,1,G,1,30.00,
        B,sale,,2026-01-03 10:00,1,G,1,50.00,50
        C,sale,,2026-01-04 10:00,2,G,1,12.00,
        D,sale,,2026-01-04 10:00,3,G,1,40.00,
        """,
        redeem="trust",
    )
    assert figures(shop, "1").balance == -20
    merge(shop, "1", "2")
    assert (figures(shop, "2").balance, figures(shop, "2").deficit) == (-8, 8)
    merge(shop, "2", "3")
    assert figures(shop, "3").balance == 32
    done = return_goods(shop, "B")
    assert (done.restored, done.balance) == (50, 82)
    assert return_goods(shop, "D").balance == 42
    assert_proven(shop)


def test_a_debt_comes_back_in_parts(tmp_path: Path) -> None:
    """Line by line, each return its own transaction: the uncovered part first, then the lots, nothing twice."""
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00", redeem='{leave_to_pay: "0"}')
    send_rows(
        shop,
        tmp_path,
        """
        A,sale,,2026-01-02 10:00,1,G,1,30.00,
        B,sale,,2026-01-03 10:00,1,G,5,50.00,50
        C,sale,,2026-01-04 10:00,2,G,1,12.00,
        D,sale,,2026-01-04 10:00,3,G,1,40.00,
        """,
        redeem="trust",
    )
    merge(shop, "1", "2")
    send_rows(shop, tmp_path, "X,return,B,2026-01-20 10:00,1,G,1,10.00,\nY,return,B,2026-01-20 11:00,2,G,1,10.00,")
    assert figures(shop, "2").balance == 12
    merge(shop, "2", "3")
    for number, balance in (("Z", 62), ("V", 72), ("W", 82)):
        send_rows(shop, tmp_path, f"{number},return,B,2026-01-21 10:00,3,G,1,10.00,")
        assert figures(shop, "3").balance == balance
        assert_proven(shop)


def test_a_return_moves_what_counts(play: Play) -> None:
    """The receipt leaves the tier figure at once and frees the redemption of its day."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", lines: [{sku: cup, quantity: 2, amount: "80.00"}]}}
        - {at: 2026-01-03 10:00, receipt: {id: B, card: "1", lines: [{sku: cup, quantity: 1, amount: "30.00"}], redeem: 10}, expect: {tier: high}}
        - {at: 2026-01-03 11:00, merge: {from: "1", to: "2"}, expect: {tier: high, spend: "100.00", balance: 90}}
        - {at: 2026-01-03 12:00, redeem: {card: "2", points: 1}, expect: {refused: redeem_times}}
        - {at: 2026-01-03 13:00, return: {id: X, of: B}, expect: {restored: 10, reversed: 20, cards: {"2": {spend: "80.00", tier: low}}}}
        - {at: 2026-01-03 14:00, redeem: {card: "2", points: 1}}
        """,
        tiers='{window: lifetime, levels: [{id: low, from: "0"}, {id: high, from: "100.00"}]}',
        redeem="{per_day: 1}",
    )


def test_a_budget_gets_its_share_back(tmp_path: Path) -> None:
    """What a rule with a budget gave a merged member goes back to the budget when the receipt comes back."""
    shop = open_shop(
        tmp_path / "shop.db",
        "2026-02-01 12:00",
        earn="{rules: [{id: base, kind: percent, rate: 100%, budget: {points: 50}}]}",
    )
    send_rows(shop, tmp_path, "A,sale,,2026-01-02 10:00,1,G,1,40.00,\nB,sale,,2026-01-02 10:00,2,G,1,40.00,")
    assert (figures(shop, "1").balance, figures(shop, "2").balance) == (40, 10)
    merge(shop, "1", "2")
    return_goods(shop, "A")
    send_rows(shop, tmp_path, "C,sale,,2026-01-20 10:00,1,G,1,60.00,")
    assert figures(shop, "2").balance == 50
    assert_proven(shop)


def test_each_program_takes_back_its_own(tmp_path: Path) -> None:
    """With two programs the return books on the heir's account in both, parts before and after alike."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-12 12:00")
    join(shop, "2026-01-01 09:00")
    send_rows(
        shop,
        tmp_path,
        "A,sale,,2026-01-09 10:00,1,G,1,20.00,\nB,sale,,2026-01-10 10:00,1,G,3,40.00,10\nC,sale,,2026-01-10 10:00,2,G,1,5.00,",
    )
    return_goods(shop, "B", amount=1000, return_id="X")
    merge(shop, "1", "2", Writing(key="M"))
    first, club = standing(shop, "2")
    before = (first.balance, club.balance)
    done = return_goods(shop, "B", return_id="Y")
    assert (done.restored, done.reversed, done.pay_back_minor) == (7, 20, 2000)
    first, club = standing(shop, "2")
    assert (first.balance, club.balance) == (before[0] - 13, before[1] - 20)
    assert (first.balance, club.balance) == (25, 25)
    assert_proven(shop)
    assert merge(shop, "1", "2", Writing(key="M")).replayed


def told_at_random(seed: int) -> tuple[list[str], random.Random]:
    """Sales and returns of one card in order of time; CARD stands for its number."""
    chance, rows, day = random.Random(seed), [], 1
    open_sales: list[list] = []
    for number in range(12):
        day += chance.randint(1, 6)
        at = f"2026-{1 + (day - 1) // 28:02d}-{1 + (day - 1) % 28:02d} 12:00"
        if open_sales and chance.random() < 0.45:
            sale = chance.choice(open_sales)
            quantity = chance.randint(1, sale[1])
            sale[1] -= quantity
            open_sales = [each for each in open_sales if each[1]]
            rows.append(f"R{number},return,{sale[0]},{at},CARD,G,{quantity},{sale[2] * quantity}.00,")
        else:
            quantity, price = chance.randint(1, 4), chance.randint(3, 30)
            spent = chance.choice(["", "", str(min(quantity * price, chance.randint(1, 60)))])
            rows.append(f"S{number},sale,,{at},CARD,G,{quantity},{quantity * price}.00,{spent}")
            open_sales.append([f"S{number}", quantity, price])
    return rows, chance


@pytest.mark.parametrize("seed", range(6))
def test_a_member_who_was_merged_has_what_he_would_have(tmp_path: Path, seed: int) -> None:
    """The same documents come to a member who is merged into new ones again and again, and to one who never is."""
    rows, chance = told_at_random(seed)
    sections = {
        "points": '{name: {one: point, other: points}, value: "1.00", lasts: {for: 30d, from: accrual}}',
        "tiers": '{window: lifetime, levels: [{id: low, from: "0"}, {id: high, from: "100.00"}]}',
        "returns": f"{{earned: {chance.choice(['prorate', 'by-line', 'recompute'])}, restored_min_life: 5d}}",
    }
    once, merged = (open_shop(tmp_path / name, "2026-12-01 12:00", **sections) for name in ("once.db", "merged.db"))
    newest = 1
    for row in rows:
        now = UTC.parse_instant(row.split(",")[3])
        once, merged = (Shop(shop.path, now=now) for shop in (once, merged))
        send_rows(once, tmp_path, row.replace("CARD", "1"), redeem="trust")
        send_rows(merged, tmp_path, row.replace("CARD", str(chance.randint(1, newest))), redeem="trust")
        if chance.random() < 0.3:
            newest += 1
            enrol_one(merged, NO_PARTICULARS._replace(card=str(newest)))
            merge(merged, "1", str(newest))
        there, here = figures(once, "1"), figures(merged, "1")
        assert here._replace(tier_until=None) == there._replace(tier_until=None), row
    assert_proven(merged)


def test_what_the_merged_member_bought_counts_until_it_comes_back(play: Play) -> None:
    """A rule that asks for an earlier purchase finds the merged member's, and no more once it was brought back."""
    play(
        BEGIN
        + """
        - {at: 2026-01-03 10:00, merge: {from: "1", to: "2"}}
        - {at: 2026-01-04 10:00, receipt: {id: B, card: "2", lines: [{sku: c, amount: "10.00"}]}, expect: {earned: 20}}
        - {at: 2026-01-04 11:00, merge: {from: "2", to: "3"}}
        - {at: 2026-01-05 10:00, receipt: {id: C, card: "1", lines: [{sku: c, amount: "10.00"}]}, expect: {earned: 20}}
        - {at: 2026-01-06 10:00, return: {id: X, of: A, lines: [{sku: a}]}, expect: {reversed: 50}}
        - {at: 2026-01-07 10:00, receipt: {id: D, card: "1", lines: [{sku: c, amount: "10.00"}]}, expect: {earned: 10}}
        """,
        earn="{rules: [{id: base, kind: percent, rate: 100%}, {id: again, kind: multiply, factor: 2, when: {bought: {goods: {skus: [a]}}}}]}",
    )
