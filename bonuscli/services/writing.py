"""What every writing verb takes beside its own arguments, and what they do alike."""

from bonuscli.days import NEVER
from bonuscli.errors import BonusError
from bonuscli.model import Refusal
from bonuscli.records import namedtuple
from bonuscli.services.desk import Desk
from bonuscli.services.recorder import Recorded
from bonuscli.services.rows_out import Origin
from bonuscli.services.shop import Session
from bonuscli.store import reads
from bonuscli.store.columns import NUMBER_LENGTH_MAX
from bonuscli.units import format_decimal, parse_decimal

# at: text of the event's time or None (now); key: --idempotency-key or None; dry_run: everything, then rolled back.
Writing = namedtuple("Writing", "at actor key dry_run", defaults=(None, None, None, False))
PLAIN = Writing()

# Refusals that no smaller number of points would pass.
_WHATEVER_THE_NUMBER = ("not_eligible", "already_returned", "over_returned", "unknown_original")


def fresh_key(desk: Desk) -> str:
    """A key for a call that brings none: it names the event, so it is new, and can not be repeated safely."""
    key = f"#{desk.next_seq}"
    while any(reads.claims(desk.connection, [key])):
        key += "+"  # somebody's receipts are numbered like this
    return key


def origin(number: str, writing: Writing, source: str = "", shop: str = "", reason: str | None = None) -> Origin:
    """Where an event of a single verb comes from; BonusError ``usage`` for a key that is too long to be kept."""
    if len(number) > NUMBER_LENGTH_MAX:
        most = NUMBER_LENGTH_MAX - (len(number) - len(writing.key or number))
        raise BonusError("usage", f"a key has at most {most} characters", "key", "give a shorter one")
    return Origin(source, number, shop, "", "", "", writing.actor, reason)


def one_key(receipt_id: str | None, writing: Writing) -> str | None:
    """The key of a call: its receipt id or its idempotency key, never both."""
    if receipt_id and writing.key and receipt_id != writing.key:
        raise BonusError(
            "usage",
            "--receipt-id and --idempotency-key both name this call",
            "--idempotency-key",
            "give one of them: the receipt's id is its key",
        )
    return receipt_id or writing.key


def refused(refusal: Refusal, session: Session) -> BonusError:
    """The program's no, as the commands report it."""
    scale = session.current.points.scale
    hint = None
    if refusal.limit is not None and refusal.code not in _WHATEVER_THE_NUMBER:
        hint = f"the highest number that would pass now is {format_decimal(max(refusal.limit, 0), scale)}"
    return BonusError(refusal.code, refusal.message, None, hint)


def lost_at_once(recorded: Recorded) -> bool:
    """Whether the points of a credit that was just recorded, and is not flushed, ended as they opened: they have no
    last day of their own, and the member has stayed away until all such had ended (``engine.inactivity``)."""
    account, n = recorded.account, recorded.booked
    lot = account.lots[n] if n in account.lots else account.spent_lots[n]
    return bool(lot.expired and lot.expires_on >= NEVER)


def conflict(what: str) -> BonusError:
    """The same key with other content."""
    return BonusError(
        "key_conflict", f"{what} was recorded already with other content", None, "use another id; nothing was written"
    )


def require_total(total: int | None) -> None:
    """The total of a receipt to come is not below zero, where it is told; BonusError ``negative_total``."""
    if total is not None and total < 0:
        raise BonusError("negative_total", "a receipt's total can not be negative", "--total", "leave the sign out")


def require_positive(points: int, act: str) -> None:
    """A number of points above 0; BonusError ``bad_points``."""
    if points <= 0:
        raise BonusError(
            "bad_points", f"the number of points to {act} must be above 0", "POINTS", "give a positive number"
        )


def read_points(text: str, session: Session, where: str) -> int:
    """Points from decimal text, in the smallest unit."""
    scale = session.current.points.scale
    try:
        return parse_decimal(text.strip().removeprefix("+"), scale)
    except ValueError as problem:
        raise BonusError("bad_points", str(problem), where, f"at most {scale} digits after the point") from None


def read_money(text: str, session: Session, where: str) -> int:
    """Money from decimal text, in minor units."""
    try:
        return parse_decimal(text.strip(), session.current.digits)
    except ValueError as problem:
        raise BonusError("bad_amount", str(problem), where) from None
