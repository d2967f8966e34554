"""``bonuscli demo``: the whole story on a temporary database, told by the commands themselves.

Each step prints the command line that it runs, so that the reader can run it himself, and then runs it like any other.
The story's clock stands at noon of the day after the last receipt, unless ``BONUSCLI_NOW`` says otherwise, so that the
figures are the same on every day.
"""

import csv
import os
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bonuscli.cli.options import whole_number
from bonuscli.errors import EXIT_DONE, BonusError
from bonuscli.shipped import shipped

PROGRAM, RECEIPTS = "gift-shop.yaml", "demo.csv"
# Whole pounds are spent: the program's step.
STEP, SPENT_MOST = 100, 300
ENROLLED_AT = "2025-12-01 10:00"
MEMBERS = """\
card,phone,name,email,birthday,tags,consent,at
2000000000022,+442079460022,Ben Okafor,ben@example.com,1984-02-29,trade,email,2025-12-01 10:05
2000000000039,+442079460039,Carol Diaz,carol@example.com,1990-05-31,,email sms,2025-12-01 10:10
2000000000060,,Dilip Rao,,,,,2025-12-01 10:15
"""


class Story(NamedTuple):
    """The receipts of the story: the file's rows by receipt, in order."""

    header: list[str]
    receipts: dict[str, list[list[str]]]


def demo(
    receipts: Annotated[
        int | None,
        typer.Option(
            metavar="N", parser=whole_number(1), help="Only the first N of its receipts [all].", show_default=False
        ),
    ] = None,
) -> int | None:
    """Show the whole story on a temporary database: enrol, import, redeem, return, expire, figures.

    Every command is printed before it runs, and can be run again by hand. The folder is left for you to look at.
    """
    story = _read_story()
    if receipts is not None and receipts > len(story.receipts):
        most = f"the demo has {len(story.receipts)} receipts"
        raise BonusError(
            "usage", f"{receipts} receipts are asked, {most}", "--receipts", f"give 1 to {len(story.receipts)}"
        )
    folder = Path(tempfile.mkdtemp(prefix="bonuscli-demo-"))
    file = shipped("receipts", RECEIPTS)
    if receipts is not None:
        story = story._replace(receipts=dict(list(story.receipts.items())[:receipts]))
        file = _write_story(story, folder)
    (folder / "members.csv").write_text(MEMBERS, encoding="utf-8")
    print(f"The demo works in {folder} and leaves it there.")
    with _clock(story):
        status = _Teller(folder / "bonus.db").tell(story, file)
    if status == EXIT_DONE:
        print(f"\nThat was the demo. Its database: {folder / 'bonus.db'}")
        print("Your own: bonuscli init --template corner-shop, then bonuscli enroll CARD and bonuscli accrue CARD.")
    return status


