"""The balance of an account on which nothing is due, as its rows have it: what a till asks most, without the engine.

A look (``services.lookup``) settles a copy of the account to now and shows it.  Where the account's next due day has
not come, settling changes nothing, and sums over its lots are all there is to show.  Whatever else there may be (a due
lot, points that end by inactivity, a tier set by hand, a card that is a phone, a file that can not be read) gets no
answer here, and the look gives it.  A test holds the two against each other.
"""

from __future__ import annotations

import os

from bonuscli import clock
from bonuscli.days import NEVER, add, civil, day_number
from bonuscli.errors import BonusError
from bonuscli.json_text import parse_json
from bonuscli.records import namedtuple
from bonuscli.services.identity import fold_card
from bonuscli.store import APPLICATION_ID, SCHEMA_VERSION
from bonuscli.store.driver import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.store.sqlite import Path

# What a balance shows: points in the smallest unit; next_expiry: (day, points) or (None, None); scale: (currency,
# digits of its money, digits of the points).
Glance = namedtuple(
    "Glance", "member balance pending held available deficit tier tier_until next_expiry worth_minor scale"
)

_VERSIONS = "SELECT program, starts_at, settles_from, compiled FROM programs ORDER BY version DESC"
_PRIMARY = "SELECT value FROM meta WHERE key = 'primary'"
_ACCOUNT = (
    "SELECT a.id, a.member, a.clock, a.next_due_on, a.tier, a.tier_since, a.floor, a.merged_into,"
    " (SELECT COALESCE(SUM(rest), 0) FROM open_rests WHERE account = a.id),"
    " (SELECT COALESCE(SUM(points), 0) FROM holds WHERE account = a.id)"
    " FROM cards c JOIN accounts a ON a.member = c.member AND a.program = ? WHERE c.number = ?"
)
# Lots of the same days as one: of ten thousand there are but some hundred kinds.
_LOTS = "SELECT opens_on, expires_on, SUM(remaining) FROM open_lots WHERE account = ? GROUP BY expires_on, opens_on"


def glance(path: Path, program: str | None, card: str) -> Glance | None:
    """What a card holds now, None where it takes a look to say.

    ``program``: the one that was asked for, if any.
    """
    if not os.access(os.path.dirname(path) or ".", os.W_OK):
        return None  # such a file is opened in a way of its own
    name = os.path.join(os.getcwd(), path).replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    try:
        connection = sqlite3.connect(f"file:{name}?mode=ro", uri=True, isolation_level=None)
        try:
            connection.execute("BEGIN")
            found = (connection.execute(f"PRAGMA {each}").fetchone()[0] for each in ("application_id", "user_version"))
            is_ours = tuple(found) == (APPLICATION_ID, SCHEMA_VERSION)
            return _read(connection, program, fold_card(card)) if is_ours else None
        finally:
            connection.close()
    except (sqlite3.Error, BonusError, ValueError, TypeError, LookupError):
        return None  # whatever is wrong, the look tells it in its own words


def _read(connection: sqlite3.Connection, wanted: str | None, number: str) -> Glance | None:
    versions = connection.execute(_VERSIONS).fetchall()
    if wanted is None:
        known = {version[0] for version in versions}
        (wanted,) = known if len(known) == 1 else connection.execute(_PRIMARY).fetchone()
    versions = [version for version in versions if version[0] == wanted]
    newest = parse_json(versions[0][3])
    now = clock.now(clock.Calendar(newest["timezone"], newest["day_starts"]))
    # The version that shows money and points, and the one that settles: nearly always one and the same.
    shows = next((version for version in versions if version[1] <= now), versions[0])
    settles = next((version for version in versions if version[2] <= now), versions[-1])
    row = connection.execute(_ACCOUNT, (wanted, number)).fetchone()
    if shows is not settles or row is None:
        return None
    program = newest if shows is versions[0] else parse_json(shows[3])
    day = clock.Calendar(program["timezone"], program["day_starts"]).day_of(now)
    account, member, at, next_due_on, tier, tier_since, floor, merged_into, deficit, held = row
    lasts = program["points"]["lasts"]
    by_inactivity = lasts is not None and lasts["from"] == "last-purchase"
    if at > now or next_due_on <= day or floor is not None or merged_into is not None or by_inactivity:
        return None
    lots = connection.execute(_LOTS, (account,)).fetchall()
    opened = [(expires_on, remaining) for opens_on, expires_on, remaining in lots if opens_on <= day <= expires_on]
    there = sum(remaining for _, remaining in opened)
    first = min(opened, default=(NEVER, 0))[0]
    available = max(0, there - deficit)
    points = program["points"]
    return Glance(
        member=member,
        balance=there + held - deficit,
        pending=sum(remaining for opens_on, _, remaining in lots if opens_on > day),
        held=held,
        available=available,
        deficit=deficit,
        tier=tier,
        tier_until=_held_through(program["tiers"], tier, tier_since),
        next_expiry=(first, sum(n for last, n in opened if last == first)) if first < NEVER else (None, None),
        worth_minor=available * points["value_minor"] // 10 ** points["scale"],
        scale=(program["currency"], program["digits"], points["scale"]),
    )


def _held_through(tiers: dict[str, Any] | None, tier: str | None, since: int | None) -> int | None:
    """The last day on which a level that nobody set is held for sure, None where there is no end."""
    if tiers is None or tiers["window"] is None or tiers["downgrade"] == "never" or since is None:
        return None
    # Nobody falls below the level that is reached with nothing.
    if tier not in [level["id"] for level in tiers["levels"] if level["from"] > 0]:
        return None
    if tiers["window"] == "calendar-year":
        return day_number(civil(since).year, 12, 31)
    months, days = tiers["window"]
    last = add(since, (months, days)) - 1
    return None if last >= NEVER - 1 else last
