"""A shop whose customers were known before they joined: enrolled with the day of it, their receipts imported after."""

from pathlib import Path

from bonuscli.services.enrolments import enrol_file
from bonuscli.services.shop import Shop
from tests.ledger.tills import open_shop, send_rows


def shop_of(folder: Path, customers: list[tuple[str, str, dict[int, float]]], **sections: str) -> Shop:
    """A shop in August 2026 of customers (card, day of joining, what was spent by month of the year)."""
    shop = open_shop(folder / "shop.db", "2026-08-01 12:00", **sections)
    file = folder / "members.csv"
    file.write_text("card,enrolled_on\n" + "".join(f"{card},{day}\n" for card, day, _ in customers))
    enrol_file(shop, file, folder / "members.rejects.csv")
    bought = [
        f"{card}-{month},sale,,2026-{month:02}-15 10:00,{card},G,1,{amount:.2f},"
        for card, _, spent in customers
        for month, amount in spent.items()
    ]
    send_rows(shop, folder, "\n".join(bought))
    return shop
