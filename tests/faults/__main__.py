"""The long runs of all faults, one after another, by time.

    python -m tests.faults --minutes 30 [--seed 7]

Each of them gets a third of the minutes and ends with one line that says what it saw.
"""

import argparse
import time

from tests.faults import damage, kills, power_cut


def main() -> None:
    """Kills, power cuts and damaged files."""
    parser = argparse.ArgumentParser(description="kills, power cuts and damaged files")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    arguments = parser.parse_args()
    for run in (kills.kill_for, power_cut.tell, damage.damage_for):
        print(run(arguments.minutes / 3, arguments.seed), flush=True)


if __name__ == "__main__":
    main()
