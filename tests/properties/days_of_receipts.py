"""A day book of receipts for any program, made of the goods, codes and ways of payment that the program itself names.

Members are enrolled first, some with a birthday, a tag or a friend; then come receipts, late and back-dated ones among
them, and goods brought back.  ``both_ways`` books the same day book as one file and document by document; run as
``python -m tests.properties.days_of_receipts FROM TO`` it does so for a range of seeds and every shipped program.
"""

import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from bonuscli.clock import Calendar
from bonuscli.engine.brought import Wanted
from bonuscli.errors import BonusError
from bonuscli.importers import Read, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.model import RECEIPT
from bonuscli.program.load import Loaded, load
from bonuscli.services import ingest, programs
from bonuscli.services.accrue import accrue
from bonuscli.services.database import dump_lines
from bonuscli.services.documents import Options
from bonuscli.services.enroll import NO_PARTICULARS, enrol
from bonuscli.services.expire import run_due
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from bonuscli.units import format_decimal, format_quantity

PROGRAMS = sorted((Path(__file__).resolve().parent.parent.parent / "programs").glob("*[!t].yaml"))
HEADER = (
    "receipt_id,kind,original_receipt_id,at,shop,card,sku,name,category,brand,quantity,amount,discount,redeem,payment,"
    "code"
)
CARDS = ("100", "101", "102", "103", "104")


