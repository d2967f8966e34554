"""From a file to the compiled program and the engine's: the documented tree, defaults, hash, unreadable files."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bonuscli.clock import Calendar
from bonuscli.errors import BonusError
from bonuscli.model import Line, Program
from bonuscli.program.assemble import program_from
from bonuscli.program.consistency import smallest_step
from bonuscli.program.load import find_problems, load, load_text
from bonuscli.program.show import describe

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOOD = sorted((HERE / "good").glob("*.yaml"))
READY = sorted(path for path in (ROOT / "programs").glob("*.yaml") if ".test." not in path.name)

SMALL = """
version: 1
id: shop
currency: RUB
timezone: Europe/Moscow
points: {name: {one: bonus, other: bonuses}, value: "1.00"}
earn:
  rules:
  - {id: base, kind: percent, rate: 3%}
"""


def compiled(extra: str = "", text: str = SMALL) -> dict[str, Any]:
    return load_text(text + extra, "shop.yaml").plain


def line(**values: Any) -> Line:
    nothing: dict[str, Any] = {"number": 1, "sku": None, "name": None, "category": None, "brand": None}
    return Line(**{**nothing, "quantity": 1000, "amount": 100, "discount": 0, **values})


def test_defaults() -> None:
    """A program of required keys alone has the documented defaults, every key present."""
    assert compiled() == {
        "format": 1,
        "id": "shop",
        "name": "shop",
        "currency": "RUB",
        "digits": 2,
        "timezone": "Europe/Moscow",
        "country": None,
        "day_starts": 0,
        "valid_from": None,
        "members": None,
        "points": {
            "name": {"one": "bonus", "few": "bonuses", "many": "bonuses", "other": "bonuses"},
            "value_minor": 100,
            "scale": 0,
            "rounding": {"level": "receipt", "mode": "down"},
            "opens": [0, 0],
            "lasts": None,
        },
        "earn": {
            "basis": "paid",
            "exclude": None,
            "stacking": "best",
            "cap": {"per_receipt": None, "per_day": None, "receipts_per_day": None},
            "rules": [
                {
                    "id": "base",
                    "kind": "percent",
                    "enabled": True,
                    "goods": None,
                    "when": None,
                    "replaces": [],
                    "multiplied": True,
                    "budget": None,
                    "control_bp": 0,
                    "rate": 300,
                }
            ],
        },
        "tiers": None,
        "segments": {},
        "grants": {"welcome": None, "birthday": None, "referral": None, "actions": [], "schedule": []},
        "redeem": None,
        "returns": {"earned": "prorate", "restored_min_life": None, "short": "deficit"},
        "discounts": [],
        "coupons": [],
        "gifts": [],
        "punch": [],
        "passes": [],
        "draws": [],
        "delivery": None,
        "kpi": {"targets": {}},
    }


def test_an_empty_redeem_has_its_own_defaults() -> None:
    """``redeem: {}`` lets points pay a whole receipt, in the smallest steps that are worth whole minor units."""
    assert compiled("redeem: {}\n")["redeem"] == {
        "max_share_bp": 10_000,
        "shares_by_goods": [],
        "max_points": None,
        "min_receipt_minor": 0,
        "min_points": 1,
        "step": 1,
        "leave_to_pay_minor": 0,
        "exclude": None,
        "same_receipt": False,
        "per_day": None,
        "confirm_above": None,
    }


@pytest.mark.parametrize(
    "value_minor, unit, step", [(100, 1, 1), (100, 100, 1), (3, 100, 100), (50, 1000, 20), (1, 1, 1), (5, 10, 2)]
)
def test_the_default_step_is_worth_whole_minor_units(value_minor: int, unit: int, step: int) -> None:
    """The step is the least number of smallest units whose money has no fraction of a minor unit."""
    assert smallest_step(value_minor, unit) == step
    assert step * value_minor % unit == 0
    assert all(fewer * value_minor % unit for fewer in range(1, step))


@pytest.mark.parametrize("path", [*READY, *GOOD], ids=lambda path: path.stem)
def test_ready_programs_compile_to_json_and_assemble(path: Path) -> None:
    """A sound file becomes plain JSON, the engine's program and sentences for the door."""
    loaded = load(path)
    assert json.loads(json.dumps(loaded.plain)) == loaded.plain
    assert loaded.hash == hashlib.sha256(path.read_bytes()).hexdigest()
    program = program_from(loaded.plain)
    assert (program.id, program.plain) == (loaded.plain["id"], loaded.plain)
    assert all(sentence.endswith(".") for sentence in describe(loaded.plain))


