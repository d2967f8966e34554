"""The dashboard as one page of HTML that asks nobody for anything: its style, its program and all figures are in it.

Invariants: what somebody typed is data of the page and never part of it: figures stand in a JSON block in which no
character can end the block, and the page's program writes text, never markup.  The page's own policy lets no other
program run and nothing be fetched.  A figure is rounded here, by the one place that writes numbers (``cells``), and the
page shows it as it came.
"""

import base64
import hashlib
import json
from importlib.resources import files
from typing import Any

from bonuscli.days import format_day
from bonuscli.render.cells import AVERAGE_DIGITS, Scale, text_of, visible

_LIBRARY = "vendor/echarts.common.min.js"
_PROGRAM = ("words.js", "tables.js", "charts.js", "cards.js", "sections.js", "page.js")
# What could end the block, begin another or a comment, or break a line of JavaScript.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def write_page(dashboard: Any, stream: Any, *, made_at: str, programs: list[str], personal: bool) -> None:
    """Write the page of a ``reports.dashboard.Dashboard`` to a stream of text.

    ``made_at``: RFC 3339 text of the moment that it is of; ``programs``: all of the shop's, by id; ``personal``:
    whether names and numbers stand in it in full.
    """
    figures = _figures(dashboard, made_at, programs, personal)
    library = _file(_LIBRARY)
    program = '(() => {\n"use strict";\n' + "\n".join(map(_file, _PROGRAM)) + "})();\n"
    policy = f"script-src {_digest(library)} {_digest(program)}"
    parts = {
        "POLICY": f"default-src 'none'; style-src 'unsafe-inline'; {policy}; base-uri 'none'; form-action 'none'",
        "STYLE": _file("page.css"),
        "FIGURES": json.dumps(figures, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES),
        "LIBRARY": library,
        "PROGRAM": program,
    }
    # Cut first and filled afterwards, so that nothing in one part is taken for the place of another.
    for place, piece in enumerate(_file("page.html").split("%%")):
        stream.write(parts[piece] if place % 2 else piece)


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _figures(dashboard: Any, made_at: str, programs: list[str], personal: bool) -> dict[str, Any]:
    """All that the page knows; lists run in the order of ``ranges``, of ``steps``, of all shops and then ``shops``."""
    question, terms = dashboard.question, dashboard.question.terms
    scale = Scale(terms.currency, terms.digits, terms.points.scale)
    shops = (None, *dashboard.shops)
    first = dashboard.whole.from_day
    return {
        "name": visible(terms.name or question.program), "program": question.program, "programs": programs,
        "currency": terms.currency, "digits": terms.digits, "scale": terms.points.scale, "personal": personal,
        "made": made_at, "today": format_day(question.today), "whole": _days(dashboard.whole),
        "empty": dashboard.first_day is None,
        "shops": list(map(visible, dashboard.shops)), "leftOut": dashboard.left_out, "unit": dashboard.unit,
        "ranges": [
            {
                "key": each.key, "kind": each.kind, "days": _days(each.period),
                "before": each.before and _days(each.before),
            }
            for each in dashboard.ranges
        ],
        "kpis": [_named(each, dashboard) for each in dashboard.figures],
        "seven": list(dashboard.words),
        "now": [_told(found, shops, dashboard, scale) for found in dashboard.now],
        "before": [found and _told(found, shops, dashboard, scale) for found in dashboard.before],
        "steps": [_days(step) for step in dashboard.steps],
        "trend": [_told(found, shops, dashboard, scale, made_of=False) for found in dashboard.trend],
        "days": [_sums(dashboard.days[shop], first, "ccmm", scale) for shop in shops],
        "points": _sums(dashboard.points, first, "ppp", scale),
        "about": dashboard.about,
        "tables": _tables(dashboard, shops, scale),
    }  # fmt: skip


def _days(period: Any) -> list[str]:
    """The first day and the last, as people say them; the last is before the first where there are none."""
    return [format_day(period.from_day), format_day(period.to_day - 1)]


