"""What is rejected can be mended: of every format with rows, the errors file comes in again and nothing is lost.

Formats of documents have theirs beside their other tests, in ``tests/importers``.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importers.conftest import shop as shop
from tests.importers.sheets import xlsx
from tests.importers.shops import FORMATS, Shop

CANONICAL = (
    "receipt_id,kind,original_receipt_id,at,card,line,sku,name,quantity,amount\n"
    'A,sale,,2026-12-02 09:00,100,1,T,"=Tea ""x""",2,100.00\nA,sale,,2026-12-02 09:00,100,2,C,Cake,1,50.00\n'
    "B,sale,,2026-12-02 10:00,,1,T,Tea,1,50.00\nC,return,A,2026-12-03 10:00,100,1,T,,1,50.00\n"
)
RETAIL = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
    "536366,71053,LANTERN,6,2010-12-01 08:28:00,3.39,,United Kingdom\n"
    "536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
)


def sheet() -> bytes:
    """The sample of 1C as a workbook whose cells are texts."""
    text = (FORMATS / "1c" / "report.csv").read_bytes().decode("cp1251")
    return xlsx([[cell or None for cell in row] for row in csv.reader(io.StringIO(text), delimiter=";")])


def sample(name: str) -> Callable[[], bytes]:
    """The bytes of a sample."""
    return (FORMATS / name).read_bytes