class _Teller:
    """Runs the steps of the story on one database, until one of them fails."""

    def __init__(self, db: Path) -> None:
        self._db = db
        self._status = EXIT_DONE

    def tell(self, story: Story, file: Path) -> int:
        """All steps; the exit status of the first that did not succeed, else 0."""
        self._step("A database with a program:", "init", "--template", PROGRAM.removesuffix(".yaml"))
        self._run("program", "versions")
        ann = ("2000000000015", "--name", "Ann Lee", "--phone", "+442079460015", "--consent", "email")
        self._step("A member at the desk, and a file of members:", "enroll", *ann, "--at", ENROLLED_AT)
        self._run("enroll", "--file", str(self._db.parent / "members.csv"))
        self._step(
            "Three months of receipts; cards that nobody has yet are enrolled:",
            *("import", str(file), "--unknown-cards", "enroll"),
        )
        self._step("The same file again adds nothing:", "import", str(file), "--unknown-cards", "enroll", "--json")
        self._spend()
        self._bring_back(story)
        self._step("What has fallen due is written down, as cron does every night:", "run-due")
        days = _days(story)
        self._step("The seven figures, over all and by month, shop and tier:", "kpi", *days, "--by", "month")
        self._run("kpi", *days, "--by", "shop")
        self._run("kpi", *days, "--by", "tier")
        card, receipt = self._busiest(story)
        self._step("A member's whole story:", "history", card)
        self._run("balance", card)
        self._step("Why a receipt earned what it earned:", "explain", receipt)
        self._step("And the proof: every account recomputed from its events:", "verify")
        return self._status

    def _spend(self) -> None:
        """The member with the most points spends some of them, in whole steps."""
        if self._status != EXIT_DONE:
            return
        card, available = self._richest()
        points = min(available, SPENT_MOST) // STEP * STEP
        if not points:
            print(f"\nNobody has {STEP} points that are open yet, so none are spent.")
            return
        self._step("Points are spent at the till; first without writing:", "redeem", card, str(points), "-n")
        self._run("redeem", card, str(points), "--idempotency-key", "demo-1")
        self._step("The till did not hear the answer and asks again:", "redeem", card, str(points),
                   "--idempotency-key", "demo-1")  # fmt: skip

    def _bring_back(self, story: Story) -> None:
        """The last receipt that a card was shown for comes back."""
        column = story.header.index
        sold = [
            number
            for number, rows in story.receipts.items()
            if rows[0][column("card")] and rows[0][column("kind")] == "sale"
        ]
        returned = {rows[0][column("original_receipt_id")] for rows in story.receipts.values()}
        left = [number for number in sold if number not in returned]
        if left:
            self._step("Goods come back:", "return", left[-1], "--all", "--id", "demo-2")

    def _richest(self) -> tuple[str, int]:
        from bonuscli.services.directory import list_members
        from bonuscli.services.shop import Shop

        with Shop(self._db).reading() as session:
            found = [(each.figures.available, each.card or each.phone) for each in list_members(session)]
        available, card = max(found)
        return card, available

    @staticmethod
    def _busiest(story: Story) -> tuple[str, str]:
        """The card with the most receipts, and its receipt with the most lines."""
        card_at = story.header.index("card")
        by_card: dict[str, list[str]] = {}
        for number, rows in story.receipts.items():
            if rows[0][card_at] and rows[0][story.header.index("kind")] == "sale":
                by_card.setdefault(rows[0][card_at], []).append(number)
        card = max(by_card, key=lambda card: len(by_card[card]))
        return card, max(by_card[card], key=lambda number: len(story.receipts[number]))

    def _step(self, title: str, *words: str) -> None:
        if self._status == EXIT_DONE:
            print(f"\n{title}")
        self._run(*words)

    def _run(self, *words: str) -> None:
        """Print a command line and run it."""
        from bonuscli.cli.run import run

        if self._status != EXIT_DONE:
            return
        line = [*words, "--db", str(self._db)]
        print(f"\n$ {shlex.join(['bonuscli', *line])}", flush=True)
        self._status = run(line)


@contextmanager
def _clock(story: Story) -> Iterator[None]:
    """Set the clock of the story, unless it is set."""
    if os.environ.get("BONUSCLI_NOW"):
        yield
        return
    os.environ["BONUSCLI_NOW"] = f"{_days(story)[-1]} 12:00"
    print(f"\nIts clock stands still:\n\n$ export BONUSCLI_NOW='{os.environ['BONUSCLI_NOW']}'")
    try:
        yield
    finally:
        del os.environ["BONUSCLI_NOW"]


def _days(story: Story) -> tuple[str, str, str, str]:
    """The options of a window that holds all receipts."""
    at = story.header.index("at")
    days = [date.fromisoformat(rows[0][at][:10]) for rows in story.receipts.values()]
    return "--from", str(min(days)), "--to", str(max(days) + timedelta(days=1))


def _read_story() -> Story:
    with shipped("receipts", RECEIPTS).open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        receipts: dict[str, list[list[str]]] = {}
        for row in rows:
            receipts.setdefault(row[header.index("receipt_id")], []).append(row)
    return Story(header, receipts)


def _write_story(story: Story, folder: Path) -> Path:
    path = folder / "receipts.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(story.header)
        for rows in story.receipts.values():
            writer.writerows(rows)
    return path
