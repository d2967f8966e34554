"""Accounts of which an excerpt is read end as those that are read as a whole."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bonuscli.clock import DAY_SECONDS
from bonuscli.errors import BonusError, InvariantBroken
from bonuscli.services import database, excerpts, expire, holds, redeem
from bonuscli.services.rows_out import Origin
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from tests.ledger.tills import UTC, open_shop, send_rows
from tests.properties.stories import told
from tests.properties.stories_verbs import VIENNA

PAUSES = (1, 3, 11, 40, 95, 200)
POINTS = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 30d}}'
TIERS = '{window: 1mo, levels: [{id: base, from: "0"}, {id: gold, from: "1000.00"}]}'


def copied(path: Path, to: Path) -> Path:
    """A database once more."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to


def as_a_whole(*_: Any) -> dict[int, Any]:
    """In place of ``for_ending``: no account is read for its lots alone."""
    return {}


@pytest.mark.parametrize("seed", range(5))
def test_what_is_read_of_an_account_changes_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a story of all verbs some nights are settled in both ways: the same rows to the last byte, and sound."""
    story = told(seed, tmp_path / "story")
    now, chance = story.now, Random(seed)
    for turn in range(8):
        now += chance.choice(PAUSES) * DAY_SECONDS
        other = copied(story.path, tmp_path / f"{turn}.db")
        for path, load in ((story.path, excerpts.for_ending), (other, as_a_whole)):
            monkeypatch.setattr(expire, "for_ending", load)
            for program in story.programs:
                expire.run_due(Shop(path, program, now))
        assert list(database.dump_lines(story.path)) == list(database.dump_lines(other))
    assert list(verify(Shop(story.path, now=now)).findings) == []


@pytest.mark.parametrize("seed", range(2))
def test_lots_of_a_simple_program_end_alike(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards that buy now and then, whose points last 30 days: nearly all are read for their lots alone, each night."""
    chance = Random(seed)
    shop = open_shop(tmp_path / "shop.db", "2026-05-01 12:00", points=POINTS, tiers=TIERS)
    rows = (
        f"{n},sale,,2026-0{chance.randint(1, 4)}-{chance.randint(1, 28):02} 10:00,{chance.randint(1, 20)},TEA,1,"
        f"{chance.randint(1, 400)},"
        for n in range(300)
    )
    send_rows(shop, tmp_path, "\n".join(sorted(rows, key=lambda row: row.split(",")[3])))
    now, lightly = UTC.parse_instant("2026-05-01 12:00"), 0

    def counted(*given: Any) -> dict[int, Any]:
        nonlocal lightly
        found = excerpts.for_ending(*given)
        lightly += len(found)
        return found

    for turn in range(12):
        now += 3 * DAY_SECONDS
        other = copied(shop.path, tmp_path / f"{turn}.db")
        for path, load in ((shop.path, counted), (other, as_a_whole)):
            monkeypatch.setattr(expire, "for_ending", load)
            expire.run_due(Shop(path, now=now))
        assert list(database.dump_lines(shop.path)) == list(database.dump_lines(other))
    assert lightly > 20
    assert list(verify(Shop(shop.path, now=now)).findings) == []


@pytest.mark.parametrize("seed", range(5))
def test_points_are_spent_alike(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether all lots of a card were read or those that are eaten: the same answers, refusals and rows."""
    story = told(seed, tmp_path / "story")
    chance, read = Random(seed), []

    def counted(*given: Any) -> Any:
        read.append(excerpts.for_spending(*given))
        return read[-1]

    other = copied(story.path, tmp_path / "whole.db")
    for number in range(30):
        card, points = chance.choice(story._cards), chance.choice((1, 1, 5, 20, 100, 2_000))
        writing = Writing(VIENNA.iso(story.now - chance.choice((0, 0, 3_600, 9 * DAY_SECONDS))), None, f"P{number}")
        answers = []
        for path, load in ((story.path, counted), (other, lambda *_: None)):
            monkeypatch.setattr(redeem, "for_spending", load)
            for _ in range(1 + number % 2):
                try:
                    shop = Shop(path, story.programs[0], story.now)
                    answers.append(redeem.redeem(shop, card, points, writing=writing))
                except BonusError as problem:
                    answers.append((problem.code, problem.message, problem.hint))
        half = len(answers) // 2
        assert answers[:half] == answers[half:]
        story.now += chance.choice((0, 60, DAY_SECONDS))
    assert list(database.dump_lines(story.path)) == list(database.dump_lines(other))
    assert any(read) or seed > 3
    assert list(verify(Shop(story.path, now=story.now)).findings) == []


def test_a_lot_that_stands_for_others_is_not_touched(tmp_path: Path) -> None:
    """Who takes more than was said gets the wrong account, and is told before anything is written."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-02 12:00", points=POINTS)
    send_rows(shop, tmp_path, "1,sale,,2026-01-01 10:00,1,TEA,1,100,\n2,sale,,2026-01-01 11:00,1,TEA,1,100,")
    with shop.writing() as session:
        desk, member = session.desk(), session.find_member("1")
        at = session.now
        account = excerpts.for_spending(session.connection, session.program, member, session.versions, 100, at, at)
        assert sorted(account.lots) == [1, excerpts._STANDS_FOR_OTHERS]
        desk.accounts[member] = account
        desk.redeem(member, 100, None, session.now, False, b"1", Origin("", "A", "", "", "", "", None, None))
        excerpts.require_untouched(account)
        desk.redeem(member, 1, None, session.now, False, b"2", Origin("", "B", "", "", "", "", None, None))
        with pytest.raises(InvariantBroken, match="not read"):
            excerpts.require_untouched(account)


def test_only_where_nothing_else_is_due_less_is_read(tmp_path: Path) -> None:
    """Of four members whose lots end one has points on hold and one has a level that is looked at: two are left."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-02 12:00", points=POINTS, tiers=TIERS)
    rows = (f"{card}-{day},sale,,2026-01-0{day} 10:00,{card},TEA,1,{amount},"
            for card, amount in ((1, 100), (2, 100), (3, 5000), (4, 100)) for day in (1, 2))  # fmt: skip
    send_rows(shop, tmp_path, "\n".join(rows))
    holds.hold(shop, "2", 1, 60 * DAY_SECONDS, "R")
    later = Shop(shop.path, now=UTC.parse_instant("2026-02-20"))
    with later.reading() as session:
        members = [session.find_member(card) for card in "1234"]
        day = session.calendar.day_of(session.now)
        found = excerpts.for_ending(session.connection, session.program, members, session.versions, day)
        assert sorted(found) == [members[0], members[3]]
        with pytest.raises(InvariantBroken, match="not read"):
            found[members[0]].spend_between(None, day)
