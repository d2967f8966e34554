"""Looking up what is due goes by an index: with nothing due it costs the same on a file of any size."""

from contextlib import closing
from pathlib import Path

from bonuscli.store import reads, sqlite
from tests.ledger.tills import open_shop


def test_what_is_due_is_looked_up_in_its_index(tmp_path: Path) -> None:
    """The statement searches by the due day, not by going through all accounts."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-01 12:00")
    with closing(sqlite.open_reader(shop.path)) as connection:
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        assert reads.due_members(connection, "shop", 20_000) == []
        connection.set_trace_callback(None)
        (plan,) = connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert "SEARCH accounts USING INDEX accounts_due" in plan[-1]
