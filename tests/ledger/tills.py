"""A shop on a file and what tills send it, for tests that go through the services."""

import sqlite3
from pathlib import Path

import pytest

from bonuscli.clock import Calendar
from bonuscli.engine.figures import Figures
from bonuscli.errors import BonusError
from bonuscli.importers.profile import load_profile
from bonuscli.program.load import Loaded, load, load_text
from bonuscli.services import ingest, programs
from bonuscli.services.database import dump_lines
from bonuscli.services.documents import Options
from bonuscli.services.ingest import Report
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from tests.ledger.conftest import SECTIONS

ROOT = Path(__file__).resolve().parent.parent.parent
REAL = ROOT / "tests" / "data" / "receipts-2010-12_2011-02.csv.gz"
UTC = Calendar("UTC")
HEADER = "receipt_id,kind,original_receipt_id,at,card,sku,quantity,amount,redeem\n"


def program_of(**sections: str) -> Loaded:
    """The program of the sequences, in force long since, with some of its sections added or replaced."""
    texts = {**SECTIONS, "valid": "{from: 2000-01-01}", **sections}
    return load_text("".join(f"{key}: {value}\n" for key, value in texts.items()), "story.yaml")


def open_shop(path: Path, now: str, program: Path | None = None, **sections: str) -> Shop:
    """A new shop whose wall clock stands at ``now``; its program is a file, or the sections of the sequences."""
    programs.init(path, load(program) if program else program_of(**sections), now=UTC.parse_instant(now))
    return Shop(path, now=UTC.parse_instant(now))


def send(shop: Shop, path: Path, profile: str = "canonical", **options: str) -> Report:
    """Import a file; cards that nobody knows are enrolled unless told otherwise."""
    chosen: dict = {"unknown_cards": "enroll", "errors": path.parent / "rejects.csv", **options}
    return ingest.run(shop, [path], Options(load_profile(profile), **chosen))


def send_rows(shop: Shop, folder: Path, rows: str, **options: str) -> Report:
    """Import rows of the canonical file's columns ``HEADER``."""
    path = folder / "day.csv"
    path.write_text(HEADER + "\n".join(line.strip() for line in rows.strip().splitlines()) + "\n")
    return send(shop, path, **options)


def figures(shop: Shop, card: str) -> Figures:
    """What a member's account shows now."""
    with shop.reading() as session:
        member = session.find_member(card)
        desk = session.desk()
        desk.load({member})
        return session.figures(desk.accounts[member])


def dump(shop: Shop) -> list[str]:
    """The canonical dump."""
    return list(dump_lines(shop.path, canonical=True))


def drop_triggers(connection: sqlite3.Connection) -> list[str]:
    """Let what follows past the triggers; the statements that make them again."""
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in triggers]


def refusal(call: object, *arguments: object, **named: object) -> str:
    """The code with which a call is refused."""
    with pytest.raises(BonusError) as refused:
        call(*arguments, **named)  # type: ignore[operator]
    return refused.value.code


def assert_proven(shop: Shop) -> None:
    """The ledger proves sound."""
    assert verify(shop).findings == []
