"""Stores a file of today's schema, with what it must show: what ``test_migrations`` opens with every later program.

``python -m tests.store.make_schema_file`` writes ``tests/data/schemas/N.db.gz`` and ``N.json``, N the schema's number.
The file of a released schema is never made again: it is what shops have.
"""

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bonuscli.program.load import load_text
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.database import backup
from bonuscli.services.expire import run_due
from bonuscli.services.programs import Added, publish
from bonuscli.services.redeem import redeem
from bonuscli.services.shop import Shop
from bonuscli.store import seals
from bonuscli.store.tables import SCHEMA_VERSION
from tests.ledger.everything import NOW as EVERYTHING
from tests.ledger.everything import tell_everything
from tests.ledger.tills import UTC

FILES = Path(__file__).resolve().parent.parent / "data" / "schemas"
NOW = "2026-06-15 12:00"
SECOND = """\
version: 1
id: club
currency: EUR
timezone: UTC
points: {name: {one: star, other: stars}, value: "0.10", scale: 1, lasts: {for: 10d, from: last-purchase}}
earn: {rules: [{id: stars, kind: percent, rate: 2%}]}
redeem: {}
"""


def tell(folder: Path) -> Path:
    """A shop with every kind of event and two programs, one of whose members stayed away; whole in one file."""
    shop = tell_everything(folder)
    publish(shop.path, load_text(SECOND, "club.yaml"), now=UTC.parse_instant(EVERYTHING), added=Added())
    accrue(shop, "1", receipt_of_total(8000, "both", "north", None))
    redeem(shop.within("club"), "1", 30, "later")
    shop = Shop(shop.path, now=UTC.parse_instant(NOW))
    for program in shop.each_program():
        run_due(program)
    return backup(shop.path, folder / "whole.db")


def shown(path: Path) -> dict[str, Any]:
    """What a file shows at NOW: the seals' head, and the figures of every account by program and member."""
    accounts: dict[str, dict[str, Any]] = {}
    for shop in Shop(path, now=UTC.parse_instant(NOW)).each_program():
        with shop.reading() as session:
            (number, last_seq, hash_) = seals.head(session.connection)
            desk = session.desk()
            members = {row[0] for row in session.connection.execute("SELECT id FROM members")}
            desk.load(members)
            for member in sorted(desk.accounts):
                figures = session.figures(desk.accounts[member])
                accounts[f"{session.program} {member}"] = {
                    name: getattr(figures, name) for name in ("balance", "pending", "held", "deficit", "tier")
                }
    return {"now": NOW, "head": [number, last_seq, hash_], "accounts": accounts}


def store(number: int) -> None:
    """Write both files of a schema."""
    FILES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        path = tell(Path(folder))
        told = json.dumps(shown(path), indent=1) + "\n"
        (FILES / f"{number}.db.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        (FILES / f"{number}.json").write_text(told)


if __name__ == "__main__":
    store(SCHEMA_VERSION)
