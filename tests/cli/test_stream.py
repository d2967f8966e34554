"""``--stdin`` of accrue, redeem and quote: one answer a line, whatever comes in."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bonuscli.cli import stream
from bonuscli.cli.run import run
from bonuscli.program.load import load_text
from bonuscli.services import programs
from bonuscli.services.redeem import adjust
from bonuscli.services.shop import Shop
from tests.conftest import ROOT
from tests.ledger.tills import assert_proven, figures, open_shop, send_rows

NOW = "2026-01-01 12:00"
SECTIONS = {"points": '{name: {one: p, other: p}, value: "1.00", lasts: never}'}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop where card 7 has bought for 100.00, one point a unit of money."""
    monkeypatch.setenv("BONUSCLI_NOW", NOW)
    opened = open_shop(tmp_path / "shop.db", NOW, **SECTIONS)
    send_rows(opened, tmp_path, "A,sale,,2026-01-01 10:00,7,G,1,100.00,")
    return opened


def receipt(number: str | None, **more: Any) -> dict[str, Any]:
    """A receipt of card 7 over 10.00."""
    named = {} if number is None else {"id": number}
    return {**named, "card": "7", "lines": [{"sku": "G", "amount": "10.00"}], **more}


def send(
    shop: Shop, verb: str, lines: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, *more: str
) -> tuple[int, list[dict[str, Any]]]:
    """Exit status and answers; a line is an object, or bytes as they stand."""
    given = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    capsys.readouterr()
    status = run([verb, "--stdin", "--db", str(shop.path), *more])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def codes(answers: list[dict[str, Any]]) -> list[tuple[str, int] | None]:
    """(code, line) of answers that are errors."""
    return [(each["error"]["code"], each["line"]) if "error" in each else None for each in answers]


def test_each_line_is_answered_in_order(shop, monkeypatch, capsys) -> None:
    """A good, a refused and a broken line have an answer each; blank lines have none but are counted."""
    lines = [receipt("R1"), b"", receipt("R2", card="999"), receipt(None), b"{", b"\xff", receipt("R1"), receipt("R3")]
    status, answers = send(shop, "accrue", lines, monkeypatch, capsys)
    assert codes(answers) == [
        None, ("unknown_card", 3), ("bad_receipt", 4), ("bad_receipt", 5), ("bad_receipt", 6), None, None,
    ]  # fmt: skip
    assert [each.get("replayed") for each in answers] == [False, None, None, None, None, True, False]
    assert answers[1]["error"].keys() == {"code", "message", "where", "hint"}
    assert status == 5
    assert figures(shop, "7").balance == 120
    assert_proven(shop)


def test_the_exit_status_tells_refusals_from_bad_input(shop, monkeypatch, capsys) -> None:
    """0 where every line was booked, 4 where some were only refused, 5 where one could not be read."""
    assert send(shop, "accrue", [receipt("R1")], monkeypatch, capsys)[0] == 0
    assert send(shop, "accrue", [], monkeypatch, capsys) == (0, [])
    refused = {"card": "7", "points": 1000, "key": "K1"}
    assert send(shop, "redeem", [refused], monkeypatch, capsys)[0] == 4
    assert send(shop, "redeem", [refused, {"card": "7"}], monkeypatch, capsys)[0] == 5
    conflict = receipt("R1", lines=[{"amount": "11.00"}])
    assert send(shop, "accrue", [conflict], monkeypatch, capsys)[0] == 5


def test_an_answer_is_that_of_the_single_verb(shop, monkeypatch, capsys) -> None:
    """A line's keys and figures are those that the command alone prints with --json."""
    _, (streamed,) = send(shop, "accrue", [receipt("R1")], monkeypatch, capsys)
    run(["accrue", "7", "--total", "10.00", "--receipt-id", "R2", "--json", "--db", str(shop.path)])
    alone = json.loads(capsys.readouterr().out)
    assert streamed.keys() == alone.keys()
    assert (streamed["earned"], streamed["balance"], alone["balance"]) == (10, 110, 120)


def test_points_are_spent_before_their_receipt(shop, monkeypatch, capsys) -> None:
    """A redemption of a stream pays for the receipt that accrue --stdin brings, and is told again when it is sent
    again."""
    spent = {"card": "7", "points": "4", "receipt_id": "R1", "total": "10.00", "at": "2026-01-01 11:00"}
    status, answers = send(shop, "redeem", [spent, spent], monkeypatch, capsys)
    assert status == 0
    assert [each["replayed"] for each in answers] == [False, True]
    assert {each["entry"] for each in answers} == {answers[0]["entry"]}
    _, (booked,) = send(shop, "accrue", [receipt("R1")], monkeypatch, capsys)
    assert (booked["redeemed"], booked["to_pay_minor"]) == (4, 600)
    assert_proven(shop)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"points": 1}, "receipt_id"),
        ({"card": "", "points": 1, "key": "K"}, "card"),
        ({"card": "7", "key": "K"}, "points"),
        ({"card": "7", "points": "1", "key": "K", "receipt_id": "R"}, "key"),
        ({"card": "7", "points": 1, "key": "K", "confirmed": "yes"}, "confirmed"),
        ({"card": "7", "points": 1, "key": "K", "pionts": 2}, "pionts"),
        ({"card": "7", "points": "1.5", "key": "K"}, "points"),
        ({"card": "\ud83d", "points": 1, "key": "K"}, "card"),
    ],
)
def test_what_is_wrong_in_a_redemption_is_named(shop, monkeypatch, capsys, wrong, where) -> None:
    """The error of a line names the key that is to be mended."""
    wrong = {"card": "7", **wrong} if where == "receipt_id" else wrong
    status, (answer,) = send(shop, "redeem", [wrong], monkeypatch, capsys)
    assert (status, answer["error"]["where"]) == (5, f"stdin:1: {where}")


