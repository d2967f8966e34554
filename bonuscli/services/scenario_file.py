"""A scenario file: what happens at a till, step by step, and what the program must answer, in the shop's words.

The file is read like a program file: scalars stay text, and every misspelt key is found, with its place and near names,
before the first step runs.
"""

from collections import namedtuple
from pathlib import Path
from typing import Any

from bonuscli.clock import Calendar
from bonuscli.errors import BonusError
from bonuscli.program.load import Loaded, load
from bonuscli.program.nodes import MAX_BYTES, ListNode, MapNode, Node, TextNode, UnreadNode, read_nodes
from bonuscli.program.problems import Problems, near_names

# programs: of program.load, the first the one that steps mean which name none; steps: tuple of Step.
Scenario = namedtuple("Scenario", "name programs steps")
# at: instant; body and expect: as written, keys to text, lists and keys; place: "file:line"; program: id or None.
Step = namedtuple("Step", "at verb body expect place program")

_RECEIPT_KEYS = tuple("id card phone shop till cashier at lines total redeem confirm payments codes".split())
_RETURN_LINE_KEYS = ("line", "sku", "name", "quantity", "amount")
# The verbs of this version with the keys of their bodies.
VERBS = {
    "enroll": tuple("card phone name email birthday gender tags fields consents tier referrer".split()),
    "receipt": _RECEIPT_KEYS,
    "quote": _RECEIPT_KEYS,
    "return": tuple("id of lines amount shop till at".split()),
    "redeem": tuple("id card points receipt total confirm shop till at".split()),
    "hold": tuple("id card points for receipt total confirm at".split()),
    "capture": tuple("id hold points receipt at".split()),
    "release": ("id", "hold", "at"),
    "adjust": ("id", "card", "points", "reason", "at"),
    "undo": ("id", "of", "reason", "at"),
    "grant": ("id", "card", "points", "opens", "lasts", "reason", "at"),
    "action": ("id", "card", "action", "receipt", "link", "at"),
    "tag": ("card", "add", "remove"),
    "set_tier": ("card", "tier", "until"),
    "claim": ("gift", "card", "receipt", "at"),
    "coupon": ("coupon", "count", "at"),
    "transfer": ("id", "from", "to", "points", "at"),
    "merge": ("id", "from", "to", "at"),
    "block": ("card",),
    "unblock": ("card",),
    "replace": ("card", "by"),
    "forecast": ("until",),
    "look": ("card",),
    "pass": ("card", "pass", "id", "at"),
    "visit": ("card", "pass", "id", "at"),
    "draw": ("draw", "seed"),
    "expire": (),
    "run_due": (),
}
_REQUIRED = {
    "claim": ("gift",),
    "coupon": ("coupon",),
    "return": ("of",),
    "redeem": ("points",),
    "adjust": ("points",),
    "grant": ("points",),
    "action": ("action",),
    "set_tier": ("tier",),
    "transfer": ("from", "to", "points"),
    "merge": ("from", "to"),
    "replace": ("by",),
    "forecast": ("until",),
    "hold": ("points",),
    "capture": ("hold",),
    "release": ("hold",),
    "undo": ("of",),
    "pass": ("pass",),
    "draw": ("draw",),
}

POINTS, MONEY, TEXT, COUNT, FLAG, QUANTITY = "points", "money", "text", "count", "flag", "quantity"
# What an account shows; also of other cards, under ``cards``.
STANDING = {
    **dict.fromkeys("balance pending held available deficit expiring".split(), POINTS),
    **dict.fromkeys(("tier", "tier_until"), TEXT),
    "spend": MONEY,
}
# What a step answers.
ANSWERS = {
    **dict.fromkeys("earned redeemed reversed restored forgiven expired".split(), POINTS),
    **dict.fromkeys(("to_pay", "pay_back"), MONEY),
    "entries": COUNT,
    **dict.fromkeys(("visits", "made"), COUNT),
    "tickets": COUNT,
    "name": TEXT,
    "price": MONEY,
    "replayed": FLAG,
    "delivery": TEXT,
}
CODES = ("refused", "error_code")
# Expectations of several values, by name.
_NAMED = ("by_rule", "lots", "stamps", "winners", "cards")
_EXPECTATIONS = (*ANSWERS, *STANDING, *_NAMED, *CODES)

Plain = dict[str, Any]


def load_scenarios(path: Path) -> list[Scenario]:
    """The scenarios of a file with their program, whose path is relative to the file.

    ``BonusError`` ``bad_program`` with every problem of the file, or of its program.
    """
    where = path.name
    try:
        with path.open("rb") as stream:  # one byte more than allowed shows that it is too large
            raw = stream.read(MAX_BYTES + 1)
        text = raw.decode("utf-8-sig", "strict" if len(raw) <= MAX_BYTES else "replace")
    except (OSError, UnicodeDecodeError) as problem:
        reason = "it is not UTF-8 text" if isinstance(problem, UnicodeDecodeError) else str(problem.strerror).lower()
        hint = "give the path of a YAML file"
        raise BonusError("bad_program", f"{path} cannot be read: {reason}", str(path), hint) from None
    problems = Problems(where, text)
    root = read_nodes(text, problems)
    problems.raise_if_any()
    assert root is not None
    return _Reader(path, problems).scenarios(root)


