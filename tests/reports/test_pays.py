"""Members in the program beside those kept out of it: by hand, and in shops whose truth is known."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bonuscli.cli.run import run as run_line
from bonuscli.days import day_number
from bonuscli.digests import kept_out
from bonuscli.reports.control import read_groups
from bonuscli.reports.intervals import Difference, adjusted, difference, sample_of
from bonuscli.reports.pays import said
from bonuscli.reports.periods import window
from bonuscli.reports.question import Question
from bonuscli.services.programs import publish
from bonuscli.services.shop import Shop
from tests.ledger.conftest import Play
from tests.ledger.tills import UTC, open_shop, program_of, send_rows
from tests.reports.asking import picked, report, rows
from tests.reports.customers import shop_of

FIGURES = ("figure", "program", "control", "difference", "verdict")
# Of a shop that keeps half of its members out: two who are in the program, and one whom chance keeps out.
IN_IT, OUT = ([card for card in "ABCDEFGH" if kept_out(5_000, "story", card) is out] for out in (False, True))
ANNA, CLEO, BEN = *IN_IT[:2], OUT[0]
STORY = f"""
- {{at: 2026-01-01 00:00, enroll: {{card: {ANNA}}}}}
- {{at: 2026-01-01 00:00, enroll: {{card: {BEN}}}}}
- {{at: 2026-01-01 00:00, enroll: {{card: {CLEO}}}}}
- {{at: 2026-01-02 10:00, receipt: {{id: A, card: {ANNA}, total: "100.00"}}}}
- {{at: 2026-01-03 10:00, receipt: {{id: A2, card: {ANNA}, total: "50.00", redeem: 20}}}}
- {{at: 2026-01-04 10:00, return: {{of: A2, amount: "15.00"}}}}
- {{at: 2026-01-05 10:00, receipt: {{id: B, card: {BEN}, total: "30.00"}}}}
- {{at: 2026-01-06 10:00, receipt: {{id: G, card: none, total: "999.00"}}}}
- {{at: 2026-01-31 10:30, look: {{card: {ANNA}}}}}
"""


def test_figures_by_hand(play: Play) -> None:
    """Two are in the program and one is kept out; who bought nothing counts, and points spent are a cost."""
    shop = play(STORY, members="{control: 50%}")
    table = report(shop, "pays", from_="2026-01-01", to="2026-02-01", goods_cost=60)
    # 30.4375 days, a month, from the joining until now. Anna: 100.00 + 50.00, of which 20 points paid a part; half of
    # it came back with 10 points: 125.00, Cleo nothing. Margin: 125.00 x 40 % - 10.00 = 40.00; Ben's 30.00 x 40 %.
    found = picked(rows(shop, "pays", from_="2026-01-01", to="2026-02-01", goods_cost=60), *FIGURES)
    assert found == [
        ("spend_a_month", 6_250, 3_000, 3_250, "too few"),
        ("margin_a_month", 2_000, 1_200, 800, "too few"),
        ("receipts_a_month", 1_000, 1_000, 0, "too few"),
        ("average_receipt", 6_250, 3_000, 3_250, "too few"),
        ("share_bought", 0.5, 1.0, -0.5, "too few"),
    ]
    assert [value for _, _, value in table.head[2:]] == [2, 1, 0, 30]
    assert table.notes[0].startswith("Nothing can be concluded yet: each group needs 50 members")


def test_without_a_control_group(play: Play) -> None:
    """Nobody to compare with: no figure of theirs, and what to write to have some."""
    shop = play(STORY)
    found = rows(shop, "pays")
    assert {row["control"] for row in found} == {None} and {row["verdict"] for row in found} == {"too few"}
    assert report(shop, "pays").notes[0].startswith("Nobody is kept out of points")


def test_who_joined_when_nobody_was_kept_out_is_left_out(tmp_path: Path) -> None:
    """Members of the time before the control group are no match for it, nor are those of another share."""
    shop = open_shop(tmp_path / "shop.db", "2026-03-31 12:00")

    def import_of(first: int, count: int, day: str) -> None:
        some = "\n".join(f"R{card},sale,,{day} 10:00,{card},G,1,5.00," for card in range(first, first + count))
        send_rows(shop, tmp_path, some)

    import_of(1_000, 100, "2026-01-05")
    for share, day in (("40%", "2026-02-01"), ("20%", "2026-03-01")):
        later = program_of(members=f"{{control: {share}}}", valid=f"{{from: {day}}}")
        publish(shop.path, later, now=UTC.parse_instant("2026-01-31 12:00"))
    import_of(2_000, 60, "2026-02-05")
    import_of(3_000, 50, "2026-03-05")
    table = report(shop, "pays")
    in_program, out, left_out = (value for name, _, value in table.head[2:5])
    assert in_program + out == 60 and 12 <= out <= 36
    assert left_out == 150
    assert table.notes[-1].endswith("are left out: 150.")


def test_two_members_who_became_one(play: Play) -> None:
    """What a member bought before he was merged into another counts as that one's."""
    merger = f"- {{at: 2026-01-20 10:00, merge: {{from: {ANNA}, to: {CLEO}}}}}\n"
    shop = play(STORY.replace("- {at: 2026-01-31", merger + "- {at: 2026-01-31"), members="{control: 50%}")
    assert picked(rows(shop, "pays"), *FIGURES)[0] == ("spend_a_month", 12_500, 3_000, 9_500, "too few")


