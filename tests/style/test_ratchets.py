"""Bounds that keep files readable: sizes, names, docstrings, and integers only in the engine."""

import ast
import re

import pytest

from tests.style.sources import FUNCTION, Source, module_of, sources

FILE_LINES_MAX = 350
FUNCTION_LINES_MAX = 60

# Older giants, path or path:function -> lines.  They may shrink and never grow; a new one is not added here.
GIANTS: dict[str, int] = {}

EVERYTHING = sources("bonuscli") + sources("tests") + sources("bench") + sources("tools")

VAGUE_MODULES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "process_data"}
VAGUE_NAMES = re.compile(r"^_?(get_|handle_|process_data$|do_)|(_utils?|_helpers?|_manager)$|(Manager|Helper|Utils?)$")
# Typer asks a group for its commands by this name.
CALLED_BY_LIBRARIES = {"get_command"}


def functions(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, nested ones and methods included."""
    return [node for node in ast.walk(source.tree) if isinstance(node, FUNCTION)]


def is_test(source: Source) -> bool:
    """Whether a file holds tests."""
    return source.path.rsplit("/", 1)[-1].startswith("test_")


every_file = pytest.mark.parametrize("source", EVERYTHING, ids=lambda source: source.path)
every_shipped_file = pytest.mark.parametrize("source", sources("bonuscli"), ids=lambda source: source.path)
every_engine_file = pytest.mark.parametrize("source", sources("bonuscli/engine"), ids=lambda source: source.path)


@every_file
def test_files_are_short(source: Source) -> None:
    """A file has at most 350 lines."""
    lines = source.text.count("\n")
    assert lines <= GIANTS.get(source.path, FILE_LINES_MAX)


@every_file
def test_functions_are_short(source: Source) -> None:
    """A function has at most 60 lines, docstring included."""
    long = [
        f"{source.path}:{node.lineno} {node.name}: {lines} lines"
        for node in functions(source)
        if (lines := (node.end_lineno or 0) - node.lineno + 1)
        > GIANTS.get(f"{source.path}:{node.name}", FUNCTION_LINES_MAX)
    ]
    assert not long


@every_file
def test_modules_say_why_they_exist(source: Source) -> None:
    """Each file with code begins with a docstring."""
    assert not source.tree.body or ast.get_docstring(source.tree), f"{source.path} has no docstring"


@every_file
def test_tests_state_the_behaviour(source: Source) -> None:
    """Each test has a docstring of one sentence."""
    silent = [
        f"{source.path}:{node.lineno} {node.name}"
        for node in functions(source)
        if is_test(source) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not silent


@every_shipped_file
def test_public_functions_have_docstrings(source: Source) -> None:
    """A public function longer than 12 lines says what its signature can not."""
    silent = [
        f"{source.path}:{node.lineno} {node.name}"
        for node in functions(source)
        if not node.name.startswith("_") and not ast.get_docstring(node)
        if (node.end_lineno or 0) - node.lineno + 1 > 12 and node in source.tree.body
    ]
    assert not silent


@every_file
def test_names_say_what_they_are(source: Source) -> None:
    """No file and no function has a name that could stand for anything."""
    last = module_of(source.path).rsplit(".", 1)[-1]
    vague = [last] if last in VAGUE_MODULES else []
    for node in ast.walk(source.tree):
        if (
            isinstance(node, (*FUNCTION, ast.ClassDef))
            and node.name not in CALLED_BY_LIBRARIES
            and VAGUE_NAMES.search(node.name)
        ):
            vague.append(f"{source.path}:{node.lineno} {node.name}")
    assert not vague


@every_file
def test_open_ends_name_their_issue(source: Source) -> None:
    """A mark of something left to do names the issue that will do it."""
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\(#\d+\))")
    wrong = [f"{source.path}:{n}" for n, line in enumerate(source.text.splitlines(), 1) if marks.search(line)]
    assert not wrong


@every_engine_file
def test_engine_counts_in_integers(source: Source) -> None:
    """The engine has no float: no literal, no conversion, no true division."""
    wrong = []
    for node in ast.walk(source.tree):
        is_float = (
            (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
            or (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div))
            or (isinstance(node, ast.Name) and node.id in ("float", "complex"))
        )
        if is_float:
            wrong.append(f"{source.path}:{getattr(node, 'lineno', 0)}")
    assert not wrong


@every_engine_file
def test_engine_reads_and_prints_nothing(source: Source) -> None:
    """The engine opens no file, prints nothing and evaluates no text."""
    wrong = [
        f"{source.path}:{node.lineno} {node.func.id}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in ("open", "print", "input", "eval", "exec", "__import__")
    ]
    assert not wrong
