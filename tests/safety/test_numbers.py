"""A number is ASCII digits and a point, nothing else: one table of other forms, tried wherever a number is read."""

import json

import pytest

from bonuscli.days import parse_day
from bonuscli.errors import BonusError
from bonuscli.importers.receipt_json import read_receipt, read_redemption
from bonuscli.program.load import find_problems
from tests.conftest import Run
from tests.fuzz.samples import PROGRAM
from tests.safety.conftest import MEASURES, ReadRows

ODD = [
    "1_000", "1e3", "1E3", "1e-3", "NaN", "nan", "Infinity", "-Infinity", "inf", "0x10", "0b1", "0o7", "+5", "5.", ".5",
    "1 000", "1\u00a0000", "1'000", "--5", "- 5", "٥", "５", "५", "²", "½", "Ⅴ", "五", "1.５", "1٫5", "\u22125", "5%",
]  # fmt: skip


@pytest.mark.parametrize("number", ODD)
def test_odd_numbers_in_csv(read_rows: ReadRows, number: str) -> None:
    """Amount, quantity, price, discount and points: the receipt is rejected and the column named."""
    for column, code in (("amount", "amount"), ("quantity", "quantity"), ("discount", "amount"), ("redeem", "points")):
        cells = {"receipt_id": "r1", "at": "2026-12-01", "amount": "5", column: number}
        receipts, rejects = read_rows(f"{','.join(cells)}\n{','.join(cells.values())}\n")
        assert [(each.column, each.code) for each in rejects] == [(column, f"bad_{code}")]
        assert receipts == []


@pytest.mark.parametrize("number", ODD)
def test_odd_numbers_in_json(number: str) -> None:
    """As text, and bare where JSON has such a literal."""
    bare = number if number in ("1e3", "1E3", "1e-3", "NaN", "Infinity", "-Infinity") else json.dumps(number)
    for written in {json.dumps(number), bare}:
        for key in ("amount", "quantity", "discount"):
            line = f'{{"amount": "5.00", "{key}": {written}}}'.replace('"amount": "5.00", "amount"', '"amount"')
            with pytest.raises(BonusError):
                read_receipt(f'{{"lines": [{line}]}}', MEASURES, "r")
        with pytest.raises(BonusError):
            read_redemption(f'{{"card": "1", "points": {written}, "key": "k"}}', MEASURES, "r")


@pytest.mark.parametrize("number", [number for number in ODD if number != "5%"])
def test_odd_numbers_in_a_program(number: str) -> None:
    """Money, points, percentages, factors, counts and lengths of time, quoted or not."""
    for sound, key in (
        ('value: "1.00"', "value: {}"), ("rate: 3%", "rate: {}%"), ("points: 3, goods", "points: {}, goods"),
        ("lasts: 1d", "lasts: {}d"), ("count: 2", "count: {}"), ("step: 1", "step: {}"),
    ):  # fmt: skip
        assert sound in PROGRAM
        before, mark, after = key.partition("{}")
        written = before + json.dumps(number + after.rstrip(", gods"), ensure_ascii=False) if mark else key
        text = PROGRAM.replace(sound, written + (", goods" if "goods" in key else ""), 1)
        assert find_problems(text, "shop.yaml"), written


@pytest.mark.parametrize("number", ["1_000", "1e3", "NaN", "Infinity", "0x10", "٥", "５", "\u22125", "1 000"])
def test_odd_numbers_on_the_command_line(number: str, monkeypatch, capsys) -> None:
    """Money, points and whole numbers of options and arguments: refused, and nothing on stdout."""
    from bonuscli.cli.run import run

    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-01 12:00")
    assert run(["init", "--template", "corner-shop", "-q"]) == 0
    assert run(["enroll", "100", "-q"]) == 0
    capsys.readouterr()
    for words in (
        ["accrue", "100", "--total", number], ["quote", "100", "--total", "900", "--redeem", number],
        ["redeem", "100", number], ["adjust", "100", number, "--reason", "why"], ["grant", "100", number],
        ["hold", "100", number], ["hold", "100", "5", "--for", f"{number}h"], ["balance", "100", "--wait", number],
        ["grant", "100", "5", "--lasts", f"{number}d"], ["return", "R1", "--amount", number],
        ["kpi", "--from", f"{number}-01-01"], ["accrue", "100", "--total", "5", "--at", f"2026-12-01 {number}:00"],
    ):  # fmt: skip
        assert run(words) in (2, 3, 5), words
        assert capsys.readouterr().out == "", words


@pytest.mark.parametrize(
    "day", ["٢٠٢٦-12-01", "２０２６-12-01", "2026-1٢-01", "2026-12-1", "20261201", "2026-W49-2", "+026-12-01"]
)
def test_days_in_other_digits_and_forms(read_rows: ReadRows, day: str) -> None:
    """A day is four, two and two ASCII digits."""
    with pytest.raises(ValueError, match="is not a day"):
        parse_day(day)
    _, rejects = read_rows(f"receipt_id,at,amount\nr1,{day},5\nr2,2026-12-01 1٢:00,5\nr3,2026-12-01T10:00+0٣:00,5\n")
    assert [each.code for each in rejects] == ["bad_time"] * 3


def test_a_card_in_other_digits_is_the_same_card(run: Run) -> None:
    """Identifiers are folded, unlike figures: full-width digits name the member of the ASCII ones."""
    run("init", "--template", "corner-shop", "-q")
    run("enroll", "100", "-q")
    assert "Member: 1\n" in run("balance", "１００").stdout
