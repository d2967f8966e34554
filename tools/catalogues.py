"""The catalogues of messages: what the source says, what a ``.po`` file translates, and the ``.mo`` made of it.

Run it after a change of ``bonuscli/locale/*/LC_MESSAGES/bonuscli.po``::

    python tools/catalogues.py          # writes each .mo; names what is missing or no longer said

The compiled files are kept in the repository, so that a wheel needs no tool to be built; a test proves that they are
what their sources compile to.
"""

import ast
import re
import struct
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SAID_IN = ROOT / "bonuscli" / "program" / "show"
LOCALES = ROOT / "bonuscli" / "locale"
# Methods and functions whose literal arguments are messages -> how many of them: a plural has two.
_CALLS = {"say": 1, "begun": 1, "marked": 1, "counted": 2}
_MAGIC = 0x950412DE
_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr)(?:\[(\d)\])? )?"(.*)"')


class Entry(NamedTuple):
    """A message with its plural or None, and its translations: one, or one for each plural form."""

    message: str
    plural: str | None
    translations: tuple[str, ...]


def said() -> dict[str, str | None]:
    """Every message of the source with its plural, in the order of the files."""
    found: dict[str, str | None] = {}
    for file in sorted(SAID_IN.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [
                each.value for each in node.args[: _CALLS.get(name, 0)]
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]  # fmt: skip
            if texts and len(texts) == _CALLS[name]:
                found[texts[0]] = texts[1] if len(texts) > 1 else found.get(texts[0])
    return found


def read_po(path: Path) -> list[Entry]:
    """The entries of a ``.po`` file; the first, of the empty message, is its header."""
    entries = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        fields: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            found = None if line.startswith("#") else _LINE.fullmatch(line.strip())
            if found:
                key = f"{found[1]}{found[2] or ''}" if found[1] else key
                fields[key] = fields.get(key, "") + _unescaped(found[3])
        if fields:
            translations = [fields[name] for name in sorted(fields) if name.startswith("msgstr")]
            entries.append(Entry(fields["msgid"], fields.get("msgid_plural"), tuple(translations)))
    return entries


def _unescaped(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def compile_mo(entries: list[Entry]) -> bytes:
    """The bytes of a ``.mo`` file (GNU gettext manual, "The Format of GNU MO Files"), without a hash table."""
    pairs = sorted(
        (
            "\0".join(filter(None, (entry.message, entry.plural))).encode(),
            "\0".join(entry.translations).encode(),
        )
        for entry in entries
    )
    tables = 28
    texts = tables + 16 * len(pairs)
    blob = b""
    rows: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for side in (0, 1):
        for pair in pairs:
            rows[side].append((len(pair[side]), texts + len(blob)))
            blob += pair[side] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), tables, tables + 8 * len(pairs), 0, 0)
    return head + b"".join(struct.pack("<2I", *row) for row in (*rows[0], *rows[1])) + blob


def main() -> int:
    """Write every ``.mo``; 1 where a catalogue lacks a message or has one that nothing says."""
    messages = said()
    status = 0
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        entries = read_po(source)
        source.with_suffix(".mo").write_bytes(compile_mo(entries))
        there = {entry.message: entry.plural for entry in entries if entry.message}
        for label, names in (
            ("missing", messages.items() - there.items()),
            ("not said", there.items() - messages.items()),
        ):
            for name, _ in sorted(names):
                print(f"{source.relative_to(ROOT)}: {label}: {name!r}")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