def test_values_are_typed() -> None:
    """Money is minor units, points smallest units, percentages basis points, durations months and days."""
    plain = load(HERE / "good" / "everything.yaml").plain
    rules = {rule["id"]: rule for rule in plain["earn"]["rules"]}
    assert (rules["base"]["rate"], rules["cups"]["points"], rules["evenings"]["factor"]) == (250, 25, 15_000)
    assert rules["steps"] == {**rules["steps"], "enabled": False, "points": 100, "per": 10_000}
    assert plain["points"]["lasts"] == {"for": [12, 0], "from": "accrual", "until": "end-of-quarter"}
    assert plain["grants"]["birthday"] == {"points": 30_000, "opens": [0, 0], "lasts": [0, 14], "before": 3}
    assert plain["earn"]["exclude"]["discounted_over_bp"] == 3_000
    assert plain["redeem"]["exclude"] == {"goods": None, "discounted_over_bp": 0}
    when = rules["evenings"]["when"]
    assert (when["days"], when["hours"]) == ([4, 5], [[840, 1020], [1320, 120]])
    assert when["total"] == {"from": 1_000, "below": 50_000}
    assert Calendar("Europe/Vienna").iso(when["from"]) == "2026-12-01T05:00:00+01:00"  # the business day's start
    assert Calendar("Europe/Vienna").iso(when["to"]) == "2027-01-31T18:30:00+01:00"


@pytest.mark.parametrize(
    "goods, specificity",
    [
        ("{skus: [A], categories: [B]}", 4),
        ("{names: ['a*']}", 3),
        ("coffee", 3),
        ("[coffee]", 3),
        ("{brands: [B], categories: [C]}", 2),
        ("{categories: [C]}", 1),
        ("{not: coffee}", 0),
    ],
)
def test_goods_are_as_specific_as_their_narrowest_key(goods: str, specificity: int) -> None:
    """Sku, then named set or name, then brand, then category, then everything."""
    extra = f"  - {{id: more, kind: percent, rate: 5%, goods: {goods}}}\ngoods: {{coffee: {{categories: [Coffee]}}}}\n"
    assert compiled(extra)["earn"]["rules"][1]["goods"]["specificity"] == specificity


def test_named_sets_are_written_out_where_they_are_used() -> None:
    """A set within ``not`` of another set is written out, too, and names are folded."""
    extra = """goods:
  drinks: {categories: [Drinks], not: [coffee]}
  coffee: {names: ["*Latte*"]}
redeem: {max_share_by_goods: {drinks: 50%}}
"""
    (share,) = compiled(extra)["redeem"]["shares_by_goods"]
    matcher = dict.fromkeys(("skus", "categories", "brands", "names", "discounted_over_bp", "not"))
    coffee = {"specificity": 3, "any": [{**matcher, "names": ["*latte*"]}]}
    assert share == {
        "goods": {"specificity": 3, "any": [{**matcher, "categories": ["Drinks"], "not": coffee}]},
        "share_bp": 5_000,
    }


def test_the_assembled_program_is_the_engines() -> None:
    """Rules carry compiled terms, goods and conditions; shares and exclusions are predicates; durations are pairs."""
    program = program_from(load(HERE / "good" / "everything.yaml").plain, program_hash="abc")
    assert isinstance(program, Program)
    assert (program.hash, program.points.unit, program.points.opens) == ("abc", 100, (1, 0))
    cups = program.earn.rules.by_id["cups"]
    assert (cups.terms, cups.replaces, cups.place) == ((25, False, 5), ("base",), 1)
    assert cups.goods.matches(line(sku="CUP"))
    assert not cups.goods.matches(line(sku="MUG"))
    assert program.earn.exclude(line(sku="0123"))
    assert program.earn.exclude(line(sku="CUP", amount=60, discount=40))
    assert not program.earn.exclude(line(sku="CUP", amount=70, discount=30))
    ((goods, share_bp),) = program.redeem.shares_by_goods
    assert (goods.matches(line(category="Tea", brand="House")), share_bp) == (True, 5_000)
    assert not goods.matches(line(category="Tea", brand="House", name="Chai DECAF"))
    assert [level.starts for level in program.tiers.levels] == [0, 6_000_000]
    assert (program.tiers.window, program.grants.welcome.after, program.grants.birthday.before_days) == (
        None,
        "first-purchase",
        3,
    )
    assert program.calendar.day_starts == 5 * 3600


