"""The real file: three months of a shop's receipts give exactly the figures that are known of it."""

import gzip
from pathlib import Path

import pytest

from bonuscli.clock import Calendar
from bonuscli.importers import Read, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.model import Measures, Reject

REAL = Path(__file__).parent.parent / "data" / "receipts-2010-12_2011-02.csv.gz"
LONDON = Measures(2, 0, Calendar("Europe/London"))


def read_all(path):
    """(reader, items) of a file under the profile online-retail."""
    reader = open_receipts(path, load_profile("online-retail"), LONDON)
    return reader, list(reader)


@pytest.fixture(scope="module")
def real():
    """The real file, read once."""
    return read_all(REAL)


def content_of(items):
    """What a set of receipts says, whatever the order of receipts and lines."""
    return sorted(
        (item.receipt.number, item.receipt.kind, item.receipt.card, sorted(line[1:] for line in item.receipt.lines))
        for item in items
    )


def test_the_known_figures_are_found(real):
    """Lines, receipts, returns, guests, customers and the total to the penny; nothing is rejected."""
    reader, items = real
    assert not [item for item in items if isinstance(item, Reject)]
    receipts = [item.receipt for item in items]
    returns = [each for each in receipts if each.kind == "return"]
    total = sum((-1 if each.kind == "return" else 1) * sum(line.amount for line in each.lines) for each in receipts)
    assert reader.lines_read == sum(len(each.lines) for each in receipts) == 105_335
    assert (len(receipts), len(returns)) == (4_894, 805)
    assert sum(1 for each in receipts if not each.card) == 748
    assert len({each.card for each in receipts} - {""}) == 1_749
    assert total == 180_701_993


def test_no_sale_is_below_zero_and_negative_quantities_stand_at_zero(real):
    """Sales with a negative quantity exist, all of them at 0.00; a return's figures are positive."""
    _, items = real
    lines = {"receipt": [], "return": []}
    for item in items:
        lines[item.receipt.kind] += item.receipt.lines
    odd = [line for line in lines["receipt"] if line.quantity < 0]
    assert (len(odd), {line.amount for line in odd}) == (214, {0})
    assert all(line.quantity > 0 and line.amount >= 0 for line in lines["return"])


def test_re_sorted_and_with_a_byte_order_mark_it_says_the_same(real, tmp_path):
    """The order of rows, a BOM and the compression change nothing in what the receipts say."""
    header, *rows = gzip.decompress(REAL.read_bytes()).decode().splitlines(keepends=True)
    path = tmp_path / "sorted.csv"
    path.write_text(header + "".join(sorted(rows)), encoding="utf-8-sig", newline="")
    reader, items = read_all(path)
    assert reader.lines_read == 105_335
    assert content_of(items) == content_of(real[1])


def test_each_receipt_stands_beside_its_rows(real):
    """The rows of a receipt, as they stood in the file, can be written into a file of rejects."""
    _, items = real
    read = next(item for item in items if item.receipt.number == "C536379")
    assert isinstance(read, Read)
    assert read.rows == ("C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom",)
    assert (read.receipt.card, read.receipt.original, read.receipt.lines[0].amount) == ("14527", None, 2750)
