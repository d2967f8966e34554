"""Members and balances of an earlier program: what a file brings, brings once, and what it says of one member twice."""

import csv
from pathlib import Path

import pytest

from bonuscli.services.directory import list_members, show
from bonuscli.services.enrolments import ADDED, MERGED, REJECTED, TOLD, FileReport, enrol_file
from bonuscli.services.lookup import history, lots
from bonuscli.services.shop import Shop
from bonuscli.services.undo import undo
from bonuscli.services.writing import Writing
from tests.importers.sheets import xlsx
from tests.ledger.tills import UTC, assert_proven, dump, figures, open_shop

NOW = "2026-12-01 12:00"
TIERS = '{window: 12mo, levels: [{id: one, from: "0"}, {id: two, from: "100.00"}, {id: three, from: "500.00"}]}'
WELCOME = "{welcome: {points: 200, lasts: 30d, after: enrolment}}"
HEADER = "card,phone,name,birthday,enrolled_on,tier,tier_until,balance,balance_expires\n"
TWO_LOTS = "100,+43 664 1234567,Anna,1990-05-31,2019-03-01,three,2027-06-30,120,2027-05-31\n100,,,,,,,30,2027-02-28\n"
# One phone in two spellings, with two cards.
TWICE = "7,0664 1234567,Eva M.,,2021-05-01,two,,40,2027-05-31\n8,+436641234567,Eva Maier,,2018-05-01,,,60,2027-05-31\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop that begins today, with tiers and welcome points."""
    return open_shop(tmp_path / "shop.db", NOW, tiers=TIERS, grants=WELCOME, country="AT", valid="{from: 2026-12-01}")


@pytest.fixture
def bring(shop: Shop, tmp_path: Path):
    """``bring(rows)``: the report of a file with these rows, enrolled; and its file of rejects beside it."""

    def enrolled(rows: str, header: str = HEADER, **options) -> FileReport:
        path = tmp_path / "old.csv"
        path.write_text(header + rows, encoding="utf-8")
        return enrol_file(shop, path, tmp_path / "rejects.csv", **options)

    return enrolled


def counts(report: FileReport) -> tuple[int, ...]:
    """Members enrolled now and before, rows rejected, lots now and before."""
    return report.enrolled, report.duplicate, report.rejected, report.lots, report.lots_before


def days(lot) -> tuple[str, int, int]:
    """What a lot is, and holds through which day."""
    return lot.kind, lot.points, lot.expires_on


def day(text: str) -> int:
    """A day number."""
    return UTC.day_of(UTC.parse_instant(text))


def test_rows_of_one_member_are_lots_of_one_balance(shop: Shop, bring) -> None:
    """The lots have their own last days, the member his tier and his enrolment's day, and no welcome points."""
    report = bring(TWO_LOTS)
    assert counts(report) == (1, 0, 0, 2, 0)
    assert report.points == 150
    with shop.reading() as session:
        told = [days(lot) for lot in lots(session, "100")]
        enrolled_on = show(session, "+436641234567").enrolled_on
    assert told == [("opening", 30, day("2027-02-28")), ("opening", 120, day("2027-05-31"))]
    now = figures(shop, "100")
    assert (now.balance, now.tier, now.tier_until) == (150, "three", day("2027-06-30"))
    assert enrolled_on == day("2019-03-01")
    assert_proven(shop)


def test_the_same_file_again_brings_nothing(shop: Shop, bring) -> None:
    """Also with its rows in another order: members are known by their particulars, lots by member and last day."""
    bring(TWO_LOTS + "200,,Boris,,2020-01-01,,,7,\n")
    before = dump(shop)
    rows = (TWO_LOTS + "200,,Boris,,2020-01-01,,,7,\n").splitlines(keepends=True)
    again = bring("".join(reversed(rows)))
    assert counts(again) == (0, 2, 0, 0, 3)
    assert (again.points, again.points_before) == (0, 157)
    assert dump(shop) == before


def test_another_number_of_a_lot_that_was_brought_is_a_conflict(shop: Shop, bring) -> None:
    """A later export of the old system does not add to what it told before; a lot of another day does."""
    bring(TWO_LOTS)
    report = bring(TWO_LOTS.replace(",30,2027-02-28", ",35,2027-02-28"))
    assert (counts(report), report.reasons) == ((0, 0, 2, 0, 0), {"key_conflict": 1})
    assert (report.points, report.points_rejected) == (0, 155)
    later = bring("100,,,,,,,5,2027-08-31\n")
    assert counts(later) == (0, 1, 0, 1, 0)
    assert figures(shop, "100").balance == 155
    assert_proven(shop)


