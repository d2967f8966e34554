"""The style rules find what they are for: each is shown a file that breaks it."""

import ast

import pytest

from tests.style import test_layers as layers
from tests.style import test_ratchets as ratchets
from tests.style.sources import Source

BAD_ENGINE = [
    ("import os", layers.test_engine_is_pure),
    ("from datetime import datetime", layers.test_engine_is_pure),
    ("def f():\n    import random", layers.test_engine_is_pure),
    ("from bonuscli.store import tables", layers.test_rooms_import_only_what_is_below_them),
    ("from bonuscli import clock", layers.test_rooms_import_only_what_is_below_them),
    ("from ..store import tables", layers.test_rooms_import_only_what_is_below_them),
    ("import yaml", layers.test_libraries_stay_in_their_rooms),
    ("import requests", layers.test_libraries_stay_in_their_rooms),
    ("x = 0.5", ratchets.test_engine_counts_in_integers),
    ("x = 1 / 2", ratchets.test_engine_counts_in_integers),
    ("x = float('1')", ratchets.test_engine_counts_in_integers),
    ("print(1)", ratchets.test_engine_reads_and_prints_nothing),
    ("def get_lot(): pass", ratchets.test_names_say_what_they_are),
    ("class LotManager: pass", ratchets.test_names_say_what_they_are),
    ("x = 1", ratchets.test_modules_say_why_they_exist),
    ("# TO" + "DO later", ratchets.test_open_ends_name_their_issue),
    ("def f():\n" + "    x = 1\n" * 60, ratchets.test_functions_are_short),
    ("x = 1\n" * 351, ratchets.test_files_are_short),
    ("def f():\n" + "    x = 1\n" * 12, ratchets.test_public_functions_have_docstrings),
]


def source_of(text: str, path: str = "bonuscli/engine/sample.py") -> Source:
    """A file of the engine that does not exist."""
    return Source(path, text, ast.parse(text))


@pytest.mark.parametrize(("text", "rule"), BAD_ENGINE, ids=lambda value: getattr(value, "__name__", None))
def test_a_rule_finds_what_breaks_it(text, rule) -> None:
    """Each rule fails on a file that breaks it."""
    with pytest.raises(AssertionError):
        rule(source_of(text))


def test_silent_tests_are_found() -> None:
    """A test without a docstring is found."""
    with pytest.raises(AssertionError):
        ratchets.test_tests_state_the_behaviour(source_of("def test_x(): pass", "tests/test_sample.py"))


def test_clean_code_passes() -> None:
    """A file that keeps the rules is let through."""
    source = source_of('"""Why."""\n\nfrom bonuscli.model import Lot\n\nx = 7 // 2\n')
    layers.test_engine_is_pure(source)
    layers.test_rooms_import_only_what_is_below_them(source)
    ratchets.test_engine_counts_in_integers(source)
    ratchets.test_names_say_what_they_are(source)
