"""Rows that begin and end alike are read by their text; what comes of it is what splitting each row gives."""

import csv
import io
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonuscli.importers import Read, open_receipts
from bonuscli.importers.csv_rows import CELLS, GOODS
from bonuscli.importers.profile import load_profile
from bonuscli.model import Reject
from tests.importers.conftest import MOSCOW

HEAD = "receipt_id,kind,original_receipt_id,at,shop,card".split(",")
OF_GOODS = "line,sku,name,quantity,amount,discount".split(",")
BEHIND = "redeem,payment,code".split(",")
# What stands in the cells: sound texts, the same again and again, and some that are not.
TEXTS = {
    "receipt_id": ["r1", "r1", "r2", "r3", " r3", ""],
    "kind": ["sale", "sale", "return", "gift"],
    "original_receipt_id": ["", "", "r1"],
    "at": ["2026-12-01 10:00", "2026-12-01 10:00", "2026-12-01 10:00:05", "2026-12-32 10:00"],
    "shop": ["main", "main", " main", "'=1"],
    "card": ["", "200", "x" * 501],
    "line": ["1", "2", "3", "02", "", "a"],
    "sku": ["T", "C", "", "x" * 501],
    "name": ["Tea", "Tea", " Tea", 'a "big" one', "Tea, green", "\rTea"],
    "quantity": ["1", "", "0", "1 kg"],
    "amount": ["5.00", "5.00", "7", "", "-8"],
    "discount": ["", "0.50", "-1"],
    "redeem": ["", "", "max", "x"],
    "payment": ["card", "cash=1.00", "=1"],
    "code": ["", "A B"],
    "reject_line": [""],
}


def read_all(path: Path, by_text: bool) -> tuple[list[Read | Reject], int]:
    """What a canonical file gives, and how many rows it has; with or without a look at what rows have alike."""
    reader = open_receipts(path, load_profile("canonical"), MOSCOW)
    if not by_text:
        reader._parser.cut = None
    return list(reader), reader.lines_read


def content_of(random: Random, columns: list[str], ends: list[str]) -> str:
    """A file of receipts whose rows were told as a till tells them, and then some were spoilt."""
    lines = [",".join(columns)]
    for number in range(random.randrange(1, 6)):
        sound = {column: texts[0] for column, texts in TEXTS.items()} | {"receipt_id": f"r{number}"}
        receipt = sound | {column: random.choice(TEXTS[column]) for column in columns if random.random() < 0.05}
        numbered = random.random() < 0.8
        for line in range(1, random.choice((1, 2, 3, 12)) + 1):
            cells = receipt | {"line": str(line) if numbered else ""}
            cells |= {column: random.choice(TEXTS[column]) for column in OF_GOODS[1:] if random.random() < 0.3}
            cells |= {column: random.choice(TEXTS[column]) for column in columns if random.random() < 0.01}
            if random.random() < 0.03:  # as merged cells leave a row
                cells |= {column: "" for column in columns if column not in OF_GOODS}
            row = io.StringIO()
            csv.writer(row, lineterminator="").writerow([cells[column] for column in columns])
            # Half of the cells that need no quotes have them nowhere; a spoilt row has too few cells, or too many.
            text = row.getvalue().replace("\n", " ")
            lines.append(random.choice([text] * 30 + [text[:20], f"{text},", f"{text},x", f'{text[:-1]}"', "", text]))
    return "".join(line + random.choice(ends) for line in lines)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), ends=st.sampled_from((["\n"], ["\r\n"], ["\n", "\r\n", "\n\n"])))
def test_both_ways_of_reading_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, seed: int, ends: list[str]
) -> None:
    """Whatever stands in the rows and however the columns stand, the same receipts and rejects come of so many rows."""
    random = Random(seed)
    optional = [[each for each in part if random.random() < 0.7] for part in (HEAD[1:3], HEAD[4:], BEHIND)]
    goods = [each for each in OF_GOODS if each == "amount" or random.random() < 0.8]
    columns = ["receipt_id", *optional[0], "at", *optional[1], *goods, *optional[2]]
    if random.random() < 0.2:
        random.shuffle(columns)
    if random.random() < 0.1:
        columns.append("reject_line")
    path = tmp_path_factory.mktemp("alike") / "day.csv"
    path.write_bytes(content_of(random, columns, ends).encode())
    assert read_all(path, by_text=True) == read_all(path, by_text=False)