class _Reader:
    """One pass over the nodes of a file; ``problems`` gathers what is wrong."""

    def __init__(self, path: Path, problems: Problems) -> None:
        self._path = path
        self._problems = problems

    def scenarios(self, root: MapNode) -> list[Scenario]:
        """Every scenario, or BonusError ``bad_program``."""
        self._keys(root, ("program", "programs", "scenarios"))
        programs = self._programs(root)
        self._ids = tuple(program.plain["id"] for program in programs)
        self._calendar = Calendar(programs[0].plain["timezone"], programs[0].plain["day_starts"])
        found = []
        for node in self._list(root, "scenarios"):
            scenario = self._keys(node, ("name", "steps"))
            if scenario is None:
                continue
            name = scenario.find("name")
            if isinstance(name, TextNode):
                steps = [step for each in self._list(scenario, "steps") if (step := self._step(each)) is not None]
                found.append(Scenario(name.text, programs, tuple(steps)))
            else:
                self._problems.add("missing", node, "a scenario needs a name", "say what happens, in the shop's words")
        self._problems.raise_if_any()
        return found

    def _programs(self, root: MapNode) -> tuple[Loaded, ...]:
        """The program, or the programs side by side, that the scenarios are played with."""
        several = root.find("programs")
        named = self._list(root, "programs") if several is not None else (root.find("program"),)
        for each in named:
            if not isinstance(each, TextNode):
                hint = "as in program: shop.yaml, or programs: [shop.yaml, club.yaml]"
                self._problems.add("missing", each or root, "the program of these scenarios is missing", hint)
        if several is not None and root.find("program") is not None:
            self._problems.add("wrong_step", several, "'program' and 'programs' both stand here", "keep one of them")
        self._problems.raise_if_any()
        return tuple(load(self._path.parent / each.text) for each in named if isinstance(each, TextNode))

    def _step(self, node: Node) -> Step | None:
        step = self._keys(node, ("at", "in", "expect", *VERBS))
        if step is None:
            return None
        verbs = [(key.text, value) for key, value in step.pairs if key.text in VERBS]
        if len(verbs) != 1:
            if all(key.text in ("at", "in", "expect", *VERBS) for key, _ in step.pairs):
                hint = "as in {at: 2026-12-15 16:20, look: {}}"
                self._problems.add("wrong_step", node, f"a step has one verb, this one has {len(verbs)}", hint)
            return None
        at = self._instant(step)
        body = self._body(*verbs[0])
        expect = step.find("expect")
        expected = {} if expect is None else self._expectations(expect)
        if at is None or body is None or expected is None:
            return None
        program = step.find("in")
        named = program.text if isinstance(program, TextNode) else None
        if program is not None and named not in self._ids:
            hint = near_names(named or "", self._ids)
            self._problems.add("unknown_name", program, f"there is no program '{named}' here", hint)
        return Step(at, verbs[0][0], body, expected, f"{self._path.name}:{node.line}", named)

    def _body(self, verb: str, node: Node) -> Plain | None:
        body = self._keys(node, VERBS[verb])
        if body is None:
            return None
        for key in _REQUIRED.get(verb, ()):
            if not isinstance(body.find(key), TextNode):
                self._problems.add("missing", body, f"{verb} needs '{key}'")
        if verb == "return" and body.find("lines") is not None:
            for line in self._list(body, "lines"):
                self._keys(line, _RETURN_LINE_KEYS)
        return _plain(body)

    def _expectations(self, node: Node) -> Plain | None:
        expect = self._keys(node, _EXPECTATIONS)
        if expect is None:
            return None
        for key, value in expect.pairs:
            if key.text not in _NAMED:
                self._require_text(value)
            elif isinstance(value, MapNode):
                for _, below in value.pairs:
                    if key.text == "cards":
                        self._keys(below, tuple(STANDING))
                    else:
                        self._require_text(below)
            else:
                hint = "as in {base: 19}"
                self._problems.add("wrong_type", value, f"{key.text} needs names with what is expected", hint)
        return _plain(expect)

    def _instant(self, step: MapNode) -> int | None:
        at = step.find("at")
        hint = "as in at: 2026-12-15 16:20"
        if not isinstance(at, TextNode):
            self._problems.add("missing", at or step, "a step needs its time", hint)
            return None
        try:
            return self._calendar.parse_instant(at.text)
        except ValueError as problem:
            self._problems.add("bad_time", at, str(problem), hint)
            return None

    def _keys(self, node: Node, known: tuple[str, ...]) -> MapNode | None:
        """The node as keys with values, if it is that; keys that are not known become problems."""
        if not isinstance(node, MapNode):
            self._problems.add("wrong_type", node, "keys with values are needed here")
            return None
        for key, _ in node.pairs:
            if key.text not in known:
                self._problems.add("unknown_key", key, f"unknown key '{key.text}'", near_names(key.text, known))
        return node

    def _list(self, node: MapNode, name: str) -> tuple[Node, ...]:
        found = node.find(name)
        if isinstance(found, ListNode):
            return found.items
        self._problems.add("missing", found or node, f"a list of {name} is needed here")
        return ()

    def _require_text(self, node: Node) -> None:
        if not isinstance(node, TextNode):
            self._problems.add("wrong_type", node, "one value is needed here")


def _plain(node: Node) -> Any:
    """Text, lists and dictionaries of text."""
    if isinstance(node, TextNode):
        return node.text
    if isinstance(node, ListNode):
        return [_plain(item) for item in node.items]
    assert not isinstance(node, UnreadNode)
    return {key.text: _plain(value) for key, value in node.pairs}
