"""Taking each guard of the ledger out in turn, and telling which test notices.

    python -m tests.ledger.guards [--only WORD] [--list | --page]

A guard is a trigger, a unique index or a bound of a table (found in the statements that make the store), a statement of
``verify`` (found in its lists), or a line of code (``guards_of_code``).  Each names the tests that must notice; a guard
without any fails ``test_guards``.  Bounds and statements are taken out in a forked process; lines of code in a copy of
the tree.  One line a guard is printed, with the test that failed first, or NOT NOTICED; exit 1 if there was one.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bonuscli.store import checks, checks_of_ledger, tables
from tests.ledger.guards_of_code import CODE_GUARDS, FINDINGS, CodeGuard
from tests.ledger.guards_page import page
from tests.ledger.test_findings import BY_SQL
from tests.store.test_bounds import CASES, ROWS

ROOT = Path(__file__).resolve().parent.parent.parent
BOUNDS = "tests/store/test_bounds.py"
APPEND_ONLY = "tests/store/test_append_only.py"

# name; invariants: numbers; tests: node ids that must notice; take_out: does it in this process, or None for code.
Guard = namedtuple("Guard", "name invariants tests take_out code")

# What the bounds of a table stand for.
INVARIANTS_OF_TABLES = {
    **dict.fromkeys(("accounts", "open_lots", "open_rests"), (1, 2)),
    **dict.fromkeys(("entries", "allocations"), (2, 3)),
    **dict.fromkeys(("events", "receipt_lines", "line_shares"), (5, 7, 10)),
    **dict.fromkeys(("cards", "members", "lost_cards", "freed_phones"), (13,)),
    **dict.fromkeys(("coupons", "coupon_uses", "draw_runs", "budget_draws", "award_parts", "programs"), (10,)),
    **dict.fromkeys(("account_days", "tallies", "passes", "tier_changes", "meta"), (10,)),
    **dict.fromkeys(("day_totals", "day_members", "day_points"), (10,)),
    "holds": (11,), "inherited": (3, 8), "seals": (14,), "imports": (6,), "consents": (15,),
    **dict.fromkeys(("segments", "segment_lists", "segment_members"), (15,)),
}  # fmt: skip
_OF_INDEXES = {
    "events_claim": ((5,), f"{APPEND_ONLY}::test_one_key_one_effect"),
    "accounts_member": ((13,), f"{BOUNDS}::test_a_member_has_one_account_in_a_program"),
}
# A clause of a column, and the kinds of cases that try it.
_CLAUSES = (
    (r" NOT NULL", ("set",)),
    (r" REFERENCES \w+ \(\w+\)", ("of",)),
    (r" CHECK \(.*\)$", ("day", "within", "word")),
    (r" PRIMARY KEY", ("key",)),
)
# Of pytest: what its exit status says.
_ALL_PASSED, _SOME_FAILED = 0, 1
_MADE = re.compile(r"CREATE (TABLE|UNIQUE INDEX|TRIGGER) (\w+)")


def guards() -> list[Guard]:
    """Every guard there is."""
    return [*_of_schema(), *_of_verify(), *(Guard(g.name, g.invariants, g.tests, None, g) for g in CODE_GUARDS)]


# --- the schema -----------------------------------------------------------------------------------------------------


def _of_schema() -> Iterator[Guard]:
    for statement in tables.create_statements():
        made = _MADE.match(statement)
        if made is None:
            continue  # an index that only makes things quick
        kind, name = made.groups()
        if kind == "TABLE":
            yield from _of_table(name, statement)
        elif kind == "TRIGGER":
            table, act = re.match(r"(\w+)_no_(\w+)", name).groups()
            ways = ("update",) if act == "update" else ("delete", "insert or replace")
            tests = tuple(f"{APPEND_ONLY}::test_a_row_can_not_be_changed[{table}-{way}]" for way in ways)
            yield Guard(f"trigger {name}", (14,), tests, _without(statement, None), None)
        else:
            invariants, test = _OF_INDEXES.get(name, ((), ""))
            changed = statement.replace("UNIQUE ", "", 1)
            yield Guard(f"unique index {name}", invariants, (test,) if test else (), _without(statement, changed), None)


def _of_table(table: str, statement: str) -> Iterator[Guard]:
    columns, options = tables.TABLES[table]
    keys = next((each[13:-1].split(", ") for each in columns if each.startswith("PRIMARY KEY")), [])
    keys = keys or [each.split()[0] for each in columns if "PRIMARY KEY" in each]
    for column in columns:
        if column.startswith("CHECK"):
            cases = [f"{table}-{name}-row" for name, (of, _) in ROWS.items() if of == table]
            yield _bound(f"{table}: {column}", table, cases, statement, f",\n  {column}", "")
        elif column.startswith("PRIMARY KEY"):
            yield _key(table, keys, statement, f",\n  {column}", "")
        else:
            yield from _of_column(table, column, keys, options, statement)
    loose = options.removeprefix("STRICT").removeprefix(", ")
    yield _bound(f"{table}: STRICT", table, [f"{table}--strict"], statement, f") {options}", f") {loose}")


def _of_column(table: str, column: str, keys: list[str], options: str, statement: str) -> Iterator[Guard]:
    name = column.split()[0]
    for clause, kinds in _CLAUSES:
        found = re.search(clause, column)
        if found is None or (clause == " NOT NULL" and name in keys and "WITHOUT" in options):
            continue  # the key of a table WITHOUT ROWID is never NULL: SQLite sees to it, whatever is declared
        without = column.replace(found[0], "", 1)
        if clause == " PRIMARY KEY":
            yield _key(table, keys, statement, f"\n  {column}", f"\n  {without}")
            continue
        cases = [told for told, case in CASES.items() if case[:2] == (table, name) and case.bound.split()[0] in kinds]
        yield _bound(f"{table}.{name}:{found[0]}", table, cases, statement, f"\n  {column}", f"\n  {without}")


def _key(table: str, keys: list[str], statement: str, text: str, without: str) -> Guard:
    case = f"{table}-{' '.join(keys)}-key"
    changed = statement.replace(text, without, 1).replace(", WITHOUT ROWID", "")
    tests = (f"{BOUNDS}::test_a_row_out_of_bounds_is_refused[{case}]",) if case in CASES else ()
    name = f"{table}: PRIMARY KEY ({', '.join(keys)})"
    return Guard(name, INVARIANTS_OF_TABLES.get(table, ()), tests, _without(statement, changed), None)


def _bound(name: str, table: str, cases: list[str], statement: str, text: str, without: str) -> Guard:
    assert text in statement, (table, text)
    tests = tuple(f"{BOUNDS}::test_a_row_out_of_bounds_is_refused[{case}]" for case in cases)
    changed = statement.replace(text, without, 1)
    return Guard(name, INVARIANTS_OF_TABLES.get(table, ()), tests, _without(statement, changed), None)


def _without(statement: str, changed: str | None) -> Callable[[], None]:
    """Make every store from now on without the guard."""
    left = [changed if each == statement else each for each in tables.create_statements()]

    def take_out() -> None:
        for module in [each for each in sys.modules.values() if hasattr(each, "create_statements")]:
            module.create_statements = lambda: [each for each in left if each is not None]

    return take_out


# --- statements of verify -------------------------------------------------------------------------------------------


def _of_verify() -> Iterator[Guard]:
    for found in (checks_of_ledger.CHECKS_OF_LEDGER, checks.CHECKS):
        for name in found:
            invariants = BY_SQL[name][1:2] if name in BY_SQL else ()
            take_out = partial(found.pop, name)
            yield Guard(f"verify: {name}", invariants, (f"{FINDINGS}[{name}]",), take_out, None)


# --- running --------------------------------------------------------------------------------------------------------


def noticing(guard: Guard, tree: Path) -> str | None:
    """The test that fails when a guard is taken out; None where all pass.  ``tree``: a copy to change code in."""
    with tempfile.TemporaryFile("w+") as out:
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
            _run(guard, tree)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if guard.code is not None:
            shutil.copy(ROOT / "bonuscli" / guard.code.path, tree / "bonuscli" / guard.code.path)
        out.seek(0)
        told = out.read()
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", told, re.MULTILINE)
    if status == _ALL_PASSED:
        return None
    if status != _SOME_FAILED or failed is None:
        raise SystemExit(f"{guard.name}: its tests can not be run\n{told[-2000:]}")
    return failed[1]


def _run(guard: Guard, tree: Path) -> None:
    """Run a guard's tests without it, in a process of its own."""
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "-rfE"]
    if guard.code is None:
        import pytest

        guard.take_out()
        os.chdir(ROOT)
        status = int(pytest.main([*options, *guard.tests]))
        sys.stdout.flush()
        os._exit(status)
    place = tree / "bonuscli" / guard.code.path
    place.write_text(without(guard.code, place.read_text()))
    os.chdir(tree)
    os.execv(sys.executable, [sys.executable, "-B", "-m", "pytest", *options, *guard.tests])


