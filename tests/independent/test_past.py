"""``--as-of``: a report of a past day is the one that the database gave on that day, of which a copy was kept."""

import json
import shutil
from pathlib import Path

import pytest

from bonuscli.reports import REPORTS
from tests.independent.story import NOW, answer

pytestmark = pytest.mark.slow
_WORDS = {
    "balances": ["", "--by member"],
    "expiring": ["", "--by member"],
    "liability": ["", "--by age"],
    "tiers": [""],
}


@pytest.fixture(scope="session", params=["2011-01-01", "2011-01-31"])
def then(request: pytest.FixtureRequest, shop_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A day, and the database as it was in its evening, with all written down that was due by then."""
    day = request.param
    copy = Path(shutil.copy(shop_path.with_name(f"of-{day}.db"), tmp_path_factory.mktemp("then") / "shop.db"))
    answer(copy, f"{day} 23:59:59", "run-due")
    return day, copy


def test_those_that_look_back_are_compared() -> None:
    """A report that takes --as-of has its line here."""
    assert {name for name, report in REPORTS.items() if "as-of" in report.options} == _WORDS.keys()


@pytest.mark.parametrize("name, words", [(name, words) for name, every in _WORDS.items() for words in every])
def test_the_past_is_what_was_told_then(name: str, words: str, then: tuple[str, Path], shop_path: Path) -> None:
    """Whatever was recorded since: months of receipts, expiry, levels lost, another version of the program."""
    day, copy = then
    line = ["report", name, *words.split(), "--json", *(["--pii"] if "member" in words else [])]
    told_then = json.loads(answer(copy, f"{day} 23:59:59", *line))
    assert json.loads(answer(shop_path, NOW, *line, "--as-of", day)) == told_then
    assert told_then["rows"]
