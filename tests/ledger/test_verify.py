"""``verify`` notices whatever is changed by hand, in each table, and tells it instead of failing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.shop import Shop
from bonuscli.services.verify import Finding, verify
from tests.ledger.tills import drop_triggers, open_shop, send_rows

# A member who spends, brings back, and owes; a member by phone; a receipt without a card.
ROWS = """
A,sale,,2026-01-01 10:00,7,G,1,40.00,
B,sale,,2026-01-10 10:00,7,G,2,30.00,20
X,return,B,2026-01-20 10:00,7,G,1,15.00,
C,sale,,2026-01-21 10:00,,H,1,12.00,
D,sale,,2026-01-22 10:00,9,G,1,50.00,45
"""

CHANGES = {
    "entries": "UPDATE entries SET points = points + 1 WHERE n = 1",
    "entries' day": "UPDATE entries SET day = day + 1 WHERE n = 1",
    "allocations": "UPDATE allocations SET points = points + 1",
    "award_parts": "UPDATE award_parts SET points = points + 1 WHERE n = 1",
    "line_shares": "UPDATE line_shares SET award = award + 1 WHERE event = (SELECT MIN(event) FROM line_shares)",
    "shares of nothing": "UPDATE line_shares SET event = event + 900",
    "tier_changes": "UPDATE tier_changes SET tier = 'none'",
    "open_lots": "UPDATE open_lots SET remaining = remaining + 1",
    "open_rests": "UPDATE open_rests SET rest = rest + 1",
    "account_days": "UPDATE account_days SET spend = spend + 1",
    "accounts": "UPDATE accounts SET points = points + 1 WHERE deficit = 0",
    "accounts' deficit": "UPDATE accounts SET deficit = deficit + 1 WHERE points = 0",
    "accounts' clock": "UPDATE accounts SET clock = 0",
    "members' birthday": "UPDATE members SET birthday = 3000 WHERE id = 1",
    "members' phone": "UPDATE members SET phone = '+79120000009' WHERE phone IS NOT NULL",
    "members' fields": "UPDATE members SET fields = 'no object' WHERE id = 1",
    "members' enrolment": "UPDATE members SET enrolled_on = enrolled_on - 1",
    "cards": "UPDATE cards SET number = '8' WHERE number = '7'",
    "cards' member": "UPDATE cards SET member = 1 WHERE number = '7'",
    "events' member": "UPDATE events SET member = 1 WHERE number = 'A'",
    "events' spent": "UPDATE events SET spent = spent + 1 WHERE number = 'B'",
    "events' tier": "UPDATE events SET tier = 'high' WHERE number = 'A'",
    "events' pinned": "UPDATE events SET pinned = 'no object' WHERE number = 'X'",
    "events' original": "UPDATE events SET original = 1 WHERE number = 'X'",
    "events' recorded_at": "UPDATE events SET recorded_at = recorded_at + 60 WHERE number = 'A'",
    "events' revision": "UPDATE events SET engine_revision = 99 WHERE number = 'A'",
    "events' shop": "UPDATE events SET shop = 'other' WHERE number = 'C'",
    "events' number": "UPDATE events SET number = 'Z' WHERE number = 'A'",
    "events' settled_to": "UPDATE events SET settled_to = settled_to - 1 WHERE number = 'B'",
    "events' program": "UPDATE events SET program = 'other' WHERE number = 'B'",
    "entries' rule": "UPDATE entries SET rule = 'other' WHERE n = 1",
    "entries' seal": "UPDATE entries SET seal = 7 WHERE n = 1",
    "a missing entry": "DELETE FROM entries WHERE kind = 'redemption'",
    "seals": "UPDATE seals SET rows = rows + 1",
    "a missing seal": "DELETE FROM seals WHERE seal = 1",
    "a guest's total": "UPDATE events SET total = total + 1 WHERE number = 'C'",
    "a missing receipt": "DELETE FROM events WHERE number = 'C'",
    "receipt_lines' amount": "UPDATE receipt_lines SET amount = amount + 1",
    "receipt_lines' quantity": "UPDATE receipt_lines SET quantity = quantity + 1 WHERE sku = 'H'",
    "receipt_lines' sku": "UPDATE receipt_lines SET sku = 'I' WHERE sku = 'H'",
    "receipt_lines' part": "UPDATE receipt_lines SET part = part + 1 WHERE of_line IS NOT NULL",
    "programs' text": "UPDATE programs SET text = text || ' '",
    "programs' beginning": "UPDATE programs SET starts_at = starts_at + 1",
}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop in which every table that verify looks at has a row."""
    folder = tmp_path_factory.mktemp("untouched")
    tiers = '{levels: [{id: low, from: "0"}, {id: high, from: "60.00"}], window: lifetime}'
    shop = open_shop(folder / "shop.db", "2026-02-01 12:00", tiers=tiers)
    enrol_one(shop, NO_PARTICULARS._replace(phone="+79120000001", fields=(("size", "42"),), tags=("vip",)))
    send_rows(shop, folder, ROWS, redeem="trust")
    return shop.path


def changed(untouched: Path, tmp_path: Path, sql: str) -> Shop:
    """A copy of the shop after a statement that its triggers and checks would not have let through."""
    copy = tmp_path / "shop.db"
    with closing(sqlite3.connect(untouched)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA ignore_check_constraints = 1")
        drop_triggers(target)
        with target:
            assert target.execute(sql).rowcount > 0, "the story has no such row"
    return Shop(copy)


def findings(shop: Shop) -> list[Finding]:
    """What verify finds."""
    return verify(shop).findings


def test_the_story_is_sound(untouched: Path) -> None:
    """Nothing is found where nothing was changed."""
    assert findings(Shop(untouched)) == []


@pytest.mark.parametrize("sql", CHANGES.values(), ids=CHANGES)
def test_a_change_by_hand_is_found(untouched: Path, tmp_path: Path, sql: str) -> None:
    """A number or name that was changed with the triggers dropped gives at least one finding."""
    assert findings(changed(untouched, tmp_path, sql))


def test_a_program_that_can_not_be_read_is_a_damaged_file(untouched: Path, tmp_path: Path) -> None:
    """A compiled program of broken JSON is told as damage of the database, not as a failure of ours."""
    with pytest.raises(BonusError) as caught:
        findings(changed(untouched, tmp_path, "UPDATE programs SET compiled = '{'"))
    assert caught.value.code == "corrupt_database"
