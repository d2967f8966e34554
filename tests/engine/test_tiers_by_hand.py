"""Levels set by hand: a floor through its last day, and the member's own level that goes on beneath it."""

import pytest

from bonuscli.days import parse_day
from bonuscli.engine import tiers
from bonuscli.engine.book import Rows
from bonuscli.model import TierChange
from tests.engine.accounts import Card, instant, shop, shop_with_levels


def test_a_level_by_hand_is_a_floor_through_its_last_day() -> None:
    """Gold from now through June: then the member has the level again that is his own."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "gold", "2026-06-30")
    at, day = instant("2026-02-01"), parse_day("2026-02-01")
    assert card.rows.tier_changes == [TierChange(2, at, day, "gold", "bronze", "set", 2)]
    assert (card.next_look, card.held_through) == ("2026-07-01", "2026-06-30")
    card.pass_time("2026-06-30 23:59")
    assert card.account.tier == "gold"
    card.pass_time("2026-07-01 00:00")
    assert card.rows.tier_changes == [
        TierChange(3, instant("2026-07-01", 0), parse_day("2026-07-01"), "bronze", "gold", "lowered", None)
    ]
    assert (card.account.floor, card.account.floor_until, card.account.beneath) == (None, None, None)
    assert (card.next_look, card.held_through) == ("9999-12-31", None)


def test_a_level_by_hand_may_be_for_good() -> None:
    """Without a last day it stays, and nobody looks at it."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "gold")
    assert (card.next_look, card.held_through) == ("9999-12-31", None)
    card.pass_time("2036-01-01 00:00")
    assert (card.changes, card.account.tier) == ([], "gold")


def test_a_level_by_hand_can_be_taken_away() -> None:
    """Without a level there is no floor, whatever day is told; the member's own level shows again."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "gold", "2026-06-30")
    card.set_tier("2026-03-01 12:00", None, "2026-12-31")
    assert card.changes == [("gold", "bronze", "set")]
    assert (card.account.floor, card.account.floor_until, card.account.beneath) == (None, None, None)


def test_a_level_by_hand_for_days_gone_by_is_none() -> None:
    """Through the day before: nothing changes; through this very day: it holds until tonight."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "gold", "2026-01-31")
    assert (card.changes, card.account.floor, card.account.floor_until) == ([], None, None)
    card.set_tier("2026-02-01 12:00", "gold", "2026-02-01")
    assert (card.changes, card.held_through) == ([("bronze", "gold", "set")], "2026-02-01")


def test_a_level_by_hand_told_late_counts_from_the_clock() -> None:
    """The change bears the account's clock, and a last day before it is gone already."""
    card = Card(shop_with_levels())
    card.pass_time("2026-03-01 08:00")
    card.set_tier("2026-02-01 12:00", "gold", "2026-02-28")
    assert card.changes == []
    card.set_tier("2026-02-01 12:00", "gold", "2026-03-01")
    at, day = instant("2026-03-01", 8 * 3600), parse_day("2026-03-01")
    assert card.rows.tier_changes == [TierChange(2, at, day, "gold", "bronze", "set", 3)]


def test_a_floor_beneath_the_own_level_is_not_seen() -> None:
    """Silver by hand and gold by purchases: gold, as long as it is held; then silver."""
    card = Card(shop_with_levels(downgrade="recompute"))
    card.buy("2026-02-01 12:00", "G 500.00")
    card.set_tier("2026-02-02 12:00", "silver", "2027-12-31")
    assert (card.changes, card.account.tier, tiers.own(card.account)) == ([], "gold", "gold")
    assert (card.next_look, card.held_through) == ("2027-02-01", "2027-01-31")
    card.pass_time("2027-02-01 00:00")
    assert card.changes == [("gold", "silver", "lowered")]
    assert (tiers.own(card.account), card.held_through) == ("bronze", "2027-12-31")
    card.pass_time("2028-01-01 00:00")
    assert card.changes == [("silver", "bronze", "lowered")]


