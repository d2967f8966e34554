"""Coupon codes told with a receipt: what each stands for, whether it can still be used, and what a booking uses up.

A coupon's codes are either made (rows of ``coupons``) or one fixed code for everybody, which needs no making.  A code
is the bearer's, whoever got it; it is used up when as many receipts used it as it has uses, and a receipt that came
back whole does not count.  One transaction counts and books, so of two tills with the last use exactly one gets it.
"""

from __future__ import annotations

from bonuscli.days import NEVER, add
from bonuscli.engine.versions import Version, Versions
from bonuscli.engine.when import folded, whens_within
from bonuscli.later import later
from bonuscli.model import Coupon, Program, Receipt, Refusal
from bonuscli.records import namedtuple
from bonuscli.services.recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from bonuscli.store import coupons
else:
    coupons = later("bonuscli.store.coupons")

VALID, USED, EXPIRED, UNKNOWN = "valid", "used", "expired", "unknown"
# code: folded; told: as the till wrote it; state: one of the four above; coupon: its id, None for a code of a condition
# and an unknown one; uses: how often it can be used in all, used: how often it was, by receipts that were not brought
# back; made_on, expires_on: days; member: to whom it was given, or None.
Code = namedtuple("Code", "code told state coupon uses used made_on expires_on member")


def look_up(
    connection: sqlite3.Connection, versions: Versions, version: Version, told: Iterable[str], day: int
) -> list[Code]:
    """What codes told on a day stand for under a version of the program, each once, in their order."""
    written = {next(iter(folded((code,)))): code for code in told}
    program = version.program
    made = coupons.codes(connection, program.id, written)
    uses = coupons.uses(connection, written)
    fixed = {coupon.code: coupon for coupon in program.beside.coupons if coupon.code}
    known = {coupon.id for coupon in program.beside.coupons}
    asked = folded(_asked_codes(program))
    found = []
    for code, text in written.items():
        coupon, of_code, made_on, expires_on, member = made.get(code, (None, 0, None, None, None))
        if code in fixed:
            coupon, of_code, made_on, expires_on = _of_fixed(fixed[code], versions, program)
        used = uses.get(code, 0)
        if coupon is None:
            state = VALID if code in asked else UNKNOWN
        elif coupon not in known or not made_on <= day <= expires_on:
            state = EXPIRED
        else:
            state = USED if used >= of_code else VALID
        found.append(Code(code, text, state, coupon, of_code, used, made_on, expires_on, member))
    return found


def take(desk: Recorder, receipt: Receipt) -> dict[str, str] | Refusal:
    """The coupons that a receipt uses, by code; a Refusal ``code_used`` where one has no use left.

    Unknown and expired codes use nothing: what the till gave for them is a fact all the same.
    """
    version = desk.versions.in_force(receipt.at)
    if not receipt.codes or version is None or not version.program.beside.coupons:
        return {}
    day = version.program.calendar.day_of(receipt.at)
    found = {}
    for code in look_up(desk.connection, desk.versions, version, receipt.codes, day):
        unwritten = sum(count for used, _, count in desk.unwritten("coupon_uses") if used == code.code)
        if code.state == USED or (code.state == VALID and code.coupon and code.used + unwritten >= code.uses):
            times = "" if code.uses == 1 else f", {code.uses} times"
            return Refusal("code_used", f"code {code.told} was used already{times}", None)
        if code.state == VALID and code.coupon:
            found[code.code] = code.coupon
    return found


def _of_fixed(coupon: Coupon, versions: Versions, program: Program) -> tuple[str, int, int, int]:
    """(coupon, uses, first day, last day) of a fixed code: it counts from the first version that has it."""
    starts_at = versions.first_start(
        lambda each: any((one.id, one.code) == (coupon.id, coupon.code) for one in each.beside.coupons)
    )
    first = program.calendar.day_of(starts_at)
    return coupon.id, coupon.uses, first, NEVER if coupon.lasts is None else add(first, coupon.lasts)


def _asked_codes(program: Program) -> Iterator[str]:
    """The codes that conditions of rules and discounts ask for."""
    for asking in (*program.plain["earn"]["rules"], *program.plain["discounts"]):
        for when in whens_within(asking["when"]):
            yield from when["code"] or ()
