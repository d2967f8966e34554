"""``bonuscli help``: its topics are complete and follow the code."""

import re

import pytest

from bonuscli import errors
from bonuscli.cli.commands.help import EXIT_MEANINGS, TOPICS, topic_text
from bonuscli.cli.options import SHARED
from bonuscli.cli.run import run
from bonuscli.cli.settings import KEYS
from bonuscli.importers.grants import GRANT_COLUMNS
from bonuscli.importers.members import MEMBER_COLUMNS
from tests.conftest import ROOT


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_is_printed(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A topic is printed as it stands in its file, and needs no wide terminal."""
    assert run(["help", topic]) == 0
    shown = capsys.readouterr().out
    assert shown == topic_text(topic) + "\n"
    assert max(map(len, shown.splitlines())) <= 90
    assert not re.search(r"\{[a-z ]+\}", shown), "a place that nothing was put into"


def test_columns_of_files_are_those_that_are_read() -> None:
    """The topic formats names each column of the files of members and of grants, in order."""
    text = " ".join(topic_text("formats").split())
    for columns in (MEMBER_COLUMNS, GRANT_COLUMNS):
        assert ", ".join(columns) in text


def test_topics_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a topic all of them are listed, and each file is a topic."""
    assert run(["help"]) == 0
    shown = capsys.readouterr().out
    files = sorted(path.stem for path in (ROOT / "bonuscli" / "cli" / "topics").iterdir())
    assert files == sorted(TOPICS)
    for topic in TOPICS:
        assert f"  {topic}  " in shown


def test_every_error_code_is_documented() -> None:
    """The topic exit-codes names each code below its status, and each status has a meaning."""
    text = topic_text("exit-codes")
    statuses = {value for name, value in vars(errors).items() if name.startswith("EXIT_") and isinstance(value, int)}
    assert statuses == set(EXIT_MEANINGS)
    for code in errors.EXIT_BY_CODE:
        assert f"\n         {code}\n" in text + "\n"


def test_settings_and_variables_are_documented() -> None:
    """The topic environment names each variable that bonuscli reads and each key of the settings file."""
    text = topic_text("environment")
    for key in KEYS:
        assert f"\n    {key} = " in text
    variables = {getattr(declared.__metadata__[0], "envvar", None) for declared, _ in SHARED.values()} - {None}
    for variable in variables | {"BONUSCLI_NOW", "NO_COLOR"}:
        assert f"\n    {variable} " in text


def test_an_unknown_topic_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown topic ends with status 3 and near names."""
    assert run(["help", "exitcodes"]) == errors.EXIT_NOT_FOUND
    assert capsys.readouterr().err.endswith("hint: did you mean 'exit-codes'?\n")


def test_help_explains_commands_and_nouns(capsys: pytest.CaptureFixture[str]) -> None:
    """``help`` with the words of a command or a noun shows its help."""
    assert run(["help", "help"]) == 0
    assert run(["help", "card"]) == 0
    assert "Usage: bonuscli card" in capsys.readouterr().out
