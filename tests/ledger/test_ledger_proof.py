"""``verify --ledger``: each of its findings is seen on a damaged file, it finds nothing that the whole proof does not
find, and it says what it left out.
"""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bonuscli.errors import BonusError
from bonuscli.services.ledger_proof import PARTS, Finding, prove_ledger
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.store.checks_of_ledger import CHECKS_OF_LEDGER
from tests.ledger.everything import NOW, tell_everything
from tests.ledger.test_findings import BY_HAND, BY_SQL, shop_after
from tests.ledger.tills import UTC, drop_triggers, open_shop, send_rows

PASSED_OVER = "a lot that was passed over"
# What the ledger is made of.
TABLES = ("entries", "allocations", "inherited", "open_lots", "open_rests", "holds", "accounts", "award_parts")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with everything in it."""
    return tell_everything(tmp_path_factory.mktemp("everything")).path


def test_a_sound_ledger_has_no_findings(story: Path) -> None:
    """Nothing is found, of all accounts or of one; the counts are those of the whole proof."""
    shop = Shop(story, now=UTC.parse_instant(NOW))
    whole = verify(shop)
    quick = prove_ledger(shop)
    assert quick.findings == prove_ledger(shop, "1").findings == []
    assert quick[:4] == whole[:4]
    assert (quick.checked, quick.unchecked) == (PARTS[:1], PARTS[1:])
    assert (whole.checked, whole.unchecked) == (PARTS, ())


@pytest.mark.parametrize("check", [*CHECKS_OF_LEDGER, PASSED_OVER])
def test_each_of_its_findings_is_seen(story: Path, tmp_path: Path, check: str) -> None:
    """Whatever the whole proof says of the ledger's sums, and of the order of eating, it says in the same words."""
    statements, *finding = (BY_SQL | BY_HAND)[check]
    assert Finding(*finding) in prove_ledger(shop_after(story, tmp_path, statements)).findings


@pytest.mark.parametrize("check", [*BY_SQL, *BY_HAND])
def test_what_it_finds_the_whole_proof_finds(story: Path, tmp_path: Path, check: str) -> None:
    """Of every damage that is told in ``test_findings``."""
    shop = shop_after(story, tmp_path, (BY_SQL | BY_HAND)[check][0])
    assert set(prove_ledger(shop).findings) <= set(verify(shop).findings)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_it_finds_a_part_of_what_the_whole_proof_finds(story: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Of whatever numbers of the ledger are changed, and rows taken away."""
    copy = tmp_path / "copy.db"
    shutil.copy(story, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        triggers = drop_triggers(connection)
        for _ in range(data.draw(st.integers(1, 3), label="changes")):
            _damage(connection, data)
        for sql in triggers:
            connection.execute(sql)
        connection.commit()
    shop = Shop(copy, now=UTC.parse_instant(NOW))
    try:
        whole = verify(shop).findings
    except BonusError:
        assume(False)
    quick = prove_ledger(shop).findings
    assert set(quick) <= set(whole)


def _damage(connection: sqlite3.Connection, data: st.DataObject) -> None:
    """One number of one row is another one, or the row is gone."""
    table = data.draw(st.sampled_from(TABLES))
    described = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [name for _, name, _, _, _, key in described if key]
    rows = connection.execute(f"SELECT {', '.join(keys)} FROM {table}").fetchall()
    if not rows:
        return
    row = data.draw(st.sampled_from(rows))
    where = " AND ".join(f"{key} = ?" for key in keys)
    numbers = [name for _, name, kind, *_ in described if kind == "INTEGER"]
    column = data.draw(st.sampled_from([None, *numbers]))
    more = data.draw(st.none() | st.integers(-60, 60))
    with suppress(sqlite3.IntegrityError):
        if column is None:
            connection.execute(f"DELETE FROM {table} WHERE {where}", row)
        else:
            connection.execute(f"UPDATE {table} SET {column} = {column} + ? WHERE {where}", (more, *row))


# --- the order of eating ----------------------------------------------------------------------------------------------

LOTS = """
A,sale,,2026-01-01 10:00,7,G,1,40.00,
B,sale,,2026-01-02 10:00,7,G,1,30.00,
C,sale,,2026-01-03 10:00,7,G,1,90.00,50
"""


@pytest.mark.parametrize(
    "change, found",
    [
        ("points = 40", []),
        ("points = 39", ["redemption 3 took from lot 2 and left 1 in lot 1, which comes before it"]),
        ("lot = 2, points = points + 1", ["redemption 3 took from lot 2 and left 40 in lot 1, which comes before it"]),
    ],
)
def test_lots_are_eaten_in_their_order(tmp_path: Path, change: str, found: list[str]) -> None:
    """The first of two lots is emptied before the second is touched."""
    shop = open_shop(tmp_path / "shop.db", "2026-02-01 12:00")
    send_rows(shop, tmp_path, LOTS, redeem="trust")
    with closing(sqlite3.connect(shop.path)) as connection:
        drop_triggers(connection)
        if "lot = 2" in change:
            connection.execute("DELETE FROM allocations WHERE lot = 2")
        with connection:
            assert connection.execute(f"UPDATE allocations SET {change} WHERE lot = 1").rowcount == 1
    told = [each.text for each in prove_ledger(shop).findings if each.invariant == 9]
    assert told == found
