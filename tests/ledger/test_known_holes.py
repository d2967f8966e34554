"""Holes that other loyalty programs are known for, each closed here by a test with its figures reckoned by hand.

A point a euro and a euro a point, unless the hole needs other terms; every story ends with a proof of the ledger.
"""

# ruff: noqa: E501 (a step of a sequence is a line, however long)
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.redeem import redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing
from tests.ledger.conftest import Play
from tests.ledger.tills import UTC, assert_proven, dump, figures, open_shop, send, send_rows

TEN_DAYS = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 10d, from: accrual}}'


def test_buy_earn_refund_loop(play: Play) -> None:
    """The hole: buy, spend the points that it earned, bring it back for the money, and keep what was bought with them.

    Each round buys for 100.00 and spends 100 points on tea; the return owes them, so round two begins 100 below zero.
    """
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}, expect: {earned: 100, balance: 100}}
        - {at: 2026-01-01 10:05, receipt: {id: T, total: "100.00", redeem: 100}, expect: {to_pay: "0.00", earned: 0, balance: 0}}
        - {at: 2026-01-01 10:10, return: {id: X, of: A}, expect: {pay_back: "100.00", reversed: 100, balance: -100, deficit: 100, available: 0}}
        - {at: 2026-01-02 10:00, receipt: {id: B, total: "100.00"}, expect: {earned: 100, balance: 0, deficit: 0}}
        - {at: 2026-01-02 10:05, receipt: {id: U, total: "100.00", redeem: 1}, expect: {refused: insufficient_points}}
        - {at: 2026-01-02 10:10, return: {id: Y, of: B}, expect: {pay_back: "100.00", reversed: 100, balance: -100, deficit: 100}}
        """
    )


def test_buy_earn_refund_loop_lifts_no_tier(play: Play) -> None:
    """The hole: purchases that were brought back go on counting towards the tier, the welcome and the day's cap."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}, expect: {tier: low}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "80.00"}, expect: {earned: 80, tier: low, spend: "80.00"}}
        - {at: 2026-01-01 10:10, return: {id: X, of: A}, expect: {reversed: 80, balance: 0, spend: "0.00"}}
        - {at: 2026-01-01 10:20, receipt: {id: B, total: "80.00"}, expect: {earned: 80, tier: low, spend: "80.00", balance: 80}}
        - {at: 2026-01-01 10:30, receipt: {id: C, total: "20.00"}, expect: {earned: 20, tier: high, spend: "100.00"}}
        - {at: 2026-01-01 10:40, return: {id: Y, of: C}, expect: {reversed: 20, tier: low, spend: "80.00", balance: 80}}
        """,
        tiers='{levels: [{id: low, from: "0"}, {id: high, from: "100.00"}], window: lifetime}',
        earn="{rules: [{id: base, kind: percent, rate: 100%}], cap: {per_day: 100}}",
    )


def test_return_of_a_receipt_paid_with_points(play: Play) -> None:
    """The hole: points that paid for goods come back as money, or not at all, and stay earned.

    60.00 paid by 20 points and 40.00 of money: half of it back is 10 points, 20.00, and 20 of the 40 points earned.
    """
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "20.00"}, expect: {balance: 20}}
        - {at: 2026-01-02 10:00, receipt: {id: B, lines: [{sku: G, quantity: 2, amount: "60.00"}], redeem: 20}, expect: {to_pay: "40.00", earned: 40, balance: 40}}
        - {at: 2026-01-03 10:00, return: {id: X, of: B, lines: [{sku: G, quantity: 1}]}, expect: {pay_back: "20.00", restored: 10, reversed: 20, balance: 30, lots: {A: 10, B: 20}}}
        - {at: 2026-01-03 10:05, return: {id: Y, of: B}, expect: {pay_back: "20.00", restored: 10, reversed: 20, balance: 20, lots: {A: 20, B: 0}}}
        """
    )


def test_a_receipt_paid_with_points_alone_pays_no_money_back(play: Play) -> None:
    """The hole: whoever pays with points and brings the goods back gets cash for points."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "50.00"}, expect: {balance: 50}}
        - {at: 2026-01-02 10:00, receipt: {id: B, total: "50.00", redeem: 50}, expect: {to_pay: "0.00", earned: 0, balance: 0}}
        - {at: 2026-01-02 10:05, return: {id: X, of: B}, expect: {pay_back: "0.00", restored: 50, reversed: 0, balance: 50}}
        """
    )


