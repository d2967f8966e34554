"""JSON without the standard library's ``json``, which loads ``re`` and with it half of what a till waits for.

Reading is done by the same C code that ``json`` itself calls, set up as ``json.loads`` sets it up; where that is not to
be had, or finds a mistake, ``json.loads`` reads the text and says so in its own words.  Writing is that of
``json.dumps`` with ``ensure_ascii=False`` for what answers consist of.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_BLANK = " \t\n\r"


class _Plain:
    """How ``json.loads`` reads: strictly, into dicts, and ``NaN`` and its like not at all."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int

    @staticmethod
    def parse_constant(name: str) -> None:
        raise ValueError(f"{name} is no number")

    memo: dict[str, str] = {}  # noqa: RUF012


_scan: Callable[[str, int], tuple[Any, int]] | None = None
try:
    from _json import make_scanner
except ImportError:  # an interpreter without it
    pass
else:
    _scan = make_scanner(_Plain)  # type: ignore[arg-type]


def parse_json(text: str) -> Any:
    """The value of a JSON text, as ``json.loads`` gives it; ValueError where it is none."""
    if _scan is not None:
        try:
            value, end = _scan(text, len(text) - len(text.lstrip(_BLANK)))
            if not text[end:].strip(_BLANK):
                return value
        except (StopIteration, ValueError, RecursionError):
            pass  # told by what reads it again
    import json

    return json.loads(text)


# As json.dumps escapes with ensure_ascii=False.
_ESCAPES = {
    **{code: f"\\u{code:04x}" for code in range(0x20)},
    **{ord(each): f"\\{name}" for each, name in zip('\b\f\n\r\t"\\', 'bfnrt"\\', strict=True)},
}
_WORDS = {None: "null", True: "true", False: "false"}


def format_json(value: Any, **form: Any) -> str:
    """What ``json.dumps`` writes with these arguments; loaded where it is needed."""
    import json

    return json.dumps(value, **form)


def write_json(value: Any, indent: int | None = None, margin: str = "\n") -> str:
    """What ``json.dumps`` writes with ``ensure_ascii=False, allow_nan=False``, of dicts with text as keys."""
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if not isinstance(value, dict | list | tuple):
        return format_json(value, ensure_ascii=False, allow_nan=False)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    inner = margin + " " * indent if indent is not None else ""
    if isinstance(value, dict):
        told = [f'"{key.translate(_ESCAPES)}": {write_json(each, indent, inner)}' for key, each in value.items()]
        before, after = "{}"
    else:
        told = [write_json(each, indent, inner) for each in value]
        before, after = "[]"
    if indent is None:
        return f"{before}{', '.join(told)}{after}"
    return f"{before}{inner}{f',{inner}'.join(told)}{margin}{after}"
