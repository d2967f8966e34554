"""Every line of the registry leads to a command, and ``balance`` stays light."""

import subprocess
import sys
from importlib import import_module

import pytest

from bonuscli.cli.registry import COMMANDS, COMMANDS_PACKAGE
from bonuscli.cli.run import run
from tests.conftest import ROOT, Run

HEAVY = ("rich", "tabulate", "yaml", "sqlite_utils", "pydantic", "bonuscli.importers")


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_exists(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A command's target can be imported and has help."""
    module, _, name = COMMANDS[words].target.partition(":")
    assert getattr(import_module(f"{COMMANDS_PACKAGE}.{module}"), name).__doc__
    assert run([*words.split(), "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: bonuscli {words} ")


def test_balance_imports_little(run: Run) -> None:
    """A till's ``balance CARD`` imports neither rich, tabulate, yaml, sqlite_utils nor pydantic."""
    run("init", "--template", "corner-shop")
    run("enroll", "100")
    code = (
        "import sys; from bonuscli.cli.run import run; status = run(['balance', '100']); "
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr); sys.exit(status)"
    )
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "[]\n")
