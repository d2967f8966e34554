"""A card with thousands of lots beside one with ten: what redeeming from it, and a look at it, cost; a part of
``bench/scale.py``."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median

from bench.receipts import in_store_number
from bench.rounds import NOW, PROGRAM, child_seconds, environment_at_now, new_database, print_figure, ratios, timed
from bonuscli.program.load import load
from bonuscli.services import lookup
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.redeem import redeem
from bonuscli.services.rows_out import Origin
from bonuscli.services.shop import Shop
from bonuscli.services.writing import PLAIN

FEW = 10
GOAL = 1.1
POINTS = 100  # of a lot, so that a redemption of one never empties it


def compare_lots(database: Path, many: int, rounds: int) -> None:
    """Print the ratios of many lots to few, of whole processes and of the work within them."""
    cards = {many: in_store_number(1), FEW: in_store_number(2)}
    shop = shop_of(database, cards)
    for verb, words in (("redeem", ["1"]), ("balance", [])):
        told: dict[int, list[float]] = {count: [] for count in cards}
        for _ in range(rounds + 1):
            for count, card in cards.items():
                command = [sys.executable, "-m", "bonuscli", verb, card, *words, "--db", str(database)]
                told[count].append(child_seconds(command, env=environment_at_now(), stdout=subprocess.DEVNULL))
        print_figure(f"lots: {verb}, {many:,} / {FEW} lots, a process", ratios(told[many][1:], told[FEW][1:]), GOAL)
    acts = {"redeem": lambda card: redeem(shop, card, 1), "a look": lambda card: look(shop, card)}
    for name, act in acts.items():
        told = {count: [timed(partial(act, card)) for _ in range(rounds)] for count, card in cards.items()}
        print(f"{name} within: {median(told[many]) * 1000:.1f} ms CPU of {many:,} lots, {median(told[FEW]) * 1000:.1f}")


def look(shop: Shop, card: str) -> None:
    """What ``balance`` does where it takes the engine to say."""
    with shop.reading() as session:
        lookup.balance(session, card)


def shop_of(database: Path, cards: dict[int, str]) -> Shop:
    """A shop with a card for each number of lots: that many adjustments, one a lot."""
    shop = Shop(new_database(database, load(PROGRAM)), now=NOW)
    for count, card in cards.items():
        enrol_one(shop, NO_PARTICULARS._replace(card=card), PLAIN._replace(at="2025-12-15"))
        with shop.writing() as session:
            desk = session.desk()
            member = session.find_member(card)
            desk.load({member})
            for number in range(count - 1):  # the welcome is one
                origin = Origin("", f"{card}-{number}", "", "", "", "", None, "for the benchmark")
                desk.adjust(member, POINTS, NOW - 86_400, number.to_bytes(8, "big"), origin)
            desk.flush()
    return shop
