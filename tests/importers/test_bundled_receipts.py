"""The demo's receipts and the synthetic ones are good files of the canonical format."""

import importlib.util

from bonuscli.clock import Calendar
from bonuscli.importers import Read, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.model import Measures

LONDON = Measures(2, 0, Calendar("Europe/London"))


def receipts_of(path):
    """All receipts of a canonical file; none may be rejected."""
    items = list(open_receipts(path, load_profile("canonical"), LONDON))
    assert all(isinstance(item, Read) for item in items)
    return [item.receipt for item in items]


def test_the_demo_has_sales_guests_returns_and_redemptions(root):
    """120 documents of four months, 15 cards, 2 shops; every return names an earlier sale of its own card."""
    receipts = receipts_of(root / "programs" / "receipts" / "demo.csv")
    assert len(receipts) == 120
    assert {each.shop for each in receipts} == {"high-street", "harbour"}
    assert len({each.card for each in receipts} - {""}) == 15
    assert [each.at for each in receipts] == sorted(each.at for each in receipts)
    by_number = {each.number: each for each in receipts}
    returns = [each for each in receipts if each.kind == "return"]
    assert len(returns) == 5
    assert all(by_number[each.original].card == each.card and by_number[each.original].at < each.at for each in returns)
    assert sum(1 for each in receipts if each.redeem == "max") >= 5


def test_the_generator_gives_the_same_bytes_for_the_same_seed(root, tmp_path):
    """Benchmarks compare like with like."""
    spec = importlib.util.spec_from_file_location("bench_receipts", root / "bench" / "receipts.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    bench.generate(first, 500, seed=3)
    bench.generate(second, 500, seed=3)
    assert first.read_bytes() == second.read_bytes()
    receipts = receipts_of(first)
    assert len(receipts) == 500
    assert {each.kind for each in receipts} == {"receipt", "return"}
    assert 2.5 < sum(len(each.lines) for each in receipts) / 500 < 3.5
    assert bench.in_store_number(1) == "2000000000015"
