"""What a proof costs: ``bonuscli verify``, whole and of the ledger alone, against Beancount booking the same lots.

``python bench/proof.py [--entries N] [--repeat K]`` prints ratios of CPU time (goal: 0.05) of whole processes on the
same ledger of N entries.  ``verify --ledger`` does what Beancount does: it books lots, debits and balances again from
the entries, first in, first out.  ``verify`` folds every account again from its receipts by the rules of the program,
besides, compares that with each row that is stored, and checks documents, figures of days and seals.  Beancount gets
the result alone: a transaction for each entry that moved points, each lot with the day of its end as its date, so that
it eats them in the same order; its plain load (parse, book, validate) and the booking within it are told apart.  All
must come to the same points on each card.

Beancount comes with the extra ``bench``.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.big_file import RECEIPTS, write_big_file
from bench.rounds import child_seconds, environment_at_now, machine, print_figure, ratios
from bonuscli.days import format_day
from bonuscli.store import sqlite

GOAL = 0.05
_ENTRIES = "SELECT account, n, day, points, expires_on FROM entries ORDER BY day, account, n"
_MOVES = """
SELECT a.account, a.cause, a.entry = a.debit, e.expires_on, SUM(a.points) FROM allocations a
LEFT JOIN entries e ON e.account = a.account AND e.n = a.lot WHERE a.lot > 0 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


def write_ledger(database: Path, ledger: Path) -> dict[str, int]:
    """The lots of a database and what moved in them, as Beancount reads them; account -> points that are left."""
    with closing(sqlite.open_reader(database)) as connection:
        moved: dict[tuple[int, int], list[tuple[bool, int, int]]] = {}
        for account, cause, taken, last, points in connection.execute(_MOVES):
            moved.setdefault((account, cause), []).append((bool(taken), last, points))
        left = {
            f"Assets:Cards:C{account}": points
            for account, points in connection.execute("SELECT id, points FROM accounts ORDER BY id")
        }
        with ledger.open("w", encoding="utf-8") as stream:
            stream.write('option "booking_method" "FIFO"\n1970-01-01 open Equity:Issued\n')
            stream.writelines(f"1970-01-01 open {card}\n" for card in left)
            for account, n, day, points, last in connection.execute(_ENTRIES):
                postings = list(_postings(points, last, moved.get((account, n), [])))
                if postings:
                    lines = "".join(f"  Assets:Cards:C{account}  {posting}\n" for posting in postings)
                    stream.write(f'{format_day(day)} * "{n}"\n{lines}  Equity:Issued\n')
    return {card: points for card, points in left.items() if points}


def _postings(points: int, last: int | None, moves: list[tuple[bool, int, int]]) -> Iterator[str]:
    """What an entry puts into lots, with the last day of each, and what it takes out of the next ones in turn."""
    if last is not None:
        yield f"{points} POINT {{1 EUR, {format_day(last)}}}"
    for taken, of_lot, moved in moves:
        yield f"-{moved} POINT {{}}" if taken else f"{moved} POINT {{1 EUR, {format_day(of_lot)}}}"


def book_in_beancount(ledger: Path) -> None:
    """Load a ledger and print JSON: the points on each card and the CPU seconds that booking took; no errors."""
    from beancount import loader
    from beancount.core import data, inventory
    from beancount.parser import booking

    seconds, plain = [], booking.book

    def book(*given: object, **named: object) -> object:
        began = time.process_time()
        booked = plain(*given, **named)
        seconds.append(time.process_time() - began)
        return booked

    booking.book = book
    entries, errors, _ = loader.load_string(ledger.read_text(encoding="utf-8"))
    if errors:
        sys.exit(f"Beancount has {len(errors)} errors, the first: {errors[0].message}")
    cards: dict[str, inventory.Inventory] = {}
    for transaction in data.filter_txns(entries):
        for posting in transaction.postings:
            cards.setdefault(posting.account, inventory.Inventory()).add_position(posting)
    points = {card: int(held.get_currency_units("POINT").number) for card, held in cards.items()}
    left = {card: number for card, number in points.items() if number and card.startswith("Assets")}
    print(json.dumps({"points": left, "seconds": sum(seconds)}))


def main(entries: int, booked: int, rounds: int) -> None:
    """Run and print everything; see the module."""
    print(machine())
    environment = environment_at_now()
    with tempfile.TemporaryDirectory() as folder:
        database, ledger, answer = (Path(folder) / name for name in ("shop.db", "shop.beancount", "answer"))
        entries = write_big_file(database, entries, booked)
        left = write_ledger(database, ledger)
        verify = [sys.executable, "-m", "bonuscli", "verify", "--db", str(database)]
        of_ledger = [*verify, "--ledger"]
        beancount = [sys.executable, __file__, "--book", str(ledger)]
        spent: dict[str, list[float]] = {"verify": [], "ledger": [], "beancount": [], "booking": []}
        for _ in range(rounds):
            spent["verify"].append(child_seconds(verify, env=environment, stdout=subprocess.DEVNULL))
            spent["ledger"].append(child_seconds(of_ledger, env=environment, stdout=subprocess.DEVNULL))
            with answer.open("w") as stream:
                spent["beancount"].append(child_seconds(beancount, env=environment, stdout=stream))
            told = json.loads(answer.read_text())
            spent["booking"].append(told["seconds"])
            if told["points"] != left:
                sys.exit("Beancount has other points on the cards")
    names = {
        "verify": "bonuscli verify",
        "ledger": "bonuscli verify --ledger",
        "beancount": "Beancount",
        "booking": "booking alone",
    }
    for name, seconds in spent.items():
        print(f"{names[name]} of {entries:,} entries: {median(seconds):.2f} s CPU")
    print(f"the same {sum(left.values()):,} points on {len(left):,} cards")
    for told, name in (("verify --ledger", "ledger"), ("verify", "verify")):
        print_figure(f"proof: {told} / Beancount, FIFO", ratios(spent[name], spent["beancount"]), GOAL)
        print_figure(f"proof: {told} / the booking within Beancount", ratios(spent[name], spent["booking"]))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--entries", type=int, default=20_000, metavar="N")
    options.add_argument("--booked", type=int, default=RECEIPTS, metavar="N", help="receipts booked, before copies")
    options.add_argument("--repeat", type=int, default=1, metavar="K")
    options.add_argument("--book", type=Path, metavar="LEDGER", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.book:
        book_in_beancount(given.book)
    else:
        main(given.entries, given.booked, given.repeat)