def _named(each: Any, dashboard: Any) -> dict[str, Any]:
    """A figure: its kinds, and for the seven its words, its aim in percent and what moves it."""
    word = dashboard.words.get(each.name)
    target = dashboard.question.terms.kpi_targets.get(each.name)
    return {
        "name": each.name, "kind": each.kind, "over": each.over,
        "title": word.title if word else dashboard.beside[each.name],
        "about": word and word.about, "made": word and word.made, "beside": word and word.beside,
        "target": None if target is None else target / 100, "moves": dashboard.moves.get(each.name),
    }  # fmt: skip


def _told(found: Any, shops: tuple, dashboard: Any, scale: Scale, made_of: bool = True) -> list[list[Any]]:
    """Of each shop each figure: [value, numerator, denominator, whether it is below its target], or its value alone."""
    targets = dashboard.question.terms.kpi_targets
    told = []
    for shop in shops:
        row = []
        for each, figure in zip(dashboard.figures, found[shop], strict=True):
            value = number(each.kind, figure.value, scale)
            if made_of:
                parts = zip(each.over, (figure.numerator, figure.denominator), strict=True)
                below = None
                if figure.value is not None and each.name in targets:
                    below = figure.value[0] * 10_000 < targets[each.name] * figure.value[1]
                row.append([value, *(number(kind, part, scale) for kind, part in parts), below])
            else:
                row.append(value)
        told.append(row)
    return told


_SUMS = {"c": "count", "m": "money", "p": "points"}


def _sums(found: Any, first: int, kinds: str, scale: Scale) -> list[list[Any]]:
    """[days after the first day, sums] of each day on which something was."""
    return [
        [row[0] - first, *(number(_SUMS[kind], value, scale) for kind, value in zip(kinds, row[1:], strict=True))]
        for row in found
    ]


def _tables(dashboard: Any, shops: tuple, scale: Scale) -> dict[str, Any]:
    """Section -> its columns, and its rows, facts and notes by "range/place of the shop"."""
    told: dict[str, Any] = {}
    for (name, key, shop), table in dashboard.tables.items():
        section = told.setdefault(name, {"columns": _columns(dashboard, name, scale), "rows": {}, "head": {}})
        section["notes"] = list(table.notes)
        place = f"{key}/{shops.index(shop)}"
        kinds = [column.kind for column in table.columns]
        section["rows"][place] = [
            [number(kind, cell, scale) for kind, cell in zip(kinds, row, strict=True)] for row in table.rows
        ]
        section["head"][place] = {key: number(kind, value, scale) for key, kind, value in table.head}
    return told


def _columns(dashboard: Any, name: str, scale: Scale) -> list[list[Any]]:
    """[name, title, kind, digits] of each column; an average of points has more digits than points."""
    tables = [table for (section, _, _), table in dashboard.tables.items() if section == name]
    digits = {"money": scale.digits, "percent": 2, "points": scale.points_scale, "quantity": None}
    told = []
    for place, column in enumerate(tables[0].columns):
        exact = column.kind == "points" and any(isinstance(row[place], tuple) for each in tables for row in each.rows)
        more = AVERAGE_DIGITS if exact else 0
        told.append([column.name, column.title, column.kind, (digits.get(column.kind, 0) or 0) + more])
    return told


def number(kind: str, value: Any, scale: Scale) -> Any:
    """A cell as the page has it: numbers as ``cells`` rounds them, text in which nothing steers, a mixed cell as
    [kind, cell].

    >>> number("percent", (2, 3), Scale("EUR", 2, 0)), number("money", 125000, Scale("EUR", 2, 0))
    (66.67, 1250.0)
    """
    if value is None:
        return None
    if kind == "mixed":
        return [value[0], number(value[0], value[1], scale)]
    if kind in ("count", "quantity", "points", "money", "percent"):
        text = text_of(kind, value, scale)
        return int(text) if "." not in text else float(text)
    return visible(value) if kind in ("group", "text") else text_of(kind, value, scale)
