"""Members from a file, for enrolment."""

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers.members import read_members
from bonuscli.importers.rejects import RejectsFile
from bonuscli.model import Reject
from tests.importers.sheets import xlsx


def write(tmp_path, text):
    """A file of members."""
    path = tmp_path / "members.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_members_are_read_as_text_by_column_name(tmp_path):
    """Every column is there, empty where nothing is written; tags and consents are lists."""
    path = write(tmp_path, 'phone,card,name,tags,consent\n+79120000000,100,"Иванов, Пётр",vip;staff new,sms email\n')
    ((line, _, member),) = read_members(path)
    assert line == 2
    assert (member["card"], member["phone"], member["name"]) == ("100", "+79120000000", "Иванов, Пётр")
    assert (member["tags"], member["consent"]) == (("vip", "staff", "new"), ("sms", "email"))
    assert (member["email"], member["birthday"], member["gender"], member["at"]) == ("", "", "", "")


def test_a_row_without_card_and_phone_is_rejected(tmp_path):
    """The next row is read all the same."""
    items = list(read_members(write(tmp_path, "card,name\n,Ann\n5,Bob\n6\n")))
    assert [type(item) is Reject for item in items] == [True, False, True]
    assert (items[0].code, items[0].line, items[0].rows) == ("bad_member", 2, (",Ann",))
    assert items[2].code == "bad_row"


def test_a_member_refused_later_goes_into_the_file_of_rejects(tmp_path):
    """A row that is refused when others have been read since is written as it stood, with its column and value."""
    reader = read_members(write(tmp_path, "card,name,birthday\n5,Bob,1990-13-01\n6,Eve,\n"))
    first, _ = list(reader)
    with RejectsFile(tmp_path / "rejects.csv", reader) as rejects:
        rejects.write(reader.refuse(first, BonusError("bad_member", "no such day", "birthday", "mend it")))
    written = (tmp_path / "rejects.csv").read_text().splitlines()[1]
    assert written.startswith("5,Bob,1990-13-01,")
    assert written.endswith(",2,birthday,1990-13-01,bad_member,no such day,mend it")


