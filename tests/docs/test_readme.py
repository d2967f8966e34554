"""README.md and the documents beside it say what the program does."""

import re
import stat

import pytest

from bonuscli.cli.registry import COMMANDS, GROUPS
from bonuscli.engine.rules import RULE_KINDS
from bonuscli.shipped import template_names
from tests.conftest import ROOT
from tests.docs import readme

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", readme.tables())
def test_the_tables_are_made_from_the_code(name: str) -> None:
    """The README's tables of commands and exit statuses are up to date; ``python tests/docs/readme.py`` makes them."""
    assert readme.between(README, name) == readme.tables()[name]


def test_every_rule_kind_is_explained() -> None:
    """Each kind of rule has a row in the README."""
    for kind in RULE_KINDS:
        assert f"\n| `{kind}` | " in README


def test_every_ready_program_is_listed() -> None:
    """The README's list has each program that ships, with the first line of its file."""
    rows = re.findall(r"^\| \[`(.*?)`\]\((.*?)\) \| (.*?) \| .+ \|$", readme.between(README, "programs"), re.MULTILINE)
    assert [name for name, _, _ in rows] == sorted(template_names())
    for name, path, about in rows:
        assert path == f"programs/{name}.yaml"
        assert (ROOT / path).read_text(encoding="utf-8").startswith(f"# {about}.\n"), name


def test_the_first_two_commands_set_everything_up() -> None:
    """The first block shows the demo, the second runs all tests; each stands alone, and CI runs these very blocks."""
    first, second = readme.blocks(README, "sh")
    for command in (first, second):
        assert command.startswith("python3 -m venv .venv && .venv/bin/python -m pip install ")
        assert command.count("\n") == 1
    assert first.rstrip().endswith("bonuscli demo")
    assert "pytest" in second
    ci = ROOT / ".ci" / "run"
    assert ci.stat().st_mode & stat.S_IXUSR
    assert "readme_command 1" in ci.read_text()
    assert "readme_command 2" in ci.read_text()


# A page that adds a command as an example has a test of its own for it: tests/docs/test_new_report.py.
MADE_ON_THE_PAGE = {"contributing.md": {"report away"}}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document) -> None:
    """Each relative link of a document names a file of the checkout."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_known_commands(document) -> None:
    """What a document shows as a command exists."""
    for line in re.findall(r"(?:^\$ |`)bonuscli ([a-z][^`\n]*)", document.read_text(encoding="utf-8"), re.MULTILINE):
        words = line.split()
        assert words[0] in COMMANDS or words[0] in GROUPS, line
        if words[0] in GROUPS and len(words) > 1:
            assert f"{words[0]} {words[1]}" in {*COMMANDS, *MADE_ON_THE_PAGE.get(document.name, ())}, line


def test_the_tour_runs() -> None:
    """Every command of the README does its work, one after the other, and shows what stands below it."""
    steps = [step for block in readme.play(README) for step in block]
    assert len(steps) > 10
    for step in steps:
        assert step.told == step.expected, "\n".join([f"$ {step.command}", *step.told])
        assert not any(line.startswith("[exit ") for line in step.told), step.command
