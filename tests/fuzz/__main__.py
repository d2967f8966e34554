"""The long run: every reader fuzzed in turn, by time.

    python -m tests.fuzz --minutes 30 [--seed 7] [--reader yaml|csv|json|command|NAME]

A reader's time goes to atheris for the most part, where it is installed, then to mutations of what that found, fed
twice to see whether memory grows; that of ``command`` goes to processes of the program.  Each reader ends with one
line.  A file that a reader does not stand is kept in ``fuzz-failures`` and fails the run; to see it again:

    python -m tests.fuzz --reader csv --file fuzz-failures/csv-2f0c4a
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import command, drive
from tests.fuzz.readers import FAMILIES, READERS, build

FAILURES = Path("fuzz-failures")
COMMAND = "command"
_GUIDED_SHARE = 0.8


def main() -> int:
    """Fuzz; the exit status is 1 where a reader did not stand a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="fuzz the readers of files")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--reader", choices=[*FAMILIES, *READERS, COMMAND], help="one of them, or a family [all]")
    parser.add_argument("--file", type=Path, help="feed this file alone to the reader")
    told = parser.parse_args()
    names = FAMILIES.get(told.reader, (told.reader,)) if told.reader else (*READERS, COMMAND)
    if told.file:
        names = FAMILIES[told.reader][:1] if told.reader not in (*READERS, COMMAND) else names
        with tempfile.TemporaryDirectory(prefix="bonuscli-fuzz-") as folder:
            drive.feed(build(names[0], Path(folder)), told.file.read_bytes())
        return 0
    failed = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="bonuscli-fuzz-") as folder:
            line, sound = _fuzz(name, Path(folder), told.minutes * 60 / len(names), told.seed)
        print(line, flush=True)
        failed += not sound
    return 1 if failed else 0


def _fuzz(name: str, folder: Path, seconds: float, seed: int) -> tuple[str, bool]:
    """(the line that tells of it, whether it stood everything)."""
    if name == COMMAND:
        return command.command_for(folder, seconds, seed, FAILURES)
    corpus = folder / "corpus"
    corpus.mkdir()
    told, sound = [f"{name}: seed {seed}"], True
    if find_spec("atheris"):
        line, sound = _guided(name, folder, corpus, seconds * _GUIDED_SHARE, seed)
        told.append(line)
        seconds *= 1 - _GUIDED_SHARE
    found = [str(corpus)] if any(corpus.iterdir()) else []
    words = [sys.executable, "-m", "tests.fuzz.drive", name, str(folder / "steady"), str(seconds), str(seed), *found]
    done = subprocess.run(words, env=command.environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        return "; ".join([*told, f"FAILED: {done.stderr[-2000:]}"]), False
    seen = json.loads(done.stdout)
    told.append(f"mutations: {seen['runs']} runs, {seen['grown']} blocks grown, peak {seen['peak_mb']} MB")
    return "; ".join(told), sound


def _guided(name: str, folder: Path, corpus: Path, seconds: float, seed: int) -> tuple[str, bool]:
    FAILURES.mkdir(exist_ok=True)
    words = [
        sys.executable, "-m", "tests.fuzz.guided", name, str(folder / "guided"), str(corpus), str(FAILURES),
        str(max(1, int(seconds))), str(seed),
    ]  # fmt: skip
    done = subprocess.run(
        words, env=command.environment(), capture_output=True, text=True, errors="replace", check=False
    )

    def stat(what: str) -> str:
        found = re.findall(rf"stat::{what}:\s+(\d+)", done.stderr)
        return found[-1] if found else "?"

    line = f"atheris: {stat('number_of_executed_units')} runs, corpus {len(list(corpus.iterdir()))}"
    line += f", peak {stat('peak_rss_mb')} MB"
    if done.returncode:
        return f"{line}, FAILED with {done.returncode}:\n{_what_failed(done.stderr)}", False
    return line, True


def _what_failed(told: str) -> str:
    """The end of a traceback and where the file was written, out of what libFuzzer says."""
    kept = [line for line in told.splitlines() if "Test unit written" in line]
    cause = told.partition("Uncaught Python exception")[2] or told
    return "\n".join([cause.partition("== libFuzzer")[0][:3_000], *kept])


if __name__ == "__main__":
    sys.exit(main())
