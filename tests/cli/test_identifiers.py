"""Any identifier finds the member, in every command that takes one, and a bank card's own number nobody."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bonuscli.cli.registry import COMMANDS
from bonuscli.cli.run import run

PROGRAM = """
version: 1
id: shop
currency: EUR
timezone: UTC
country: {country}
valid: {{from: 2026-01-01}}
points: {{name: {{one: point, other: points}}, value: "1.00"}}
earn: {{rules: [{{id: base, kind: percent, rate: 10%}}]}}
tiers: {{levels: [{{id: low, from: "0"}}, {{id: high, from: "1000.00"}}]}}
grants: {{actions: [{{id: review, points: 3}}]}}
redeem: {{}}
gifts: [{{id: mug, points: 10, stock: 4000}}]
punch: [{{id: third, goods: {{skus: [T]}}, every: 3, gives: {{discount: 100%, of: cheapest}}}}]
passes: [{{id: eight, visits: 80, lasts: 6mo}}]
"""
HMAC = "3f" * 32
CARD = "АВ-1234 х"  # Cyrillic: the card says AB1234X
SPELLINGS = {
    "as printed": "AB1234X",
    "lower case": "ab1234x",
    "spaces": " AB 12 34 X ",
    "dashes of all kinds": "A-B\u20111\u20132\u201034\u00a0X",
    "a Russian keyboard": "ав1234Х",
    "other digits": "AB١٢٣٤X",
    "phone": "+43 664 1234567",
    "phone, national": "0664 / 123 45 67",
    "phone, from abroad": "0043-664-1234567",
    "phone, as a link": "tel:+43-664-1234567",
}
BANK_CARDS = ("4111111111111111", "4111 1111-1111 1111", "2200000000000053", "٥555555555554444")
# Where {} stands, a member is named; a command that has no member is in OTHERS.
ON_A_MEMBER = {
    "balance": "balance {}",
    "history": "history {}",
    "lots": "lots {}",
    "quote": "quote {} --total 20.00",
    "accrue": "accrue {} --total 20.00",
    "redeem": "redeem {} 1",
    "hold": "hold {} 1",
    "adjust": "adjust {} 5 --reason sorry",
    "grant": "grant {} 5",
    "action": "action {} review",
    "pass sell": "pass sell {} eight",
    "pass visit": "pass visit {}",
    "pass show": "pass show {}",
    "gift claim": "gift claim mug {}",
    "transfer": "transfer {} other 1",
    "punch": "punch {}",
    "card show": "card show {}",
    "card tag": "card tag {} --add x",
    "card change": "card change {} --name Anna",
    "card set-tier": "card set-tier {} high",
    "card block": "card block {}",
    "card unblock": "card unblock {}",
    "card export": "card export {}",
    "card merge": "card merge second {} --yes",
    "verify": "verify {}",
    "card erase": "card erase {} --yes",
}
# Named by a receipt, a hold, an entry or a file; by a card that must be a card; by a part of it; or nobody.
OTHERS = {
    *("capture", "release", "return", "undo", "explain", "enroll", "card replace", "card find", "card list"),
    *("init", "demo", "pass list", "gift list", "run-due", "expire", "status", "kpi", "dashboard", "help", "doctor"),
}

Ask = Callable[..., Any]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """``ask("balance {}", "AB1234X")``: a command's JSON; ``status``: of a command that fails, whose error it is."""
    monkeypatch.setenv("BONUSCLI_NOW", "2026-06-01 12:00")

    def answer(words: str, card: str = "", status: int = 0) -> Any:
        capsys.readouterr()
        given = [word.replace("{}", card) for word in words.split()]
        assert (run([*given, *([] if "export" in words else ["--json"])]), given) == (status, given)
        told = capsys.readouterr()
        if status and "export" in words:
            return {"code": "bad_card" if "bank card" in told.err else "other", "message": told.err}
        return json.loads(told.err)["error"] if status else json.loads(told.out)

    return answer


@pytest.fixture
def shop(ask: Ask, tmp_path: Path) -> Path:
    """Three members: one with a card and a phone, one with a terminal's HMAC for a card, and another."""
    program = tmp_path / "shop.yaml"
    program.write_text(PROGRAM.format(country="AT"))
    ask("init --program shop.yaml")
    assert run(["enroll", CARD, "--phone", "+43 664 1234567", "-q"]) == 0
    for card in (HMAC, "other", "second"):
        ask("enroll {}", card)
        ask("adjust {} 100 --reason begin", card)
    ask("adjust {} 1000 --reason begin", "AB1234X")
    ask("pass sell {} eight", "AB1234X")
    return tmp_path


def test_every_command_is_looked_at() -> None:
    """A new command either names a member, and is tried here, or does not."""
    nouns = ("program", "coupon", "draw", "report", "export", "import", "segment", "db")
    assert {name for name in COMMANDS if name.split()[0] not in nouns} == {*ON_A_MEMBER, *OTHERS}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_any_spelling_is_the_member_in_every_command(shop: Path, ask: Ask, spelling: str) -> None:
    """Each command does to the member what it does under the number as it is printed."""
    for words in ON_A_MEMBER.values():
        ask(words, SPELLINGS[spelling])
    assert ask("balance {}", "AB1234X", status=3)["code"] == "unknown_card"  # it was erased, and it alone
    assert ask("balance {}", HMAC)["balance"] == 100


