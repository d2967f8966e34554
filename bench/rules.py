"""What rules cost: the same receipts under a program of 5 rules and under one of 30.

``python bench/rules.py [--receipts N] [--repeat K]`` prints CPU time a receipt under each and the ratio of the two,
twice: for booking alone, in memory, on accounts that the import's reader fed; and for the whole import into a database.
The goal is a ratio of 1.3 at most for both.  Medians of K rounds, in which the two programs take turns.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.receipts import generate
from bench.rounds import NOW, new_database, print_figure, ratios, timed
from bonuscli.engine import fold
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.versions import Version, Versions
from bonuscli.importers import Read, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.model import RECEIPT, Event, Measures, Receipt, ReceiptBody
from bonuscli.program.assemble import program_from
from bonuscli.program.load import Loaded, load_text
from bonuscli.services import ingest
from bonuscli.services.documents import ENROLL, Options
from bonuscli.services.shop import Shop

GOAL = 1.3
FEW, MANY = 5, 30

HEAD = """
version: 1
id: rules
currency: EUR
timezone: Europe/Berlin
valid: {from: 2025-01-01}
points: {name: {one: point, other: points}, value: "0.01"}
tiers: {window: 12mo, levels: [{id: bronze, from: "0"}, {id: silver, from: "1500.00", replaces: {base: 4%}}]}
redeem: {max_share: 30%}
earn:
  cap: {per_day: 5000}
  rules:
"""
# The first five are a shop that has just begun, the others what grows over the years: rates of categories and brands,
# stamps for articles, promos of some weeks, hours, shops and levels.
RULES = (
    "{id: base, kind: percent, rate: 3%}",
    '{id: c1, kind: percent, rate: 7%, goods: {categories: ["Category 1"]}, replaces: base}',
    "{id: stamps, kind: item, points: 3, goods: {skus: [SKU00010, SKU00020]}, max_units: 5}",
    '{id: big-basket, kind: fixed, points: 50, when: {total: {from: "200.00"}}}',
    '{id: happy, kind: multiply, factor: "1.5", when: {days: [mon, tue, wed], hours: "14:00-17:00"}}',
    *(
        f'{{id: c{n}, kind: percent, rate: {n % 5 + 2}%, goods: {{categories: ["Category {n}"]}}, replaces: base}}'
        for n in range(2, 8)
    ),
    *(f'{{id: b{n}, kind: percent, rate: 1%, goods: {{brands: ["Brand {n}", "Brand {n + 9}"]}}}}' for n in range(5)),
    *(
        f"{{id: s{n}, kind: item, points: 2, goods: {{skus: [SKU000{n}1, SKU000{n}2]}}, when: {{shops: [shop-{n}]}}}}"
        for n in range(1, 5)
    ),
    *(
        f'{{id: m{n}, kind: multiply, factor: "1.{n}", goods: {{categories: ["Category {n}"]}},'
        f" when: {{from: 2025-0{n}-01, to: 2025-0{n}-15}}}}"
        for n in range(1, 6)
    ),
    '{id: evening, kind: multiply, factor: "1.2", when: {hours: ["19:00-21:00"], tiers: [silver]}}',
    "{id: staff, kind: percent, rate: 10%, when: {tags: [staff]}, replaces: base}",
    "{id: first, kind: fixed, points: 20, when: {first_purchase: true}}",
    "{id: birthday, kind: multiply, factor: 2, when: {birthday: {before: 3d, after: 4d}}}",
    '{id: gift-cards, kind: item, points: 1, goods: {names: ["*gift card*"]}, per: line}',
)


def program_of(rules: int) -> Loaded:
    """The program of the first so many rules."""
    listed = "".join(f"  - {rule}\n" for rule in RULES[:rules])
    return load_text(HEAD + listed, f"{rules}.yaml")


def read_receipts(path: Path, loaded: Loaded) -> list[Receipt]:
    """Every sale of a card in the file, as the import reads it."""
    program = program_from(loaded.plain)
    measures = Measures(program.digits, program.points.scale, program.calendar)
    reader = open_receipts(path, load_profile("canonical"), measures)
    found = [item.receipt for item in reader if isinstance(item, Read)]
    return [receipt for receipt in found if receipt.kind == RECEIPT and receipt.card]


def book_all(receipts: list[Receipt], loaded: Loaded) -> int:
    """Book receipts on accounts in memory; the points that they earned."""
    program = program_from(loaded.plain)
    versions = Versions((Version(1, program, 0, 0),))
    accounts: dict[str, Account] = {}
    earned = 0
    for seq, receipt in enumerate(receipts, 1):
        account = accounts.get(receipt.card)
        if account is None:
            account = accounts[receipt.card] = Account(seq, seq, None, frozenset(), receipt.at)
        total = sum(line.amount for line in receipt.lines)
        body = ReceiptBody(receipt.number, receipt.shop, total, receipt.lines, 0, 0)
        day = program.calendar.day_of(receipt.at)
        event = Event(seq, RECEIPT, receipt.at, day, max(account.clock, receipt.at), 1, body)
        earned += fold.apply(account, event, versions, Rows()).earned
        account.forget_finished()
    return earned


def import_all(path: Path, loaded: Loaded, folder: Path) -> None:
    """Import the file into a new database."""
    database = new_database(folder / "shop.db", loaded)
    options = Options(load_profile("canonical"), unknown_cards=ENROLL, errors=folder / "rejects.csv")
    report = ingest.run(Shop(database, now=NOW), [path], options)
    if report.conflicts:
        sys.exit(f"the import went wrong: {dict(report.reasons)}")


def main(count: int, rounds: int) -> None:
    """Run and print; see the module."""
    loaded = {rules: program_of(rules) for rules in (FEW, MANY)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "receipts.csv"
        generate(path, count)
        receipts = read_receipts(path, loaded[FEW])
        acts: dict[str, Callable[[int], object]] = {
            "booking": lambda rules: book_all(receipts, loaded[rules]),
            "import": lambda rules: import_all(path, loaded[rules], folder),
        }
        for title, act in acts.items():
            seconds: dict[int, list[float]] = {FEW: [], MANY: []}
            for turn in range(rounds + 1):
                for rules, taken in seconds.items():
                    spent = timed(lambda act=act, rules=rules: act(rules))
                    if turn:  # the first turn compiles and warms caches
                        taken.append(spent)
            few, many = (median(seconds[rules]) / count * 1_000_000 for rules in (FEW, MANY))
            print(f"{title:8} {few:6.0f} us a receipt of {FEW} rules, {many:6.0f} us of {MANY}")
            print_figure(f"{title} {MANY} / {FEW} rules", ratios(seconds[MANY], seconds[FEW]), GOAL)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--receipts", type=int, default=5_000, metavar="N")
    options.add_argument("--repeat", type=int, default=5, metavar="K")
    given = options.parse_args()
    main(given.receipts, given.repeat)
