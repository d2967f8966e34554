"""README.md and the documents beside it say what the program does."""

import re
import shlex
import stat

import pytest

from bonuscli.cli.commands.help import EXIT_MEANINGS
from bonuscli.cli.registry import COMMANDS, GROUPS, SECTIONS
from bonuscli.engine.rules import RULE_KINDS
from tests.conftest import ROOT, Run

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language: str) -> list[str]:
    """The README's fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def between(name: str) -> str:
    """What stands between the README's two marks of a name."""
    found = re.search(rf"<!-- {name}:.*?-->\n(.*?)<!-- /{name} -->", README, re.DOTALL)
    assert found, name
    return found[1]


def test_the_table_of_commands_is_the_registry() -> None:
    """The README's table shows each command of the registry with its line of help, section after section."""
    rows = ["| | command | |", "|---|---|---|"]
    for section in SECTIONS:
        label = f"**{section}**"
        for words, entry in COMMANDS.items():
            if entry.section == section:
                rows.append(f"| {label} | `{words}` | {entry.about} |")
                label = ""
    assert between("commands") == "\n".join(rows) + "\n"


def test_the_table_of_exits_is_that_of_the_help() -> None:
    """The README's exit statuses have the meanings that ``bonuscli help exit-codes`` gives."""
    rows = ["| status | meaning |", "|---|---|"]
    rows += [f"| {status} | {meaning} |" for status, meaning in EXIT_MEANINGS.items()]
    assert between("exits") == "\n".join(rows) + "\n"


def test_every_rule_kind_is_explained() -> None:
    """Each kind of rule has a row in the README."""
    for kind in RULE_KINDS:
        assert f"\n| `{kind}` | " in README


def test_the_first_two_commands_set_everything_up() -> None:
    """The first block shows the demo, the second runs all tests; each stands alone, and CI runs these very blocks."""
    first, second = blocks("sh")
    for command in (first, second):
        assert command.startswith("python3 -m venv .venv && .venv/bin/python -m pip install ")
        assert command.count("\n") == 1
    assert first.rstrip().endswith("bonuscli demo")
    assert "pytest" in second
    ci = ROOT / ".ci" / "run"
    assert ci.stat().st_mode & stat.S_IXUSR
    assert "readme_command 1" in ci.read_text()
    assert "readme_command 2" in ci.read_text()


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
            assert f"{words[0]} {words[1]}" in COMMANDS, line


def test_the_tour_runs(run: Run) -> None:
    """Every command of the tour succeeds, one after the other, and prints what the README shows below it."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, expected = part.partition("\n")
            program, *words = shlex.split(line)
            assert program == "bonuscli"
            done = run(*words, env={"BONUSCLI_NOW": "2026-12-01 12:00"})
            assert (done.returncode, done.stderr) == (0, ""), line
            if expected.strip():
                assert done.stdout.rstrip() == expected.rstrip(), line
