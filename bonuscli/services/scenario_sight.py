"""What a scenario's step may expect to see in the shop after it: entries written, lots by name, an award by rule.

Nothing here is kept: an account is looked at as it stands now, with what has fallen due reckoned in, as every figure of
the commands is.
"""

from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.settle import settle
from bonuscli.model import EXPIRY, INACTIVITY, RECEIPT
from bonuscli.services.shop import Session, Shop
from bonuscli.store import reads
from bonuscli.store.heirlooms import heir_of


def totals(shop: Shop) -> tuple[int, int]:
    """How many entries there are, and how many points expired in them, by their day or by inactivity."""
    with shop.reading() as session:
        row = session.connection.execute(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN kind IN (?, ?) THEN -points END), 0) FROM entries",
            (EXPIRY, INACTIVITY),
        ).fetchone()
    return int(row[0]), int(row[1])


def settled(session: Session, card: str) -> tuple[Account, Rows]:
    """The member's account brought to now, and what that booked (which is not kept)."""
    desk = session.desk()
    member = session.find_member(card)
    desk.load({member})
    account, rows = desk.accounts[member].copy(), Rows()
    settle(account, rows, session.versions, max(session.now, account.clock))
    return account, rows


def lots(session: Session, card: str) -> dict[str, int]:
    """What remains in the lots of each receipt (by its number), grant (by its rule) and of adjustments."""
    account, rows = settled(session, card)
    stored = session.connection.execute(
        "SELECT l.n, COALESCE(o.rule, v.number, o.kind) FROM entries l"
        " JOIN entries o ON o.account = l.account AND o.n = CASE l.origin WHEN 0 THEN l.n ELSE l.origin END"
        " LEFT JOIN events v ON v.seq = o.event AND o.kind = 'accrual' WHERE l.account = ? AND l.opens_on IS NOT NULL",
        (account.id,),
    )
    names = dict(stored.fetchall()) | {entry.n: entry.rule or entry.kind for entry in rows.entries}
    found: dict[str, int] = {}
    for lot in account.lots.values():
        found[names[lot.n]] = found.get(names[lot.n], 0) + lot.remaining
    return found


def parts(session: Session, number: str | None) -> dict[str, int]:
    """The award of a receipt by rule."""
    rows = session.connection.execute(
        "SELECT p.rule, p.points FROM events v JOIN entries e ON e.event = v.seq"
        " JOIN award_parts p ON p.account = e.account AND p.n = e.n WHERE v.kind = ? AND v.number = ?",
        (RECEIPT, number),
    )
    return dict(rows.fetchall())


def buyer(shop: Shop, number: str) -> str | None:
    """A card of the member whose receipt this is by now, None for a guest's or an unknown one."""
    with shop.reading() as session:
        row = session.connection.execute(
            "SELECT member FROM events WHERE kind = ? AND number = ? AND member IS NOT NULL", (RECEIPT, number)
        ).fetchone()
        return reads.card_shown(session.connection, heir_of(session.connection, row[0])) if row else None
