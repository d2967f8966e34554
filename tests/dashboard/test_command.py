"""``bonuscli dashboard`` as a command: its file, its bounds, what it keeps to itself, and what it refuses."""

import json
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bonuscli.cli.run import run
from tests.cli.terminal import Terminal
from tests.dashboard.conftest import Look, Made, at

NOW = "2026-12-01 12:00"
HOSTILE = (
    "</script><script>window.owned=1</script>", "<img src=x onerror=window.owned=1>", '"><b onmouseover=owned()>x</b>',
    "\u2028\u2029owned", "<!--<script>", "%%STYLE%%", "{b|rich} ${owned}", "=HYPERLINK(1)", "\u202egnp.exe",
    "&lt;i&gt;", "__proto__", "constructor",
)  # fmt: skip


def figures_of(page: Path) -> dict[str, Any]:
    """The data of a page."""
    found = re.search('<script type="application/json" id="figures">(.*?)</script>', page.read_text(encoding="utf-8"))
    assert found
    return json.loads(found[1])


@pytest.fixture
def hostile_shop(tmp_path: Path) -> Path:
    """A page of a shop whose goods, categories, shops, cashiers and members are called by hostile texts."""
    database, page = tmp_path / "bonus.db", tmp_path / "page.html"
    at("2026-11-01 00:00", database, "init", "--template", "corner-shop")
    at("2026-11-01 00:00", database, "enroll", "100", "--name", HOSTILE[0])
    lines = []
    for place, text in enumerate(HOSTILE):
        line = {"name": text, "sku": text, "category": text, "brand": text, "amount": "700.00"}
        lines.append(json.dumps({"id": f"{text}{place}", "at": "2026-12-01T10:00:00+03:00", "card": "100",
                                 "shop": text, "cashier": text, "lines": [line]}))  # fmt: skip
    for text in lines:
        (tmp_path / "receipt.json").write_text(text, encoding="utf-8")
        at(NOW, database, "accrue", "--receipt", str(tmp_path / "receipt.json"))
    at(NOW, database, "dashboard", "--out", str(page), "--pii")
    return page


def test_names_stay_data(hostile_shop: Path) -> None:
    """What somebody typed can neither end the block of figures nor begin anything else in the page."""
    text = hostile_shop.read_text(encoding="utf-8")
    assert text.count("</script>") == text.count("<script") == 3
    block = text[text.index('id="figures">') :].partition("</script>")[0]
    assert not re.search("[<&\u2028\u2029\u202e]", block)
    names = {row[1] for rows in figures_of(hostile_shop)["tables"]["goods"]["rows"].values() for row in rows}
    assert HOSTILE[0] in names and HOSTILE[5] in names


def test_names_are_inert_in_a_browser(hostile_shop: Path, look: Look) -> None:
    """Every shop and all days can be chosen, and nothing of a name becomes an element or runs."""
    sight = look(hostile_shop)
    before = sight.page.evaluate("document.querySelectorAll('script, img, b[onmouseover]').length")
    for place in range(sight.page.locator("#shop option").count()):
        sight.page.select_option("#shop", index=place)
        sight.page.hover("#block-goods .chart")
    assert sight.page.evaluate("document.querySelectorAll('script, img, b[onmouseover]').length") == before == 3
    assert sight.page.evaluate("typeof window.owned") == "undefined"
    assert sight.page.locator("#block-balances tbody").inner_text().count("<script>") == 1
    assert sight.complaints == [] and len(sight.requests) == 1


def test_the_same_database_and_clock_give_the_same_page(gift_shop: Made, tmp_path: Path) -> None:
    """A page that is made again is the same byte for byte."""
    at(gift_shop.now, gift_shop.database, "dashboard", "--out", str(tmp_path / "again.html"))
    assert (tmp_path / "again.html").read_bytes() == gift_shop.page.read_bytes()


def test_a_page_is_small_and_whole(gift_shop: Made) -> None:
    """It has under 1.5 MB, names no address that a browser would follow, and belongs to its owner alone."""
    text = gift_shop.page.read_text(encoding="utf-8")
    assert len(text.encode()) < 1_500_000
    page, library, program = text.split("<script>")  # the library builds markup of its own, and gets no network
    assert not re.search(r"""(?:src|href|action)=["'](?!#)""", page + program) and "https://echarts" not in page
    assert "www.apache.org/licenses/LICENSE-2.0" in library
    assert "@import" not in text and "url(" not in text.partition("<script")[0]
    assert "<noscript>" in text
    assert stat.S_IMODE(gift_shop.page.stat().st_mode) == 0o600


