"""The seven figures against numbers counted by hand on a story of two months, four members and two shops.

January is days 1 to 31, February 32 to 59; the window ends at day 60.  One point pays 1.00.
"""

import pytest

from bonuscli.errors import BonusError
from bonuscli.render.machines import json_rows
from bonuscli.reports.kpi import KPIS, kpi
from tests.reports.ledger import DAY_ONE, NOON, Ledger, start_of

END = 60


def figures(ledger: Ledger, by: str | None = None, start: int = 1, end: int = END) -> dict[tuple[str, object], tuple]:
    """(kpi, group) -> (value, numerator, denominator), as JSON has them; group "*" is the whole window."""
    table = kpi(
        ledger.with_days(),
        program="shop",
        from_day=DAY_ONE + start - 1,
        to_day=DAY_ONE + end - 1,
        by=by,
        start_of=start_of,
        currency="GBP",
        digits=2,
        points_scale=0,
    )
    found = {}
    for row in json_rows(table):
        group = row.get(by) if by else None
        found[row["kpi"], "*" if group is None else group] = (row["value"], row["numerator"], row["denominator"])
    return found


@pytest.fixture(scope="module")
def story() -> Ledger:
    """Two months of a shop, with what makes each definition bite."""
    told = Ledger()
    anna = told.member(1, with_receipt=True, tier="base")
    told.receipt(anna, 1, 10_000, shop="N", tier="base")
    paid_with_points = told.receipt(anna, 20, 5_000, spent=10, shop="N", tier="base")
    ben = told.member(10, tier="base")
    told.tier(ben, 40, "gold")
    told.receipt(ben, 45, 8_000, shop="S", tier="gold")  # 35 days after his enrolment
    cleo = told.member(40, tier="base")
    told.receipt(cleo, 50, 3_000, spent=5, shop="S", tier="base")
    dora = told.member(58, with_receipt=True, tier="base")
    told.receipt(dora, 58, 0, shop="N", tier="base")  # totals 0: no receipt
    guest = told.receipt(None, 5, 4_000, shop="N")
    told.receipt(None, 50, 6_000, shop="S")
    told.receipt(None, 51, 0, shop="N")
    told.returned(33, 1_000, original=paid_with_points, shop="S")  # of Anna's goods, in the other shop
    told.returned(35, 500, original=guest, shop="N")
    told.returned(52, 800, member=ben, shop="S")  # names no receipt
    told.returned(53, 200, shop="N")  # neither receipt nor card
    told.returned(60, 10_000, original=2)  # after the window

    first = told.lot(anna, 100, day=1, opens=1, expires=200)
    debit = told.take(anna, first, 10, day=20)
    told.give_back(anna, debit, first, 2, day=33)
    told.take(anna, first, 20, day=60)  # after the window
    told.lot(ben, 80, day=45, opens=61, expires=200)  # still pending
    owed = told.entry(ben, "take-back", -15, day=46)
    repaying = told.lot(ben, 20, day=48, opens=48, expires=200)
    told.move(ben, repaying, owed, owed, repaying, 15)  # a new lot repays the older debit
    told.lot(cleo, 30, day=50, opens=50, expires=59)  # its last day is over
    told.lot(cleo, 7, day=50, opens=50, expires=60)
    told.lot(dora, 1_000, day=60, opens=60, expires=200)  # after the window
    told.tier(anna, 60, "gold")
    told.member(60, tier="base")
    told.project()
    return told


def test_whole_window(story: Ledger) -> None:
    """Each figure has the numerator, the denominator and the value that a person counts."""
    assert figures(story) == {
        ("participation", "*"): (0.6, 3, 5),  # Anna, Ben, Cleo; two receipts without a card
        ("participation_by_receipts", "*"): (0.6667, 4, 6),
        ("participation_by_revenue", "*"): (0.7224, 24_200, 33_500),
        ("average_balance", "*"): (26.0, 104, 4),  # 92 of Anna, 5 of Ben, 7 of Cleo
        ("redemption_frequency", "*"): (0.5, 2, 4),
        ("average_receipt_with_points", "*"): (3_500, 7_000, 2),  # 50 + 30 - 10 brought back
        ("average_receipt_without_points", "*"): (6_625, 26_500, 4),
        ("repeat_purchase", "*"): (0.5, 2, 4),  # Anna and Cleo
        ("repeat_purchase_full_days", "*"): (0.5, 2, 4),  # Anna and Ben
        ("share_of_sales_with_points", "*"): (0.209, 7_000, 33_500),
        ("share_of_receipts_with_points", "*"): (0.3333, 2, 6),
        ("average_receipt_uplift", "*"): (0.3011, 6_050, 4_650),  # 60.50 / 46.50 - 1
        ("average_receipt_of_members", "*"): (6_050, 24_200, 4),
        ("average_receipt_of_guests", "*"): (4_650, 9_300, 2),
    }


