"""``gift``: the catalogue, and gifts claimed for points."""

from collections import namedtuple

from bonuscli.engine import gifts
from bonuscli.engine.account import Account
from bonuscli.errors import BonusError
from bonuscli.model import GIFT, Gift, GiftBody, Program, Refusal
from bonuscli.near import near_or_known
from bonuscli.services.desk import NO_PROGRAM, Desk
from bonuscli.services.identity import digest
from bonuscli.services.shop import Session, Shop
from bonuscli.services.stored_events import stored_events
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, origin, refused
from bonuscli.store import coupons, reads

# points: what it costs; stock: how many there were to give, left: how many still are, each None without bound; gives:
# goods | discount | coupon | delivery; rate: basis points; coupon: id.
Row = namedtuple("Row", "gift name points stock claimed left gives rate coupon")
# entry: "account:n" of the gift; points: what it cost; code: of the coupon that was given, or None.
Claimed = namedtuple("Claimed", "entry card gift name points gives code receipt_id balance key replayed entries")


def list_gifts(shop: Shop) -> list[Row]:
    """The catalogue of the program in force, in its order."""
    with shop.reading() as session:
        claimed = coupons.gifts_claimed(session.connection, session.program)
        rows = []
        for gift in session.current.beside.gifts:
            times = claimed.get(gift.id, 0)
            left = None if gift.stock is None else max(0, gift.stock - times)
            rows.append(
                Row(gift.id, gift.name, gift.points, gift.stock, times, left, gift.gives, gift.rate, gift.coupon)
            )
        return rows


def claim(shop: Shop, gift_id: str, card: str, receipt_id: str | None = None, writing: Writing = PLAIN) -> Claimed:
    """Give a gift of the catalogue for points.

    The key is the idempotency key, else receipt and gift.  BonusError ``unknown_card``, ``unknown_gift``,
    ``key_conflict``; the program's no: ``not_eligible``, ``insufficient_points``, ``out_of_stock``.
    """
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member = session.find_member(card)
        number = writing.key or (f"{receipt_id}:{gift_id}" if receipt_id else fresh_key(desk))
        desk.prefetch(set(), {number})
        desk.load({member})
        known = desk.claims.find(number, "", GIFT)
        key = digest(GIFT, desk.teller(known, member), 0, (), gift_id, receipt_id)
        if known is not None:
            if known.digest != key:
                raise conflict(f"a gift {number}")
            return _answer(session, desk, card, known.member, known.seq, number, None)
        at = session.instant(writing.at)
        version = desk.versions.in_force(at)
        if version is None:
            raise refused(NO_PROGRAM, session)
        gift = _gift(version.program, gift_id)
        code = _code(session, version.program, gift, at)
        claimed = coupons.gifts_claimed(session.connection, session.program, gift.id).get(gift.id, 0)

        def check(trial: Account, _: Program | None) -> Refusal | None:
            refusal = gifts.check(trial, gift, at, claimed, version.program)
            if refusal is None and isinstance(code, Refusal):
                return code
            return refusal

        body = GiftBody(gift.id, gift.points, gift.gives, None if isinstance(code, Refusal) else code, receipt_id)
        recorded = desk.act(GIFT, member, body, at, key, origin(number, writing), check, subject=gift.id)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        if body.code is not None:
            coupons.give(session.connection, body.code, member)
        desk.flush()
        done = _answer(session, desk, card, member, recorded.seq, number, recorded.entries)
        return done._replace(code=None) if writing.dry_run else done  # it works for whoever reads it, and is unpaid


def _gift(program: Program, gift_id: str) -> Gift:
    for gift in program.beside.gifts:
        if gift.id == gift_id:
            return gift
    known = [gift.id for gift in program.beside.gifts]
    hint = near_or_known(gift_id, known) if known else "the program has none: see gifts in its file"
    raise BonusError("unknown_gift", f"the program has no gift {gift_id!r}", "GIFT", hint)


def _code(session: Session, program: Program, gift: Gift, at: int) -> str | Refusal | None:
    """The code that comes with a gift of a coupon: the fixed one, else one that nobody has."""
    if gift.gives != gifts.COUPON:
        return None
    coupon = next(coupon for coupon in program.beside.coupons if coupon.id == gift.coupon)
    if coupon.code is not None:
        return coupon.code
    code = coupons.free_code(session.connection, program.id, coupon.id, program.calendar.day_of(at))
    if code is None:
        why = f"no code of coupon {coupon.id} is left to give; make more with `bonuscli coupon make {coupon.id}`"
        return Refusal("out_of_stock", why, None)
    return code


def _answer(
    session: Session, desk: Desk, card: str, member: int, seq: int, number: str, entries: int | None
) -> Claimed:
    """What was claimed, from its stored event; ``entries`` None for a repeat."""
    account = desk.accounts[member]
    (event,) = stored_events(session.connection, list(reads.events(session.connection, [seq]).values()))
    body = event.body
    entry = next((row[2] for row in reads.entries_of_events(session.connection, account.id, [seq])), None)
    program = session.versions.program(event.version) or session.current
    gift = next((gift for gift in program.beside.gifts if gift.id == body.gift), None)
    return Claimed(
        None if entry is None else f"{account.id}:{entry}", card, body.gift, gift.name if gift else body.gift,
        body.points, body.gives, body.code and body.code.upper(), body.receipt,
        session.figures(desk.accounts[desk.heir(member)]).balance, number, entries is None, entries or 0,
    )  # fmt: skip
