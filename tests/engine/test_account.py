"""What an account keeps beside its lots: days, tallies, tiers of the past, a twin to try things on, what to store."""

import pytest

from bonuscli.days import FIRST_DAY, NEVER, parse_day
from bonuscli.engine import heirs
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, credit, debit
from bonuscli.engine.fold import apply
from bonuscli.engine.holdings import Day, Heirloom, Legacy, Lot, Pass
from bonuscli.model import EFFECT, MERGE, EffectBody, Event, MergeBody
from tests.engine.accounts import Card
from tests.engine.scoring import program

SHOP = program(redeem="{}")
LEVELS = '{counts: before, window: 12mo, levels: [{id: low, from: "0"}, {id: gold, from: "100.00"}]}'


def test_a_new_account_is_empty() -> None:
    """Nothing in it, nothing owed, nothing due, no tier, no purchase; its clock stands at the enrolment."""
    account = Account(7, 3, 400, frozenset({"staff"}), 1_000)
    told = {"id": 7, "member": 3, "birthday": 400, "tags": frozenset({"staff"}), "enrolled_at": 1_000, "clock": 1_000}
    nothing = dict.fromkeys(
        "first_expiry spend_at_most looked_at tier tier_since last_purchase_on birthday_year birthday_given_on"
        " referrer floor floor_until beneath merged_into unread_lots unread_days".split()
    )
    empty = {
        **{name: {} for name in "known_lots spent_lots rests debits sales redeemed_by heirlooms legacies".split()},
        **{name: {} for name in "known_days tallies holds passes purchases".split()},
        "touched": {},
        **{"tier_log": [], "effects": [], "n": 0, "t": 0, "receipts": 0, "seen_on": 0, "program": ""},
        **{"control": False, "blocked": False, "welcome": "none", "next_due_on": NEVER},
    }
    assert {name: getattr(account, name) for name in Account.__slots__} == {**told, **nothing, **empty}
    assert (account.deficit, account.held, account.tier_at(0), account.tier_at(2_000)) == (0, 0, None, None)


# --- days and tallies ------------------------------------------------------------------------------------------------


def three_days() -> Card:
    """Purchases of 10.00, 20.00 and 40.00 on 2, 3 and 4 January."""
    card = Card(SHOP)
    for day, amount in (("2026-01-02", "10.00"), ("2026-01-03", "20.00"), ("2026-01-04", "40.00")):
        card.buy(f"{day} 12:00", f"G {amount}")
    return card


@pytest.mark.parametrize(
    "after, through, spend, earned, receipts",
    [
        (None, "2026-01-04", 7000, 70, 3),
        (None, "2026-01-03", 3000, 30, 2),
        ("2026-01-01", "2026-01-04", 7000, 70, 3),
        ("2026-01-02", "2026-01-04", 6000, 60, 2),
        ("2026-01-02", "2026-01-03", 2000, 20, 1),
        ("2026-01-04", "2026-01-05", 0, 0, 0),
    ],
)
def test_what_happened_between_two_days(
    after: str | None, through: str, spend: int, earned: int, receipts: int
) -> None:
    """The day after which it begins is out, the last day is in; None is since ever."""
    account, first, last = three_days().account, after and parse_day(after), parse_day(through)
    assert account.spend_between(first, last) == spend
    assert account.earned_between(first, last) == earned
    assert account.receipts_between(first, last) == receipts


def test_sums_over_days_are_never_below_zero() -> None:
    """Goods of an earlier time brought back without a receipt: spend is 0, and so is what was earned."""
    card = Card(SHOP)
    card.buy("2026-01-02 12:00", "G 5.00", name="r1")
    card.bring_in("2026-01-03 12:00", "G 20.00")
    card.account.day(parse_day("2026-01-02")).earned -= 6
    assert card.account.spend_between(None, parse_day("2026-01-03")) == 0
    assert card.account.earned_between(None, parse_day("2026-01-03")) == 0
    assert card.account.spend_between(None, parse_day("2026-01-02")) == 500


def test_a_day_is_one_bucket() -> None:
    """Asked for twice it is the same bucket, and it has to be stored again."""
    account = Account(1, 1, None, frozenset(), 0)
    account.day(5).spend += 10
    account.day(5).spend += 20
    assert (account.days[5].spend, account.touched) == (30, {"days": {5}})