def test_by_month(story: Ledger) -> None:
    """A month counts what is dated in it; balances are those of its end, repeats go by the month of enrolment."""
    found = figures(story, "month")
    assert {group for _, group in found} == {"*", "2026-01", "2026-02"}
    january = {name: figure for (name, group), figure in found.items() if group == "2026-01"}
    february = {name: figure for (name, group), figure in found.items() if group == "2026-02"}
    assert january["participation"] == (0.5, 1, 2)
    assert january["average_balance"] == (45.0, 90, 2)
    assert january["average_receipt_with_points"] == (5_000, 5_000, 1)
    assert january["repeat_purchase"] == (0.5, 1, 2)
    assert january["repeat_purchase_full_days"] == (1.0, 2, 2)
    assert january["average_receipt_uplift"] == (0.875, 7_500, 4_000)
    assert february["participation"] == (0.6667, 2, 3)
    assert february["average_balance"] == (26.0, 104, 4)
    assert february["average_receipt_with_points"] == (2_000, 2_000, 1)
    assert february["average_receipt_without_points"] == (6_250, 12_500, 2)
    assert february["repeat_purchase"] == (0.5, 1, 2)
    assert february["repeat_purchase_full_days"] == (0.0, 0, 2)
    assert february["average_receipt_uplift"] == (-0.1321, 4_600, 5_300)
    assert found["participation", "*"] == figures(story)["participation", "*"]


def test_by_shop(story: Ledger) -> None:
    """A shop has the receipts it rang up, less what came back of them; points belong to no shop."""
    found = figures(story, "shop")
    assert {group for _, group in found} == {"*", "", "N", "S"} - {""}
    assert found["participation", "N"] == (0.5, 1, 2)
    assert found["participation", "S"] == (0.6667, 2, 3)
    assert found["share_of_sales_with_points", "N"] == (0.2312, 4_000, 17_300)
    assert found["share_of_sales_with_points", "S"] == (0.1852, 3_000, 16_200)
    assert found["average_balance", "N"] == (None, None, None)
    assert found["repeat_purchase", "S"] == (None, None, None)
    assert found["average_balance", "*"] == (26.0, 104, 4)


def test_by_tier(story: Ledger) -> None:
    """A tier has the receipts scored at it and the balances of who stood in it at the window's end."""
    found = figures(story, "tier")
    assert {group for _, group in found} == {"*", "", "base", "gold"}
    assert found["average_balance", "base"] == (33.0, 99, 3)
    assert found["average_balance", "gold"] == (5.0, 5, 1)
    assert found["redemption_frequency", "base"] == (0.6667, 2, 3)
    assert found["redemption_frequency", "gold"] == (0.0, 0, 1)
    assert found["average_receipt_with_points", "base"] == (3_500, 7_000, 2)
    assert found["average_receipt_without_points", ""] == (4_250, 8_500, 2)
    assert found["participation", "base"] == (None, None, None)
    assert found["repeat_purchase", "gold"] == (None, None, None)
    assert found["average_receipt_uplift", "base"] == (0.2186, 5_667, 4_650)
    assert found["average_receipt_uplift", "gold"] == (0.7204, 8_000, 4_650)


def test_groups_of_revenue_sum_to_the_whole(story: Ledger) -> None:
    """No receipt and no return is lost between the months, shops or tiers."""
    for by in ("month", "shop", "tier"):
        found = figures(story, by)
        whole = found["share_of_sales_with_points", "*"]
        groups = [
            figure for (name, group), figure in found.items() if name == "share_of_sales_with_points" and group != "*"
        ]
        assert [sum(figure[place] for figure in groups) for place in (1, 2)] == [whole[1], whole[2]]


def test_empty_database_has_rows_without_values() -> None:
    """Nothing sold gives every figure with zeros under it and no value, and no error."""
    found = figures(Ledger(), "month", end=32)
    assert {group for _, group in found} == {"*", "2026-01"}
    assert {value for value, _, _ in found.values()} == {None}
    assert found["participation", "*"] == (None, 0, 0)
    assert found["average_receipt_uplift", "*"] == (None, None, None)


def test_window_without_days(story: Ledger) -> None:
    """A window from a day up to the same day holds nothing but the balance at its moment."""
    found = figures(story, "month", start=60, end=60)
    assert found["participation", "*"] == (None, 0, 0)
    assert found["average_balance", "*"] == (26.0, 104, 4)
    assert {group for _, group in found} == {"*"}


