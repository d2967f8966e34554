"""Every scenario file is run step by step: the project's own, those of other systems, and those beside the programs."""

from pathlib import Path

import pytest

from bonuscli.services.scenario import run_scenario
from bonuscli.services.scenario_file import Scenario, load_scenarios

HERE = Path(__file__).resolve().parent
FILES = sorted((*HERE.rglob("*.test.yaml"), *(HERE.parent.parent / "programs").glob("*.test.yaml")))

CASES = [(path, scenario) for path in FILES for scenario in load_scenarios(path)]


@pytest.mark.parametrize("scenario", [pytest.param(each, id=f"{path.name[:-10]}: {each.name}") for path, each in CASES])
def test_scenario(scenario: Scenario) -> None:
    """Each step answers what it is expected to answer."""
    wrong = [
        f"{outcome.place}: {difference}" for outcome in run_scenario(scenario) for difference in outcome.differences
    ]
    assert not wrong, "\n" + "\n".join(wrong)
