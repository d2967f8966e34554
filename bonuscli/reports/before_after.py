"""Before and after joining: members who joined earlier beside members who joined later, in the same months.

Where cards were known before they joined, their owners can be seen on both sides of it.  Of those who joined in one
month is told what they spend in each month more than in the months before (--months 3 of them, on the average), less
what those spend more, in the same months, who joined only after all these months: a good season raises both.  Months
are those of the calendar, whole ones; month 0 is that of the joining and stands apart, since people join when they buy.
Both must have a receipt from before that month.  All months of joining are put together by their numbers of members.
Low and high are a 95 % interval that takes a member's months as one.

Left out are who was enrolled by a receipt itself, who was merged into another, and the control group.  "drift" is what
those who joined had risen more between the first and the last month before it: where it is not 0, they were on their
way already, and the rest says nothing of the program.  Nor is chance at work here: who joins early may be another kind
of customer than who joins late.  A control group (`report pays`) proves; this is what can be had without one.

Worked number: 80 joined in April and spent 20.00 a month before, 26.00 after; 120 who joined in August spent 18.00 and
20.00 in these months: joining is followed by 6.00 - 2.00 = 4.00 more a month.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bonuscli.days import civil
from bonuscli.reports.control import heirs_of
from bonuscli.reports.intervals import LEAST_MEMBERS, Z_95, Difference, clustered
from bonuscli.reports.pays import TOO_FEW, UNCLEAR, signed, verdict
from bonuscli.reports.periods import SPENT_BY_MEMBER, Period, months_of, period_rows
from bonuscli.reports.question import Question
from bonuscli.reports.table import COUNT, MONEY, TEXT, Column, Ratio, Table

_FINE = 10**6
_COLUMNS = (
    Column("part", "Months", TEXT),
    Column("month", "Month", COUNT),
    Column("joined_minor", "Joined: spend", MONEY),
    Column("later_minor", "Later: spend", MONEY),
    Column("difference_minor", "Difference", MONEY),
    Column("low_minor", "Low", MONEY),
    Column("high_minor", "High", MONEY),
    Column("verdict", "Verdict", TEXT),
)
AFTER, DRIFT = "all after", "drift"

# Who joined of his own: not by the receipt that enrolled him, of which the day says only what was imported first.
_JOINED = """
SELECT a.member, a.enrolled_at, EXISTS (SELECT 1 FROM events e WHERE e.member = a.member AND e.kind = 'enrol'
  AND (json_extract(e.pinned, '$.with_receipt') OR json_extract(e.pinned, '$.with_return')))
