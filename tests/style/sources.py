"""The project's own Python files, read and parsed once for all style tests."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


class Source(NamedTuple):
    """One file: its path from the checkout's root, as text and as a tree."""

    path: str
    text: str
    tree: ast.Module


@cache
def sources(folder: str) -> tuple[Source, ...]:
    """Every Python file under a folder of the checkout, sorted by path."""
    found = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        found.append(Source(file.relative_to(ROOT).as_posix(), text, ast.parse(text, str(file))))
    return tuple(found)


def module_of(path: str) -> str:
    """``bonuscli/engine/fold.py`` as ``bonuscli.engine.fold``; a package by its own name."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports_of(source: Source) -> list[tuple[int, str, str]]:
    """(line, module, name) of each import wherever it stands; name is empty for ``import module``."""
    package = module_of(source.path).split(".")
    if not source.path.endswith("__init__.py"):
        package = package[:-1]
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found += [(node.lineno, module, alias.name) for alias in node.names]
    return found
