"""Do the receipts in the store come to what the tills say of each day?  Every difference by day and shop, and why.

The tills' totals come from Z-reports or from a back office, on another way than the receipts did; where both agree,
nothing was lost and nothing came twice.  Nothing is changed.  A cause is likely, not proven: it is what would explain
the difference to the last minor unit.
"""

from collections import Counter, namedtuple
from pathlib import Path

from bonuscli.importers.day_totals import DayTotal, read_day_totals
from bonuscli.near import near_or_known
from bonuscli.services.reconcile_causes import NOTHING, Cause, Day, Documents, Key, KeyOf, cause_of
from bonuscli.services.shop import Session, Shop
from bonuscli.store import day_sums

RECEIPTS, TOTAL, RETURNS = "receipts", "total", "returns"

# One figure of one day that is not as the file says.  line: of the file, or 0 where it does not tell this day; day:
# number; shop, till: texts, or None where the file does not tell them apart; measure: receipts (a count), total or
# returns (minor units); told, stored: integers; difference: told less stored; cause: see reconcile_causes.Cause.
Difference = namedtuple("Difference", "line day shop till measure told stored difference cause")
# days: how many days of shops (and tills) were compared; differences: tuple of Difference in the order of days, shops,
# tills; first, last: the days from which and through which; net: whether totals are less returns; others: shops that
# have receipts on these days and that the file does not tell, with the number of their documents; told, stored: sums of
# all totals compared, minor units; currency, digits: of the money.
Reconciled = namedtuple("Reconciled", "days differences first last net others told stored currency digits")


def reconcile(shop: Shop, path: Path, columns: dict[str, str] | None = None) -> Reconciled:
    """Compare the store with a file of day totals: CSV, a workbook, or ``.xml`` with retail reports of EnterpriseData.

    ``columns``: fields (day, shop, till, receipts, total, returns) to the file's own names of columns, beside the names
    that are known.  Without a column of shops, or of tills, all of them are one.  Without returns, totals are compared
    with sales less returns.  ``BonusError`` ``bad_file`` where the file cannot be read.
    """
    with shop.reading(scoring=False) as session:
        program = session.current
        rows = read_day_totals(path, program.digits, columns)
        by_shop, by_till = (any(getattr(row, field) is not None for row in rows) for field in ("shop", "till"))
        net = all(row.returns is None for row in rows)

        def key_of(day: int, shop: str, till: str) -> Key:
            return day, shop if by_shop else None, till if by_till else None

        told, lines = _told(rows, key_of)
        first, last = min(key[0] for key in told), max(key[0] for key in told)
        stored = _stored(session, key_of, first - 1, last + 1)
        named = {key[1] for key in told}
        keys = {key for key in stored if first <= key[0] <= last and key[1] in named} | set(told)
        # What the file says of a day that it leaves out, in the figures that it tells.
        blank = Day(0 if any(row.receipts is not None for row in rows) else None, 0, 0, 0)
        documents = Documents(session.connection, session.calendar, key_of)
        comparison = _Comparison(session, told, stored, blank, documents, net)
        differences = []
        for key in sorted(keys, key=lambda key: (key[0], key[1] or "", key[2] or "")):
            differences += comparison.differences(key, lines.get(key, 0))
        return Reconciled(
            len(keys),
            tuple(differences),
            first,
            last,
            net,
            _others(stored, first, last, named) if by_shop else (),
            sum(told[key].sold(net) for key in told),
            sum(stored[key].sold(net) for key in keys if key in stored),
            program.currency,
            program.digits,
        )


def _told(rows: list[DayTotal], key_of: KeyOf) -> tuple[dict[Key, Day], dict[Key, int]]:
    """What the file says of each key, several rows of one added up, and the line of the first of them."""
    told: dict[Key, Day] = {}
    lines: dict[Key, int] = {}
    for row in rows:
        key = key_of(row.day, row.shop or "", row.till or "")
        lines.setdefault(key, row.line)
        before = told.get(key, NOTHING)
        known = row.receipts is not None and before.receipts is not None
        receipts = before.receipts + row.receipts if known else None
        told[key] = Day(receipts, before.sales + row.total, before.returns + (row.returns or 0), 0)
    return told, lines


def _stored(session: Session, key_of: KeyOf, first: int, last: int) -> dict[Key, Day]:
    stored: dict[Key, Day] = {}
    for day, shop, till, *figures in day_sums.day_sums(session.connection, first, last):
        key = key_of(day, shop, till)
        stored[key] = Day(*map(sum, zip(stored.get(key, NOTHING), figures, strict=True)))
    return stored


class _Comparison:
    """What the file and the store say of each key, and what explains that they differ."""

    def __init__(
        self,
        session: Session,
        told: dict[Key, Day],
        stored: dict[Key, Day],
        blank: Day,
        documents: Documents,
        net: bool,
    ) -> None:
        self._session = session
        self._told, self._stored = told, stored
        self._blank = blank
        self._documents = documents
        self._net = net

    def differences(self, key: Key, line: int) -> list[Difference]:
        """One for each figure of a day that is not as the file says."""
        theirs, ours, net = self._told.get(key, self._blank), self._stored.get(key, NOTHING), self._net
        figures = [(RECEIPTS, theirs.receipts, ours.receipts), (TOTAL, theirs.sold(net), ours.sold(net))]
        if not net:
            figures.append((RETURNS, theirs.returns, ours.returns))
        return [
            Difference(line, *key, measure, told, stored, told - stored, self._cause(key, measure))
            for measure, told, stored in figures
            if told is not None and told != stored
        ]

    def _cause(self, key: Key, measure: str) -> Cause:
        if key not in self._told:
            return Cause("not-in-file", "the file says nothing of this day", ())
        if key not in self._stored:
            return self._without_receipts(key[1])
        return cause_of(key, self._told, self._stored, self._documents, self._net, measure == RETURNS)

    def _without_receipts(self, shop: str | None) -> Cause:
        """Why there is nothing at all: another name of the shop, or a file that was not imported."""
        known = day_sums.shops(self._session.connection) if shop is not None else []
        if shop is not None and shop not in known:
            return Cause("unknown-shop", f"no receipt is of the shop {shop!r}", (near_or_known(shop, known),))
        return Cause("not-imported", "nothing is stored of this day: was its file imported?", ())


def _others(stored: dict[Key, Day], first: int, last: int, named: set[str | None]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for (day, shop, _), figures in stored.items():
        if shop is not None and shop not in named and first <= day <= last:
            counts[shop] += figures.receipts
    return tuple(sorted(counts.items()))
