"""How the named sequences are told: a short program, steps in the words of scenario files, a proof of the ledger."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from bonuscli.services.scenario import run_scenario
from bonuscli.services.scenario_file import load_scenarios
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify

Play = Callable[..., Shop]

# A point a euro, a point pays a euro, at once and for a year; each sequence adds or replaces sections.
SECTIONS = {
    "version": "1",
    "id": "story",
    "currency": "EUR",
    "timezone": "UTC",
    "points": '{name: {one: point, other: points}, value: "1.00", lasts: {for: 12mo, from: accrual}}',
    "earn": "{rules: [{id: base, kind: percent, rate: 100%}]}",
    "redeem": "{}",
}


def tell(program: str, steps: str, folder: Path, shop_folder: Path) -> Shop:
    """Run the steps, written into ``folder``, hold them to what they expect; the shop at the instant of the last."""
    (folder / "story.yaml").write_text(program)
    told = indent(dedent(steps).strip("\n"), "  ")
    (folder / "story.test.yaml").write_text(f"program: story.yaml\nscenarios:\n- name: story\n  steps:\n{told}\n")
    (scenario,) = load_scenarios(folder / "story.test.yaml")
    wrong = [f"{each.place}: {text}" for each in run_scenario(scenario, shop_folder) for text in each.differences]
    assert not wrong, "\n" + "\n".join(wrong)
    return Shop(shop_folder / "shop.db", now=scenario.steps[-1].at)


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """``play(steps, earn="{...}", tiers="{...}")``: run the steps, hold them to what they expect, prove the ledger."""

    def run(steps: str, **sections: str) -> Shop:
        texts = {**SECTIONS, **sections}
        program = "".join(f"{key}: {text}\n" for key, text in texts.items() if text)
        shop_folder = tmp_path / "shop"
        shop_folder.mkdir()
        shop = tell(program, steps, tmp_path, shop_folder)
        assert verify(shop).findings == []
        return shop

    return run
