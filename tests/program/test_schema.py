"""The JSON Schema for editors and the loader are read off one description, and refuse the same files."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bonuscli.program.json_schema import json_schema
from bonuscli.program.load import find_problems
from bonuscli.program.problems import Problem
from tests.program.written import Writer, all_keys

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOOD = sorted((HERE / "good").glob("*.yaml")) + sorted(
    path for path in (ROOT / "programs").glob("*.yaml") if ".test." not in path.name
)
BAD = sorted((HERE / "bad").glob("*.yaml"))

SHAPE_CODES = {
    "unknown_key",
    "keys_apart",
    "missing_key",
    "wrong_type",
    "bad_value",
    "duplicate_value",
    "empty_list",
}
# Refused before there is a tree of values, so no schema ever sees them.
TEXT_CODES = {
    "bad_yaml",
    "duplicate_key",
    "anchor",
    "alias",
    "tag",
    "second_document",
    "too_deep",
    "too_large",
    "bad_key",
}

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


class EditorLoader(yaml.SafeLoader):
    """YAML as an editor reads it (the core schema of YAML 1.2): no dates, no sexagesimal numbers, NO is a word."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", yaml.reader.re.compile("^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
for tag, pattern, first in (
    ("bool", "^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", "^[-+]?[1-9][0-9]*$|^0$", "-+0123456789"),
    ("float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", yaml.reader.re.compile(pattern), list(first))


def as_editor(text: str) -> Any:
    return yaml.load(text, Loader=EditorLoader)


def test_the_shipped_schema_is_up_to_date() -> None:
    """The schema file in the package is the one that the description generates."""
    shipped = ROOT / "bonuscli" / "program" / "schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == json_schema()


def test_the_schema_is_a_schema() -> None:
    """The generated file is valid draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_programs_validate(path: Path) -> None:
    """A program that the loader takes is valid in an editor."""
    text = path.read_text(encoding="utf-8")
    assert find_problems(text, path.name) == []
    assert [error.message for error in VALIDATOR.iter_errors(as_editor(text))] == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_programs_are_refused_by_both_for_their_shape(path: Path) -> None:
    """What the loader refuses for its shape the schema refuses, and nothing else."""
    text = path.read_bytes().decode("utf-8", "replace")
    codes = {problem.code for problem in find_problems(text, path.name)}
    assert codes
    if codes & TEXT_CODES:
        pytest.skip("refused as text: an editor's schema never sees it")
    assert VALIDATOR.is_valid(as_editor(text)) == (not codes & SHAPE_CODES)


# --- property: a mutated program is refused for its shape by both or by neither ---

TEXTS = (
    "|0|1|2|5|-1|0.5|1.5|0.05|0.123|1.2345|12.34567|007|100|1000000|1000001|1234567890|1234567890123|1e3|1,5|1_000|٣"
    "|3%|0%|0.01%|0.001%|100%|100.01%|10000%|10001%|-3%|3 %|%|14d|0d|182d|183d|36501d|6mo|1y|100y|101y|0mo|1w|never"
    "|lifetime|calendar-year|one-level|mon|Mon|true|True|FALSE|yes|05:00|24:00|25:00|5:00|14:00-17:00|14:00-14:00"
    "|22:00-24:00|14-17|2026-12-31|2026-13-31|2026-02-30|2026-12-31 18:30|2026-12-31T18:30:05.5+03:00|2026-12-31 24:00"
    "|EUR|eur|QQQ|Europe/Moscow|Mars/Base|Not a zone|RU|ru|base|once|coffee|two words|a,b|кофе|last-purchase|paid"
    "|receipt|line|down|half-up|percent|item|step|fixed|multiply|opening|accrual|allow|spend|points-earned|enrolment"
).split("|")
TEXTS += ["   ", "x" * 64, "x" * 65, "x" * 200, "x" * 201]
NODES: list[Any] = [
    [],
    {},
    ["coffee"],
    ["a", "a"],
    {"a": "b"},
    {"skus": ["1"]},
    [["a"]],
    {"for": "1y"},
    {"over": "5%"},
    ["mon"],
]
KEYS = [
    "unknown",
    "members",
    "budget",
    "items",
    "goods",
    "when",
    "id",
    "kind",
    "from",
    "not",
    "referral",
    "rate",
    "points",
]


KEYS += [
    *(
        "every",
        "date",
        "over",
        "code",
        "codes",
        "discount",
        "coupon",
        "of",
        "amount",
        "by",
        "levels",
        "within",
        "below",
    ),
    *("friend", "referrer", "limit", "segment", "gives", "free", "prizes", "discounted", "bought", "payment", "fields"),
]


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, below in steps:
        yield from _places(below, (*path, step))


def _texts(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _texts(below) for key, below in node.items()}
    if isinstance(node, list):
        return [_texts(below) for below in node]
    return str(node).lower() if isinstance(node, bool) else str(node)


EVERYTHING = [
    _texts(as_editor((HERE / "good" / f"{name}.yaml").read_text(encoding="utf-8")))
    for name in ("everything", "other-choices", "tiers-by-receipts")
]


def _mutated(program: Any, draw: st.DrawFn) -> Any:
    program = copy.deepcopy(program)
    *above, last = draw(st.sampled_from([path for path in _places(program) if path]))
    node = program
    for step in above:
        node = node[step]
    how = draw(st.sampled_from(["text", "text", "node", "delete", "add", "rename"]))
    if how == "text":
        node[last] = draw(st.sampled_from(TEXTS))
    elif how == "node":
        node[last] = copy.deepcopy(draw(st.sampled_from(NODES)))
    elif how == "delete":
        del node[last]
    elif isinstance(node, dict):
        node[draw(st.sampled_from(KEYS))] = node.pop(last) if how == "rename" else draw(st.sampled_from(TEXTS))
    return program


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    return _mutated(draw(st.sampled_from(EVERYTHING)), draw)


@st.composite
def written(draw: st.DrawFn) -> Any:
    return Writer(draw(st.integers(0, 1_000_000))).program()


@st.composite
def written_and_mutated(draw: st.DrawFn) -> Any:
    return _mutated(draw(written()), draw)


def _refusals(program: Any) -> tuple[list[Problem], list[str]]:
    """What the loader finds wrong in the shape, and what the schema does."""
    problems = find_problems(json.dumps(program, ensure_ascii=False), "program.yaml")
    wrong = [problem for problem in problems if problem.code in SHAPE_CODES]
    return wrong, [error.message for error in VALIDATOR.iter_errors(program)]


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_loader_and_schema_refuse_the_same_shapes(program: Any) -> None:
    """Whatever is changed in a program, the loader finds its shape wrong exactly where the schema does."""
    wrong, errors = _refusals(program)
    assert bool(wrong) == bool(errors), (wrong, errors)


@settings(max_examples=100, deadline=None)
@given(written())
def test_what_the_description_allows_both_take(program: Any) -> None:
    """A program written along the description is right in its shape for the loader and for the schema."""
    assert _refusals(program) == ([], [])


@settings(max_examples=200, deadline=None)
@given(written_and_mutated())
def test_both_refuse_the_same_in_programs_of_any_shape(program: Any) -> None:
    """One change in a program written along the description is refused for its shape by both or by neither."""
    wrong, errors = _refusals(program)
    assert bool(wrong) == bool(errors), (wrong, errors)


def test_programs_written_at_random_reach_every_key() -> None:
    """No key of the description is left out of the programs that the readers are compared by."""
    reached = set()
    for seed in range(300):
        writer = Writer(seed)
        writer.program()
        reached |= writer.reached
    assert all_keys() - reached == set()
