"""A shop whose files leave it: what the tests of ``export`` stand on."""

import csv
import io
import json
from pathlib import Path

import pytest

from bonuscli.cli.run import run

Capture = pytest.CaptureFixture[str]

DAY = """receipt_id,kind,original_receipt_id,at,shop,till,cashier,card,line,sku,name,category,quantity,amount,\
discount,redeem,payment
A,sale,,2026-12-01 09:00,main,1,olga,2000000000017,1,T1,"=Tea ""x"", 1",Tea,2,900.00,,,cash=900.00; bonus
A,sale,,2026-12-01 09:00,main,1,olga,2000000000017,2,@X,'=Cake,Cake,1.5,300.50,10.00,,cash=900.00; bonus
B,sale,,2026-12-01 10:00,main,1,,,1,T1,Tea,Tea,1,450.00,,,card
C,sale,,2026-12-01 11:00,main,1,,2000000000017,1,-7,Tea,Tea,4,2000.00,,100,card
D,return,C,2026-12-01 11:30,main,1,,2000000000017,1,-7,,,1,500.00,,,
"""


def bonuscli(*words: str) -> None:
    """Run a command that must do its work."""
    assert run(list(words)) == 0, words


def open_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the current folder two members, sales, returns of goods and of money, a reason and hostile names."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-12-01 12:00")
    bonuscli("init", "--template", "corner-shop", "-q")
    bonuscli("enroll", "2000000000017", "--name", "=Anna", "--phone", "+79120000001", "--birthday", "1990-05-01", "-q")
    Path("day.csv").write_text(DAY, encoding="utf-8")
    bonuscli("import", "day.csv", "-q")
    bonuscli("enroll", "300", "-q")
    bonuscli("accrue", "300", "--total", "1000.00", "--receipt-id", "E", "--redeem", "100", "-q")
    bonuscli("return", "E", "--amount", "333.33", "--id", "F", "-q")
    bonuscli("return", "E", "--all", "--id", "G", "-q")
    bonuscli("adjust", "300", "50", "--reason", "for Anna", "--actor", "olga", "-q")


def exported(capsys: Capture, *words: str) -> tuple[list[dict[str, str]], dict[str, object]]:
    """The rows of an export on standard output as CSV, and what standard error tells of it."""
    capsys.readouterr()
    bonuscli("export", *words)
    shown = capsys.readouterr()
    return list(csv.DictReader(io.StringIO(shown.out))), json.loads(shown.err)
