"""How large a workbook becomes when it is opened: asked before, because a small file can be made to fill a machine.

A sheet is kept as a rectangle, so two cells in opposite corners are 17 thousand million; zip packs a thousand zeros
into a byte; and over XML that ends in the middle of a table a reader was seen to go round for ever.  The bounds follow
from the bytes that the cells take, so a report of a year passes and a trap does not.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from bonuscli.errors import BonusError

MAX_UNPACKED = 1_500_000_000
# A table of 1,000,000 rows packs to a fifteenth of itself.
_MOST_PACKED = 150
_SMALL = 20_000_000
# A rectangle of so many cells is never too large (64 MB); a larger one must be filled: a byte of XML a cell.
_FEW_CELLS = 2_000_000
_PIECE = 1 << 20
_BLANK = b" \t\r\n\xef\xbb\xbf"
# Drawings of notes, which Excel itself writes as broken XML.
_LOOSE = (".vml",)
_OVERLAP = 4_096
_EXCEL_ROWS, _EXCEL_COLUMNS = 1_048_576, 16_384

# Cells beyond column Z or row 99,999 that hold something; far rows matter where a cell does not say where it is.
_FAR_CELL = re.compile(rb"""\sr\s*=\s*["'](?:([A-Z]{2,3})([0-9]+)|([A-Z])([0-9]{6,}))["'][^<>]*(?<!/)>""")
_FAR_ROW = re.compile(rb"""row\b[^<>]*?\sr\s*=\s*["']([0-9]{6,})""")
_PLACELESS = re.compile(rb"""<(?:\w+:)?c(?:\s(?![^<>]*\br\s*=)[^<>]*)?>""")
_ODS = re.compile(rb"""<table:(table-row|table-cell|covered-table-cell)\b([^<>]*)>""")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']([0-9]+)""")
_AGAIN = "save it again, or as CSV UTF-8"
_HINT = "take out what stands far from the table, or save the sheet as CSV UTF-8"


def require_bounds(content: bytes, name: str) -> None:
    """Nothing, or ``bad_file``: for a zip that is no workbook, is damaged, or becomes too large in the memory."""
    if not content.startswith(b"PK"):
        return  # a sheet of the old format has at most 65,536 rows of 256 columns
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _require_workbook(archive, name)
            _require_unpacked(archive, len(content), name)
            for member in archive.infolist():
                with archive.open(member) as stream:
                    pieces = _pieces(stream, sound=not member.filename.endswith(_LOOSE))
                    cells = _dense_ods(pieces) if member.filename == "content.xml" else _dense_xlsx(pieces)
                if cells > max(_FEW_CELLS, member.file_size):
                    message = f"a sheet spans {cells:,} cells, nearly all of them empty"
                    raise BonusError("bad_file", message, name, _HINT)
    except expat.ExpatError as problem:
        message = f"the workbook is damaged: its XML is broken ({expat.ErrorString(problem.code)})"
        raise BonusError("bad_file", message, name, _AGAIN) from None
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError, RuntimeError) as problem:
        reason = str(problem)[:200]
        raise BonusError("bad_file", f"the workbook is damaged: {reason}", name, _AGAIN) from None
    except zlib.error:
        raise BonusError("bad_file", "the workbook is damaged", name, _AGAIN) from None


def _require_workbook(archive: zipfile.ZipFile, name: str) -> None:
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        raise BonusError("bad_file", "the workbook is a binary one (.xlsb)", name, "save it as .xlsx")
    if not names & {"xl/workbook.xml", "content.xml"}:
        raise BonusError("bad_file", "the file is a zip archive and no workbook", name, "unpack it")


def _require_unpacked(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MAX_UNPACKED or unpacked > max(_SMALL, packed * _MOST_PACKED):
        message = f"the workbook unpacks to {unpacked // 1_000_000:,} MB"
        raise BonusError("bad_file", message, name, "save the sheet as CSV UTF-8")


def _pieces(stream: IO[bytes], sound: bool) -> Iterator[bytes]:
    """The XML of a part in pieces that each begin with the tag that the one before it has cut; nothing of other parts.

    ``sound``: broken XML is an error, and so are entities, whatever they would grow to.
    """
    rest = stream.read(_PIECE)
    if not rest.lstrip(_BLANK).startswith(b"<"):
        return
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    piece = rest
    rest = b""
    while piece:
        if sound:
            parser.Parse(piece)
        piece = rest + piece
        end = piece.rfind(b"<", max(0, len(piece) - _OVERLAP))
        end = len(piece) if end < 0 else end
        yield piece[:end]
        rest = piece[end:]
        piece = stream.read(_PIECE)
    if sound:
        parser.Parse(b"", True)
    yield rest


def _refuse_doctype(*_: object) -> None:
    raise ValueError("it declares entities")


def _dense_xlsx(pieces: Iterator[bytes]) -> int:
    rows, columns = 99_999, 26
    far, placeless = 0, False
    for piece in pieces:
        for wide, row, narrow, far_row in _FAR_CELL.findall(piece):
            number = 0
            for letter in wide or narrow:
                number = number * 26 + letter - 64
            columns, rows = max(columns, number), max(rows, int((row or far_row)[:9]))
        far = max(far, *(int(row[:9]) for row in _FAR_ROW.findall(piece)), 0)
        placeless = placeless or _PLACELESS.search(piece) is not None
    if placeless:
        rows = max(rows, far)
    small = rows == 99_999 and columns <= 26
    return 0 if small else rows * columns


def _dense_ods(pieces: Iterator[bytes]) -> int:
    """The rectangle up to the last filled cell; repetitions count as far as Excel's own sheet goes."""
    row = last = width = column = 0
    repeated, filled = 0, False
    for piece in pieces:
        for kind, attributes in _ODS.findall(piece):
            found = _REPEATED.search(attributes)
            times = int(found[1][:9]) if found else 1
            if kind == b"table-row":
                row += repeated
                repeated = min(times, _EXCEL_ROWS)
                column, filled = 0, False
                continue
            column = min(column + times, _EXCEL_COLUMNS)
            if not attributes.rstrip().endswith(b"/"):
                width = max(width, column)
                if not filled:
                    filled, last = True, max(last, min(row + repeated, _EXCEL_ROWS))
    return last * width
