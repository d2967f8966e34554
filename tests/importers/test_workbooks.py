"""Excel and LibreOffice: cells become the text that a person sees, and a trap is refused before it is opened."""

from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers import open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.importers.tables import open_table
from tests.importers.conftest import collect
from tests.importers.sheets import DAY, DAY_AND_TIME, HOURS, TIME, Raw, ods, ods_cell, ods_row, xlsx, xlsx_of, zipped
from tests.importers.shops import rejects

HEAD = ["receipt_id", "at", "card", "name", "quantity", "amount"]


def cells_of(content, **options):
    """The rows of a workbook as cells, under its header."""
    Path("day.xlsx").write_bytes(content)
    return [cells for _, _, cells, _, _ in open_table(Path("day.xlsx"), **options).rows()]


def refusal_of(content):
    """The error that these bytes give."""
    Path("day.xlsx").write_bytes(content)
    with pytest.raises(BonusError) as caught:
        list(open_table(Path("day.xlsx")).rows())
    assert caught.value.code == "bad_file"
    assert "day.xlsx" in caught.value.where
    return caught.value


@pytest.mark.parametrize(
    "cell, text",
    [
        (Raw.of("0.30000000000000004"), "0.3"),
        (Raw.of("1234.5"), "1234.5"),
        (Raw.of("19.989999999999998"), "19.99"),
        (Raw.of("-7"), "-7"),
        (Raw.of("4600000000001"), "4600000000001"),
        (Raw.of("123456789012345"), "123456789012345"),
        (Raw.of("1E-7"), "0.0000001"),
        (Raw.of("1E5"), "100000"),
        (Raw.of("46327", DAY), "2026-11-01"),
        (Raw.of("46327.520833333336", DAY_AND_TIME), "2026-11-01 12:30:00"),
        (Raw.of("46327.999999", DAY_AND_TIME), "2026-11-02 00:00:00"),
        (Raw.of("0.52083333333333337", TIME), "12:30:00"),
        (Raw.of("1.5", HOURS), "36:00:00"),
        (Raw.of("1", kind="b"), "TRUE"),
        (Raw.of("0", kind="b"), "FALSE"),
        (Raw.of("#N/A", kind="e"), ""),
        (Raw.of("two", kind="str"), "two"),
        ("0007", "0007"),
        ("1e3", "1e3"),
        ("two\nlines", "two lines"),
        (None, ""),
    ],
)
def test_a_cell_is_the_text_that_it_shows(cell, text):
    """Numbers have at most 15 digits, dates are ISO text, text stays as it is; of formulas the result counts."""
    assert cells_of(xlsx([["head", "x"], [cell, "x"]])) == [[text, "x"]]


def test_numbers_are_told_with_the_comma_of_the_profile():
    """So that text cells and number cells of one report are read alike; days and names keep their points."""
    row = [Raw.of("1234.5"), "1.5", Raw.of("46327", DAY)]
    assert cells_of(xlsx([["a", "b", "c"], row]), decimal_comma=True) == [["1234,5", "1.5", "2026-11-01"]]


def test_libreoffice_tells_the_same():
    """An ODS file gives the same texts; empty rows that are repeated to the sheet's end are nothing."""
    kinds = [("float", "0.30000000000000004"), ("date", "2026-11-01"), ("date", "2026-11-01T12:30:00"),
             ("time", "PT12H30M00S"), ("boolean", "true"), ("string", "Чай & мёд")]  # fmt: skip
    end = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    head = ods_row(*(ods_cell("string", f"c{place}") for place in range(6)))
    content = ods(head + ods_row(*(ods_cell(*each) for each in kinds)) + end)
    assert cells_of(content) == [["0.3", "2026-11-01", "2026-11-01 12:30:00", "12:30:00", "TRUE", "Чай & мёд"]]


def test_a_workbook_is_read_like_the_canonical_file(measures):
    """By the same profile, whatever the file is called; the place of a receipt is the sheet's row."""
    Path("day.xlsx").write_bytes(
        xlsx(
            [
                HEAD,
                ["r1", Raw.of("46357.375", DAY_AND_TIME), 100, "Tea", Raw.of("2"), Raw.of("12.5")],
                [],
                ["r2", "2026-12-02 10:00", "100", "Tea", None, "yesterday"],
            ]
        )
    )
    reader = open_receipts(Path("day.xlsx"), load_profile("canonical"), measures)
    (receipt,), (reject,) = collect(reader)
    assert (receipt.card, receipt.lines[0].amount, receipt.place) == ("100", 1250, "day.xlsx:2")
    assert measures.calendar.iso(receipt.at) == "2026-12-01T09:00:00+03:00"
    assert (reject.line, reject.column, reject.value) == (4, "amount", "yesterday")
    assert reader.taken == {"sheet": "'Лист1', 1 of 1", "header": "line 1"}
    read, whole = reader.progress()
    assert read == whole == Path("day.xlsx").stat().st_size


def test_a_number_that_excel_has_rounded_is_no_card(measures):
    """Sixteen digits do not fit a number: the receipt is rejected if the column is read, and only then."""
    rows = [["receipt_id", "at", "card", "amount", "fiscal"],
            ["r1", "2026-12-01", Raw.of("9960440302123456"), 5, None],
            ["r2", "2026-12-01", None, 5, Raw.of("9960440302123456")]]  # fmt: skip
    Path("day.xlsx").write_bytes(xlsx(rows))
    (receipt,), (reject,) = collect(open_receipts(Path("day.xlsx"), load_profile("canonical"), measures))
    assert receipt.number == "r2"
    assert (reject.column, reject.value, reject.hint) == ("card", "9960440302123456", "keep it as text in the sheet")
    profile = load_profile("canonical")._replace(scattered=True)
    assert len(collect(open_receipts(Path("day.xlsx"), profile, measures))[1]) == 1


