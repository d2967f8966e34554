"""Rows for files that leave the shop, in the order of their keys, one at a time, from one moment.

What a file covers is told by the numbers of seals: rows under the seals after ``since`` up to and with ``through``.
Every event and every entry stands under exactly one seal, also those that settling wrote without an event, so two files
of which the one begins where the other ended neither miss a row nor hold one twice, whoever wrote meanwhile.
"""

import sqlite3
from collections.abc import Iterator

from bonuscli.errors import BonusError
from bonuscli.model import ENROL, MEMBER_CHANGE
from bonuscli.records import namedtuple
from bonuscli.store import seals
from bonuscli.store.views import VIEWS

# since, through: numbers of seals; head: the hash of the latter; after, last: the events between are those > after and
# <= last.
Cover = namedtuple("Cover", "since through head after last")

_FIRST_CARD = """(SELECT c.shown FROM cards c WHERE c.member = {member} AND c.kind = '{kind}'
    ORDER BY c.number LIMIT 1)"""

MEMBER_COLUMNS = "member card name phone email birthday_on gender tags fields consents enrolled_on".split()
_MEMBERS = f"""
SELECT m.member, {_FIRST_CARD.format(member="m.member", kind="card")}, m.name, m.phone, m.email, m.birthday_on,
  m.gender, m.tags, m.fields, m.consents, m.enrolled_on
FROM v_member m
WHERE :since = 0 OR m.member IN (SELECT member FROM events WHERE seq > :after AND seq <= :last AND kind IN
  ('{ENROL}', '{MEMBER_CHANGE}'))
ORDER BY m.member"""

_LEDGER = f"""{VIEWS["v_ledger"]}
WHERE e.seal > :since AND e.seal <= :through AND a.program = :program ORDER BY e.account, e.n"""
# The same, found by what happened since instead of among all entries: those of members who had an event, and those that
# settling wrote without one.
_NEW_LEDGER = f"""
WITH moved (account) AS (
  SELECT DISTINCT a.id FROM events v JOIN accounts a ON a.member = v.member AND a.program = :program
  WHERE v.seq > :after AND v.seq <= :last
), written (account, n) AS (
  SELECT x.account, x.n FROM moved JOIN entries x ON x.account = moved.account
  WHERE x.event IS NOT NULL AND x.seal > :since AND x.seal <= :through
  UNION ALL SELECT account, n FROM entries WHERE event IS NULL AND seal > :since AND seal <= :through
)
{VIEWS["v_ledger"]}
WHERE (e.account, e.n) IN (SELECT account, n FROM written) AND a.program = :program ORDER BY e.account, e.n"""
# Of more than this part of all events it is faster to go through all entries.
_FEW = 10

# A return of goods without a name, or of a part of a line that no quantity tells exactly, was one of an amount.
_BY_AMOUNT = """(NOT EXISTS (SELECT 1 FROM receipt_lines p WHERE p.event = v.seq AND (p.sku <> '' OR p.name <> ''))
    OR EXISTS (SELECT 1 FROM receipt_lines p JOIN receipt_lines s ON s.event = v.original AND s.line = p.of_line
      WHERE p.event = v.seq AND p.quantity * p.whole <> s.quantity * p.part))"""
# One row a line; by_amount: the receipt that a return of an amount of money brings back from, else None.
RECEIPT_COLUMNS = (
    "number kind original at utc_offset shop till cashier member card phone line sku name category brand quantity"
    " amount discount spent payments pinned by_amount seq"
).split()
_RECEIPTS = f"""
SELECT v.number, v.kind, o.number, v.at, v.utc_offset, v.shop, v.till, v.cashier, v.member,
  {_FIRST_CARD.format(member="v.member", kind="card")}, {_FIRST_CARD.format(member="v.member", kind="phone")},
  r.line, r.sku, r.name, r.category, r.brand, r.quantity, r.amount, r.discount,
  CASE WHEN v.kind = 'receipt' THEN v.spent ELSE 0 END, v.payments, v.pinned,
  CASE WHEN v.kind = 'return' AND {_BY_AMOUNT} THEN v.original END, v.seq
FROM events v JOIN receipt_lines r ON r.event = v.seq LEFT JOIN events o ON v.kind = 'return' AND o.seq = v.original
WHERE v.seq > :after AND v.seq <= :last AND v.kind IN ('receipt', 'return')
ORDER BY v.seq, r.line"""

