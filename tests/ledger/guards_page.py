"""The page ``docs/invariants.md``: each invariant with its guards and the tests that notice when one is taken out.

Written by ``python -m tests.ledger.guards --page``; ``test_guards`` holds the page against it.
"""

# ruff: noqa: E501 (a sentence is a line, and is wrapped on the page)
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "invariants.md"

INVARIANTS = {
    1: ("Balances", "An account's balance and pending points are the sum of its entries and of what is on hold, and that is what remains in its lots and holds less the deficit; each figure is reckoned by a query of its own."),
    2: ("Lots", "A lot never has less than nothing or more than it was opened with: what was earned is what remains, plus what was taken, less what came back. While there is a deficit, no lot has anything."),
    3: ("Debits", "The points of a debit are what it took of lots, its uncovered rest and what of that was cancelled; of no lot comes back more than was taken; all of it on one account. What is checked is what is debited, in one transaction."),
    4: ("The whole program", "Over a whole program, what was issued and added by hand is what stands open, pending and on hold, less the deficits, plus all that was redeemed, expired, taken back, written off or taken by hand. Transfers, holds with their endings and extensions sum to zero."),
    5: ("Keys", "One key has one effect: the same call again answers with the same figures and writes nothing, another call with that key is a conflict. A unique index decides."),
    6: ("Imports", "A file that is imported again, renamed, sorted otherwise, or overlapping with another adds nothing; one that was killed is finished by importing it again."),
    7: ("Returns", "Of a receipt comes back at most what was sold, of no line anything twice; parts sum to the whole, to the last point and cent."),
    8: ("Lives of points", "A point that comes back lives no longer than its lot, or than the one extension that the program grants."),
    9: ("Expiry", "Running `expire` twice, late, or again after a kill books what a timely run would have booked, and a balance is right whether or not it has run."),
    10: ("Folding again", "All events folded again from nothing, with the versions of their days, give the same entries, lots, tiers, effects and draws."),
    11: ("Holds", "A hold ends exactly once, and at most what it held is captured."),
    12: ("Closed cards", "A card that is blocked, lost or merged neither earns nor spends."),
    13: ("Members", "One card number or phone, in whatever spelling, is one member."),
    14: ("The past", "Append-only tables only grow, and the seals show it; projections can be dropped and made again."),
    15: ("Erasing", "Erasing a person changes no sum and no seal, and leaves nothing of what was erased in the bytes of the file or its log."),
}  # fmt: skip

# What is proved by many examples rather than by a guard of its own.
ALSO = {
    1: ("tests/properties/test_ledger.py", "tests/properties/test_stories.py"),
    4: ("tests/properties/test_stories.py",),
    6: ("tests/properties/test_store.py", "tests/store/test_kill.py"),
    7: ("tests/properties/test_days_of_receipts.py",),
    9: ("tests/properties/test_stories.py",),
    10: ("tests/properties/test_stories.py",),
    14: ("tests/store/test_append_only.py", "tests/faults/test_kills.py"),
}

_HEAD = (
    "What always holds of a ledger of bonuscli, what guards it, and which test fails when that guard is taken out. A guard is a trigger, a unique index or a bound of a table, a statement of `bonuscli verify`, or a line of code. This page is written by",
    "    python -m tests.ledger.guards --page > docs/invariants.md",
    "and a test holds it against the guards that there are, so a new trigger, bound or check without a test does not get in. All {count} guards are taken out in turn, and the tests run that must notice, by",
    "    python -m tests.ledger.guards [--only WORD]",
    "in a quarter of an hour of one core. Tests are named by their place under `tests/`.",
)
_TAIL = (
    "`ledger/test_tampering.py` changes every column of every table by hand, past the triggers, adds rows and takes rows away. What `verify` does not find of that is listed there. It is of these kinds: free text and keys of enrolments and of rows of files, which may be erased and so stand outside the seals; names, brands and discounts of lines, which no digest covers, where no rule asks for them; what records no points (imports, codes and how often each is good, consents that were withdrawn, lost cards that were taken away, and prize draws, which `draw check` proves); the clock of an account, set forward by less than what falls due next; and a version of the program under which nothing was booked yet.",
    "A redemption that a trusted file tells of a blocked card is booked: the till has given the discount already. So is an opening balance.",
)


def page(guards: list) -> str:
    """The page, from all guards."""
    parts = ["# Invariants\n", *(f"\n{_wrapped(each)}\n" for each in _HEAD)]
    for number, (name, sentence) in INVARIANTS.items():
        parts.append(f"\n## {number}. {name}\n\n{_wrapped(sentence)}\n\n")
        parts.append("| guard | the test that notices |\n|---|---|\n")
        parts += [f"| {guard} | {test} |\n" for guard, test in _rows(guards, number)]
    parts += ["\n## What is not seen\n", *(f"\n{_wrapped(each)}\n" for each in _TAIL)]
    return "".join(parts).replace("{count}", str(len(guards)))


def _rows(guards: list, number: int) -> Iterator[tuple[str, str]]:
    bounds: dict[str, int] = {}
    triggers = 0
    for guard in guards:
        if number not in guard.invariants:
            continue
        if guard.name.startswith("trigger "):
            triggers += 1
        elif guard.tests[0].startswith("tests/store/test_bounds.py::test_a_row"):
            table = guard.name.split(":")[0].split(".")[0]
            bounds[table] = bounds.get(table, 0) + 1
        else:
            yield _cell(guard.name), ", ".join(f"`{_short(test)}`" for test in guard.tests[:1])
    if triggers:
        test = "`store/test_append_only.py::test_a_row_can_not_be_changed`"
        yield f"{triggers} triggers, against UPDATE and DELETE", test
    for table, count in sorted(bounds.items()):
        yield f"{count} bounds of `{table}`", "`store/test_bounds.py::test_a_row_out_of_bounds_is_refused`"
    for test in ALSO.get(number, ()):
        yield "by many examples", f"`{_short(test)}`"


def _cell(name: str) -> str:
    return name.replace("|", "\\|")


def _short(test: str) -> str:
    return test.removeprefix("tests/")


def _wrapped(text: str) -> str:
    return text if text.startswith("    ") else fill(text, 120, break_on_hyphens=False)
