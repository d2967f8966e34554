"""The page for shops that come from another system: its commands show what stands below them."""

from tests.conftest import ROOT
from tests.docs import readme

PAGE = (ROOT / "docs" / "moving.md").read_text(encoding="utf-8")


def test_the_move_runs() -> None:
    """Every command of the page does its work, one after the other, and shows what stands below it."""
    steps = [step for block in readme.play(PAGE) for step in block]
    assert len(steps) > 5
    for step in steps:
        assert step.told == step.expected, "\n".join([f"$ {step.command}", *step.told])
