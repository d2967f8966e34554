"""Reports in every shop that there is: on its first day, without members, without half of a program, with two of them.

Each answers with words or an empty table; what it can not answer it says, and how to mend it.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bonuscli.cli.run import run as run_line
from bonuscli.reports import REPORTS
from tests.cli.little_program import LITTLE
from tests.cli.test_reports import PROMO

NOW = "2026-03-10 12:00"
BARE = LITTLE.replace("id: cafe", "id: bare")
SCALED = BARE.replace("id: bare", "id: scaled").replace('"1.00"', '"0.50", scale: 2').replace("10%", "3%")
NEVER = BARE.replace("id: bare", "id: never").replace("10%", "10%, enabled: false")
BOUGHT = (
    ("accrue", "100", "--total", "40.00", "--receipt-id", "R1", "--at", "2026-02-03 09:00"),
    ("accrue", "100", "--total", "60.00", "--receipt-id", "R2"),
    ("return", "R1", "--amount", "10.00"),
)
GUESTS = (("accrue", "none", "--total", "40.00", "--receipt-id", "G1"),)
# shop -> (its programs, what happened in it)
SHOPS: dict[str, tuple[dict[str, str], tuple[tuple[str, ...], ...]]] = {
    "on its first morning": ({"bare": BARE}, ()),
    "with guests alone": ({"bare": BARE}, GUESTS),
    "with a member who never bought": ({"bare": BARE}, (("enroll", "100"),)),
    "without levels, welcome, promos and redemption": ({"bare": BARE}, (("enroll", "100"), *BOUGHT)),
    "that gives no points": ({"never": NEVER}, (("enroll", "100"), *BOUGHT)),
    "of two programs": ({"bare": BARE, "scaled": SCALED}, (("enroll", "100"), *BOUGHT)),
}
Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The database of each."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BONUSCLI_NOW", NOW)
        for shop, (programs, acts) in SHOPS.items():
            folder = tmp_path_factory.mktemp("shop")
            database = ("--db", str(folder / "shop.db"), "--quiet")
            for number, (name, text) in enumerate(programs.items()):
                (folder / f"{name}.yaml").write_text(text)
                words = ("program", "publish", "--add") if number else ("init", "--program")
                assert run_line([*words, str(folder / f"{name}.yaml"), *database]) == 0
            for act in acts:
                assert run_line([*act, *database]) == 0
            found[shop] = folder / "shop.db"
    return found


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shops: dict[str, Path]) -> Ask:
    """``ask(shop, "report", "rules")``: exit status, standard output, standard error."""
    monkeypatch.setenv("BONUSCLI_NOW", NOW)

    def run_words(shop: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("BONUSCLI_DB", str(shops[shop]))
        status = run_line(list(words))
        return status, *capsys.readouterr()

    return run_words


@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("name", ["kpi", *REPORTS])
def test_a_report_answers_in_any_shop(ask: Ask, name: str, shop: str) -> None:
    """In every grouping, as a table and as JSON, of each program; or it says what is missing and what to do."""
    groups = ("month", "shop", "tier") if name == "kpi" else REPORTS[name].options.get("by") or ()
    words = ("kpi",) if name == "kpi" else ("report", name, *PROMO.get(name, ()))
    for program in SHOPS[shop][0]:
        for by in (None, *groups):
            asked = (*words, "--in", program, *(("--by", by) if by else ()))
            status, out, err = ask(shop, *asked)
            if status:
                assert (status in (2, 3), out) == (True, "")
                assert re.match(r"error: .*\n  where: --[a-z-]+\n  hint: ", err), err
                continue
            assert out.strip() and not err
            told = json.loads(ask(shop, *asked, "--json")[1])
            assert isinstance(told["rows"], list)
            assert "nan" not in out.casefold().split() and "None" not in out


def test_points_are_those_of_the_program(ask: Ask) -> None:
    """Each program's report is in its own points: 9.00 of 90.00 in beans, 2.70 worth 0.50 each are 5.40."""
    told = {
        name: json.loads(ask("of two programs", "report", "balances", "--in", name, "--json")[1])
        for name in ("bare", "scaled")
    }
    assert [(each["points_scale"], each["rows"][0]["balance"]) for each in told.values()] == [(0, 9), (2, 540)]


def test_all_programs_have_the_same_sales(ask: Ask) -> None:
    """What was sold is not of a program: categories, hours and members' revenue are the same in both."""
    for name in ("sales", "categories", "goods", "cohorts"):
        of_first, of_second = (
            json.loads(ask("of two programs", "report", name, "--in", program, "--json")[1])["rows"]
            for program in ("bare", "scaled")
        )
        assert of_first == of_second
