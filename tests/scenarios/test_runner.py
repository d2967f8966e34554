# ruff: noqa: E501 (a case is a line, however long)
"""The runner itself: what differs is told, what is misspelt is found before anything runs."""

from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.scenario import run_scenarios
from bonuscli.services.scenario_file import load_scenarios

PROGRAM = """\
version: 1
id: shop
currency: EUR
timezone: UTC
points: {name: {one: p, other: p}, value: "1.00"}
earn: {rules: [{id: base, kind: percent, rate: 10%}]}
redeem: {}
"""
HEAD = "program: shop.yaml\nscenarios:\n- name: one\n  steps:\n  - {at: 2026-01-01 09:00, enroll: {card: '1'}}\n"


@pytest.fixture
def told(tmp_path: Path):
    """``told("  - {at: ..., look: {}}")``: the path of a scenario file beside its program."""
    (tmp_path / "shop.yaml").write_text(PROGRAM)

    def write(steps: str, head: str = HEAD) -> Path:
        path = tmp_path / "shop.test.yaml"
        path.write_text(head + steps)
        return path

    return write


SALE = "receipt: {id: A, total: '100.00'}"
DIFFERENCES = [
    (f"{SALE}, expect: {{earned: 11}}", ["earned: 11 expected, 10 found"]),
    (f"{SALE}, expect: {{earned: 10, balance: 9, to_pay: '99'}}", ["balance: 9 expected, 10 found", "to_pay: 99.00 expected, 100.00 found"]),
    (f"{SALE}, expect: {{by_rule: {{base: 9, other: 1}}}}", ["by_rule: base: 9 expected, 10 found", "by_rule: other: 1 expected, 0 found"]),
    (f"{SALE}, expect: {{lots: {{A: 1, B: 0}}}}", ["lots: A: 1 expected, 10 found"]),
    (f"{SALE}, expect: {{cards: {{'1': {{balance: 1}}}}}}", ["card 1: balance: 1 expected, 10 found"]),
    (f"{SALE}, expect: {{replayed: true}}", ["replayed: true expected, false found"]),
    (f"{SALE}, expect: {{tier: gold, tier_until: none}}", ["tier: gold expected, none found"]),
    (f"{SALE}, expect: {{refused: over_share}}", ["refused: over_share expected, none found"]),
    ("redeem: {points: 5}, expect: {refused: over_share}", ["refused: over_share expected, insufficient_points found"]),
    ("redeem: {points: 5}, expect: {error_code: insufficient_points}", ["error_code: insufficient_points is the program's no, which is expected as refused"]),
    ("redeem: {points: 0}, expect: {refused: bad_points}", ["refused: bad_points is bad input, which is expected as error_code"]),
    ("redeem: {points: 5}", ["it was refused: insufficient_points: 5 asked, 0 available"]),
    ("look: {}, expect: {earned: 5}", ["earned: 5 expected, none found"]),
]  # fmt: skip


@pytest.mark.parametrize("step, differences", DIFFERENCES)
def test_differences_are_told(told, step: str, differences: list[str]) -> None:
    """Each figure that is not as expected is named with both values, and the step with its place."""
    enrolled, outcome = run_scenarios(told(f"  - {{at: 2026-01-02 09:00, {step}}}\n"))
    assert (enrolled.step, enrolled.differences) == (1, ())
    assert (outcome.scenario, outcome.step, outcome.place) == ("one", 2, "shop.test.yaml:6")
    assert list(outcome.differences) == differences


