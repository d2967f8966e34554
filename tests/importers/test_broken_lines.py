"""Notes and addresses with line breaks in quoted cells, and quotes that somebody forgot to close."""

import csv
import io

import pytest

from bonuscli.importers import broken_lines, open_receipts
from bonuscli.importers.profile import load_profile
from tests.importers.conftest import collect

HEAD = ["receipt_id", "at", "card", "note", "name", "amount"]


def rows_of(*rows, ends="\n"):
    """A file as a program of tables writes it."""
    text = io.StringIO()
    csv.writer(text, lineterminator=ends).writerows([HEAD, *rows])
    return text.getvalue()


def read_bytes(tmp_path, measures, content, profile="canonical"):
    """(receipts, rejects) of a file."""
    path = tmp_path / "day.csv"
    path.write_bytes(content.encode())
    return collect(open_receipts(path, load_profile(profile), measures))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("note", ["a\nb", "\n", "a\r\n\r\nb", 'a "quoted"\nword, two', "\n\n" * 20, "a\nr9,2026\nb"])
def test_a_note_of_several_lines_is_one_cell(tmp_path, measures, note, ends):
    """The row is read whole with its first line's number, whichever column breaks; the rows behind keep theirs."""
    rows = [["r1", "2026-12-01", "7", note, "Tea", "5.00"], ["r2", "2026-12-01", "", note, f"Mug{note}big", "7.00"],
            ["r2", "2026-12-01", "", "", "Jug", "1.00"], ["r3", "2026-12-01", "", "", "Cup", "x"]]  # fmt: skip
    content = rows_of(*rows, ends=ends)
    receipts, rejects = read_bytes(tmp_path, measures, content)
    assert [(each.number, sum(line.amount for line in each.lines)) for each in receipts] == [("r1", 500), ("r2", 800)]
    assert "\n" not in receipts[1].lines[0].name
    assert [each.line for each in rejects] == [content.count("\n")]


@pytest.mark.parametrize("size", [2, 7, 64, 1 << 16])
def test_a_note_may_break_where_a_block_ends(monkeypatch, tmp_path, measures, size):
    """How many bytes are read at a time makes no difference, nor does a file that ends within the note."""
    monkeypatch.setattr("bonuscli.importers.text_source._BUFFER_BYTES", size)
    rows = [[f"r{number}", "2026-12-01", "", "one\ntwo\nthree", "Tea", "5.00"] for number in range(9)]
    content = rows_of(*rows)
    receipts, rejects = read_bytes(tmp_path, measures, content)
    assert ([each.number for each in receipts], rejects) == ([row[0] for row in rows], [])
    receipts, rejects = read_bytes(tmp_path, measures, content[: content.rindex("two")])
    assert ([each.number for each in receipts], len(rejects)) == ([row[0] for row in rows[:-1]], 1)
    assert "not closed" in rejects[0].reason


@pytest.mark.parametrize(
    "first, second",
    [
        ('r1,2026-12-01,,"a,Tea,5.00', "r2,2026-12-01,,b,Tea,5.00"),  # no quote closes it
        ('r1,2026-12-01,,"a,Tea,5.00', 'r2,2026-12-01,,b",Tea,5.00'),  # closed by the next row's own mistake
        ('r1,2026-12-01,,"a,Tea,5.00', 'r2,2026-12-01,,"b,Tea,5.00'),
        ('r1,2026-12-01,,"a', 'b",Tea'),  # too few cells
        ('r1,2026-12-01,,"a', 'b",Tea,5.00,6.00'),  # too many
        ('r1,2026-12-01,,"a', 'b" c,Tea,5.00'),  # text behind the quote
        ('r1,2026-12-01,,"a' + "\nx" * broken_lines._MOST_LINES, 'b",Tea,5.00'),
    ],
)
def test_a_quote_that_nobody_closed_swallows_no_sale(tmp_path, measures, first, second):
    """Whatever could be meant otherwise is rejected line by line, and the sales behind it are read."""
    good = "r3,2026-12-01,,,Tea,5.00\nr4,2026-12-01,,,Tea,5.00\n"
    receipts, rejects = read_bytes(tmp_path, measures, f"{','.join(HEAD)}\n{first}\n{second}\n{good}")
    assert [each.number for each in receipts][-2:] == ["r3", "r4"]
    assert rejects[0].line == 2
    told = "\n".join(row for reject in rejects for row in reject.rows)
    assert first.split("\n")[0] in told
    assert second in told or "r2" in [each.number for each in receipts]


def test_an_inch_is_no_quote(tmp_path, measures):
    """A sign for inches in a cell without quotes is text, and does not begin a row of several lines."""
    content = ",".join(HEAD) + '\nr1,2026-12-01,,,12" plate,5.00\nr2,2026-12-01,,,7" plate,5.00\n'
    receipts, rejects = read_bytes(tmp_path, measures, content)
    assert ([each.lines[0].name for each in receipts], rejects) == (['12" plate', '7" plate'], [])


def test_notes_of_shopify_break_lines(shop, tmp_path):
    """An order whose note has several lines is booked, and what is rejected of it can be mended and imported again."""
    head = ["Name", "Financial Status", "Currency", "Subtotal", "Created at", "Lineitem quantity", "Lineitem name",
            "Lineitem price", "Notes", "Id"]  # fmt: skip
    rows = [["#2", "paid", "RUB", "20.00", "2026-12-03 10:00:00 +0300", "2", "Tea", "1o.00", "ring\n\nthe,\nbell", "2"],
            ["#1", "paid", "RUB", "12.00", "2026-12-02 10:00:00 +0300", "1", "Tea", "10.00", "ring\nonce", "1"],
            ["#1", "", "", "", "", "1", "Sugar", "2.00", "", ""]]  # fmt: skip
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    path = tmp_path / "orders.csv"
    path.write_text(text.getvalue())
    report = shop.take(path, "shopify", "--errors", "errors.csv", status=5)
    assert (report["lines"], report["accepted"], report["rejected"], report["total_minor"]) == (3, 1, 1, 1_200)
    with open("errors.csv", encoding="utf-8-sig", newline="") as stream:
        mended = stream.read().replace("1o.00", "10.00")
    path.with_name("mended.csv").write_text(mended)
    assert shop.take(path.with_name("mended.csv"), "shopify")["total_minor"] == 2_000
