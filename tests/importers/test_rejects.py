"""The file of rejects: mend the row where it stands, import again."""

import csv

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers import open_receipts, refuse
from bonuscli.importers.profile import load_profile
from bonuscli.importers.rejects import RejectsFile
from bonuscli.model import Reject

HEAD = "receipt_id,at,card,name,amount\n"


def reject_all(source, target, measures, profile="canonical"):
    """Read a file, write its rejects; (numbers of good receipts, path of the rejects)."""
    reader = open_receipts(source, load_profile(profile), measures)
    good = []
    with RejectsFile(target, reader) as rejects:
        for item in reader:
            if isinstance(item, Reject):
                rejects.write(item)
            else:
                good.append(item.receipt.number)
    return good


def test_rejects_hold_the_rows_beside_the_reasons_and_can_be_mended(tmp_path, measures):
    """All rows of the receipt, the place and value, what is wrong; mended, the file is imported as it is."""
    day, rejected, again = (tmp_path / name for name in ("day.csv", "rejects.csv", "again.csv"))
    day.write_text(HEAD + 'r1,2026-12-01,1,Tea,5\nr1,2026-12-01,1,"Tea, green",5.oo\nr2,2026-12-01,1,Tea,5\n')
    assert reject_all(day, rejected, measures) == ["r2"]
    rows = list(csv.DictReader(rejected.open(encoding="utf-8-sig")))
    assert [row["name"] for row in rows] == ["Tea", "Tea, green"]
    assert (rows[0]["reject_file"], rows[0]["reject_line"], rows[0]["reject_column"]) == (str(day), "3", "amount")
    assert (rows[0]["reject_value"], rows[0]["reject_code"]) == ("5.oo", "bad_amount")
    assert "not a plain decimal number" in rows[0]["reject_reason"]
    text = rejected.read_text().replace('"Tea, green",5.oo', '"Tea, green",5.ooo')
    rejected.write_text(text)
    assert reject_all(rejected, again, measures) == []
    assert again.read_text().splitlines()[0] == rejected.read_text().splitlines()[0]
    rejected.write_text(text.replace('"Tea, green",5.ooo', '"Tea, green",5.00'))
    assert reject_all(rejected, tmp_path / "none.csv", measures) == ["r1"]


def test_without_a_reject_there_is_no_file(tmp_path, measures):
    """An import that went well leaves nothing behind."""
    day = tmp_path / "day.csv"
    day.write_text(HEAD + "r1,2026-12-01,1,Tea,5\n")
    reject_all(day, tmp_path / "rejects.csv", measures)
    assert not (tmp_path / "rejects.csv").exists()


@pytest.mark.parametrize(
    "content", [b"SQLite format 3\0 and pages", b"format: csv\n", HEAD.encode(), b"PK\x03\x04", b"\n", b"\xff\xfe"]
)
@pytest.mark.parametrize("append", [False, True])
def test_only_a_file_of_rejects_gives_way_to_rejects(tmp_path, measures, content, append):
    """A database, a profile or another day's sales that --errors names by mistake stays as it is, and that is told."""
    day, other = tmp_path / "day.csv", tmp_path / "other"
    day.write_text(HEAD + "r1,2026-12-01,1,Tea,5.oo\n")
    other.write_bytes(content)
    reader = open_receipts(day, load_profile("canonical"), measures)
    with pytest.raises(BonusError) as caught:
        RejectsFile(other, reader, append)
    reader.close()
    assert (caught.value.code, caught.value.where, other.read_bytes()) == ("bad_file", str(other), content)
    other.write_bytes(b"")
    assert reject_all(day, other, measures) == []
    assert reject_all(day, other, measures) == []
    assert other.read_text().count("5.oo") == 3


def test_nothing_of_a_row_is_lost(tmp_path, measures):
    """What stands beyond the header or behind a broken quote is kept, and the reasons stay in their columns."""
    day, rejected = tmp_path / "day.csv", tmp_path / "rejects.csv"
    day.write_text(HEAD + 'r1,2026-12-01,1,Tea, green,5\nr2,2026-12-01\nr3,2026-12-01,1,"Tea,5\n')
    assert reject_all(day, rejected, measures) == []
    first, second, third = csv.DictReader(rejected.open(encoding="utf-8-sig"))
    assert (first["amount"], first["reject_code"]) == (" green,5", "bad_row")
    assert (second["amount"], second["reject_line"]) == ("", "3")
    assert third["name"] == "Tea,5"


