"""Pages of shops that lack something: words stand where there is nothing to draw."""

from pathlib import Path

import pytest

from tests.dashboard.conftest import PHONE, Look, at

NOW = "2026-12-01 12:00"
PROGRAM = """
version: 1
id: {id}
currency: EUR
timezone: UTC
valid: {{from: 2026-01-01}}
points: {{name: {{one: point, other: points}}, value: "1.00", {more}}}
earn: {{rules: [{{id: base, kind: percent, rate: 10%}}]}}
redeem: {{}}
"""
HEADER = "receipt_id,at,shop,card,name,category,amount\n"


def page_of(folder: Path, receipts: str, *words: str, program: str = "corner-shop") -> Path:
    """The page of a shop with these receipts, made at ``NOW``."""
    database, page = folder / "bonus.db", folder / "page.html"
    source = ("--program", program) if program.endswith(".yaml") else ("--template", program)
    at("2026-01-01 00:00", database, "init", *source)
    if receipts:
        (folder / "day.csv").write_text(HEADER + receipts, encoding="utf-8")
        at(NOW, database, "import", str(folder / "day.csv"), "--unknown-cards", "enroll")
    at(NOW, database, "dashboard", "--out", str(page), *words)
    return page


def plain_program(folder: Path, id: str = "plain", more: str = "lasts: {for: 12mo}") -> str:
    """The file of a program without tiers."""
    file = folder / f"{id}.yaml"
    file.write_text(PROGRAM.format(id=id, more=more), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_an_empty_database_says_so(viewport: dict, tmp_path: Path, look: Look) -> None:
    """Without a receipt each card and block says in words what is not there, and no chart is empty."""
    sight = look(page_of(tmp_path, ""), viewport=viewport)
    assert "no receipts yet" in sight.page.locator("#notice").inner_text()
    assert sight.page.locator(".card .none").count() == 7
    assert sight.page.locator(".chart:visible").count() == 0
    words = sight.page.locator(".words:visible").all_inner_texts()
    assert len(words) == 16 and all(text.endswith(".") for text in words)
    assert "NaN" not in sight.page.inner_text("body") and "undefined" not in sight.page.inner_text("body")
    assert not sight.complaints


def test_one_day_of_one_shop(tmp_path: Path, look: Look) -> None:
    """One day has no other range and no shop to choose, and its bars stand."""
    page = page_of(
        tmp_path, "R1,2026-12-01 10:00,main,100,Tea,Drinks,70.00\nR2,2026-12-01 11:00,main,,Tea,Drinks,30.00\n"
    )
    sight = look(page)
    assert sight.page.locator("#range option").all_inner_texts() == ["All days"]
    assert not sight.page.locator("#shop").is_visible()
    assert sight.figure("participation") == "50.00%"
    assert sight.rows("sales") == [["1 Dec", "2", "1", "100.00", "30.00"]]
    assert not sight.complaints


def test_nobody_shows_a_card(tmp_path: Path, look: Look) -> None:
    """Where no receipt has a card, participation is 0 and what needs members says that there are none."""
    sight = look(
        page_of(tmp_path, "R1,2026-11-01 10:00,main,,Tea,Drinks,70.00\nR2,2026-12-01 11:00,side,,Tea,Drinks,30.00\n")
    )
    assert sight.figure("participation") == "0.00%"
    assert sight.figure("average_balance") == "No members yet"
    assert sight.figure("average_receipt_uplift") == "No receipts with a card in these days"
    assert sight.page.locator("#block-tiers .words").inner_text() == "There are no members yet."
    assert sight.page.locator("#block-rfm .words").inner_text() == "No member bought in these days."
    assert sight.page.locator("#block-cohorts .words").inner_text() == "Nobody has joined in these days."
    assert not sight.complaints


def test_no_tiers_no_categories_no_end(tmp_path: Path, look: Look) -> None:
    """Without tiers, categories, names of shops and an end of points the page says so, and draws the rest."""
    program = plain_program(tmp_path, more="lasts: never")
    page = page_of(
        tmp_path, "R1,2026-11-01 10:00,,100,Tea,,70.00\nR2,2026-12-01 11:00,,100,Tea,,30.00\n", program=program
    )
    sight = look(page)
    assert sight.page.locator("#block-tiers .words").inner_text() == "The program has no tiers."
    assert sight.page.locator("#block-categories .words").inner_text() == "The receipts name no categories."
    assert sight.rows("liability")[1][0] == "never"
    assert sight.rows("goods")[0][1] == "Tea"
    assert not sight.complaints


def test_several_programs(tmp_path: Path, look: Look) -> None:
    """A page is of one program and names the others, with the option that makes theirs."""
    database, page = tmp_path / "bonus.db", tmp_path / "page.html"
    at("2026-01-01 00:00", database, "init", "--program", plain_program(tmp_path, "cafe"))
    at(
        "2026-01-01 00:00",
        database,
        "program publish",
        plain_program(tmp_path, "bakery"),
        "--from",
        "2026-01-02",
        "--add",
    )
    at("2026-11-01 10:00", database, "enroll", "100")
    at("2026-11-01 11:00", database, "accrue", "100", "--total", "50.00", "--receipt-id", "R1")
    for program, other in (("cafe", "bakery"), ("bakery", "cafe")):
        at(NOW, database, "dashboard", "--out", str(page), "--in", program, "--force")
        notice = look(page).page.locator("#notice").inner_text()
        assert f"program {program}" in notice and notice.endswith(f"another: {other}.")


def test_a_window_and_shops_of_ones_own(tmp_path: Path, look: Look) -> None:
    """--from, --to and --shop cut the page to these days and shops, and it says how many shops are left out."""
    rows = "".join(f"R{n},2026-11-{n:02} 10:00,shop-{n},100,Tea,Drinks,{n}0.00\n" for n in range(1, 13))
    page = page_of(tmp_path, rows, "--from", "2026-11-02", "--to", "2026-11-12", "--shop", "shop-3", "--shop", "shop-7")
    sight = look(page)
    assert sight.page.locator("#shop option").all_inner_texts() == ["All shops", "shop-3", "shop-7"]
    assert "8 more" in sight.page.locator("#notice").inner_text()
    assert sum(float(row[3]) for row in sight.rows("sales")) == sum(range(20, 120, 10))
    sight.choose(shop="shop-7")
    assert sum(float(row[3]) for row in sight.rows("sales")) == 70


def test_many_shops_are_bounded(tmp_path: Path, look: Look) -> None:
    """Without --shop a page has the eight shops with the most receipts."""
    rows = "".join(f"R{n}-{k},2026-11-01 10:00,shop-{n:02},,Tea,Drinks,5.00\n" for n in range(1, 12) for k in range(n))
    sight = look(page_of(tmp_path, rows))
    expected = ["All shops", *(f"shop-{n:02}" for n in range(4, 12))]
    assert sight.page.locator("#shop option").all_inner_texts() == expected
    assert "3 more" in sight.page.locator("#notice").inner_text()
