"""Asking a report of a shop as the command does, and its answer as JSON has it."""

from importlib import import_module
from typing import Any

from bonuscli.days import parse_day
from bonuscli.render.machines import json_rows
from bonuscli.reports import REPORTS
from bonuscli.reports.question import Question
from bonuscli.reports.table import Table
from bonuscli.services.shop import Shop


def report(shop: Shop, name: str, /, **given: Any) -> Table:
    """The table of a report; ``given``: its options, ``from_``, ``to`` and ``as_of`` as ISO days, all others as it
    takes them."""
    line = REPORTS[name]
    asked = {option: None if option == "by" else default for option, default in line.options.items()}
    for option, value in given.items():
        spelled = option.rstrip("_").replace("_", "-")
        assert spelled in asked, f"{name} has no option {spelled}"
        asked[spelled] = parse_day(value) if spelled in ("from", "to", "as-of") else value
    module, _, function = line.target.partition(":")
    with shop.reading(scoring=False) as session:
        terms = session.current
        today, now, past = terms.calendar.day_of(session.now), session.now, asked.get("as-of")
        if past is not None:
            today, now = past, terms.calendar.start_of(past + 1) - 1
        as_of = None if past is None else now
        question = Question(session.connection, session.program, terms, today, now, asked, as_of)
        return getattr(import_module(module), function)(question)


def rows(shop: Shop, name: str, /, **given: Any) -> list[dict[str, Any]]:
    """The rows of a report as JSON objects."""
    return json_rows(report(shop, name, **given))


def picked(found: list[dict[str, Any]], *names: str) -> list[tuple]:
    """Of each row the figures of these names, in their order."""
    return [tuple(row[name] for name in names) for row in found]