def alike(path: Path, profile: str = "canonical") -> list[bool]:
    """Of each row of a file whether its goods are known by their text."""
    return [row[GOODS] is not None for row in open_receipts(path, load_profile(profile), MOSCOW)._rows()]


def test_rows_of_one_receipt_share_their_cells(tmp_path: Path) -> None:
    """A sound row brings its goods; the next row of its receipt is not split, and the next receipt's is."""
    rows = ["r1,2026-12-01,1,Tea,5.00,card", "r1,2026-12-01,2,Mug,7.00,card", "r2,2026-12-01,1,Tea,5.00,card"]
    path = tmp_path / "day.csv"
    path.write_text("\n".join(["receipt_id,at,line,name,amount,payment", *rows]), encoding="utf-8")
    first, second, third = open_receipts(path, load_profile("canonical"), MOSCOW)._rows()
    assert first[GOODS] == third[GOODS] == ("", "Tea", "", "", 1000, 500, 0)
    assert second[GOODS] == ("", "Mug", "", "", 1000, 700, 0)
    assert second[CELLS] is first[CELLS]
    assert third[CELLS] is not first[CELLS]


@pytest.mark.parametrize(
    "header, row, known",
    [
        ("receipt_id,at,name,amount", "r1,2026-12-01,Tea,5", True),
        ("name,amount,receipt_id,at", "Tea,5,r1,2026-12-01", True),
        ("receipt_id,at,line,name,amount", "r1,2026-12-01,1,Tea,5", True),
        ("receipt_id,line,at,name,amount", "r1,1,2026-12-01,Tea,5", False),  # no two rows begin alike
        ("receipt_id,name,at,amount", "r1,Tea,2026-12-01,5", False),  # the goods stand apart
        ("receipt_id,at,amount", "r1,2026-12-01,5", False),  # too short a text to know anything by
        ("receipt_id,at,name,amount", 'r1,2026-12-01,"Tea",5', False),
        ("receipt_id,at,name,amount", "r1,2026-12-01,T\0a,5", False),
        ("receipt_id,at,name,amount", "r1\0,2026-12-01,Tea,5", False),
        ("receipt_id,at,name,amount", "r1,2026-12-01,Tea,five", False),
        ("receipt_id,at,name,amount,reject_line", "r1,2026-12-01,Tea,5,2", False),  # an apostrophe may be a guard
    ],
)
def test_goods_are_known_by_their_text_where_they_stand_together(
    tmp_path: Path, header: str, row: str, known: bool
) -> None:
    """Columns of goods with none between them are read as one text; any doubt sends a row to be split."""
    path = tmp_path / "day.csv"
    # A NUL among the first bytes would make a binary file of it.
    path.write_text(f"{header}\n" + "\n" * 5_000 + f"{row}\n", encoding="utf-8")
    assert alike(path) == [known]


def test_goods_that_are_no_longer_remembered_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many different goods a file has, some thousand are remembered at a time."""
    monkeypatch.setattr("bonuscli.importers.alike_rows._REMEMBERED", 2)
    path = tmp_path / "day.csv"
    rows = "".join(f"r{number},2026-12-01,Tea {number % 5},{number}\n" for number in range(20))
    path.write_text("receipt_id,at,name,amount\n" + rows, encoding="utf-8")
    reader = open_receipts(path, load_profile("canonical"), MOSCOW)
    assert [item.receipt.lines[0].amount for item in reader] == [100 * number for number in range(20)]
    assert len(reader._parser.cut.goods) <= 2


@pytest.mark.parametrize("field", ["category", "payment"])
def test_a_constant_that_is_too_long_is_told_of_each_receipt(tmp_path: Path, field: str) -> None:
    """What a profile puts into each row is bounded as the cells of the file are."""
    profile = tmp_path / "till.yaml"
    columns = "columns: {receipt_id: id, at: at, name: name, amount: sum}"
    profile.write_text(f"{columns}\nconstants: {{{field}: {'x' * 501}}}\n", encoding="utf-8")
    path = tmp_path / "day.csv"
    path.write_text("id,at,name,sum\nr1,2026-12-01,Tea,5\n", encoding="utf-8")
    (reject,) = open_receipts(path, load_profile(str(profile)), MOSCOW)
    assert (reject.column, reject.code) == (field, "bad_row")
