"""What protects the ledger within the code, each on its own: taken out, one of these fails (see ``guards``)."""

# ruff: noqa: E501 (a step of a sequence is a line, however long)
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, credit, debit, exchange, give_back
from bonuscli.engine.holdings import Sale
from bonuscli.engine.returns import bring_back
from bonuscli.errors import BonusError, InvariantBroken
from bonuscli.model import GRANT, HOLD, REDEMPTION, RESTORE, Line, ReturnBody, ReturnLine
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.card_changes import block, replace
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.shop import Shop
from bonuscli.services.till import Till
from bonuscli.services.writing import Writing
from bonuscli.store import migrations, seals, sqlite
from tests.ledger.conftest import Play
from tests.ledger.tills import UTC, assert_proven, dump, figures, open_shop, refusal, send_rows

FORTY = "A,sale,,2026-01-01 10:00,7,G,1,40.00,"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Card 7 has 40 points, earned on 1 January; it is the first of February."""
    opened = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(opened, tmp_path, FORTY)
    return opened


def account_of(points: int) -> tuple[Account, Rows]:
    """An account with one lot, which is entry 1."""
    account, rows = Account(1, 1, None, frozenset(), 0), Rows()
    credit(account, rows, GRANT, points, 0, 0, None, (0, 100))
    return account, rows


def test_no_more_comes_back_than_was_taken() -> None:
    """A debit of 30 gives 31 back to nobody: that is a bug, and nothing of it is written."""
    account, rows = account_of(50)
    n = debit(account, rows, REDEMPTION, 30, 0, 0, None, list(account.lots.values()))
    with pytest.raises(InvariantBroken, match="31 points of debit 2 were to come back, 1 more than it took"):
        give_back(account, rows, RESTORE, n, 31, 0, 0, None)


def test_no_more_is_captured_than_was_held() -> None:
    """A hold of 30 can not become a redemption of 31."""
    account, rows = account_of(50)
    n = debit(account, rows, HOLD, 30, 0, 0, None, list(account.lots.values()))
    with pytest.raises(InvariantBroken, match="31 points in the place of debit 2 of 30"):
        exchange(account, rows, n, (HOLD, REDEMPTION), 31, 0, 0, None)


def test_no_more_of_a_line_comes_back_than_was_sold() -> None:
    """60 % and 60 % of a line are more than the line, whoever has let the second return pass."""
    line = Line(1, "G", None, None, None, 10_000, 10_000, 0)
    sale = Sale(1, 0, 0, 1, "", None, 10_000, (line,), {})
    part = ReturnBody("X", "", 6_000, (ReturnLine(1, 3, 5, line),), 1)
    assert bring_back(sale, part) == 6_000
    with pytest.raises(InvariantBroken, match="brings back more than line 1"):
        bring_back(sale, part)


def test_a_lot_is_prolonged_once(play: Play) -> None:
    """Points that were restored into a lot of their own, spent again and restored again keep that lot's last day."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "20.00"}}
        - {at: 2026-01-09 10:00, receipt: {id: B, total: "20.00", redeem: 20}, expect: {to_pay: "0.00", balance: 0}}
        - {at: 2026-01-10 10:00, return: {id: X, of: B}, expect: {restored: 20, balance: 20}}
        - {at: 2026-01-23 10:00, receipt: {id: C, total: "20.00", redeem: 20}, expect: {balance: 0}}
        - {at: 2026-01-24 10:00, return: {id: Y, of: C}, expect: {restored: 20, balance: 20}}
        - {at: 2026-01-25 10:00, look: {}, expect: {balance: 0}}
        """,
        points='{name: {one: point, other: points}, value: "1.00", lasts: {for: 10d, from: accrual}}',
        returns="{restored_min_life: 14d}",
    )


def test_no_more_is_taken_by_hand_than_is_there(shop: Shop) -> None:
    """An adjustment of -41 of 40 points is refused, one of -40 is not."""
    assert refusal(adjust, shop, "7", -41, "counted") == "insufficient_points"
    assert adjust(shop, "7", -40, "counted").balance == 0
    assert_proven(shop)


def test_an_act_that_fails_leaves_nothing(shop: Shop) -> None:
    """Whatever goes wrong between the first row and the commit, no row is there."""

    def half_done() -> None:
        with shop.writing() as session:
            session.connection.execute("INSERT INTO meta VALUES ('half', 'done')")
            session.connection.execute("DELETE FROM entries")

    before = dump(shop)
    with pytest.raises(sqlite3.IntegrityError):
        half_done()
    assert dump(shop) == before


def test_a_connection_is_set_up_to_refuse(shop: Shop) -> None:
    """Foreign keys, triggers on replaced rows, no trust in the schema; a writer's commit is on the disk when it ends."""
    wanted = {"foreign_keys": 1, "recursive_triggers": 1, "trusted_schema": 0}
    with closing(sqlite.open_writer(shop.path)) as writer, closing(sqlite.open_reader(shop.path)) as reader:
        for connection in (writer, reader):
            assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
        assert writer.execute("PRAGMA synchronous").fetchone() == (2,)
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            writer.execute("INSERT INTO tallies VALUES (99, 'x', 1, 1)")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM tallies")


def test_times_of_recording_stand_still_when_the_clock_is_set_back(shop: Shop) -> None:
    """An event recorded after one of 1 February is recorded on 1 February, though the wall says January."""
    redeem(shop, "7", 1)
    redeem(Shop(shop.path, now=UTC.parse_instant("2026-01-20 12:00")), "7", 2, writing=Writing(at="2026-01-20 12:00"))
    with shop.reading() as session:
        ((first, second),) = session.connection.execute(
            "SELECT MIN(recorded_at), MAX(recorded_at) FROM events WHERE kind = 'redeem'"
        ).fetchall()
    assert (first, second) == (shop._now, shop._now)
    assert_proven(shop)