# profile, the file, what is right in it, what is put there instead, the column in which that is mended.
CASES = {
    "canonical": ("canonical", CANONICAL.encode, ",Tea,1,50.00", ",Tea,1,5O.00", "amount"),
    "canonical, a card of nobody": ("canonical", CANONICAL.encode, "-03 10:00,100", "-03 10:00,999", "card"),
    "1c": ("1c-report-csv", sample("1c/report.csv"), "990,00;;", "99O,00;;", "Сумма"),
    "1c, a card of nobody": (
        *("1c-report-csv", sample("1c/report.csv")),
        *(";Продажа;100;К-1", ";Продажа;999;К-1", "Дисконтная карта"),
    ),
    "square items": ("square-items", sample("square/items.csv"), ",$44.10,", ",$44.1O,", "Net Sales"),
    "square transactions": (
        *("square-transactions", sample("square/transactions.csv")),
        *('$0.00,"$1,234.50"', '$0.00,"$1,234.5O"', "Net Sales"),
    ),
    "shopify": ("shopify", sample("shopify/orders.csv"), "Croissant,3.59", "Croissant,3.5g", "Lineitem price"),
    "online-retail": ("online-retail", RETAIL.encode, "LANTERN,2,", "LANTERN,Z,", "Quantity"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rejected_row_is_mended_in_the_errors_file(case: str, shop: Shop) -> None:
    """The mended file and the rest come to what the whole file comes to; the whole file then adds nothing."""
    profile, content, right, wrong, column = CASES[case]
    whole = content()
    encoding = "cp1251" if profile == "1c-report-csv" else "utf-8"
    assert right in whole.decode(encoding)
    Path("day.csv").write_bytes(whole.replace(right.encode(encoding), wrong.encode(encoding), 1))
    options = ["--unknown-cards", "enroll"] if profile == "online-retail" else []
    first = shop.take("day.csv", profile, *options, status=5)
    assert (first["rejected"], first["errors_file"]) == (1, "day.csv.rejects.csv")
    again = "that file" if profile == "canonical" else f"that file with --profile {profile}"
    assert f"mend them there and import {again}\n" in shop.told
    mend(Path("day.csv.rejects.csv"), column, *differing(right, wrong))
    second = shop.take("day.csv.rejects.csv", profile, *options)
    assert (second["accepted"], second["rejected"], second["duplicate"]) == (1, 0, 0)
    Path("day.csv").write_bytes(whole)
    third = shop.take("day.csv", profile, *options)
    assert (third["accepted"], third["duplicate"]) == (0, first["accepted"] + 1)
    booked = shop.stored("sum(CASE kind WHEN 'receipt' THEN total ELSE -total END)")
    assert booked == [(first["total_minor"] + second["total_minor"],)]


def test_a_row_of_a_workbook_is_mended_in_a_csv(shop: Shop) -> None:
    """The rejects of a workbook are a CSV that the same profile reads."""
    text = (FORMATS / "1c" / "report.csv").read_bytes().decode("cp1251").replace("990,00;;", "99O,00;;")
    rows = [[cell or None for cell in row] for row in csv.reader(io.StringIO(text), delimiter=";")]
    Path("day.xlsx").write_bytes(xlsx(rows))
    first = shop.take("day.xlsx", "1c-report-csv", status=5)
    assert (first["rejected"], first["accepted"]) == (1, 3)
    mend(Path("day.xlsx.rejects.csv"), "Сумма", "99O,00", "990,00")
    assert shop.take("day.xlsx.rejects.csv", "1c-report-csv")["total_minor"] == 2_599_000
    Path("day.xlsx").write_bytes(sheet())
    assert shop.take("day.xlsx", "1c-report-csv")["duplicate"] == 4


def test_what_was_read_how_is_told(shop: Shop) -> None:
    """The report says which profile, encoding, delimiter, sheet and header were taken, one way after the other."""
    assert shop.take(FORMATS / "1c" / "report.csv", "1c-report-csv")["read_as"].startswith(
        "1c-report-csv, encoding windows-1251, header line 5, delimiter ;, "
    )
    Path("day.xlsx").write_bytes(sheet())
    assert "sheet 'Лист1'" in shop.take("day.xlsx", "1c-report-csv")["read_as"]
    for name in ("a.csv", "b.csv", "c.csv"):
        Path(name).write_text(CANONICAL, encoding="utf-8")
    text = CANONICAL.splitlines()
    Path("till.yaml").write_text(
        "encoding: auto\ndelimiter: auto\ncolumns: {receipt_id: receipt_id, at: at, amount: amount, card: card}\n"
    )
    Path("c.csv").write_text("\n".join((text[0], text[3])).replace(",", ";"), encoding="utf-8")
    report = shop.take("a.csv", "till.yaml", "b.csv", "c.csv")
    assert report["read_as"].count("files)") == 2


@pytest.mark.parametrize(
    ("path", "profile", "encoding"),
    [
        ("jsonl/day.jsonl", "canonical-jsonl", "utf-8"), ("ofd/day.json", "ofd-json", "utf-8"),
        ("evotor/documents.json", "evotor-docs", "utf-8"), ("checkbox/receipts.json", "checkbox", "utf-8"),
        ("commerceml/documents.xml", "commerceml", "cp1251"), ("poslog/poslog.xml", "poslog", "utf-8"),
    ],
)  # fmt: skip
def test_documents_tell_their_encoding(path: str, profile: str, encoding: str, shop: Shop) -> None:
    """What has no rows has an encoding, too; for XML it is the one that the file declares."""
    words = ["--dry-run", "--unknown-cards", "enroll"]
    read_as = shop.take(FORMATS / path, profile, *words)["read_as"].partition(", currency")[0]
    assert read_as == f"{profile}, encoding {encoding}"


def differing(right: str, wrong: str) -> tuple[str, str]:
    """Of what differs, the text that is wrong and the one that is right."""
    places = [place for place, (a, b) in enumerate(zip(right, wrong, strict=True)) if a != b]
    return wrong[places[0] : places[-1] + 1], right[places[0] : places[-1] + 1]


def mend(path: Path, column: str, wrong: str, right: str) -> None:
    """Put what is right into a column of a file of rejects, in whatever encoding and delimiter it has."""
    content = path.read_bytes()
    try:
        encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1251"
        text = content.decode(encoding)
    delimiter = ";" if text.split("reject_file", 1)[0].endswith(";") else ","
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [{**row, column: row[column].replace(wrong, right)} for row in table]
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, table.fieldnames or (), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
