"""``bonuscli export``: files that hold what the database holds, go on where the last one ended, and come back."""

import csv
import json
import sqlite3
import threading
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from bonuscli.cli.commands.export import HIDDEN
from bonuscli.cli.run import run
from bonuscli.importers.csv_rows import EXPORT_COLUMN
from bonuscli.store import exports
from tests.cli.exports import Capture, bonuscli, exported, open_shop
from tests.conftest import ROOT

EXPORTS = ("members", "ledger", "receipts", "lines", "balances")


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop with something of everything."""
    open_shop(monkeypatch)


def figures(db: str = "bonus.db") -> list[tuple]:
    """What members hold, by card."""
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(
            "SELECT c.card, b.balance, b.pending, b.tier FROM v_balance b JOIN v_card c USING (member)"
            " WHERE c.kind = 'card' ORDER BY c.card"
        ).fetchall()


@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_tells_what_it_covers(name: str, capsys: Capture) -> None:
    """Standard error has one JSON object: rows, and the seal with its hash that the file came through."""
    rows, told = exported(capsys, name)
    with closing(sqlite3.connect("bonus.db")) as connection:
        seal, head = connection.execute("SELECT seal, hash FROM seals ORDER BY seal DESC LIMIT 1").fetchone()
    assert told == {
        "export": name, "format": "csv", "rows": len(rows), "file": None, "since": 0, "through": seal, "head": head,
    }  # fmt: skip
    assert rows


def test_the_columns_of_the_ledger_are_those_of_its_view(capsys: Capture) -> None:
    """What docs/database.md says of a column holds for the file, too."""
    rows, _ = exported(capsys, "ledger")
    with closing(sqlite3.connect("bonus.db")) as connection:
        view = connection.execute("SELECT * FROM v_ledger ORDER BY account, entry")
        assert list(rows[0]) == [column[0] for column in view.description]
        stored = view.fetchall()
    assert [(row["account"], row["entry"], row["points"], row["day"]) for row in rows] == [
        (str(row[0]), str(row[3]), str(row[5]), row[6]) for row in stored
    ]


def test_lines_add_up_to_their_receipts(capsys: Capture) -> None:
    """What lines earned is what their receipts earned, and their amounts are the receipts' totals."""
    rows, _ = exported(capsys, "lines")
    with closing(sqlite3.connect("bonus.db")) as connection:
        for receipt, total, earned in connection.execute(
            "SELECT receipt_id, total_minor, earned_points FROM v_receipt"
        ).fetchall():
            own = [row for row in rows if row["receipt_id"] == receipt]
            assert sum(Decimal(row["amount"]) for row in own) * 100 == total
            assert sum(int(row["earned_points"]) for row in own) == earned


def test_balances_are_those_of_the_command(capsys: Capture) -> None:
    """Each row is what ``balance`` says of the card on that day, whatever has fallen due since."""
    for day in ("2026-12-01", "2026-12-20", "2027-07-01"):
        rows, _ = exported(capsys, "balances", "--as-of", day, "--pii")
        assert [row["card"] for row in rows] == ["2000000000017", "300"]
        for row in rows:
            bonuscli("balance", row["card"], "--as-of", day, "--json")
            told = json.loads(capsys.readouterr().out)
            names = ("balance", "pending", "held", "available", "deficit")
            assert [int(row[name]) for name in names] == [told[name] for name in names]
            assert int(Decimal(row["worth"]) * 100) == told["worth_minor"]


def test_personal_data_stays_unless_it_is_asked_for(capsys: Capture) -> None:
    """Without --pii no name, card, phone, birthday or free text is in any file; with it all of them are."""
    secrets = ("2000000000017", "+79120000001", "Anna", "1990-05-01", "olga")
    for name in EXPORTS:
        capsys.readouterr()
        bonuscli("export", name, "-q")
        shown = capsys.readouterr().out
        assert not [secret for secret in secrets if secret in shown], name
    for name, hidden in HIDDEN.items():
        if hidden:
            rows, _ = exported(capsys, name, "--pii")
            assert hidden.keys() <= rows[0].keys()
            assert any(secret in str(rows) for secret in secrets), name


@pytest.mark.parametrize("unknown", [("--since", "99"), ("--since", "0", "--to", "99")])
def test_a_database_that_has_not_come_so_far_is_told(unknown: tuple[str, ...], capsys: Capture) -> None:
    """A number that an older backup has not reached ends with status 3 and writes nothing."""
    assert run(["export", "ledger", *unknown, "--out", "x.csv"]) == 3
    assert "has come to seal" in capsys.readouterr().err
    assert not list(Path().glob("x.csv*"))


