"""Answers on paper: a table or a record of typed values, written in the format that was asked for.

Nothing here knows what a figure means or where it came from; a table is read by its attributes (``Shown``).  What is
heavy is imported by the format that needs it: rich on a terminal, tabulate for its own formats and for pipes, neither
for JSON and CSV.
"""

from __future__ import annotations

from bonuscli.errors import BonusError

# What a balance is written with waits for none of these.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol, TextIO
else:
    Protocol = object

# All formats of tabulate 0.10; an older one knows fewer of them.  A test compares the names with the library.
TABULATE_FORMATS = (
    *("asciidoc", "colon_grid", "double_grid", "double_outline", "fancy_grid", "fancy_outline", "github", "grid"),
    *("heavy_grid", "heavy_outline", "html", "jira", "latex", "latex_booktabs", "latex_longtable", "latex_raw"),
    *("mediawiki", "mixed_grid", "mixed_outline", "moinmoin", "orgtbl", "outline", "pipe", "plain", "presto", "pretty"),
    *("psql", "rounded_grid", "rounded_outline", "rst", "simple", "simple_grid", "simple_outline", "textile", "tsv"),
    *("unsafehtml", "youtrack"),
)

# name -> "module:function" of (table, format, stream, terminal)
FORMATS: dict[str, str] = {
    "table": "bonuscli.render.people:write_table",
    "json": "bonuscli.render.machines:write_json",
    "jsonl": "bonuscli.render.machines:write_jsonl",
    "csv": "bonuscli.render.machines:write_csv",
    **dict.fromkeys(TABULATE_FORMATS, "bonuscli.render.people:write_tabulated"),
}


class Shown(Protocol):
    """What a table must have to be written; see ``reports.table`` for what each part means."""

    @property
    def title(self) -> str: ...
    @property
    def columns(self) -> Any: ...
    @property
    def rows(self) -> Any: ...
    @property
    def currency(self) -> str: ...
    @property
    def digits(self) -> int: ...
    @property
    def points_scale(self) -> int: ...
    @property
    def head(self) -> Any: ...
    @property
    def notes(self) -> Any: ...
    @property
    def blocks(self) -> str | None: ...


def check_format(name: str) -> None:
    """Refuse a format that nobody knows (``BonusError`` ``usage``), naming near ones."""
    if name not in FORMATS:
        from bonuscli.near import did_you_mean

        hint = (
            did_you_mean(name, FORMATS) or "table, json, jsonl, csv, or a format of tabulate: github, html, psql, ..."
        )
        raise BonusError("usage", f"there is no output format {name!r}", "--output", hint)


def render(table: Shown, format: str, stream: TextIO, *, terminal: bool) -> None:
    """Write a table to a stream in a format of ``FORMATS``; ``terminal``: whether people look at the stream.

    ``table`` alone changes with ``terminal``: rich there, tabulate's plain text in a pipe; JSON is indented there.
    ``BonusError`` ``usage``: there is no such format.
    """
    check_format(format)
    from importlib import import_module

    module, _, function = FORMATS[format].partition(":")
    getattr(import_module(module), function)(table, format, stream, terminal)
