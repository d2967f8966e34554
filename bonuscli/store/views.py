"""The views: what the database shows to people who open the file in Datasette, sqlite-utils or a spreadsheet.

They are the public contract of the store; the tables behind them may change.  A column keeps its name and meaning:
money is an integer in minor units and ends in ``_minor``; points are integers in the program's smallest unit;
quantities end in ``_thousandths``; days are ISO text and end in ``_on`` (or are called ``day``); instants are RFC 3339
text in UTC (``at_utc``) and with the offset that the shop had then (``at_local``, empty for what settling booked).
9999-12-31 means "never".  "Today" is the machine's day in UTC; the commands, which know the shop's zone, are exact at
midnight too.  Only views may ask SQL for the date: nothing here decides points.
"""

from __future__ import annotations

from bonuscli.days import NEVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

TODAY = "CAST(strftime('%s', 'now') AS INTEGER) / 86400"

# A receipt or a return `e` with the sale it belongs to: a linked return lowers the figures of its own receipt's member,
# shop and tier, with or without points; one that names no receipt `o` counts as its own, without points.
SALE_OF_RETURN = "LEFT JOIN events o ON e.kind = 'return' AND o.seq = e.original"
SALE_COLUMNS = """\
    CASE WHEN o.seq IS NULL THEN e.member ELSE o.member END AS member,
    CASE WHEN o.seq IS NULL THEN e.shop ELSE o.shop END AS shop,
    CASE WHEN o.seq IS NULL THEN e.tier ELSE o.tier END AS tier,
    CASE WHEN (e.kind = 'receipt' AND e.spent > 0) OR o.spent > 0 THEN 1 ELSE 0 END AS with_points,
    CASE WHEN e.kind = 'receipt' AND e.total > 0 THEN 1 ELSE 0 END AS receipts,
    CASE WHEN e.kind = 'receipt' THEN e.total ELSE 0 END AS sales_minor,
    CASE WHEN e.kind = 'return' THEN e.total ELSE 0 END AS returns_minor"""


def card_of(member: str) -> str:
    """SQL for what a member is shown by: the first card, the phone where there is none; NULL without either."""
    return f"(SELECT c.shown FROM cards c WHERE c.member = {member} ORDER BY c.kind, c.number LIMIT 1)"


def day_text(column: str) -> str:
    """SQL for a column of day numbers as ISO text."""
    return f"date({column} * 86400, 'unixepoch')"


def utc_text(column: str) -> str:
    """SQL for a column of instants as RFC 3339 text in UTC."""
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, 'unixepoch')"


def _local(column: str, offset: str) -> str:
    return (
        f"strftime('%Y-%m-%dT%H:%M:%S', {column} + {offset}, 'unixepoch')"
        f" || printf('%s%02d:%02d', CASE WHEN {offset} < 0 THEN '-' ELSE '+' END,"
        f" abs({offset}) / 3600, abs({offset}) % 3600 / 60)"
    )


def _sum_of_kinds(*kinds: str) -> str:
    named = ", ".join(f"'{kind}'" for kind in kinds)
    return f"COALESCE(SUM(CASE WHEN e.kind IN ({named}) THEN e.points ELSE 0 END), 0)"


# The shares of an event `v` in the program that it was recorded in; one of several programs books its own beside them.
_OWN_SHARES = "line_shares s JOIN accounts a ON a.id = s.account WHERE v.program IN ('', a.program)"

_OPEN_TODAY = f"l.account = a.id AND l.opens_on <= {TODAY} AND l.expires_on >= {TODAY}"

# Who is enrolled; one row a member.
_MEMBER = f"""\
SELECT m.id AS member, m.name, m.phone, m.email, {day_text("m.birthday")} AS birthday_on, m.gender, m.tags, m.fields,
  m.consents, {day_text("m.enrolled_on")} AS enrolled_on
FROM members m"""

# Every number by which a member can be found; one row a card or phone.
_CARD = """\
SELECT c.number AS card, c.shown, c.kind, c.member, m.name
FROM cards c JOIN members m ON m.id = c.member"""

# What an account holds today; one row a member and program.
# balance = open + held - deficit; available = max(0, balance - held); where a deficit stands no lot holds anything.
# state: merged (into another member), blocked, control (kept out of points, to measure by) or open.
_BALANCE = f"""\
SELECT account, member, program, name, open_points + held - deficit AS balance, pending, held,
  CASE WHEN open_points > deficit THEN open_points - deficit ELSE 0 END AS available, deficit, tier, tier_since_on,
  {day_text("next_expiry")} AS next_expiry_on,
  (SELECT SUM(l.remaining) FROM open_lots l
    WHERE l.account = s.account AND l.expires_on = s.next_expiry AND l.opens_on <= {TODAY}) AS next_expiry_points,
  last_purchase_on, state
FROM (
  SELECT a.id AS account, a.member, a.program, m.name, a.held, a.deficit, a.tier,
    {day_text("a.tier_since")} AS tier_since_on, {day_text("a.last_purchase_on")} AS last_purchase_on,
    CASE WHEN a.merged_into IS NOT NULL THEN 'merged' WHEN a.blocked = 1 THEN 'blocked'
      WHEN a.control = 1 THEN 'control' ELSE 'open' END AS state,
    COALESCE((SELECT SUM(l.remaining) FROM open_lots l WHERE {_OPEN_TODAY}), 0) AS open_points,
    COALESCE((SELECT SUM(l.remaining) FROM open_lots l WHERE l.account = a.id AND l.opens_on > {TODAY}), 0) AS pending,
    (SELECT MIN(l.expires_on) FROM open_lots l WHERE {_OPEN_TODAY} AND l.expires_on < {NEVER}) AS next_expiry
  FROM accounts a JOIN members m ON m.id = a.member
) s"""

