"""What a member brings from an earlier program: the lots of his balance, and his tier.

A lot is a grant of entry kind ``opening``, and a tier is set as by hand, so both are sealed, proved and undone like any
other.  Their keys are made of the program, the member's card and the lot's last day: the same file again adds nothing,
whatever its name and order, and a file that tells another number of the same lot is a conflict, not a second lot.
"""

from collections import namedtuple
from hashlib import sha256

from bonuscli.days import NEVER, parse_day
from bonuscli.engine.tiers import look_on
from bonuscli.errors import BonusError
from bonuscli.model import OF_A_ROW, TIER_SET, Refusal, TierSetBody
from bonuscli.services import admission
from bonuscli.services.desk import NO_PROGRAM, Desk
from bonuscli.services.granting import Given, give, given_before, require_points
from bonuscli.services.identity import digest
from bonuscli.services.persons import Person
from bonuscli.services.shop import Session
from bonuscli.services.writing import Writing, origin, refused

# lots: tuple of (key, Given); tier: level to be set from now on, or None; until: text of its last day, or "" for one
# window of the program; tier_key: the key of that event.
Luggage = namedtuple("Luggage", "lots tier until tier_key")


def pack(session: Session, person: Person, number: str) -> Luggage:
    """What a person brings whose first number, folded, is ``number``; BonusError ``bad_points``.

    A tier without an enrolment's day and without an end is the one to be enrolled with, and no luggage.
    """
    said = sha256(repr((session.program, number)).encode()).hexdigest()[:16]
    lots = []
    for expires, points in person.lots.items():
        require_points(points)
        lots.append((f"opening:{said}:{expires}", Given(points, expires_on=expires or None, opening=True)))
    told = person.told
    tier = told["tier"] if told["tier_until"] or told["enrolled_on"] else ""
    return Luggage(tuple(lots), tier or None, told["tier_until"], f"tier:{said}")


def keys_of(luggage: Luggage) -> set[str]:
    """The keys to be read before anything is booked."""
    return {number for number, _ in luggage.lots} | ({luggage.tier_key} if luggage.tier else set())


def require_bookable(session: Session, desk: Desk, luggage: Luggage, member: int | None, at: int) -> None:
    """Everything that could be refused once the member is enrolled is refused before, so that all is booked or nothing.

    ``member``: who is enrolled already, or None.  BonusError ``too_late``, ``key_conflict``, ``not_eligible``.
    """
    if not luggage.lots and luggage.tier is None:
        return
    admission.require_time(at, desk.recorded_at, session.calendar)
    if luggage.tier is not None and desk.versions.in_force(at) is None:
        raise refused(NO_PROGRAM, session)
    if member is not None:
        for number, given in luggage.lots:
            _require_same(desk, member, given, number)
        _set_before(desk, member, luggage)


def _require_same(desk: Desk, member: int, given: Given, number: str) -> None:
    """BonusError ``key_conflict`` where the member was brought a lot of that day with another number of points."""
    try:
        given_before(desk, member, given, number, OF_A_ROW)
    except BonusError as problem:
        last = number.rpartition(":")[2]
        lot = f"points through {last}" if last else "points without a last day"
        message = f"another number of {lot} was brought for this member before"
        hint = "take the balance out of the row, and correct the member's with `bonuscli adjust`"
        raise BonusError(problem.code, message, "balance", hint) from None


def unpack(session: Session, desk: Desk, luggage: Luggage, member: int, at: int, writing: Writing) -> dict[str, int]:
    """Book what a member brings; ``lots`` and ``points`` booked now, ``lots_before`` and ``points_before`` earlier."""
    counts = dict.fromkeys(("lots", "points", "lots_before", "points_before"), 0)
    for number, given in luggage.lots:
        recorded = give(desk, member, given, at, number, writing, OF_A_ROW)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        when = "" if recorded else "_before"
        counts[f"lots{when}"] += 1
        counts[f"points{when}"] += given.points
    if luggage.tier is not None and not _set_before(desk, member, luggage):
        _set_tier(session, desk, luggage, member, at, writing)
    return counts


def _set_before(desk: Desk, member: int, luggage: Luggage) -> bool:
    claim = desk.claims.find(luggage.tier_key, OF_A_ROW, TIER_SET) if luggage.tier is not None else None
    if claim is not None and claim.digest != _tier_digest(desk.teller(claim, member), luggage):
        hint = "take the tier out of the row, and set it with `bonuscli card set-tier`"
        raise BonusError("key_conflict", "another tier was brought for this member before", "tier", hint)
    return claim is not None


def _tier_digest(member: int | None, luggage: Luggage) -> bytes:
    return digest(TIER_SET, member, 0, (), luggage.tier, luggage.until)


def _set_tier(session: Session, desk: Desk, luggage: Luggage, member: int, at: int, writing: Writing) -> None:
    """Set the tier through its last day, by itself for one window from now, unless the member has it for good."""
    version = desk.versions.in_force(at)
    tiers = version.program.tiers if version is not None else None
    if version is None or tiers is None:
        raise refused(NO_PROGRAM, session)
    if luggage.until:
        last: int | None = parse_day(luggage.until)
    else:
        end = look_on(tiers, luggage.tier, version.program.calendar.day_of(at))
        last = None if end >= NEVER else end - 1
    if last is None and desk.accounts[member].tier == luggage.tier:
        return
    body = TierSetBody(luggage.tier, last)
    key = _tier_digest(member, luggage)
    told = origin(luggage.tier_key, writing, OF_A_ROW)
    recorded = desk.act(TIER_SET, member, body, at, key, told, subject=body.tier)
    if isinstance(recorded, Refusal):
        raise refused(recorded, session)
