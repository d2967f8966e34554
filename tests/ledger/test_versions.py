"""Programs change: a receipt keeps the version of its own time, and what was settled stays settled."""

from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.accrue import Accrued, accrue, receipt_of_total
from bonuscli.services.explain import explain
from bonuscli.services.programs import publish
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from tests.ledger.tills import UTC, assert_proven, figures, open_shop, program_of, send_rows

TWICE = "{rules: [{id: base, kind: percent, rate: 200%}]}"
SHORT = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 10d, from: accrual}}'
TIERS = '{{window: {window}, levels: [{{id: low, from: "0"}}, {{id: high, from: "50.00"}}]}}'


def at(shop: Shop, now: str) -> Shop:
    """The same shop at another time."""
    return Shop(shop.path, now=UTC.parse_instant(now))


def publish_from(shop: Shop, now: str, start: str, **sections: str) -> int:
    """Publish a version with other sections; how many receipts of its days were scored before."""
    loaded = program_of(**{"valid": f"{{from: {start}}}", **sections})
    return int(publish(shop.path, loaded, now=UTC.parse_instant(now)).scored)


def sell(shop: Shop, now: str, number: str, cents: int, dated: str | None = None) -> Accrued:
    """Ring up a receipt of card 7."""
    when = UTC.parse_instant(dated) if dated else None
    return accrue(at(shop, now), "7", receipt_of_total(cents, number, None, None, when))


def test_a_receipt_is_scored_by_the_version_of_its_time(tmp_path: Path) -> None:
    """Late receipts too; a return goes by the version of its receipt."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,G,2,10.00,")
    assert publish_from(shop, "2026-01-05 10:00", "2026-01-10", earn=TWICE) == 0
    assert sell(shop, "2026-01-09 23:59", "B", 1_000).earned == 10
    assert sell(shop, "2026-01-10 00:00", "C", 1_000).earned == 20
    assert sell(shop, "2026-01-12 10:00", "D", 1_000, "2026-01-09 12:00").earned == 10
    assert return_goods(at(shop, "2026-01-12 11:00"), "B").reversed == 10
    assert return_goods(at(shop, "2026-01-12 11:01"), "C").reversed == 20
    assert_proven(shop)


def test_a_start_in_the_past_is_for_what_comes_now(tmp_path: Path) -> None:
    """The receipts already scored are counted and stay as they are; late ones of those days go by the new version."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-20 08:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-15 07:00,7,G,2,10.00,")
    assert publish_from(shop, "2026-01-20 10:00", "2026-01-10", earn=TWICE) == 1
    assert figures(shop, "7").balance == 10
    assert sell(shop, "2026-01-21 10:00", "B", 1_000, "2026-01-16 12:00").earned == 20
    assert sell(shop, "2026-01-21 10:01", "C", 1_000, "2026-01-09 12:00").earned == 10
    assert_proven(shop)


def test_lots_keep_the_days_they_were_given(tmp_path: Path) -> None:
    """A shorter life is for new lots only."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,G,2,10.00,")
    publish_from(shop, "2026-01-02 10:00", "2026-01-02", points=SHORT)
    sell(shop, "2026-01-03 10:00", "B", 1_000)
    assert figures(at(shop, "2026-01-13 23:59"), "7").balance == 20
    assert figures(at(shop, "2026-01-14 00:00"), "7").balance == 10
    assert sell(shop, "2026-02-14 00:00", "C", 100).balance == 11
    assert_proven(shop)


def test_looks_follow_the_version_in_force_on_their_day(tmp_path: Path) -> None:
    """A window made shorter brings the next look forward, but not before the version begins."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00", tiers=TIERS.format(window="12mo"))
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,G,2,60.00,")
    assert figures(shop, "7").tier == "high"
    publish_from(shop, "2026-01-05 10:00", "2026-06-01", tiers=TIERS.format(window="1mo"))
    assert figures(at(shop, "2026-05-31 23:59"), "7").tier == "high"
    assert figures(at(shop, "2026-06-01 00:00"), "7").tier == "low"
    sell(shop, "2026-06-10 10:00", "B", 100)
    assert_proven(shop)


def test_a_welcome_that_begins_with_a_version_is_for_new_members(tmp_path: Path) -> None:
    """Who was enrolled before it began is not welcomed afterwards."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00")
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 07:00,7,G,2,10.00,")
    publish_from(shop, "2026-01-05 10:00", "2026-02-01", grants="{welcome: {points: 5, after: enrolment}}")
    assert sell(shop, "2026-02-02 10:00", "B", 100).balance == 11
    assert_proven(shop)


@pytest.mark.parametrize(
    "key, sections",
    [
        ("currency", {"currency": "USD"}),
        ("points.scale", {"points": '{name: {one: point, other: points}, value: "1.00", scale: 2}'}),
    ],
)
def test_no_version_reads_stored_numbers_in_other_units(tmp_path: Path, key: str, sections: dict[str, str]) -> None:
    """Another currency or another scale of points is refused: what is stored would change its worth."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 08:00")
    with pytest.raises(BonusError) as refused:
        publish_from(shop, "2026-01-05 10:00", "2026-01-10", **sections)
    assert (refused.value.code, refused.value.where) == ("bad_program", key)


def test_a_receipt_before_the_first_version_is_explained(tmp_path: Path) -> None:
    """It is stored and earns nothing, by the code no_program in the answer and ever after."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-10 12:00", valid="{from: 2026-01-10}")
    send_rows(shop, tmp_path, "A,sale,,2026-01-10 11:00,7,G,1,1.00,")
    early = accrue(
        shop,
        "7",
        receipt_of_total(10_000, "E", None, None, UTC.parse_instant("2026-01-09 12:00")),
        explain=True,
    )
    assert (early.earned, [step.rule for step in early.steps]) == (0, ["no_program"])
    assert [step.rule for step in explain(shop, "E").steps] == ["no_program"]
