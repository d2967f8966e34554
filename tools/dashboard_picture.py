"""The picture of the dashboard in the README: fourteen months of a made-up gift shop, and a look at its page.

``python -m tools.dashboard_picture`` (``pip install -e '.[test]'``, Chromium) writes ``docs/images/dashboard.png``;
``--page FILE`` keeps the page, too.  The receipts come of one seed and the clock stands still, so the page is the same
byte for byte every time.
"""

import argparse
import csv
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.receipts import COLUMNS, GIFTS, in_store_number, money, rows_of
from bonuscli.cli.run import run

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "dashboard.png"
FIRST, LAST = date(2025, 10, 1), date(2026, 11, 30)
NOW = "2026-12-01 09:00"
WIDTH, HEIGHT, SCALE = 1440, 2060, 0.75
SHOWN = "#days=2026-11"
SHOPS = ("harbour", "high-street", "market")
# How busy a day is: Monday to Sunday, January to December.
_OF_WEEK = (0.7, 0.75, 0.85, 1.0, 1.25, 1.6, 0.85)
_OF_YEAR = (0.7, 0.8, 0.85, 0.95, 1.0, 0.95, 0.9, 0.85, 0.95, 1.05, 1.4, 2.1)
_NEW_A_DAY, _GUESTS_A_DAY = 0.85, 3.2


class Buyer(NamedTuple):
    """A member: the card, the shop, the part of days on which they come, how generous they are, their last day."""

    card: str
    shop: str
    comes: float
    spends: float
    until: date


def main() -> None:
    """Make the database, the page and the picture."""
    parser = argparse.ArgumentParser(description="Write the README's picture of the dashboard.")
    parser.add_argument("--page", type=Path, help="keep the page here")
    page = parser.parse_args().page
    with tempfile.TemporaryDirectory() as folder:
        made = make_page(Path(folder))
        if page is not None:
            shutil.copy(made, page)
        take_picture(made, PICTURE)
    print(f"{PICTURE}: {PICTURE.stat().st_size // 1000} kB")


def make_page(folder: Path) -> Path:
    """The page of the made-up shop, made in a folder by the commands themselves."""
    receipts, database, page = folder / "receipts.csv", folder / "bonus.db", folder / "dashboard.html"
    write_receipts(receipts)
    for now, words in (
        (f"{FIRST} 00:00", ["init", "--template", "gift-shop"]),
        (NOW, ["import", str(receipts), "--unknown-cards", "enroll"]),
        (NOW, ["run-due"]),
        (NOW, ["dashboard", "--out", str(page), "--force"]),
    ):
        os.environ["BONUSCLI_NOW"] = now
        status = run([*words, "--quiet", "--db", str(database)])
        if status:
            sys.exit(f"bonuscli {words[0]} ended with {status}")
    return page


def write_receipts(path: Path) -> None:
    """The receipts of the shop in the canonical form, in the order of time."""
    random = Random(20)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number, (common, goods) in enumerate(_receipts(random), 1):
            writer.writerows(rows_of({"receipt_id": f"P{number:06d}", "kind": "sale", **common}, goods))


def _receipts(random: Random) -> Iterator[tuple[dict[str, str], list[dict[str, str]]]]:
    buyers: list[Buyer] = []
    for ordinal in range(FIRST.toordinal(), LAST.toordinal() + 1):
        day = date.fromordinal(ordinal)
        busy = _OF_WEEK[day.weekday()] * _OF_YEAR[day.month - 1]
        came = [buyer for buyer in buyers if day <= buyer.until and random.random() < buyer.comes * busy]
        for _ in range(_times(random, _NEW_A_DAY * busy)):
            buyers.append(_new_buyer(random, len(buyers) + 1, day))
            came.append(buyers[-1])
        visits: list[Buyer | None] = [*came, *[None] * _times(random, _GUESTS_A_DAY * busy)]
        times = sorted(f"{9 + int(random.random() ** 0.8 * 10):02}:{random.randrange(60):02}" for _ in visits)
        visits.sort(key=lambda _: random.random())
        for at, buyer in zip(times, visits, strict=True):
            yield _receipt(random, f"{day} {at}", buyer)


def _times(random: Random, mean: float) -> int:
    whole = int(mean)
    return whole + (random.random() < mean - whole) + (random.random() < 0.2) - (random.random() < 0.2 and whole > 0)


def _new_buyer(random: Random, number: int, day: date) -> Buyer:
    stays = int(20 + 500 * random.random() ** 0.7)
    shop = SHOPS[min(2, int(random.random() * 3.6))]
    comes = 0.015 + 0.11 * random.random() ** 3
    return Buyer(in_store_number(number), shop, comes, 0.6 + random.random(), day + timedelta(days=stays))


def _receipt(random: Random, at: str, buyer: Buyer | None) -> tuple[dict[str, str], list[dict[str, str]]]:
    shop = buyer.shop if buyer and random.random() < 0.9 else SHOPS[int(random.random() * 3)]
    common = {"at": at, "shop": shop, "till": "1", "cashier": ("Ann", "Bilal", "Chloe")[random.randrange(3)]}
    if buyer:
        common["card"] = buyer.card
        if random.random() < 0.16 + 0.0006 * (date.fromisoformat(at[:10]) - FIRST).days:
            common["redeem"] = "max"
    many = 1 + int(random.random() * (2.6 + (buyer.spends if buyer else 0)))
    return common, [_line(random) for _ in range(many)]


def _line(random: Random) -> dict[str, str]:
    sku, name, category, price = GIFTS[int(random.random() ** 1.3 * (len(GIFTS) - 1))]
    quantity = random.choice((1, 1, 1, 2, 3))
    amount = {"quantity": str(quantity), "amount": money(price * quantity)}
    return {"sku": sku, "name": name, "category": category, **amount}


def take_picture(page: Path, picture: Path) -> None:
    """The top of the page as a PNG, somewhat smaller than it is."""
    from playwright.sync_api import ViewportSize, sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("google-chrome"))
        sheet = browser.new_page(
            viewport=ViewportSize(width=WIDTH, height=HEIGHT), device_scale_factor=SCALE, color_scheme="light"
        )
        sheet.goto(page.as_uri() + SHOWN)
        sheet.wait_for_selector("html[data-ready=yes]")
        sheet.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main()
