"""What stands in for modules of the standard library on a till's path behaves as they do, and gives way to them."""

import contextlib
import datetime
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing as their_closing
from typing import Any

import pytest

from bonuscli import contexts, dates
from bonuscli.store import driver
from tests.conftest import ROOT

# Ways in which a generator may go on after its first half.
WAYS = ("ends", "lets through", "swallows", "turns into another", "raises of itself")


def steps(way: str, told: list[str]) -> Iterator[int]:
    """A generator that yields once and then does as told."""
    told.append("begins")
    try:
        yield 7
    except KeyError as problem:
        told.append(f"met {problem}")
        if way == "lets through":
            raise
        if way == "turns into another":
            raise ValueError("another") from problem
        if way == "raises of itself":
            raise KeyError("own") from None
    told.append("ends")


def outcome(make: Callable[..., Any], way: str, problem: BaseException | None) -> tuple[Any, ...]:
    """What a block sees and what comes out of it."""
    told: list[str] = []
    try:
        with make(steps)(way, told=told) as given:
            told.append(f"given {given}")
            if problem is not None:
                raise problem
    except BaseException as raised:
        return (*told, type(raised), str(raised), raised is problem)
    return tuple(told)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("problem", [None, KeyError("k"), StopIteration("s"), KeyboardInterrupt(), GeneratorExit()])
def test_a_context_is_as_of_contextlib(way: str, problem: BaseException | None) -> None:
    """What goes in, what is swallowed, turned into something else or let through, is the same."""
    assert outcome(contexts.contextmanager, way, problem) == outcome(contextlib.contextmanager, way, problem)


def test_a_generator_that_yields_twice_is_told() -> None:
    """It would be a block that runs twice."""

    @contexts.contextmanager
    def twice() -> Iterator[None]:
        """Twice."""
        yield
        yield

    assert (twice.__name__, twice.__doc__) == ("twice", "Twice.")
    with pytest.raises(RuntimeError, match="goes on"), twice():
        pass


def test_a_trace_does_not_show_the_way_through_the_context() -> None:
    """The error of a block ends in the block, as with contextlib."""
    for make in (contexts.contextmanager, contextlib.contextmanager):
        with pytest.raises(KeyError) as caught, make(steps)("lets through", []):
            raise KeyError
        assert caught.traceback[-1].name == "test_a_trace_does_not_show_the_way_through_the_context"


def test_what_is_suppressed_and_closed_is_as_of_contextlib() -> None:
    """Of the kinds that are named, and their kin; closed in any case."""

    class Opened:
        closed = 0

        def close(self) -> None:
            self.closed += 1

    for suppress, closing in ((contexts.suppress, contexts.closing), (contextlib.suppress, their_closing)):
        with suppress(LookupError, OSError):
            raise KeyError
        with pytest.raises(ValueError), suppress(LookupError):
            raise ValueError
        opened = Opened()
        with suppress(KeyError), closing(opened) as given:
            assert given is opened
            raise KeyError
        assert opened.closed == 1


def test_classes_are_those_of_the_standard_library() -> None:
    """A connection is a connection, and a day is a day, whoever made it."""
    for name in ("connect", "Connection", "Error", "OperationalError", "IntegrityError", "SQLITE_FULL", "SQLITE_BUSY"):
        assert getattr(driver.sqlite3, name) is getattr(sqlite3, name) or name.startswith("SQLITE")
    for name in ("UTC", "date", "datetime", "time", "timedelta", "timezone"):
        assert getattr(dates, name) is getattr(datetime, name)


@pytest.mark.parametrize("before", ["", "import functools, sqlite3; "])
def test_what_stood_in_is_gone_afterwards(before: str) -> None:
    """Whoever imports functools later gets it whole, and statements are kept by a connection as they always are."""
    code = f"""{before}import sys
from bonuscli.store.driver import sqlite3
assert ("functools" in sys.modules) == {bool(before)}
connection = sqlite3.connect(":memory:", cached_statements=2)
for number in range(5):
    for _ in range(2):
        assert connection.execute(f"SELECT {{number}}").fetchone() == (number,)
connection.close()
import functools, sqlite3 as whole
assert functools.partial(max, 1)(2) == 2 and whole.Connection is sqlite3.Connection
assert functools.lru_cache(maxsize=3)(len)("abc") == 3"""
    environment = {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-S", "-c", code], check=True, env=environment, capture_output=True)
