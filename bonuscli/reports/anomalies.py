"""What a till should be asked about: signs that points go where they should not, by cashier, case by case.

* ``many-receipts``: one card on --times receipts (5) or more, each above 0, of one cashier on one business day: a
  cashier who keeps a card of his own for customers without one.  Points are none, the amount is that of the receipts.
* ``redeemed-without-purchase``: points spent on days before today for which no receipt has come, and which nobody took
  back: spent for nothing, or paid out of the till.  The cashier is whoever is named by the till, else by --actor.
* ``returned-after-redemption``: goods brought back, in part or whole, of a receipt that points paid for; one case a
  cashier, card and day of returns.  The cashier is the one who took them back; points are those that the receipts had
  been paid with, the amount is that of the returns.

A sign is no proof: a big family, a corrected mistake and a wrong size look the same.  Compare cashiers: --by cashier
counts cases beside all of a cashier's documents within the days, receipts and returns.  Cards are masked.

Worked number: Olga rang up card 100 six times on Monday and five times on Tuesday, Ivan four times: 2 cases of Olga, of
her 110 documents 1.82 %, and none of Ivan.
"""

from collections import defaultdict

from bonuscli.reports.periods import Period
from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, DAY, GROUP, MONEY, PERCENT, POINTS, TEXT, Column, Table
from bonuscli.store.views import card_of

# Each: cashier, shop, day, member, how many documents, points, money.
_WITHIN = "e.day >= :from_day AND e.day < :to_day"
_SIGNS = {
    "many-receipts": f"""
SELECT e.cashier, MIN(e.shop), e.day, e.member, COUNT(*), 0, SUM(e.total) FROM events e
WHERE e.kind = 'receipt' AND e.total > 0 AND e.member IS NOT NULL AND {_WITHIN}
GROUP BY e.day, e.member, e.cashier HAVING COUNT(*) >= :times""",
    "redeemed-without-purchase": f"""
SELECT CASE WHEN e.cashier = '' THEN COALESCE(e.actor, '') ELSE e.cashier END, MIN(e.shop), e.day, e.member,
  COUNT(*), SUM(e.spent), SUM(e.spent_minor) FROM events e
WHERE e.kind IN ('redeem', 'capture') AND e.program = :program AND {_WITHIN} AND e.day < :today
  AND NOT EXISTS (SELECT 1 FROM events r WHERE r.original = e.seq AND r.kind IN ('receipt', 'undo'))
  AND NOT EXISTS (SELECT 1 FROM events r WHERE r.number = e.number AND r.kind = 'receipt' AND r.member = e.member)
GROUP BY 1, e.day, e.member""",
    "returned-after-redemption": f"""
SELECT x.cashier, MIN(x.shop), x.day, x.member, SUM(x.returns), SUM(x.spent), SUM(x.total) FROM (
  SELECT e.cashier, MIN(e.shop) AS shop, e.day, e.member, COUNT(*) AS returns, MAX(o.spent) AS spent,
    SUM(e.total) AS total
  FROM events e CROSS JOIN events o
  WHERE e.original > 0 AND e.kind = 'return' AND {_WITHIN} AND o.seq = e.original AND o.spent > 0
    AND o.program = :program
  GROUP BY e.cashier, e.day, e.member, o.seq
) x GROUP BY x.cashier, x.day, x.member""",
}
_CARD = f"SELECT {card_of(':member')}"
_DOCUMENTS = f"SELECT e.cashier, COUNT(*) FROM events e WHERE e.kind IN ('receipt', 'return') AND {_WITHIN} GROUP BY 1"

_AMOUNTS = (
    Column("documents", "Documents", COUNT),
    Column("points", "Points", POINTS),
    Column("amount_minor", "Amount", MONEY),
)
_BY_CASE = (
    Column("sign", "Sign", TEXT),
    Column("cashier", "Cashier", GROUP),
    Column("shop", "Shop", TEXT),
    Column("day", "Day", DAY),
    Column("card", "Card", TEXT),
    *_AMOUNTS,
)
_BY_CASHIER = (
    Column("sign", "Sign", TEXT),
    Column("cashier", "Cashier", GROUP),
    Column("cases", "Cases", COUNT),
    *_AMOUNTS,
    Column("all_documents", "All documents", COUNT),
    Column("share_of_documents", "Cases of documents", PERCENT),
)


def anomalies(question: Question) -> Table:
    """Every case, by sign, cashier and day; with ``by`` cashier how many each has, those with most cases first."""
    whole = question.window()
    by = question.asked["by"] or "case"
    asked = {**whole.bounds, "times": question.asked["times"]}
    cases = [(sign, *case) for sign, sql in _SIGNS.items() for case in sorted(question.rows(sql, **asked), key=_order)]
    return question.table(
        f"Signs {whole.told}",
        _BY_CASE if by == "case" else _BY_CASHIER,
        _case_rows(question, cases) if by == "case" else _cashier_rows(question, cases, whole),
        head=(
            *whole.head,
            ("by", TEXT, by),
            ("times", COUNT, question.asked["times"]),
        ),
        notes=("A sign is no proof.",),
        blocks="sign",
    )


def _order(case: tuple) -> tuple:
    cashier, _, day, member, *_ = case
    return cashier, day, member


def _case_rows(question: Question, cases: list[tuple]) -> list[tuple]:
    rows = []
    for sign, cashier, shop, day, member, *amounts in cases:
        card = question.rows(_CARD, member=member)[0][0]
        rows.append((sign, cashier, shop, day, card, *amounts))
    return rows


def _cashier_rows(question: Question, cases: list[tuple], whole: Period) -> list[tuple]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for sign, cashier, _, _, _, *amounts in cases:
        for place, more in enumerate((1, *amounts)):
            sums[sign, cashier][place] += more
    documents = dict(question.rows(_DOCUMENTS, **whole.bounds))
    places = {sign: place for place, sign in enumerate(_SIGNS)}
    ordered = sorted(sums.items(), key=lambda item: (places[item[0][0]], -item[1][0], item[0][1]))
    return [
        (sign, cashier, *figures, documents.get(cashier, 0), share(figures[0], documents.get(cashier, 0)))
        for (sign, cashier), figures in ordered
    ]
