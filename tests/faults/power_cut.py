"""Power cuts: what a disk may hold if the current fails at any moment of our own commands.

    python -m tests.faults.power_cut --minutes 30 [--seed 7]

Commands run on a disk that records every write, cut, sync and deletion of the database and its log.  A sync makes safe
what was written to its file before; of what was written since, a disk may hold nothing, a part from the beginning, or
any of the sectors in any order.  From such a record images are made for every sync, for every command that was
answered, and for moments between.  Each is opened by the program: SQLite's integrity check passes, every command that
was answered is there, ``verify`` finds nothing.

The same with ``synchronous = NORMAL`` loses answered commands: that is how we know that this test can fail.
"""

import argparse
import contextlib
import random
import shutil
import sqlite3
import tempfile
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.services import holds
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.expire import run_due
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from bonuscli.store import sqlite
from tests.faults.disk import SQLITE_OK, Disk, under
from tests.ledger.tills import UTC, dump, open_shop, send_rows

SECTOR = 512
NOW = "2026-12-01 12:00"
CARDS = range(100, 112)
# So short that it is carried into the file every few commands, and cuts meet that work as well.
LOG_BYTES = 150_000

# act: write | truncate | sync | answered; at: offset, size, or the number that was answered; content: what is written.
Step = namedtuple("Step", "act name at content", defaults=(0, b""))


class Recorder(Disk):
    """A disk that does everything and remembers it."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def write(self, path: str, offset: int, content: bytes) -> int:
        """Remember a write."""
        return self._step("write", path, offset, content)

    def truncate(self, path: str, size: int) -> int:
        """Remember a cut."""
        return self._step("truncate", path, size)

    def sync(self, path: str) -> int:
        """Remember a sync."""
        return self._step("sync", path)

    def delete(self, path: str) -> int:
        """Remember a deletion: as a cut, since a log that is empty and one that is not there are the same."""
        return self._step("truncate", path, 0)

    def _step(self, act: str, path: str, at: int = 0, content: bytes = b"") -> int:
        self.steps.append(Step(act, Path(path).name, at, content))
        return SQLITE_OK


class Platter:
    """What is safe of each file, and what was written to it since its last sync."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.safe = {name: bytearray(content) for name, content in files.items()}
        self.pending: dict[str, list[Step]] = {name: [] for name in files}

    def take(self, step: Step) -> None:
        """One more step of the record."""
        pending = self.pending.setdefault(step.name, [])
        if step.act == "sync":
            for each in pending:
                _put(self.safe.setdefault(step.name, bytearray()), each)
            pending.clear()
        else:
            pending.append(step)

    def image(self, moments: random.Random) -> dict[str, bytearray]:
        """What may be on the disk if the current fails now."""
        kept = {name: bytearray(content) for name, content in self.safe.items()}
        how = moments.choice(("none", "all", "prefix", "sectors", "sectors"))
        for name, pending in self.pending.items():
            content = kept.setdefault(name, bytearray())
            if how == "all":
                chosen = pending
            elif how == "sectors":
                chosen = [each for step in pending for each in _sectors(step) if moments.random() < 0.5]
                moments.shuffle(chosen)
            else:
                chosen = pending[: moments.randint(0, len(pending))] if how == "prefix" else []
            for step in chosen:
                _put(content, step)
        return kept


def _put(content: bytearray, step: Step) -> None:
    if step.act == "truncate":
        del content[step.at :]
        content.extend(bytes(step.at - len(content)))
        return
    content.extend(bytes(max(0, step.at - len(content))))
    content[step.at : step.at + len(step.content)] = step.content


def _sectors(step: Step) -> Iterator[Step]:
    """A write in the pieces that a disk takes at once; a cut as it is."""
    if step.act != "write":
        yield step
        return
    begin = 0
    while begin < len(step.content):
        end = begin + SECTOR - (step.at + begin) % SECTOR
        yield Step("write", step.name, step.at + begin, step.content[begin:end])
        begin = end


@contextlib.contextmanager
def weaker(synchronous: str) -> Iterator[None]:
    """Writing connections with another level of PRAGMA synchronous, and a log that is carried over early."""
    connect, shorten = sqlite._connect, sqlite.shorten_wal

    def connect_weaker(path: Path, mode: str, immutable: bool = False) -> sqlite3.Connection:
        connection = connect(path, mode, immutable)
        if mode == "rw" and synchronous != "FULL":
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        return connection

    sqlite._connect = connect_weaker
    sqlite.shorten_wal = lambda connection, path, longest=LOG_BYTES: shorten(connection, path, LOG_BYTES)
    try:
        yield
    finally:
        sqlite._connect, sqlite.shorten_wal = connect, shorten


