"""Asking before what can not be taken back: at a terminal a question, elsewhere ``--yes`` or nothing."""

import sys

from bonuscli.errors import BonusError


def ask(question: str, yes: bool) -> None:
    """Go on only if a person says so, or ``yes`` was given; BonusError ``usage`` otherwise."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise BonusError("usage", "this can not be taken back and nobody is there to ask", "--yes", "give --yes")
    import typer

    if not typer.confirm(question, err=True):
        raise BonusError("usage", "nothing was done", None, "say y, or give --yes")
