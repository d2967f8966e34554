"""``grant``: points given by hand, to one member, to all with a tag, or as the opening balances of a file.

The days of the lot are resolved when the grant is recorded and stand in its event.  Each grant has a key of its own:
of a tag ``KEY/member``, of a file's row the row's ``key`` or else what the row says with its number among equal rows,
so that the same call or file again adds nothing, whatever has been added between.
"""

from collections import namedtuple

from bonuscli.days import Duration, parse_day, parse_duration
from bonuscli.engine.lifetimes import grant_days
from bonuscli.engine.standing import barred_on
from bonuscli.errors import BonusError
from bonuscli.model import GRANT, Grant, GrantBody, Program, Refusal
from bonuscli.services.desk import Desk
from bonuscli.services.identity import digest
from bonuscli.services.recorder import Recorded
from bonuscli.services.shop import Shop
from bonuscli.services.writing import PLAIN, Writing, conflict, fresh_key, lost_at_once, origin, refused
from bonuscli.store import lookups, reads
from bonuscli.store.columns import BOUND

# What is given: points (smallest unit, > 0); opens, lasts: text of a duration or None (at once, as the program's
# points); opens_on, expires_on: text of a day or None, each instead of its duration; opening: a balance from elsewhere.
Given = namedtuple(
    "Given",
    "points opens lasts opens_on expires_on reason opening",
    defaults=(None, None, None, None, None, False),
)
# entry: "account:n"; opens_on, expires_on: days of the lot; lost: whether it ended as it opened, because the member has
# stayed away (``inactivity``).
Granted = namedtuple("Granted", "entry card granted opens_on expires_on balance pending key replayed entries lost")
# members: who was granted to now; duplicate: who was by the same key before; passed_over: who may not be (blocked, kept
# out of points, or enrolled later); granted: points in all; lost: those members whose points ended as they opened.
TagGranted = namedtuple("TagGranted", "tag members granted duplicate passed_over key lost")

# Accounts that are held at once while a tag's members are granted to.
MEMBERS_AT_ONCE = 500


def grant(shop: Shop, card: str, given: Given, writing: Writing = PLAIN) -> Granted:
    """Give points to a member; BonusError ``bad_points``, ``bad_time``, ``unknown_card``, ``key_conflict``."""
    require_points(given.points)
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        member = session.find_member(card)
        number = writing.key or fresh_key(desk)
        desk.prefetch(set(), {number})
        desk.load({member})
        at = session.instant(writing.at)
        claim = desk.claims.find(number, "", GRANT)
        recorded = give(desk, member, given, at, number, writing)
        if isinstance(recorded, Refusal):
            raise refused(recorded, session)
        figures = session.figures(desk.accounts[member])
        account = desk.accounts[member if claim is None else claim.member]
        lost = recorded is not None and lost_at_once(recorded)
        desk.flush()
        seqs = [told.seq for told in (recorded, claim) if told is not None]
        _, _, n, points, opens_on, expires_on, _ = next(reads.entries_of_events(session.connection, account.id, seqs))
        return Granted(
            f"{account.id}:{n}", card, points, opens_on, expires_on, figures.balance, figures.pending, number,
            recorded is None, recorded.entries if recorded else 0, lost,
        )  # fmt: skip


def grant_tag(shop: Shop, tag: str, given: Given, writing: Writing = PLAIN) -> TagGranted:
    """Give points to every member with a tag, in one transaction.

    Who is blocked, merged away, kept out of points to measure by, or enrolled after the grant's time is passed over.
    """
    require_points(given.points)
    with shop.writing(writing.dry_run) as session:
        desk = session.desk()
        at = session.instant(writing.at)
        key = writing.key or fresh_key(desk)
        found = [row[0] for row in lookups.members(session.connection) if tag in row[4].split()]
        counts = {"members": 0, "duplicate": 0, "passed_over": 0, "lost": 0}
        for start in range(0, len(found), MEMBERS_AT_ONCE):
            members = found[start : start + MEMBERS_AT_ONCE]
            desk.prefetch(set(), {f"{key}/{member}" for member in members})
            desk.load(set(members))
            for member in members:
                for outcome in _give_tagged(desk, member, given, at, key, writing):
                    counts[outcome] += 1
            desk.flush()
            desk.resume()
        return TagGranted(tag, granted=given.points * counts["members"], key=key, **counts)


