"""A file imported at once and its documents booked one by one give the same ledger, under whatever program."""

import random
from pathlib import Path

import pytest

from bonuscli.program.load import load
from tests.properties.days_of_receipts import PROGRAMS, DayBook, both_ways
from tests.properties.stories_program import random_program


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("program", [pytest.param(path, id=path.stem) for path in PROGRAMS])
def test_bulk_equals_one_by_one(program: Path, seed: int, tmp_path: Path) -> None:
    """Receipts, returns, late and back-dated ones: the same dump byte for byte, and a sound ledger."""
    bulk, single, findings = both_ways(DayBook(load(program), seed), tmp_path)
    assert bulk == single
    assert findings == []


@pytest.mark.parametrize("seed", range(4))
def test_bulk_equals_one_by_one_under_random_programs(seed: int, tmp_path: Path) -> None:
    """The same under programs with every key of the language."""
    book = DayBook(random_program(random.Random(seed), scale=seed), seed)
    bulk, single, findings = both_ways(book, tmp_path)
    assert bulk == single
    assert findings == []
