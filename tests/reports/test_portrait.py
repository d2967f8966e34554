"""What a segment is like beside all others: figures counted by hand, and held against other reports on a real shop."""

import json
from pathlib import Path
from typing import Any

import pytest

from bonuscli.errors import BonusError
from bonuscli.reports.question import Chosen
from bonuscli.services import segments
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge
from bonuscli.services.writing import Writing
from tests.ledger.tills import open_shop
from tests.ledger.tills import send as send_file
from tests.reports.asking import picked, report, rows

HEADER = "receipt_id,kind,original_receipt_id,at,shop,card,sku,category,quantity,amount\n"
MAY = {"from_": "2026-05-01", "to": "2026-05-31"}


def chosen(shop: Shop, conditions: dict[str, Any], name: str = "club") -> Chosen:
    """The members of whom conditions hold today, as the command hands them to a report."""
    with shop.reading() as session:
        found = segments.membership(session, segments.Segment(name, "saved", conditions))
        return Chosen(name, found.day, json.dumps(found.everybody.with_merged(found.members)))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Cards 1 to 5 are of the club: four women, two receipts of 20.00 with coffee at ten.  Cards 6 to 20 are not: six
    women, one receipt of 10.00 with food at six, but for one of 40.00.  And a guest.
    """
    found = open_shop(tmp_path / "shop.db", "2026-06-10 12:00")
    began = Writing("2026-04-01 09:00")
    for number in range(1, 21):
        club = number <= 5
        gender = "female" if number <= 4 or 6 <= number <= 11 else "male"
        particulars = {"card": str(number), "tags": ("club",) if club else (), "gender": gender}
        enrol_one(found, NO_PARTICULARS._replace(**particulars), began)
    told = [f"C{n}{m},sale,,2026-05-04 10:00,A,{n},LATTE,Coffee,1,20.00" for n in range(1, 6) for m in "ab"]
    told += [f"F{n},sale,,2026-05-04 18:00,A,{n},BUN,Food,1,{40 if n == 20 else 10}.00" for n in range(6, 21)]
    told += ["G1,sale,,2026-05-04 18:00,A,,BUN,Food,1,99.00", "L1,sale,,2026-06-04 18:00,A,6,BUN,Food,1,99.00"]
    (tmp_path / "rows.csv").write_text(HEADER + "\n".join(told) + "\n")
    send_file(found, tmp_path / "rows.csv")
    return found


NAMES = ("aspect", "trait", "of", "segment_count", "segment", "others_count", "others", "lift", "score_thousandths")


def test_figures_counted_by_hand(shop: Shop) -> None:
    """Shares of members and of receipts, averages, lifts and scores; the most distinctive first, what all have not."""
    found = rows(shop, "portrait", segment=chosen(shop, {"tags": ["club"]}), **MAY)
    assert picked(found, *NAMES) == [
        ("figure", "revenue a month", "average", 5, 4000, 15, 1200, 3.3333, 14_000),
        ("figure", "average receipt", "average", 5, 2000, 15, 1200, 1.6667, 4_000),
        ("article", "BUN", "receipts", 0, 0, 15, 1, 0, -3_953),
        ("article", "LATTE", "receipts", 10, 1, 0, 0, None, 3_953),
        ("category", "Coffee", "receipts", 10, 1, 0, 0, None, 3_953),
        ("category", "Food", "receipts", 0, 0, 15, 1, 0, -3_953),
        ("hour", "10", "receipts", 10, 1, 0, 0, None, 3_953),
        ("hour", "18", "receipts", 0, 0, 15, 1, 0, -3_953),
        ("gender", "female", "members", 4, 0.8, 6, 0.4, 2, 1_549),
        ("gender", "male", "members", 1, 0.2, 9, 0.6, 0.3333, -1_549),
    ]


def test_the_head_tells_size_and_share_of_sales(shop: Shop) -> None:
    """Members, receipts and revenue of the window, of members alone."""
    table = report(shop, "portrait", segment=chosen(shop, {"tags": ["club"]}), **MAY)
    told = {key: value for key, _, value in table.head}
    assert (told["segment"], told["members"], told["others"]) == ("club", 5, 15)
    assert (told["receipts"], told["revenue_minor"]) == (10, 20_000)
    assert (told["share_of_revenue"].numerator, told["share_of_revenue"].denominator) == (20_000, 38_000)
    assert any("under 30 members" in note for note in table.notes)


def test_so_many_traits_as_asked(shop: Shop) -> None:
    """The first ones."""
    assert len(rows(shop, "portrait", segment=chosen(shop, {"tags": ["club"]}), limit=3, **MAY)) == 3


def test_who_was_merged_is_one(shop: Shop) -> None:
    """His receipts count on the side of the one that he became."""
    merge(shop, "6", "1")
    table = report(shop, "portrait", segment=chosen(shop, {"tags": ["club"]}), **MAY)
    told = {key: value for key, _, value in table.head}
    assert (told["members"], told["others"], told["receipts"], told["revenue_minor"]) == (5, 14, 11, 21_000)


@pytest.mark.parametrize("conditions", [{"tags": ["nobody"]}, {"enrolled": {"over": [0, 1]}}])
def test_nobody_and_everybody_have_no_others(shop: Shop, conditions: dict[str, Any]) -> None:
    """Without two sides there is nothing to compare."""
    assert rows(shop, "portrait", segment=chosen(shop, conditions), **MAY) == []


def test_a_segment_must_be_named(shop: Shop) -> None:
    """There is no portrait of everybody."""
    with pytest.raises(BonusError) as refused:
        report(shop, "portrait")
    assert refused.value.code == "usage"


def test_sales_and_balances_of_a_segment(shop: Shop) -> None:
    """Its members' receipts alone, and what they hold."""
    club = chosen(shop, {"tags": ["club"]})
    (everything, *_) = rows(shop, "sales", segment=club, **MAY)
    assert (everything["receipts"], everything["revenue_minor"], everything["member_receipts"]) == (10, 20_000, 10)
    (everybody, *_) = rows(shop, "balances", segment=club)
    assert (everybody["members"], everybody["available"]) == (5, 200)