def test_a_conflict_says_which_points_and_what_to_do(shop: Shop, bring, tmp_path) -> None:
    """By the column and the last day, not by a key that nobody has written; so does another tier."""
    bring(TWO_LOTS)
    bring(TWO_LOTS.replace(",30,2027-02-28", ",35,2027-02-28"))
    reject = next(csv.DictReader((tmp_path / "rejects.csv").open(encoding="utf-8-sig")))
    assert (reject["reject_column"], reject["reject_code"]) == ("balance", "key_conflict")
    assert "points through 2027-02-28 was brought" in reject["reject_reason"]
    assert "bonuscli adjust" in reject["reject_hint"]
    bring(TWO_LOTS.replace("three", "two"))
    reject = next(csv.DictReader((tmp_path / "rejects.csv").open(encoding="utf-8-sig")))
    assert (reject["reject_column"], reject["reject_code"]) == ("tier", "key_conflict")
    assert "card set-tier" in reject["reject_hint"]


def test_who_is_enrolled_already_is_brought_his_balance(shop: Shop, bring, tmp_path) -> None:
    """A row that names him by his card and his phone, and says nothing else; with another name it says how to."""
    assert counts(bring("100,06641234567,Anna,,,,,,\n200,,,,,,,,\n")) == (2, 0, 0, 0, 0)
    balances = "100,0664 123 45 67,,,,,,30,2027-02-28\n200,,Eva,,,,,5,\n"
    assert counts(bring(balances)) == (0, 1, 1, 1, 0)
    (reject,) = csv.DictReader((tmp_path / "rejects.csv").open(encoding="utf-8-sig"))
    assert (reject["card"], reject["reject_code"]) == ("200", "card_taken")
    assert reject["reject_hint"].startswith("leave nothing in the row but his card or phone and his balance")
    assert counts(bring(balances)) == (0, 1, 1, 0, 1)
    assert counts(bring("100,0664 7654321,,,,,,7,2027-03-31\n")) == (0, 0, 1, 0, 0)
    assert figures(shop, "100").balance == 30
    assert_proven(shop)


def test_a_row_that_stands_twice_is_told(shop: Shop, bring) -> None:
    """Its balances add, as two lots of one day do; whether the old system told one of them twice, people must look."""
    row = "100,,Anna,,2019-03-01,,,30,2027-02-28\n"
    report = bring(f"{row}200,,Eva,,2019-03-01,,,,\n{row}200,,Eva,,2019-03-01,,,,\n")
    assert (counts(report), report.points) == ((2, 0, 0, 1, 0), 60)
    assert [(alike.lines, alike.numbers, outcome) for alike, outcome in report.alike] == [((2, 4), ("100",), ADDED)]


def test_a_dry_run_tells_the_same_and_writes_nothing(shop: Shop, bring) -> None:
    """Counts and sums of a dry run are those of the run."""
    before = dump(shop)
    tried = bring(TWO_LOTS + TWICE, writing=Writing(dry_run=True))
    assert dump(shop) == before
    done = bring(TWO_LOTS + TWICE)
    assert counts(tried) == counts(done)
    assert tried.points == done.points


