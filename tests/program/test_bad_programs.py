"""Every bad program beside the words it must be met with: ``bad/NAME.yaml`` and ``bad/NAME.txt``."""

from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.program.load import load

BAD = Path(__file__).resolve().parent / "bad"


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_program_is_refused_in_these_words(path: Path) -> None:
    """All problems of the file are told at once, each with place, excerpt, caret and hint, exactly so."""
    with pytest.raises(BonusError) as refused:
        load(path)
    told = "\n".join([*refused.value.problems, refused.value.message]) + "\n"
    assert told == path.with_suffix(".txt").read_text(encoding="utf-8")
    assert refused.value.code == "bad_program"


def test_every_message_has_its_program() -> None:
    """No message is kept of a program that is gone, and none is missing."""
    assert {path.stem for path in BAD.glob("*.yaml")} == {path.stem for path in BAD.glob("*.txt")}
