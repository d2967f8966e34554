"""Whatever is done to a ledger, in whatever order, it is what a naive one says."""

import re
from pathlib import Path

from tests.properties import machine


def test_the_ledger_is_as_a_naive_one_tells_it() -> None:
    """Stories of all operations, late and repeated ones: each answer and every lot, and the proof at the end."""
    machine.tell(30)


def test_the_naive_ledger_is_independent(root: Path) -> None:
    """It shares no code with the program that it is held against."""
    modules = sorted((root / "tests" / "naive").glob("*.py"))
    assert modules
    for module in modules:
        imported = re.findall(r"^(?:from|import) (\S+)", module.read_text(), re.MULTILINE)
        assert all(name.split(".")[0] in ("collections", "fractions") or "naive" in name for name in imported), module