def test_members_are_masked_unless_asked_for(gift_shop: Made, tmp_path: Path) -> None:
    """Without --pii no number of a card stands in the page; with it they do, and the page says so."""
    card = re.compile(r"\b200\d{10}\b")
    assert not card.search(json.dumps(figures_of(gift_shop.page)))
    assert len(figures_of(gift_shop.page)["tables"]["balances"]["rows"]["/0"]) == 10
    at(gift_shop.now, gift_shop.database, "dashboard", "--pii", "--out", str(tmp_path / "full.html"))
    assert card.search(json.dumps(figures_of(tmp_path / "full.html")))
    assert figures_of(tmp_path / "full.html")["personal"] is True


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit status of a command and what it says on standard error."""
    capsys.readouterr()
    status = run([*words])
    return status, capsys.readouterr().err


def test_refusals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is there stays without --force; days that end early, shops that sold nothing and no file are told."""
    monkeypatch.setenv("BONUSCLI_NOW", NOW)
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["accrue", "none", "--total", "5.00", "--receipt-id", "R1", "--shop", "main", "-q"]) == 0
    assert told(capsys, "dashboard", "--out", "page.html")[0] == 0
    status, text = told(capsys, "dashboard", "--out", "page.html")
    assert status == 5 and "--force" in text
    assert told(capsys, "dashboard", "--out", "page.html", "--force")[0] == 0
    status, text = told(capsys, "dashboard", "--out", "new.html", "--shop", "mane")
    assert status == 3 and "'main'" in text
    status, text = told(capsys, "dashboard", "--out", "new.html", "--from", "2026-12-02", "--to", "2026-12-01")
    assert status == 2 and "ends before" in text
    assert told(capsys, "dashboard")[0] == 2
    assert told(capsys, "dashboard", "--out", "-")[0] == 2
    assert told(capsys, "dashboard", "--out", "bonus.db", "--force")[0] == 5
    assert sorted(path.name for path in Path().iterdir() if path.suffix == ".html") == ["page.html"]


def test_scripts_are_told_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """--json names the file, and how many ranges and shops it has."""
    monkeypatch.setenv("BONUSCLI_NOW", NOW)
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    capsys.readouterr()
    assert run(["dashboard", "--out", "page.html", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": "page.html", "ranges": 1, "shops": 0}


@pytest.mark.parametrize("words", [(), ("--from", "2004-01-01")])
def test_members_of_twenty_years_leave_the_page_small(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cohorts are those of the latest three years, and a page that is large is told to be so."""
    database, page = tmp_path / "bonus.db", tmp_path / "page.html"
    joined = "".join(f"{year}{month},{year}-{month}-15\n" for year in range(2004, 2027) for month in ("03", "10"))
    (tmp_path / "old.csv").write_text("card,enrolled_on\n" + joined, encoding="utf-8")
    at(NOW, database, "init", "--template", "corner-shop")
    at(NOW, database, "enroll", "--file", str(tmp_path / "old.csv"))
    at(NOW, database, "accrue", "202610", "--total", "70.00")
    monkeypatch.setenv("BONUSCLI_NOW", NOW)
    capsys.readouterr()
    monkeypatch.setattr("bonuscli.cli.commands.dashboard.LARGE_BYTES", 1_000)
    status, text = told(capsys, "dashboard", "--db", str(database), "--out", str(page), *words)
    assert status == 0 and "name fewer shops" in text
    rows = figures_of(page)["tables"]["cohorts"]["rows"]["/0"]
    assert [label for label, month, *_ in rows if month == 0] == [
        None, "2024-03", "2024-10", "2025-03", "2025-10", "2026-03", "2026-10",
    ]  # fmt: skip
    assert max(month for _, month, *_ in rows) < 36


def test_a_terminal_sees_how_far_it_is(
    gift_shop: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What takes over a second draws a bar on a terminal, and none in a pipe or with --quiet."""
    monkeypatch.setattr("bonuscli.cli.progress.SHOWN_AFTER_SECONDS", 0.0)
    monkeypatch.setenv("BONUSCLI_NOW", gift_shop.now)
    words = ["dashboard", "--db", str(gift_shop.database), "--from", "2026-11-28", "--out"]
    assert "figures" not in told(capsys, *words, str(tmp_path / "pipe.html"))[1]
    for quiet, drawn in ((["--quiet"], False), ([], True)):
        monkeypatch.setattr("sys.stderr", Terminal())
        assert run([*words, str(tmp_path / f"{drawn}.html"), *quiet]) == 0
        assert ("figures" in sys.stderr.getvalue()) is drawn  # type: ignore[attr-defined]


def test_figures_as_a_workbook(gift_shop: Made, tmp_path: Path) -> None:
    """``kpi --out kpi.xlsx`` has a row for each figure and month, and no drawn trend."""
    at(gift_shop.now, gift_shop.database, "kpi --by month", "--out", str(tmp_path / "kpi.xlsx"))
    rows = list(load_workbook(tmp_path / "kpi.xlsx").active.iter_rows(values_only=True))
    head = next(row for row in rows if row[0] == "KPI")
    assert "Trend" not in head
    assert sum(row[0] == "participation" for row in rows) == 1 + 14
