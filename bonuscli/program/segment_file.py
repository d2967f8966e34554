"""Conditions of a segment from their own text, as it stands in a file or on the command line, checked like a program.

Tiers must be levels of the program, and fields those that it declares, if it declares any: a misspelt one would leave
the segment empty without a word.
"""

from typing import Any

from bonuscli.model import Measures
from bonuscli.program.check import check_shape
from bonuscli.program.compile_grants import compile_segment
from bonuscli.program.consistency_when import check_segment
from bonuscli.program.draft import Draft
from bonuscli.program.nodes import read_nodes
from bonuscli.program.problems import Problems, near_names
from bonuscli.program.segment_shapes import SAVED_SEGMENT

Plain = dict[str, Any]
_NO_PROGRAM: Plain = {"earn": None, "tiers": None, "segments": None}


def load_conditions(text: str, where: str, measures: Measures, program: Plain) -> Plain:
    """SEGMENT of the compiled program, with the keys that are asked alone; ``program``: compiled, whose levels and
    fields may be named.

    ``where`` names the text in messages.  BonusError ``bad_segment`` with every problem.
    """
    problems = Problems(where, text)
    root = read_nodes(text, problems, "a segment", "last_purchase: {over: 90d}")
    if root is None:
        problems.raise_if_any("bad_segment")
        raise AssertionError(where)  # a text without a tree has a problem
    values = check_shape(root, SAVED_SEGMENT, measures, problems)
    draft = Draft(_NO_PROGRAM, root, problems)
    levels = tuple(level["id"] for level in (program["tiers"] or {"levels": ()})["levels"])
    check_segment(draft, (), values, levels)
    _check_fields(draft, values, (program["members"] or {}).get("fields") or {})
    problems.raise_if_any("bad_segment")
    return _asked(compile_segment(values) or {})


def _check_fields(draft: Draft, values: Plain | None, declared: Plain) -> None:
    path: tuple[str, ...] = ()
    while values and declared:
        for name in values["fields"] or ():
            if name not in declared:
                message, hint = f"the program declares no field '{name}'", near_names(name, tuple(declared), "it has")
                draft.add("unknown_name", (*path, "fields", name), message, hint)
        path, values = (*path, "not"), values["not"]


def _asked(conditions: Plain) -> Plain:
    """The conditions without what is not asked, so that the same question is the same text whatever keys there are."""
    told = {name: asked for name, asked in conditions.items() if asked is not None}
    return {name: _asked(asked) if isinstance(asked, dict) else asked for name, asked in told.items()}
