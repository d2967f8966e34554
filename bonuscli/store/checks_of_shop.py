"""What holds over the whole shop and over time, checked by SQL alone: the second half of ``checks``.

Points that move between accounts sum to zero, a key has one effect, a line comes back once, a lot lives as long as it
was given to live, and a card that is closed moves nothing.  Days are compared as they were booked; the two days of
grace where an account's clock is turned into a day are for any zone and any beginning of the business day.
"""

# :member NULL means all accounts.
OF_MEMBER = "(:member IS NULL OR a.member = :member)"

_TRANSFERS = "'transfer-out', 'transfer-in'"
_ISSUED = "'accrual', 'grant', 'opening', 'adjustment'"
_GONE = "'redemption', 'restore', 'gift', 'expiry', 'inactivity', 'take-back', 'extension'"
# What a blocked card must not do.  What a till has already taken off a receipt stands: a trusted redemption is a fact.
_EARNS_OR_SPENDS = "'receipt', 'redeem', 'hold', 'capture', 'gift', 'transfer', 'action', 'grant'"

# invariant's own words -> the statement
CHECKS_OF_SHOP: dict[str, str] = {
    # 4: what extensions and transfers move sums to zero, and what was issued is where it can be seen.
    "extensions sum to zero": f"""
    SELECT 4, e.account, NULL, 'extensions sum to ' || SUM(e.points) || ', they should to 0'
    FROM entries e JOIN accounts a ON a.id = e.account WHERE e.kind = 'extension' AND {OF_MEMBER}
    GROUP BY e.account HAVING SUM(e.points) <> 0
    """,
    "transfers sum to zero": f"""
    SELECT 4, NULL, NULL, 'transfers of ' || a.program || ' sum to ' || SUM(e.points) || ', they should to 0'
    FROM entries e JOIN accounts a ON a.id = e.account WHERE e.kind IN ({_TRANSFERS}) AND :member IS NULL
    GROUP BY a.program HAVING SUM(e.points) <> 0
    """,
    "what was issued is somewhere": f"""
    SELECT 4, NULL, NULL, a.program || ' has issued ' || SUM(x.issued) || ' points, ' || -SUM(x.gone)
        || ' of them are gone, and its accounts hold ' || SUM(a.points + a.held - a.deficit)
    FROM accounts a JOIN (
        SELECT a.id, COALESCE(SUM(CASE WHEN e.kind IN ({_ISSUED}) THEN e.points ELSE 0 END), 0) AS issued,
               COALESCE(SUM(CASE WHEN e.kind IN ({_GONE}) THEN e.points ELSE 0 END), 0) AS gone
        FROM accounts a LEFT JOIN entries e ON e.account = a.id GROUP BY a.id) x ON x.id = a.id
    WHERE :member IS NULL GROUP BY a.program
    HAVING SUM(x.issued) + SUM(x.gone) <> SUM(a.points + a.held - a.deficit)
    """,
    # 5: one key, one effect.
    "one key has one effect": """
    SELECT 5, NULL, NULL, ev.kind || ' ' || ev.number || ' of source ' || quote(ev.source) || ' was recorded '
        || COUNT(*) || ' times, it can be 1'
    FROM events ev WHERE :member IS NULL OR ev.member = :member
    GROUP BY ev.number, ev.source, ev.kind HAVING COUNT(*) > 1
    """,
    # 7: of a line at most all of it comes back.
    "no line comes back twice": f"""
    SELECT 7, a.id, NULL, 'receipt ' || o.number || ' line ' || rl.of_line || ' of ' || ol.quantity
        || ' thousandths and ' || ol.amount || ' minor units came back with ' || SUM(rl.quantity) || ' and '
        || SUM(rl.amount) || ', or ' || SUM(rl.part * 1000000 / rl.whole) || ' of 1000000 parts'
    FROM receipt_lines rl JOIN events r ON r.seq = rl.event JOIN events o ON o.seq = r.original
    JOIN receipt_lines ol ON ol.event = o.seq AND ol.line = rl.of_line
    LEFT JOIN accounts a ON a.member = o.member AND a.program = o.program
    WHERE rl.of_line IS NOT NULL AND {OF_MEMBER} GROUP BY o.seq, rl.of_line
    HAVING SUM(rl.part * 1000000 / rl.whole) > 1000000
        OR ABS(SUM(rl.amount)) > ABS(ol.amount) OR ABS(SUM(rl.quantity)) > ABS(ol.quantity)
    """,
    # 8: points live as long as their lot, or as the one lot that it was prolonged into.
    "a lot is prolonged once": f"""
    SELECT 8, e.account, e.n, 'lot ' || e.n || ' prolongs lot ' || e.origin || ', which prolongs lot '
        || COALESCE(o.origin, 'of no entry')
    FROM entries e JOIN accounts a ON a.id = e.account
    LEFT JOIN entries o ON o.account = e.account AND o.n = e.origin AND o.opens_on IS NOT NULL
    WHERE e.kind = 'extension' AND e.points > 0 AND o.origin IS NOT 0 AND {OF_MEMBER}
    """,
    "a lot that moved lives as long as before": f"""
    SELECT 8, e.account, e.n, 'lot ' || e.n || ' ends on day ' || e.expires_on || ', lot ' || o.n || ' of account '
        || o.account || ' that it came of on day ' || o.expires_on
    FROM inherited i JOIN entries e ON e.account = i.account AND e.n = i.n AND e.opens_on IS NOT NULL
    JOIN entries o ON o.account = i.of_account AND o.n = i.lot JOIN accounts a ON a.id = e.account
    WHERE e.expires_on <> o.expires_on AND {OF_MEMBER}
    """,
    # 9: what fell due was booked, on its day.
    "what has ended is not left": f"""
    SELECT 9, l.account, l.n, 'lot ' || l.n || ' ended with day ' || l.expires_on || ', on day ' || (a.clock / 86400)
        || ' it has ' || l.remaining
    FROM open_lots l JOIN accounts a ON a.id = l.account
    WHERE l.expires_on < a.clock / 86400 - 2 AND {OF_MEMBER}
    """,
    "a hold that timed out is let go": f"""
    SELECT 9, h.account, h.entry, 'hold ' || h.entry || ' was to end at ' || h.deadline || ', at ' || a.clock
        || ' it has ' || h.points
    FROM holds h JOIN accounts a ON a.id = h.account WHERE h.deadline < a.clock AND {OF_MEMBER}
    """,
    "points expire after their last day": f"""
    SELECT 9, e.account, e.n, 'expiry ' || e.n || ' of day ' || e.day || ' took from lot ' || l.n
        || ', whose last day is ' || l.expires_on
    FROM entries e JOIN accounts a ON a.id = e.account JOIN allocations al ON al.account = e.account AND al.cause = e.n
    JOIN entries l ON l.account = al.account AND l.n = al.lot
    WHERE e.kind = 'expiry' AND e.day <> l.expires_on + 1 AND {OF_MEMBER}
    """,
    "points are spent through their last day": f"""
    SELECT 9, e.account, e.n, e.kind || ' ' || e.n || ' of day ' || e.day || ' took from lot ' || l.n
        || ', whose last day is ' || l.expires_on
    FROM entries e JOIN accounts a ON a.id = e.account
    JOIN allocations al ON al.account = e.account AND al.cause = e.n AND al.entry = e.n AND al.debit = e.n
    JOIN entries l ON l.account = al.account AND l.n = al.lot
    WHERE e.kind IN ('redemption', 'hold', 'gift', 'transfer-out') AND e.points < 0 AND e.day > l.expires_on
      AND {OF_MEMBER}
    """,
    # 12: a closed card moves nothing.
    "a merged account is empty": f"""
    SELECT 12, a.id, NULL, 'account ' || a.id || ' was merged into account ' || a.merged_into || ' and has '
        || (a.points + a.held) || ' points, a deficit of ' || a.deficit || ' and ' || COUNT(l.n) || ' lots'
    FROM accounts a LEFT JOIN open_lots l ON l.account = a.id WHERE a.merged_into IS NOT NULL AND {OF_MEMBER}
    GROUP BY a.id HAVING a.points + a.held + a.deficit + COUNT(l.n) <> 0
    """,
    "a blocked card neither earns nor spends": f"""
    SELECT 12, e.account, e.n, e.kind || ' ' || e.n || ' of ' || e.points || ' points came by ' || ev.kind || ' '
        || ev.number || ' while the card was blocked: it should be of 0'
    FROM events b JOIN events ev ON ev.member = b.member AND ev.seq > b.seq AND ev.kind IN ({_EARNS_OR_SPENDS})
    JOIN accounts a ON a.member = ev.member JOIN entries e ON e.account = a.id AND e.event = ev.seq
    WHERE b.kind = 'block' AND b.body = '{{"blocked":true}}' AND {OF_MEMBER}
      AND (ev.kind <> 'receipt' OR e.kind IN ('accrual', 'grant')) AND e.kind <> 'opening'
      AND NOT EXISTS (SELECT 1 FROM events u WHERE u.member = b.member AND u.kind = 'block' AND u.seq > b.seq
                      AND u.seq < ev.seq)
    """,
}