def test_a_member_rises_beneath_a_floor() -> None:
    """The own level goes on unseen, has its own period, and is what is left when the floor is gone."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "gold", "2026-06-30")
    card.buy("2026-03-01 12:00", "G 100.00")
    assert (card.changes, card.account.tier, tiers.own(card.account)) == ([], "gold", "silver")
    assert (card.next_look, card.held_through) == ("2026-07-01", "2026-06-30")
    card.pass_time("2026-07-01 00:00")
    assert (card.changes, card.account.tier_since) == ([("gold", "silver", "lowered")], parse_day("2026-03-01"))
    assert (card.next_look, card.held_through) == ("2027-03-01", "2027-02-28")


def test_a_member_rises_above_a_floor() -> None:
    """Gold by purchases over silver by hand is seen at once."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "silver", "2026-06-30")
    card.buy("2026-03-01 12:00", "G 500.00")
    assert (card.changes, tiers.own(card.account)) == ([("silver", "gold", "reached")], "gold")
    assert (card.next_look, card.held_through) == ("2026-07-01", "2027-02-28")
    card.pass_time("2026-07-01 00:00")
    assert (card.changes, card.account.tier) == ([], "gold")


@pytest.mark.parametrize("until, through", [("2026-06-30", "2027-02-28"), ("2027-06-30", "2027-06-30"), (None, None)])
def test_of_two_equal_levels_the_longer_counts(until: str | None, through: str | None) -> None:
    """Silver by hand and silver by purchases: held through the later of both last days."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "silver", until)
    card.buy("2026-03-01 12:00", "G 100.00")
    assert (card.changes, tiers.own(card.account)) == ([("silver", "silver", "reached")], "silver")
    assert card.held_through == through


def test_a_renewal_beneath_a_floor_is_not_seen() -> None:
    """The own silver is renewed while gold is set by hand: no change is told, but a new period has begun."""
    card = Card(shop_with_levels())
    card.buy("2026-02-01 12:00", "G 100.00")
    card.set_tier("2026-03-01 12:00", "gold", "2027-12-31")
    card.buy("2026-04-01 12:00", "G 100.00")
    card.pass_time("2027-02-01 00:00")
    assert (card.changes, card.account.tier, card.account.tier_since) == ([], "gold", parse_day("2027-02-01"))


def test_a_second_floor_takes_the_place_of_the_first() -> None:
    """Silver instead of gold: what is beneath stays the member's own."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "gold", "2026-06-30")
    card.set_tier("2026-02-02 12:00", "silver", "2026-07-31")
    assert (card.changes, tiers.own(card.account)) == ([("gold", "silver", "set")], "bronze")
    assert card.held_through == "2026-07-31"


def test_a_floor_and_a_look_on_one_day() -> None:
    """On the day after the floor's last the own level is looked at as well: first the one goes, then the other."""
    card = Card(shop_with_levels())
    card.buy("2026-02-01 12:00", "G 100.00")
    card.set_tier("2026-03-01 12:00", "gold", "2027-01-31")
    card.pass_time("2027-02-01 00:00")
    assert card.changes == [("gold", "silver", "lowered"), ("silver", "bronze", "lowered")]


def test_a_level_taken_over_goes_beneath_a_floor() -> None:
    """Silver of a merged account, under gold set by hand: the member's own from now on, and not seen."""
    card = Card(shop_with_levels())
    card.set_tier("2026-02-01 12:00", "gold")
    rows, at, day = Rows(), instant("2026-02-02"), parse_day("2026-02-02")
    tiers.take_higher(card.account, rows, card.versions.first, "silver", at, day, 9)
    assert (rows.tier_changes, card.account.tier, tiers.own(card.account)) == ([], "gold", "silver")


def test_levels_are_those_of_the_version_of_the_day() -> None:
    """A level by hand needs a version that has levels; before the first version the first one counts."""
    card = Card(shop(), ("2026-02-01", shop_with_levels()))
    card.set_tier("2026-01-10 12:00", "gold")
    assert card.changes == []
    card.set_tier("2026-02-01 12:00", "gold")
    assert card.changes == [(None, "gold", "set")]
    card = Card(shop_with_levels(), begins="2026-06-01")
    card.set_tier("2026-02-01 12:00", "gold")
    assert card.changes == [("bronze", "gold", "set")]


def test_a_floor_holds_on_the_day_of_a_look() -> None:
    """On its last day gold by hand still shows, though the member's own silver is lost that day."""
    card = Card(shop_with_levels())
    card.buy("2026-02-01 12:00", "G 100.00")
    card.set_tier("2026-03-01 12:00", "gold", "2027-02-01")
    card.pass_time("2027-02-01 12:00")
    assert (card.changes, card.account.tier, tiers.own(card.account)) == ([], "gold", "bronze")
    card.pass_time("2027-02-02 00:00")
    assert card.changes == [("gold", "bronze", "lowered")]
