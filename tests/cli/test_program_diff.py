"""``program diff``: what changes for customers from one program to another."""

import json
from pathlib import Path

import pytest

from bonuscli.cli.run import run as run_line

SHOP = """\
version: 1
id: shop
currency: EUR
timezone: Europe/Vienna
valid: {from: 2027-03-01}
points: {name: {one: point, other: points}, value: "0.01"}
goods: {coffee: {categories: [Coffee]}}
earn:
  rules:
  - {id: base, kind: percent, rate: 2%}
  - {id: coffee, kind: percent, rate: 4%, goods: coffee, replaces: base}
"""
OTHER = (
    SHOP.replace("rate: 2%", "rate: 3%").replace("  - {id: coffee, ", "  - {id: espresso, ")
    + "redeem: {max_share: 50%}\n"
)


@pytest.fixture(autouse=True)
def _programs() -> None:
    Path("a.yaml").write_text(SHOP)
    Path("b.yaml").write_text(OTHER)


def told(capsys: pytest.CaptureFixture, *words: str) -> str:
    assert run_line(["program", "diff", *words]) == 0
    return str(capsys.readouterr().out)


def test_sentences_before_and_after(capsys: pytest.CaptureFixture) -> None:
    """Each sentence that goes has a minus, each that comes a plus, below its part of the program."""
    words, _, table = told(capsys, "a.yaml", "b.yaml").partition("\n\n")
    assert words.splitlines() == [
        "earn",
        "  - base: 2% back on all goods.",
        "  + base: 3% back on all goods.",
        "  + espresso: 4% back on category Coffee, instead of base.",
        "  - coffee: 4% back on category Coffee, instead of base.",
        "redeem",
        "  + Points pay up to 50% of a receipt.",
        "  + They are spent in steps of: 1 point.",
        "  - Points cannot be spent.",
    ]
    assert "100.00 of Coffee" in table


def test_made_up_receipts_are_scored_by_both(capsys: pytest.CaptureFixture) -> None:
    """The figures of a receipt of 100.00: 2 % and 3 % of it in points of 0.01, and half of it to be spent."""
    found = json.loads(told(capsys, "a.yaml", "b.yaml", "--json"))
    assert [each["change"] for each in found["changes"]].count("changed") == 1
    rows = {row["receipt"]: row for row in found["receipts"]}
    other = rows["100.00 of other goods"]
    assert (other["earned_a"], other["earned_b"], other["difference"]) == (200, 300, 100)
    assert (other["may_spend_a"], other["may_spend_b"]) == (0, 5000)
    assert rows["100.00 of Coffee"]["difference"] == 0
    assert other["at"].startswith("20")


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "r1", "at": "2027-03-02 10:00", "lines": [{"category": "Coffee", "amount": "12.50"}]}\n\n'
        '{"id": "r2", "lines": [{"amount": "1.00"}]}\n',
        "receipt_id,kind,at,card,line,category,quantity,amount\n"
        "r1,sale,2027-03-02 10:00,,1,Coffee,1,12.50\nr2,sale,2027-03-02 10:00,,1,,1,1.00\n",
    ],
    ids=["json", "csv"],
)
def test_receipts_of_a_file_are_scored_by_both(capsys: pytest.CaptureFixture, text: str) -> None:
    """JSON lines and canonical CSV give the same figures."""
    Path("receipts").write_text(text)
    lines = told(capsys, "a.yaml", "b.yaml", "--receipts", "receipts", "--csv").splitlines()
    assert lines[0] == "receipt,at,earned_a,earned_b,difference,may_spend_a,may_spend_b"
    figures = [line.split(",") for line in lines[1:]]
    assert [(row[0], *row[2:]) for row in figures] == [
        ("r1", "50", "50", "0", "0", "625"),
        ("r2", "2", "3", "1", "0", "50"),
    ]


def test_what_is_published_is_compared(capsys: pytest.CaptureFixture) -> None:
    """``published`` is the version in force, ``published:N`` a version by its number."""
    assert run_line(["init", "--program", "a.yaml", "--quiet"]) == 0
    assert run_line(["program", "publish", "b.yaml", "--from", "2027-04-01", "--quiet"]) == 0
    assert told(capsys, "published:1", "a.yaml").startswith("The two programs say the same.")
    assert told(capsys, "published:2", "b.yaml").startswith("The two programs say the same.")
    assert run_line(["program", "diff", "published:3", "b.yaml"]) == 3
    assert "there is no version '3'" in capsys.readouterr().err


def test_other_languages_and_other_currencies(capsys: pytest.CaptureFixture) -> None:
    """The sentences may be Russian or Ukrainian; receipts of two currencies are not compared."""
    assert "начисляем 3% за все товары" in told(capsys, "a.yaml", "b.yaml", "--language", "ru")
    assert run_line(["program", "diff", "a.yaml", "corner-shop"]) == 0
    out, err = capsys.readouterr()
    assert "Earned A" not in out
    assert "two currencies" in err


@pytest.mark.parametrize("name, status", [("missing.yaml", 5), ("published", 8)])
def test_what_cannot_be_read_is_told(name: str, status: int) -> None:
    """A missing file and a missing database end as they do everywhere."""
    assert run_line(["program", "diff", name, "b.yaml"]) == status


def test_a_receipt_that_cannot_be_read_names_its_line(capsys: pytest.CaptureFixture) -> None:
    """The first bad receipt ends the comparison with its place."""
    Path("r.jsonl").write_text(
        '{"id": "r1", "lines": [{"amount": "1.00"}]}\n{"id": "r2", "lines": [{"amont": "1.00"}]}\n'
    )
    assert run_line(["program", "diff", "a.yaml", "b.yaml", "--receipts", "r.jsonl"]) == 5
    assert "r.jsonl:2: lines[0].amont" in capsys.readouterr().err
