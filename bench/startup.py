"""How long a till waits for a command: whole processes of an installed bonuscli, against ``python -c pass``.

``balance``, ``quote``, ``accrue`` and ``redeem`` in their plain forms are run in turn with a bare Python and with a
Typer program that prints "hello", so that a busy machine slows all; CPU seconds (user and system) of each process are
put in relation to the bare one of its own turn.  The goals are 2.0 for ``balance`` and 3.0 for the others.

A fresh virtual environment is made for it (``--venv FOLDER``: one that has bonuscli installed is taken), because a
process started from a checkout finds other modules, and hooks in site-packages slow a bare Python beyond measure::

    python bench/startup.py [--rounds 15] [--venv FOLDER]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.rounds import ROOT, child_seconds, machine, print_figure, ratios

GOALS = {"balance": 2.0, "quote": 3.0, "accrue": 3.0, "redeem": 3.0}
CARD = "2000000000017"
COMMANDS = {
    "balance": ("balance", CARD),
    "quote": ("quote", CARD, "--total", "10.00"),
    "accrue": ("accrue", CARD, "--total", "10.00"),
    "redeem": ("redeem", CARD, "50"),
    "balance by Typer": ("balance", CARD, "--quiet", "--quiet"),
}
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


def cpu_seconds(command: list[str], folder: str) -> float:
    """User and system seconds of one process, which must succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BONUSCLI_"))}
    return child_seconds(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)


def make_venv(folder: Path) -> None:
    """A fresh environment with bonuscli installed from this checkout, its modules compiled to bytecode."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", str(ROOT)], check=True)


def measure(venv: Path, rounds: int, folder: str) -> dict[str, list[float]]:
    """CPU seconds by name, a figure a round; the first round warms the disk cache and is left out."""
    python, bonuscli = str(venv / "bin" / "python"), str(venv / "bin" / "bonuscli")
    (Path(folder) / "hello.py").write_text(HELLO)
    for words in (
        ("init", "--template", "corner-shop"),
        ("enroll", CARD),
        ("adjust", CARD, "1000000", "--reason", "for the benchmark"),
    ):
        cpu_seconds([bonuscli, *words], folder)
    processes = {
        "bare": [python, "-c", "pass"],
        **{name: [bonuscli, *words] for name, words in COMMANDS.items()},
        "Typer's hello": [python, "hello.py", "hello"],
    }
    taken: dict[str, list[float]] = {name: [] for name in processes}
    for turn in range(rounds + 1):
        for name, command in processes.items():
            spent = cpu_seconds(command, folder)
            if turn:
                taken[name].append(spent)
    return taken


def main() -> None:
    """Make what is needed, run everything in turn, print least and median with the ratios to a bare Python."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--venv", type=Path, help="an environment with bonuscli installed; none: a fresh one")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        venv = options.venv
        if venv is None:
            venv = Path(folder) / "venv"
            make_venv(venv)
        taken = measure(venv, options.rounds, folder)
    for name, spans in taken.items():
        print(f"{name:16} least {min(spans) * 1000:6.1f} ms   median {median(spans) * 1000:6.1f} ms")
    for name in (*COMMANDS, "Typer's hello"):
        print_figure(f"{name} / bare", ratios(taken[name], taken["bare"]), GOALS.get(name))


if __name__ == "__main__":
    main()
