"""``expire`` and ``run-due``: settling every account that has something due."""

from collections import namedtuple

from bonuscli.errors import BonusError
from bonuscli.model import EXPIRY, GRANT, INACTIVITY
from bonuscli.services.shop import Shop
from bonuscli.services.writing import PLAIN, Writing
from bonuscli.store import reads, seals

# as_of: instant; accounts: that something was booked on; lots and expired: lots and points that expired, by their day
# or by inactivity; granted: points given by birthday and scheduled grants; tier_looks: tiers looked at.
# head: hash of the last seal.
Settled = namedtuple("Settled", "as_of accounts lots expired granted tier_looks entries head", defaults=("",))

_BATCH = 500


def run_due(shop: Shop, as_of: str | None = None, writing: Writing = PLAIN) -> Settled:
    """Book whatever is due in one program by ``as_of`` (text of a day or an instant; None: now), in short transactions.

    A day means its start: what expired through the day before.  Later than now is refused unless it is a dry run.
    """
    total = Settled(0, 0, 0, 0, 0, 0, 0)
    done: set[int] = set()
    while True:
        with shop.writing(writing.dry_run) as session:
            at = session.instant(as_of, "--as-of")
            if at > session.now and not writing.dry_run:
                raise BonusError(
                    "too_late",
                    f"{session.calendar.iso(at)} is later than now ({session.calendar.iso(session.now)})",
                    "--as-of",
                    "only a dry run (-n) may look ahead",
                )
            day = session.versions.settling(at).calendar.day_of(at)
            due = [
                member for member in reads.due_members(session.connection, session.program, day) if member not in done
            ]
            batch = due if writing.dry_run else due[:_BATCH]
            done.update(batch)
            desk = session.desk()
            desk.load(set(batch))
            for member in batch:
                rows = desk.settle(desk.accounts[member], at)
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
        if len(due) == len(batch):
            return total._replace(as_of=at, head=head)
