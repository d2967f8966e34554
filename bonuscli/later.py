"""Modules that are loaded when something of them is used.

A module takes a till's command 0.2 ms to load, and of a hundred that booking may need a receipt needs half.  Used with
an import for checkers beside it::

    if TYPE_CHECKING:
        from bonuscli.engine import heirs
    else:
        heirs = later("bonuscli.engine.heirs")
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Later:
    """Stands for a module; what was used of it once is its own attribute, found as fast as the module's."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> "Any":
        found = getattr(__import__(self._name, fromlist=[name]), name)
        setattr(self, name, found)
        return found


def later(name: str) -> "Any":
    """The module of a dotted name, loaded with the first use of anything in it."""
    return _Later(name)
