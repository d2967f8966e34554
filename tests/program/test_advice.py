"""What a program says and hardly means, each kind of advice with a program that earns it."""

from pathlib import Path

import pytest

from bonuscli.program.advice import advise
from bonuscli.program.load import load
from bonuscli.shipped import shipped, template_names

FOLDER = Path(__file__).resolve().parent / "advice"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_advice_names_its_place_and_how_to_mend_it(path: Path) -> None:
    """The advice on each program is the text beside it: line and column, what will happen, what to write."""
    found = advise(load(path), path.name)
    told = "".join(f"{each.line}:{each.column}: {each.message}\n  {each.hint}\n" for each in found)
    assert told == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", template_names())
def test_ready_programs_need_no_advice(name: str) -> None:
    """A program that ships is what it means."""
    path = shipped("programs", f"{name}.yaml")
    assert advise(load(path), path.name) == []
