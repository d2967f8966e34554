"""What somebody mistypes to a report is found out and told with the near name, never answered by an empty table."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bonuscli.cli.run import run as run_line
from tests.cli.little_program import LITTLE

PROGRAM = LITTLE.replace("id: base", "id: advent")
Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shops, of which the second has sold to a guest; what Olga did at the desk."""
    folder = tmp_path_factory.mktemp("cafe")
    (folder / "cafe.yaml").write_text(PROGRAM)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BONUSCLI_NOW", "2026-03-10 12:00")
        for words in (
            ("init", "--program", str(folder / "cafe.yaml")),
            ("enroll", "100", "--actor", "olga"),
            ("accrue", "100", "--total", "50.00", "--receipt-id", "R1", "--shop", "market"),
            ("accrue", "none", "--total", "20.00", "--receipt-id", "R2", "--shop", "station"),
        ):
            assert run_line([*words, "--db", str(folder / "cafe.db"), "--quiet"]) == 0
    return folder / "cafe.db"


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, database: Path) -> Ask:
    """``ask("sales", "--by", "hour")``: exit status, standard output, standard error."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-03-10 12:00")
    monkeypatch.setenv("BONUSCLI_DB", str(database))

    def report(*words: str) -> tuple[int, str, str]:
        return run_line(["report", *words]), *capsys.readouterr()

    return report


@pytest.mark.parametrize(
    "words, status, told",
    [
        (("nosuch",), 3, "there is no report 'nosuch'\n  hint: see: bonuscli report list"),
        (("sale",), 3, "there is no report 'sale'\n  hint: did you mean 'sales'?"),
        (("kpi",), 3, "there is no report 'kpi'\n  hint: give: bonuscli kpi"),
        (("sales", "--shop", "markt"), 3, "'markt'\n  where: --shop\n  hint: did you mean 'market'?"),
        (("goods", "--shop", "x"), 3, "'x'\n  where: --shop\n  hint: known: market, station"),
        (("categories", "--shop", "Market"), 3, "did you mean 'market'?"),
        (("audit", "--actor", "olgo"), 3, "'olgo'\n  where: --actor\n  hint: did you mean 'olga'?"),
        (("promo-effect", "--promo", "adwent"), 3, "'adwent'\n  where: --promo\n  hint: did you mean 'advent'?"),
        (("promo-effect",), 2, "which promo is it about?"),
        (("sales", "--by", "hours"), 2, "did you mean 'hour'?"),
        (("sales", "--as-of", "2026-03-01"), 2, "no option --as-of\n  hint: it tells of days: give --to"),
        (("profiles", "--as-of", "2026-03-01"), 2, "no option --as-of\n  hint: it tells of now alone"),
        (("balances", "--as-of", "2026-04-01"), 5, "2026-04-01 has not come yet"),
        (("balances", "--as-of", "yesterday"), 5, "write it as 2026-12-31"),
        (("tiers", "--as-of", "2026-03-01", "--to", "2026-03-05"), 2, "leave --to out"),
        (("tiers", "--from", "2026-03-05", "--to", "2026-03-01"), 2, "the window ends before it begins"),
        (("balances", "--limit", "3"), 2, "--limit is for the list of members"),
        (("rfm", "--limit", "3"), 2, "--limit is for the list of members"),
        (("rfm", "--by", "money", "--cell", "5-5-5"), 2, "--cell is for the list of members"),
        (("rfm", "--cell", "5-5-6"), 2, "'5-5-6' is no cell"),
        (("rfm", "--cell", "best"), 2, "three grades of 1 to 5"),
        (("anomalies", "--times", "1"), 2, "no whole number from 2"),
        (("cost", "--goods-cost", "101"), 2, "no whole number from 0 to 100"),
        (("sales", "--in", "caffe"), 3, "no program 'caffe'"),
    ],
)
def test_a_mistake_is_told(ask: Ask, words: tuple[str, ...], status: int, told: str) -> None:
    """The exit status of the contract, the reason and the way out on standard error, and nothing on standard output."""
    found, out, err = ask(*words)
    assert (found, out) == (status, "")
    assert told in err


def test_a_shop_that_sold_to_guests_alone_is_known(ask: Ask) -> None:
    """A name that some receipt bears is no mistake, whatever the report finds there."""
    assert ask("sales", "--shop", "station")[0] == 0
    assert ask("goods", "--shop", "station")[0] == 0


def test_the_desk_is_known_by_what_it_did(ask: Ask) -> None:
    """Somebody who did anything has an audit, also of days on which he did nothing."""
    assert ask("audit", "--actor", "olga", "--from", "2027-01-01")[0] == 0


def test_a_cell_lists_its_members_and_masks_their_cards(ask: Ask) -> None:
    """``--cell`` alone is a list; one buyer is worse than nobody, so his grades are 1."""
    status, out, _ = ask("rfm", "--cell", "1-1-1", "--csv")
    assert status == 0
    assert out.splitlines()[1].startswith("1,***,,1,1,1,2026-03-10,1,")
    assert "100," in ask("rfm", "--by", "member", "--pii", "--csv")[1]