def test_what_was_spent_before_joining_is_taken_into_account(tmp_path: Path) -> None:
    """Cards that were known before: the same figure with a shorter interval; of earlier days the last 90 count."""
    chance = random.Random(4)
    customers = []
    for card in range(1_000, 1_400):
        usual = chance.lognormvariate(3, 0.9)
        customers.append((str(card), "2026-04-10", {month: usual * chance.uniform(0.8, 1.2) for month in range(2, 7)}))
    shop = shop_of(tmp_path, customers, members="{control: 30%}")
    found = {row["figure"]: row for row in rows(shop, "pays", from_="2026-04-01", to="2026-07-01")}
    spend, better = found["spend_a_month"], found["spend_adjusted"]
    assert better["high"] - better["low"] < 0.5 * (spend["high"] - spend["low"])
    assert better["low"] < 0 < better["high"]
    assert better["program"] - better["control"] == pytest.approx(better["difference"], abs=1)
    with shop.reading(scoring=False) as session:
        question = Question(session.connection, session.program, session.current, 0, session.now, {})
        groups = read_groups(question, window(day_number(2026, 4, 1), day_number(2026, 7, 1), UTC.start_of))
    earlier = sum(each.earlier for group in (groups.program, groups.control) for each in group.bought)
    told = sum(round(100 * spent[month]) for _, _, spent in customers for month in (2, 3))
    assert earlier == told  # from 10 January to 9 April; the receipts are of the 15th


def test_adjusted_by_hand() -> None:
    """Who had 10.00 more before has 5.00 more now, within both groups; the first group had 5.00 more before."""
    first, second = adjusted([(20.0, 20.0), (15.0, 10.0)], 2, [(12.0, 15.0), (7.0, 5.0)], 2)
    # The mean before is 12.50: 17.50 - 0.5 x (15.00 - 12.50), and 9.50 - 0.5 x (10.00 - 12.50).
    assert (first.mean, second.mean) == (16.25, 10.75)
    assert (first.second, second.second) == (0.0, 0.0)


def test_a_sample_knows_those_who_bought_nothing() -> None:
    """Two of four have 0: the mean of 2.00 and 6.00 is 2.00, and the powers are those of -2, -2, 0 and 4."""
    found = sample_of([2.0, 6.0], 4)
    assert found == (4, 2.0, 6.0, 12.0, 72.0)
    assert found.variance == 8.0


# --- shops whose truth is known, through the commands ------------------------------------------------------------

