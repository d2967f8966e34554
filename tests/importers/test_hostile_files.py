"""What people hand over: broken, binary, cut off, in another encoding; each gets a place, a reason and a way out."""

import gzip
import io
from pathlib import Path

import pytest

from bonuscli.errors import EXIT_BY_CODE, BonusError
from bonuscli.importers import open_receipts
from bonuscli.importers.profile import load_profile

HEAD = "receipt_id,at,card,name,quantity,amount\n"
GOOD = "r9,2026-12-01 10:00,1,Tea,1,5.00\n"


@pytest.mark.parametrize(
    "content, found, hint",
    [
        (b"", "the file is empty", "name the columns"),
        (b"\xef\xbb\xbf\n\n", "the file is empty", "name the columns"),
        (bytes(range(256)) * 20, "binary", "UTF-8"),
        ("receipt_id,at".encode("utf-16"), "UTF-16", "UTF-8"),
        (b"PK\x03\x04" + b"x" * 100, "workbook", "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "Excel", "CSV UTF-8"),
        (b"receipt_id,at,ammount\nr1,2026-12-01,5\n", "'amount' is missing", "did you mean 'ammount'?"),
        (b"receipt_id;at;amount\nr1;2026-12-01;5\n", "'receipt_id' is missing", 'separated by ";"'),
        (b"receipt_id,at,amount,quantiy\nr1,2026-12-01,5,2\n", "'quantiy' is not known", "name it quantity"),
        (b"receipt_id,at,amount,at\nr1,2026-12-01,5,x\n", "'at' stands twice", "leave one"),
        (b"receipt_id,at,amount\rr1,2026-12-01,5\r", "CR alone", "LF"),
        (gzip.compress(b"\x00\x01binary", mtime=0), "binary", "CSV"),
        (gzip.compress(HEAD.encode(), mtime=0)[:12], "gzip file is cut off", "again"),
        (b"\x1f\x8bnot gzip after all", "gzip file is cut off or damaged", "again"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(read, content, found, hint):
    """Before the first receipt: what was found, the file, and what to do."""
    with pytest.raises(BonusError) as caught:
        read(content)
    assert caught.value.code == "bad_file"
    assert found in caught.value.message
    assert hint in caught.value.hint
    assert "day.csv" in caught.value.where


def test_text_of_another_encoding_names_the_byte_and_its_line(read):
    """cp1251 in a UTF-8 profile: the byte, the line, and both ways out; other receipts are not read as rubbish."""
    text = HEAD + GOOD + "r2,2026-12-01 10:00,1,Чай,1,5.00\n"
    with pytest.raises(BonusError) as caught:
        read(text.encode("cp1251"))
    assert caught.value.message == "byte 0xD7 is not utf-8 text"
    assert caught.value.where.endswith("day.csv:3")
    assert "windows-1251" in caught.value.hint


def test_a_gzip_file_that_breaks_off_says_where(tmp_path, measures):
    """The receipts before the break are read, then the error names the line."""
    rows = "".join(f"r{number},2026-12-01 10:00,1,Tea {number * 7919},1,5.00\n" for number in range(20_000))
    path = tmp_path / "day.csv"
    path.write_bytes(gzip.compress((HEAD + rows).encode())[:-5_000])
    reader = open_receipts(path, load_profile("canonical"), measures)
    seen = []
    with pytest.raises(BonusError) as caught:
        seen.extend(reader)
    assert len(seen) > 1_000
    assert caught.value.message == "the gzip file is cut off or damaged"
    assert int(caught.value.where.rpartition(":")[2]) >= len(seen)


def test_a_file_that_is_not_there_says_so(tmp_path, measures):
    """Missing files and folders are bad input, not a crash."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BonusError) as caught:
            open_receipts(path, load_profile("canonical"), measures)
        assert (caught.value.code, caught.value.where) == ("bad_file", str(path))


def test_a_line_without_end_is_refused(read):
    """A disk image does not fill the memory."""
    with pytest.raises(BonusError, match="longer than 1,000,000 bytes"):
        read("receipt_id,at,amount\n" + "9" * 1_000_001)


@pytest.mark.parametrize(
    "row, code, column, value, reason",
    [
        ("r1,01.12.2026,1,Tea,1,5", "bad_time", "at", "01.12.2026", "is not a day"),
        ("r1,2026-13-01,1,Tea,1,5", "bad_time", "at", "2026-13-01", "there is no day"),
        ("r1,2026-12-01 25:00,1,Tea,1,5", "bad_time", "at", "2026-12-01 25:00", "not a date and time"),
        ("r1,,1,Tea,1,5", "bad_time", "at", "", "is not a day"),
        ('r1,2026-12-01,1,Tea,1,"1250,50"', "bad_amount", "amount", "1250,50", "has a comma"),
        ("r1,2026-12-01,1,Tea,1,", "bad_amount", "amount", "", "nothing is written"),
        ("r1,2026-12-01,1,Tea,1,5.005", "bad_amount", "amount", "5.005", "more than 2 digits"),
        ("r1,2026-12-01,1,Tea,1,1e3", "bad_amount", "amount", "1e3", "plain decimal"),
        ("r1,2026-12-01,1,Tea,1,99999999999999", "bad_amount", "amount", "99999999999999", "too large"),
        ("r1,2026-12-01,1,Tea,1,-5", "negative_total", "amount", "-5.00", "below zero"),
        ("r1,2026-12-01,1,Tea,1.2345,5", "bad_quantity", "quantity", "1.2345", "more than 3 digits"),
        ("r1,2026-12-01,1,Tea,two,5", "bad_quantity", "quantity", "two", "plain decimal"),
        ("r1,2026-12-01,1,Tea,0,5", "bad_quantity", "quantity", "0", "quantity is 0"),
        ("r1,2026-12-01,1," + "x" * 501 + ",1,5", "bad_row", "name", "x" * 60, "longer than 500"),
        ("r1," + "x" * 10_001 + ",1,Tea,1,5", "bad_row", "", None, "longer than 10,000"),
        ("r1,2026-12-01,1,Tea,1,5,7", "bad_row", "", None, "7 cells where the header has 6"),
        ("r1,2026-12-01,1", "bad_row", "", None, "3 cells where the header has 6"),
        ("r1,2026-12-01,1,T\0ea,1,5", "bad_row", "", None, "control character"),
        ("r1,2026-12-01,1,T\rea,1,5", "bad_row", "", None, "control character"),
        (",2026-12-01,1,Tea,1,5", "bad_row", "receipt_id", "", "names no receipt"),
        ('r1,2026-12-01,1,"Tea,1,5', "bad_row", "", None, "a quote is opened in this line and not closed"),
        ('r1,2026-12-01,1,"Tea"s,1,5', "bad_row", "", None, "quotes of this line are wrong"),
    ],
)
def test_a_bad_row_is_rejected_and_the_next_one_read(read, row, code, column, value, reason):
    """Line, column, value, a stable code and the reason; the good receipts before and after it are not touched."""
    receipts, rejects = read(HEAD + "r0,2026-12-01,1,Tea,1,5\n" * 200 + row + "\n" + GOOD)
    assert [each.number for each in receipts] == ["r0", "r9"]
    assert [each.line for each in rejects] == [202]
    assert (rejects[0].code, rejects[0].column) == (code, column)
    assert value is None or rejects[0].value == value
    assert reason in rejects[0].reason
    assert code in EXIT_BY_CODE
    assert rejects[0].rows == (row,)


@pytest.mark.parametrize(
    "header, row, code, column",
    [
        ("receipt_id,at,amount,discount", "r1,2026-12-01,5,-1", "bad_amount", "discount"),
        ("receipt_id,at,amount,redeem", "r1,2026-12-01,5,1.5", "bad_points", "redeem"),
        ("receipt_id,at,amount,redeem", "r1,2026-12-01,5,-1", "bad_points", "redeem"),
        ("receipt_id,at,amount,redeem,kind", "r1,2026-12-01,5,max,return", "bad_points", "redeem"),
        ("receipt_id,at,amount,kind", "r1,2026-12-01,5,refund", "bad_row", "kind"),
        ("receipt_id,at,amount,kind", "r1,2026-12-01,-5,return", "negative_total", "amount"),
        ("receipt_id,at,amount,original_receipt_id", "r1,2026-12-01,5,r0", "bad_row", "original_receipt_id"),
        ("receipt_id,at,amount,line", "r1,2026-12-01,5,first", "bad_row", "line"),
        ("receipt_id,at,amount,shop", "r1,2026-12-01,5," + "x" * 501, "bad_row", "shop"),
    ],
)
def test_a_bad_cell_of_an_optional_column_is_named(read, header, row, code, column):
    """Columns that a file may leave out are checked where they are there."""
    receipts, rejects = read(f"{header}\n{row}\n")
    assert receipts == []
    assert [(each.code, each.column) for each in rejects] == [(code, column)]


def test_an_hour_that_the_clock_skipped_is_a_bad_time(read, tmp_path):
    """A local time that did not exist is not moved silently."""
    path = tmp_path / "till.yaml"
    path.write_text("timezone: Europe/Paris\ncolumns: {receipt_id: id, at: at, amount: sum}\n")
    _, rejects = read("id,at,sum\nr1,2026-03-29 02:30:00,5\n", str(path))
    assert (rejects[0].code, rejects[0].column) == ("bad_time", "at")
    assert "does not exist in Europe/Paris" in rejects[0].reason


def test_an_unreadable_row_between_rows_of_a_receipt_rejects_it_whole(read):
    """Accepting the receipt without the row would book less than was sold."""
    middle = "?,2026-12-01 10:00\n"
    receipts, rejects = read(HEAD + GOOD + middle + GOOD + "r10,2026-12-01,1,Tea,1,5\n")
    assert [each.number for each in receipts] == ["r10"]
    assert [(each.number, each.line, len(each.rows)) for each in rejects] == [("r9", 3, 3)]


def test_an_unreadable_row_that_names_its_receipt_rejects_it_whole(read):
    """First or last, the row belongs to the receipt that it names."""
    broken = 'r9,2026-12-01 10:00,1,"Tea,1,5.00\n'
    for rows in (broken + GOOD, GOOD + broken):
        receipts, rejects = read(HEAD + "r8,2026-12-01,1,Tea,1,5\n" + rows)
        assert [each.number for each in receipts] == ["r8"]
        assert [(each.number, len(each.rows)) for each in rejects] == [("r9", 2)]


@pytest.mark.parametrize("more", ["lines: adjacent", "lines: scattered"])
def test_a_row_without_number_and_time_spoils_the_receipt_above_it(read, profile_file, more):
    """Merged cells leave such rows: no receipt is booked without a line that may be its own, nor for blank cells."""
    rows = "id,at,shop,name,sum\nr1,2026-12-01,m,Tea,5\nr2,2026-12-01,m,Tea,5\n,,m,Bun,7\n,,,Jam,1\n"
    receipts, rejects = read(rows + "r3,2026-12-01,m,Tea,5\n,,,,\n , ,,,\n", profile_file(more))
    assert [each.number for each in receipts] == ["r1", "r3"]
    (bad,) = rejects
    assert (bad.number, bad.line, len(bad.rows), bad.column) == ("r2", 4, 3, "id")
    assert "names no receipt" in bad.reason and "repeat: first-row" in bad.hint
    receipts, (bad,) = read(HEAD + "r1,2026-12-01,1,Tea,1,5\n,,,Bun,1,7\n,,,,,\n")  # goods that are known by their text
    assert (receipts, bad.line, len(bad.rows)) == ([], 3, 2)
    receipts, rejects = read("id,at,sum\n,,\n,,5\nr1,2026-12-01,5\n", profile_file(more))
    assert ([each.number for each in receipts], [each.line for each in rejects]) == (["r1"], [3])


def test_rows_that_all_are_unreadable_do_not_gather_in_memory(read):
    """Each is a reject of its own, also in great numbers."""
    receipts, rejects = read(HEAD + "x,y\n" * 2_500)
    assert (receipts, len(rejects), rejects[-1].line) == ([], 2_500, 2_501)


@pytest.mark.parametrize("more", ["lines: adjacent", "lines: scattered"])
def test_a_receipt_has_at_most_ten_thousand_lines(read, profile_file, more):
    """A constant column taken for the receipt's number is a reject, not a receipt of the whole year."""
    receipts, rejects = read("id,at,sum\n" + "r,2026-12-01,1\n" * 10_500 + "s,2026-12-01,1\n", profile_file(more))
    assert [each.number for each in receipts] == ["s"]
    assert {each.number for each in rejects} == {"r"}
    assert "more than 10,000 lines" in rejects[0].reason
    assert sum(len(each.rows) for each in rejects) == 10_500


@pytest.mark.parametrize("more", ["lines: adjacent", "lines: scattered"])
def test_bad_rows_are_the_same_in_scattered_files(read, profile_file, more):
    """Grouping through a table loses neither line numbers nor reasons, nor a NUL in the text."""
    padding = "a,2026-12-01,1\n" * 300  # a NUL in the first 4,096 bytes would be a binary file
    text = f'id,at,sum\n{padding}\nb,2026-12-01,"2\nc,2026-12-01,\0 3\n,2026-12-01,4\nd,2026-12-01,x\n'
    receipts, rejects = read(text, profile_file(more))
    assert [each.number for each in receipts] == ["a"]
    assert sorted((each.line, each.number) for each in rejects) == [
        (303, "b"),
        (304, "c"),
        (305, None),
        (306, "d"),
    ]


def test_blank_lines_empty_last_columns_and_windows_line_ends_do_no_harm(read):
    """What spreadsheets add is passed over."""
    receipts, rejects = read(b"\xef\xbb\xbfreceipt_id,at,amount,,\r\n\r\nr1,2026-12-01,5,,\r\nr2,2026-12-01,5,,,,\r\n")
    assert ([each.number for each in receipts], rejects) == (["r1", "r2"], [])


def test_standard_input_is_read_like_a_file(monkeypatch, measures):
    """The path - is the pipe, gzip or not."""
    for content in ((HEAD + GOOD).encode(), gzip.compress((HEAD + GOOD).encode())):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        reader = open_receipts(Path("-"), load_profile("canonical"), measures)
        assert [item.receipt.place for item in reader] == ["stdin:2"]


def test_progress_counts_bytes_on_the_disk(tmp_path, measures):
    """A progress bar can be drawn: bytes read of bytes in all."""
    path = tmp_path / "day.csv.gz"
    path.write_bytes(gzip.compress((HEAD + GOOD).encode()))
    reader = open_receipts(path, load_profile("canonical"), measures)
    assert reader.progress()[1] == path.stat().st_size
    assert len(list(reader)) == 1
    assert reader.progress() == (path.stat().st_size, path.stat().st_size)
    assert reader.lines_read == 1