FROM accounts a WHERE a.program = :program AND a.merged_into IS NULL AND a.control = 0"""


class Customer(NamedTuple):
    """``joined``: place of the month; ``known``: that of the first receipt; ``spent``: minor units by place."""

    joined: int
    known: int
    spent: Mapping[int, float]


class Cohort(NamedTuple):
    """Who joined in the month at a place, and who joined after all months that are compared, as places of customers."""

    place: int
    joined: list[int]
    later: list[int]


class Estimate(NamedTuple):
    """A difference with its interval, and what both sides spent on the average."""

    joined: float
    later: float
    found: Difference


def before_after(question: Question) -> Table:
    """The months after together, the drift before, then month by month; no rows where nothing can be compared."""
    window = question.window()
    months = _whole_months(question, window)
    customers, by_receipt = _customers(question, months)
    span = question.asked["months"]
    cohorts = cohorts_of(customers, span, len(months))
    joined = sum(len(cohort.joined) for cohort in cohorts)
    later = len({each for cohort in cohorts for each in cohort.later})
    rows: list[tuple] = []
    notes: list[str] = []
    if cohorts:
        enough = min(joined, later) >= LEAST_MEMBERS
        after = compare(customers, cohorts, span, _mean_of(range(1, span + 1)))
        drift = compare(customers, cohorts, span, {-1: 1.0, -span: -1.0}) if span > 1 else None
        rows.append(_row(AFTER, None, after, enough))
        if drift is not None:
            rows.append(_row(DRIFT, None, drift, enough))
        for month in range(-span, span + 1):
            part = "before" if month < 0 else "after" if month else "joining"
            rows.append(_row(part, month, compare(customers, cohorts, span, {month: 1.0}), enough))
        notes += _said(question, after, drift) if enough else [_too_few(joined, later)]
    else:
        notes.append(_why_not(customers, span, len(months)))
    if by_receipt:
        notes.append(
            f"Members whom a receipt enrolled are left out, since nobody knows when they joined: {by_receipt}."
        )
    head = (*window.head, ("months", COUNT, span), ("joined", COUNT, joined), ("joined_later", COUNT, later))
    return question.table("Before and after joining", _COLUMNS, rows, head=head, notes=tuple(notes))


def cohorts_of(customers: list[Customer], span: int, months: int) -> list[Cohort]:
    """The months of joining that have ``span`` whole months on both sides, and somebody to be compared with."""
    found = []
    for place in range(span, months - span):
        known = [each for each, customer in enumerate(customers) if customer.known < place]
        joined = [each for each in known if customers[each].joined == place]
        later = [each for each in known if customers[each].joined > place + span]
        if joined and later:
            found.append(Cohort(place, joined, later))
    return found


def compare(customers: list[Customer], cohorts: list[Cohort], span: int, weights: dict[int, float]) -> Estimate:
    """What joiners spend in the weighted months more than before, less what those do who joined later.

    ``weights`` by month from the joining; where they sum to 1, what was spent before is taken off.  The interval is
    that of a sum over members, each of whom has one part however many months and cohorts he stands in.
    """
    of_all = sum(len(cohort.joined) for cohort in cohorts)
    rise = dict(weights)
    if sum(weights.values()):
        for month in range(-span, 0):
            rise[month] = rise.get(month, 0.0) - 1 / span
    parts: dict[int, float] = defaultdict(float)
    spent = [0.0, 0.0]
    value = 0.0
    for cohort in cohorts:
        share = len(cohort.joined) / of_all
        for side, members in enumerate((cohort.joined, cohort.later)):
            sign = share if side == 0 else -share
            rises = [_spent(customers[each], cohort.place, rise) for each in members]
            mean = sum(rises) / len(members)
            value += sign * mean
            spent[side] += (
                share * sum(_spent(customers[each], cohort.place, weights) for each in members) / len(members)
            )
            spread = (len(members) / (len(members) - 1)) ** 0.5 if len(members) > 1 else 1.0
            for each, risen in zip(members, rises, strict=True):
                parts[each] += sign * (risen - mean) * spread / len(members)
    half = Z_95 * clustered(parts.values())
    return Estimate(spent[0], spent[1], Difference(value, value - half, value + half))


def _spent(customer: Customer, place: int, weights: dict[int, float]) -> float:
    return sum(weight * customer.spent.get(place + month, 0) for month, weight in weights.items())


def _mean_of(months: range) -> dict[int, float]:
    return dict.fromkeys(months, 1 / len(months))


def _whole_months(question: Question, window: Period) -> list[Period]:
    """The months of the window that are whole and over."""
    start_of = question.terms.calendar.start_of
    over = min(window.to_day, question.today + 1)
    if over <= window.from_day:
        return []
    months = months_of(window._replace(to_day=over, to_at=start_of(over)), start_of)
    return [month for month in months if _is_whole(month)]


def _is_whole(month: Period) -> bool:
    return civil(month.from_day).day == 1 and civil(month.to_day).day == 1


def _customers(question: Question, months: list[Period]) -> tuple[list[Customer], int]:
    """Members with a receipt before the month of their joining, and how many a receipt enrolled."""
    if not months:
        return [], 0
    begun, parameters = period_rows(months)
    heirs = heirs_of(question)
    spent: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    known: dict[int, int] = {}
    for member, place, receipts, money in question.rows(begun + SPENT_BY_MEMBER, **parameters):
        member = heirs.get(member, member)
        spent[member][place] += money
        if receipts:
            known[member] = min(known.get(member, place), place)
    day_of = question.terms.calendar.day_of
    found, by_receipt = [], 0
    for member, enrolled_at, enrolled_by_receipt in question.rows(_JOINED):
        joined = _place_of(months, day_of(enrolled_at))
        if enrolled_by_receipt:
            by_receipt += 1
        elif known.get(member, joined) < joined:
            found.append(Customer(joined, known[member], spent[member]))
    return found, by_receipt


def _place_of(months: list[Period], day: int) -> int:
    """The place of the month of a day; -1 before the first, their number after the last."""
    if day < months[0].from_day:
        return -1
    return next((place for place, month in enumerate(months) if day < month.to_day), len(months))


def _row(part: str, month: int | None, estimate: Estimate, enough: bool) -> tuple:
    low, high = estimate.found.low, estimate.found.high
    interval = (_money(low), _money(high)) if enough else (None, None)
    says = verdict(estimate.found) if enough else TOO_FEW
    spent = (None, None) if part == DRIFT else (_money(estimate.joined), _money(estimate.later))
    return part, month, *spent, _money(estimate.found.value), *interval, says


def _money(value: float) -> Ratio:
    return Ratio(round(value * _FINE), _FINE)


def _said(question: Question, after: Estimate, drift: Estimate | None) -> Iterator[str]:
    low, high = signed(question, after.found.low), signed(question, after.found.high)
    currency = question.terms.currency
    told = f"{low} to {high} {currency} a member a month"
    if verdict(after.found) == UNCLEAR:
        yield f"What follows joining can not be told apart from nothing: from {told}."
    else:
        yield f"Joining is followed by {told}, beyond what those who joined later spend more."
    if drift is not None and verdict(drift.found) != UNCLEAR:
        yield "But those who joined were on their way before it (drift): the figures say nothing of the program."
    yield "It is no proof: who joins early may be another kind of customer. A control group proves (`report pays`)."


def _too_few(joined: int, later: int) -> str:
    return (
        f"Nothing can be concluded: {joined} joined and {later} joined later; {LEAST_MEMBERS} of each are needed who"
        " were known before."
    )


def _why_not(customers: list[Customer], span: int, months: int) -> str:
    """Why there is nothing to compare, and what would help."""
    if not customers:
        return (
            "It can not be done: no member has a receipt from before the month of joining. Cards are known before where"
            " members are enrolled with the day of their joining (`enroll --file`, column enrolled_on) and receipts of"
            " earlier days are imported after that."
        )
    if months <= 2 * span:
        return f"It can not be done: {months} whole months are known, {2 * span + 1} are needed (--months)."
    return (
        f"It can not be done: of {len(customers)} members known before nobody joined in a month with {span} months on"
        f" both sides while others joined only after those (--months)."
    )
