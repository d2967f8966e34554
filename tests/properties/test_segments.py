"""Segments asked of the whole database say of every member what the engine says of his account, on any day."""

from pathlib import Path
from typing import Any

import pytest

from bonuscli.engine.book import Rows
from bonuscli.engine.segments import CONDITIONS, holds
from bonuscli.engine.settle import settle
from bonuscli.services.facts import load_accounts
from bonuscli.services.members_asked import Everybody
from bonuscli.services.shop import Session, Shop
from tests.properties.stories import Story, told
from tests.properties.stories_verbs import VIENNA

ASKED: list[dict[str, Any]] = [
    {"last_purchase": {"over": [0, 15]}},
    {"last_purchase": {"within": [0, 9]}},
    {"enrolled": {"over": [0, 20]}},
    {"spend": {"from": 1}},
    {"spend": {"from": 3_000, "below": 9_000, "within": [0, 20]}},
    {"receipts": {"from": 1, "below": 3}},
    {"receipts": {"from": 1, "within": [0, 7]}},
    {"average_receipt": {"from": 1_500}},
    {"average_receipt": {"below": 2_000, "within": [1, 0]}},
    {"age": {"from": 30}},
    {"birthday": {"before": 60, "after": 60}},
    {"tags": ["vip"]},
    {"tiers": ["mid", "high"]},
    {"not": {"tiers": ["low"]}},
    {"receipts": {"from": 2}, "not": {"last_purchase": {"within": [0, 5]}}},
]


def by_engine(session: Session, everybody: Everybody) -> list[set[int]]:
    """Who is in each of the segments, by every account for itself."""
    found: list[set[int]] = [set() for _ in ASKED]
    accounts = load_accounts(session.connection, session.program, everybody.members, session.versions)
    for member, account in accounts.items():
        if account.clock <= everybody.at:
            settle(account, Rows(), session.versions, everybody.at)
        for place, asked in enumerate(ASKED):
            if holds(asked, account, everybody.at, everybody.day, everybody.program, CONDITIONS):
                found[place].add(member)
    return found


class Dated(Story):
    """A story whose members are asked at the end of every day on which something happened."""

    def __init__(self, seed: int, folder: Path) -> None:
        super().__init__(seed, folder, late=False)
        self.seen: list[tuple[str, int, list[set[int]]]] = []

    def _wait(self, seconds: int) -> None:
        if VIENNA.day_of(self.now + seconds) > VIENNA.day_of(self.now) + 1:  # past both starts of a day
            for program in self.programs:
                with Shop(self.path, program, self.now).reading() as session:
                    everybody = Everybody(session, session.calendar.day_of(self.now))
                    self.seen.append((program, everybody.day, by_engine(session, everybody)))
        super()._wait(seconds)


@pytest.mark.parametrize("seed", range(8))
def test_all_members_are_told_as_each_account_tells(tmp_path: Path, seed: int) -> None:
    """After a story of all verbs, late ones too: today, and on days to come, with what falls due until then."""
    story = told(seed, tmp_path / "story")
    for program in story.programs:
        with Shop(story.path, program, story.now).reading() as session:
            for ahead in (0, 9, 60):
                everybody = Everybody(session, session.calendar.day_of(story.now) + 1 + ahead)
                assert [set(everybody.who(asked)) for asked in ASKED] == by_engine(session, everybody)


@pytest.mark.parametrize("seed", [*range(8), 17, 19, 22])  # of the last three two programs cut their days differently
def test_a_day_that_is_past_is_told_as_it_was(tmp_path: Path, seed: int) -> None:
    """What was told at the end of each day is told of it at the end of the story: returns, tags and tiers since then
    change nothing.  Who was merged since is another member, and is left out."""
    (tmp_path / "story").mkdir()
    story = Dated(seed, tmp_path / "story")
    story.tell()
    assert story.seen
    for program, day, then in story.seen:
        with Shop(story.path, program, story.now).reading() as session:
            everybody = Everybody(session, day)
            rows = session.connection.execute(
                "SELECT a.member, b.member FROM accounts a JOIN accounts b ON b.id = a.merged_into"
            )
            merged = {member for row in rows for member in row}
            now = [set(everybody.who(asked)) - merged for asked in ASKED]
            assert now == [members - merged for members in then], (program, day)