# Every entry of the ledger, with the receipt or other event that caused it.
_LEDGER = f"""\
SELECT e.account, a.member, a.program, e.n AS entry, e.kind, e.points, {day_text("e.day")} AS day,
  {utc_text("e.at")} AS at_utc, {_local("e.at", "v.utc_offset")} AS at_local,
  {day_text("e.opens_on")} AS opens_on, {day_text("e.expires_on")} AS expires_on,
  e.rule, e.origin AS origin_entry, e.event, v.kind AS event_kind, v.number AS event_number,
  v.source, v.shop, v.actor, v.reason
FROM entries e JOIN accounts a ON a.id = e.account LEFT JOIN events v ON v.seq = e.event"""

# Every lot ever opened, empty ones too.  state: pending, open, expired (its last day is over, not yet written), empty.
_LOT = f"""\
SELECT e.account, a.member, a.program, e.n AS lot, e.kind, e.points, COALESCE(l.remaining, 0) AS remaining,
  CASE WHEN l.n IS NULL THEN 'empty' WHEN e.opens_on > {TODAY} THEN 'pending' WHEN e.expires_on < {TODAY} THEN 'expired'
    ELSE 'open' END AS state,
  {day_text("e.opens_on")} AS opens_on, {day_text("e.expires_on")} AS expires_on, e.rule, e.origin AS origin_lot,
  e.event, v.number AS event_number
FROM entries e JOIN accounts a ON a.id = e.account
  LEFT JOIN open_lots l
    ON l.account = e.account AND l.expires_on = e.expires_on AND l.opens_on = e.opens_on AND l.n = e.n
  LEFT JOIN events v ON v.seq = e.event
WHERE e.opens_on IS NOT NULL"""

# Receipts and returns.  total_minor is positive for both; revenue_minor is below zero for a return.
_RECEIPT = f"""\
SELECT v.seq AS event, v.number AS receipt_id, v.kind, v.source, v.shop, v.till, v.cashier, v.member,
  {day_text("v.day")} AS day, {utc_text("v.at")} AS at_utc, {_local("v.at", "v.utc_offset")} AS at_local,
  v.total AS total_minor, CASE WHEN v.kind = 'return' THEN -v.total ELSE v.total END AS revenue_minor,
  v.spent AS spent_points, v.spent_minor, CASE WHEN v.kind = 'receipt' THEN v.total - v.spent_minor END AS to_pay_minor,
  COALESCE((SELECT SUM(s.award) FROM {_OWN_SHARES} AND s.event = v.seq), 0) AS earned_points,
  v.tier, v.payments, COALESCE(v.original_number, o.number) AS original_receipt_id,
  {utc_text("v.recorded_at")} AS recorded_at_utc, v.program
FROM events v LEFT JOIN events o ON v.kind = 'return' AND o.seq = v.original
WHERE v.kind IN ('receipt', 'return')"""

# The lines of receipts and returns, with their part of what the receipt earned and spent.
_RECEIPT_LINE = f"""\
SELECT r.event, v.number AS receipt_id, v.kind, {day_text("v.day")} AS day, v.shop, v.member, r.line, r.sku,
  r.name, r.category, r.brand, r.quantity AS quantity_thousandths, r.amount AS amount_minor,
  r.discount AS discount_minor, r.of_line AS original_line,
  COALESCE((SELECT SUM(s.award) FROM {_OWN_SHARES} AND s.event = r.event AND s.line = r.line), 0) AS earned_points,
  COALESCE((SELECT SUM(s.spent) FROM line_shares s WHERE s.event = r.event AND s.line = r.line), 0) AS spent_points,
  COALESCE((SELECT SUM(s.spent_minor) FROM line_shares s WHERE s.event = r.event AND s.line = r.line), 0) AS spent_minor
FROM receipt_lines r JOIN events v ON v.seq = r.event"""

