"""``coupon``: making the codes of a coupon, and what became of them.

Codes are drawn from the machine's source of chance, long enough that nobody guesses one, in letters and digits that no
two people read differently.  A code is made once: what a program asks for and is not there yet is what is made.
"""

import secrets
from collections import namedtuple

from bonuscli.days import NEVER, add
from bonuscli.engine.when import folded
from bonuscli.errors import BonusError
from bonuscli.model import Coupon, Program
from bonuscli.near import near_or_known
from bonuscli.services.codes import UNKNOWN, Code, look_up
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing
from bonuscli.store import append, coupons, reads

# count, codes: those made now, of a dry run without the codes; made_on, expires_on: days; made: how many there are in
# all, of: how many the program asks for.
Made = namedtuple("Made", "coupon count codes made_on expires_on made of")
# code: as it is written, None where many are made; used: codes used at least once (of a fixed code: times); free: codes
# that nobody was given or used and that have not expired.
Row = namedtuple("Row", "coupon discount code codes made given used free uses lasts")
# receipts: ((number, day, whether it was used there rather than freed), ...); card: of the member it was given to.
Shown = namedtuple("Shown", "code coupon discount state uses used made_on expires_on card receipts")

# Without 0 O Q D, 1 I L, 2 Z, 5 S, 8 B and U V: 21 signs, and nine of them make 794 billion codes.
_SIGNS = "34679ACEFGHJKMNPRTWXY"
CODE_LENGTH = 9
PREFIX_MAX = 20


def make(shop: Shop, coupon_id: str, count: int | None = None, prefix: str = "", writing: Writing = PLAIN) -> Made:
    """Make ``count`` codes of a coupon, or all that its program asks for and that were not made yet.

    A dry run draws no codes: somebody might give one to a customer, and nobody would honour it.
    BonusError ``unknown_coupon``, ``usage`` (a fixed code needs no making; more than the program asks for; a prefix
    that is none).
    """
    if len(prefix) > PREFIX_MAX or any(sign.isspace() or not sign.isprintable() for sign in prefix):
        hint = f"letters, digits and dashes, at most {PREFIX_MAX}"
        raise BonusError("usage", f"{prefix[:40]!r} can not stand before a code", "--prefix", hint)
    with shop.writing(writing.dry_run) as session:
        program = session.current
        coupon = _coupon(program, coupon_id)
        if coupon.code is not None:
            raise BonusError("usage", f"{coupon.id} has one code for everybody, which needs no making", "COUPON")
        there = coupons.made(session.connection, session.program, coupon.id)
        left = max(0, (coupon.codes or 0) - there)
        wanted = left if count is None else count
        if not 0 <= wanted <= left:
            hint = f"{left} are left to make; raise the coupon's `codes` in the program for more"
            raise BonusError("usage", f"the program asks for {coupon.codes} codes of {coupon.id}", "--count", hint)
        made_on = program.calendar.day_of(session.instant(writing.at))
        expires_on = NEVER if coupon.lasts is None else add(made_on, coupon.lasts)
        codes = {} if writing.dry_run else _fresh(session, program, wanted, prefix)
        rows = [(key, session.program, coupon.id, coupon.uses, made_on, expires_on, None) for key in codes]
        append.insert(session.connection, "coupons", rows)
        return Made(coupon.id, wanted, tuple(codes.values()), made_on, expires_on, there + wanted, coupon.codes)


def list_coupons(shop: Shop) -> list[Row]:
    """Every coupon of the program in force, with what became of its codes."""
    with shop.reading() as session:
        program = session.current
        counts = coupons.counts(session.connection, session.program, program.calendar.day_of(session.now))
        rows = []
        for coupon, plain in zip(program.beside.coupons, program.plain["coupons"], strict=True):
            made, given, used, free = counts.get(coupon.id, (0, 0, 0, 0))
            if coupon.code is not None:
                made, used, free = 1, coupons.uses(session.connection, [coupon.code]).get(coupon.code, 0), 0
            rows.append(
                Row(
                    coupon.id, coupon.discount, plain["code"], coupon.codes, made, given, used, free, coupon.uses,
                    coupon.lasts,
                )
            )  # fmt: skip
        return rows


def show_code(shop: Shop, code: str) -> Shown:
    """What one code stands for, and where it was used; BonusError ``unknown_coupon``."""
    with shop.reading() as session:
        version = session.versions.in_force(session.now)
        found = None
        if version is not None:
            day = session.calendar.day_of(session.now)
            found = next(iter(look_up(session.connection, session.versions, version, [code], day)), None)
        if found is None or found.coupon is None:
            state = "a code of the program's conditions, of no coupon" if _is_condition(found) else "no such code"
            raise BonusError("unknown_coupon", f"{code!r} is {state}", "CODE", "see `bonuscli coupon list`")
        discount = next((each.discount for each in session.current.beside.coupons if each.id == found.coupon), None)
        card = None if found.member is None else reads.card_shown(session.connection, found.member)
        used = coupons.receipts(session.connection, found.code)
        return Shown(
            code, found.coupon, discount, found.state, found.uses, found.used, found.made_on, found.expires_on, card,
            tuple((number, day, times > 0) for number, day, times in used),
        )  # fmt: skip


def _is_condition(code: Code | None) -> bool:
    return code is not None and code.state != UNKNOWN


def _coupon(program: Program, coupon_id: str) -> Coupon:
    for coupon in program.beside.coupons:
        if coupon.id == coupon_id:
            return coupon
    known = [coupon.id for coupon in program.beside.coupons]
    hint = near_or_known(coupon_id, known) if known else "the program has none: see coupons in its file"
    raise BonusError("unknown_coupon", f"the program has no coupon {coupon_id!r}", "COUPON", hint)


def _fresh(session: Session, program: Program, wanted: int, prefix: str) -> dict[str, str]:
    """Codes that are nobody's yet: folded -> as written."""
    found: dict[str, str] = {}
    fixed = {coupon.code for coupon in program.beside.coupons}
    while len(found) < wanted:
        drawn = {}
        for _ in range(wanted - len(found)):
            code = (prefix + "".join(secrets.choice(_SIGNS) for _ in range(CODE_LENGTH))).upper()
            drawn[next(iter(folded((code,))))] = code
        known = coupons.taken(session.connection, drawn)
        found.update((key, code) for key, code in drawn.items() if key not in known and key not in fixed)
    return found