def test_tallies_count_by_day_and_never_below_zero() -> None:
    """What is taken back is not counted any more; a day without a count is forgotten, and still stored anew."""
    account = Account(1, 1, None, frozenset(), 0)
    account.tally("repost", 5, 1)
    account.tally("repost", 5, 2)
    account.tally("repost", 7, 1)
    account.tally("review", 5, 1)
    assert [account.tallied("repost", *days) for days in ((5, 7), (5, 5), (6, 7), (5, 6), (8, 9))] == [4, 3, 1, 3, 0]
    account.tally("repost", 5, -5)
    assert (account.tallied("repost", 0, 9), account.tallies["repost"], account.tallied("other", 0, 9)) == (
        1,
        {7: 1},
        0,
    )
    assert account.touched == {"tallies": {("repost", 5), ("repost", 7), ("review", 5)}}


def test_held_points_and_debts_are_sums() -> None:
    """Two holds of 10 and 20, and 30 owed."""
    card = Card(SHOP)
    card.give("2026-01-02 12:00", 30)
    card.hold("2026-01-03 12:00", 10, until="2026-01-03 13:00", name="a")
    card.hold("2026-01-03 12:00", 20, until="2026-01-03 13:00", name="b")
    card.adjust("2026-01-03 12:10", -10)
    card.adjust("2026-01-03 12:10", -20)
    assert (card.account.held, card.account.deficit) == (30, 30)


# --- tiers of the past -----------------------------------------------------------------------------------------------


def test_the_tier_at_an_instant() -> None:
    """Before the first change the tier that it gave, then what each change gave from its own instant on."""
    card = Card(program(tiers=LEVELS), enrolled="2026-01-01 09:00")
    card.buy("2026-02-01 12:00", "G 100.00")
    card.set_tier("2026-03-01 12:00", None)
    card.pass_time("2026-05-01 12:00")
    at = card.calendar.parse_instant
    texts = ("2025-12-01 12:00", "2026-01-31 12:00", "2026-02-01 11:59", "2026-02-01 12:00", "2026-04-01 12:00")
    assert [card.account.tier_at(at(text)) for text in texts] == ["low", "low", "low", "gold", "gold"]
    assert card.account.tier_at(at("2026-05-01 12:00")) == "gold"
    assert card.account.tier_at(at("2027-05-01 12:00")) == "gold"


def test_the_tier_now_needs_no_history() -> None:
    """From its clock on an account has its tier, and so it has where no change is loaded."""
    account = Account(1, 1, None, frozenset(), 1_000)
    account.tier, account.tier_log = "gold", [(400, "low"), (900, "silver")]
    assert [account.tier_at(at) for at in (399, 400, 899, 900, 999, 1_000, 1_001)] == [
        *("low", "low", "low", "silver", "silver", "gold", "gold")
    ]  # fmt: skip
    account.tier_log = []
    assert account.tier_at(10) == "gold"


# --- a twin, and what is stored --------------------------------------------------------------------------------------


def everything() -> Card:
    """An account with lots, an empty one, a hold, a debt of nobody, a sale, a tally, a pass and a tier."""
    card = Card(program(redeem="{}", tiers=LEVELS))
    card.give("2026-01-02 12:00", 10, through="2026-06-30")
    card.buy("2026-01-03 12:00", "G 100.00", spend=10, name="r1")
    card.redeem("2026-01-04 12:00", 20)
    card.hold("2026-01-05 12:00", 30, until="2026-01-05 13:00")
    card.account.tally("repost", 20_000, 1)
    card.account.passes[3] = Pass("eight", 8, NEVER)
    card.account.purchases[2, 1] = (20_000, None)
    card.account.heirlooms[4, 1] = Heirloom(5, [(7, 3)])
    card.account.legacies[4, 2] = Legacy(5, (7, 4), [[1, 20_000, NEVER, 0, 10]])
    return card


def shown(account: Account) -> dict:
    """All of an account, records of their own unfolded."""
    return {name: unfolded(getattr(account, name)) for name in Account.__slots__}


