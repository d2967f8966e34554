"""What a receipt earns, held against a naive reading of the program file."""

from typing import NamedTuple

from hypothesis import assume, given, settings

from bonuscli.engine import earn
from bonuscli.engine.when import Occasion
from bonuscli.model import Facts, Line
from tests.oracle_earning import Reading
from tests.properties.examples import EXAMPLES
from tests.properties.receipts_drawn import Pick, Plain, compiled, draw_lines, draw_program, picked

DAY = 20_000


class Case(NamedTuple):
    """A program, the lines of a receipt and what points paid of them, and what the rules may know of the member."""

    program: Plain
    lines: tuple[Line, ...]
    paid: list[int]
    tier: str | None
    room: int | None
    shop: str
    budgets: dict[str, int]


def _case(pick: Pick) -> Case:
    program, lines = draw_program(pick), draw_lines(pick)
    unit = 10 ** program["points"]["scale"]
    return Case(
        program,
        lines,
        [pick(0, max(line.amount, 0) // 3, max(line.amount, 0)) for line in lines],
        pick(None, "low", "high") if "tiers" in program else None,
        pick(None, None, None, 0, 4, 100 * unit),
        pick("", "A"),
        {rule["id"]: pick(0, 2, 50 * unit) for rule in program["earn"]["rules"] if "budget" in rule},
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(picked(_case))
def test_the_engine_scores_as_the_file_reads(case: Case) -> None:
    """Award and points by rule are those of the oracle: contests, tiers, stacking, rounding, caps and budgets."""
    program, lines, paid, tier, room, shop, left = case
    facts = Facts(tier, frozenset(), False, None, room, budgets=left)
    occasion = Occasion(DAY * 86_400, DAY, 0, sum(line.amount for line in lines), shop, facts, lines)
    award = earn.score(lines, paid, occasion, compiled(program))
    told = Reading(program, [line[1:] for line in lines], tier, paid, room, left, shop).award
    assume(told is not None)
    assert (award.points, dict(award.parts)) == told