def test_retry_of_an_import(tmp_path: Path) -> None:
    """The hole: a file that is sent again, renamed, re-sorted or overlapping earns and spends a second time.

    40 earned, 15 spent of them on a receipt of 30.00, which earns 15: a balance of 40 after each of the four files.
    """
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    first, second = "A,sale,,2026-01-01 10:00,7,G,1,40.00,", "B,sale,,2026-01-02 10:00,7,G,1,30.00,15"
    assert send_rows(shop, tmp_path, f"{first}\n{second}").accepted == 2
    before = dump(shop)
    again = send(shop, tmp_path / "day.csv")
    (tmp_path / "renamed").mkdir()
    resorted = send_rows(shop, tmp_path / "renamed", f"{second}\n{first}")
    assert [(told.accepted, told.duplicate, told.earned, told.redeemed) for told in (again, resorted)] == [
        (0, 2, 0, 0)
    ] * 2
    assert dump(shop) == before
    third = "C,sale,,2026-01-03 10:00,7,G,1,5.00,"
    overlapping = send_rows(shop, tmp_path, f"{second}\n{third}")
    assert (overlapping.accepted, overlapping.duplicate, overlapping.earned) == (1, 1, 5)
    assert figures(shop, "7").balance == 45
    assert_proven(shop)


def test_retry_at_the_till(tmp_path: Path) -> None:
    """The hole: a till that got no answer sends its redemption or receipt again, and it is booked twice."""
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 10:00,7,G,1,40.00,")
    told = [redeem(shop, "7", 15, writing=Writing(key="till-1")) for _ in range(2)]
    assert [(each.redeemed, each.balance, each.replayed, each.entries) for each in told] == [
        (15, 25, False, 1),
        (15, 25, True, 0),
    ]
    receipts = [accrue(shop, "7", receipt_of_total(10_00, "B", None, None)) for _ in range(2)]
    assert [(each.earned, each.balance, each.replayed) for each in receipts] == [(10, 35, False), (10, 35, True)]
    with pytest.raises(BonusError) as refused:
        redeem(shop, "7", 16, writing=Writing(key="till-1"))
    assert (refused.value.code, figures(shop, "7").balance) == ("key_conflict", 35)
    assert_proven(shop)


def test_return_twice(tmp_path: Path) -> None:
    """The hole: the same goods are brought back twice, at two tills or after a retry, and paid back twice."""
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 10:00,7,G,1,40.00,")
    told = [return_goods(shop, "A", return_id="X") for _ in range(2)]
    assert [(each.reversed, each.pay_back_minor, each.replayed, each.entries) for each in told] == [
        (40, 40_00, False, 1),
        (40, 40_00, True, 0),
    ]
    for wanted in ({}, {"amount": 1}):
        with pytest.raises(BonusError) as refused:
            return_goods(shop, "A", return_id="Y", **wanted)
        assert refused.value.code == "already_returned"
    report = send_rows(shop, tmp_path, "Z,return,A,2026-01-03 10:00,7,G,1,40.00,")
    assert (report.accepted, report.rejected) == (0, 1)
    assert figures(shop, "7").balance == 0
    assert_proven(shop)


@pytest.mark.parametrize("first", ["lines", "amount"])
def test_sixty_and_sixty_percent(play: Play, first: str) -> None:
    """The hole: two partial returns of 60 % each pass a check that looks at one return alone.

    60 % of 100.00 gives 60.00 and takes 60 points; of the 40 % that are left no 60 % can come back, by goods or money.
    """
    part = 'lines: [{sku: G, quantity: "6"}]' if first == "lines" else 'amount: "60.00"'
    play(
        f"""
        - {{at: 2026-01-01 09:00, enroll: {{card: "1"}}}}
        - {{at: 2026-01-01 10:00, receipt: {{id: A, lines: [{{sku: G, quantity: 10, amount: "100.00"}}]}}, expect: {{earned: 100}}}}
        - {{at: 2026-01-02 10:00, return: {{id: X, of: A, {part}}}, expect: {{pay_back: "60.00", reversed: 60, balance: 40}}}}
        - {{at: 2026-01-02 10:05, return: {{id: Y1, of: A, lines: [{{sku: G, quantity: "6"}}]}}, expect: {{refused: over_returned, balance: 40}}}}
        - {{at: 2026-01-02 10:06, return: {{id: Y2, of: A, amount: "60.00"}}, expect: {{refused: over_returned, balance: 40}}}}
        - {{at: 2026-01-02 10:10, return: {{id: Z, of: A}}, expect: {{pay_back: "40.00", reversed: 40, balance: 0}}}}
        - {{at: 2026-01-02 10:15, return: {{id: W, of: A, amount: "0.01"}}, expect: {{refused: already_returned, balance: 0}}}}
        """
    )