# What will expire, pending points too; one row an account and last day.
_EXPIRING = f"""\
SELECT l.account, a.member, a.program, m.name, {day_text("l.expires_on")} AS expires_on,
  l.expires_on - {TODAY} AS days_left, SUM(l.remaining) AS points
FROM open_lots l JOIN accounts a ON a.id = l.account JOIN members m ON m.id = a.member
WHERE l.expires_on >= {TODAY} AND l.expires_on < {NEVER}
GROUP BY l.account, a.member, a.program, m.name, l.expires_on"""

# The double entry; one row a program.  What was issued and adjusted, less what was redeemed, expired, written off and
# taken back, is what stands open, pending and held less the deficits: `difference` is 0, or the
# file was changed from outside.
_LIABILITY = f"""\
SELECT program, issued, adjusted, redeemed, expired, written_off, taken_back, extended, transferred, open, pending,
  held, deficit, issued + adjusted + extended + transferred - redeemed - expired - written_off - taken_back
    - (open + pending + held - deficit) AS difference
FROM (
  SELECT p.program,
    COALESCE(b.issued, 0) AS issued, COALESCE(b.adjusted, 0) AS adjusted, COALESCE(b.redeemed, 0) AS redeemed,
    COALESCE(b.expired, 0) AS expired, COALESCE(b.written_off, 0) AS written_off,
    COALESCE(b.taken_back, 0) AS taken_back, COALESCE(b.extended, 0) AS extended,
    COALESCE(b.transferred, 0) AS transferred,
    COALESCE(l.open, 0) AS open, COALESCE(l.pending, 0) AS pending, p.held, p.deficit
  FROM (SELECT program, SUM(held) AS held, SUM(deficit) AS deficit FROM accounts GROUP BY program) p
  LEFT JOIN (
    SELECT a.program, {_sum_of_kinds("accrual", "grant", "opening")} AS issued,
      {_sum_of_kinds("adjustment")} AS adjusted,
      -{_sum_of_kinds("redemption", "restore", "gift")} AS redeemed, -{_sum_of_kinds("expiry")} AS expired,
      -{_sum_of_kinds("inactivity")} AS written_off, {_sum_of_kinds("transfer-out", "transfer-in")} AS transferred,
      -{_sum_of_kinds("take-back")} AS taken_back, {_sum_of_kinds("extension")} AS extended
    FROM entries e JOIN accounts a ON a.id = e.account GROUP BY a.program
  ) b ON b.program = p.program
  LEFT JOIN (
    SELECT a.program, SUM(CASE WHEN l.opens_on <= {TODAY} THEN l.remaining ELSE 0 END) AS open,
      SUM(CASE WHEN l.opens_on > {TODAY} THEN l.remaining ELSE 0 END) AS pending
    FROM open_lots l JOIN accounts a ON a.id = l.account GROUP BY a.program
  ) l ON l.program = p.program
) s"""

# What the KPI are made of, by business day and shop.  buyer: member or guest (a receipt without a card); receipts that
# total 0, and returns, are not counted; revenue_minor = sales_minor - returns_minor.
_KPI_DAY = f"""\
SELECT {day_text("s.day_number")} AS day, s.shop,
  CASE WHEN s.member IS NULL THEN 'guest' ELSE 'member' END AS buyer, s.with_points,
  SUM(s.receipts) AS receipts, SUM(s.sales_minor) AS sales_minor, SUM(s.returns_minor) AS returns_minor,
  SUM(s.sales_minor) - SUM(s.returns_minor) AS revenue_minor
FROM (
  SELECT e.day AS day_number,
{SALE_COLUMNS}
  FROM events e {SALE_OF_RETURN}
  WHERE e.kind IN ('receipt', 'return')
) s
GROUP BY s.day_number, s.shop, CASE WHEN s.member IS NULL THEN 'guest' ELSE 'member' END, s.with_points"""

# name -> its SELECT, in the order of the contract
VIEWS: dict[str, str] = {
    "v_member": _MEMBER,
    "v_card": _CARD,
    "v_balance": _BALANCE,
    "v_ledger": _LEDGER,
    "v_lot": _LOT,
    "v_receipt": _RECEIPT,
    "v_receipt_line": _RECEIPT_LINE,
    "v_expiring": _EXPIRING,
    "v_liability": _LIABILITY,
    "v_kpi_day": _KPI_DAY,
}

# name -> what its rows are, as `db views` says it
ABOUT: dict[str, str] = {
    "v_member": "Who is enrolled; a row a member",
    "v_card": "Every number by which a member is found; a row a card or phone",
    "v_balance": "What an account holds today; a row a member and program",
    "v_ledger": "Every entry, with what caused it",
    "v_lot": "Every lot of points ever opened, empty ones too",
    "v_receipt": "Receipts and returns, with a card and without",
    "v_receipt_line": "Their lines",
    "v_expiring": "What will expire; a row an account and last day",
    "v_liability": "The double entry; a row a program",
    "v_kpi_day": "What the figures of kpi are made of; a row a day, shop, buyer and use of points",
}


def columns(connection: sqlite3.Connection, view: str) -> list[str]:
    """The columns of a view, in their order; none where the database lacks it."""
    return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (view,))]