def without(guard: CodeGuard, text: str) -> str:
    """A file's text without a guard; the guard must stand there once."""
    if text.count(guard.text) != 1:
        raise AssertionError(f"{guard.path} has {text.count(guard.text)} times the guard: {guard.name}")
    return text.replace(guard.text, guard.without)


def main() -> int:
    """Take out what was asked for; how many guards nobody missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.ledger.guards", description=__doc__.split("\n")[0])
    parser.add_argument("--only", metavar="WORD", default="", help="guards whose name holds the word")
    parser.add_argument("--list", action="store_true", help="tell the guards, and run nothing")
    parser.add_argument("--page", action="store_true", help="write docs/invariants.md to the standard output")
    asked = parser.parse_args()
    if asked.page:
        sys.stdout.write(page(guards()))
        return 0
    chosen = [guard for guard in guards() if asked.only in guard.name]
    missed = 0
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        tree = Path(folder) / "tree"
        if not asked.list:
            shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", "__pycache__", ".*_cache", "bench"))
        for guard in chosen:
            found = ", ".join(guard.tests) if asked.list else noticing(guard, tree)
            missed += found is None
            invariants = ", ".join(map(str, guard.invariants))
            print(f"{guard.name} | {invariants} | {found or 'NOT NOTICED'}", flush=True)
    if not asked.list:
        print(f"{len(chosen)} guards, {missed} not noticed")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
