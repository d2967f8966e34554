"""A promo's takers beside the others, reckoned by hand."""

import pytest

from bonuscli.errors import BonusError
from tests.ledger.conftest import Play
from tests.reports.asking import picked, report, rows

# The promo is on 11 and 12 January: 50 points from 80.00. Anna takes it, and Ben once; Cleo and Dora buy below it, Emma
# joins with it. Before are 9 and 10 January, after are 13 and 14.
EARN = (
    "{rules: [{id: base, kind: percent, rate: 10%},"
    ' {id: gala, kind: fixed, points: 50, when: {total: {from: "80.00"}, from: 2026-01-11, to: 2026-01-13}}]}'
)
STORY = """
- {at: 2026-01-01 09:00, enroll: {card: anna}}
- {at: 2026-01-01 09:01, enroll: {card: ben}}
- {at: 2026-01-01 09:02, enroll: {card: cleo}}
- {at: 2026-01-01 09:03, enroll: {card: dora}}
- {at: 2026-01-08 10:00, receipt: {id: A0, card: anna, total: "500.00"}}
- {at: 2026-01-09 10:00, receipt: {id: A1, card: anna, total: "70.00"}}
- {at: 2026-01-10 10:00, receipt: {id: B1, card: ben, total: "30.00"}}
- {at: 2026-01-10 10:01, receipt: {id: C1, card: cleo, total: "40.00"}}
- {at: 2026-01-11 10:00, receipt: {id: A2, card: anna, total: "100.00"}}
- {at: 2026-01-11 11:00, enroll: {card: emma}}
- {at: 2026-01-11 11:01, receipt: {id: E1, card: emma, total: "90.00"}}
- {at: 2026-01-12 10:00, receipt: {id: B2, card: ben, total: "80.00"}}
- {at: 2026-01-12 10:01, receipt: {id: C2, card: cleo, total: "50.00"}}
- {at: 2026-01-12 10:02, receipt: {id: G1, card: none, total: "999.00"}}
- {at: 2026-01-13 10:00, return: {of: B1}}
- {at: 2026-01-14 10:00, receipt: {id: D1, card: dora, total: "20.00"}}
- {at: 2026-01-15 10:00, receipt: {id: A3, card: anna, total: "10.00"}}
"""
SALES = ("group", "members", "buyers", "sales_before_minor", "sales_in_minor", "sales_after_minor")
EACH = ("member_before_minor", "member_in_minor", "member_after_minor")


def test_takers_and_others(play: Play) -> None:
    """Takers spent 40.00 a member more than before, the others 5.00: the promo's days differ by 35.00."""
    found = rows(play(STORY, earn=EARN), "promo-effect", promo="gala")
    # Anna 70 + Ben 30, then 100 + 80, then -30 of Ben's return; Cleo 40 + Dora 0, then 50, then 20.
    assert picked(found, *SALES) == [
        ("takers", 2, 2, 10_000, 18_000, -3_000),
        ("others", 2, 1, 4_000, 5_000, 2_000),
        ("new takers", 1, 1, 0, 9_000, 0),
        ("difference", None, None, None, None, None),
    ]
    # (90 - 50) - (25 - 20) = 35; (-15 - 50) - (10 - 20) = -55.
    assert picked(found, *EACH) == [
        (5_000, 9_000, -1_500),
        (2_000, 2_500, 1_000),
        (0, 9_000, 0),
        (None, 3_500, -5_500),
    ]


def test_the_days_are_those_on_which_it_gave(play: Play) -> None:
    """Without days the promo is told from its first points to its last; days that are not over yet are noted."""
    shop = play(STORY, earn=EARN)
    begins, ends = (value for _, _, value in report(shop, "promo-effect", promo="gala").head[1:])
    assert ends - begins == 2
    long = report(shop, "promo-effect", promo="gala", from_="2026-01-10", to="2026-01-14")
    assert long.notes[0] == "2 of the 4 days after the promo are not over."  # 14 to 17 January, on the 15th
    assert len(report(shop, "promo-effect", promo="gala").notes) == 1


@pytest.mark.parametrize("promo, hint", [(None, "rules of the program: base, gala"), ("galla", "did you mean 'gala'?")])
def test_a_promo_must_be_named(play: Play, promo: str | None, hint: str) -> None:
    """Without a rule, or with one that there is not, the rules of the program are named."""
    shop = play(STORY, earn=EARN)
    with pytest.raises(BonusError) as caught:
        rows(shop, "promo-effect", promo=promo)
    assert (caught.value.code, caught.value.hint) == ("unknown_rule" if promo else "usage", hint)


def test_a_promo_that_gave_nothing_has_no_takers(play: Play) -> None:
    """A rule of the program that has given no points is answered with nobody."""
    shop = play(STORY, earn=EARN.replace('"80.00"', '"8000.00"'))
    found = rows(shop, "promo-effect", promo="gala", from_="2026-01-11", to="2026-01-13")
    assert picked(found, *SALES[:2])[0] == ("takers", 0)
    assert picked(found, *EACH)[-1] == (None, None, None)
