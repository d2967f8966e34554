"""Points given by hand, to many, and from files; what is told of actions: repeats, dry runs and proofs."""

from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.actions import act
from bonuscli.services.enroll import NO_PARTICULARS, enrol
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.grant_files import FileGranted, grant_file
from bonuscli.services.granting import Given, grant, grant_tag
from bonuscli.services.lookup import history, lots
from bonuscli.services.member_changes import Wanted, change_member
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing
from tests.ledger.tills import assert_proven, dump, figures, open_shop

NOW = "2026-12-01 12:00"
ACTIONS = "{actions: [{id: like, points: 1, once_per: link}]}"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Three members, two of them tagged ``vip``."""
    opened = open_shop(tmp_path / "shop.db", NOW, grants=ACTIONS)
    for card, tags in (("1", ("vip",)), ("2", ()), ("3", ("vip", "staff"))):
        enrol_one(opened, NO_PARTICULARS._replace(card=card, tags=tags))
    return opened


def balances(shop: Shop) -> list[int]:
    """Balances of the three members."""
    return [figures(shop, card).balance for card in "123"]


def rows(folder: Path, text: str) -> Path:
    """A file of grants."""
    path = folder / "grants.csv"
    path.write_text("card,points,opens_on,expires_on,reason,key\n" + text)
    return path


def test_a_grant_is_repeated_under_its_key(shop: Shop) -> None:
    """The same key and grant answers as before with today's balance; another grant is a conflict; a dry run is none."""
    before = dump(shop)
    assert not grant(shop, "1", Given(50, lasts="30d"), Writing(key="K", dry_run=True)).replayed
    assert dump(shop) == before
    first = grant(shop, "1", Given(50, lasts="30d"), Writing(key="K"))
    grant(shop, "1", Given(7))
    again = grant(shop, "1", Given(50, lasts="30d"), Writing(key="K"))
    assert (again.entry, again.granted, again.expires_on) == (first.entry, 50, first.expires_on)
    assert (again.replayed, again.entries, again.balance) == (True, 0, 57)
    with pytest.raises(BonusError) as other:
        grant(shop, "1", Given(50, lasts="31d"), Writing(key="K"))
    assert other.value.code == "key_conflict"
    assert_proven(shop)


def test_days_are_told_instead_of_durations(shop: Shop) -> None:
    """A lot has the first and the last day that are given, also a first day that has passed."""
    grant(shop, "1", Given(5, opens_on="2026-06-01", expires_on="2026-12-31", opening=True))
    grant(shop, "1", Given(7, opens_on="2027-01-01", lasts="1mo"))
    with shop.reading() as session:
        told = [(lot.kind, lot.points, lot.opens_on, lot.expires_on) for lot in lots(session, "1")]
        days = [session.calendar.day_of(session.instant(day)) for day in (
            "2026-06-01", "2026-12-31", "2027-01-01", "2027-02-01"
        )]  # fmt: skip
    assert told == [("opening", 5, *days[:2]), ("grant", 7, *days[2:])]
    assert_proven(shop)


@pytest.mark.parametrize(
    "given, where",
    [
        (Given(5, expires_on="2026-11-30"), "expires_on"),
        (Given(5, opens_on="2027-01-02", expires_on="2027-01-01"), "expires_on"),
        (Given(5, opens_on="2026-06-01", expires_on="2026-11-30"), "expires_on"),
        (Given(5, opens_on="tomorrow"), "opens_on"),
        (Given(5, lasts="1y6mo"), "--lasts"),
    ],
)
def test_days_that_can_not_be(shop: Shop, given: Given, where: str) -> None:
    """Points that would expire before they could be spent are refused, and so is what is no day."""
    with pytest.raises(BonusError) as refused:
        grant(shop, "1", given)
    assert (refused.value.code, refused.value.where) == ("bad_time", where)


def test_a_tag_is_granted_to_once_under_its_key(shop: Shop) -> None:
    """Every member with the tag gets the points once; a repeat reaches only who has got the tag since."""
    first = grant_tag(shop, "vip", Given(5), Writing(key="xmas"))
    assert (first.members, first.granted, first.duplicate, first.passed_over) == (2, 10, 0, 0)
    change_member(shop, "2", Wanted(add=("vip",)))
    again = grant_tag(shop, "vip", Given(5), Writing(key="xmas"))
    assert (again.members, again.granted, again.duplicate) == (1, 5, 2)
    assert balances(shop) == [5, 5, 5]
    with pytest.raises(BonusError) as other:
        grant_tag(shop, "vip", Given(6), Writing(key="xmas"))
    assert other.value.code == "key_conflict"
    grant_tag(shop, "vip", Given(1))
    grant_tag(shop, "vip", Given(1))
    assert balances(shop) == [7, 7, 7]
    assert grant_tag(shop, "nobody", Given(5)).members == 0
    assert_proven(shop)


