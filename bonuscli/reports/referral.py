"""Members who were brought by others: the whole first, then who brought most.

A friend is a member of the program enrolled within the days with another as referrer.  "Bought" are friends with a
receipt of a positive total by now; "rewarded", those for whom the referral grant was given.  Sales are all receipts of
the friends by now, less what came back.  Points are those of the referral grant that the referrer got, and that the
friends got for having been brought, by now; of the whole, of everybody listed.

Worked number: Anna brought Ben, who bought for 80.00, and Cleo, who did not: 2 friends, 1 bought, 0.5 of them.
"""

from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, GROUP, MONEY, PERCENT, POINTS, TEXT, Column, Table
from bonuscli.store.views import card_of

_COLUMNS = (
    Column("referrer", "Referrer", COUNT),
    Column("card", "Card", GROUP),
    Column("name", "Name", TEXT),
    Column("friends", "Friends", COUNT),
    Column("bought", "Bought", COUNT),
    Column("share_bought", "Of friends", PERCENT),
    Column("rewarded", "Rewarded", COUNT),
    Column("sales_minor", "Sales of friends", MONEY),
    Column("referrer_points", "Referrer's points", POINTS),
    Column("friend_points", "Friends' points", POINTS),
)
# The referrer's points are booked by an effect of the friend's purchase, the friend's by the purchase itself.
_REFERRED = f"""
WITH friend AS MATERIALIZED (
  SELECT a.referrer, a.id, a.member,
    EXISTS (SELECT 1 FROM events v WHERE v.member = a.member AND v.kind = 'receipt' AND v.total > 0) AS bought,
    COALESCE((SELECT SUM(CASE v.kind WHEN 'receipt' THEN v.total ELSE -v.total END) FROM events v
      WHERE v.member = a.member AND v.kind IN ('receipt', 'return')), 0) AS sales,
    (SELECT SUM(e.points) FROM entries e LEFT JOIN events v ON v.seq = e.event
      WHERE e.account = a.id AND e.kind = 'grant' AND e.rule = 'referral' AND v.kind <> 'effect') AS points
  FROM accounts a
  WHERE a.program = :program AND a.referrer IS NOT NULL AND a.enrolled_at >= :from_at AND a.enrolled_at < :to_at)
SELECT f.referrer,
  COALESCE({card_of("f.referrer")}, ''), m.name,
  f.friends, f.bought, f.rewarded, f.sales, COALESCE((SELECT SUM(e.points) FROM accounts r CROSS JOIN entries e
    CROSS JOIN events v WHERE r.member = f.referrer AND r.program = :program AND e.account = r.id AND e.kind = 'grant'
    AND e.rule = 'referral' AND v.seq = e.event AND v.kind = 'effect'), 0), f.points
FROM (SELECT referrer, COUNT(*) AS friends, SUM(bought) AS bought, COUNT(points) AS rewarded, SUM(sales) AS sales,
  COALESCE(SUM(points), 0) AS points FROM friend GROUP BY referrer) f
LEFT JOIN members m ON m.id = f.referrer
ORDER BY f.friends DESC, f.bought DESC, f.referrer"""


def referral(question: Question) -> Table:
    """The whole, then at most ``limit`` referrers."""
    window = question.window()
    start_of = question.terms.calendar.start_of
    found = question.rows(_REFERRED, from_at=start_of(window.from_day), to_at=window.to_at)
    whole = (None, None, None, *(sum(row[place] for row in found) for place in range(3, 9)))
    rows = [(*row[:5], share(row[4], row[3]), *row[5:]) for row in (whole, *found[: question.asked["limit"]])]
    head = (*window.head, ("referrers", COUNT, len(found)))
    return question.table("Members brought by others", _COLUMNS, rows, head=head)