def test_a_given_calendar_is_used() -> None:
    """The caller's calendar is taken as it is, so that its memory is shared."""
    calendar = Calendar("Europe/Moscow")
    assert program_from(compiled(), calendar).calendar is calendar


def test_assembling_imports_nothing_heavy() -> None:
    """What every till's command loads knows no YAML, no dataclasses and no typing."""
    script = (
        "import sys, bonuscli.program.assemble; "
        "print([name for name in ('yaml', 'typing', 'dataclasses', 'difflib', 'json') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_text_without_end_or_with_a_mark_is_the_same_program(tmp_path: Path) -> None:
    """A byte order mark and a path play no part in the hash."""
    for name, raw in (("a.yaml", SMALL.encode()), ("b.yaml", b"\xef\xbb\xbf" + SMALL.encode())):
        (tmp_path / name).write_bytes(raw)
    assert load(tmp_path / "a.yaml") == load(tmp_path / "b.yaml")


@pytest.mark.parametrize(
    "raw, message",
    [
        (None, "cannot be read: no such file or directory"),
        (b"version: 1\nname: \xcf\xf0\xe8\n", "is not UTF-8 text: byte 0xcf on line 2"),
        (b"a: " + b"x" * 300_000, "1 problem"),
        (b"\xd1" * 300_000, "1 problem"),
    ],
)
def test_unreadable_files(tmp_path: Path, raw: bytes | None, message: str) -> None:
    """A file that is missing, of another encoding or too large is bad input with a reason, never a traceback."""
    path = tmp_path / "shop.yaml"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(BonusError, match=message) as refused:
        load(path)
    assert refused.value.code == "bad_program"


def test_a_folder_is_not_a_program(tmp_path: Path) -> None:
    """A folder in place of a file says so."""
    with pytest.raises(BonusError, match="is a directory"):
        load(tmp_path)


def test_problems_are_records_too() -> None:
    """For machines each problem has its code, line, column, message and hint."""
    (problem,) = find_problems(SMALL + "redem: {}\n", "shop.yaml")
    assert (problem.code, problem.line, problem.column) == ("unknown_key", 10, 1)
    assert problem.message == "unknown key 'redem' in a program"
    assert problem.hint.startswith("did you mean 'redeem'?")


def test_a_misspelt_time_zone_is_told() -> None:
    """A time zone is looked up by near names."""
    (problem,) = find_problems(SMALL.replace("Europe/Moscow", "Europe/Moskow"), "shop.yaml")
    assert "'Europe/Moscow'" in problem.hint


def test_sets_cannot_double_without_end() -> None:
    """Sets that leave out sets that leave out sets are refused before they are written out."""
    layers = [
        f"  s{n}: {{skus: [X], not: [s{n + 1}, t{n + 1}]}}\n  t{n}: {{skus: [X], not: [s{n + 1}, t{n + 1}]}}"
        for n in range(40)
    ]
    text = SMALL + "goods:\n" + "\n".join(layers) + "\n  s40: {skus: [X]}\n  t40: {skus: [X]}\n"
    assert [problem.code for problem in find_problems(text, "shop.yaml")] == ["too_large"]


def test_the_longest_chains_are_read() -> None:
    """As many rules and sets as are allowed, each naming the next, stay within the stack."""
    rules = [f"  - {{id: r{n}, kind: fixed, points: 1, replaces: r{n + 1}}}" for n in range(199)]
    sets = [f"  s{n}: {{skus: [X], not: [s{n + 1}]}}" for n in range(299)]
    text = SMALL.replace(
        "  - {id: base, kind: percent, rate: 3%}", "\n".join(rules) + "\n  - {id: r199, kind: fixed, points: 1}"
    )
    problems = find_problems(text + "goods:\n" + "\n".join(sets) + "\n  s299: {skus: [X]}\n", "shop.yaml")
    assert problems == []