def test_a_dry_run_books_no_line(shop, monkeypatch, capsys) -> None:
    """Each line is tried by itself and rolled back."""
    _, answers = send(shop, "accrue", [receipt("R1"), receipt("R1")], monkeypatch, capsys, "--dry-run")
    assert [(each["balance"], each["replayed"], each["dry_run"]) for each in answers] == [(110, False, True)] * 2
    assert figures(shop, "7").balance == 100


def test_a_quote_writes_nothing_and_needs_no_id(shop, monkeypatch, capsys) -> None:
    """quote --stdin tells what would be earned; the steps only where they are asked for."""
    lines = [receipt(None, redeem="max"), receipt(None, card=None), b"nonsense"]
    status, answers = send(shop, "quote", lines, monkeypatch, capsys)
    assert (status, codes(answers)) == (5, [None, None, ("bad_receipt", 3)])
    assert answers[0]["redeemed"] > 0
    assert answers[0]["steps"] == []
    _, (explained,) = send(shop, "quote", [receipt("R9")], monkeypatch, capsys, "--explain")
    assert explained["steps"]
    assert figures(shop, "7").balance == 100


def test_a_line_without_end_is_not_read_into_memory(shop, monkeypatch, capsys) -> None:
    """A line of more than a megabyte is refused, and the next one is booked."""
    endless = b'{"id": "' + b"x" * (3 * stream.LINE_BYTES) + b'"}'
    status, answers = send(shop, "accrue", [endless, receipt("R1")], monkeypatch, capsys)
    assert (status, codes(answers)) == (5, [("bad_receipt", 1), None])


@pytest.mark.parametrize(
    "more", [("7",), ("--total", "5"), ("--at", NOW), ("--idempotency-key", "K"), ("-o", "csv"), ("--code", "A")]
)
def test_what_lines_say_is_not_taken_from_options(shop, monkeypatch, capsys, more) -> None:
    """--stdin with a card, a receipt, a time or a key is a usage error, as is another format than JSON."""
    status, answers = send(shop, "accrue", [receipt("R1")], monkeypatch, capsys, *more)
    assert (status, answers) == (2, [])


def test_what_others_write_between_two_lines_is_seen(shop, monkeypatch, capsys) -> None:
    """Points that another till gave, and a version published meanwhile, count from the next line on."""
    calls = 0
    plain = stream._text

    def meddle(line: bytes | None, place: str) -> str:
        nonlocal calls
        calls += 1
        if calls == 2:
            adjust(shop, "7", 1000, "a present")
        if calls == 3:
            with shop.reading() as session:
                (text,) = session.connection.execute("SELECT text FROM programs").fetchone()
            doubled = text.replace('name: {one: p, other: p}, value: "1.00"', 'name: {one: p, other: p}, value: "2.00"')
            assert doubled != text
            programs.publish(shop.path, load_text(doubled, "next.yaml"), now=shop._now)
        return plain(line, place)

    monkeypatch.setattr(stream, "_text", meddle)
    spends = [{"card": "7", "points": 1, "key": f"K{number}"} for number in range(3)]
    _, answers = send(shop, "redeem", spends, monkeypatch, capsys)
    assert [each["balance"] for each in answers] == [99, 1098, 1097]
    assert [each["worth_minor"] for each in answers] == [100, 100, 200]
    assert_proven(shop)


def test_a_database_that_is_gone_ends_the_loop(shop, tmp_path, monkeypatch, capsys) -> None:
    """What can not be opened is exit 8, before any line is answered."""
    assert send(Shop(tmp_path / "none.db"), "accrue", [receipt("R1")], monkeypatch, capsys) == (8, [])


def test_a_till_reads_its_answer_before_it_writes_again(shop) -> None:
    """The answer comes at once and after the commit: another process sees what was answered."""
    with _till(shop, "accrue") as till:
        assert till.stdin is not None and till.stdout is not None
        for number in range(3):
            till.stdin.write(json.dumps(receipt(f"R{number}")) + "\n")
            till.stdin.flush()
            assert json.loads(till.stdout.readline())["balance"] == 110 + 10 * number
            assert figures(shop, "7").balance == 110 + 10 * number
        till.stdin.close()
        assert till.wait(timeout=60) == 0


def test_an_answer_that_nobody_reads_is_no_error(shop) -> None:
    """A till that hangs up ends the loop quietly; what was answered stays."""
    with _till(shop, "accrue") as till:
        assert till.stdin is not None and till.stdout is not None
        till.stdin.write(json.dumps(receipt("R1")) + "\n")
        till.stdin.flush()
        till.stdout.readline()
        till.stdout.close()
        till.stdin.write(json.dumps(receipt("R2")) + "\n")
        till.stdin.close()
        assert till.wait(timeout=60) == 0
        assert till.stderr is not None and till.stderr.read() == ""
    assert_proven(shop)


def test_no_standard_input_is_no_line(shop) -> None:
    """Standard input that is closed from the start is an empty one."""
    command = f'exec "{sys.executable}" -m bonuscli accrue --stdin --db "{shop.path}" <&-'
    done = subprocess.run(["sh", "-c", command], env=_environment(), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def _till(shop: Shop, verb: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bonuscli", verb, "--stdin", "--db", str(shop.path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=_environment(), text=True, **pipes)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "BONUSCLI_NOW": NOW}
