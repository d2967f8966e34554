"""``pass``: prepaid visits sold, used and shown.  Money is told and not booked: a pass is paid at the till.

A visit is decided when it is recorded: of the passes asked for, the one that expires soonest gives it, and the event
names its sale.
"""

import json
from collections import namedtuple

from bonuscli.engine import passes
from bonuscli.engine.account import Account
from bonuscli.errors import BonusError
from bonuscli.model import PASS, VISIT, PassBody, PassOffer, Program, Refusal, VisitBody
from bonuscli.near import near_or_known
from bonuscli.services.desk import NO_PROGRAM, Desk
from bonuscli.services.facts import load_accounts
from bonuscli.services.identity import digest
from bonuscli.services.lookup import instant_of
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, one_key, origin, refused
from bonuscli.store import offers, reads

OPEN, USED, EXPIRED = "open", "used up", "expired"

# visits: that the pass was sold with; expires_on: its last day; price_minor: or None.
Sold = namedtuple("Sold", "card pass_id name visits expires_on price_minor key replayed entries")
# left: visits that are left on the pass after this one.
Visited = namedtuple("Visited", "card pass_id name left expires_on key replayed entries")
# A pass of a member.  state: OPEN | USED | EXPIRED; sold_at: instant; number: key of its sale.
PassTold = namedtuple("PassTold", "pass_id name state visits left sold_at expires_on number")
VisitTold = namedtuple("VisitTold", "pass_id name at number")
_Use = namedtuple("_Use", "seq kind at number body")


def sell(shop: Shop, card: str, pass_id: str, receipt_id: str | None = None, writing: Writing = PLAIN) -> Sold:
    """Sell a pass of the program in force; BonusError ``unknown_pass``, ``unknown_card``, ``key_conflict``."""
    with shop.writing(writing.dry_run) as session:
        desk, member, number = _begin(session, card, one_key(receipt_id, writing))
        claim = desk.claims.find(number, "", PASS)
        key = digest(PASS, desk.teller(claim, member), 0, (), pass_id)
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"the sale of a pass {number}")
            return _sold(session, card, claim.seq, number)
        at = session.instant(writing.at)
        version = session.versions.in_force(at)
        if version is None:
            raise refused(NO_PROGRAM, session)
        program = version.program
        offer = _require_offer(pass_id, program)
        body = passes.decide_sale(offer, program.calendar.day_of(at))
        recorded = desk.act(PASS, member, body, at, key, origin(number, writing), subject=pass_id)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        desk.flush()
        return Sold(
            card, pass_id, offer.name, body.visits, body.expires_on, offer.price_minor, number, False, recorded.entries
        )


def visit(shop: Shop, card: str, pass_id: str | None = None, writing: Writing = PLAIN) -> Visited:
    """Take one visit off the pass of that id (None: of any) that expires soonest; refused with ``no_visits``."""
    with shop.writing(writing.dry_run) as session:
        desk, member, number = _begin(session, card, writing.key)
        claim = desk.claims.find(number, "", VISIT)
        key = digest(VISIT, desk.teller(claim, member), 0, (), pass_id)
        if claim is not None:
            if claim.digest != key:
                raise conflict(f"a visit {number}")
            return _visited(session, desk.accounts[member], card, claim.seq, number)
        at = session.instant(writing.at)
        account = desk.accounts[member]
        if pass_id is not None and pass_id not in {held.id for held in account.passes.values()}:
            _require_offer(pass_id, session.current)
        sale = _soonest(session, account, pass_id, at)
        body = VisitBody(account.passes[sale].id if sale else pass_id, sale)

        def check(trial: Account, program: Program | None) -> Refusal | None:
            return None if sale else Refusal("no_visits", _why_none(account, pass_id), None)

        recorded = desk.act(VISIT, member, body, at, key, origin(number, writing), check, subject=body.pass_id)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        desk.flush()
        sold = _sale(session, sale)
        return Visited(
            card, sold.pass_id, _name(session.current, sold.pass_id), recorded.booked, sold.expires_on, number, False,
            recorded.entries,
        )  # fmt: skip


