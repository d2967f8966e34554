"""Seals bind every transaction to the ones before: a changed past is found, and a head noted down is found again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.expire import run_due
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.store import seals
from tests.ledger.tills import drop_triggers, open_shop, send_rows

ROWS = """
A,sale,,2026-01-01 10:00,7,G,1,40.00,
B,sale,,2026-01-10 10:00,7,G,1,30.00,20
X,return,B,2026-01-20 10:00,7,G,1,30.00,
"""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with a few transactions."""
    opened = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(opened, tmp_path, ROWS)
    for number in ("C", "D", "E"):
        accrue(opened, "7", receipt_of_total(1_000, number, None, None))
    return opened


def head(shop: Shop) -> tuple[int, str]:
    """Number and hash of the last seal."""
    with shop.reading() as session:
        number, _, found = seals.head(session.connection)
    return number, found


def tamper(shop: Shop, *statements: str) -> None:
    """Change the file behind the back of its triggers."""
    with closing(sqlite3.connect(shop.path)) as connection:
        drop_triggers(connection)
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def broken(shop: Shop) -> list[str]:
    """What is wrong with the chain."""
    with shop.reading() as session:
        return list(seals.broken(session.connection))


def test_each_transaction_has_one(shop: Shop) -> None:
    """An import's batch is one, each receipt of the desk another; what writes nothing sets none."""
    number, _ = head(shop)
    accrue(shop, "7", receipt_of_total(1_000, "E", None, None))
    assert (number, head(shop)[0], broken(shop)) == (4, 4, [])
    run_due(shop)
    assert head(shop)[0] == 4


def test_a_head_is_found_again(shop: Shop) -> None:
    """What was noted down is in the chain later; what was never there is not."""
    _, noted = head(shop)
    accrue(shop, "7", receipt_of_total(1_000, "F", None, None))
    assert verify(shop, head=noted).findings == []
    assert [each.invariant for each in verify(shop, head="0" * 63 + "1").findings] == [14]


@pytest.mark.parametrize("head, card", [("", None), ("0", None), ("a" * 15, None), ("a" * 64, "7")])
def test_a_head_that_proves_nothing_is_refused(shop: Shop, head: str, card: str | None) -> None:
    """The beginning of a hash must be too long to be found by chance, and is not looked for in one account."""
    with pytest.raises(BonusError) as refused:
        verify(shop, card, head=head)
    assert (refused.value.code, refused.value.where) == ("usage", "--head")


def test_the_beginning_of_a_head_is_enough(shop: Shop) -> None:
    """As much of it as `expire` prints in its line."""
    assert verify(shop, head=head(shop)[1][:24]).findings == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET shop = 'other' WHERE number = 'A'",
        "UPDATE events SET recorded_at = recorded_at - 1 WHERE seq = 1",
        "UPDATE entries SET points = points + 1 WHERE n = 1",
        "UPDATE entries SET rule = 'x' WHERE n = 1",
        "UPDATE entries SET seal = 3 WHERE n = 1",
        "UPDATE allocations SET points = points + 1",
        "DELETE FROM allocations",
        "DELETE FROM events WHERE number = 'E'",
        "DELETE FROM entries WHERE n = (SELECT MAX(n) FROM entries)",
        "DELETE FROM seals WHERE seal = 2",
        "DELETE FROM seals WHERE seal = 4",
        "UPDATE seals SET hash = 'x' WHERE seal = 2",
        "UPDATE seals SET rows = rows + 1 WHERE seal = 2",
    ],
)
def test_a_change_of_the_past_is_found(shop: Shop, statement: str) -> None:
    """A row changed, moved or taken out of what was sealed."""
    tamper(shop, statement)
    assert broken(shop)


def test_a_chain_made_again_has_another_head(shop: Shop) -> None:
    """Who changes the past and seals it anew can not give the head that was noted down."""
    _, noted = head(shop)
    tamper(shop, "UPDATE events SET shop = 'other' WHERE number = 'A'")
    with closing(sqlite3.connect(shop.path)) as connection:
        previous = seals.FIRST
        for (number, *_), parts in list(seals.sealed(connection)):
            previous = seals.hash_of(previous, *parts)
            connection.execute("UPDATE seals SET hash = ? WHERE seal = ?", (previous, number))
        connection.commit()
    assert broken(shop) == []
    assert "no seal has the hash" in verify(shop, head=noted).findings[-1].text


def test_personal_data_is_not_sealed(shop: Shop) -> None:
    """The number of an enrolment and free text can be erased without breaking a seal."""
    tamper(shop, "UPDATE events SET number = 'x', digest = x'', cashier = 'x', reason = 'x' WHERE kind = 'enrol'")
    assert broken(shop) == []
