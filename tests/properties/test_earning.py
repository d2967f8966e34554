"""What a receipt earns, held against a naive reading of the program file."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bonuscli.engine import earn
from bonuscli.engine.when import Occasion
from bonuscli.model import Facts, Line
from tests.oracle_earning import Reading
from tests.properties.examples import EXAMPLES
from tests.properties.receipts_drawn import Plain, compiled, lines, programs

DAY = 20_000


@settings(max_examples=EXAMPLES, deadline=None)
@given(programs(), lines(), st.data())
def test_the_engine_scores_as_the_file_reads(program: Plain, bought: tuple[Line, ...], data: st.DataObject) -> None:
    """Award and points by rule are those of the oracle: contests, tiers, stacking, rounding, caps and budgets."""
    made = compiled(program)
    tier = data.draw(st.sampled_from([None, *(level.id for level in made.tiers.levels)] if made.tiers else [None]))
    paid = [data.draw(st.sampled_from([0, max(line.amount, 0) // 3, max(line.amount, 0)])) for line in bought]
    room = data.draw(st.sampled_from([None, None, None, 0, 4, 100 * made.points.unit]))
    shop = data.draw(st.sampled_from(["", "A"]))
    left = {rule: data.draw(st.sampled_from([0, 2, 50 * made.points.unit])) for rule in made.earn.rules.with_budget}
    facts = Facts(tier, frozenset(), False, None, room, budgets=left)
    total = sum(line.amount for line in bought)
    award = earn.score(bought, paid, Occasion(DAY * 86_400, DAY, 0, total, shop, facts, bought), made)
    told = Reading(program, [line[1:] for line in bought], tier, paid, room, left, shop).award
    assume(told is not None)
    assert (award.points, dict(award.parts)) == told
