"""The views are the public contract of the file: their columns, units and sums."""

import pytest

from bonuscli.days import NEVER
from bonuscli.store.views import ABOUT, VIEWS, columns
from tests.reports.ledger import DAY_ONE, Ledger

NAMES = (
    *("v_member", "v_card", "v_balance", "v_ledger", "v_lot", "v_receipt", "v_receipt_line", "v_expiring"),
    *("v_liability", "v_kpi_day"),
)
# Lots are written relative to the machine's day, since the views ask for it.
FAR = 30_000


def rows(ledger: Ledger, view: str, order: str = "1") -> list[dict[str, object]]:
    """All rows of a view as dictionaries."""
    cursor = ledger.connection.execute(f"SELECT * FROM {view} ORDER BY {order}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def test_views_are_told() -> None:
    """Each view has its sentence, and its columns are those of the database."""
    assert tuple(ABOUT) == tuple(VIEWS) == NAMES
    connection = Ledger().connection
    for view in VIEWS:
        cursor = connection.execute(f"SELECT * FROM {view}")
        assert columns(connection, view) == [column[0] for column in cursor.description]
    assert columns(connection, "v_nothing") == []


@pytest.fixture(scope="module")
def story() -> Ledger:
    """A member with open, pending, expired and empty lots, another with a deficit, a guest."""
    told = Ledger()
    anna = told.member(1, tier="gold", name="Anna", phone="+79120000001", birthday=-3653, tags="vip")
    told.insert("cards", number="100", shown="1 00", kind="card", member=anna)
    sale = told.receipt(anna, 2, 10_000, spent=10, shop="N", tier="gold", payments="card")
    told.insert("receipt_lines", event=sale, line=1, sku="T1", name="tea", quantity=2_500, amount=10_000, discount=500)
    told.insert("line_shares", event=sale, line=1, account=anna, award=60, spent=10, spent_minor=1_000)
    open_lot = told.lot(anna, 60, day=2, opens=2, expires=FAR, event=sale, rule="base")
    told.take(anna, open_lot, 10, day=2, event=sale)
    told.lot(anna, 40, day=2, opens=FAR, expires=FAR + 9, kind="grant")
    told.lot(anna, 5, day=2, opens=2, expires=3)
    emptied = told.lot(anna, 7, day=2, opens=2, expires=3)
    told.take(anna, emptied, 7, day=4, kind="expiry")
    told.lot(anna, 3, day=2, opens=2, expires=NEVER - DAY_ONE + 1, kind="adjustment")
    told.returned(3, 2_000, original=sale)
    told.receipt(None, 3, 4_000, shop="N")
    ben = told.member(5)
    told.entry(ben, "take-back", -15, day=6)
    told.project()
    return told


def test_names_are_those_of_the_contract() -> None:
    """No view of the contract is missing and none is unknown."""
    assert tuple(VIEWS) == NAMES


@pytest.mark.parametrize("view", NAMES)
def test_views_of_an_empty_file_are_empty(view: str) -> None:
    """Every view can be read before anything has happened."""
    assert rows(Ledger(), view) == []


def test_member_and_card(story: Ledger) -> None:
    """A member has ISO days, a card both its spellings."""
    anna = rows(story, "v_member")[0]
    assert (anna["member"], anna["birthday_on"], anna["enrolled_on"]) == (1, "1960-01-01", "2026-01-01")
    assert rows(story, "v_card") == [{"card": "100", "shown": "1 00", "kind": "card", "member": 1, "name": "Anna"}]


def test_balance(story: Ledger) -> None:
    """Open, pending and owed points stand apart; what has passed its last day is in none of them."""
    anna, ben = rows(story, "v_balance")
    assert (anna["balance"], anna["pending"], anna["held"], anna["available"], anna["deficit"]) == (53, 40, 0, 53, 0)
    assert (anna["next_expiry_points"], anna["tier"]) == (50, "gold")
    assert str(anna["next_expiry_on"]).startswith("2108-")
    assert (ben["balance"], ben["available"], ben["deficit"], ben["next_expiry_on"]) == (-15, 0, 15, None)


@pytest.mark.parametrize("column", ["merged_into", "blocked", "control"])
def test_state(column: str) -> None:
    """A balance tells whether its account is blocked, merged into another, or kept out of points."""
    ledger = Ledger()
    anna, ben = ledger.member(1), ledger.member(2)
    ledger.project()
    ledger.connection.execute(f"UPDATE accounts SET {column} = 1 WHERE id = ?", (ben,))
    states = {row["account"]: row["state"] for row in rows(ledger, "v_balance")}
    assert states == {anna: "open", ben: column.removesuffix("_into")}


def test_ledger(story: Ledger) -> None:
    """An entry tells its day, its instants and the receipt that caused it; settling has no local time."""
    entries = rows(story, "v_ledger", "account, entry")
    assert entries[0]["at_utc"] == "2026-01-02T12:00:00Z"
    assert (entries[1]["kind"], entries[1]["points"], entries[1]["event_number"]) == ("redemption", -10, "N2")
    assert entries[1]["at_local"] == "2026-01-02T15:00:00+03:00"
    assert (entries[-1]["kind"], entries[-1]["at_local"], entries[-1]["event"]) == ("take-back", None, None)


def test_lot(story: Ledger) -> None:
    """A lot is pending, open, expired or empty; without an end it lasts to 9999-12-31."""
    lots = {row["lot"]: row for row in rows(story, "v_lot")}
    states = [(lot["points"], lot["remaining"], lot["state"]) for lot in lots.values()]
    assert states == [(60, 50, "open"), (40, 40, "pending"), (5, 5, "expired"), (7, 0, "empty"), (3, 3, "open")]
    assert lots[7]["expires_on"] == "9999-12-31"


def test_receipts(story: Ledger) -> None:
    """A return's revenue is below zero; a receipt tells what it earned, spent and left to pay."""
    sale, returned, guest = rows(story, "v_receipt")
    assert (sale["total_minor"], sale["revenue_minor"], sale["to_pay_minor"]) == (10_000, 10_000, 9_000)
    assert (sale["earned_points"], sale["spent_points"], sale["spent_minor"]) == (60, 10, 1_000)
    assert sale["at_local"] == "2026-01-02T15:00:00+03:00"
    assert (returned["kind"], returned["revenue_minor"], returned["original_receipt_id"]) == ("return", -2_000, "N2")
    assert (guest["member"], guest["earned_points"], returned["to_pay_minor"]) == (None, 0, None)


def test_points_of_several_programs_are_not_added_up() -> None:
    """What a receipt earned is told in the program that it was recorded in; another's points are no part of it."""
    ledger = Ledger()
    own, other = ledger.member(1), ledger.member(2)
    ledger.project()
    ledger.connection.execute("UPDATE accounts SET member = ?, program = 'club' WHERE id = ?", (own, other))
    (program,) = ledger.connection.execute("SELECT program FROM accounts WHERE id = ?", (own,)).fetchone()
    sale = ledger.receipt(own, 2, 10_000, program=program)
    ledger.insert("receipt_lines", event=sale, line=1, sku="T1", name="tea", quantity=1_000, amount=10_000, discount=0)
    for account, award in ((own, 60), (other, 2)):
        ledger.insert("line_shares", event=sale, line=1, account=account, award=award, spent=0, spent_minor=0)
    (receipt,), (line,) = rows(ledger, "v_receipt"), rows(ledger, "v_receipt_line")
    assert (receipt["earned_points"], receipt["program"], line["earned_points"]) == (60, program, 60)


def test_receipt_lines(story: Ledger) -> None:
    """A line tells its quantity in thousandths and its part of the points."""
    (line,) = rows(story, "v_receipt_line")
    assert (line["quantity_thousandths"], line["amount_minor"], line["discount_minor"]) == (2_500, 10_000, 500)
    assert (line["earned_points"], line["spent_points"], line["spent_minor"], line["sku"]) == (60, 10, 1_000, "T1")


def test_local_time_west_of_greenwich() -> None:
    """An offset below zero has its sign and its half hours."""
    ledger = Ledger()
    ledger.receipt(None, 1, 100, utc_offset=-12_600)
    assert rows(ledger, "v_receipt")[0]["at_local"] == "2026-01-01T08:30:00-03:30"


def test_expiring(story: Ledger) -> None:
    """What will expire is told by day, pending points too, without what never does or already has."""
    assert [row["points"] for row in rows(story, "v_expiring", "expires_on")] == [50, 40]


def test_liability_is_a_double_entry(story: Ledger) -> None:
    """What was issued, less what left, is what stands: 105 + 7 + 3 - 10 - 7 - 15 = 58 + 40 - 15."""
    (shop,) = rows(story, "v_liability")
    assert shop == {
        "program": "shop",
        "issued": 112,
        "adjusted": 3,
        "redeemed": 10,
        "expired": 7,
        "written_off": 0,
        "taken_back": 15,
        "extended": 0,
        "transferred": 0,
        "open": 58,
        "pending": 40,
        "held": 0,
        "deficit": 15,
        "difference": 0,
    }


def test_liability_shows_what_does_not_add_up() -> None:
    """A projection changed from outside makes a difference."""
    ledger = Ledger()
    member = ledger.member(1)
    ledger.lot(member, 10, day=1, opens=1, expires=9)
    ledger.project()
    ledger.connection.execute("UPDATE open_lots SET remaining = 4")
    assert rows(ledger, "v_liability")[0]["difference"] == 6


def test_kpi_day(story: Ledger) -> None:
    """A day's sales stand by shop, buyer and payment; a return lowers the kind of receipt it belongs to."""
    found = [tuple(row.values()) for row in rows(story, "v_kpi_day", "day, buyer")]
    assert found == [
        ("2026-01-02", "N", "member", 1, 1, 10_000, 0, 10_000),
        ("2026-01-03", "N", "guest", 0, 1, 4_000, 0, 4_000),
        ("2026-01-03", "N", "member", 1, 0, 0, 2_000, -2_000),
    ]


def test_views_do_not_need_a_trusted_schema(story: Ledger) -> None:
    """Every view can be read on a connection that trusts no schema, as all of the store's are."""
    assert story.connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
    for view in NAMES:
        rows(story, view)
