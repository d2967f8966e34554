"""The worked examples in docstrings are right."""

import doctest
import importlib
import pkgutil

import pytest

import bonuscli

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(bonuscli.__path__, "bonuscli.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_right(name: str) -> None:
    """Each example of a module gives what its docstring says."""
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0
