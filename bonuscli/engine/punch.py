"""Punch cards: every whole unit of the goods is a stamp, and a full card is one unit at a lower price.

The stamps of an account stand in its tallies, ``punch:ID`` by business day: those that still count towards the next
reward.  A full card is taken off oldest stamps first, so with ``every: 6`` the sixth unit is the rewarded one, and
never more than five stamps remain.  A stamp of day d counts through d + ``lasts``, held against the newest stamp or the
day of looking, whichever is later: a receipt that arrives late finds the card as its own day left it, whether or not
anything was settled in between.

Worked number: four stamps, then a receipt of three units: the sixth unit is rewarded, one stamp remains.
"""

from __future__ import annotations

from bonuscli.days import add
from bonuscli.engine.account import Account
from bonuscli.engine.holdings import Sale
from bonuscli.model import Line, Program, Punch, ReturnBody
from bonuscli.units import HALF_UP, RATE_ONE, Fraction, less, mul_div, round_ratio

_UNIT = 1000  # quantities are thousandths


def stamp(account: Account, sale: Sale, program: Program) -> None:
    """Book the stamps of a receipt and take off those of every card that it fills."""
    for punch in program.beside.punch:
        units = sum(_units(punch, line) for line in sale.lines)
        if not units:
            continue
        name = _tally(punch)
        account.tally(name, sale.day, units)
        counting = _counting(account, punch, sale.day)
        for day in account.tallies[name].keys() - counting.keys():
            account.tally(name, day, -account.tallies[name][day])
        there = sum(counting.values())
        rewarded = there - there % punch.every
        for day in sorted(counting):
            taken = min(counting[day], rewarded)
            account.tally(name, day, -taken)
            rewarded -= taken


def take_back(account: Account, body: ReturnBody, sale: Sale, program: Program | None) -> None:
    """Take the stamps of whole units that a return has just brought back off the sale's day; consumed ones stay so.

    ``program``: the version of the sale, None before the first.
    """
    for punch in program.beside.punch if program is not None else ():
        units = 0
        for part in body.lines:
            place = next(place for place, line in enumerate(sale.lines) if line.number == part.of_line)
            if _units(punch, sale.lines[place]):
                after = sale.returned[place]
                before = less(after, (part.numerator, part.denominator))
                units += _part(sale.lines[place], after) - _part(sale.lines[place], before)
        if units:
            account.tally(_tally(punch), sale.day, -units)


def stamps(account: Account, program: Program, day: int) -> dict[str, int]:
    """How many stamps each card of the program shows on a day, by its id."""
    return {punch.id: sum(_counting(account, punch, day).values()) for punch in program.beside.punch}


def first_to_fall_off(account: Account, punch: Punch, day: int) -> tuple[int, int] | None:
    """The last day of the oldest stamps that count on a day, and how many they are; None where none ever falls off."""
    counting = _counting(account, punch, day)
    if punch.lasts is None or not counting:
        return None
    ends = add(min(counting), punch.lasts)
    return ends, sum(count for stamped, count in counting.items() if add(stamped, punch.lasts) == ends)


def punch_discounts(
    lines: tuple[Line, ...], stamps_by_id: dict[str, int], program: Program
) -> list[tuple[str, int, int]]:
    """What punch cards take off a receipt: (card's id, place of the line, minor units), in the program's order.

    ``lines``: with the amounts that other discounts have left; ``stamps_by_id``: of the cards that the buyer holds,
    as :func:`stamps` gives them, {} for a guest.  Each card that the receipt fills takes its rate off one unit of the
    cheapest goods, the next reward off the next cheapest unit; a unit's price is its line's amount over its quantity,
    rounded half-up.  A line never falls below zero.
    """
    left = [line.amount for line in lines]
    found = []
    for punch in program.beside.punch:
        if punch.id not in stamps_by_id:
            continue
        units = [_units(punch, line) for line in lines]
        rewards = (stamps_by_id[punch.id] + sum(units)) // punch.every
        prices = sorted(
            (round_ratio(left[place] * _UNIT, lines[place].quantity, HALF_UP), place)
            for place, count in enumerate(units)
            if count
        )
        for price, place in prices:
            rewarded = min(units[place], rewards)
            minor = min(left[place], mul_div(price, punch.rate, RATE_ONE, HALF_UP) * rewarded)
            rewards -= rewarded
            left[place] -= minor
            if minor:
                found.append((punch.id, place, minor))
    return found


def _units(punch: Punch, line: Line) -> int:
    """Whole units of the goods on a line; a free one (amount 0) is a unit too, what was brought along is none."""
    if line.quantity < _UNIT or line.amount < 0 or not punch.goods.matches(line):
        return 0
    return int(line.quantity // _UNIT)


def _part(line: Line, share: Fraction) -> int:
    """Whole units in a part of a line."""
    return int(line.quantity * share[0] // (share[1] * _UNIT))


def _counting(account: Account, punch: Punch, day: int) -> dict[int, int]:
    """Stamps that count on a day, by the day on which they were given."""
    days = account.tallies.get(_tally(punch), {})
    latest = max((day, *days))
    return {given: count for given, count in days.items() if punch.lasts is None or add(given, punch.lasts) >= latest}


def _tally(punch: Punch) -> str:
    return f"punch:{punch.id}"
