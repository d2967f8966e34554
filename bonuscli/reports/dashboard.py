"""The dashboard: the figures of many ranges of days and of each shop, reckoned beforehand by the reports themselves.

Nothing here defines a figure.  A section is a report and the options that it is asked with, for today, for each range
of days, or for each range and shop; what the page then shows for a range and a shop is what ``bonuscli kpi`` or
``bonuscli report`` tells with the same options.  A page is of one program.

It is bounded: a page of many shops has the largest of them, as many as can be read and sent in reasonable time, and
``shops`` that were asked for by name in any case.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from bonuscli.reports import REPORTS
from bonuscli.reports.advice import MOVES
from bonuscli.reports.dashboard_days import Range, latest_months, ranges_of, steps_of
from bonuscli.reports.dashboard_figures import (
    Day,
    Figures,
    Points,
    read_days,
    read_figures,
    read_points,
    shops_of,
)
from bonuscli.reports.dashboard_words import BESIDE, SEVEN, Word
from bonuscli.reports.known import check_names
from bonuscli.reports.kpi import KPIS, Kpi
from bonuscli.reports.periods import Period, days_with_receipts, window
from bonuscli.reports.question import Question
from bonuscli.reports.table import Table

# Asked once for today, once for the days that the command was given, or the latest three years of them, for each range,
# or for each range and shop.
TODAY, GIVEN, LATEST, RANGE, SHOP = "today", "given", "latest", "range", "shop"


class Section(NamedTuple):
    """A report, the options it is asked with, what it is asked for, and of how many rows the page shows it."""

    report: str
    asked: dict[str, Any]
    scope: str
    most: int | None = None


SECTIONS = {
    "liability": Section("liability", {"by": "month"}, TODAY),
    "balances": Section("balances", {"by": "member", "limit": 10}, TODAY),
    # Of every month of 23 years it had 38,000 rows, and the page took 2.4 s for a choice instead of 0.3.
    "cohorts": Section("cohorts", {}, LATEST),
    "pays": Section("pays", {}, GIVEN),
    "rules": Section("rules", {}, RANGE),
    "cost": Section("cost", {}, RANGE),
    "tiers": Section("tiers", {}, RANGE),
    "rfm": Section("rfm", {"by": "cell"}, RANGE),
    "buyers": Section("rfm", {"by": "member", "limit": 10}, RANGE),
    "goods": Section("goods", {"by": "receipts", "limit": 10}, SHOP),
    "categories": Section("categories", {"by": "category"}, SHOP, 13),
    "weekdays": Section("sales", {"by": "weekday"}, SHOP),
    "hours": Section("sales", {"by": "hour"}, SHOP),
}
# (section, key of the range or "", shop or None)
Place = tuple[str, str, str | None]
Tell = Callable[[int, int], None]

# How many shops a page has at most without being asked, by its size and by the time that they take.
_SHOPS_MAX = 8
_SHOP_DAYS_MAX = 16_000
_RECEIPTS_MAX = 3_000_000


class Dashboard(NamedTuple):
    """All that the page shows.

    first_day: of the shop's first receipt, None before there is one; shops: those that can be chosen, in order, none
    where there is but one; left_out: how many more there are; now and before: of each range the figures, and those of
    what it is compared with; unit, steps, trend: the window in days, weeks or months and the figures of each; about:
    what each section counts, as its report tells it; figures to moves: the seven in their order and in words.
    """

    question: Question
    whole: Period
    first_day: int | None
    ranges: list[Range]
    shops: tuple[str, ...]
    left_out: int
    now: list[Figures]
    before: list[Figures | None]
    unit: str
    steps: list[Period]
    trend: list[Figures]
    days: dict[str | None, list[Day]]
    points: list[Points]
    tables: dict[Place, Table]
    about: dict[str, str]
    figures: tuple[Kpi, ...] = KPIS
    words: dict[str, Word] = SEVEN
    beside: dict[str, str] = BESIDE
    moves: dict[str, str] = MOVES


def dashboard(
    question: Question, from_day: int | None, to_day: int | None, shops: tuple[str, ...], tell: Tell
) -> Dashboard:
    """The figures of business days [from_day, to_day), None: from the first receipt's, through the last one's.

    ``shops``: those to have beside all of them, none: the largest; ``tell``: called with how many steps are done, of
    how many.  BonusError ``usage``: the days end before they begin; ``unknown_shop``: nothing was ever sold in one that
    is named.
    """
    receipts = days_with_receipts(question.connection)
    first, last = receipts or (question.today, question.today)
    end = max(last + 1, from_day or 0) if to_day is None else to_day
    start_of = question.terms.calendar.start_of
    whole = window(min(first, end) if from_day is None else from_day, end, start_of)
    ranges = ranges_of(whole, first, start_of)
    there = shops_of(question, whole)
    chosen = _chosen(question, there, shops, whole, ranges)
    asked = list(_asked(ranges, chosen, (from_day, to_day), _latest(question, from_day, to_day)))
    steps = len(asked) + 2
    compared = [each.before for each in ranges if each.before is not None]
    found = read_figures(question, [*(each.period for each in ranges), *compared], chosen)
    tell(1, steps)
    earlier = iter(found[len(ranges) :])
    unit, periods = steps_of(whole, start_of)
    trend = read_figures(question, periods, chosen, whole)
    tell(2, steps)
    tables = {}
    for done, (place, section, options) in enumerate(asked, 3):
        tables[place] = _table(question, section, options)
        tell(done, steps)
    return Dashboard(
        question, whole, receipts and receipts[0], ranges, chosen,
        len(set(there) - set(chosen)) if len(there) > 1 else 0,
        found[: len(ranges)], [next(earlier) if each.before is not None else None for each in ranges],
        unit, periods, trend, read_days(question, whole, chosen), read_points(question, whole), tables,
        {name: (import_module(_target(section)[0]).__doc__ or "").strip() for name, section in SECTIONS.items()},
    )  # fmt: skip


def personal_of(section: str) -> tuple[str, ...]:
    """The columns of a section that are masked or emptied without --pii."""
    return REPORTS[SECTIONS[section].report].personal


def _chosen(
    question: Question, there: list[str], named: tuple[str, ...], whole: Period, ranges: list[Range]
) -> tuple[str, ...]:
    """The shops of the page in the order of their names; ``there``: those of the window, the largest first."""
    for shop in named:
        check_names(question._replace(asked={"shop": shop}))
    if named:
        return tuple(sorted(set(named)))
    if len(there) < 2:
        return ()
    documents = read_days(question, whole, ())[None]
    read = sum(
        day.receipts for each in ranges for day in documents if each.period.from_day <= day.day < each.period.to_day
    )
    most = min(_SHOPS_MAX, _SHOP_DAYS_MAX // max(1, len(documents)), _RECEIPTS_MAX // max(1, read))
    return tuple(sorted(there[:most]))


def _latest(question: Question, from_day: int | None, to_day: int | None) -> tuple[int | None, int | None]:
    """The days that were given, or the latest three years of what they stand for."""
    meant = question._replace(asked={"from": from_day, "to": to_day}).window()
    earliest = latest_months(meant.to_day)
    return (earliest if meant.from_day < earliest else from_day), to_day


def _asked(
    ranges: list[Range],
    shops: tuple[str, ...],
    given: tuple[int | None, int | None],
    latest: tuple[int | None, int | None],
) -> "list[tuple[Place, Section, dict[str, Any]]]":
    """Every table of the page: its place, its section, and the options that the report is asked with."""
    found: list[tuple[Place, Section, dict[str, Any]]] = []
    for name, section in SECTIONS.items():
        if section.scope == TODAY:
            found.append(((name, "", None), section, {}))
        elif section.scope == GIVEN:
            found.append(((name, "", None), section, dict(zip(("from", "to"), given, strict=True))))
        elif section.scope == LATEST:
            found.append(((name, "", None), section, dict(zip(("from", "to"), latest, strict=True))))
        else:
            for each in ranges:
                days = {"from": each.period.from_day, "to": each.period.to_day}
                for shop in (None, *shops) if section.scope == SHOP else (None,):
                    found.append(((name, each.key, shop), section, {**days, "shop": shop}))
    return found


def _table(question: Question, section: Section, options: dict[str, Any]) -> Table:
    asked = {**REPORTS[section.report].options, **section.asked, **options}
    module, function = _target(section)
    table = getattr(import_module(module), function)(question._replace(asked=asked))
    return table if section.most is None else table._replace(rows=table.rows[: section.most])


def _target(section: Section) -> tuple[str, str]:
    """The module of a section's report and its function."""
    module, _, function = REPORTS[section.report].target.partition(":")
    return module, function