def unfolded(value: object) -> object:
    """A record as its fields, a mapping as its items."""
    if isinstance(value, dict):
        return {key: unfolded(each) for key, each in value.items()}
    slots = getattr(type(value), "__slots__", ())
    if slots and not isinstance(value, tuple):
        return {name: unfolded(getattr(value, name)) for name in slots}
    if isinstance(value, list):
        return [unfolded(each) for each in value]
    return set(value) if isinstance(value, set) else value


def test_a_twin_is_tried_on_without_a_trace() -> None:
    """The copy is the account in all things; whatever then happens to the copy leaves the account as it was."""
    card = everything()
    before = shown(card.account)
    twin = card.account.copy()
    assert shown(twin) == before
    untouched, card.account = card.account, twin
    card.release("2026-01-05 12:30")
    card.bring_back("2026-01-06 12:00", "r1")
    card.adjust("2026-01-07 12:00", -500)
    card.set_tier("2026-01-08 12:00", "gold")
    twin.tally("repost", 20_000, 1)
    twin.tally("visit", 20_000, 1)
    twin.passes[3].visits -= 1
    twin.purchases.clear()
    twin.redeemed_by.clear()
    twin.effects.append(None)
    twin.heirlooms[4, 1].into.append((7, 9))
    twin.legacies[4, 2].parts[0][-1] = 0
    twin.heirlooms.clear()
    twin.legacies.clear()
    twin.day(20_001)
    assert shown(untouched) == before


def test_what_was_stored_is_forgotten() -> None:
    """Sales and debits go, with the lots that only they need; what a hold may give back stays."""
    card = everything()
    lot = card.account.lot(3)
    card.redeem("2026-01-05 12:10", lot.remaining)
    assert set(card.account.spent_lots) == {1, 3}
    card.account.forget_finished()
    account = card.account
    assert (account.sales, account.redeemed_by, account.heirlooms, account.legacies) == ({}, {}, {}, {})
    assert (account.debits, set(account.spent_lots), account.lots) == ({5: {3: 30}}, {3}, {})
    assert account.touched == {}
    assert (account.tallies, list(account.passes), list(account.holds)) == ({"repost": {20_000: 1}}, [3], [5])


def test_everything_can_be_stored_anew() -> None:
    """All that has a row of its own is named."""
    account = everything().account
    account.rests[9] = 5
    account.forget_finished()
    account.touch_everything()
    assert account.touched == {
        "lots": {3},
        "rests": {9},
        "days": set(account.days),
        "tallies": {("repost", 20_000)},
        "holds": {5},
        "passes": {3},
    }
    assert len(account.days) == 3


def test_what_a_merger_and_a_pass_leave() -> None:
    """Records keep what they are told."""
    heirloom, legacy = Heirloom(5, [(7, 3)]), Legacy(4, (7, 9), [[1, 20_000, NEVER, 0, 10]])
    assert (heirloom.expired, heirloom.into) == (5, [(7, 3)])
    assert (legacy.owed, legacy.carried, legacy.parts) == (4, (7, 9), [[1, 20_000, NEVER, 0, 10]])
    one = Pass("eight", 8, 20_000)
    assert (one.id, one.visits, one.expires_on) == ("eight", 8, 20_000)


# --- an account that is known in part ---------------------------------------------------------------------------------