def test_a_back_dated_debit_bears_the_clock(shop: Shop) -> None:
    """The account was brought to 1 February: points spent "on 20 January" leave it then, and what had ended is gone."""
    redeem(shop, "7", 1)
    redeem(shop, "7", 2, writing=Writing(at="2026-01-20 12:00"))
    with shop.reading() as session:
        rows = session.connection.execute("SELECT points, at FROM entries WHERE kind = 'redemption'").fetchall()
        (clock,) = session.connection.execute("SELECT clock FROM accounts").fetchone()
        settled = session.connection.execute("SELECT settled_to FROM events WHERE kind = 'redeem'").fetchall()
    assert (rows, clock, settled) == ([(-1, shop._now), (-2, shop._now)], shop._now, [(shop._now,), (shop._now,)])
    assert_proven(shop)


def test_a_till_drops_what_another_has_changed(shop: Shop) -> None:
    """A loop that keeps accounts between its receipts does not spend what another command has spent meanwhile."""
    with shop.writer() as writer:
        till = Till(writer)
        till.accrue('{"id": "B", "card": "7", "lines": [{"amount": "1.00"}]}', "line 1")
        redeem(shop, "7", 41)
        with pytest.raises(BonusError) as refused:
            till.redeem('{"receipt_id": "C", "card": "7", "points": 1}', "line 2")
    assert (refused.value.code, figures(shop, "7").balance) == ("insufficient_points", 0)
    assert_proven(shop)


def test_one_number_is_one_document(shop: Shop, tmp_path: Path) -> None:
    """A receipt of a known number and other goods is a conflict, kept out and counted."""
    report = send_rows(shop, tmp_path, "A,sale,,2026-01-01 10:00,7,G,1,41.00,")
    assert (report.accepted, report.duplicate, report.conflicts) == (0, 0, 1)
    assert figures(shop, "7").balance == 40


def test_points_spent_beforehand_pay_for_one_receipt(shop: Shop) -> None:
    """`redeem R` pays for the receipt R of one source; another source's receipt R is paid with money."""
    redeem(shop, "7", 10, receipt_id="R")
    first = accrue(shop, "7", receipt_of_total(30_00, "R", "north", None))
    second = accrue(shop, "7", receipt_of_total(30_00, "R", "south", None))
    assert [(each.redeemed, each.to_pay_minor) for each in (first, second)] == [(10, 20_00), (0, 30_00)]
    assert_proven(shop)


def test_a_blocked_card_neither_earns_nor_spends(shop: Shop, tmp_path: Path) -> None:
    """It is refused at the till; its receipt in a file is stored, and gives nothing."""
    block(shop, "7", True)
    assert refusal(redeem, shop, "7", 1) == "card_blocked"
    assert refusal(accrue, shop, "7", receipt_of_total(10_00, "B", None, "max")) == "card_blocked"
    assert send_rows(shop, tmp_path, "C,sale,,2026-01-31 10:00,7,G,1,40.00,").accepted == 1
    assert figures(shop, "7").balance == 40
    block(shop, "7", False)
    assert redeem(shop, "7", 40).balance == 0
    assert_proven(shop)


def test_a_lost_card_is_not_enrolled_again(shop: Shop) -> None:
    """Its number leads to nobody, and can be given to nobody."""
    replace(shop, "7", "8")
    assert refusal(redeem, shop, "7", 1) == "card_blocked"
    assert refusal(enrol_one, shop, NO_PARTICULARS._replace(card="7")) == "card_taken"
    assert figures(shop, "8").balance == 40


def test_a_file_without_a_guard_is_no_migrated_one(shop: Shop) -> None:
    """A migration ends by holding the file against a new one, triggers included."""
    with closing(sqlite3.connect(shop.path)) as connection:
        migrations.require_fresh_shape(connection)
        connection.execute("DROP TRIGGER entries_no_update")
        with pytest.raises(InvariantBroken, match="entries_no_update"):
            migrations.require_fresh_shape(connection)


def test_a_seal_binds_the_one_before() -> None:
    """The same rows after another past have another hash, and each row counts."""
    five, six = (([], [(1, 1, "grant", points, 0, 0, 1, 0, 30, None, 0)], []) for points in (5, 6))
    assert seals.hash_of(seals.FIRST, *five) != seals.hash_of("1" * 64, *five)
    assert seals.hash_of(seals.FIRST, *five) != seals.hash_of(seals.FIRST, *six)


def test_an_account_never_goes_back_in_time(shop: Shop) -> None:
    """Settled to an instant before its clock, an account stays as it is: what was booked by then stays booked."""
    with shop.reading() as session:
        desk = session.desk()
        desk.load({1})
        account = desk.accounts[1]
        desk.settle(account, shop._now)
        rows = desk.settle(account, shop._now - 86_400)
    assert (account.clock, rows.entries) == (shop._now, [])


@pytest.mark.parametrize("since", ["accrual", "last-purchase"])
def test_a_balance_needs_no_cron(tmp_path: Path, since: str) -> None:
    """Points that lived through 11 January are there on it and gone on the 12th, though nobody has run ``expire``."""
    life = f'{{name: {{one: point, other: points}}, value: "1.00", lasts: {{for: 10d, from: {since}}}}}'
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 12:00", points=life)
    send_rows(shop, tmp_path, FORTY)
    on = {day: figures(Shop(shop.path, now=UTC.parse_instant(f"2026-01-{day} 00:00")), "7").balance for day in (11, 12)}
    assert on == {11: 40, 12: 0}
    assert_proven(shop)
