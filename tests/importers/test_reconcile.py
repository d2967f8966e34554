"""The store against the totals of the tills: each difference is named, and what would explain it."""

from pathlib import Path

import pytest

from bonuscli.days import format_day, parse_day
from bonuscli.errors import BonusError
from bonuscli.importers.day_totals import read_day_totals
from bonuscli.services.reconcile import reconcile
from bonuscli.services.shop import Shop as Store
from tests.importers.sheets import Raw, xlsx
from tests.importers.shops import FORMATS

REPORTS = FORMATS / "enterprisedata" / "reports.xml"
HEAD = "receipt_id,kind,at,shop,till,card,amount\n"
DAY = [
    "r-101,sale,2026-12-02 09:00,main,1,,100.00",
    "r-102,sale,2026-12-02 10:00,main,1,,200.00",
    "r-103,sale,2026-12-02 11:00,main,2,,50.50",
    "b-1,return,2026-12-02 12:00,main,1,,30.00",
]


@pytest.fixture
def stored(shop):
    """``stored("r-1,sale,...")``: these receipts are booked."""

    def book(*rows):
        Path("day.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
        shop.take("day.csv", "canonical")

    return book


def compared(text, name="totals.csv", columns=None):
    """The comparison with a file of totals."""
    Path(name).write_text(text, encoding="utf-8")
    return reconcile(Store(Path("bonus.db")), Path(name), columns)


def differences(text, **more):
    """(day, shop, till, measure, told, stored, difference, code of the cause, names) of each difference."""
    return [
        (format_day(each.day), *each[2:8], each.cause.code, each.cause.names)
        for each in compared(text, **more).differences
    ]


def codes(text):
    """The measures that differ with the code of their cause."""
    return {each.measure: (each.difference, each.cause.code, each.cause.names) for each in compared(text).differences}


def test_what_agrees_has_no_difference(stored):
    """Sales and returns beside each other, by shop and till, or all in one figure."""
    stored(*DAY)
    found = compared(
        "day,shop,till,receipts,total,returns\n2026-12-02,main,1,2,300.00,30.00\n02.12.2026,main,2,1,50.50,\n"
    )
    assert (found.days, found.differences, found.net, found.told, found.stored) == (2, (), False, 35_050, 35_050)
    assert (found.currency, found.digits, found.others) == ("RUB", 2, ())
    assert compared("day,total\n2026-12-02,320.50\n").differences == ()
    assert compared("day,shop,receipts,total,returns\n2026-12-02,main,3,350.50,-30.00\n").differences == ()


def test_each_figure_that_differs_is_named(stored):
    """With the day, the shop, what the file says and what is stored."""
    stored(*DAY)
    assert differences("day,shop,receipts,total,returns\n2026-12-02,main,4,450.50,40.00\n") == [
        ("2026-12-02", "main", None, "receipts", 4, 3, 1, "missing-receipts", ()),
        ("2026-12-02", "main", None, "total", 45_050, 35_050, 10_000, "missing-receipts", ()),
        ("2026-12-02", "main", None, "returns", 4_000, 3_000, 1_000, "missing-receipts", ()),
    ]


def test_missing_numbers_are_named(stored):
    """One receipt is missing, and one number between the stored ones."""
    stored(DAY[0], DAY[2])
    assert codes("day,shop,receipts,total\n2026-12-02,main,3,350.50\n") == {
        "receipts": (1, "missing-receipts", ("r-102",)), "total": (20_000, "missing-receipts", ("r-102",)),
    }  # fmt: skip


def test_numbers_far_apart_are_no_gap(stored):
    """Numbers of two series, or of a till that counts otherwise, say nothing."""
    stored(DAY[0], "r-900,sale,2026-12-02 11:00,main,2,,50.50")
    assert codes("day,receipts,total\n2026-12-02,3,350.50\n")["receipts"] == (1, "missing-receipts", ())


def test_a_receipt_that_came_twice_is_named(stored):
    """Under another number a minute later, or under its own from another till."""
    stored(*DAY, "copy-1,sale,2026-12-02 10:01,main,1,,200.00")
    told = "day,shop,receipts,total,returns\n2026-12-02,main,3,350.50,30.00\n"
    assert codes(told) == {
        "receipts": (-1, "doubled", ("copy-1",)), "total": (-20_000, "doubled", ("copy-1",)),
    }  # fmt: skip


def test_one_number_of_two_tills_is_a_double(stored):
    """The same file, once with the till's name and once without."""
    stored(*DAY, "r-103,sale,2026-12-02 18:00,main,old,,50.50")
    assert codes("day,receipts,total,returns\n2026-12-02,3,350.50,30.00\n")["total"] == (-5_050, "doubled", ("r-103",))


def test_equal_sales_hours_apart_are_no_doubles(stored):
    """Two people may buy the same: where more is stored than told, and nothing looks alike, no receipt is accused."""
    stored(*DAY, "r-104,sale,2026-12-02 18:00,main,1,,200.00")
    told = "day,receipts,total,returns\n2026-12-02,3,350.50,30.00\n"
    assert codes(told)["total"] == (-20_000, "more-receipts", ())


def test_a_receipt_on_the_neighbouring_day_is_named(stored):
    """One day has too little by what the next has too much; or one receipt of just that total stands at midnight."""
    stored(*DAY, "r-104,sale,2026-12-03 00:10,main,1,,75.00", "r-105,sale,2026-12-03 12:00,main,1,,60.00")
    both = "day,receipts,total,returns\n2026-12-02,4,425.50,30.00\n2026-12-03,1,60.00,\n"
    assert [each[3:] for each in differences(both)] == [
        ("receipts", 4, 3, 1, "neighbouring-day", ("r-104",)),
        ("total", 42_550, 35_050, 7_500, "neighbouring-day", ("r-104",)),
        ("receipts", 1, 2, -1, "neighbouring-day", ("r-104",)),
        ("total", 6_000, 13_500, -7_500, "neighbouring-day", ("r-104",)),
    ]
    for one in ("2026-12-02,4,425.50,30.00\n", "2026-12-03,1,60.00,\n"):
        assert {each[-2:] for each in differences(f"day,receipts,total,returns\n{one}")} == {
            ("neighbouring-day", ("r-104",))
        }


def test_a_total_less_returns_is_seen(stored):
    """The file's total is revenue and not sales."""
    stored(*DAY)
    assert codes("day,receipts,total,returns\n2026-12-02,3,320.50,30.00\n") == {
        "total": (-3_000, "returns-within-total", ()),
    }  # fmt: skip


def test_points_that_paid_are_seen(shop):
    """The till tells what was left to pay."""
    Path("day.csv").write_text(f"{HEAD.strip()},redeem\nr-1,sale,2026-12-02 09:00,main,1,100,400.00,50\n")
    shop.take("day.csv", "canonical", "--redeem", "trust")
    assert codes("day,receipts,total\n2026-12-02,1,350.00\n") == {"total": (-5_000, "paid-with-points", ())}


def test_other_amounts_have_no_receipt_to_name(stored):
    """As many receipts, and no single one explains it."""
    stored(*DAY)
    assert codes("day,receipts,total,returns\n2026-12-02,3,351.00,30.00\n")["total"] == (50, "other-amounts", ())


def test_a_day_without_receipts_was_not_imported(stored):
    """A shop that nobody knows is another matter: its name is near another's."""
    stored(*DAY)
    assert codes("day,shop,total\n2026-12-05,main,10.00\n")["total"] == (1_000, "not-imported", ())
    ((difference, code, names),) = codes("day,shop,total\n2026-12-02,mian,10.00\n").values()
    assert (difference, code) == (1_000, "unknown-shop")
    assert "main" in names[0]


def test_a_day_that_the_file_leaves_out_is_named(stored):
    """Between its first and its last day, in its shops; other shops are only counted."""
    stored(*DAY, "r-201,sale,2026-12-03 09:00,main,1,,7.00", "r-301,sale,2026-12-04 09:00,main,1,,8.00",
           "x-1,sale,2026-12-03 09:00,other,1,,9.00")  # fmt: skip
    text = "day,shop,total\n2026-12-02,main,320.50\n2026-12-04,main,8.00\n"
    assert differences(text) == [
        ("2026-12-03", "main", None, "total", 0, 700, -700, "not-in-file", ()),
    ]
    assert compared(text).others == (("other", 1),)


def test_a_report_of_people_is_read(stored):
    """Title, Russian names, semicolons, NBSP thousands, decimal commas, a row of sums, windows-1251."""
    stored("r-1,sale,2026-12-02 09:00,main,1,,1234.50")
    head = "Отчёт о продажах;;;\n;;;\nДата;Магазин;Чеков;Выручка\n"
    report = f"{head}02.12.2026;main;1;1\u00a0234,50\nИтого;;1;1\u00a0234,50\n"
    Path("z.csv").write_bytes(report.encode("cp1251"))
    found = reconcile(Store(Path("bonus.db")), Path("z.csv"))
    assert (found.days, found.differences) == (1, ())


def test_reports_of_enterprise_data_are_day_totals(stored):
    """Several of one day and shop are added up, lines where the report has no sum; deleted ones do not count."""
    totals = read_day_totals(REPORTS, 2)
    assert [(format_day(each.day), *each[2:]) for each in totals] == [
        ("2026-12-02", "main", None, None, 30_050, None), ("2026-12-02", "main", None, None, 5_000, None),
    ]  # fmt: skip
    stored(*DAY[:3])
    assert reconcile(Store(Path("bonus.db")), REPORTS).differences == ()


def test_columns_may_be_named(stored):
    """What the shop calls them; the known names then do not count for that field."""
    stored(*DAY)
    text = "Tag,Umsatz,total\n2026-12-02,320.50,7\n"
    assert compared(text, columns={"day": "Tag", "total": "Umsatz"}).differences == ()


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "the file is empty"),
        ("shop,total\nmain,5\n", "the column 'day' is missing"),
        ("day,shop\n2026-12-02,main\n", "the column 'total' is missing"),
        ("day,date,total\n2026-12-02,2026-12-02,5\n", "several columns could be day: 'day', 'date'"),
        ("day,total\nИтого,5\n", "the file tells no day"),
        ("day,total\n12/31/2026,5\n", "day: '12/31/2026' is no day"),
        ("day,total\n31.02.2026,5\n", "day: '31.02.2026' is not in the calendar"),
        ("day,total\n2026-12-02 18:30,5\n", "is no day"),
        ('day,total\n2026-12-02,"1,234"\n', "has a comma"),
        ("day,total\n2026-12-02,\n", "total: nothing is written here"),
        ("day,total\n,5.00\n", "day: '' is no day"),
        ("day,total,receipts\n2026-12-02,5,1.5\n", "receipts: '1.5' has more than 0 digits"),
        ("day,total\n2026-12-02,5.005\n", "more than 2 digits"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_compared(stored, text, message):
    """Half a comparison looks like a good one."""
    with pytest.raises(BonusError) as caught:
        compared(text)
    assert caught.value.code == "bad_file"
    assert message in caught.value.message


def test_all_that_is_wrong_is_told_at_once(stored):
    """Each with its line."""
    with pytest.raises(BonusError) as caught:
        compared("day,total\nx,y\n2026-12-02,5\n2026-13-02,5\n")
    assert caught.value.message == "totals.csv: 3 problems"
    assert [each.split(": ")[0] for each in caught.value.problems] == ["totals.csv:2", "totals.csv:2", "totals.csv:4"]


def test_nothing_is_written(stored):
    """A comparison of a database that nobody may write to."""
    stored(*DAY)
    before = Path("bonus.db").read_bytes()
    compared("day,total\n2026-12-02,1.00\n")
    assert Path("bonus.db").read_bytes() == before
    assert parse_day("2026-12-02") == compared("day,total\n2026-12-02,1.00\n").first


def test_a_workbook_is_read_likewise(stored):
    """Days as Excel keeps them, figures as numbers, a title above and a sum below."""
    stored(*DAY)
    day = Raw.of("46358", 1)  # 2026-12-02
    rows = [["Выручка по дням"], ["Дата", "Склад", "Чеков", "Сумма"], [day, "main", 3, 320.5], ["Всего", "", 3, 320.5]]
    Path("days.xlsx").write_bytes(xlsx(rows))
    found = reconcile(Store(Path("bonus.db")), Path("days.xlsx"))
    assert (found.days, found.differences) == (1, ())
