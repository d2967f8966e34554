"""How long a till waits for ``bonuscli balance CARD``: whole processes, against a Typer program that prints "hello".

They are run in turn, so that a busy machine slows all; the goal is a ratio of 1.25 at most.  ``accrue`` is told beside
it: it loads the rules, books, and waits for the disk.  Run by hand:
``python bench/startup.py [ROUNDS]``.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

GOAL = 1.25
ROOT = Path(__file__).resolve().parent.parent
HELLO = """
import typer

app = typer.Typer()


@app.command()
def hello():
    print("hello")


@app.command()
def bye():
    print("bye")


app()
"""


def seconds(command: list[str], folder: str) -> float:
    """Wall seconds of one process, which must succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def main(rounds: int) -> None:
    """Make a database with one member, run both programs in turn, print medians and their ratio."""
    # The installed command, as a till calls it; `python -m` loads another 5 ms of runpy.
    script = Path(sys.executable).with_name("bonuscli")
    bonuscli = [str(script)] if script.is_file() else [sys.executable, "-m", "bonuscli"]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "hello.py").write_text(HELLO)
        seconds([*bonuscli, "init", "--template", "corner-shop"], folder)
        seconds([*bonuscli, "enroll", "2000000000017"], folder)
        commands = {
            "hello": [sys.executable, "hello.py", "hello"],
            "balance": [*bonuscli, "balance", "2000000000017"],
            "accrue": [*bonuscli, "accrue", "2000000000017", "--total", "10.00"],
            "bare python": [sys.executable, "-c", "pass"],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(rounds + 1):
            for name, command in commands.items():
                spent = seconds(command, folder)
                if turn:  # the first turn warms the disk cache and compiles
                    taken[name].append(spent)
    for name, spans in taken.items():
        print(f"{name:12} median {median(spans) * 1000:6.1f} ms   least {min(spans) * 1000:6.1f} ms")
    ratio = median(taken["balance"]) / median(taken["hello"])
    print(f"balance / hello: {ratio:.2f} (goal: {GOAL} at most)")
    print(f"accrue / hello: {median(taken['accrue']) / median(taken['hello']):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
