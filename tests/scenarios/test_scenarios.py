"""Every scenario file is run step by step: the project's own, those of other systems, and those beside the programs."""

from pathlib import Path

import pytest

from bonuscli.services.scenario import run_scenario
from bonuscli.services.scenario_file import Scenario, load_scenarios
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify

HERE = Path(__file__).resolve().parent
FILES = sorted((*HERE.rglob("*.test.yaml"), *(HERE.parent.parent / "programs").glob("*.test.yaml")))

CASES = [(path, scenario) for path in FILES for scenario in load_scenarios(path)]


@pytest.mark.parametrize("scenario", [pytest.param(each, id=f"{path.name[:-10]}: {each.name}") for path, each in CASES])
def test_scenario(scenario: Scenario, tmp_path: Path) -> None:
    """Each step answers what it is expected to answer, and the ledger that is left proves sound."""
    wrong = [
        f"{outcome.place}: {difference}"
        for outcome in run_scenario(scenario, tmp_path)
        for difference in outcome.differences
    ]
    assert not wrong, "\n" + "\n".join(wrong)
    assert verify(Shop(tmp_path / "shop.db", now=scenario.steps[-1].at)).findings == []
