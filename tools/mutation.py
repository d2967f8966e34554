"""How much of the engine's arithmetic its unit tests hold in place: mutants by module, and how many of them are killed.

mutmut changes one thing at a time in lots, book, returns, earn and tiers and runs the tests of ``tests/engine`` against
each change (``[tool.mutmut]`` in pyproject.toml; ``pip install -e '.[test,mutation]'``)::

    python tools/mutation.py            # all of it, some 20 minutes on two busy cores
    python tools/mutation.py --told     # only the table, of what the last run found
    python -m mutmut show NAME          # the change of one mutant

It names each mutant that lives and fails where a module has under 90 % killed.  A change that makes a test run for
ever is killed too: it is counted on its own.
"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = (sys.executable, "-m", "mutmut")
LEAST_PERCENT = 90
KILLED, TIMEOUT = "killed", "timeout"


def results() -> dict[str, str]:
    """What became of each mutant, by its name."""
    told = subprocess.run(
        [*MUTMUT, "results", "--all", "true"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    found = {}
    for line in told.splitlines():
        name, separator, outcome = line.strip().rpartition(": ")
        if separator:
            found[name] = outcome
    return found


def by_module(outcomes: dict[str, str]) -> dict[str, Counter[str]]:
    """How many mutants of each module came to which end."""
    modules: dict[str, Counter[str]] = {}
    for name, outcome in outcomes.items():
        modules.setdefault(name.split(".")[-2], Counter())[outcome] += 1
    return modules


def percent(counts: Counter[str]) -> float:
    """The share of mutants that a test noticed."""
    return 100 * (counts[KILLED] + counts[TIMEOUT]) / counts.total()


def table(modules: dict[str, Counter[str]]) -> list[str]:
    """A line for each module, and one for all of them."""
    rows = [f"{'module':<10} {'mutants':>8} {'killed':>8} {'timeout':>8} {'alive':>8} {'share':>8}"]
    everything: Counter[str] = Counter()
    for counts in modules.values():
        everything += counts
    for module, counts in (*sorted(modules.items()), ("all", everything)):
        alive = counts.total() - counts[KILLED] - counts[TIMEOUT]
        figures = (counts.total(), counts[KILLED], counts[TIMEOUT], alive)
        rows.append(f"{module:<10} " + " ".join(f"{figure:>8}" for figure in figures) + f" {percent(counts):>6.1f} %")
    return rows


def main(told: list[str]) -> int:
    """Run mutmut, unless only the table is asked for; 1 where a module is below the least share."""
    if told != ["--told"]:
        subprocess.run([*MUTMUT, "run", *told], cwd=ROOT, check=True)
    outcomes = results()
    modules = by_module(outcomes)
    for name, outcome in sorted(outcomes.items()):
        if outcome not in (KILLED, TIMEOUT):
            print(f"{outcome}: {name}")
    print("\n".join(table(modules)))
    return int(not modules or any(percent(counts) < LEAST_PERCENT for counts in modules.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