MEMBERS, SHARE = 1_500, 2_000
PROGRAM = """
version: 1
id: sim
currency: EUR
timezone: UTC
valid: {from: 2026-01-01}
members: {control: 20%}
points: {name: {one: point, other: points}, value: "0.01"}
earn: {rules: [{id: base, kind: percent, rate: 5%}]}
redeem: {}
"""
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """``ask(more, "report", "pays")``: what a command answers, of a shop whose members buy ``more`` for the program.

    Who joins buys for 28.00 on the average, who does not for 20.00, program or none.
    """
    monkeypatch.setenv("BONUSCLI_NOW", "2026-04-05 12:00")
    monkeypatch.setenv("BONUSCLI_DB", str(tmp_path / "sim.db"))

    def make(more: float) -> None:
        chance = random.Random(11)
        (tmp_path / "sim.yaml").write_text(PROGRAM)
        with (tmp_path / "members.csv").open("w") as members, (tmp_path / "receipts.csv").open("w") as file:
            receipts = csv.writer(file)
            members.write("card,enrolled_on\n")
            receipts.writerow(("receipt_id", "kind", "at", "card", "sku", "quantity", "amount"))
            for card in range(10_000, 10_000 + MEMBERS):
                members.write(f"{card},2026-01-01\n")
                often = chance.gammavariate(1.5, 2.0) * (1.0 if kept_out(SHARE, "sim", card) else 1.0 + more)
                for place in range(int(chance.expovariate(1 / often))):
                    buy(receipts, chance, f"{card}-{place}", str(card), 28.0)
            for place in range(2_000):
                buy(receipts, chance, f"G{place}", "", 20.0)
        for words in (
            ("init", "--program", str(tmp_path / "sim.yaml")),
            ("enroll", "--file", str(tmp_path / "members.csv")),
            ("import", str(tmp_path / "receipts.csv")),
        ):
            assert run_line([*words, "--quiet"]) == 0
        capsys.readouterr()

    def buy(receipts: Any, chance: random.Random, number: str, card: str, usual: float) -> None:
        amount = chance.lognormvariate(0, 0.6) * usual / 1.197  # the mean of such a sum is 1.197
        receipts.writerow((number, "sale", f"2026-0{chance.randint(1, 3)}-{chance.randint(2, 28):02} 12:00", card,
                           "G", 1, f"{max(amount, 0.01):.2f}"))  # fmt: skip

    def ask_of(more: float, *words: str) -> dict[str, Any]:
        if not (tmp_path / "sim.db").exists():
            make(more)
        assert run_line([*words, "--json"]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return ask_of


def figures_of(answer: dict[str, Any], key: str) -> dict[str, dict[str, Any]]:
    """Rows by their figure."""
    return {row[key]: row for row in answer["rows"]}


@pytest.mark.slow
def test_good_customers_join_and_the_program_does_nothing(ask: Ask) -> None:
    """The uplift of the average receipt says 40 %, and the control group says that it is nothing."""
    kpi = figures_of(ask(0.0, "kpi"), "kpi")
    assert 0.35 <= kpi["average_receipt_uplift"]["value"] <= 0.45
    answer = ask(0.0, "report", "pays")
    found = figures_of(answer, "figure")
    for name in ("spend_a_month", "receipts_a_month", "average_receipt"):
        assert found[name]["verdict"] == "unclear" and found[name]["low"] < 0 < found[name]["high"]
    assert answer["kept_out"] == sum(kept_out(SHARE, "sim", card) for card in range(10_000, 10_000 + MEMBERS))
    assert any("can not be told apart from nothing" in note for note in answer["notes"])


@pytest.mark.slow
def test_a_program_that_brings_two_fifths_more_purchases(ask: Ask) -> None:
    """The interval holds the truth, and says how much more a member spends a month."""
    answer = ask(0.4, "report", "pays", "--goods-cost", "60")
    found = figures_of(answer, "figure")
    spend = found["spend_a_month"]
    assert spend["verdict"] == "more" and spend["low"] <= 0.4 * spend["control"] <= spend["high"]
    # Nobody has spent a point yet, so 40 % of it is margin.
    assert found["margin_a_month"]["difference"] == pytest.approx(spend["difference"] * 0.4, abs=1)
    assert found["average_receipt"]["verdict"] == "unclear"
    low, high = (f"{spend[end] / 100:.2f}" for end in ("low", "high"))
    assert answer["notes"][0].startswith(f"The program brings between {low} and {high} EUR more spend a member a month")


@pytest.mark.slow
def test_as_many_members_as_the_answer_asks_for(ask: Ask) -> None:
    """A smaller difference needs more members, about as the square."""
    needed = []
    for percent in ("10", "20"):
        note = next(each for each in ask(0.0, "report", "pays", "--detect", percent)["notes"] if "are needed" in each)
        needed.append(int(note.split(" members are needed")[0].rsplit(" ", 1)[1]))
    assert 3.3 <= needed[0] / needed[1] <= 4.2


def test_shop_is_a_shop(play: Play) -> None:
    """The report asks of a shop that has nothing but members."""
    shop = play("- {at: 2026-01-01 09:00, enroll: {card: a}}", members="{control: 100%}")
    assert isinstance(shop, Shop)
    assert picked(rows(shop, "pays"), "figure", "verdict")[0] == ("spend_a_month", "too few")


def test_a_program_that_costs_more_than_it_brings(play: Play) -> None:
    """What is less is told as less, from the smaller to the larger."""
    with play(STORY, members="{control: 50%}").reading(scoring=False) as session:
        terms = session.current
        question = Question(session.connection, session.program, terms, 0, 0, {})
    less = Difference(-200.0, -300.0, -100.0, -0.2, -0.3, -0.085)
    told = "The program brings between 1.00 and 3.00 EUR less spend a member a month, 8.5 to 30 %."
    assert said(question, "spend", less) == told


def test_groups_without_any_spread() -> None:
    """Where all of a group are alike the difference is what it is; where one group is, the other's spread is left."""
    alike, spread = sample_of([5.0] * 60, 60), sample_of([1.0, 7.0] * 30, 60)
    assert difference(alike, sample_of([3.0] * 60, 60))[:3] == (2.0, 2.0, 2.0)
    found = difference(alike, spread)
    assert found.low < 1.0 < found.high
    nobody = difference(sample_of([], 60), spread)
    assert nobody.low < -4.0 < nobody.high < 0 and nobody.relative is None
