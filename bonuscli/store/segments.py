"""Rows that segments are told by, of all members at once, and the segments that were saved.

Every reading function answers for the whole database in one statement and returns plain tuples; who of the members was
merged into whom is for the caller to follow.  Days are half-open at their start: figures are of the days in (after,
through], ``after`` None since ever.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator

from bonuscli.days import FIRST_DAY
from bonuscli.records import namedtuple
from bonuscli.store.reads import EVENT_COLUMNS, EventRow
from bonuscli.store.views import SALE_OF_RETURN, card_of

# A member who can be found by a card or phone, with his account in the program.
MemberRow = namedtuple(
    "MemberRow",
    "account member enrolled_at clock tier tier_since floor next_due_on last_purchase_on birthday gender tags fields",
)
# A dated list of a segment's members; size: how many they were when it was taken.
ListRow = namedtuple("ListRow", "id segment day conditions size recorded_at actor")
# A saved segment; conditions: JSON text.
SegmentRow = namedtuple("SegmentRow", "segment conditions recorded_at actor")

_MEMBERS = """
SELECT a.id, a.member, a.enrolled_at, a.clock, a.tier, a.tier_since, a.floor, a.next_due_on, a.last_purchase_on,
  m.birthday, m.gender, m.tags, m.fields
FROM accounts a JOIN members m ON m.id = a.member
WHERE a.program = :program AND a.merged_into IS NULL AND a.enrolled_at <= :at
  AND EXISTS (SELECT 1 FROM cards c WHERE c.member = a.member)
ORDER BY a.member"""

_WITHIN = "e.day > :after AND e.day <= :through"
_BUYER = "CASE WHEN o.seq IS NULL THEN e.member ELSE o.member END"
_NET = "CASE e.kind WHEN 'receipt' THEN {amount} ELSE -{amount} END"
_SALES = f"""
SELECT s.member, MAX(s.day), SUM(s.receipts), SUM(s.revenue) FROM (
  SELECT {_BUYER} AS member, CASE WHEN e.kind = 'receipt' AND e.total > 0 THEN e.day END AS day,
    e.kind = 'receipt' AND e.total > 0 AS receipts, {_NET.format(amount="e.total")} AS revenue
  FROM events e {SALE_OF_RETURN} WHERE {_WITHIN} AND e.kind IN ('receipt', 'return')
) s WHERE s.member IS NOT NULL GROUP BY s.member"""

_OF_GOODS = """(:categories IS NULL OR r.category IN (SELECT value FROM json_each(:categories)))
  AND (:brands IS NULL OR r.brand IN (SELECT value FROM json_each(:brands)))
  AND (:skus IS NULL OR r.sku IN (SELECT value FROM json_each(:skus)))"""
# Walking through all lines and looking up the events of those that are meant takes a third of the way round: 0.4 s of
# 3,000,000 lines.
_GOODS = f"""
SELECT {_BUYER} AS buyer, SUM({_NET.format(amount="r.amount")})
FROM receipt_lines r CROSS JOIN events e {SALE_OF_RETURN}
WHERE e.seq = r.event AND {_WITHIN} AND e.kind IN ('receipt', 'return') AND {_OF_GOODS}
GROUP BY buyer HAVING buyer IS NOT NULL"""

_RETURN = f"e.{', e.'.join(EVENT_COLUMNS)}"
_LATER_RETURNS = f"""
SELECT o.member, o.at, o.total, {_RETURN}
FROM events e JOIN events o ON o.seq = e.original
WHERE e.kind = 'return' AND o.member IS NOT NULL AND o.at <= :at AND e.original IN
  (SELECT l.original FROM events l WHERE l.day >= :day AND l.at > :at AND l.kind = 'return' AND l.original IS NOT NULL)
