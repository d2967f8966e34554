"""Members from a file, for enrolment."""

import pytest

from bonuscli.errors import BonusError
from bonuscli.importers.members import read_members
from bonuscli.importers.rejects import RejectsFile
from bonuscli.model import Reject


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
