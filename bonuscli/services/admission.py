"""What may come to the desk at all: documents with a sane time, number and total.

Each function raises a BonusError that says what is wrong and what to do, and returns nothing.
"""

from bonuscli.clock import Calendar
from bonuscli.errors import BonusError
from bonuscli.model import ACTION, CAPTURE, GIFT, GRANT, HOLD, PASS, REDEEM, TRANSFER, VISIT, Receipt
from bonuscli.store.columns import BOUND, NUMBER_LENGTH_MAX

# How far ahead of the wall clock a document may be dated: tills' clocks drift, and zones are mistaken, by hours.
AHEAD_SECONDS = 86_400
# What a blocked card can not do, nor one that was merged: all that earns or spends.
OF_OPEN_CARDS = (REDEEM, HOLD, CAPTURE, GIFT, TRANSFER, ACTION, GRANT, PASS, VISIT)


def require_sound(receipt: Receipt, total: int) -> None:
    """A number that fits, a total within bounds, and of a sale not below zero."""
    if len(receipt.number) > NUMBER_LENGTH_MAX:
        raise BonusError("bad_receipt", f"a receipt's number has at most {NUMBER_LENGTH_MAX} characters", "id")
    if abs(total) > BOUND:
        raise BonusError("bad_amount", f"a receipt's total of more than {BOUND} minor units is not booked", "total")
    if total < 0:
        raise BonusError(
            "negative_total",
            f"receipt {receipt.number} has a negative total",
            receipt.place or None,
            "record goods brought back as a return",
        )


def require_time(at: int, recorded_at: int, calendar: Calendar) -> None:
    """Not more than a day ahead of the wall clock."""
    if at > recorded_at + AHEAD_SECONDS:
        raise BonusError(
            "too_late",
            f"{calendar.iso(at)} is more than a day ahead of the clock, {calendar.iso(recorded_at)}",
            "at",
            "check the date, the time zone and this machine's clock",
        )


def require_after(at: int, earliest: int, what: str, calendar: Calendar, hint: str) -> None:
    """Not before what it follows from: a return's receipt, or the enrolment."""
    if at < earliest:
        raise BonusError("too_early", f"{calendar.iso(at)} is before {what} of {calendar.iso(earliest)}", "at", hint)
