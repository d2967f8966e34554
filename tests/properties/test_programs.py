"""Programs of every policy: whatever they say, the ledger keeps its promises and can be folded again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bonuscli.engine import fold
from bonuscli.engine.book import Rows
from tests.properties.test_ledger import DEPOSITS, STEPS, stories
from tests.properties.till import NOBODY, Till, remaining_by_rows

RULES = (
    "",
    ", {id: each, kind: item, points: 2, goods: {skus: [S1]}}, {id: gift, kind: fixed, points: 5}",
    ", {id: step, kind: step, points: 1, per: 3.00}, {id: more, kind: multiply, factor: 2}",
)
RETURNS = st.builds(
    "returns: {{earned: {}, short: {}{}}}\n".format,
    st.sampled_from(["prorate", "by-line", "recompute", "keep"]),
    st.sampled_from(["deficit", "forgive"]),
    st.sampled_from(["", ", restored_min_life: 14d", ", restored_min_life: 3d"]),
)
TIERS = st.sampled_from(
    [
        "",
        'tiers: {window: 1mo, levels: [{id: low, from: "0"}, {id: top, from: 50.00, replaces: {base: 70%}}]}\n',
        'tiers: {window: lifetime, downgrade: recompute, levels: [{id: low, from: "0"}, {id: top, from: 50.00}]}\n',
    ]
)
GRANTS = st.sampled_from(["", "grants: {welcome: {points: 9, lasts: 20d, after: first-purchase}}\n"])


@st.composite
def tills(draw: st.DrawFn) -> Till:
    """A till under a program of some policies."""
    redeem = "redeem: {max_share: 60%, exclude: {goods: {skus: [S2]}}, leave_to_pay: 1.00}\n"
    more = draw(RETURNS) + draw(TIERS) + draw(GRANTS) + draw(st.sampled_from(["redeem: {}\n", redeem]))
    days = draw(st.tuples(st.sampled_from([0, 5]), st.sampled_from([0, 10, 30])))
    return Till(draw(st.sampled_from([3, 50])), *days, draw(st.sampled_from(RULES)), more)


@settings(max_examples=300, deadline=None)
@given(tills(), stories(steps=st.one_of(STEPS, DEPOSITS)))
def test_every_policy_keeps_the_promises(till: Till, story: list[tuple]) -> None:
    """Points are conserved, a deficit stands beside empty lots only, and refolding gives the same ledger."""
    till.tell(story)
    lots, deficit = remaining_by_rows(till.rows)
    assert sum(entry.points for entry in till.rows.entries) == sum(lots.values()) - deficit
    assert {n: left for n, left in lots.items() if left} == {n: lot.remaining for n, lot in till.account.lots.items()}
    assert deficit == till.account.deficit
    assert not (deficit and any(lots.values()))
    assert all(bucket.redemptions >= 0 and bucket.receipts >= 0 for bucket in till.account.days.values())
    _, rows, _ = fold.replay(1, 1, NOBODY, till.events, till.versions, till.account.clock)
    for name in Rows.__slots__:
        assert getattr(rows, name) == getattr(till.rows, name), name


@settings(max_examples=200, deadline=None)
@given(tills(), stories(steps=st.one_of(STEPS, DEPOSITS)))
def test_no_receipt_gives_back_more_than_it_took(till: Till, story: list[tuple]) -> None:
    """Taken back is at most the award, restored at most what was spent, paid back at most what was paid."""
    till.tell(story)
    for sale in till.account.sales.values():
        assert 0 <= sale.reckoned <= sale.award
        assert 0 <= sale.restored <= sale.spent
        assert 0 <= sale.paid_back <= sale.to_pay
        if sale.closed:
            assert (sale.restored, sale.paid_back) == (sale.spent, sale.to_pay)


@settings(max_examples=200, deadline=None)
@given(tills(), stories(late=False))
def test_returned_points_live_no_longer_than_their_lot(till: Till, story: list[tuple]) -> None:
    """A lot's last day never moves; only an extension outlives its lot, once, by the least life at most."""
    till.tell(story)
    entries = {entry.n: entry for entry in till.rows.entries}
    least = till.program.returns.restored_min_life or 0
    for entry in entries.values():
        if entry.origin:
            assert entries[entry.origin].origin == 0
            assert entries[entry.origin].expires_on < entry.expires_on == entry.day + least
    for part in till.rows.allocations:
        taken = entries[part.cause]
        if part.lot and part.entry == part.debit and taken.kind == "redemption":
            assert entries[part.lot].opens_on <= taken.day <= entries[part.lot].expires_on