def test_the_end_must_not_be_before_the_beginning(capsys: Capture) -> None:
    """--to before --since ends with status 2."""
    assert run(["export", "ledger", "--since", "2", "--to", "1"]) == 2
    assert "--to 1 is before --since 2" in capsys.readouterr().err


@pytest.mark.parametrize("few", [exports._FEW, 0, 10**6])
def test_increments_of_a_quiet_shop_are_the_whole(few: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of one seal each hold every row of the full export exactly once, what expired without an event too, and
    however the rows are found."""
    monkeypatch.setattr(exports, "_FEW", few)
    monkeypatch.setenv("BONUSCLI_NOW", "2027-07-01 12:00")
    bonuscli("expire", "-q")
    assert any(row["kind"] == "expiry" and not row["event"] for row in exported(capsys, "ledger")[0])
    for name in ("ledger", "receipts", "lines"):
        whole, told = exported(capsys, name)
        parts = []
        for seal in range(int(str(told["through"]))):
            part, covered = exported(capsys, name, "--since", str(seal), "--to", str(seal + 1))
            assert (covered["since"], covered["through"]) == (seal, seal + 1)
            parts += part
        assert sorted(map(str, parts)) == sorted(map(str, whole)), name


def test_what_is_new_is_not_looked_for_among_all_entries() -> None:
    """An export of what is new seeks: it goes through neither all entries nor all accounts nor all events."""
    with closing(sqlite3.connect("bonus.db")) as connection:
        given = {**exports.Cover(1, 2, "", 1, 2)._asdict(), "program": "corner-shop"}
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {exports._NEW_LEDGER}", given)]
    assert not [step for step in plan if step.startswith("SCAN") and step.split()[1] not in ("moved", "written")]
    assert any("entries_settled" in step for step in plan)


def test_members_come_again_when_they_change(capsys: Capture) -> None:
    """With --since a member who was changed or erased comes as he is now, and nobody else does."""
    _, told = exported(capsys, "members")
    bonuscli("card", "change", "300", "--name", "Ben", "-q")
    bonuscli("accrue", "2000000000017", "--total", "10.00", "--receipt-id", "Z", "-q")
    rows, told = exported(capsys, "members", "--since", str(told["through"]), "--pii")
    assert [(row["member"], row["name"]) for row in rows] == [("2", "Ben")]
    bonuscli("card", "erase", "2000000000017", "--yes", "-q")
    rows, _ = exported(capsys, "members", "--since", str(told["through"]), "--pii")
    assert [(row["member"], row["card"], row["name"]) for row in rows] == [("1", "", "")]


@pytest.mark.parametrize("name", ["ledger", "receipts"])
def test_increments_beside_a_live_till_are_the_whole(name: str, capsys: Capture) -> None:
    """While a till books, each file goes on exactly where the last one ended."""
    done = threading.Event()

    def sell() -> None:
        from bonuscli.services.accrue import accrue, receipt_of_total
        from bonuscli.services.shop import Shop

        for number in range(40):
            accrue(Shop(Path("bonus.db")), "300", receipt_of_total(1000 + number, f"live{number}", "main", None))
        done.set()

    till = threading.Thread(target=sell)
    till.start()
    parts: list[dict[str, str]] = []
    since, files = "0", 0
    while True:
        last = done.is_set()
        rows, told = exported(capsys, name, "--since", since)
        parts += rows
        since, files = str(told["through"]), files + 1
        if last:
            break
    till.join()
    whole, _ = exported(capsys, name)
    assert files > 1
    assert sorted(map(str, parts)) == sorted(map(str, whole))


def test_receipts_come_back(capsys: Capture) -> None:
    """A file of receipts, imported into a fresh database of the same program, gives the same receipts and balances."""
    bonuscli("accrue", "2000000000017", "--total", "500.00", "--receipt-id", "H", "--shop", "main", "-q")
    bonuscli("export", "receipts", "--pii", "--out", "receipts.csv")
    bonuscli("init", "--template", "corner-shop", "--db", "again.db", "-q")
    for card in ("2000000000017", "300"):
        bonuscli("enroll", card, "--db", "again.db", "-q")
    capsys.readouterr()
    bonuscli("import", "receipts.csv", "--db", "again.db", "--json")
    assert json.loads(capsys.readouterr().out)["rejected"] == 0
    bonuscli("adjust", "300", "50", "--reason", "as there", "--db", "again.db", "-q")
    assert figures("again.db") == figures()

    assert stored("again.db") == stored("bonus.db")
    bonuscli("export", "receipts", "--pii", "--db", "again.db", "--out", "again.csv")
    assert told_in("again.csv") == told_in("receipts.csv")
    bonuscli("import", "receipts.csv", "--db", "again.db", "--json")
    again = json.loads(capsys.readouterr().out)
    assert (again["duplicate"], again["accepted"]) == (again["receipts"], 0)


def test_text_of_several_lines_comes_back(capsys: Capture) -> None:
    """A name of a cashier or a way of payment stands in one line, since a line of the file is a row."""
    receipt = {
        "id": "H",
        "card": "300",
        "cashier": "Ol\nga",
        "lines": [{"sku": "a", "name": "Te\na", "quantity": "1", "amount": "10.00"}],
        "payments": [{"type": "gift\ncard", "amount": "10.00"}],
    }
    Path("receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    bonuscli("accrue", "300", "--receipt", "receipt.json", "-q")
    rows, _ = exported(capsys, "receipts", "--pii")
    assert [rows[-1][name] for name in ("cashier", "name", "payment")] == ["Ol ga", "Te a", "gift card=10.00"]


def stored(db: str) -> list[tuple]:
    """Receipts and lines as the views have them, but for the numbers of events and members."""
    with closing(sqlite3.connect(db)) as connection:
        receipts = connection.execute(
            "SELECT receipt_id, kind, shop, till, at_local, total_minor, spent_points, to_pay_minor, earned_points,"
            " payments, original_receipt_id FROM v_receipt ORDER BY event"
        ).fetchall()
        lines = connection.execute(
            "SELECT receipt_id, kind, line, sku, name, category, quantity_thousandths, amount_minor, discount_minor,"
            " earned_points FROM v_receipt_line ORDER BY event, line"
        ).fetchall()
        return receipts + lines


def told_in(file: str) -> list[dict[str, str]]:
    """The rows of a file of receipts but for what is the database's own: the number of the event, a phone."""
    with Path(file).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [{name: cell for name, cell in row.items() if name not in (EXPORT_COLUMN, "phone")} for row in rows]


def test_importing_an_export_into_its_own_database_adds_nothing(capsys: Capture) -> None:
    """All of its receipts are there already; returns of money, which the file tells in other words, are kept out."""
    bonuscli("export", "receipts", "--pii", "--out", "receipts.csv")
    capsys.readouterr()
    assert run(["import", "receipts.csv", "--json"]) == 5
    told = json.loads(capsys.readouterr().out)
    assert (told["accepted"], told["rejected"], told["duplicate"], told["conflicts"]) == (0, 0, 5, 2)


def test_members_and_balances_come_back(capsys: Capture) -> None:
    """By the profile and the query of the page: the same people, names like formulas too, and each lot's last day."""
    page = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    profile, query = (page.partition(f"```{kind}\n")[2].partition("```")[0] for kind in ("yaml", "sql"))
    Path("members.yaml").write_text(profile, encoding="utf-8")
    bonuscli("grant", "300", "7", "--opens", "5d", "--lasts", "9d", "-q")
    bonuscli("export", "members", "--pii", "--out", "members.csv", "-q")
    query = query.replace("'shop'", "'corner-shop'")
    with closing(sqlite3.connect("bonus.db")) as connection, Path("lots.csv").open("w", encoding="utf-8") as stream:
        lots = connection.execute(query)
        csv.writer(stream).writerows([[name for name, *_ in lots.description], *lots])
    bonuscli("init", "--template", "corner-shop", "--db", "again.db", "-q")
    bonuscli("enroll", "--file", "members.csv", "--profile", "members.yaml", "--db", "again.db", "-q")
    bonuscli("grant", "--file", "lots.csv", "--opening", "--db", "again.db", "-q")
    for asked in ("SELECT name, phone, birthday_on, enrolled_on FROM v_member ORDER BY name", query):
        found = []
        for db in ("bonus.db", "again.db"):
            with closing(sqlite3.connect(db)) as connection:
                found.append(sorted(connection.execute(asked).fetchall(), key=str))
        assert found[0] == found[1]
        assert len(found[0]) > 1
    assert run(["verify", "--db", "again.db", "-q"]) == 0


def test_receipts_of_a_merged_member_have_the_card_of_the_heir(capsys: Capture) -> None:
    """Whose card went over to another member is told by the first card of that one."""
    bonuscli("card", "merge", "300", "2000000000017", "--yes", "-q")
    rows, _ = exported(capsys, "receipts", "--pii")
    assert {row["card"] for row in rows} == {"2000000000017", ""}
