"""The control group of a rule: who is drawn, what the rule passes over, and what is said of it."""

from bonuscli.digests import kept_out
from bonuscli.engine.account import Account
from bonuscli.engine.standing import KEPT_OUT, facts_at, facts_of, pinned_of
from tests.engine.scoring import award, program

GALA = "{id: gala, kind: fixed, points: 50, replaces: base, control: 30%}"
BASE = "{id: base, kind: percent, rate: 10%}"


def test_the_draw_is_a_share_of_the_members() -> None:
    """About as many as the share says; a larger share keeps out whom a smaller one did; each name draws for itself."""
    drawn = {
        share: {n for n in range(2_000) if kept_out(share, "shop", "gala", n)} for share in (0, 500, 3_000, 10_000)
    }
    assert [len(each) for each in drawn.values()][::3] == [0, 2_000]
    assert 70 <= len(drawn[500]) <= 130 and 540 <= len(drawn[3_000]) <= 660
    assert drawn[500] < drawn[3_000]
    other = {n for n in range(2_000) if kept_out(3_000, "shop", "other", n)}
    assert 140 <= len(drawn[3_000] & other) <= 220  # 30 % of 30 %


def test_a_rule_passes_over_its_control_group() -> None:
    """The rule gives nothing and replaces nothing for a member kept out, and the trace says why."""
    rules = program(BASE, GALA)
    assert award(rules).parts == (("gala", 50),)
    passed = award(rules, kept_out=frozenset({"gala"}))
    assert passed.parts == (("base", 1),)
    (step,) = [step for step in passed.steps if step.rule == "gala"]
    assert (step.outcome, step.why) == ("skipped", "the member is of its control group, which it passes over")


def test_membership_is_pinned() -> None:
    """It is drawn by the member's number, kept with the receipt, and taken from there when that is folded again."""
    rules = program(BASE, GALA)
    out = next(n for n in range(1, 50) if kept_out(3_000, "table", "gala", n))
    account = Account(1, out, None, frozenset(), 0)
    facts = facts_at(account, 0, 0, rules, "", {})
    assert facts.kept_out == {"gala"}
    pinned = pinned_of({}, facts, (), rules)
    assert pinned == {KEPT_OUT: ["gala"]}
    assert facts_of(pinned, None, account, rules).kept_out == {"gala"}
    assert facts_at(account, 0, 0, rules, "", {KEPT_OUT: []}).kept_out == frozenset()


def test_a_program_without_one_pins_nothing() -> None:
    """Nobody is drawn, and nothing is kept, where no rule has a control group."""
    rules = program(BASE)
    facts = facts_at(Account(1, 1, None, frozenset(), 0), 0, 0, rules, "", {})
    assert facts.kept_out == frozenset()
    assert pinned_of({}, facts, (), rules) == {}