def test_a_phone_of_many_is_nobodys(shop: Shop, bring, tmp_path) -> None:
    """Eleven cards under one phone are not merged, nor phones under one card; not every reject names all rows."""
    rows = "".join(f"{1000 + n},0664 1234567,N{n},,,,,1,\n" for n in range(300))
    report = bring(rows, merge=True)
    assert (counts(report), report.points_rejected) == ((0, 0, 300, 0, 0), 300)
    text = (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert text.count("300 cards or phones are hardly one person's") == 300
    assert "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 290 more are one member" in text
    assert len(text) < 150_000
    no_card = "".join(f"0,0664 12345{n},N{n},,,,,1,\n" for n in range(10, 30))
    assert counts(bring(no_card, merge=True)) == (0, 0, 20, 0, 0)
    family = "".join(rows.splitlines(keepends=True)[:10])
    assert counts(bring(family, merge=True)) == (1, 0, 0, 1, 0)
    assert figures(shop, "1009").balance == 10


@pytest.mark.parametrize(
    "row, code, column",
    [
        ("100,,,,,,,-5,", "bad_points", "balance"),
        ("100,,,,,,,1.5,", "bad_points", "balance"),
        ("100,,,,,,,5,2026-11-30", "bad_time", "balance_expires"),
        ("100,,,,,,,5,31.12.2027", "bad_time", "balance_expires"),
        ("100,,,,2026-12-02,,,5,", "bad_time", "enrolled_on"),
        ("100,,,,,four,,5,", "bad_member", "tier"),
        ("100,,,,,,2027-01-01,5,", "bad_member", "tier_until"),
        ("100,,,,,,,,2027-01-01", "bad_member", "balance_expires"),
        ("100,,,1990-13-01,,,,5,", "bad_member", "birthday"),
        ("100,12,,,,,,5,", "bad_phone", "phone"),
        ("4.00000E+12,,,,,,,5,", "bad_card", "card"),
        ("100.0,,,,,,,5,", "bad_card", "card"),
        ("NULL,,,,,,,5,", "bad_card", "card"),
        ("#N/A,,,,,,,5,", "bad_card", "card"),
        ("Итого:,,,,,,,1,", "bad_member", "card"),
        ("Grand total,,,,,,,1,", "bad_member", "card"),
    ],
)
def test_what_can_not_be_read_is_rejected_with_its_column(shop: Shop, bring, tmp_path, row, code, column) -> None:
    """The member is not enrolled without what he brings; the row says what to mend."""
    report = bring(f"{row}\n200,,,,,,,1,\n")
    assert counts(report) == (1, 0, 1, 1, 0)
    (reject,) = csv.DictReader((tmp_path / "rejects.csv").open(encoding="utf-8-sig"))
    assert (reject["reject_code"], reject["reject_column"]) == (code, column)
    assert figures(shop, "200").balance == 1


def test_a_member_is_brought_with_all_rows_or_none(shop: Shop, bring, tmp_path) -> None:
    """One wrong row keeps all of the member's out; the mended file of rejects brings him whole."""
    report = bring(TWO_LOTS.replace("2027-02-28", "2027-02-30"))
    assert counts(report) == (0, 0, 2, 0, 0)
    assert report.points_rejected == 150
    mended = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").replace("2027-02-30", "2027-02-28")
    (tmp_path / "mended.csv").write_text(mended, encoding="utf-8")
    assert counts(enrol_file(shop, tmp_path / "mended.csv")) == (1, 0, 0, 2, 0)
    assert figures(shop, "100").balance == 150
    assert_proven(shop)


def test_rows_that_contradict_each_other_are_reported(bring) -> None:
    """One phone with two cards, one card with two names: who, which lines and why; neither is enrolled."""
    report = bring(TWICE + "9,,Ida,,,,,1,\n9,,Ina,,,,,2,\n")
    assert counts(report) == (0, 0, 4, 0, 0)
    assert report.reasons == {"duplicate_member": 2}
    assert [(alike.lines, alike.numbers, alike.why, outcome) for alike, outcome in report.alike] == [
        ((2, 3), ("7", "8"), "the same phone, another card, name, enrolled_on", REJECTED),
        ((4, 5), ("9",), "the same card, another name", REJECTED),
    ]


@pytest.mark.parametrize("rows", [TWICE, "".join(reversed(TWICE.splitlines(keepends=True)))])
def test_duplicates_are_merged_on_request(shop: Shop, bring, rows) -> None:
    """Both cards work, balances add, the earlier enrolment and the higher tier stay, whatever the order of the rows."""
    report = bring(rows, merge=True)
    assert (counts(report), report.merged, report.points) == ((1, 0, 0, 1, 0), 1, 100)
    assert [outcome for _, outcome in report.alike] == [MERGED]
    with shop.reading() as session:
        seven, eight = show(session, "7"), show(session, "8")
    assert seven == eight
    assert (seven.name, seven.enrolled_on) == ("Eva Maier", day("2018-05-01"))
    assert (figures(shop, "7").balance, figures(shop, "8").tier) == (100, "two")
    assert_proven(shop)
    assert counts(bring(TWICE, merge=True)) == (0, 1, 0, 0, 1)


def test_spellings_of_a_card_and_a_name_are_one(shop: Shop, bring) -> None:
    """A card on another keyboard and a name in capitals contradict nothing."""
    report = bring('АВ 12-34,,Пётр Иванов,,,,,7,2027-01-31\nab1234,,"ИВАНОВ, Петр",,,,,3,2027-01-31\n')
    assert counts(report) == (1, 0, 0, 1, 0)
    assert report.alike == []
    assert figures(shop, "AB1234").balance == 10


def test_who_may_be_one_member_is_told_and_enrolled(bring) -> None:
    """The same name and birthday prove nothing."""
    report = bring("1,,Anna Berg,1990-05-31,,,,,\n2,,BERG Anna,1990-05-31,,,,,\n3,,Anna Berg,1991-05-31,,,,,\n")
    assert counts(report) == (3, 0, 0, 0, 0)
    ((alike, outcome),) = report.alike
    assert (alike.lines, alike.why, outcome) == ((2, 3), "the same name and birthday", TOLD)


def test_rows_are_one_member_through_others(shop: Shop, bring) -> None:
    """Two cards share a phone, one of them has a second phone with a third card: all are one."""
    rows = "1,0664 1111111,,,,,,1,\n3,0664 3333333,,,,,,4,\n2,0664 1111111,,,,,,2,\n2,0664 3333333,,,,,,8,\n"
    report = bring(rows, merge=True)
    assert (counts(report), report.alike[0][0].lines) == ((1, 0, 0, 1, 0), (2, 3, 4, 5))
    assert {figures(shop, each).balance for each in ("1", "2", "3", "+436641111111", "+436643333333")} == {15}
    assert_proven(shop)


def test_a_tier_without_an_end_is_held_for_one_window(shop: Shop, bring) -> None:
    """From the day of the move where the member was enrolled earlier; a lowest level is no floor."""
    bring("1,,,,2019-03-01,two,,,\n2,,,,2019-03-01,one,,,\n3,,,,,two,,,\n")
    with shop.reading() as session:
        kinds = [[entry.kind for entry in history(session, card)] for card in "123"]
    held = [figures(shop, card) for card in "123"]
    assert [(each.tier, each.tier_until) for each in held] == [
        ("two", day("2027-11-30")),
        ("one", None),
        ("two", day("2027-11-30")),
    ]
    assert kinds == [["tier-set"], [], []]
    assert_proven(shop)


def test_an_opening_balance_is_undone_like_any_grant(shop: Shop, bring) -> None:
    """Its number stands in the history; the file does not bring it again."""
    bring("100,,,,,,,40,2027-05-31\n")
    with shop.reading() as session:
        (entry,) = history(session, "100")
    undo(shop, entry.number, "counted twice")
    assert figures(shop, "100").balance == 0
    assert counts(bring("100,,,,,,,40,2027-05-31\n")) == (0, 1, 0, 0, 1)
    assert figures(shop, "100").balance == 0
    assert_proven(shop)


def test_a_closed_card_gets_nothing(shop: Shop, bring) -> None:
    """More lots of a member who is blocked are rejected, not half booked."""
    from bonuscli.services.card_changes import block

    bring("100,,Anna,,,,,40,2027-05-31\n")
    block(shop, "100", True)
    report = bring("100,,,,,,,5,2027-08-31\n100,,,,,,,6,2027-09-30\n")
    assert (counts(report), report.reasons) == ((0, 0, 2, 0, 0), {"card_blocked": 1})
    assert_proven(shop)


def test_a_sheet_of_excel_is_read_directly(shop: Shop, tmp_path) -> None:
    """Numbers without format, days as days; the report says which sheet it was."""
    names = HEADER.strip().split(",")
    rows = [names, [1000000000016, 436641234567, "Anna", "", "2019-03-01", "two", "2027-06-30", 1250, "2027-05-31"]]
    (tmp_path / "old.xlsx").write_bytes(xlsx(rows))
    report = enrol_file(shop, tmp_path / "old.xlsx")
    assert (counts(report), report.points) == ((1, 0, 0, 1, 0), 1250)
    assert report.taken["sheet"] == "'Лист1', 1 of 1"
    assert figures(shop, "+43 664 1234567").balance == 1250


def test_text_of_a_russian_spreadsheet_is_read(shop: Shop, tmp_path) -> None:
    """Semicolons, windows-1251 and spaces before thousands; the file of rejects is written likewise."""
    rows = "card;name;balance\n1;Екатерина Смирнова;1\u00a0250\n2;Дмитрий Кузнецов;x\n"
    (tmp_path / "old.csv").write_bytes(rows.encode("cp1251"))
    report = enrol_file(shop, tmp_path / "old.csv", tmp_path / "rejects.csv")
    assert (counts(report), report.points) == ((1, 0, 1, 1, 0), 1250)
    assert (report.taken["encoding"], report.taken["delimiter"]) == ("windows-1251", ";")
    assert "2;Дмитрий Кузнецов;x;" in (tmp_path / "rejects.csv").read_text(encoding="cp1251")


def test_the_shop_owes_what_the_file_sums_up_to(shop: Shop, bring) -> None:
    """The sum of a column, reckoned without any member, is what is told, what was booked and what all balances are."""
    rows = [f"{1000 + n // 3},,M{n // 3},,2020-01-01,,,{n * 7 % 113},2027-{n % 12 + 1:02}-28" for n in range(1500)]
    total = sum(int(row["balance"] or 0) for row in csv.DictReader((HEADER + "\n".join(rows)).splitlines()))
    report = bring("\n".join(rows) + "\n")
    assert (report.enrolled, report.rejected, report.points) == (500, 0, total)
    with shop.reading() as session:
        owed = sum(each.figures.balance for each in list_members(session))
        (issued,) = session.connection.execute("SELECT SUM(points) FROM entries WHERE kind = 'opening'").fetchone()
    assert owed == issued == total
    assert_proven(shop)
