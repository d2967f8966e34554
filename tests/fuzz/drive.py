"""Feeding a reader with mutated files: within a time, within a memory, and the same ones again for the same seed.

    python -m tests.fuzz.drive csv FOLDER SECONDS SEED [FILE...]

prints what it saw as one JSON line.  The files are mutated seeds, or those of a corpus that was found otherwise.  Each
has a limit of processor time, which a busy machine does not eat.  Growth of memory is what stays allocated after all of
them came a second time, when every cache has seen them.
"""

import gc
import json
import random
import resource
import signal
import sys
import time
from collections import namedtuple
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fuzz.readers import Broken, Fuzzed, build

# Of processor time; the slowest sound file of the largest size allowed takes a tenth of it.
SECONDS_EACH = 20
PEAK_MB = 1_024
# Blocks of Python's allocator, some 80 bytes each: what the interpreter itself keeps by chance.
MOST_GROWN = 5_000
_MOST_BYTES = 20_000

# runs: files fed; grown: blocks of memory more after the second time; peak_mb: the most that the process had.
Seen = namedtuple("Seen", "runs grown peak_mb")


class TimedOut(BaseException):
    """A file took too long; no reader may swallow it."""


class Failed(Exception):
    """A file that a reader did not stand; ``content`` is the file."""

    def __init__(self, name: str, content: bytes, cause: BaseException) -> None:
        super().__init__(f"{name}: {type(cause).__name__}: {cause}"[:2_000])
        self.content = content


def feed(fuzzed: Fuzzed, content: bytes) -> None:
    """Feed one file; Failed where the reader raises, breaks a promise or takes too long."""
    try:
        with _limited():
            fuzzed.feed(content)
    except (Exception, TimedOut, SystemExit) as problem:
        raise Failed(fuzzed.name, content, problem) from problem


@contextmanager
def _limited() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimedOut(f"over {SECONDS_EACH} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_EACH)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def mutations(seeds: list[bytes], words: list[bytes], seed: int) -> Iterator[bytes]:
    """The seeds themselves, then without end files made of them by one to six changes each."""
    yield from seeds
    chance = random.Random(seed)
    while True:
        content = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
            change(content, seeds, words, chance)
        yield bytes(content[:_MOST_BYTES])


def change(content: bytearray, seeds: list[bytes], words: list[bytes], chance: random.Random) -> None:
    """One change: a word put in or in place of a value, a byte turned, a part cut out, doubled, moved or borrowed."""
    begin = chance.randrange(len(content) + 1)
    end = min(len(content), begin + chance.choice((0, 1, 2, 5, 20, 100)))
    way = chance.randrange(8)
    if way < 2:
        content[begin:begin] = chance.choice(words)
    elif way == 2:
        begin, end = _value_at(content, begin)
        content[begin:end] = chance.choice(words)
    elif way == 3:
        content[begin:end] = bytes(chance.randrange(256) for _ in range(chance.randrange(4)))
    elif way == 4:
        del content[begin:end]
    elif way == 5:
        content[begin:begin] = content[begin:end] * chance.choice((1, 1, 2, 50))
    elif way == 6:
        lines = content.split(b"\n")
        moved = lines.pop(chance.randrange(len(lines)))
        lines.insert(chance.randrange(len(lines) + 1), moved)
        content[:] = b"\n".join(lines)
    else:
        other = chance.choice(seeds)
        start = chance.randrange(len(other) + 1)
        content[begin:end] = other[start : start + chance.choice((5, 50, 500))]


def _value_at(content: bytearray, place: int) -> tuple[int, int]:
    """From one separator to the next: a cell, a number, a word."""
    breaks = b",;:\t\n{}[]\"' "
    begin = end = place
    while begin > 0 and content[begin - 1] not in breaks:
        begin -= 1
    while end < len(content) and content[end] not in breaks:
        end += 1
    return begin, end


def drive(fuzzed: Fuzzed, corpus: list[bytes], seed: int, runs: int = 10**12, seconds: float = 10**9) -> Seen:
    """Feed that many files, or for that long, then the same ones again; Failed for the first that is not stood."""
    until = time.monotonic() + seconds / 2
    fed = 0
    for content in mutations(corpus, fuzzed.words, seed):
        if fed >= runs or time.monotonic() > until:
            break
        feed(fuzzed, content)
        fed += 1
    before = _blocks()
    for content, _ in zip(mutations(corpus, fuzzed.words, seed), range(fed), strict=False):
        feed(fuzzed, content)
    grown = _blocks() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Seen(2 * fed, grown, peak)


def require_steady(seen: Seen) -> None:
    """Broken where memory grew, or was more than a reader may ever take."""
    if seen.grown > MOST_GROWN:
        raise Broken(f"{seen.grown} blocks of memory more after the same files again")
    if seen.peak_mb > PEAK_MB:
        raise Broken(f"{seen.peak_mb} MB of memory")


def _blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()


def keep(content: bytes, name: str, folder: Path) -> Path:
    """The file that was not stood, written where a person finds it."""
    from hashlib import sha256

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{sha256(content).hexdigest()[:12]}"
    path.write_bytes(content)
    return path


def main(name: str, folder: str, seconds: str, seed: str, *files: str) -> None:
    """One reader in this process; a file that it does not stand is kept in ``fuzz-failures``."""
    fuzzed = build(name, Path(folder))
    corpus = list(_read(files)) or fuzzed.seeds
    try:
        seen = drive(fuzzed, corpus, int(seed), seconds=float(seconds))
        require_steady(seen)
    except Failed as problem:
        print(f"kept as {keep(problem.content, name, Path('fuzz-failures'))}", file=sys.stderr)
        raise
    print(json.dumps(seen._asdict()))


def _read(files: Iterable[str]) -> Iterator[bytes]:
    for file in files:
        path = Path(file)
        yield from (each.read_bytes() for each in sorted(path.iterdir())) if path.is_dir() else [path.read_bytes()]


if __name__ == "__main__":
    main(*sys.argv[1:])