def test_returns_alone_give_no_share() -> None:
    """Where more came back than was sold there is revenue below zero and no share of it."""
    ledger = Ledger()
    ledger.returned(2, 500)
    found = figures(ledger)
    assert found["share_of_sales_with_points", "*"] == (None, 0, -500)
    assert found["average_receipt_without_points", "*"] == (None, -500, 0)


@pytest.mark.parametrize(
    "with_receipt, receipts, repeated",
    [
        (True, [(1, NOON)], 0),  # the enrolling receipt alone
        (True, [(1, NOON), (1, NOON)], 1),  # another of the same second
        (True, [(1, NOON), (31, NOON)], 1),  # the thirtieth day
        (True, [(1, NOON), (32, NOON)], 0),  # the thirty-first
        (True, [(2, NOON)], 1),  # enrolled with a return: no receipt enrolled
        (False, [(1, NOON)], 1),  # enrolled at the desk in the second of the first receipt
        (False, [(1, NOON - 1)], 0),  # bought before
        (False, [(60, NOON)], 0),  # after the window
    ],
)
def test_repeat_purchase(with_receipt: bool, receipts: list[tuple[int, int]], repeated: int) -> None:
    """A receipt other than the enrolling one, from the enrolment to the thirtieth day after, is a repeat."""
    ledger = Ledger()
    member = ledger.member(1, NOON, with_receipt=with_receipt)
    for day, second in receipts:
        ledger.receipt(member, day, 1_000, second=second)
    assert figures(ledger)["repeat_purchase", "*"][1:] == (repeated, 1)


def test_a_repeat_after_the_month_counts_for_the_month_of_enrolment() -> None:
    """A member of January who bought again in February came back within the thirty days."""
    ledger = Ledger()
    member = ledger.member(25)
    ledger.receipt(member, 40, 1_000)
    found = figures(ledger, "month")
    assert found["repeat_purchase", "2026-01"] == (1.0, 1, 1)
    assert found["repeat_purchase", "2026-02"] == (None, 0, 0)


def test_a_redemption_before_its_receipt_is_no_return() -> None:
    """A receipt that names its earlier redemption as original stays a receipt of its own shop, paid with points."""
    ledger = Ledger()
    member = ledger.member(1)
    redeemed = ledger.event("redeem", 2, member=member, spent=10, spent_minor=1_000, points=10)
    ledger.receipt(member, 2, 5_000, spent=10, shop="N", original=redeemed)
    found = figures(ledger, "shop")
    assert found["average_receipt_with_points", "N"] == (5_000, 5_000, 1)


def test_other_programs_accounts_are_left_out(story: Ledger) -> None:
    """Balances and enrolments are those of the program that was asked for."""
    table = kpi(
        story.connection,
        program="other",
        from_day=DAY_ONE,
        to_day=DAY_ONE + 59,
        by=None,
        start_of=start_of,
        currency="GBP",
        digits=2,
        points_scale=0,
    )
    found = {row["kpi"]: row for row in json_rows(table)}
    assert found["average_balance"]["denominator"] == 0
    assert found["repeat_purchase"]["denominator"] == 0


@pytest.mark.parametrize("by, hint", [("mounth", "did you mean 'month'?"), ("x", "known: month, shop, tier, tag")])
def test_unknown_group_is_refused(by: str, hint: str) -> None:
    """A group that nobody knows is a usage error that names near ones."""
    with pytest.raises(BonusError) as caught:
        figures(Ledger(), by)
    assert (caught.value.code, caught.value.hint) == ("usage", hint)


@pytest.mark.parametrize("start, end", [(2, 1), (1, 40_000)])
def test_impossible_windows_are_refused(start: int, end: int) -> None:
    """A window that ends before it begins, or is a century of months, is a usage error."""
    with pytest.raises(BonusError) as caught:
        figures(Ledger(), "month", start=start, end=end)
    assert caught.value.code == "usage"


def test_a_year_costs_as_many_statements_as_a_day(story: Ledger) -> None:
    """The number of queries does not grow with months or members."""

    def statements(end: int) -> int:
        seen: list[str] = []
        story.connection.set_trace_callback(seen.append)
        figures(story, "month", end=end)
        story.connection.set_trace_callback(None)
        return len(seen)

    assert statements(2) == statements(365)


def test_the_seven_stand_in_the_order_of_the_contract() -> None:
    """Scripts find the names of the contract; what stands beside one follows it."""
    names = [each.name for each in KPIS]
    seven = [
        "participation",
        "average_balance",
        "redemption_frequency",
        "average_receipt_with_points",
        "repeat_purchase",
        "share_of_sales_with_points",
        "average_receipt_uplift",
    ]
    assert [name for name in names if name in seven] == seven
