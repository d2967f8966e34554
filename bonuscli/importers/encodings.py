"""Which encoding is this?  The beginning of a file to the name of its encoding, or a refusal to guess.

Text that is valid UTF-8 is UTF-8: other text with letters beyond ASCII almost never is, by chance.  Else the encodings
of one byte that shops meet are compared by how much they make of the bytes: words of letters of one alphabet, small
letters behind capitals, no ornaments.  Where two of them make the same of it, the profile must say which it is.
"""

import re

UTF_8 = "utf-8"
# By how often tills write them.
_CANDIDATES = ("windows-1251", "cp866", "windows-1252")
# Three letters or so; less than that is chance.
_LEAST_MARK = 6
_HIGH = re.compile(rb"[\x80-\xff]")
# What stands in people's words: a run of letters beyond ASCII or beside them.
_WORD = re.compile(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*")
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_SHAPED = re.compile("[\u0400-\u04ff]?[\u0430-\u045f\u0491]*|[\u0400-\u042f\u0490]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u00ff]+")
# Signs that stand beside words in a till's file without making the encoding doubtful.
_USUAL = frozenset(
    "\u00a0\u00a7\u00ab\u00b0\u00b1\u00b7\u00bb\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2026\u20ac\u2116\u00a3\u00d7"
)
# The letters of which three in four of a Russian or Ukrainian text are.
_FREQUENT = frozenset("оеаинтсрвлкмдпуОЕАИНТСРВЛКМДПУ")


def found_encoding(beginning: bytes, whole: bool) -> str | None:
    """The encoding of a text that begins so, or None where nothing tells; ``whole``: there is nothing behind it.

    >>> found_encoding("Чай".encode(), True), found_encoding("Чай зелёный".encode("cp1251"), True)
    ('utf-8', 'windows-1251')
    """
    try:
        beginning.decode(UTF_8)
        return UTF_8
    except UnicodeDecodeError as problem:
        # A character of up to four bytes may be cut in two by the end of what was looked at.
        if not whole and problem.start > len(beginning) - 4 and problem.reason == "unexpected end of data":
            return UTF_8
    lines = b"\n".join(line for line in beginning.split(b"\n") if _HIGH.search(line))
    marks = sorted(((_mark(lines, name), -place, name) for place, name in enumerate(_CANDIDATES)), reverse=True)
    (best, _, name), (second, _, _) = marks[:2]
    return name if best >= _LEAST_MARK and best * 4 > second * 5 else None


def _mark(text: bytes, name: str) -> int:
    """How much sense a text makes in an encoding; below zero where it makes none."""
    try:
        decoded = text.decode(name)
    except UnicodeDecodeError:
        return -1
    mark = 0
    for word in _WORD.findall(decoded):
        if _CYRILLIC.fullmatch(word):
            mark += (1 if _SHAPED.fullmatch(word) else -2) * len(word)
            mark += sum(("а" <= letter.lower() <= "я") + (letter in _FREQUENT) for letter in word)
        elif _LATIN.fullmatch(word):
            mark += len(word) if len(word) > 2 else -2
        else:
            mark -= 2 * len(word)
    odd = sum(not letter.isalnum() and letter not in _USUAL for letter in decoded if letter > "\x7f")
    return mark - 4 * odd