@pytest.mark.parametrize(
    "header, message, hint",
    [
        ("card,naem", "the column 'naem' is not known", "name it name"),
        ("card,shoe_size", "the column 'shoe_size' is not known", "known: card"),
        ("name,email", "no column card and no column phone", None),
        ("card,card", "stands twice", "leave one"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path, header, message, hint):
    """Data that the shop thinks it has stored is not lost without a word."""
    with pytest.raises(BonusError) as caught:
        read_members(write(tmp_path, header + "\n5,Bob\n"))
    assert caught.value.code == "bad_file"
    assert message in caught.value.message
    assert hint is None or hint in caught.value.hint


# --- files that another program wrote ---------------------------------------------------------------------------------

THEIRS = """columns: {card: Карта №, phone: Телефон, birthday: Рождён, enrolled_on: Выдана, balance: Баллы, at: Когда}
dates: dmy
decimal: comma
"""


def theirs(tmp_path, rows, profile=THEIRS, encoding="cp1251"):
    """The reader of a file with the columns of the profile above, as a Russian spreadsheet saves it."""
    path = tmp_path / "клиенты.csv"
    header = "Карта №;Город;Телефон;Рождён;Выдана;Баллы;Когда\n"
    path.write_text(header + rows, encoding=encoding)
    (tmp_path / "members.yaml").write_text(profile, encoding="utf-8")
    return read_members(path, tmp_path / "members.yaml")


def test_their_columns_and_days_are_read_by_a_profile(tmp_path):
    """Days begin with the day, figures have a comma; ISO days, which a workbook tells, are read all the same."""
    rows = "100;Тверь;+79120000000;5.12.1985;01.02.2020;1 250,5;31.12.2026 9:05\n7;Орёл;;1990-05-31;;;\n"
    reader = theirs(tmp_path, rows)
    first, second = (row.told for row in reader)
    assert [first[name] for name in ("card", "phone", "birthday", "enrolled_on", "balance", "at")] == [
        "100", "+79120000000", "1985-12-05", "2020-02-01", "1 250.5", "2026-12-31 9:05",
    ]  # fmt: skip
    assert (second["card"], second["birthday"]) == ("7", "1990-05-31")
    assert reader.known_elsewhere
    assert reader.taken == {"encoding": "windows-1251", "delimiter": ";", "header": "line 1", "without": "Город"}


@pytest.mark.parametrize(
    "day, reason",
    [
        ("31.02.1985", "there is no day 31.02.1985 (dates: dmy)"),
        ("12/31/1985", "there is no day 12/31/1985 (dates: dmy)"),
        ("05.12.85", "'05.12.85' has no year of four digits"),
        ("soon", "'soon' has no year of four digits"),
    ],
)
def test_a_day_that_is_none_is_told_in_their_words(tmp_path, day, reason):
    """With their name of the column, and as a row of their file that can be mended."""
    (reject,) = theirs(tmp_path, f"100;;;{day};;;\n")
    assert (reject.column, reject.value, reject.code, reject.reason) == ("Рождён", day, "bad_time", reason)
    assert "dates: dmy" in reject.hint


def test_a_comma_is_not_mixed_with_points(tmp_path):
    """Where the decimal sign is a comma, 1.250 could be a thousand and more: it is refused."""
    (reject,) = theirs(tmp_path, "100;;;;;1.250;\n")
    assert (reject.column, reject.value, reject.code) == ("Баллы", "1.250", "bad_points")
    assert "decimal: comma" in reject.hint


def test_numbers_of_a_sheet_are_read_and_rejected_with_a_comma(tmp_path):
    """A number has no sign of its own in a workbook: what goes into the file of rejects is read by the same profile."""
    (tmp_path / "members.yaml").write_text("columns: {card: a, balance: b}\ndecimal: comma\n", encoding="utf-8")
    (tmp_path / "m.xlsx").write_bytes(xlsx([["a", "b"], ["0012", 1250.5]]))
    reader = read_members(tmp_path / "m.xlsx", tmp_path / "members.yaml")
    (row,) = reader
    assert (row.told["card"], row.told["balance"]) == ("0012", "1250.5")
    assert reader.split(row.text) == ["0012", "1250,5"]


def test_what_keeps_a_spreadsheet_quiet_is_taken_off(tmp_path):
    """A number in a formula, by which programs save its zeros, and the apostrophe before what would be run."""
    rows = 'card,phone,name\n"=""0012""",\'+7 912 345-67-89,\'=Anna\n13,,\'t Hooft\n'
    first, second = (row.told for row in read_members(write(tmp_path, rows)))
    assert (first["card"], first["phone"], first["name"]) == ("0012", "+7 912 345-67-89", "=Anna")
    assert second["name"] == "'t Hooft"


@pytest.mark.parametrize(
    "profile, message",
    [
        ("columns: {crad: a}\n", "unknown key 'crad'"),
        ("columns: {card: a, phone: a}\n", "the column 'a' is given to two fields"),
        ("dates: european\n", "'european' is not one of"),
        ("returns: {amounts: either}\n", "unknown key 'returns'"),
        ("", "the profile is empty"),
    ],
)
def test_a_wrong_profile_of_members_is_refused(tmp_path, profile, message):
    """Before a row is read; one with a place and a way out."""
    with pytest.raises(BonusError, match=message) as caught:
        theirs(tmp_path, "", profile)
    assert caught.value.code == "bad_profile"


def test_a_column_that_the_profile_names_must_be_there(tmp_path):
    """A balance that nobody reads would be lost without a word."""
    with pytest.raises(BonusError, match="the column 'Бонусы' is missing"):
        theirs(tmp_path, "", "columns: {card: Карта №, balance: Бонусы}\n")


def test_a_profile_that_is_not_there_is_told(tmp_path):
    """By its path."""
    with pytest.raises(BonusError, match="cannot be read") as caught:
        read_members(write(tmp_path, "card\n5\n"), tmp_path / "none.yaml")
    assert caught.value.where.endswith("none.yaml")
