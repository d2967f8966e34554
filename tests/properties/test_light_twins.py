"""What is loaded in place of a heavy part of the standard library behaves as that part does."""

import copy
import hashlib
import json
import pickle
import sys
from collections import namedtuple as standard
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonuscli.clock import Calendar
from bonuscli.digests import blake2b, sha256_for
from bonuscli.json_text import parse_json, write_json
from bonuscli.later import later
from bonuscli.records import namedtuple
from bonuscli.zone_file import read_zone

Ours = namedtuple("Ours", "a b c", defaults=(3,))
Theirs = standard("Theirs", "a b c", defaults=(3,))  # type: ignore[misc]
ARGUMENTS = [((1, 2), {}), ((1, 2, 4), {}), ((1,), {"b": 2}), ((), {"c": 1, "b": 2, "a": 3})]
MISTAKES = [((), {}), ((1,), {}), ((1, 2, 3, 4), {}), ((1, 2), {"d": 3}), ((1, 2), {"a": 3}), ((1, 2, 3), {"c": 4})]
ZONES = [*sorted(available_timezones())[::7], "Europe/Moscow", "Europe/Kyiv", "Africa/Casablanca", "Asia/Almaty"]

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@pytest.mark.parametrize("times", [1, 200], ids=["the first", "many"])
def test_records_are_made_like_named_tuples(times: int) -> None:
    """By place, by name and by default, the first of a class and, compiled, those after many."""
    for _ in range(times):
        for values, named in ARGUMENTS:
            assert Ours(*values, **named) == Theirs(*values, **named)


@pytest.mark.parametrize(("values", "named"), MISTAKES)
def test_records_refuse_what_named_tuples_refuse(values: tuple[int, ...], named: dict[str, int]) -> None:
    """Arguments that do not fit are a TypeError, of a fresh class as of a used one."""
    for made in (Ours, namedtuple("Ours", "a b c", defaults=(3,))):
        with pytest.raises(TypeError):
            made(*values, **named)


def test_records_can_do_what_named_tuples_can() -> None:
    """Fields, defaults, replacing, dicts, copies, pickles, patterns and the shape in which they are shown."""
    ours, theirs = Ours(1, 2), Theirs(1, 2)
    assert (Ours._fields, Ours._field_defaults) == (Theirs._fields, Theirs._field_defaults)
    assert ours._replace(b=5) == theirs._replace(b=5)
    assert ours._asdict() == theirs._asdict()
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert (ours.a, ours.b, ours.c, Ours._make([7, 8, 9]).c) == (1, 2, 3, 9)
    for twin in (copy.copy(ours), pickle.loads(pickle.dumps(ours))):
        assert (twin, type(twin)) == (ours, Ours)
    with pytest.raises(ValueError, match="no fields"):
        ours._replace(d=1)
    with pytest.raises(TypeError):
        Ours._make([1])
    with pytest.raises(AttributeError):
        ours.a = 2


@given(VALUES, st.sampled_from([None, 2]))
def test_json_is_written_and_read_as_the_library_does(value: object, indent: int | None) -> None:
    """The text is that of ``json.dumps``, and it is read back as ``json.loads`` reads it."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    assert write_json(value, indent) == text
    assert parse_json(f" {text}\n") == json.loads(text)


@pytest.mark.parametrize("text", ["", "{", "[1,]", '{"a" 1}', "1 2", '"\n"', "nul", "[" * 100_000])
def test_json_that_is_none_is_refused_in_the_librarys_words(text: str) -> None:
    """A mistake is told as ``json.loads`` tells it."""
    with pytest.raises((ValueError, RecursionError)) as theirs:
        json.loads(text)
    with pytest.raises(theirs.type) as ours:
        parse_json(text)
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("zone", ZONES)
def test_the_file_of_a_zone_says_what_zoneinfo_says(zone: str) -> None:
    """Around each change of a zone's offset instants and days are those of ``zoneinfo``, whoever answers."""
    calendar, known = Calendar(zone, 5400), ZoneInfo(zone)
    listed = read_zone(zone)
    changes = listed._changes if listed is not None else []
    for change in [0, 1_800_000_000, 4_000_000_000, *(each for each in changes if abs(each) < 2**35)]:
        for quarter in (change // 900 - 1, change // 900, change // 900 + 1):
            offset = datetime.fromtimestamp(quarter * 900, known).utcoffset()
            assert calendar.offset_at(quarter * 900) == offset // timedelta(seconds=1)  # type: ignore[operator]
        for day in range(change // 86_400 - 2, change // 86_400 + 3):
            wall = datetime(1970, 1, 1) + timedelta(seconds=day * 86_400 + 5400)
            assert calendar.start_of(day) == int(wall.replace(tzinfo=known).timestamp())


@pytest.mark.parametrize(
    "name", ["../zoneinfo/UTC", "/usr/share/zoneinfo/UTC", "Europe", "No/Where", "", "Europe//Kyiv"]
)
def test_what_is_no_zone_has_no_file(name: str) -> None:
    """A name that is none, or leads out of the folder of zones, is for ``zoneinfo`` to refuse."""
    assert read_zone(name) is None


@pytest.mark.parametrize("rows", [1, 5_000])
def test_hashes_are_those_of_hashlib(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows or many, with OpenSSL loaded or without: the digest is the same."""
    assert blake2b(b"x", digest_size=16).digest() == hashlib.blake2b(b"x", digest_size=16).digest()
    assert sha256_for(rows)(b"x").hexdigest() == hashlib.sha256(b"x").hexdigest()
    monkeypatch.delitem(sys.modules, "hashlib")
    assert sha256_for(rows)(b"x").hexdigest() == hashlib.sha256(b"x").hexdigest()


def test_a_module_is_loaded_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming a module loads nothing; the first use of anything in it does."""
    monkeypatch.delitem(sys.modules, "bonuscli.engine.punch", raising=False)
    punch = later("bonuscli.engine.punch")
    assert "bonuscli.engine.punch" not in sys.modules
    assert punch.stamps is punch.stamps
    assert "bonuscli.engine.punch" in sys.modules
