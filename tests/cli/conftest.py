"""Commands that exist for these tests alone, put into the registry."""

import sys
from types import ModuleType

import pytest

from bonuscli.cli import registry
from bonuscli.cli.options import Call, CardArgument, offline, reader, takes_negative_numbers, writer
from bonuscli.cli.registry import CARE, Entry
from bonuscli.errors import BonusError, InvariantBroken


@reader
def show_call(call: Call, card: CardArgument, pending: bool = False) -> None:
    """Print what the command was given."""
    print(card, pending, *call, sep="|")


@takes_negative_numbers
@writer
def show_points(call: Call, card: CardArgument, points: int) -> None:
    """Print the points."""
    print(points, call.dry_run, call.wait)


@offline
def fail(call: Call, how: str) -> int:
    """Fail in the way that is named."""
    known: dict[str, BaseException] = {
        "refused": BonusError("insufficient_points", "60 points are open, 100 are asked", "card 100", "redeem 60"),
        "problems": BonusError(
            "bad_program", "2 mistakes", "shop.yaml", None, ("shop.yaml:1:1: one", "shop.yaml:2:1: two")
        ),
        "control": BonusError("bad_row", "the cell holds '\x1b[2J'", "day.csv:7"),
        "broken": InvariantBroken("entry 7: 5 points taken of 3"),
        "bug": ZeroDivisionError("division by zero"),
        "interrupt": KeyboardInterrupt(),
        "missing": FileNotFoundError(2, "No such file or directory", "day.csv"),
        "full": OSError(28, "No space left on device"),
    }
    if how in known:
        raise known[how]
    return int(how)


@pytest.fixture
def _sample_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """``show-call``, ``show-points`` and ``fail`` as commands of the registry."""
    module = ModuleType("bonuscli.cli.commands.sample")
    for function in (show_call, show_points, fail):
        setattr(module, function.__name__, function)
        monkeypatch.setitem(
            registry.COMMANDS,
            function.__name__.replace("_", "-"),
            Entry(CARE, f"sample:{function.__name__}", "For tests"),
        )
    monkeypatch.setitem(sys.modules, module.__name__, module)
