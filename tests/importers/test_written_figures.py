"""Figures, days and times as people write them, and nothing that is near them."""

import pytest

from tests.importers.conftest import amounts


@pytest.mark.parametrize(
    "written, keys, minor",
    [
        ("1 234,50", "decimal: comma\nthousands: space", 123_450),
        ("1\u00a0234\u00a0567,5", "decimal: comma\nthousands: space", 123_456_750),
        ("1\u202f234", "decimal: comma\nthousands: space", 123_400),
        ("12,5", "decimal: comma\nthousands: space", 1_250),
        ("1.234,50", "decimal: comma\nthousands: point", 123_450),
        ("1,234.50", "thousands: comma", 123_450),
        ("1'234.50", "thousands: apostrophe", 123_450),
        ("1’234.50", "thousands: apostrophe", 123_450),
        ("$1,234.50", 'thousands: comma\ncurrency_signs: "$"', 123_450),
        ("1 234,50 руб.", "decimal: comma\nthousands: space\ncurrency_signs: [руб., ₽]", 123_450),
        ("5 ₽", "currency_signs: [руб., ₽]", 500),
    ],
)
def test_figures_are_read_as_they_are_written(outcome, written, keys, minor):
    """Separators of thousands and signs of a currency are what the profile says."""
    receipts, bad, _ = outcome(f'id,at,sum\nr1,2026-12-01,"{written}"\n', keys)
    assert (amounts(receipts), bad) == ([[minor]], [])


@pytest.mark.parametrize("written", ["-$3.00", "$-3.00", "($3.00)", "(3.00)", "\u22123.00", "-3"])
def test_what_is_below_zero_shows_it_in_many_ways(outcome, written):
    """A minus before or behind the sign, brackets, and the typographer's minus."""
    rows = f'id,at,sum\nr1,2026-12-01,5\nr1,2026-12-01,"{written}"\n'
    receipts, bad, _ = outcome(rows, 'thousands: comma\ncurrency_signs: ["$"]')
    assert (amounts(receipts), bad) == ([[500, -300]], [])


@pytest.mark.parametrize(
    "written, keys, reason",
    [
        ("12,34", "thousands: comma", "not before three digits"),
        ("1,2345.00", "thousands: comma", "not before three digits"),
        ("1 23,50", "decimal: comma\nthousands: space", "not before three digits"),
        ("€5.00", 'currency_signs: ["$"]', "not a plain decimal number"),
        ("$$5.00", 'currency_signs: ["$"]', "not a plain decimal number"),
        ("-(5.00)", 'currency_signs: ["$"]', "not a plain decimal number"),
        ("(-5.00)", 'currency_signs: ["$"]', "below zero twice"),
        ("1 234.50", "", "not a plain decimal number"),
        ("", "thousands: space", "nothing is written"),
        ("$", 'currency_signs: ["$"]', "nothing is written"),
    ],
)
def test_a_figure_of_another_hand_is_rejected(outcome, written, keys, reason):
    """1,23 is not read as 123, and euros are not booked as dollars."""
    receipts, (bad,), _ = outcome(f'id,at,sum\nr1,2026-12-01,"{written}"\n', keys)
    assert (receipts, bad.code, bad.column) == ([], "bad_amount", "sum")
    assert reason in bad.reason
    if written == "1 234.50":
        assert "thousands: space" in bad.hint


@pytest.mark.parametrize(
    "written, order, moment",
    [
        ("01.11.2026 12:30", "dmy", "2026-11-01T12:30:00"),
        ("1.11.2026 9:05:07", "dmy", "2026-11-01T09:05:07"),
        ("01/11/26 12:30", "dmy", "2026-11-01T12:30:00"),
        ("01.11.2026", "dmy", "2026-11-01T00:00:00"),
        ("11/01/2026 5:03 PM", "mdy", "2026-11-01T17:03:00"),
        ("11/1/26, 12:00 a.m.", "mdy", "2026-11-01T00:00:00"),
        ("2026-11-01 12:30:15 +0300", "ymd", "2026-11-01T12:30:15"),
        ("2026/11/01 12:30:15.250Z", "ymd", "2026-11-01T15:30:15"),
        ("2026-11-01 12:30", "dmy", "2026-11-01T12:30:00"),
        ("2026-11-01T12:30:00-05:00", "mdy", "2026-11-01T20:30:00"),
    ],
)
def test_dates_are_read_in_the_order_of_the_profile(outcome, measures, written, order, moment):
    """Day, month and year, clocks of twelve and 24 hours, offsets; ISO days in any case."""
    (receipt,), bad, _ = outcome(f'id,at,sum\nr1,"{written}",5\n', f"dates: {order}")
    assert (measures.calendar.iso(receipt.at), bad) == (f"{moment}+03:00", [])


@pytest.mark.parametrize(
    "written, order, reason",
    [
        ("13/14/2026", "mdy", "there is no day 13/14/2026 (dates: mdy)"),
        ("31.11.2026 10:00", "dmy", "there is no day"),
        ("01.11.2026 25:00", "dmy", "there is no time"),
        ("01.11.2026 13:00 PM", "dmy", "there is no time"),
        ("01.11.2026 noon", "dmy", "not a time of day"),
        ("1.11.126", "dmy", "not a day"),
        ("01-11.2026", "dmy", "not a day"),
        ("01.11.0026", "dmy", "out of the calendar"),
        ("", "dmy", "not a day"),
        ("01.11.2026 10:00", "iso", "not a day"),
    ],
)
def test_days_and_times_that_are_none_are_rejected(outcome, written, order, reason):
    """With what the profile expects."""
    receipts, (bad,), _ = outcome(f"id,at,sum\nr1,{written},5\n", f"dates: {order}")
    assert (receipts, bad.code, bad.column) == ([], "bad_time", "at")
    assert reason in bad.reason


def test_the_time_of_day_may_have_a_column(outcome, measures):
    """A date beside it, even one that is written with midnight, as 1C does; without a time the day begins."""
    columns = "columns: {receipt_id: id, at: day, time: hour, amount: sum}\n"
    rows = "id,day,hour,sum\nr1,01.12.2026 0:00:00,9:05,5\nr2,01.12.2026,,5\nr3,01.12.2026,late,5\n"
    receipts, (bad,), _ = outcome(rows, "dates: dmy", columns)
    assert [measures.calendar.iso(each.at)[:16] for each in receipts] == ["2026-12-01T09:05", "2026-12-01T00:00"]
    assert (bad.column, bad.reason) == ("day", "'late' is not a time of day, as in 18:30")