def test_a_tag_passes_over_who_was_enrolled_later(shop: Shop) -> None:
    """A grant of a past time reaches the members of then."""
    done = grant_tag(shop, "vip", Given(5), Writing(at="2026-11-30 12:00"))
    assert (done.members, done.passed_over) == (0, 2)


def test_a_tag_of_many_members(tmp_path: Path) -> None:
    """More members than are held at once are granted to in one transaction."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    with shop.writing() as session:
        desk = session.desk()
        for number in range(1100):
            enrol(session, desk, NO_PARTICULARS._replace(card=f"{number}", tags=("all",)), session.now, None)
        desk.flush()
    assert grant_tag(shop, "all", Given(2), Writing(key="K")).granted == 2200
    assert grant_tag(shop, "all", Given(2), Writing(key="K")).duplicate == 1100


def test_a_file_of_balances_is_booked_once(shop: Shop, tmp_path: Path) -> None:
    """Each row is a lot with its days, two equal rows are two, and a file that overlaps it adds only what is new."""
    path = rows(tmp_path, "1,5,2026-06-01,2027-05-31,old,\n1,5,2026-06-01,2027-05-31,old,\n2,7,,,,k1\n3,1.5,,,,\n")
    first = grant_file(shop, path, opening=True)
    assert (first.rows, first.granted, first.points, first.duplicate, first.rejected) == (4, 3, 17, 0, 1)
    path = rows(tmp_path, "2,7,,,,k1\n1 ,5.0,2026-06-01,2027-05-31,old,\n1,5,2026-06-01,2027-05-31,old,\n3,1,,,,\n")
    assert grant_file(shop, path, opening=True) == FileGranted(rows=4, granted=1, points=1, duplicate=3)
    assert balances(shop) == [10, 7, 1]
    with shop.reading() as session:
        assert [(entry.kind, entry.reason) for entry in history(session, "1")] == [("opening", "old")] * 2
    assert_proven(shop)


def test_rows_that_can_not_be_booked_are_mended_and_sent_again(shop: Shop, tmp_path: Path) -> None:
    """They stand in the file of rejects, each with its reason, and that file is read again as it is."""
    path = rows(
        tmp_path, "9,5,,,,\n1,x,,,,\n1,0,,,,\n1,5,,2020-01-01,,\n1,5\n,5,,,,\n1,,,,,\n2,7,,,,k1\n2,8,,,,k1\n2,3,,,,\n"
    )
    report = grant_file(shop, path)
    assert dict(report.reasons) == {
        "unknown_card": 1, "bad_points": 2, "bad_time": 1, "bad_row": 3, "key_conflict": 1,
    }  # fmt: skip
    assert (report.granted, report.errors_file) == (2, "grants.csv.rejects.csv")
    mended = Path(report.errors_file).read_text().replace("1,x,", "1,4,")
    Path("mended.csv").write_text(mended)
    again = grant_file(shop, Path("mended.csv"))
    assert (again.granted, again.points, again.rejected) == (2, 9, 6)


def test_a_file_without_its_columns_is_refused(shop: Shop, tmp_path: Path) -> None:
    """A misspelt column would make points that never expire."""
    path = tmp_path / "grants.csv"
    for header in ("card,points,expires", "card,points,expire_on", "points", "card;point"):
        path.write_text(f"{header}\n1,2,3\n")
        with pytest.raises(BonusError) as refused:
            grant_file(shop, path)
        assert refused.value.code == "bad_file"


def test_an_action_is_repeated_under_its_key(shop: Shop) -> None:
    """The same key and action answers as before and is not counted again; a refused one has no effect."""
    first = act(shop, "1", "like", link="https://example.com", writing=Writing(key="K"))
    again = act(shop, "1", "like", link="https://example.com", writing=Writing(key="K"))
    assert (again.entry, again.granted, again.replayed, again.entries) == (first.entry, 1, True, 0)
    before = dump(shop)
    with pytest.raises(BonusError) as refused:
        act(shop, "1", "like", link="https://example.com")
    assert refused.value.code == "limit_reached"
    with pytest.raises(BonusError) as other:
        act(shop, "1", "like", link="https://example.org", writing=Writing(key="K"))
    assert other.value.code == "key_conflict"
    assert not act(shop, "1", "like", link="https://example.org", writing=Writing(dry_run=True)).replayed
    assert dump(shop) == before
    assert_proven(shop)
