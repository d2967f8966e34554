"""The program as a shell starts it: ``python -m bonuscli import FILE`` with mutated files, one process each.

What must hold: exit status 0 or 5, or 8 for nothing here; no traceback and no bug on stderr; and in the end the ledger
proves sound.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz import samples
from tests.fuzz.drive import keep, mutations
from tests.fuzz.readers import NOW

SECONDS_EACH = 120


def command_for(folder: Path, seconds: float, seed: int, failures: Path, runs: int = 10**9) -> tuple[str, bool]:
    """(the line that tells of it, whether every file was stood): imports into one shop until the time is over."""
    database = samples.begin_shop(folder, NOW)
    path = folder / "day.csv"
    seeds = samples.receipt_files()
    statuses: Counter[int] = Counter()
    until = time.monotonic() + seconds
    for content in mutations(seeds, samples.WORDS["csv"], seed):
        if time.monotonic() > until or statuses.total() >= runs:
            break
        path.write_bytes(content)
        profile = "online-retail" if b"InvoiceNo" in content else "canonical"
        done = bonuscli(folder, "import", str(path), "--db", str(database), "--profile", profile,
                        "--unknown-cards", "enroll")  # fmt: skip
        statuses[done.returncode] += 1
        if done.returncode not in (0, 5) or "Traceback" in done.stderr or "bug in bonuscli" in done.stderr:
            kept = keep(content, "command", failures)
            return f"command: FAILED with {done.returncode}, kept as {kept}:\n{done.stderr[-2000:]}", False
    proof = bonuscli(folder, "verify", "--db", str(database))
    told = ", ".join(f"{count} ended with {status}" for status, count in sorted(statuses.items()))
    line = f"command: seed {seed}; {statuses.total()} processes, {told}; verify: {proof.stdout.strip()}"
    return line, proof.returncode == 0


def environment() -> dict[str, str]:
    """That of a process which runs from this checkout, its clock at ``NOW``."""
    return {**os.environ, "PYTHONPATH": str(samples.ROOT), "BONUSCLI_NOW": NOW}


def bonuscli(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """One command line as a process of its own, its clock at ``NOW``."""
    return subprocess.run(
        [sys.executable, "-m", "bonuscli", *words], cwd=folder, env=environment(), capture_output=True, text=True,
        errors="replace", check=False, timeout=SECONDS_EACH,
    )  # fmt: skip