ORDER BY e.original, e.seq"""


def members(connection: sqlite3.Connection, program: str, at: int) -> list[MemberRow]:
    """Who was enrolled by an instant, is merged into nobody and can be found, in order of enrolment."""
    return [MemberRow(*row) for row in connection.execute(_MEMBERS, {"program": program, "at": at})]


def heirs(connection: sqlite3.Connection, program: str) -> dict[int, int]:
    """Member who was merged into another -> that other, who may have been merged in turn."""
    rows = connection.execute(
        "SELECT a.member, b.member FROM accounts a JOIN accounts b ON b.id = a.merged_into WHERE a.program = ?",
        (program,),
    )
    return dict(rows.fetchall())


def purchases(connection: sqlite3.Connection, after: int | None, through: int) -> Iterator[tuple]:
    """(account, money paid net of returns, receipts not wholly returned), as they stand on the days of the receipts"""
    return connection.execute(
        "SELECT account, SUM(spend), SUM(receipts) FROM account_days WHERE day > ? AND day <= ? GROUP BY account",
        (_first(after), through),
    )


def later_returns(connection: sqlite3.Connection, day: int, at: int) -> Iterator[tuple[int, int, int, EventRow]]:
    """(member, at and total of the receipt, return) of the linked returns of each receipt up to an instant that had one
    after it, in order of recording.

    ``day``: the business day that ends at the instant; in another of the shop's programs it may be one before or after.
    """
    for row in connection.execute(_LATER_RETURNS, {"day": day - 1, "at": at}):
        yield row[0], row[1], row[2], EventRow(*row[3:])


def last_purchases(connection: sqlite3.Connection, program: str, at: int) -> Iterator[tuple]:
    """(member, instant of the last receipt above 0 up to an instant that the program saw)"""
    return connection.execute(
        "SELECT member, MAX(at) FROM events WHERE kind = 'receipt' AND total > 0 AND member IS NOT NULL"
        " AND at <= :at AND (program = :program OR json_type(pinned, :inside) IS NOT NULL) GROUP BY member",
        {"at": at, "program": program, "inside": f"$.in.{json.dumps(program, ensure_ascii=False)}"},
    )


def tiers_at(connection: sqlite3.Connection, at: int) -> Iterator[tuple]:
    """(account, tier) of the last change up to an instant"""
    return connection.execute(
        "SELECT account, tier FROM (SELECT account, tier, ROW_NUMBER() OVER (PARTITION BY account ORDER BY t DESC)"
        " AS place FROM tier_changes WHERE at <= ?) WHERE place = 1",
        (at,),
    )


def changes_after(connection: sqlite3.Connection, at: int) -> Iterator[tuple]:
    """(member, JSON of the change) of changes of members after an instant, the latest first"""
    return connection.execute(
        "SELECT member, body FROM events WHERE kind = 'member-change' AND at > ? ORDER BY seq DESC", (at,)
    )


def sales(connection: sqlite3.Connection, after: int | None, through: int) -> Iterator[tuple]:
    """(member, day of the last receipt above 0 or None, such receipts, revenue after discounts and before points, less
    what was brought back on these days)"""
    return connection.execute(_SALES, {"after": _first(after), "through": through})


def sales_of_goods(
    connection: sqlite3.Connection, after: int | None, through: int, goods: dict[str, list[str] | None]
) -> Iterator[tuple]:
    """(member, revenue of goods); ``goods``: of categories, brands and skus those that are meant, None for all"""
    asked = {key: None if names is None else json.dumps(names) for key, names in goods.items()}
    return connection.execute(_GOODS, {"after": _first(after), "through": through, **asked})


def shops(connection: sqlite3.Connection, after: int | None, through: int) -> Iterator[tuple]:
    """(member, shop, receipts above 0, day of the last one)"""
    return connection.execute(
        f"SELECT e.member, e.shop, COUNT(*), MAX(e.day) FROM events e WHERE {_WITHIN} AND e.kind = 'receipt'"
        " AND e.total > 0 AND e.member IS NOT NULL GROUP BY e.member, e.shop",
        {"after": _first(after), "through": through},
    )


def _first(after: int | None) -> int:
    return FIRST_DAY - 1 if after is None else after


# --- segments that were saved ---------------------------------------------------------------------------------------


def saved(connection: sqlite3.Connection, program: str) -> dict[str, SegmentRow]:
    """The saved segments of a program by name."""
    rows = connection.execute(
        "SELECT segment, conditions, recorded_at, actor FROM segments WHERE program = ? ORDER BY segment", (program,)
    )
    return {row[0]: SegmentRow(*row) for row in rows}


def lists(connection: sqlite3.Connection, program: str, segment: str | None = None) -> list[ListRow]:
    """The dated lists of a program, or of one of its segments, the earliest first."""
    rows = connection.execute(
        f"SELECT {', '.join(ListRow._fields)} FROM segment_lists WHERE program = :program"
        " AND (:segment IS NULL OR segment = :segment) ORDER BY segment, day",
        {"program": program, "segment": segment},
    )
    return [ListRow(*row) for row in rows]


def listed(connection: sqlite3.Connection, list_id: int) -> list[int]:
    """The members of a dated list, those who were erased since left out."""
    rows = connection.execute("SELECT member FROM segment_members WHERE list = ? ORDER BY member", (list_id,))
    return [member for (member,) in rows]


def next_list(connection: sqlite3.Connection) -> int:
    """The id of a list to come."""
    (last,) = connection.execute("SELECT COALESCE(MAX(id), 0) FROM segment_lists").fetchone()
    return int(last) + 1


def delete_segment(connection: sqlite3.Connection, program: str, segment: str) -> None:
    """Take a saved segment's conditions; its lists are taken one by one."""
    connection.execute("DELETE FROM segments WHERE program = ? AND segment = ?", (program, segment))


def delete_list(connection: sqlite3.Connection, list_id: int) -> None:
    """Take a dated list with its members."""
    connection.execute("DELETE FROM segment_members WHERE list = ?", (list_id,))
    connection.execute("DELETE FROM segment_lists WHERE id = ?", (list_id,))


# --- what is shown of members ---------------------------------------------------------------------------------------

_SHOWN = f"""
SELECT m.id, {card_of("m.id")}, m.phone, m.email, m.name, m.consents, a.tier, m.enrolled_on
FROM members m JOIN accounts a ON a.member = m.id AND a.program = :program
WHERE m.id IN (SELECT value FROM json_each(:members)) ORDER BY m.id"""


def shown(connection: sqlite3.Connection, program: str, of_members: Iterable[int]) -> Iterator[tuple]:
    """(member, card, phone, email, name, consents, tier, enrolled_on) of members, in order of enrolment"""
    return connection.execute(_SHOWN, {"program": program, "members": json.dumps(list(of_members))})