LINE_COLUMNS = (
    "event receipt_id kind day shop member line sku name category brand quantity_thousandths amount_minor"
    " discount_minor original_line earned_points spent_points spent_minor"
).split()


def _share(column: str) -> str:
    return f"""COALESCE((SELECT SUM(s.{column}) FROM line_shares s JOIN accounts a ON a.id = s.account
    WHERE s.event = r.event AND s.line = r.line AND a.program = :program), 0)"""


_LINES = f"""
SELECT r.event, v.number, v.kind, v.day, v.shop, v.member, r.line, r.sku, r.name, r.category, r.brand, r.quantity,
  r.amount, r.discount, r.of_line, {_share("award")}, {_share("spent")}, {_share("spent_minor")}
FROM receipt_lines r JOIN events v ON v.seq = r.event
WHERE r.event > :after AND r.event <= :last
ORDER BY r.event, r.line"""


def cover(connection: sqlite3.Connection, since: int = 0, through: int | None = None) -> Cover:
    """What stands between two seals; ``through`` None: all that is there now.

    BonusError ``unknown_seal`` where the database has not come so far, ``usage`` where they are the wrong way round.
    """
    newest = connection.execute("SELECT COALESCE(MAX(seal), 0) FROM seals").fetchone()[0]
    through = newest if through is None else through
    for option, seal in (("--since", since), ("--to", through)):
        if seal > newest:
            hint = "was it made of an older backup? then export all of it again, without --since"
            raise BonusError("unknown_seal", f"the database has come to seal {newest}, not to {seal}", option, hint)
    if through < since:
        raise BonusError("usage", f"--to {through} is before --since {since}", "--to", "--since is the earlier one")
    after, _ = _seal(connection, since)
    last, head = _seal(connection, through)
    return Cover(since, through, head, after, last)


def _seal(connection: sqlite3.Connection, number: int) -> tuple[int, str]:
    row = connection.execute("SELECT last_seq, hash FROM seals WHERE seal = ?", (number,)).fetchone()
    return tuple(row) if row else (0, seals.FIRST)


def members(connection: sqlite3.Connection, covered: Cover) -> Iterator[tuple]:
    """``MEMBER_COLUMNS`` of whoever was enrolled or changed, as he is now"""
    return connection.execute(_MEMBERS, covered._asdict())


def ledger(connection: sqlite3.Connection, covered: Cover, program: str) -> sqlite3.Cursor:
    """The columns of ``v_ledger``, of one program; what it costs goes by what is covered, not by what is there."""
    _, newest, _ = seals.head(connection)
    is_little = covered.since and (covered.last - covered.after) * _FEW <= newest
    return connection.execute(_NEW_LEDGER if is_little else _LEDGER, {**covered._asdict(), "program": program})


def receipts(connection: sqlite3.Connection, covered: Cover) -> Iterator[tuple]:
    """``RECEIPT_COLUMNS``, in order of recording"""
    return connection.execute(_RECEIPTS, covered._asdict())


def returns_before(connection: sqlite3.Connection, original: int, seq: int) -> Iterator[str]:
    """What was pinned on the linked returns of a receipt that were recorded before one of them"""
    rows = connection.execute(
        "SELECT pinned FROM events WHERE original = ? AND kind = 'return' AND seq < ?", (original, seq)
    )
    return (pinned for (pinned,) in rows)


def lines(connection: sqlite3.Connection, covered: Cover, program: str) -> Iterator[tuple]:
    """``LINE_COLUMNS``, with what a line earned and spent in one program, in order of recording"""
    return connection.execute(_LINES, {**covered._asdict(), "program": program})


def account_members(connection: sqlite3.Connection, program: str) -> Iterator[tuple]:
    """(member, first card) of every account of a program in order of accounts"""
    card = _FIRST_CARD.format(member="a.member", kind="card")
    return connection.execute(f"SELECT a.member, {card} FROM accounts a WHERE a.program = ? ORDER BY a.id", (program,))
