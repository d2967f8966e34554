"""CSV that Excel opens by a double click, as it stands, in its international and in its Russian form.

Excel takes the separator and the decimal sign from the language of the machine, guesses UTF-8 only behind a byte order
mark, and turns text that looks like a number or a day into one: card 0012 becomes 12, a card of 16 digits loses its
last, receipt 3-12 the third of December.  So text of that look is written as ``="0012"``, which is shown as 0012;
nothing but digits and signs ever stands between those quotes.  All other text is guarded as everywhere.
"""

from __future__ import annotations

import csv
import re
from typing import Any, TextIO

from bonuscli.render.cells import Scale, guard, plain_of
from bonuscli.render.machines import plain_names

_BYTE_ORDER_MARK = "\ufeff"
_LIKE_A_NUMBER = re.compile("[+0-9][0-9+*.,:/ eE-]*")
_DECIMALS = ("points", "money", "percent", "quantity")
RUSSIAN = "csv-excel-ru"


def write_excel_csv(table: Any, format: str, stream: TextIO, _terminal: bool) -> None:
    """A line of names, then one line a row, which ends in CR LF; of ``csv-excel-ru`` the Russian form: semicolons,
    decimal commas, ``31.12.2026``.  The rows may be an iterator."""
    russian = format == RUSSIAN
    scale = Scale(table.currency, table.digits, table.points_scale)
    stream.write(_BYTE_ORDER_MARK)
    writer = csv.writer(stream, delimiter=";" if russian else ",", lineterminator="\r\n")
    writer.writerow(plain_names(table))
    kinds = [column.kind for column in table.columns]
    for row in table.rows:
        writer.writerow([_cell(kind, value, scale, russian) for kind, value in zip(kinds, row, strict=True)])


def _cell(kind: str, value: Any, scale: Any, russian: bool) -> str:
    if value is None and kind != "group":
        return ""
    if kind == "mixed":
        kind, value = value
    plain = plain_of(kind, value, scale)
    if kind == "text":
        return excel_text(value) if _LIKE_A_NUMBER.fullmatch(value) else plain
    if kind == "instant":
        day, time = plain[:10], plain[11:19]
        return f"{_russian_day(day) if russian else day} {time}"
    if russian and kind == "day":
        return _russian_day(plain)
    return plain.replace(".", ",") if russian and kind in _DECIMALS else plain


def excel_text(text: str) -> str:
    """Text that Excel leaves as it is.

    >>> excel_text("0012"), excel_text("+7912***4567"), excel_text("=1+1"), excel_text("tea")
    ('="0012"', '="+7912***4567"', "'=1+1", 'tea')
    """
    return f'="{text}"' if _LIKE_A_NUMBER.fullmatch(text) else guard(text)


def _russian_day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}.{month}.{year}"
