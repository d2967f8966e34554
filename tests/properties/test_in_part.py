"""An account of which lots and days are read when they are asked for is booked on as one that is known as a whole."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonuscli.clock import DAY_SECONDS
from bonuscli.days import NEVER
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.holdings import Day, Lot
from bonuscli.importers.profile import load_profile
from bonuscli.services import database, ingest, recorder
from bonuscli.services.documents import Options
from bonuscli.services.shop import Session, Shop
from bonuscli.services.verify import verify
from bonuscli.store import reads
from tests.engine.test_account import unfolded
from tests.ledger.tills import HEADER
from tests.properties.stories import Story, told
from tests.properties.stories_verbs import VIENNA
from tests.properties.test_excerpts import copied
from tests.properties.test_ledger import DEPOSITS, STEPS, stories
from tests.properties.test_programs import tills
from tests.properties.till import Till

# How many accounts an import keeps as they are, and how many of which it has let lots and days go.
KEPT = ((3_000, 20_000), (0, 20_000), (0, 0))


class Shelf:
    """The lots and days of one account as they were stored last."""

    def __init__(self) -> None:
        self.store(Account(1, 1, None, frozenset(), 0))

    def store(self, account: Account) -> None:
        """Write the account as it stands; a copy is asked, so that the account itself reads nothing."""
        written = account.copy()
        self._lots, self._days = written.lots, written.days

    def lots(self, account: int, first: int, before: int) -> tuple[dict[int, Lot], int]:
        """Copies of the lots that end on a day from ``first`` on and before another; when the next one ends."""
        there = sorted((lot for lot in self._lots.values() if lot.expires_on >= first), key=Lot.eating_key)
        beyond = min((lot.expires_on for lot in there if lot.expires_on >= before), default=NEVER)
        return {lot.n: lot.copy() for lot in there if lot.expires_on < before}, beyond

    def days(self, account: int, first: int, last: int) -> dict[int, Day]:
        """Copies of the days from one through another."""
        return {day: bucket.copy() for day, bucket in self._days.items() if first <= day <= last}


class Forgetful(Till):
    """A till whose account is stored after every ``stored``-th event, and put down after every so many of these."""

    stored = put_down = 1

    def apply(self, event: object) -> object:
        """Book one event; it may be the last that the account remembers."""
        if not hasattr(self, "_shelf"):
            self._shelf = Shelf()
        booked = super().apply(event)
        if len(self.events) % self.stored == 0:
            self._shelf.store(self.account)
            if len(self.events) // self.stored % self.put_down == 0:
                self.account.put_down(self._shelf.lots, self._shelf.days)
        return booked


@settings(max_examples=300, deadline=None)
@given(tills(), stories(steps=st.one_of(STEPS, DEPOSITS)), st.integers(1, 3), st.integers(1, 3))
def test_what_was_put_down_is_booked_on_alike(till: Till, story: list[tuple], stored: int, put_down: int) -> None:
    """The same answers and the same rows, whatever of the account has to be read again."""
    forgetful = Forgetful.__new__(Forgetful)
    forgetful.stored, forgetful.put_down = stored, put_down
    forgetful._open(till.versions, None)
    assert forgetful.tell(story) == till.tell(story)
    for name in Rows.__slots__:
        assert getattr(forgetful.rows, name) == getattr(till.rows, name), name
    assert (forgetful.account.points, forgetful.account.soonest_expiry()) == (
        till.account.points,
        till.account.soonest_expiry(),
    )
    assert {n: lot.remaining for n, lot in forgetful.account.lots.items()} == {
        n: lot.remaining for n, lot in till.account.lots.items()
    }
    assert unfolded(forgetful.account.days) == unfolded(till.account.days)


def file_of(story: Story, folder: Path, chance: Random) -> Path:
    """Receipts and returns of the story's cards over some months after it, a few of them paid with points."""
    rows, at, sold = [], story.now, []
    for number in range(60):
        at += chance.choice((600, 3_600, DAY_SECONDS, 9 * DAY_SECONDS))
        card, name = chance.choice(story._cards), f"in-part-{number}"
        if sold and chance.random() < 0.2:
            original, owner = chance.choice(sold)
            rows.append(f"{name},return,{original},{VIENNA.iso(at)},{owner},TEA,1,1.00,")
            continue
        sold.append((name, card))
        points = chance.choice(("", "", "", "1"))
        rows.append(f"{name},sale,,{VIENNA.iso(at)},{card},TEA,2,{chance.randint(100, 90_000) / 100:.2f},{points}")
    story.now = at
    path = folder / "more.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return path


@pytest.mark.parametrize("seed", range(6))
def test_an_import_stores_alike(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a story of all verbs a file is imported in small batches: whatever is kept of accounts, the same bytes."""
    story = told(seed, tmp_path / "story")
    chance = Random(seed)
    file = file_of(story, tmp_path, chance)
    before = copied(story.path, tmp_path / "before.db")
    monkeypatch.setattr(reads, "has_receipts", lambda _: True)
    for name in ("_FIRST_BATCH", "_LARGEST_BATCH", "_SMALLEST_BATCH"):
        monkeypatch.setattr(ingest, name, 1 + seed)
    dumps = []
    plain_desk = Session.desk
    for desk in (lambda session, in_part: plain_desk(session), plain_desk):
        monkeypatch.setattr(Session, "desk", desk)
        for whole, in_part in KEPT:
            monkeypatch.setattr(recorder, "KEPT_ACCOUNTS", whole)
            monkeypatch.setattr(recorder, "KEPT_IN_PART", in_part)
            path = copied(before, tmp_path / "after.db")
            shop = Shop(path, story.programs[0], story.now)
            report = ingest.run(shop, [file], Options(load_profile("canonical"), errors=tmp_path / "rejects.csv"))
            assert report.accepted > 20
            dumps.append([line for line in database.dump_lines(path) if "imports" not in line])
            assert list(verify(shop).findings) == []
            path.unlink()
    assert all(dump == dumps[0] for dump in dumps)