def test_the_token_of_a_bank_card_is_a_card(shop: Path, ask: Ask) -> None:
    """In whatever case the terminal writes it."""
    for words in ON_A_MEMBER.values():
        ask(words.replace("second", "other") if "merge" in words else words, HMAC.upper())
    assert ask("balance {}", HMAC, status=3)["code"] == "unknown_card"


@pytest.mark.parametrize("number", BANK_CARDS)
def test_the_number_of_a_bank_card_is_refused_in_every_command(shop: Path, ask: Ask, number: str) -> None:
    """As bad input, and no message repeats it."""
    commands = [*ON_A_MEMBER.values(), "enroll {}", "enroll x9 --referrer {}", "card replace other --by {}"]
    commands += ["transfer other {} 1", "card merge other {} --yes", "card replace {} --by x9"]
    for words in commands:
        error = ask(words, number, status=5)
        assert error["code"] == "bad_card", words
        assert number not in str(error), words


@pytest.mark.parametrize("number", ["AB 12-34х", "0664 1234567", "+43 664 1234567"])
def test_a_number_that_is_taken_is_enrolled_nowhere(shop: Path, ask: Ask, number: str) -> None:
    """As a card, as a phone, for a lost card, in a file: it stays the one member's, however it is written."""
    assert ask("enroll {}", number, status=7)["code"] == "card_taken"
    assert ask("card replace other --by {}", number, status=7)["code"] == "card_taken"
    if not number.startswith("AB"):
        assert ask("card change other --phone {}", number, status=7)["code"] == "card_taken"
        assert ask("enroll x9 --phone {}", number, status=7)["code"] == "card_taken"
    (shop / "members.csv").write_text(f"card,name\n{number},Eve\n")
    assert run(["enroll", "--file", "members.csv", "-q"]) == 5
    assert len(ask("card list")["rows"]) == 4


@pytest.mark.parametrize(
    "column, spelling",
    [*(("card", spelling) for spelling in SPELLINGS), *(("phone", each) for each in SPELLINGS if "phone" in each)],
)
def test_an_imported_receipt_finds_the_member(shop: Path, ask: Ask, column: str, spelling: str) -> None:
    """Where a file has one column for whatever the customer showed, a phone stands among cards; nobody is enrolled
    twice."""
    (shop / "day.csv").write_text(
        f"receipt_id,at,{column},amount\nR1,2026-05-01 10:00,{SPELLINGS[spelling]},20.00\n", encoding="utf-8"
    )
    ask("import day.csv --unknown-cards enroll")
    assert ask("balance {}", "AB1234X")["balance"] == 1002
    assert len(ask("card list")["rows"]) == 4


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_granted_row_and_a_receipt_as_json_find_the_member(shop: Path, ask: Ask, spelling: str) -> None:
    """And both sent again give nothing twice."""
    (shop / "grants.csv").write_text(f"card,points\n{SPELLINGS[spelling]},7\n", encoding="utf-8")
    receipt = {"id": "R2", "card": SPELLINGS[spelling], "lines": [{"amount": "30.00"}]}
    (shop / "receipt.json").write_text(json.dumps(receipt))
    for _ in range(2):
        ask("grant --file grants.csv")
        ask("accrue --receipt receipt.json")
    assert ask("balance {}", "AB1234X")["balance"] == 1010


# --- phones as each country writes them -------------------------------------------------------------------------------

PHONES = {
    "RU": ("+79123456789", "8 912 345-67-89", "8(912)3456789", "7 912 345 67 89", "9123456789", "8-10-7-912-345-67-89"),
    "UA": ("+380501234567", "050 123 45 67", "0501234567", "(050) 123-45-67", "80501234567", "380501234567"),
    "BY": ("+375291234567", "8 029 123-45-67", "80291234567", "(29) 123-45-67", "375 29 1234567", "8(029)1234567"),
    "KZ": ("+77011234567", "8 701 123 45 67", "87011234567", "701 123-45-67", "7 701 1234567", "8 (701) 1234567"),
    "DE": ("+4915112345678", "0151 12345678", "0151/12345678", "0049 151 12345678", "4915112345678", "0151-123 456 78"),
    "PL": ("+48512345678", "512 345 678", "512-345-678", "0048512345678", "48 512 345 678", "(512) 345 678"),
    "GE": ("+995555123456", "555 12 34 56", "0 555 123 456", "00995555123456", "995 555 12-34-56", "555123456"),
}


@pytest.mark.parametrize("country", PHONES)
def test_a_phone_as_the_country_writes_it(tmp_path: Path, ask: Ask, country: str) -> None:
    """Enrolled in one spelling, found in every other, and enrolled again in none."""
    (tmp_path / "shop.yaml").write_text(PROGRAM.format(country=country))
    ask("init --program shop.yaml")
    first, *others = PHONES[country]
    assert run(["enroll", "--phone", others[0], "-q"]) == 0
    for spelling in (first, *others):
        assert ask("accrue {} --total 10.00", spelling)["earned"] == 1, spelling
        assert run(["enroll", "x1", "--phone", spelling, "-q"]) == 7, spelling
        assert run(["enroll", spelling, "-q"]) == 7, spelling
    assert ask("balance {}", first)["balance"] == len(PHONES[country])
