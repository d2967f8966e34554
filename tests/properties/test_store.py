"""The store keeps what the engine books, in whatever order, company or portions the documents come."""

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bonuscli.days import format_day, parse_day
from bonuscli.errors import BonusError
from bonuscli.importers import Read, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.services import ingest
from bonuscli.services.accrue import accrue
from bonuscli.services.enroll import NO_PARTICULARS, enrol
from bonuscli.services.shop import Shop
from bonuscli.store import reads
from tests.ledger.tills import HEADER, assert_proven, dump, open_shop, send

NOW = "2026-06-01 12:00"
SECTIONS = {
    "points": '{name: {one: p, other: p}, value: "1.00", opens: {after: 3d}, lasts: {for: 20d}}',
    "earn": "{rules: [{id: base, kind: percent, rate: 30%}], cap: {per_day: 40}}",
    "tiers": '{window: 1mo, levels: [{id: low, from: "0"}, {id: high, from: "100.00"}]}',
    "grants": "{welcome: {points: 9, lasts: 30d, after: enrolment}}",
    "returns": "{restored_min_life: 14d}",
}
CARDS = ("1", "2", "3")
FIRST = parse_day("2026-01-10")
# (card, days since the last document, cents of two lines, points to spend, which earlier receipt something is of)
DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(CARDS),
        st.integers(0, 9),
        st.tuples(st.integers(1, 9_999), st.integers(0, 5_000)),
        st.sampled_from([0, 0, 3, 10, 25]),
        st.sampled_from([None, None, 1, 2, 5]),
    ),
    min_size=1,
    max_size=16,
)
ROOMY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows_by_document(documents: list[tuple]) -> list[tuple[str, list[str]]]:
    """(card, rows of the canonical file) for each document; returns name an earlier receipt of the same card."""
    told: list[tuple[str, list[str]]] = []
    sold: dict[str, list[str]] = {card: [] for card in CARDS}
    day = 0
    for number, (card, later, amounts, points, back) in zip(count(1), documents):
        day += later
        at = f"{format_day(FIRST + day - (7 if number % 5 == 0 else 0))} 10:00"  # every fifth is told a week late
        if back is not None and sold[card]:
            original = sold[card][-back % len(sold[card])]
            told.append((card, [f"x{number},return,{original},{at},{card},A,1,0.01,"]))
            continue
        sold[card].append(f"r{number}")
        told.append(
            (card, [
                f"r{number},sale,,{at},{card},{sku},2,{amount / 100:.2f},{points or ''}"
                for sku, amount in zip("AB", amounts, strict=True)
            ])
        )  # fmt: skip
    return told


def imported(folder: Path, name: str, told: list[tuple[str, list[str]]]) -> Shop:
    """A shop into which the documents were imported in this order, with members enrolled beforehand."""
    shop = open_shop(folder / f"{name}.db", NOW, **SECTIONS)
    enrol_all(shop)
    path = folder / f"{name}.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for _, rows in told for row in rows))
    send(shop, path, redeem="trust")
    assert_proven(shop)
    return shop


def enrol_all(shop: Shop) -> None:
    """All cards, as members of New Year's Day."""
    for card in CARDS:
        with shop.writing() as session:
            desk = session.desk()
            at = session.calendar.parse_instant("2026-01-01 09:00")
            enrol(session, desk, NO_PARTICULARS._replace(card=card), at, None)
            desk.flush()


@ROOMY
@given(DOCUMENTS, st.permutations(CARDS))
def test_members_do_not_touch_each_other(documents: list[tuple], order: list[str]) -> None:
    """Documents of different members interleaved in another order give the same ledgers."""
    told = rows_by_document(documents)
    apart = [each for card in order for each in told if each[0] == card]
    with TemporaryDirectory() as folder:
        mixed, sorted_out = imported(Path(folder), "mixed", told), imported(Path(folder), "apart", apart)
        assert dump(mixed) == dump(sorted_out)


@ROOMY
@given(DOCUMENTS, st.integers(1, 5), st.booleans())
def test_portions_do_not_matter(documents: list[tuple], size: int, live: bool) -> None:
    """An import in batches of any size, those of a first load or of a live one, stores what one batch stores."""
    told = rows_by_document(documents)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        whole = dump(imported(Path(folder), "whole", told))
        if live:
            patch.setattr(reads, "has_receipts", lambda _: True)
        for name in ("_UNHURRIED_BATCH", "_FIRST_BATCH", "_LARGEST_BATCH", "_SMALLEST_BATCH"):
            patch.setattr(ingest, name, size)
        assert dump(imported(Path(folder), "pieces", told)) == whole


@ROOMY
@given(DOCUMENTS)
def test_one_by_one_equals_a_file(documents: list[tuple]) -> None:
    """Receipts sent to ``accrue`` one after another give the ledger of the file that holds them."""
    sales = [(card, rows) for card, rows in rows_by_document(documents) if rows[0].startswith("r")]
    with TemporaryDirectory() as folder:
        shop = open_shop(Path(folder) / "single.db", NOW, **SECTIONS)
        enrol_all(shop)
        path = Path(folder) / "day.csv"
        path.write_text(HEADER + "".join(f"{row}\n" for _, rows in sales for row in rows))
        with shop.reading() as session:
            measures = session.measures
        refused = set()
        for read in open_receipts(path, load_profile("canonical"), measures):
            assert isinstance(read, Read)
            try:
                accrue(shop, read.receipt.card, read.receipt, confirmed=True)
            except BonusError:
                refused.add(read.receipt.number)
        file = open_shop(Path(folder) / "file.db", NOW, **SECTIONS)
        enrol_all(file)
        report = send(file, path, redeem="check")
        assert report.rejected == len(refused)
        assert dump(shop) == dump(file)
        assert_proven(shop)
