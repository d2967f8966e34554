"""Synthetic receipts in the canonical format: for the benchmarks, and the demo's little gift shop.

``python bench/receipts.py OUT.csv 10000`` writes 10,000 receipts; ``python bench/receipts.py --demo`` writes
``programs/receipts/demo.csv`` again.  The same seed gives the same bytes.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

COLUMNS = (
    "receipt_id kind original_receipt_id at shop till cashier card phone line sku barcode name category brand quantity"
    " amount discount redeem payment code"
).split()
DEMO = Path(__file__).parent.parent / "programs" / "receipts" / "demo.csv"

# sku, name, category, price in pence
GIFTS = (
    ("CUP-01", "Enamel mug, blue rim", "Kitchen", 850),
    ("CUP-02", "Stoneware mug, speckled", "Kitchen", 1200),
    ("TEA-01", "Loose tea, Assam 125 g", "Food", 640),
    ("CHO-01", "Sea salt chocolate", "Food", 395),
    ("CAN-01", "Beeswax candle, short", "Home", 720),
    ("CAN-02", "Beeswax candle, tall", "Home", 1150),
    ("FRM-01", "Oak picture frame 13 x 18", "Home", 1850),
    ("CRD-01", "Greeting card, robin", "Cards", 295),
    ("CRD-02", "Greeting card, hare", "Cards", 295),
    ("WRP-01", "Wrapping paper, 3 m", "Cards", 450),
    ("TOY-01", "Wooden tractor", "Toys", 2200),
    ("TOY-02", "Spinning top", "Toys", 675),
    ("SCF-01", "Lambswool scarf", "Clothing", 3400),
    ("SOC-01", "Wool socks", "Clothing", 1400),
    ("GFT-10", "Gift card 10", "Gift cards", 1000),
)


def in_store_number(index: int) -> str:
    """A card number of the range 200 that shops may give out themselves: EAN-13 with its check digit.

    >>> in_store_number(1)
    '2000000000015'
    """
    digits = f"{200_000_000_000 + index}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def money(minor: int) -> str:
    """Minor units as the text of an amount."""
    return f"{minor // 100}.{minor % 100:02d}"


def rows_of(receipt: dict[str, str], goods: list[dict[str, str]]) -> Iterator[list[str]]:
    """The file's rows of one receipt: its columns repeated on each line."""
    for number, line in enumerate(goods, 1):
        cells = {**receipt, "line": str(number), **line}
        yield [cells.get(column, "") for column in COLUMNS]


def generate(path: Path, receipts: int, seed: int = 1) -> None:
    """Write so many receipts of 1 to 5 lines, 3 on average, over a year, in the order of time.

    4 of 5 receipts name a card (one card for 50 receipts, some cards far more often than others), 2 in 100 are returns
    of an earlier receipt's first line, 5 in 100 spend points (``max``).
    """
    random = Random(seed)
    cards = [in_store_number(index) for index in range(1, max(1, receipts // 50) + 1)]
    start = datetime(2025, 1, 1, 9)
    sold: list[tuple[dict[str, str], dict[str, str]]] = []
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for index in range(1, receipts + 1):
            day, part = divmod(index * 365, receipts)
            at = start + timedelta(days=day, seconds=part * 43_200 // receipts)  # open from 9 to 21
            common = {"receipt_id": f"R{index:08d}", "kind": "sale", "at": at.strftime("%Y-%m-%d %H:%M:%S")}
            if sold and random.random() < 0.02:
                sale, line = sold.pop(random.randrange(len(sold)))
                common |= {"kind": "return", "original_receipt_id": sale["receipt_id"]}
                common |= {key: sale[key] for key in ("shop", "till", "card")}
                writer.writerows(rows_of(common, [line]))
                continue
            common |= {"shop": f"shop-{index % 4 + 1}", "till": str(index % 3 + 1), "cashier": f"c{index % 11}"}
            # The square of a uniform number: a tenth of the cards bring a third of the receipts.
            common["card"] = cards[int(random.random() ** 2 * len(cards))] if random.random() < 0.8 else ""
            if common["card"] and random.random() < 0.06:
                common["redeem"] = "max"
            common["payment"] = "card" if index % 3 else "cash"
            goods = [synthetic_line(random) for _ in range(random.randint(1, 5))]
            writer.writerows(rows_of(common, goods))
            if common["card"] and len(sold) < 500:
                sold.append((common, goods[0]))


def synthetic_line(random: Random) -> dict[str, str]:
    item = random.randrange(2000)
    price = 95 + item * 37 % 4900
    quantity = random.choice((1, 1, 1, 2, 3))
    line = {"sku": f"SKU{item:05d}", "name": f"Article {item}", "category": f"Category {item % 20}"}
    line |= {"brand": f"Brand {item % 50}", "quantity": str(quantity), "amount": money(price * quantity)}
    if item % 10 == 0:
        line |= {"discount": money(price // 10)}
    return line


def write_demo(path: Path = DEMO) -> None:
    """Write the demo: 120 documents of two small shops, 1 December 2025 to 31 March 2026, in pounds."""
    random = Random(7)
    cards = [in_store_number(index) for index in range(1, 16)]
    sold: list[tuple[datetime, dict[str, str], list[dict[str, str]]]] = []
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for index in range(1, 121):
            day = datetime(2025, 12, 1) + timedelta(days=index * 121 // 121)
            at = day.replace(hour=9 + random.randrange(9), minute=random.randrange(60))
            common = {"receipt_id": f"D{index:04d}", "kind": "sale", "at": at.strftime("%Y-%m-%d %H:%M")}
            if index % 24 == 0:
                _, sale, goods = next(each for each in sold if 3 <= (at - each[0]).days <= 20 and each[1]["card"])
                common |= {"kind": "return", "original_receipt_id": sale["receipt_id"]}
                common |= {key: sale[key] for key in ("shop", "till", "card")}
                writer.writerows(rows_of(common, goods[:1]))
                continue
            shop = "high-street" if random.random() < 0.65 else "harbour"
            common |= {"shop": shop, "till": "1", "cashier": random.choice(("Ann", "Bilal"))}
            common["card"] = cards[int(random.random() ** 1.6 * len(cards))] if random.random() < 0.78 else ""
            earlier = sum(1 for _, sale, _ in sold if sale["card"] == common["card"])
            if common["card"] and earlier and random.random() < 0.3:
                common["redeem"] = "max"
            common["payment"] = random.choice(("card", "card", "cash"))
            goods = [_gift(random) for _ in range(random.choice((1, 2, 2, 3, 4)))]
            writer.writerows(rows_of(common, goods))
            sold.append((at, common, goods))


def _gift(random: Random) -> dict[str, str]:
    sku, name, category, price = random.choice(GIFTS)
    quantity = random.choice((1, 1, 1, 2)) if price < 1500 else 1
    full = price * quantity
    discount = full // 5 if category == "Home" and random.random() < 0.2 else 0
    line = {"sku": sku, "name": name, "category": category, "quantity": str(quantity), "amount": money(full - discount)}
    return line | ({"discount": money(discount)} if discount else {})


if __name__ == "__main__":
    if sys.argv[1:] == ["--demo"]:
        write_demo()
    else:
        generate(Path(sys.argv[1]), int(sys.argv[2]))