def show(session: Session, card: str, as_of: str | None = None) -> tuple[list[PassTold], list[VisitTold]]:
    """A member's passes by time of sale, and the visits on them by time, through ``as_of``."""
    member = session.find_member(card)
    account = load_accounts(session.connection, session.program, [member], session.versions)[member]
    at = instant_of(session, as_of, account)
    program = session.versions.settling(at)
    day = program.calendar.day_of(at)
    uses = [use for use in map(_use, offers.pass_events(session.connection, account.id)) if use.at <= at]
    visited = [use for use in uses if use.kind == VISIT]
    told = []
    for use in uses:
        if use.kind == PASS:
            sold = use.body
            left = sold.visits - sum(each.body.sale == use.seq for each in visited)
            state = USED if not left else OPEN if sold.expires_on >= day else EXPIRED
            name = _name(program, sold.pass_id)
            told.append(PassTold(sold.pass_id, name, state, sold.visits, left, use.at, sold.expires_on, use.number))
    visits = [VisitTold(use.body.pass_id, _name(program, use.body.pass_id), use.at, use.number) for use in visited]
    return told, visits


def list_offers(session: Session) -> tuple[PassOffer, ...]:
    """The passes that the program sells now, in the order of its file."""
    return tuple(session.current.beside.passes)


# --- within ---------------------------------------------------------------------------------------------------------


def _begin(session: Session, card: str, key: str | None) -> tuple[Desk, int, str]:
    """A desk that knows the member and who holds the key, the member, and the key."""
    desk = session.desk()
    member = session.find_member(card)
    number = key or fresh_key(desk)
    desk.prefetch(set(), {number})
    desk.load({member})
    return desk, member, number


def _soonest(session: Session, account: Account, pass_id: str | None, at: int) -> int:
    """The sale whose pass gives a visit at an instant, 0 for none; a pass that was sold later gives none."""
    version = session.versions.in_force(at)
    program = version.program if version else session.versions.first
    found = passes.usable(account, pass_id, program.calendar.day_of(at))
    sold = reads.events(session.connection, found)
    return next((seq for seq in found if sold[seq].at <= at), 0)


def _why_none(account: Account, pass_id: str | None) -> str:
    kind = "pass" if pass_id is None else f"pass {pass_id}"
    if any(pass_id in (None, held.id) for held in account.passes.values()):
        return f"no {kind} of this card is usable at that time"
    return f"this card has no {kind} with a visit left"


def _require_offer(pass_id: str, program: Program) -> PassOffer:
    for offer in program.beside.passes:
        if offer.id == pass_id:
            return offer
    known = [offer.id for offer in program.beside.passes]
    hint = near_or_known(pass_id, known) if known else "add it to the program's passes"
    raise BonusError("unknown_pass", f"the program sells no pass {pass_id!r}", "PASS", hint)


def _name(program: Program, pass_id: str) -> str:
    """The pass's name, its id where the program does not sell it any more."""
    return next((offer.name for offer in program.beside.passes if offer.id == pass_id), pass_id)


def _use(row: tuple) -> _Use:
    seq, kind, at, number, body = row
    fields = json.loads(body)
    return _Use(seq, kind, at, number, PassBody(**fields) if kind == PASS else VisitBody(**fields))


def _sale(session: Session, seq: int) -> PassBody:
    return PassBody(**json.loads(reads.events(session.connection, [seq])[seq].body))


def _sold(session: Session, card: str, seq: int, number: str) -> Sold:
    """The stored sale's own figures."""
    row = reads.events(session.connection, [seq])[seq]
    body = PassBody(**json.loads(row.body))
    program = session.versions.program(row.version) or session.current
    offer = _require_offer(body.pass_id, program)
    return Sold(card, body.pass_id, offer.name, body.visits, body.expires_on, offer.price_minor, number, True, 0)


def _visited(session: Session, account: Account, card: str, seq: int, number: str) -> Visited:
    """The stored visit's pass with the visits that are left on it today."""
    body = VisitBody(**json.loads(reads.events(session.connection, [seq])[seq].body))
    held = account.passes.get(body.sale)
    sold = _sale(session, body.sale)
    name = _name(session.current, sold.pass_id)
    return Visited(card, sold.pass_id, name, held.visits if held else 0, sold.expires_on, number, True, 0)