class Store:
    """Three lots of 10 that end on days 30, 31 and 90, and the days 5 and 6; it counts what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def lots(self, *asked: int) -> tuple[dict[int, Lot], int]:
        """Those of an account that end on a day from one on and before another."""
        self.asked.append(asked)
        _, first, before = asked
        ends = {1: 30, 2: 31, 3: 90}
        found = {n: Lot(n, 0, day, 10) for n, day in ends.items() if first <= day < before}
        return found, min((day for day in ends.values() if day >= before), default=NEVER)

    def days(self, *asked: int) -> dict[int, Day]:
        """Those of an account from one through another."""
        self.asked.append(asked)
        return {day: Day(100 * day) for day in (5, 6) if asked[1] <= day <= asked[2]}


def in_part() -> tuple[Account, Store]:
    """An account that has put down what the store has of it."""
    store, account = Store(), Account(7, 3, None, frozenset(), 0)
    account.known_lots, _ = store.lots(7, 0, NEVER)
    account.known_days = store.days(7, 0, 9)
    account.put_down(store.lots, store.days)
    store.asked.clear()
    return account, store


def test_a_purchase_reads_nothing_of_what_was_put_down() -> None:
    """Points, the soonest expiry, a new lot, a new day and the bound of what was spent come without the store."""
    account, store = in_part()
    credit(account, Rows(), "accrual", 5, 0, 7, None, (7, 20))
    account.spend_on(7, 40)
    assert (account.points, account.soonest_expiry(), account.most_spent()) == (35, 20, 1140)
    assert (list(account.known_days), store.asked) == ([7], [])


def test_lots_are_read_as_far_as_they_end() -> None:
    """Those before a day, then the others; none twice, and the sum stays."""
    account, store = in_part()
    account.know_lots_before(30)
    assert (list(account.known_lots), store.asked) == ([], [])
    account.know_lots_before(31)
    account.know_lots_before(31)
    assert (list(account.known_lots), account.unread_lots[1:], account.points) == ([1], (31, 20), 30)
    assert sorted(account.lots) == sorted(account.lots) == [1, 2, 3]
    assert (account.unread_lots, account.points) == (None, 30)
    assert [asked[1] for asked in store.asked] == [30, 31]


def test_an_emptied_lot_does_not_come_back_from_the_store() -> None:
    """A lot that is stored and known alone, its neighbours unread: what is taken of it is not read once more."""
    account, _ = in_part()
    own = account.known_lots[3] = Lot(3, 0, 90, 10)
    account.unread_lots = account.unread_lots._replace(points=20)
    debit(account, Rows(), "adjustment", 10, 0, 7, None, [own])
    assert (list(account.lots), account.spent_lots, account.points) == ([1, 2], {3: own}, 20)


def test_a_day_is_read_by_itself() -> None:
    """One that only the store has, to be looked at or changed; all of them for a sum."""
    account, store = in_part()
    assert (account.bucket(4), account.bucket(8)) == (None, None)
    account.day(6).spend += 1
    assert (list(account.known_days), account.spend_between(None, 9)) == ([6], 1101)
    assert [asked[1:] for asked in store.asked] == [(4, 4), (6, 6), (FIRST_DAY, 6)]


def test_a_lot_that_only_the_store_has_is_found() -> None:
    """By the number of its entry; a twin reads for itself."""
    account, _ = in_part()
    twin = account.copy()
    assert (account.lot(2).expires_on, twin.unread_lots.points, list(twin.lots)) == (31, 30, [1, 2, 3])


# --- after a merger --------------------------------------------------------------------------------------------------


def test_a_merged_accounts_receipt_comes_back_on_its_heir() -> None:
    """80 earned and 30 spent, then merged: the return restores 30 on the other account, and takes the 80 back there."""
    giver, heir = Card(SHOP), Card(SHOP)
    heir.account.id = 8
    giver.give("2026-01-02 10:00", 30, through="2026-12-31")
    giver.buy("2026-01-02 12:00", "G 110.00", spend=30, name="r1")
    heir.give("2026-01-03 12:00", 5)
    giver.tell(MERGE, "2026-01-04 12:00", MergeBody(8, 8))
    (effect,) = giver.account.effects
    at = effect.at
    event = Event(50, EFFECT, at, parse_day("2026-01-04"), at, 1, EffectBody(effect.rule, giver.seq, effect.terms))
    rows = Rows()
    apply(heir.account, event, heir.versions, rows)
    heirs.hand_over(giver.account, heir.account, event, rows)
    heir.seq, heir.named = 60, {"r1": giver.named["r1"]}
    heir.ledger.entries += rows.entries
    heir.ledger.allocations += rows.allocations
    assert heir.left == {1: 5, 2: 80}
    returned = heir.bring_back("2026-01-05 12:00", "r1")
    assert (returned.restored, returned.reversed, returned.pay_back) == (30, 80, 8000)
    assert heir.left == {1: 5, 3: 30}
    assert heir.account.lot(3).expires_on == parse_day("2026-12-31")