def give(
    desk: Desk, member: int, given: Given, at: int, number: str, writing: Writing, source: str = ""
) -> Recorded | Refusal | None:
    """Record one grant; None where the key has recorded the same before.  The account and the key's claims must be
    loaded.  ``source``: ``OF_A_ROW`` for a key that is made of a row.  BonusError ``bad_time`` for days that can not
    be, ``key_conflict``."""
    if given_before(desk, member, given, number, source):
        return None
    key = digest(GRANT, member, 0, (), *given)
    program = _program(desk, at)
    opens_on, expires_on = _days(given, program, program.calendar.day_of(at))
    body = GrantBody(given.points, opens_on, expires_on, given.opening)
    return desk.act(GRANT, member, body, at, key, origin(number, writing, source, reason=given.reason))


def given_before(desk: Desk, member: int, given: Given, number: str, source: str) -> bool:
    """Whether the key has recorded the same grant; BonusError ``key_conflict`` where it has recorded another."""
    claim = desk.claims.find(number, source, GRANT)
    if claim is None:
        return False
    if claim.digest != digest(GRANT, desk.teller(claim, member), 0, (), *given):
        raise conflict(f"a grant {number}")
    return True


def _give_tagged(desk: Desk, member: int, given: Given, at: int, key: str, writing: Writing) -> tuple[str, ...]:
    """What became of one member of a tag: the counts that he belongs to."""
    account = desk.accounts[member]
    program = _program(desk, at)
    if at < account.enrolled_at or barred_on(account, program, program.calendar.day_of(at)):
        return ("passed_over",)
    recorded = give(desk, member, given, at, f"{key}/{member}", writing)
    if isinstance(recorded, Refusal):
        return ("passed_over",)
    if recorded is None:
        return ("duplicate",)
    return ("members", "lost") if lost_at_once(recorded) else ("members",)


def _program(desk: Desk, at: int) -> Program:
    """The program in force at an instant, before its first version that one."""
    version = desk.versions.in_force(at)
    return version.program if version else desk.versions.first


def _days(given: Given, program: Program, day: int) -> tuple[int, int]:
    """Opening and last day of a lot granted on ``day``, the former may have passed; BonusError ``bad_time``."""
    opens = _duration(given.opens, "--opens") or (0, 0)
    if given.opens_on is not None:
        opens = (0, _day(given.opens_on, "opens_on") - day)
    opens_on, expires_on = grant_days(Grant(given.points, opens, _duration(given.lasts, "--lasts")), program, day)
    if given.expires_on is not None:
        expires_on = _day(given.expires_on, "expires_on")
    if expires_on < max(opens_on, day):
        why = "before they open" if expires_on < opens_on else "before the day on which they are given"
        raise BonusError("bad_time", f"the points would expire {why}", "expires_on", "give a later day")
    return opens_on, expires_on


def _duration(text: str | None, where: str) -> Duration | None:
    if text is None:
        return None
    try:
        return parse_duration(text)
    except ValueError as problem:
        raise BonusError("bad_time", str(problem), where) from None


def _day(text: str, where: str) -> int:
    try:
        return parse_day(text)
    except ValueError as problem:
        raise BonusError("bad_time", str(problem), where, "write it as 2026-12-31") from None


def require_points(points: int) -> None:
    """A number that can be given; BonusError ``bad_points``."""
    if points > BOUND:
        raise BonusError("bad_points", f"more than {BOUND} smallest units can not be given at once", "points")
    if points <= 0:
        raise BonusError(
            "bad_points", "the number of points to give must be above 0", "points", "take points with `bonuscli adjust`"
        )
