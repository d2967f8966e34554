"""Points that end as they are given, because the member has stayed away: whoever gives them is told what to do."""

from pathlib import Path

import pytest

from bonuscli.cli.run import run

PROGRAM = """\
version: 1
id: club
currency: EUR
timezone: UTC
points: {name: {one: star, other: stars}, value: "0.10", scale: 0, lasts: {for: 10d, from: last-purchase}}
grants: {actions: [{id: review, points: 5}]}
earn: {rules: [{id: stars, kind: percent, rate: 2%}]}
redeem: {}
"""


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A shop whose one member, card 7 with the tag vip, has bought nothing for forty days."""
    monkeypatch.chdir(tmp_path)
    Path("club.yaml").write_text(PROGRAM, encoding="utf-8")
    Path("gifts.csv").write_text("card,points\n7,20\n", encoding="utf-8")
    monkeypatch.setenv("BONUSCLI_NOW", "2026-01-01 08:00")
    assert run(["init", "--program", "club.yaml", "-q"]) == 0
    assert run(["enroll", "7", "--tags", "vip", "-q"]) == 0
    monkeypatch.setenv("BONUSCLI_NOW", "2026-02-10 10:00")


@pytest.mark.parametrize(
    "words, whose, instead",
    [
        (["grant", "7", "10"], "", "say how long they last, as in --lasts 30d"),
        (["grant", "--tag", "vip", "10"], " of 1 member", "say how long they last, as in --lasts 30d"),
        (["grant", "--file", "gifts.csv"], " of 1 grant", "say in expires_on through which day they can be spent"),
        (["adjust", "7", "10", "--reason", "sorry"], "", "give some that last with `bonuscli grant CARD POINTS"),
        (["action", "7", "review"], "", "give the action a life of its own in the program, as in lasts: 30d"),
    ],
)
def test_who_gives_them_is_told(capsys: pytest.CaptureFixture[str], words: list[str], whose: str, instead: str) -> None:
    """Once, on standard error, with the way out of this command."""
    assert run(words) == 0
    told = f"the points{whose} ended as they opened: nothing was bought for as long as points last; {instead}"
    assert capsys.readouterr().err.count(told) == 1


def test_points_that_last_are_given_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing ended, so nothing is told; nor is it with --quiet where something did."""
    assert run(["grant", "7", "10", "--lasts", "30d"]) == 0
    assert run(["grant", "7", "10", "-q"]) == 0
    assert capsys.readouterr().err == ""
