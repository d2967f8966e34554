"""A shop that takes in files of receipts: the way of a document from its source to the ledger, by the command."""

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bonuscli.cli.run import run
from tests.conftest import ROOT

FORMATS = ROOT / "tests" / "data" / "formats"


class Shop:
    """A corner shop with one member, card 100, whose commands answer in JSON."""

    def __init__(self, setenv: Callable[[str, str], None], spoken: Callable[[], Any]) -> None:
        self._spoken = spoken
        setenv("BONUSCLI_NOW", "2026-12-01 09:00")
        assert run(["init", "--template", "corner-shop", "-q"]) == 0
        assert run(["enroll", "100", "--phone", "+79120000001", "-q"]) == 0
        setenv("BONUSCLI_NOW", "2026-12-05 09:00")
        self.told = ""

    def take(self, path: Path | str, profile: str, *options: str, status: int = 0) -> dict[str, Any]:
        """Import a file; the report, beside which ``told`` holds what was said to a person."""
        assert run(["import", str(path), "--profile", profile, "--json", *options]) == status
        out, self.told = self._spoken()
        report: dict[str, Any] = json.loads(out)
        return report

    def mended(self, sample: Path, profile: str, **cells: str) -> dict[str, Any]:
        """Import a file of which one receipt is rejected, then its errors file with these cells put in, under the
        same profile.  The report of the second import.
        """
        first = self.take(sample, profile, "--errors", "errors.csv", status=5)
        assert (first["rejected"], first["errors_file"]) == (1, "errors.csv")
        assert f"mend them there and import that file with --profile {profile}" in self.told
        rows = [row | cells for row in rejects("errors.csv")]
        with Path("mended.csv").open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(stream, rows[0])
            table.writeheader()
            table.writerows(rows)
        return self.take("mended.csv", profile)

    def stored(self, columns: str = "count(*)") -> list[tuple[Any, ...]]:
        """Rows of the events of receipts and returns."""
        with closing(sqlite3.connect("bonus.db")) as connection:
            query = f"SELECT {columns} FROM events WHERE kind IN ('receipt', 'return') ORDER BY at, seq"
            return connection.execute(query).fetchall()


def rejects(path: str) -> Iterator[dict[str, str]]:
    """The rows of a file of rejects."""
    with Path(path).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def written(name: str, *documents: Any) -> Path:
    """A file of JSON documents, one a line, in the current folder."""
    path = Path(name)
    texts = (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in documents)
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path
