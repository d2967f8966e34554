"""Advice on days: points that end before they can be spent, and days that are over before the program begins."""

from bonuscli.clock import Calendar
from bonuscli.days import add, day_number, format_day, round_up
from bonuscli.program.advice.found import Advice, Found, KeyPath, Plain

# The first of each month of two years: a duration of months is as long as it can be or as short on one of them.
_DAYS = tuple(day_number(year, month, 1) for year in (2027, 2028) for month in range(1, 13))


def _never_open(opens: list[int], lasts: Plain) -> bool:
    """Whether points that open after ``opens`` have always ended by then, their life counted from the accrual."""
    after, length = (opens[0], opens[1]), (lasts["for"][0], lasts["for"][1])
    until = lasts["until"] or "end-of-day"
    return all(add(day, after) > round_up(add(day, length), until) for day in _DAYS)


def points(plain: Plain) -> Advice:
    """Points that expire before they open, earned or granted."""
    lasts = plain["points"]["lasts"]
    if lasts is None or lasts["from"] == "opening":
        return
    if _never_open(plain["points"]["opens"], lasts):
        message = "points expire before they can be spent: they open later than they last"
        yield Found(("points", "lasts"), message, "let them last longer, or count from: opening")
    if lasts["from"] == "last-purchase":
        yield from _given_to_the_lapsed(plain)
    for path, name, grant in _grants(plain):
        if grant["lasts"] is None and lasts["from"] == "accrual" and _never_open(grant["opens"], lasts):
            message = f"the points of {name} expire before they open"
            yield Found((*path, "opens"), message, "open them sooner, or give them a life of their own: lasts: 30d")


def _given_to_the_lapsed(plain: Plain) -> Advice:
    """Points of a day of the year that have no life of their own, where who has stayed away loses them as they open."""
    for path, name, grant in _grants(plain):
        if grant["lasts"] is None and (name == "birthday" or grant.get("every") or grant.get("date")):
            message = f"the points of {name} end as they open for who has bought nothing for as long as points last"
            yield Found(path, message, "give them a life of their own, as in lasts: 30d")


def _grants(plain: Plain) -> list[tuple[KeyPath, str, Plain]]:
    """Every grant with a life, where it stands and what it is called."""
    grants = plain["grants"]
    found: list[tuple[KeyPath, str, Plain]] = [
        (("grants", name), name, grants[name]) for name in ("welcome", "birthday", "referral") if grants[name]
    ]
    for kind in ("actions", "schedule"):
        found += [(("grants", kind, place), each["id"], each) for place, each in enumerate(grants[kind])]
    return found


def grants(plain: Plain) -> Advice:
    """Birthday points that end before the birthday, days that have passed, actions without a limit."""
    given = plain["grants"]
    birthday = given["birthday"]
    if birthday and birthday["lasts"] is not None:
        months, days = birthday["lasts"]
        if not months and days + birthday["opens"][1] < birthday["before"]:
            message = f"the birthday points are given {birthday['before']} days ahead and end before the birthday"
            yield Found(("grants", "birthday", "lasts"), message, f"write {birthday['before']}d or more")
    begins = plain["valid_from"]
    for place, each in enumerate(given["schedule"]):
        if begins is not None and each["date"] is not None and each["date"] < begins:
            message = f"{each['id']} is given on a day before the program begins on {format_day(begins)}"
            yield Found(("grants", "schedule", place, "date"), message, "write a later day, or take it out")
    for place, each in enumerate(given["actions"]):
        if each["limit"] is None and each["once_per"] is None:
            message = f"the action {each['id']} may be reported, and rewarded, without end"
            yield Found(("grants", "actions", place), message, "write limit: {count: 1, per: day}, or once_per: link")


def draws(plain: Plain) -> Advice:
    """Draws that are over before the program begins."""
    begins = plain["valid_from"]
    if begins is None:
        return
    start = Calendar(plain["timezone"], plain["day_starts"]).start_of(begins)
    for place, draw in enumerate(plain["draws"]):
        if draw["to"] <= start:
            message = f"the draw {draw['id']} is over before the program begins on {format_day(begins)}"
            yield Found(("draws", place, "to"), message, "write a later 'to', or take it out")