def test_a_receipt_that_the_program_refuses_goes_into_the_same_file(tmp_path, measures):
    """An unknown card or a refused redemption is known only later; the rows are still at hand."""
    day, rejected = tmp_path / "day.csv", tmp_path / "rejects.csv"
    day.write_text(HEAD + "r1,2026-12-01,77,Tea,5\n")
    reader = open_receipts(day, load_profile("canonical"), measures)
    with RejectsFile(rejected, reader) as rejects:
        for read in reader:
            rejects.write(refuse(read, reader, "unknown_card", "nobody has the card 77", "enrol it first"))
        assert rejects.count == 1
    row = next(csv.DictReader(rejected.open(encoding="utf-8-sig")))
    assert (row["receipt_id"], row["reject_line"], row["reject_code"]) == ("r1", "2", "unknown_card")
    assert row["reject_hint"] == "enrol it first"
    assert rejected.stat().st_mode & 0o777 == 0o600


def test_rejects_keep_the_encoding_and_delimiter_of_the_source(tmp_path, measures):
    """The profile that read the source reads its rejects."""
    profile = tmp_path / "till.yaml"
    profile.write_text(
        "encoding: windows-1251\ndelimiter: ';'\ncolumns: {receipt_id: Чек, at: Дата, amount: Сумма}\n", "utf-8"
    )
    day, rejected = tmp_path / "day.csv", tmp_path / "rejects.csv"
    day.write_text("Чек;Дата;Сумма\nа1;вчера;5\n", encoding="cp1251")
    assert reject_all(day, rejected, measures, str(profile)) == []
    rejected.write_bytes(rejected.read_bytes().replace("а1;вчера".encode("cp1251"), "а1;2026-12-01".encode("cp1251")))
    assert reject_all(rejected, tmp_path / "none.csv", measures, str(profile)) == ["а1"]


def test_a_file_of_rejects_that_cannot_be_written_says_so(tmp_path, measures):
    """The place is named, and the option that names another."""
    day = tmp_path / "day.csv"
    day.write_text(HEAD + "r1,yesterday,1,Tea,5\n")
    with pytest.raises(BonusError) as caught:
        reject_all(day, tmp_path / "none" / "rejects.csv", measures)
    assert (caught.value.code, caught.value.hint) == ("bad_file", "name another file with --errors")


def test_rejects_never_overwrite_the_file_that_is_read(tmp_path, measures):
    """``--errors day.csv`` beside ``day.csv`` would destroy the shop's data."""
    day = tmp_path / "day.csv"
    day.write_text(HEAD + "r1,yesterday,1,Tea,5\n")
    with pytest.raises(BonusError, match="the file that is being read"):
        reject_all(day, day, measures)
    assert "yesterday" in day.read_text()


def test_several_inputs_share_a_file_of_rejects_where_their_columns_agree(tmp_path, measures):
    """The second input's rejects follow the first's; another header is refused, never mixed in."""
    rejected = tmp_path / "rejects.csv"
    for name, header in (("a", HEAD), ("b", HEAD), ("c", "receipt_id,at,amount\n")):
        day = tmp_path / f"{name}.csv"
        day.write_text(header + f"{name},yesterday{',1,Tea' if header == HEAD else ''},5\n")
        reader = open_receipts(day, load_profile("canonical"), measures)
        with RejectsFile(rejected, reader, append=True) as rejects:
            (reject,) = reader
            if name != "c":
                rejects.write(reject)
                continue
            with pytest.raises(BonusError, match="other columns"):
                rejects.write(reject)
    assert [row["receipt_id"] for row in csv.DictReader(rejected.open(encoding="utf-8-sig"))] == ["a", "b"]


def test_no_part_of_a_database_is_written(tmp_path, measures):
    """Also not one that is empty at the moment, as the log of the database that is written is now and then."""
    day = tmp_path / "day.csv"
    day.write_text(HEAD + "r1,yesterday,1,Tea,5\n")
    with pytest.raises(BonusError, match="part of a database"):
        reject_all(day, tmp_path / "bonus.db-wal", measures)