@pytest.mark.parametrize("sheet, first", [("", "a"), ("1", "a"), ("Лист1", "a")])
def test_the_sheet_is_chosen_by_name_or_number(sheet, first):
    """The first one is taken where the profile names none, and told."""
    Path("day.xlsx").write_bytes(xlsx([["a"], ["1"]], "Второй"))
    layout = load_profile("canonical").layout._replace(sheet=sheet)
    table = open_table(Path("day.xlsx"), layout=layout)
    assert (table.header, table.taken["sheet"]) == ([first], "'Лист1', 1 of 2")


@pytest.mark.parametrize("sheet, message", [("Третий", "no sheet 'Третий'"), ("3", "no sheet '3'"), ("2", "is empty")])
def test_a_sheet_that_is_not_there_is_told(sheet, message):
    """With the names of those that are."""
    Path("day.xlsx").write_bytes(xlsx([["a"], ["1"]], "Второй"))
    layout = load_profile("canonical").layout._replace(sheet=sheet)
    with pytest.raises(BonusError) as caught:
        open_table(Path("day.xlsx"), layout=layout)
    assert message in caught.value.message


TOP = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "content, message",
    [
        (xlsx_of(TOP + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "spans 17,179,869,184 cells"),
        (xlsx_of(TOP + '<row r="1048576"><c t="n"><v>1</v></c></row>'), "spans 27,262,976 cells"),
        (xlsx_of(TOP + " " * 30_000_000), "unpacks to 30 MB"),
        (ods(ods_row(ods_cell("float", "7", 16_000), repeated=10**9)), "spans 16,777,216,000 cells"),
    ],
)
def test_a_small_file_cannot_fill_the_machine(content, message):
    """Cells in far corners and packed spaces are refused before the sheet is opened."""
    assert message in refusal_of(content).message


def test_a_formatted_sheet_is_no_trap():
    """Styles down to the last row and column, without a cell that holds anything, are what Excel leaves behind."""
    assert cells_of(xlsx_of(TOP + '<row r="1048576"><c r="XFD1048576" s="1"/></row>')) == []


SOUND = xlsx([HEAD, ["r1", "2026-12-01", "1", "Tea", 1, 5]])


@pytest.mark.parametrize(
    "content, message",
    [
        (zipped({"day.csv": "x"}), "a zip archive and no workbook"),
        (zipped({"xl/workbook.bin": "x"}), ".xlsb"),
        (SOUND[:-30], "is damaged"),
        (SOUND[:200], "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "cannot be read"),
        (xlsx([]), "is empty"),
        (ods("<table:table-row>"), "its XML is broken (mismatched tag)"),
        (xlsx_of('</sheetData><!DOCTYPE x [<!ENTITY y "z">]>'), "its XML is broken"),
        (zipped({"content.xml": '<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'}), "it declares entities"),
    ],
)
def test_what_is_no_workbook_says_so(content, message):
    """A clear word for archives, damage and emptiness."""
    assert message in refusal_of(content).message


def test_flipped_bytes_are_an_error_or_other_cells_and_never_a_trace():
    """A workbook with any one byte in forty changed is read or refused."""
    codes = set()
    for place in range(0, len(SOUND), 40):
        Path("day.xlsx").write_bytes(SOUND[:place] + bytes([SOUND[place] ^ 0x55]) + SOUND[place + 1 :])
        try:
            list(open_table(Path("day.xlsx")).rows())
        except BonusError as problem:
            codes.add(problem.code)
    assert codes == {"bad_file"}


def test_a_file_of_rejects_may_be_mended_in_excel(shop):
    """Rejects of a workbook are a CSV; saved as a workbook again, with its guards, it comes in."""
    rows = [HEAD, ["r1", "2026-12-02 10:00", "100", "=1+1", 1, "five"]]
    Path("day.xlsx").write_bytes(xlsx(rows))
    shop.take("day.xlsx", "canonical", "--errors", "errors.csv", status=5)
    text = Path("errors.csv").read_text(encoding="utf-8-sig").replace(",five", ",5.00", 1)
    mended = [line.split(",") for line in text.splitlines()]
    Path("mended.xlsx").write_bytes(xlsx([list(row) for row in mended]))
    assert shop.take("mended.xlsx", "canonical")["accepted"] == 1


def test_guards_of_an_export_come_off_in_a_workbook_too():
    """What `export receipts` wrote, saved as a workbook, is read as it was before it was guarded."""
    rows = [["name", "exported_event"], ["'=1+1", "7"]]
    assert cells_of(xlsx(rows)) == [["=1+1", "7"]]
    assert cells_of(xlsx([["name", "event"], rows[1]])) == [["'=1+1", "7"]]


def test_a_cell_without_end_is_rejected(shop):
    """A cell of LibreOffice may be longer than a line of a file of rejects; its receipt is rejected all the same."""
    sound = ["r1", "2026-12-02", "100", "Tea", "1", "5"]
    long = ["r2", *sound[1:3], "x" * 200_000, *sound[4:]]
    rows = (ods_row(*(ods_cell("string", cell) for cell in row)) for row in (HEAD, sound, long))
    Path("day.ods").write_bytes(ods("".join(rows)))
    report = shop.take("day.ods", "canonical", "--errors", "errors.csv", status=5)
    assert (report["accepted"], report["rejected"]) == (1, 1)
    (row,) = rejects("errors.csv")
    assert (row["reject_column"], row["reject_reason"]) == ("name", "the text is longer than 500 characters")
