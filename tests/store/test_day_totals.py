"""Figures of whole days: what is kept step by step is what the whole ledger gives, and reports that read them tell the
same as the documents do.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonuscli.reports.kpi import kpi
from bonuscli.reports.periods import Period, days_with_receipts, months_of, window
from bonuscli.reports.repeats import WITHIN_DAYS, Repeats, read_repeats
from bonuscli.reports.sales import Sales, read_sales
from bonuscli.reports.standing import Standing, read_standing, read_standing_by
from bonuscli.services.database import rebuild
from bonuscli.services.shop import Session, Shop
from bonuscli.services.verify import verify
from bonuscli.store import days_anew
from bonuscli.store.day_tables import DAY_TABLES
from bonuscli.store.member_sets import among, bits, packed, united, with_members
from bonuscli.store.views import SALE_COLUMNS, SALE_OF_RETURN
from tests.ledger.everything import tell_everything
from tests.properties.stories import Story

IDS = st.integers(1, 3_000) | st.integers(1, 40) | st.integers(1, 2**31)


# --- sets of members --------------------------------------------------------------------------------------------------


@given(st.sets(IDS, max_size=60), st.sets(IDS, max_size=40), st.sets(IDS, max_size=20))
def test_a_set_of_members_is_what_went_into_it(first: set[int], second: set[int], asked: set[int]) -> None:
    """Who was put in is in, whoever was there before, and nobody else."""
    both = with_members(packed(first), second)
    assert among(both, sorted(asked)) == [member for member in sorted(asked) if member in first | second]
    if max(first | second | {0}) < 10_000:
        assert united(packed(first), packed(second)) == united(both) == bits(first | second)


@given(st.lists(st.sets(IDS, max_size=30), max_size=8))
def test_the_same_members_give_the_same_bytes(batches: list[set[int]]) -> None:
    """The bytes follow from the members, not from the order or the groups in which they came."""
    members = b""
    for batch in batches:
        members = with_members(members, batch)
    assert members == packed(set().union(*batches))


def test_the_shorter_way_to_write_a_set_is_taken() -> None:
    """Few of many members are a list of four bytes each, many of them a bitmap, up to twice as long: it is faster."""
    assert packed([]) == b""
    assert len(packed([1_000_000])) == 1 + 4
    assert len(packed(range(1, 1_001))) == 1 + 126
    assert (packed([1, 63])[:1], packed([1, 127])[:1], packed([1, 128])[:1]) == (b"b", b"b", b"l")


# --- what is kept is what the ledger gives ----------------------------------------------------------------------------


def rows_of_days(path: Path) -> dict[str, list[tuple]]:
    """What stands in the tables of days."""
    with closing(sqlite3.connect(path)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in DAY_TABLES}


@pytest.mark.parametrize("seed", range(4))
def test_days_kept_step_by_step_are_those_of_the_whole_ledger(seed: int, tmp_path: Path) -> None:
    """After any story, with late receipts, returns, mergers and undone acts, the rows are those made anew."""
    story = Story(seed, tmp_path)
    story.tell()
    with closing(sqlite3.connect(story.path)) as connection:
        assert rows_of_days(story.path) == days_anew.made_anew(connection)


def test_db_rebuild_makes_the_days_again(tmp_path: Path) -> None:
    """Whatever stood in the tables of days, rebuilding gives what was kept, byte for byte."""
    shop = tell_everything(tmp_path)
    kept = rows_of_days(shop.path)
    assert all(kept.values())
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.execute("DELETE FROM day_members")
        connection.execute("UPDATE day_totals SET receipts = 99, buyers = x'00'")
        connection.execute("INSERT INTO day_points VALUES ('story', 9, 9)")
        connection.commit()
    assert len(verify(shop).findings) > 3
    rebuild(shop)
    assert rows_of_days(shop.path) == kept
    assert verify(shop).findings == []


# --- reports tell the same as the documents ---------------------------------------------------------------------------

_DOCUMENTS = f"""
SELECT COALESCE(o.program, e.program) AS program,
{SALE_COLUMNS}
FROM events e {SALE_OF_RETURN} WHERE e.day >= ? AND e.day < ? AND e.kind IN ('receipt', 'return')"""


def sales_by_row(connection: sqlite3.Connection, program: str, period: Period, shop: str | None) -> Sales:
    """The sales of a period, of one shop or of all, document by document."""
    told, buyers = [0] * 6, set()
    for of_program, member, sold_at, _, with_points, receipts, sold, back in connection.execute(
        _DOCUMENTS, (period.from_day, period.to_day)
    ):
        if shop is not None and sold_at != shop:
            continue
        net, own = sold - back, with_points and of_program == program
        for place, (counts, part) in enumerate(((True, receipts), (member is None, receipts), (own, receipts))):
            told[place] += part if counts else 0
        for place, counts in enumerate((True, member is None, own), 3):
            told[place] += net if counts else 0
        if receipts and member is not None:
            buyers.add(member)
    return Sales(len(buyers), *told)


_REPEATED = """
SELECT COUNT(*), COALESCE(SUM(j.day + :within < :end_day), 0), COALESCE(SUM(EXISTS (
    SELECT 1 FROM events r
    WHERE r.member = j.member AND r.kind = 'receipt' AND r.total > 0 AND r.at >= j.at
      AND r.day >= j.day AND r.day <= j.day + :within AND r.day < :end_day
      AND (COALESCE(json_extract(j.pinned, '$.with_receipt'), 0) = 0 OR r.seq <> COALESCE((
        SELECT MIN(f.seq) FROM events f WHERE f.member = j.member AND f.kind = 'receipt' AND f.at = j.at), 0))
  )), 0)
