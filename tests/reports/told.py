"""A small shop whose receipts are told as rows and go through the importer, as those of any till."""

from pathlib import Path

from bonuscli.render.machines import json_rows
from bonuscli.reports.table import Table
from bonuscli.services.shop import Shop
from tests.ledger.tills import open_shop, send
from tests.reports.asking import picked

COLUMNS = "receipt_id kind original_receipt_id at shop cashier card sku name category quantity amount redeem".split()


def told(folder: Path, rows: str, now: str, **sections: str) -> Shop:
    """A shop with the receipts of ``rows``: a line each, cells of ``COLUMNS`` between bars; cards enrol themselves."""
    shop = open_shop(folder / "shop.db", now, **sections)
    sell(shop, rows)
    return shop


def sell(shop: Shop, rows: str) -> None:
    """Import more receipts of such rows; points are spent as the row says, asked or not."""
    lines = [[cell.strip() for cell in row.split("|")] for row in rows.strip().splitlines()]
    assert {len(line) for line in lines} == {len(COLUMNS)}
    path = Path(shop.path).with_name("receipts.csv")
    path.write_text("\n".join(",".join(line) for line in [COLUMNS, *lines]) + "\n", encoding="utf-8")
    report = send(shop, path, redeem="trust")
    assert (report.rejected, report.conflicts) == (0, 0)


def figures(table: Table, *names: str) -> list[tuple]:
    """The named columns of a table's rows as JSON has them."""
    return picked(json_rows(table), *names)
