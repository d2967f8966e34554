"""No guard of the ledger without a test that notices when it is taken out; which one is told in docs/invariants.md.

The guards are taken out by ``python -m tests.ledger.guards``; here the list is held to be whole, and a few are tried.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from bonuscli.services import as_sent, codes_proof, effects_proof, fold_proof, verify
from bonuscli.store.tables import APPEND_ONLY, TABLES, create_statements
from tests.ledger import guards as runner
from tests.ledger.guards_of_code import CODE_GUARDS, CodeGuard
from tests.ledger.guards_page import INVARIANTS, PAGE, page
from tests.ledger.test_findings import BY_HAND

GUARDS = runner.guards()


def test_every_guard_has_a_test_and_an_invariant() -> None:
    """A trigger, bound, index or check that is new must be told in the tests, or this fails."""
    assert [guard.name for guard in GUARDS if not guard.tests or not guard.invariants] == []
    assert {number for guard in GUARDS for number in guard.invariants} == INVARIANTS.keys() == set(range(1, 16))
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)


def test_every_clause_of_the_schema_is_a_guard() -> None:
    """No word of the statements that forbids something is left when all that are known have been taken out."""
    names = [guard.name for guard in GUARDS]
    statements = "\n".join(create_statements())
    assert (
        sum(name.startswith("trigger ") for name in names) == 2 * len(APPEND_ONLY) == statements.count("CREATE TRIGGER")
    )
    assert sum("CHECK" in name for name in names) == statements.count(" CHECK (")
    assert sum(" REFERENCES " in name for name in names) == statements.count(" REFERENCES ")
    assert sum("PRIMARY KEY" in name for name in names) == statements.count("PRIMARY KEY") == len(TABLES)
    assert sum("STRICT" in name for name in names) == len(TABLES)
    assert sum(name.startswith("unique index ") for name in names) == statements.count("CREATE UNIQUE INDEX")


@pytest.mark.parametrize("guard", CODE_GUARDS, ids=lambda guard: guard.name)
def test_a_guard_in_code_stands_where_it_is_told(guard: CodeGuard, root: Path) -> None:
    """The text is there once, what is there without it is Python, and its tests are there."""
    changed = runner.without(guard, (root / "bonuscli" / guard.path).read_text())
    compile(changed, guard.path, "exec")
    for test in guard.tests:
        path, _, name = test.partition("::")
        assert (root / path).exists()
        assert f"def {name.partition('[')[0]}(" in (root / path).read_text() or not name


def test_every_finding_in_code_has_a_change_that_it_finds() -> None:
    """Each place of ``verify`` that tells something, but for what is folded, has its change in ``test_findings``."""
    tried = {test.partition("[")[2][:-1] for guard in CODE_GUARDS for test in guard.tests if "test_findings" in test}
    assert BY_HAND.keys() - tried == {
        "a lost card's writing",
        "a lost card that leads to somebody",
        "a lost seal",
        "a seal of what is not there",
    }
    told = [Path(module.__file__).read_text() for module in (verify, fold_proof, as_sent, codes_proof, effects_proof)]
    places = sum(text.count("yield 1") + text.count("Finding(1") for text in told)
    assert places == 23, "a new finding: give it a change in test_findings, and a guard"


def test_the_page_tells_the_guards_that_there_are() -> None:
    """docs/invariants.md is what the runner writes now."""
    assert PAGE.read_text() == page(GUARDS), "python -m tests.ledger.guards --page > docs/invariants.md"


@pytest.mark.slow
@pytest.mark.parametrize(
    "word", ["trigger entries_no_update", "entries.points: CHECK", "verify: transfers sum", "a hold has a deadline"]
)
def test_a_guard_that_is_taken_out_is_missed(root: Path, word: str) -> None:
    """One of each kind, by the command that does it for all."""
    command = [sys.executable, "-m", "tests.ledger.guards", "--only", word]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 guards, 0 not noticed" in done.stdout
