"""The catalogues of the door: complete, compiled, and with the same gaps as the messages that they translate."""

import re
from pathlib import Path

import pytest

from bonuscli.program.show import ENGLISH, LANGUAGES
from tools.catalogues import LOCALES, compile_mo, read_po, said

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
other_languages = pytest.mark.parametrize("language", OTHERS)


def source(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "bonuscli.po"


@other_languages
def test_every_message_is_translated_and_no_other(language: str) -> None:
    """A catalogue has each message of the source, with its plural, and none that nothing says."""
    there = {entry.message: entry.plural for entry in read_po(source(language)) if entry.message}
    assert there == said()


@other_languages
def test_compiled_catalogues_are_those_of_their_sources(language: str) -> None:
    """The ``.mo`` that ships is what the ``.po`` beside it compiles to."""
    path = source(language)
    assert path.with_suffix(".mo").read_bytes() == compile_mo(read_po(path)), "run python tools/catalogues.py"


@other_languages
def test_translations_have_the_gaps_of_their_messages(language: str) -> None:
    """Each translation fills the gaps of its message; only the word for points may go without saying."""
    for entry in read_po(source(language)):
        if not entry.message:
            continue
        gaps = set(re.findall(r"{(\w+)}", entry.plural or entry.message))
        assert len(entry.translations) == (3 if entry.plural else 1), entry.message
        for text in entry.translations:
            filled = set(re.findall(r"{(\w+)}", text))
            assert filled | {"points"} >= gaps >= filled, entry.message
            assert text.strip()


@other_languages
def test_no_translation_is_left_in_english(language: str) -> None:
    """Apart from its gaps a translation holds no English word and the letters of its own language alone."""
    foreign = {"ru": "іїєґІЇЄҐ", "uk": "ыэъёЫЭЪЁ"}[language]
    for entry in read_po(source(language)):
        for text in entry.translations if entry.message else ():
            outside = re.sub(r"{\w+}", "", text)
            assert not re.search(r"[A-Za-z]", outside), text
            assert not set(outside) & set(foreign), text