WRONG = [
    ("  - {at: 2026-01-02 09:00, reciept: {id: A}}\n", "6:28: unknown key 'reciept'", "did you mean 'receipt'?"),
    ("  - {at: 2026-01-02 09:00, receipt: {id: A, totl: 5}}\n", "unknown key 'totl'", "did you mean 'total'?"),
    ("  - {at: 2026-01-02 09:00, look: {}, expect: {balanse: 5}}\n", "unknown key 'balanse'", "did you mean 'balance'?"),
    ("  - {at: 2026-01-02 09:00, look: {}, expect: {cards: {'1': {earned: 5}}}}\n", "unknown key 'earned'", "balance"),
    ("  - {at: 2026-01-02 09:00, look: {}, expect: {lots: 5}}\n", "lots needs names", "as in {base: 19}"),
    ("  - {at: 2026-01-02 09:00, look: {}, expect: {balance: [5]}}\n", "one value is needed", ""),
    ("  - {at: 2026-01-02 09:00, return: {id: X}}\n", "return needs 'of'", ""),
    ("  - {at: 2026-01-02 09:00, return: {of: A, lines: [{skus: X}]}}\n", "unknown key 'skus'", "did you mean 'sku'?"),
    ("  - {at: 2026-01-02 09:00, look: {}, expire: {}}\n", "this one has 2", "look"),
    ("  - {at: 2026-01-02 09:00}\n", "this one has 0", ""),
    ("  - {look: {}}\n", "a step needs its time", "2026-12-15 16:20"),
    ("  - {at: 2026-02-30 09:00, look: {}}\n", "there is no day 2026-02-30", ""),
    ("  - {at: 2026-01-02 09:00, hold: {id: h}}\n", "hold needs 'points'", ""),
    ("  - {at: 2026-01-02 09:00, in: b, look: {}}\n", "there is no program 'b' here", ""),
    ("  - {at: 2026-01-02 09:00, receipt: {id: A, codez: [X]}}\n", "unknown key 'codez'", "did you mean 'codes'?"),
    ("  - look\n", "keys with values are needed here", ""),
    ("- {name: two}\n", "a list of steps is needed here", ""),
    ("- {steps: [{at: 2026-01-02 09:00, look: {}}]}\n", "a scenario needs a name", ""),
]  # fmt: skip


@pytest.mark.parametrize("steps, message, hint", WRONG)
def test_mistakes_are_found_before_anything_runs(told, steps: str, message: str, hint: str) -> None:
    """A misspelt or later key is refused with its place and near names."""
    with pytest.raises(BonusError) as refused:
        load_scenarios(told(steps))
    assert refused.value.code == "bad_program"
    (problem,) = refused.value.problems
    assert message in problem
    assert hint in problem


def test_all_mistakes_are_told_at_once(told) -> None:
    """An owner mends a file in one sitting."""
    with pytest.raises(BonusError) as refused:
        load_scenarios(told("".join(steps for steps, _, _ in WRONG[:6])))
    assert len(refused.value.problems) == 6


@pytest.mark.parametrize(
    "head, message",
    [
        ("scenarios: []\n", "this list is empty"),
        ("scenarios: [{name: a, steps: [{at: 2026-01-01 09:00, look: {}}]}]\n", "the program of these scenarios is missing"),
        ("programs: [a.yaml, b.yaml]\nprogram: shop.yaml\nscenarios: [{name: a, steps: [{at: x, look: {}}]}]\n", "'program' and 'programs' both stand here"),
        ("program: shop.yaml\n", "a list of scenarios is needed here"),
        ("program: [\n", "this is not YAML"),
        ("program: other.yaml\nscenarios: [{name: a, steps: [{at: x, look: {}}]}]\n", "other.yaml cannot be read"),
    ],
)  # fmt: skip
def test_a_file_without_its_parts(told, head: str, message: str) -> None:
    """A file needs a program that can be read and scenarios."""
    with pytest.raises(BonusError) as refused:
        load_scenarios(told("", head))
    assert message in "\n".join((refused.value.message, *refused.value.problems))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """What cannot be read is named."""
    with pytest.raises(BonusError, match=r"none\.test\.yaml cannot be read"):
        load_scenarios(tmp_path / "none.test.yaml")


def test_nothing_is_left_behind(told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop of a scenario is a temporary one."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    run_scenarios(told("  - {at: 2026-01-02 09:00, quote: {total: 5}}\n"))
    assert list((tmp_path / "temporary").iterdir()) == []
