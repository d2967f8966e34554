"""Tables as files that leave the shop: which formats there are, what a file's name says of its own, and writing one.

A format of a file is another thing than one of an answer: it holds a million rows, so its rows may be an iterator that
is read once, and what stands in it is typed for the program that opens it.  What is heavy is imported by the format
that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from bonuscli.errors import BonusError
from bonuscli.near import near_or_known
from bonuscli.records import namedtuple

# suffix: of a file that is written so without being told; binary: whether it is bytes rather than text; target:
# "module:function" of (table, format, stream, terminal).
FileFormat = namedtuple("FileFormat", "suffix binary target")

FILE_FORMATS: dict[str, FileFormat] = {
    "csv": FileFormat(".csv", False, "bonuscli.render.machines:write_csv"),
    "csv-excel": FileFormat(None, False, "bonuscli.render.excel_csv:write_excel_csv"),
    "csv-excel-ru": FileFormat(None, False, "bonuscli.render.excel_csv:write_excel_csv"),
    "jsonl": FileFormat(".jsonl", False, "bonuscli.render.machines:write_jsonl"),
    "xlsx": FileFormat(".xlsx", True, "bonuscli.render.workbook:write_one"),
    "parquet": FileFormat(".parquet", True, "bonuscli.render.parquet:write_parquet"),
}


def chosen_format(name: str | None, file_name: str | None) -> str:
    """The format that was named, else the one that the file's name ends in; CSV on standard output (no file).

    BonusError ``usage``: it is not known, the name does not tell, or standard output was to take what is no text.
    """
    if name is not None:
        if name not in FILE_FORMATS:
            hint = near_or_known(name, tuple(FILE_FORMATS))
            raise BonusError("usage", f"there is no file format {name!r}", "--format", hint)
        if file_name is None and FILE_FORMATS[name].binary:
            hint = f"name a file, as in --out day.{name}"
            raise BonusError("usage", f"{name} is not written to standard output", "--out", hint)
        return name
    if file_name is None:
        return "csv"
    for known, form in FILE_FORMATS.items():
        if form.suffix and file_name.lower().endswith(form.suffix):
            return known
    hint = f"say it with --format: {', '.join(FILE_FORMATS)}"
    raise BonusError("usage", f"the name of {file_name} does not tell its format", "--out", hint)


def write_file(table: Any, format: str, stream: Any) -> int:
    """Write a table to a stream, of bytes where the format is ``binary``, else of text; the number of its rows."""
    module, _, function = FILE_FORMATS[format].target.partition(":")
    counted = _Counted(table.rows)
    getattr(import_module(module), function)(table._replace(rows=counted), format, stream, False)
    return counted.count


class _Counted:
    """Rows that are read once, and how many they were."""

    def __init__(self, rows: Any) -> None:
        self._rows = iter(rows)
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for row in self._rows:
            self.count += 1
            yield row
