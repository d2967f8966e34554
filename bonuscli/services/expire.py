"""``expire`` and ``run-due``: settling every account that has something due."""

from collections import namedtuple

from bonuscli.errors import BonusError
from bonuscli.model import EXPIRY, GRANT, INACTIVITY
from bonuscli.services.batches import ROWS_A_TRANSACTION, batches
from bonuscli.services.excerpts import for_ending, require_untouched
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing
from bonuscli.store import reads, seals

# as_of: instant; accounts: that something was booked on; lots and expired: lots and points that expired, by their day
# or by inactivity; granted: points given by birthday and scheduled grants; tier_looks: tiers looked at.
# head: hash of the last seal.
Settled = namedtuple("Settled", "as_of accounts lots expired granted tier_looks entries head", defaults=("",))


def run_due(shop: Shop, as_of: str | None = None, writing: Writing = PLAIN) -> Settled:
    """Book whatever is due in one program by ``as_of`` (text of a day or an instant; None: now), in short transactions.

    A day means its start: what expired through the day before.  Later than now is refused unless it is a dry run.
    Which accounts are due is looked up once, in an index: where nothing is, that is all.
    """
    with shop.writer(in_bulk=True) as writer:
        with writer.session(dry_run=True) as session:
            at = session.instant(as_of, "--as-of")
            if at > session.now and not writing.dry_run:
                raise BonusError(
                    "too_late",
                    f"{session.calendar.iso(at)} is later than now ({session.calendar.iso(session.now)})",
                    "--as-of",
                    "only a dry run (-n) may look ahead",
                )
            day = session.versions.settling(at).calendar.day_of(at)
            due = reads.due_members(session.connection, session.program, day)
            _, _, head = seals.head(session.connection)
        total = Settled(at, 0, 0, 0, 0, 0, 0, head)
        for batch in batches(due, lambda: len(due) if writing.dry_run else ROWS_A_TRANSACTION):
            with writer.session(writing.dry_run) as session:
                total = _settle(session, batch, at, day, total)
    return total


def _settle(session: Session, members: list[int], at: int, day: int, total: Settled) -> Settled:
    """Settle members' accounts, but for those that others have settled since; what was booked is added to the total."""
    desk = session.desk()
    desk.accounts.update(for_ending(session.connection, session.program, members, session.versions, day))
    desk.load(set(members))
    for member in members:
        account = desk.accounts[member]
        if account.next_due_on > day:
            continue
        rows = desk.settle(account, at)
        require_untouched(account)
        expired = {entry.n: entry.points for entry in rows.entries if entry.kind in (EXPIRY, INACTIVITY)}
        granted = sum(entry.points for entry in rows.entries if entry.kind == GRANT)
        total = Settled(
            at,
            total.accounts + bool(rows.entries or rows.tier_changes),
            total.lots + sum(taken.entry in expired for taken in rows.allocations),
            total.expired - sum(expired.values()),
            total.granted + granted,
            total.tier_looks + len(rows.tier_changes),
            total.entries + len(rows.entries),
        )
    desk.flush()
    _, _, head = seals.head(session.connection)
    return total._replace(head=head)
