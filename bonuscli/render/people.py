"""Tables for people: rich on a terminal, tabulate's formats elsewhere.

Numbers stand at the right and are written as they are: tabulate parses none of them, so a card number stays one, and
rich reads no markup in what users typed.  In a pipe no line is wrapped or coloured.
"""

import os
from html import escape
from typing import Any, TextIO

from bonuscli.errors import BonusError
from bonuscli.render.cells import RIGHT_ALIGNED, Scale, guard, text_of

# Formats that pass markup through are written by their siblings that escape it: a member's name is no place for markup.
_ESCAPING = {"unsafehtml": "html", "latex_raw": "latex"}
_HTML_LIKE = ("asciidoc", "github", "jira", "mediawiki", "moinmoin", "pipe", "textile", "youtrack")


def write_table(table: Any, _format: str, stream: TextIO, terminal: bool) -> None:
    """A rich table on a terminal that can show one, else plain text."""
    if terminal and os.environ.get("TERM") not in ("dumb", "unknown"):
        _write_rich(table, stream)
    else:
        write_tabulated(table, "plain", stream, terminal)


def write_tabulated(table: Any, format: str, stream: TextIO, _terminal: bool) -> None:
    """A table in a format of tabulate; ``BonusError`` ``usage`` where the installed tabulate is too old to know it."""
    import tabulate

    if format not in tabulate.tabulate_formats:
        raise BonusError("usage", f"the installed tabulate has no format {format!r}", "--output", "update tabulate")
    escaped = _escaper(format)
    rows = [[escaped(cell) for cell in row] for row in _text_rows(table)]
    headings = [escaped(heading) for heading in _headings(table)]
    text = tabulate.tabulate(
        rows,
        headers=headings,
        tablefmt=_ESCAPING.get(format, format),
        disable_numparse=True,
        # tabulate can not align the columns of a table without rows.
        colalign=["right" if _is_number(column) else "left" for column in table.columns] if rows else None,
    )
    stream.write(text + "\n")


def _headings(table: Any) -> list[str]:
    units = {"money": table.currency, "percent": "%"}
    return [
        f"{column.title}, {units[column.kind]}" if column.kind in units else column.title for column in table.columns
    ]


def _text_rows(table: Any) -> list[list[str]]:
    scale = Scale(table.currency, table.digits, table.points_scale)
    kinds = [column.kind for column in table.columns]
    return [[text_of(kind, value, scale) for kind, value in zip(kinds, row, strict=True)] for row in table.rows]


def _is_number(column: Any) -> bool:
    return column.kind in RIGHT_ALIGNED


def _escaper(format: str) -> Any:
    """What keeps a cell of users' text from being read as the markup of a format, where tabulate does not."""
    if format in _HTML_LIKE:
        return lambda text: escape(text, quote=False).replace("|", "&#124;")
    if format == "orgtbl":
        return lambda text: text.replace("|", "\\vert{}")
    return guard if format == "tsv" else str


def _write_rich(table: Any, stream: TextIO) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colourless = bool(os.environ.get("NO_COLOR"))
    console = Console(
        file=stream, force_terminal=True, no_color=colourless or None, highlight=False, markup=False, emoji=False
    )
    shown = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        title=Text(table.title) if table.title else None,
        title_justify="left",
        title_style="none" if colourless else "bold",
        header_style="none" if colourless else "bold",
    )
    rows = _text_rows(table)
    for place, (column, heading) in enumerate(zip(table.columns, _headings(table), strict=True)):
        number = _is_number(column)
        # A digit is never cut off: a column of numbers is as wide as its widest, and folds at worst.
        widest = max((len(row[place]) for row in rows), default=0) if number else None
        shown.add_column(Text(heading), justify="right" if number else "left", overflow="fold", min_width=widest)
    block = next((place for place, column in enumerate(table.columns) if column.name == table.blocks), None)
    before = None
    for row in rows:
        cells = [Text(cell) for cell in row]
        if block is not None:
            if row[block] == before:
                cells[block] = Text()  # a block is named once, in its first row
            elif before is not None:
                shown.add_section()
            before = row[block]
        shown.add_row(*cells)
    console.print(shown)
    for note in table.notes:
        console.print(Text(note))
