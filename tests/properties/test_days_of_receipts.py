"""A file imported at once and its documents booked one by one give the same ledger, under every shipped program."""

from pathlib import Path

import pytest

from bonuscli.program.load import load
from tests.properties.days_of_receipts import PROGRAMS, DayBook, both_ways


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("program", [pytest.param(path, id=path.stem) for path in PROGRAMS])
def test_bulk_equals_one_by_one(program: Path, seed: int, tmp_path: Path) -> None:
    """Receipts, returns, late and back-dated ones: the same dump byte for byte, and a sound ledger."""
    bulk, single, findings = both_ways(DayBook(load(program), seed), tmp_path)
    assert bulk == single
    assert findings == []