FROM accounts a CROSS JOIN events j
WHERE a.program = :program
  AND j.seq = (SELECT MIN(f.seq) FROM events f WHERE f.member = a.member AND f.kind = 'enrol')
  AND j.day >= :from_day AND j.day < :to_day"""


def repeats_by_row(connection: sqlite3.Connection, program: str, whole: Period, period: Period) -> Repeats:
    """Who joined in a period and bought again, receipt by receipt."""
    asked = {**period.bounds, "program": program, "within": WITHIN_DAYS, "end_day": whole.to_day}
    return Repeats(*connection.execute(_REPEATED, asked).fetchone())


def periods_of(session: Session) -> Iterator[tuple[Period, list[Period]]]:
    """Windows of a story with their months: all of it, parts of it, a day and nothing."""
    calendar = session.current.calendar
    first, last = days_with_receipts(session.connection) or (20_454, 20_454)
    for begins, ends in ((first, last + 1), (first + 5, last - 3), (first + 9, first + 10), (last, last), (0, last)):
        whole = window(begins, max(begins, ends), calendar.start_of)
        yield whole, months_of(whole, calendar.start_of) if begins else []


@pytest.mark.parametrize("seed", range(20, 23))
def test_the_figures_are_those_of_the_documents(seed: int, tmp_path: Path) -> None:
    """In any story each window, shop and month has the sales, repeats and open points that rows give one by one."""
    story = Story(seed, tmp_path)
    story.tell()
    for shop in Shop(story.path, now=story.now).each_program():
        with shop.reading() as session:
            connection, program = session.connection, session.program
            shops = [row[0] for row in connection.execute("SELECT DISTINCT shop FROM events")]
            for whole, months in periods_of(session):
                periods = [whole, *months]
                sales = read_sales(connection, program, periods)
                of_shops = read_sales(connection, program, periods, by_shop=True)
                repeats = read_repeats(connection, program, whole, periods)
                standing = read_standing(connection, program, periods)
                for place, period in enumerate(periods):
                    assert sales.get((place, None), Sales()) == sales_by_row(connection, program, period, None)
                    assert repeats[place] == repeats_by_row(connection, program, whole, period)
                    for name in shops:
                        assert of_shops.get((place, name), Sales()) == sales_by_row(connection, program, period, name)
                    of_tiers = read_standing_by(connection, program, period, "tier").values()
                    assert standing[place] == Standing(*map(sum, zip((0, 0), *of_tiers, strict=True)))


def test_the_figures_read_no_documents(tmp_path: Path) -> None:
    """However many receipts there are, the figures are read from days and accounts."""
    shop = tell_everything(tmp_path)
    with shop.reading() as session:
        seen: list[str] = []
        session.connection.set_trace_callback(seen.append)
        for by in (None, "shop"):
            kpi(
                session.connection, program=session.program, from_day=20_454, to_day=20_700, by=by,
                start_of=session.current.calendar.start_of, currency="EUR", digits=2, points_scale=0,
            )  # fmt: skip
        session.connection.set_trace_callback(None)
    tables = ("events e", "FROM entries", "allocations", "receipt_lines")
    assert seen
    assert not [sql for sql in seen if any(table in sql for table in tables)]


@settings(max_examples=5)
@given(st.integers(0, 10))
def test_an_empty_shop_has_no_days(many: int) -> None:
    """Where nothing was recorded there is nothing to tell of."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for name, (columns, options) in DAY_TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({', '.join(columns)}) {options}")
        assert read_sales(connection, "shop", [Period(None, many, many + 3, 0)]) == {}
        assert days_with_receipts(connection) is None
