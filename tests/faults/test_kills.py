"""The small version of the long runs: kills of writing commands."""

import pytest

from bonuscli.cli.registry import COMMANDS
from tests.faults import acts
from tests.faults.kills import kill_for

KILLS = 20


def test_every_command_is_killed_or_only_looks() -> None:
    """A verb that is new in the registry is among the acts that get killed, or is said to change no database."""
    killed = {name.split(" --")[0] for name in acts.ACTS}
    assert set(COMMANDS) <= killed | acts.LOOKING


@pytest.mark.slow
def test_killed_commands_are_there_whole_or_not_at_all() -> None:
    """Twenty kills at random moments: what was answered is there, nothing is half there, a repeat ends undisturbed."""
    said = kill_for(0, seed=20_260_601, kills=KILLS)
    assert "answered" in said