def test_goods_of_a_segment(shop: Shop) -> None:
    """By category its members' receipts alone; by article beside those without a card, with what the segment bought."""
    club, rest = chosen(shop, {"tags": ["club"]}), chosen(shop, {"not": {"tags": ["club"]}}, "rest")
    found = rows(shop, "categories", segment=club, **MAY)
    told = "category", "receipts", "revenue_minor", "share_of_members"
    assert picked(found, *told) == [(None, 10, 20_000, 1), ("Coffee", 10, 20_000, 1)]
    told = "article", "member_receipts", "guest_receipts", "quantity_thousandths", "revenue_minor"
    assert picked(rows(shop, "goods", segment=club, **MAY), *told) == [
        ("LATTE", 10, 0, 10_000, 20_000),
        ("BUN", 0, 1, 0, 0),
    ]
    assert picked(rows(shop, "goods", segment=rest, **MAY), *told) == [("BUN", 15, 1, 15_000, 18_000)]
    assert picked(rows(shop, "goods", **MAY), *told)[0] == ("BUN", 15, 1, 16_000, 27_900)


def test_cohorts_of_a_segment(shop: Shop) -> None:
    """Its members by the month in which they joined, with what they bought themselves."""
    table = report(shop, "cohorts", segment=chosen(shop, {"tags": ["club"]}))
    assert ("segment", "text", "club") in table.head
    found = rows(shop, "cohorts", segment=chosen(shop, {"tags": ["club"]}))
    told = "cohort", "month", "members", "active", "receipts", "revenue_minor"
    assert picked(found, *told)[3:] == [
        ("2026-04", 0, 5, 0, 0, 0),
        ("2026-04", 1, 5, 5, 10, 20_000),
        ("2026-04", 2, 5, 0, 0, 0),
    ]


def test_a_real_shop_agrees_with_its_other_reports(real_shop: Shop) -> None:
    """Both sides together have the receipts with each article that `goods` counts, and those of each hour of `sales`;
    the segment's grades are those of `rfm`."""
    with real_shop.reading() as session:
        best = {"rfm": {"recency": [4, 5], "frequency": [5], "money": [5]}}
        found = segments.membership(session, segments.Segment("best", "saved", best))
        picked_out = Chosen("best", found.day, json.dumps(found.members))
    told = rows(real_shop, "portrait", segment=picked_out, limit=10**6)
    goods = {row["article"]: row["member_receipts"] for row in rows(real_shop, "goods", limit=10**6)}
    hours = {row["hour"]: row["member_receipts"] for row in rows(real_shop, "sales", by="hour")}
    seen = {"article": 0, "hour": 0}
    for row in told:
        both = row["segment_count"] + row["others_count"]
        if row["aspect"] == "article":
            assert both == goods[row["trait"].split(" ")[0]], row
        elif row["aspect"] == "hour":
            assert both == hours[row["trait"]], row
        seen[row["aspect"]] = seen.get(row["aspect"], 0) + 1
    assert seen["article"] > 1_000
    assert seen["hour"] >= 8
    cells = rows(real_shop, "rfm")
    meant = [row for row in cells if row["recency"] >= 4 and row["frequency"] == 5 and row["money"] == 5]
    assert sum(row["members"] for row in meant) == len(found.members) > 100
    (sold, *_) = rows(real_shop, "sales", segment=picked_out)
    assert sold["receipts"] == sum(row["receipts"] for row in meant)
    assert sold["revenue_minor"] == sum(row["revenue_minor"] for row in meant)
