"""Whatever happens to an account, its ledger keeps its promises and agrees with a naive one."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bonuscli.engine import fold
from bonuscli.engine.book import Rows
from bonuscli.model import ACCRUAL, EXPIRY, REDEMPTION
from tests.oracle import Oracle
from tests.properties.till import DAY, NOBODY, NOON, Till, remaining_by_rows

LINES = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 9_999)), min_size=1, max_size=3)
STEPS = st.one_of(
    st.tuples(st.just("receipt"), LINES, st.integers(0, 60)),
    st.tuples(st.just("redeem"), st.integers(1, 80)),
    st.tuples(st.just("bring_back"), st.integers(0, 5), st.integers(0, 2), st.integers(1, 3)),
    st.tuples(st.just("adjust"), st.integers(-40, 40).filter(bool)),
    st.tuples(st.just("look")),
)
PROGRAMS = st.tuples(st.sampled_from([3, 50, 100]), st.sampled_from([0, 0, 5]), st.sampled_from([0, 10, 30]))


# Receipts on which a deposit was paid out: a line below zero.
DEPOSITS = st.tuples(
    st.just("receipt"),
    st.tuples(LINES, st.integers(1, 2_000)).map(lambda drawn: [*drawn[0], (1, -drawn[1])]),
    st.integers(0, 20),
)


@st.composite
def stories(draw: st.DrawFn, late: bool = True, steps: st.SearchStrategy = STEPS) -> list[tuple]:
    """Steps with their days; some are told late, up to two weeks back."""
    day, story = 20, []
    for kind, *rest in draw(st.lists(steps, min_size=1, max_size=14)):
        day += draw(st.integers(0, 12))
        told = max(1, day - draw(st.sampled_from([0, 0, 0, 3, 14]))) if late else day
        story.append((kind, told, *rest))
    return story


def played(program: tuple[int, int, int], story: list[tuple]) -> Till:
    """The till after a story."""
    till = Till(*program)
    till.tell(story)
    return till


@settings(max_examples=400, deadline=None)
@given(PROGRAMS, stories())
def test_the_engine_agrees_with_the_oracle(program: tuple[int, int, int], story: list[tuple]) -> None:
    """Answers, balance, pending points, deficit and every lot are those of a naive retelling."""
    rate, opens, lasts = program
    oracle = Oracle(Fraction(rate, 100), opens, lasts)
    told = Till(*program).tell(story)
    for place, (ours, theirs) in enumerate(zip(told, oracle.tell(story), strict=True)):
        assert ours == theirs, f"step {place + 1}: {story[place]}"


@settings(max_examples=200, deadline=None)
@given(PROGRAMS, stories())
def test_points_are_conserved(program: tuple[int, int, int], story: list[tuple]) -> None:
    """The sum of entries is what remains in lots less the deficit; lots and debits add up, each by its own rows."""
    till = played(program, story)
    lots, deficit = remaining_by_rows(till.rows)
    assert sum(entry.points for entry in till.rows.entries) == sum(lots.values()) - deficit
    assert {n: left for n, left in lots.items() if left} == {n: lot.remaining for n, lot in till.account.lots.items()}
    assert deficit == till.account.deficit
    assert not (deficit and any(lots.values()))
    earned = {entry.n: entry.points for entry in till.rows.entries if entry.opens_on is not None}
    assert all(0 <= left <= earned[n] for n, left in lots.items())


@settings(max_examples=200, deadline=None)
@given(PROGRAMS, stories())
def test_debits_take_what_they_say(program: tuple[int, int, int], story: list[tuple]) -> None:
    """Points of a debit = taken + uncovered + cancelled, and what comes back of a lot was taken of it."""
    till = played(program, story)
    for debit in (entry for entry in till.rows.entries if entry.points < 0):
        parts = [part for part in till.rows.allocations if part.debit == debit.n]
        taken = sum(part.points for part in parts if part.entry == debit.n)
        cancelled = sum(part.points for part in parts if part.lot == 0)
        assert -debit.points == taken + cancelled + till.account.rests.get(debit.n, 0)
        for lot in {part.lot for part in parts if part.lot}:
            of_lot = [part for part in parts if part.lot == lot]
            assert sum(part.points * (1 if part.entry == debit.n else -1) for part in of_lot) >= 0


@settings(max_examples=200, deadline=None)
@given(PROGRAMS, stories(late=False))
def test_lots_are_eaten_soonest_to_expire_first(program: tuple[int, int, int], story: list[tuple]) -> None:
    """A redemption touches a lot only when nothing is left in any open lot before it."""
    till = Till(*program)
    for step in story:
        before = till.settled(step[1] * DAY + NOON)
        seen = len(till.rows.entries)
        till.tell([step])
        for entry in till.rows.entries[seen:]:
            if entry.kind != REDEMPTION:
                continue
            order = before.open_lots(entry.day)
            taken = {part.lot: part.points for part in till.rows.allocations if part.cause == entry.n}
            for lot, later in pairwise(order):
                assert later.n not in taken or taken.get(lot.n, 0) == lot.remaining
            assert set(taken) <= {lot.n for lot in order}


@settings(max_examples=200, deadline=None)
@given(PROGRAMS, stories())
def test_refolding_gives_the_same_ledger(program: tuple[int, int, int], story: list[tuple]) -> None:
    """The events alone, folded from nothing, give the same entries, allocations, parts and account."""
    till = played(program, story)
    account, rows, _ = fold.replay(1, 1, NOBODY, till.events, till.versions, till.account.clock)
    for name in Rows.__slots__:
        assert getattr(rows, name) == getattr(till.rows, name), name
    assert {n: lot.remaining for n, lot in account.lots.items()} == {
        n: lot.remaining for n, lot in till.account.lots.items()
    }
    assert (account.clock, account.rests, account.next_due_on) == (
        till.account.clock, till.account.rests, till.account.next_due_on,
    )  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(PROGRAMS, stories(late=False), st.integers(1, 3))
def test_late_expiry_equals_timely_expiry(program: tuple[int, int, int], story: list[tuple], every: int) -> None:
    """Looking at the account every few days books the same entries, at the same instants, as never looking."""
    busy = []
    for place, step in enumerate(story):
        begins = story[place - 1][1] if place else 1
        busy += [("look", day) for day in range(begins + 1, step[1], every)]
        busy.append(step)
    last = ("look", story[-1][1] + 90)
    assert played(program, [*story, last]).rows.entries == played(program, [*busy, last]).rows.entries


@settings(max_examples=200, deadline=None)
@given(PROGRAMS, stories(), LINES, st.integers(0, 60), st.permutations(range(8)))
def test_parts_brought_back_sum_to_the_whole(
    program: tuple[int, int, int], story: list[tuple], lines: list[tuple], points: int, order: list[int]
) -> None:
    """Piece by piece in any order, a receipt gives back all and takes what it gave less what expired."""
    till = played(program, story)
    day = max(21, till.account.clock // DAY)
    if till.receipt(day, lines, points) == "refused":
        return
    sale = till.account.sales[till.sales[-1]]
    spent, award, to_pay = sale.spent, sale.award, sale.to_pay
    pieces = [(line, 1) for line, (quantity, _) in enumerate(lines) for _ in range(quantity)]
    pieces = [piece for _, piece in sorted(enumerate(pieces), key=lambda each: order[each[0] % len(order)])]
    answers = [till.bring_back(day + place // 2, len(till.sales) - 1, *piece) for place, piece in enumerate(pieces)]
    expired = till.account.lot(sale.lot).expired if sale.lot else 0
    assert sum(answer[2] for answer in answers) == to_pay
    assert sum(answer[1] for answer in answers) == spent
    assert award - expired <= sum(answer[0] for answer in answers) <= award
    assert till.bring_back(day + 9, len(till.sales) - 1, 0, 1) == "refused"


@settings(max_examples=200, deadline=None)
@given(stories(late=False), LINES, st.integers(0, 60))
def test_a_full_return_restores_the_account(story: list[tuple], lines: list[tuple], points: int) -> None:
    """A sale brought back on the same day leaves every lot as it was."""
    till = played((50, 0, 30), story)
    day = max(21, till.account.clock // DAY)
    till.look(day)
    before = till.standing(day)
    if till.receipt(day, lines, points) == "refused":
        return
    for line, (quantity, _) in enumerate(lines):
        till.bring_back(day, len(till.sales) - 1, line, quantity)
    after = till.standing(day)
    earned = any(entry.kind == ACCRUAL for entry in till.rows.entries[-4:])
    assert after[:3] == before[:3]
    assert after[3][: len(before[3])] == before[3] or earned
    assert not any(entry.kind == EXPIRY and entry.day > day for entry in till.rows.entries)
