"""Tables as Parquet for analysts: exact decimals, days and instants as such, written in pieces of some thousand rows.

The library is an extra: a shop that has no use for it does not carry its 50 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from bonuscli.errors import BonusError
from bonuscli.render.cells import Scale, plain_of, whole_of
from bonuscli.render.machines import plain_names
from bonuscli.units import QUANTITY_DIGITS

_PIECE = 20_000
# What fits 64 bits as a decimal.
_PRECISION = 18


def write_parquet(table: Any, _format: str, stream: IO[bytes], _terminal: bool) -> None:
    """The columns under their names of CSV; the currency and the digits of points stand in the file's metadata.

    Instants are in UTC.  Rows may be an iterator.  BonusError ``usage`` where the library is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        hint = "install it: pip install 'bonuscli[parquet]'"
        raise BonusError("usage", "Parquet needs the library pyarrow", "--format", hint) from None

    scale = Scale(table.currency, table.digits, table.points_scale)
    shapes = [_shape(pyarrow, column.kind, scale) for column in table.columns]
    fields = [(name, kind) for name, (kind, _) in zip(plain_names(table), shapes, strict=True)]
    facts = {"currency": table.currency, "points_scale": str(table.points_scale)}
    schema = pyarrow.schema(fields, metadata=facts if table.currency else None)
    rows = iter(table.rows)
    with parquet.ParquetWriter(stream, schema) as writer:
        while piece := list(islice(rows, _PIECE)):
            columns = zip(*piece, strict=True)
            arrays = [
                pyarrow.array([None if value is None else convert(value) for value in column], type=kind)
                for column, (kind, convert) in zip(columns, shapes, strict=True)
            ]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))


def _shape(pyarrow: Any, kind: str, scale: Any) -> tuple[Any, Callable[[Any], Any]]:
    """(type of a column, what makes its value of a raw one)"""
    digits = {"money": scale.digits, "points": scale.points_scale, "quantity": QUANTITY_DIGITS}
    if kind in digits:
        places = -digits[kind]
        return pyarrow.decimal128(_PRECISION, -places), lambda value: Decimal(whole_of(value)).scaleb(places)
    if kind == "count":
        return pyarrow.int64(), int
    if kind == "day":
        return pyarrow.date32(), int
    if kind == "instant":
        return pyarrow.timestamp("s", tz="UTC"), lambda text: int(datetime.fromisoformat(text).timestamp())
    if kind == "flag":
        return pyarrow.bool_(), bool
    if kind == "text":
        return pyarrow.string(), str
    return pyarrow.string(), lambda value: plain_of(kind, value, scale)