def record(folder: Path, moments: random.Random, commands: int, synchronous: str) -> tuple[Platter, list[Step], Shop]:
    """Run random commands of a shop: the disk before them, the record, the shop as it is after them."""
    shop = open_shop(folder / "bonus.db", NOW, points='{name: {one: p, other: p}, value: "1.00", lasts: {for: 20d}}')
    rows = "\n".join(f"A{card},sale,,2026-11-{card % 28 + 1:02} 10:00,{card},G,1,100.00," for card in CARDS)
    send_rows(shop, folder, rows)
    files = {path.name: path.read_bytes() for path in (shop.path, Path(f"{shop.path}-wal")) if path.exists()}
    recorder = Recorder()
    with weaker(synchronous), under(recorder):
        for number in range(commands):
            key = f"key-{number}"
            with contextlib.suppress(BonusError):
                answered = _command(shop, folder, key, moments)
                recorder.steps.append(Step("answered", shop.path.name, answered))
    return Platter(files), recorder.steps, shop


def _command(shop: Shop, folder: Path, key: str, moments: random.Random) -> str:
    """One random command; the number of an event that is there from now on."""
    card, call = str(moments.choice(CARDS)), Writing(key=key)
    match moments.randrange(7):
        case 0 | 1:
            accrue(shop, card, receipt_of_total(moments.randint(1, 300) * 100, key, None, None))
        case 2 | 3:
            redeem(shop, card, moments.randint(1, 9), writing=call)
        case 4:
            adjust(shop, card, moments.randint(1, 20), "kind", call)
        case 5:
            holds.hold(shop, card, moments.randint(1, 5), writing=call)
        case _:
            run_due(shop)
            send_rows(shop, folder, "\n".join(f"{key}-{n},sale,,2026-11-30 10:00,{card},G,1,9.00," for n in range(9)))
            key = f"{key}-8"
    return key


class Cuts:
    """Images of one record, and what was found in them."""

    def __init__(self, folder: Path, moments: random.Random, synchronous: str) -> None:
        self._folder = folder
        self._moments = moments
        self._synchronous = synchronous
        self.images = self.lossy = self.answered = 0

    def run(self, commands: int, most: int) -> None:
        """Record some commands and look at images of moments all over them, as many as said."""
        shutil.rmtree(self._folder, ignore_errors=True)
        shop_folder, image_folder = self._folder / "shop", self._folder / "image"
        shop_folder.mkdir(parents=True)
        image_folder.mkdir()
        platter, steps, shop = record(shop_folder, self._moments, commands, self._synchronous)
        turning = [n for n, step in enumerate(steps) if step.act in ("sync", "answered")]
        # Before and after each sync and each answer, and as often anywhere between.
        cuts = [n for turn in turning for n in (turn, turn + 1)] + self._moments.choices(range(len(steps)), k=most)
        cuts = sorted(set(cuts) - {len(steps)})  # after the last answer there is nothing left to lose
        wanted = set(self._moments.sample(cuts, min(most, len(cuts))))
        answered: list[str] = []
        for n, step in enumerate(steps):
            if n in wanted:
                self._look(platter.image(self._moments), image_folder, answered)
            if step.act == "answered":
                answered.append(step.at)
            else:
                platter.take(step)
        self.answered += len(answered)
        # With everything written, the image is the shop itself.
        for name, pending in platter.pending.items():
            platter.take(Step("sync", name))
            assert not pending
        copy = self._write(platter.safe, image_folder)
        assert dump(copy) == dump(shop)

    def _write(self, files: dict[str, bytearray], folder: Path) -> Shop:
        for path in folder.iterdir():
            path.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return Shop(folder / "bonus.db", now=UTC.parse_instant(NOW))

    def _look(self, files: dict[str, bytearray], folder: Path, answered: list[str]) -> None:
        shop = self._write(files, folder)
        self.images += 1
        connection = sqlite.open_writer(shop.path)
        try:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            kept = {number for (number,) in connection.execute("SELECT number FROM events")}
        finally:
            connection.close()
        assert verify(shop).findings == []
        self.lossy += not kept.issuperset(answered)


def cut_power(minutes: float, seed: int, synchronous: str = "FULL", images: int | None = None) -> Cuts:
    """Look at images until the time is over, or at so many; AssertionError where one is not sound."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="bonuscli-power-") as folder:
        cuts, began = Cuts(Path(folder), moments, synchronous), time.monotonic()
        if images is not None:
            cuts.run(commands=40, most=images)
        while images is None and time.monotonic() - began < minutes * 60:
            cuts.run(commands=60, most=150)
    return cuts


def tell(minutes: float, seed: int) -> str:
    """The long run: nine tenths of it with FULL, the rest with NORMAL as a control; a line that says what was seen."""
    full = cut_power(minutes * 0.9, seed)
    normal = cut_power(minutes * 0.1, seed + 1, "NORMAL")
    assert full.lossy == 0, f"{full.lossy} of {full.images} images lost answered commands"
    assert normal.lossy > 0, "NORMAL lost nothing, so this test can not fail"
    return (
        f"power cuts: seed {seed}: FULL lost nothing in {full.images} images of {full.answered} commands, "
        f"all sound; NORMAL lost answered commands in {normal.lossy} of {normal.images} images, all sound"
    )


def main() -> None:
    """The long run, by time."""
    parser = argparse.ArgumentParser(description="images of a disk at power cuts in the middle of commands")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    arguments = parser.parse_args()
    print(tell(arguments.minutes, arguments.seed))


if __name__ == "__main__":
    main()