def test_check_and_debit_of_different_lots(play: Play) -> None:
    """The hole: the check counts points that are pending, held or past their last day, the debit takes others.

    Of 30 open, 20 pending and 10 on hold only 20 can be spent, and after their last day none of them.
    """
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "30.00"}}
        - {at: 2026-01-04 10:00, receipt: {id: B, total: "20.00"}, expect: {balance: 30, pending: 20}}
        - {at: 2026-01-04 10:05, hold: {id: h, points: 10, for: 20d}, expect: {balance: 30, available: 20}}
        - {at: 2026-01-04 10:10, redeem: {points: 21}, expect: {refused: insufficient_points}}
        - {at: 2026-01-04 10:11, redeem: {points: 20}, expect: {balance: 10, available: 0, pending: 20, lots: {A: 0, B: 20}}}
        - {at: 2026-01-06 10:00, redeem: {points: 20}, expect: {balance: 10, lots: {B: 0}}}
        - {at: 2026-01-20 10:00, release: {hold: h}, expect: {balance: 0, available: 0}}
        - {at: 2026-01-20 10:01, redeem: {points: 1}, expect: {refused: insufficient_points}}
        """,
        points='{name: {one: point, other: points}, value: "1.00", opens: {after: 2d}, lasts: {for: 10d}}',
    )


def test_a_debit_passes_over_pending_lots(play: Play) -> None:
    """The hole: the check counts 30 open points, the debit eats 20 that open later because they end sooner."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "30.00"}, expect: {balance: 30}}
        - {at: 2026-01-02 10:00, grant: {points: 20, opens: 3d, lasts: 1d}, expect: {balance: 30, pending: 20}}
        - {at: 2026-01-02 10:05, redeem: {points: 25}, expect: {balance: 5, pending: 20, lots: {A: 5}}}
        - {at: 2026-01-05 10:00, redeem: {points: 22}, expect: {balance: 3, pending: 0, lots: {A: 3}}}
        """
    )


@pytest.mark.parametrize("cron", [True, False])
def test_expiry_that_drops_credits_while_debits_stay(play: Play, cron: bool) -> None:
    """The hole: an expired credit leaves the sum but what was spent of it stays, and the balance falls below zero.

    50 earned and 30 of them spent: 20 expire, not 50; the later 7 are all there, whether or not ``expire`` has run.
    """
    expire = "- {at: 2026-01-12 03:00, expire: {}, expect: {expired: 20, balance: 7}}" if cron else ""
    play(
        f"""
        - {{at: 2026-01-01 09:00, enroll: {{card: "1"}}}}
        - {{at: 2026-01-01 10:00, receipt: {{id: A, total: "50.00"}}, expect: {{balance: 50}}}}
        - {{at: 2026-01-02 10:00, redeem: {{points: 30}}, expect: {{balance: 20}}}}
        - {{at: 2026-01-05 10:00, receipt: {{id: B, total: "7.00"}}, expect: {{balance: 27}}}}
        {expire}
        - {{at: 2026-01-12 10:00, look: {{}}, expect: {{balance: 7, deficit: 0, lots: {{B: 7}}}}}}
        - {{at: 2026-01-12 10:01, redeem: {{points: 7}}, expect: {{balance: 0}}}}
        """,
        points=TEN_DAYS,
    )


def test_two_cards_for_one_customer(tmp_path: Path) -> None:
    """The hole: one phone in two spellings, or one card number with spaces or look-alikes, is welcomed and paid twice."""
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00", country="AT", grants="{welcome: {points: 50}}")
    enrol_one(shop, NO_PARTICULARS._replace(card="AB 1234", phone="+43 664 1234567", name="Anna"))
    again = (
        NO_PARTICULARS._replace(card="77", phone="0664/1234567"),
        NO_PARTICULARS._replace(phone="0043 664 123 45 67"),
        NO_PARTICULARS._replace(card="ab1234"),
        NO_PARTICULARS._replace(card="\u0410\u0412 12 34"),  # Cyrillic letters that look like A and B
        NO_PARTICULARS._replace(card="AB\uff11\uff12\uff13\uff14"),  # digits of full width
    )
    for application in again:
        with pytest.raises(BonusError) as refused:
            enrol_one(shop, application)
        assert refused.value.code == "card_taken"
    assert {figures(shop, text).balance for text in ("AB1234", "ab 12 34", "\u0430\u04121234", "0664 1234567")} == {50}
    with shop.reading() as session:
        assert session.connection.execute("SELECT COUNT(*), SUM(points) FROM accounts").fetchone() == (1, 50)
    assert_proven(shop)


def test_history_net_instead_of_gross(tmp_path: Path) -> None:
    """The hole: a redemption is netted into the receipt that it paid for, and nobody can tell what was earned and spent.

    A receipt of 50.00 paid by 20 points earns 30: two entries of -20 and +30, not one of +10; its return two more.
    """
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 10:00,7,G,1,20.00,\nB,sale,,2026-01-02 10:00,7,G,1,50.00,20")
    return_goods(shop, "B", return_id="X", writing=Writing(at="2026-01-03 10:00"))
    assert ledger(shop) == [
        ("accrual", 20, "A"),
        ("redemption", -20, "B"),
        ("accrual", 30, "B"),
        ("restore", 20, "X"),
        ("take-back", -30, "X"),
    ]
    assert figures(shop, "7").balance == 20
    assert_proven(shop)


def ledger(shop: Shop) -> list[tuple]:
    """Kind, points and document of every entry, in order."""
    later = Shop(shop.path, now=UTC.parse_instant("2026-02-01 12:00"))
    with later.reading() as session:
        return session.connection.execute("SELECT kind, points, event_number FROM v_ledger ORDER BY entry").fetchall()
