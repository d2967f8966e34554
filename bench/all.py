"""All ratios in one table: each benchmark is run as a process of its own, one after another.

``python bench/all.py [--full] [--only NAME] [--database FILE] [--out FILE]`` prints what the benchmarks print and, at
the end, a table in Markdown of every figure with its goal and its spread, under a line with machine, commit, load and
date.
``--out`` writes that into FILE: between the lines ``<!-- ratios -->`` and ``<!-- end of ratios -->`` where it has them,
else as the whole file.  Small sizes take minutes; ``--full`` takes those of the goals, and hours on a busy machine.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

from bench.rounds import ROOT, machine

BEGINS, ENDS = "<!-- ratios -->\n", "<!-- end of ratios -->\n"
# What each run is called in the table, and its command line; without ``--full`` and with it.
SMALL = {
    "3,000 receipts": "import.py --receipts 3000 --repeat 3",
    "1,000 receipts, 5 to 30 rules": "rules.py --receipts 1000 --repeat 3",
    "1,000 receipts": "loop.py --receipts 1000 --repeat 3",
    "eight tills": "tills.py --seconds 5",
    "start-up": "startup.py --rounds 5",
    "100,000 entries": "scale.py --processes 5 --repeat 3",
    "100,000 entries, proof": "proof.py --entries 100000",  # fewer take no longer than Python takes to start
    "20,000 receipts": "reports.py --entries 20000 --small 10000 --large 100000",
}
FULL = {
    "10,000 receipts": "import.py --receipts 10000 --repeat 5",
    "100,000 receipts": "import.py --receipts 100000 --repeat 3",
    "1,000,000 receipts": "import.py --receipts 1000000 --repeat 1",
    "5,000 receipts, 5 to 30 rules": "rules.py",
    "5,000 receipts": "loop.py",
    "eight tills": "tills.py",
    "eight tills beside an import": "tills.py --import",
    "start-up": "startup.py --rounds 21",
    "1,000,000 entries": "scale.py --entries 1000000 --few 10000 --many 1000000 --live 20000",
    "100,000 entries": "proof.py --entries 100000 --repeat 3",
    "1,000,000 receipts, reports": "reports.py --entries 1000000 --small 100000 --large 10000000",
}
# Those that take a database that was made before.
TAKE_DATABASE = ("scale.py", "reports.py")
_NUMBER = r"(-?[\d.]+)"
_FIGURE = re.compile(
    rf"(.+): {_NUMBER}(?:, goal {_NUMBER} at most)?(?:, from {_NUMBER} to {_NUMBER} in (\d+) rounds)?\n"
)
_SIZE = re.compile(r"files of ([\d,]+) (?:and [\d,]+ )?(entries|receipts)")
# One figure, all as text, empty where there is none.
Figure = namedtuple("Figure", "run name seen goal least most rounds")


def figures_of(run: str, command: list[str]) -> list[Figure]:
    """Run a benchmark, print what it prints, and pick its figures out; SystemExit where it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    print(f"\n--- {' '.join(command)}", flush=True)
    found = []
    words = [sys.executable, str(ROOT / "bench" / command[0]), *command[1:]]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if (size := _SIZE.match(line)) is not None:  # of a database that was given
                run = f"{size[1]} {size[2]}"
            if (figure := _FIGURE.fullmatch(line)) is not None:
                found.append(Figure(run, *(each or "" for each in figure.groups())))
    if process.returncode:
        sys.exit(f"bench/{command[0]} failed")
    return found


def table_of(figures: list[Figure], options: str, began: str, seconds: float) -> str:
    """The table, under a line that says what the figures belong to."""
    rows = [
        f"`python bench/all.py{options}`, {time.strftime('%d %B %Y', time.gmtime())},"
        f" {os.uname().machine}; at the beginning {began}; at the end, {seconds / 60:.0f} minutes later, load average"
        f" {' '.join(f'{load:.2f}' for load in os.getloadavg())}.",
        "",
        "| figure | of | seen | goal, at most | | from, to (rounds) |",
        "|---|---|---|---|---|---|",
    ]
    for run, name, seen, goal, least, most, rounds in figures:
        reached = "" if not goal else "reached" if float(seen) <= float(goal) else "not reached"
        spread = f"{least}, {most} ({rounds})" if rounds else ""
        rows.append(f"| {name} | {run} | {seen} | {goal} | {reached} | {spread} |")
    return "\n".join(rows) + "\n"


def write_table(table: str, path: Path) -> None:
    """Put the table into its place in a file, or make the file."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    path.write_text(f"{before}{begins}{table}{ends}{after}" if ends else table, encoding="utf-8")


def main(given: argparse.Namespace) -> None:
    """Run what is asked for, print the table and write it; see the module."""
    began, started = machine(), time.monotonic()
    figures: list[Figure] = []
    for run, line in (FULL if given.full else SMALL).items():
        command = line.split()
        if given.only and command[0].removesuffix(".py") not in given.only:
            continue
        if given.database and command[0] in TAKE_DATABASE:
            command += ["--database", str(given.database.resolve())]
        figures += figures_of(run, command)
    options = " --full" * given.full + " --database FILE" * bool(given.database)  # which file is this machine's matter
    table = table_of(figures, options, began, time.monotonic() - started)
    print(f"\n{table}")
    if given.out:
        write_table(table, given.out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--full", action="store_true", help="at the sizes of the goals")
    names = sorted({line.partition(".py")[0] for line in SMALL.values()})
    parser.add_argument("--only", action="append", choices=names, help="may be given several times")
    parser.add_argument("--database", type=Path, metavar="FILE", help="the large file of the benchmark of scale")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the table is written")
    asked = parser.parse_args()
    if asked.database is not None and not asked.database.is_file():
        parser.error(f"there is no file {asked.database}: python bench/big_file.py {asked.database} writes it")
    main(asked)
