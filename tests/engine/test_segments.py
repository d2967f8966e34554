"""Who is in a segment, one case a line: what an account has done up to a day."""

import pytest

from bonuscli.days import parse_day
from bonuscli.engine.account import Account
from bonuscli.engine.segments import segments_of
from bonuscli.engine.standing import barred_on, why_barred
from tests.engine.scoring import program

TIERS = '{window: lifetime, levels: [{id: low, from: "0"}, {id: gold, from: "1.00"}]}'
TODAY = parse_day("2027-04-01")
# Enrolled on 1 March 2026; bought for 60.00 on 1 January 2027 and 50.00 on 1 March 2027; gold, tagged vip; born 1990.
ENROLLED = "2026-03-01 12:00"
PURCHASES = {"2027-01-01": (6000, 1), "2027-03-01": (5000, 2)}

CASES = [
    ("{last_purchase: {over: 30d}}", True),  # 31 days ago
    ("{last_purchase: {over: 31d}}", False),
    ("{last_purchase: {within: 31d}}", True),
    ("{last_purchase: {within: 30d}}", False),
    ("{last_purchase: {over: 30d, within: 31d}}", True),
    ("{last_purchase: {within: 1mo}}", True),
    ("{enrolled: {over: 1y}}", True),
    ("{enrolled: {within: 1y}}", False),
    ("{enrolled: {over: 396d}}", False),  # on that very day
    ("{enrolled: {within: 396d}}", True),
    ("{spend: {from: 110.00}}", True),
    ("{spend: {below: 110.00}}", False),
    ("{spend: {from: 50.00, below: 50.01, within: 31d}}", False),  # the days after 1 March
    ("{spend: {from: 50.00, below: 50.01, within: 32d}}", True),
    ("{spend: {from: 110.00, within: 90d}}", False),  # the days after 1 January
    ("{spend: {from: 110.00, within: 91d}}", True),
    ("{receipts: {from: 3}}", True),
    ("{receipts: {below: 3}}", False),
    ("{receipts: {from: 2, below: 3, within: 32d}}", True),
    ("{average_receipt: {from: 36.66}}", True),  # 110.00 for three receipts
    ("{average_receipt: {from: 36.67}}", False),
    ("{average_receipt: {below: 36.67}}", True),
    ("{average_receipt: {from: 25.00, below: 25.01, within: 32d}}", True),
    ("{average_receipt: {below: 9999.00, within: 31d}}", False),  # no receipt, no average
    ("{age: {from: 37}}", True),  # on the birthday itself
    ("{age: {from: 38}}", False),
    ("{age: {below: 37}}", False),
    ("{birthday: {}}", True),
    ("{birthday: {before: 3d}}", True),
    ("{not: {birthday: {after: 1d}}}", False),
    ("{tags: [staff, vip]}", True),
    ("{tags: [staff]}", False),
    ("{tiers: [gold]}", True),
    ("{tiers: [low]}", False),
    ("{tags: [vip], tiers: [low]}", False),
    ("{not: {tags: [vip]}}", False),
    ("{not: {tags: [vip], tiers: [low]}}", True),
    ("{tags: [vip], not: {last_purchase: {over: 60d}}}", True),
]


def customer(segment: str, bought: bool = True, members: str = "") -> tuple[Account, object]:
    """A member and a program with one segment, ``own``, that his purchases are asked for."""
    rules = program(segments=f"{{own: {segment}}}", tiers=TIERS, members=members)
    account = Account(1, 1, parse_day("1990-04-01"), frozenset({"vip"}), rules.calendar.parse_instant(ENROLLED))
    account.tier = "gold"
    for day, (spend, receipts) in PURCHASES.items() if bought else ():
        bucket = account.day(parse_day(day))
        bucket.spend, bucket.receipts = spend, receipts
        account.last_purchase_on = parse_day(day)
    return account, rules


@pytest.mark.parametrize("segment, belongs", CASES)
def test_segments(segment: str, belongs: bool) -> None:
    """All keys hold; ``within`` and ``over`` count days back, spend and receipts those of (day - within, day]."""
    account, rules = customer(segment)
    found = segments_of(account, rules.calendar.start_of(TODAY), TODAY, rules)
    assert found == ({"own"} if belongs else set())


@pytest.mark.parametrize("bounds", ["{over: 90d}", "{within: 90d}"])
def test_who_never_bought_has_no_last_purchase(bounds: str) -> None:
    """Neither long ago nor lately."""
    account, rules = customer(f"{{last_purchase: {bounds}}}", bought=False)
    assert segments_of(account, rules.calendar.start_of(TODAY), TODAY, rules) == set()


MEMBERS = [
    ("{tags: [vip]}", None),
    ("{tags: [staff, club]}", "the program is for members tagged club or staff"),
    ("{shops: [main]}", None),
    ("{shops: [north]}", "the program is for shop north"),
    ("{segments: [own]}", None),
    ("{tags: [vip], shops: [main], segments: [own]}", None),
    ("{tags: [vip], shops: [north], segments: [own]}", "the program is for shop north"),
]


@pytest.mark.parametrize("members, why", MEMBERS)
def test_who_may_take_part(members: str, why: str | None) -> None:
    """Values of a key are alternatives, keys must all hold; a shop is asked for only where there is a receipt."""
    account, rules = customer("{tags: [vip]}", members=members)
    assert why_barred(account, "main", frozenset({"own"}), rules) == why
    assert barred_on(account, rules, TODAY) == (None if why is None or "shop" in why else why)


def test_the_control_group_and_blocked_cards_are_kept_out() -> None:
    """Neither may take part, whatever the program says of its members."""
    account, rules = customer("{tags: [staff]}", members="{segments: [own]}")
    assert barred_on(account, rules, TODAY) == "the program is for members of segment own"
    account.control = True
    assert barred_on(account, rules, TODAY) == "the member is of the control group, which is kept out of points"
    account.blocked = True
    assert barred_on(account, rules, TODAY) == "the card is blocked"