class DayBook:
    """Documents of one seed for one program, as rows of the canonical file."""

    def __init__(self, loaded: Loaded, seed: int, length: int = 50) -> None:
        self.loaded = loaded
        self._chance = random.Random(seed)
        plain = loaded.plain
        self._digits = plain["digits"]
        self.calendar = Calendar(plain["timezone"], plain["day_starts"])
        self.begins = self.calendar.start_of(plain["valid_from"] or self.calendar.day_of(1_767_000_000)) + 36_000
        self.named: dict[str, set[str]] = {key: set() for key in ("skus", "categories", "brands", "names")}
        self.words: dict[str, set[str]] = {key: set() for key in ("code", "payment", "shops", "tags")}
        self._gather(plain)
        self._now = self.begins
        self.rows: list[str] = []
        self._sold: list[tuple[str, str, list[tuple]]] = []
        for number in range(length):
            self._now += self._chance.choice([600, 7_200, 86_400, 86_400, 5 * 86_400, 20 * 86_400])
            if self._sold and self._chance.random() < 0.2:
                self._bring_back(number)
            else:
                self._sell(number)

    @property
    def ends(self) -> int:
        """An instant after all of it."""
        return self._now + 86_400

    def _gather(self, plain: Any) -> None:
        """Every article, category, code and so on that the program names anywhere."""
        if isinstance(plain, dict):
            for key, value in plain.items():
                for found in (self.named, self.words):
                    if key in found and isinstance(value, list):
                        found[key].update(str(each) for each in value)
                self._gather(value)
        elif isinstance(plain, list):
            for value in plain:
                self._gather(value)

    def _pick(self, words: set[str], other: str = "") -> str:
        """One of the program's words, or one that it does not know."""
        return self._chance.choice([*sorted(words), other, other]) if words else other

    def _sell(self, number: int) -> None:
        card = self._chance.choice([*CARDS, ""])
        late = self._chance.choice([0, 0, 0, 0, 3_600, 2 * 86_400, 40 * 86_400])
        at = self.calendar.iso(max(self.begins, self._now - late))
        redeem = self._chance.choice(["", "", "", "max", "1", "10", "50"]) if card else ""
        shop, payment = self._pick(self.words["shops"]), self._pick(self.words["payment"], "cash")
        code = self._pick(self.words["code"])
        lines = []
        for _ in range(self._chance.randint(1, 4)):
            quantity = self._chance.choice([1_000, 1_000, 2_000, 6_000, 500, 12_345])
            amount = self._chance.choice([0, 1, 99, 1_234, 5_000, 25_000, 150_000, 400_000])
            discount = self._chance.choice([0, 0, 0, amount // 10, amount])
            name = self._pick(self.named["names"]).replace("*", "x")
            goods = (self._pick(self.named["skus"], "ANY"), name, self._pick(self.named["categories"]),
                     self._pick(self.named["brands"]))  # fmt: skip
            lines.append((*goods, quantity, amount, discount))
        for line in lines:
            self._row(f"R{number}", "sale", "", at, shop, card, line, redeem, payment, code)
        self._sold.append((f"R{number}", card, lines))

    def _bring_back(self, number: int) -> None:
        original, card, lines = self._chance.choice(self._sold)
        *goods, quantity, amount, _ = self._chance.choice(lines)
        part = self._chance.choice([1, 1, 2, 3])
        at = self.calendar.iso(self._now)
        line = (*goods, quantity // part, amount // part, 0)
        self._row(f"X{number}", "return", original, at, "", card, line, "", "", "")

    def _row(
        self, number: str, kind: str, original: str, at: str, shop: str, card: str, line: tuple, *rest: str
    ) -> None:
        *goods, quantity, amount, discount = line
        money = (format_decimal(each, self._digits) for each in (amount, discount))
        cells = [number, kind, original, at, shop, card, *goods, format_quantity(quantity), *money, *rest]
        self.rows.append(",".join(f'"{cell}"' for cell in cells))

    def open_shop(self, path: Path) -> Shop:
        """A shop with this program and its members."""
        programs.init(path, self.loaded, now=self.begins)
        chance = random.Random(len(self.rows))
        for place, card in enumerate(CARDS):
            with Shop(path, now=self.begins).writing() as session:
                desk = session.desk()
                tags = [tag for tag in sorted(self.words["tags"]) if chance.random() < 0.5]
                born = f"199{place}-{1 + place * 2:02}-15" if place else None
                friend = CARDS[0] if place > 2 else None
                told = NO_PARTICULARS._replace(card=card, tags=tuple(tags), birthday=born, referrer=friend)
                enrol(session, desk, told, session.now, None)
                desk.flush()
        return Shop(path, now=self.ends)


def both_ways(book: DayBook, folder: Path) -> tuple[list[str], list[str], list]:
    """The dumps of two shops, one that imported the whole file and one that booked each document, and what ``verify``
    finds in them.  Digests of returns are left out: a return told at the desk has its own question to answer."""
    path = folder / "day.csv"
    path.write_text("\n".join([HEADER, *book.rows]) + "\n", encoding="utf-8")
    bulk, single = book.open_shop(folder / "bulk.db"), book.open_shop(folder / "single.db")
    options = Options(load_profile("canonical"), errors=folder / "rejects.csv")
    ingest.run(bulk, [path], options)
    with single.reading() as session:
        measures = session.measures
    for item in open_receipts(path, options.profile, measures):
        assert isinstance(item, Read), item
        _book(single, item)
    for shop in (bulk, single):
        run_due(shop)
    dumps = (_without_digests(list(dump_lines(shop.path, canonical=True))) for shop in (bulk, single))
    return (*dumps, verify(bulk).findings + verify(single).findings)


def _book(shop: Shop, read: Read) -> None:
    """One document by the verb of its own; the program's no and bad input are answers, too."""
    receipt = read.receipt
    try:
        if receipt.kind == RECEIPT:
            accrue(shop, receipt.card or "none", receipt)
            return
        (line,) = receipt.lines
        wanted = [Wanted(None, line.sku or None, line.name or None, line.quantity or None, line.amount)]
        at = shop._now if receipt.at is None else receipt.at
        with shop.reading(scoring=False) as session:
            told = session.calendar.iso(at)
        return_goods(shop, receipt.original, wanted, None, receipt.number, receipt.source, Writing(told))
    except BonusError:
        return


def _without_digests(lines: list[str]) -> list[str]:
    found, place = [], None
    for line in lines:
        cells = line.split("\t")
        if line.startswith("# "):
            place = cells.index("digest") - 1 if line.startswith("# events") else None
        elif place is not None and "return" in cells[:6]:
            cells[place] = "-"
        found.append("\t".join(cells))
    return found


def main(first: int, last: int) -> None:
    """Tell the seeds whose two ways differ, or whose ledger is not sound."""
    for seed in range(first, last):
        for path in PROGRAMS:
            with tempfile.TemporaryDirectory() as folder:
                bulk, single, findings = both_ways(DayBook(load(path), seed), Path(folder))
                if bulk != single or findings:
                    differing = [pair for pair in zip(bulk, single, strict=False) if pair[0] != pair[1]]
                    print(f"seed {seed}, {path.stem}: {findings[:2] or differing[:2]}")
    print(f"{(last - first) * len(PROGRAMS)} day books booked both ways")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
