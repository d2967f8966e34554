# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Transfers: open points change hands with their days, and come back while they are all there."""

import pytest

from bonuscli.errors import BonusError
from bonuscli.services import database
from bonuscli.services.card_changes import block, replace
from bonuscli.services.transfers import merge, transfer
from bonuscli.services.undo import undo
from bonuscli.services.writing import Writing
from tests.ledger.conftest import Play
from tests.ledger.tills import assert_proven, dump, figures

MONTH = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: accrual}}'
# Member 1 has 30 points through 2 February and 50 through 10 February.
BEGIN = """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "30.00"}}
        - {at: 2026-01-10 10:00, receipt: {id: B, card: "1", total: "50.00"}}
"""


def test_a_transfer_comes_back_whole(play: Play) -> None:
    """Undone, the points are in their lots again with their days; undone twice it is not."""
    play(
        BEGIN
        + """
        - {at: 2026-01-11 10:00, transfer: {id: T, from: "1", to: "2", points: 40}}
        - {at: 2026-01-12 10:00, undo: {of: T}, expect: {restored: 40, reversed: 0, entries: 2, balance: 80, lots: {A: 30, B: 50}, cards: {"2": {balance: 0}}}}
        - {at: 2026-01-12 10:01, undo: {of: T}, expect: {refused: already_returned, entries: 0}}
        - {at: 2026-02-03 10:00, run_due: {}, expect: {expired: 30, cards: {"1": {balance: 50}}}}
        """,
        points=MONTH,
    )


def test_either_side_names_the_transfer(play: Play) -> None:
    """The entry of who got the points stands for the transfer, too."""
    shop = play(BEGIN + '        - {at: 2026-01-11 10:00, transfer: {from: "1", to: "2", points: 40}}', points=MONTH)
    done = undo(shop, "2:1", "wrong card")
    assert (done.undone, done.card, done.restored, done.balance) == ("transfer", "1", 40, 80)
    assert figures(shop, "2").balance == 0
    assert_proven(shop)


@pytest.mark.parametrize(
    "steps",
    [
        '{at: 2026-01-12 10:00, redeem: {card: "2", points: 1}}',
        '{at: 2026-01-12 10:00, hold: {card: "2", points: 1}}',
        '{at: 2026-01-12 10:00, transfer: {from: "2", to: "1", points: 40}}',
        "{at: 2026-02-03 10:00, run_due: {}}",
        '{at: 2026-02-03 10:00, look: {card: "2"}}',
    ],
)
def test_points_that_are_not_all_there_stay(play: Play, steps: str) -> None:
    """Spent, on hold, given away or expired: the undoing is refused, names `adjust`, and writes nothing."""
    shop = play(
        BEGIN
        + '        - {at: 2026-01-11 10:00, transfer: {id: T, from: "1", to: "2", points: 40}}\n        - '
        + steps,
        points=MONTH,
    )
    before = dump(shop)
    with pytest.raises(BonusError, match="not all there") as problem:
        undo(shop, "T", "wrong card")
    assert problem.value.code == "not_undoable"
    assert "bonuscli adjust" in (problem.value.hint or "")
    assert dump(shop) == before


def test_points_that_repaid_a_debt_stay(play: Play) -> None:
    """A receiver who owed has less than was sent: nothing of it comes back by itself."""
    shop = play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "30.00"}}
        - {at: 2026-01-02 10:00, receipt: {id: B, card: "2", total: "20.00"}}
        - {at: 2026-01-02 11:00, redeem: {card: "2", points: 20}}
        - {at: 2026-01-02 12:00, return: {id: X, of: B}}
        - {at: 2026-01-02 13:00, transfer: {id: T, from: "1", to: "2", points: 25}, expect: {balance: 5, cards: {"2": {balance: 5, deficit: 0}}}}
        """
    )
    with pytest.raises(BonusError, match="not all there"):
        undo(shop, "T", "wrong card")


@pytest.mark.parametrize("gone, told", [("2", "not all there"), ("1", "its card was merged")])
def test_after_a_merger_the_transfer_stays(play: Play, gone: str, told: str) -> None:
    """The receiver's points are in lots of the heir by then; the giver's closed account gets nothing back."""
    shop = play(
        BEGIN
        + f"""
        - {{at: 2026-01-10 11:00, enroll: {{card: "3"}}}}
        - {{at: 2026-01-11 10:00, transfer: {{id: T, from: "1", to: "2", points: 40}}}}
        - {{at: 2026-01-12 10:00, merge: {{from: "{gone}", to: "3"}}}}
        """
    )
    with pytest.raises(BonusError, match=told):
        undo(shop, "T", "wrong card")


def test_a_tried_and_a_repeated_undo_of_a_transfer(play: Play) -> None:
    """A dry run writes nothing; with a key it is told once."""
    shop = play(BEGIN + '        - {at: 2026-01-11 10:00, transfer: {id: T, from: "1", to: "2", points: 40}}')
    before = dump(shop)
    assert undo(shop, "T", "wrong card", Writing(dry_run=True)).balance == 80
    assert dump(shop) == before
    assert undo(shop, "T", "wrong card", Writing(key="U")).entries == 2
    again = undo(shop, "T", "wrong card", Writing(key="U"))
    assert (again.replayed, again.restored, again.entries) == (True, 40, 0)
    assert_proven(shop)
    before = list(database.dump_lines(shop.path))
    database.rebuild(shop)
    assert list(database.dump_lines(shop.path)) == before


def test_both_sides_take_part(play: Play) -> None:
    """Blocked cards, closed ones and who is not eligible neither give nor get; nothing is written."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1", tags: [club]}}
        - {at: 2026-01-01 09:00, enroll: {card: "2", tags: [club]}}
        - {at: 2026-01-01 09:00, enroll: {card: "3"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "30.00"}}
        - {at: 2026-01-02 10:01, adjust: {card: "3", points: +9, reason: sorry}}
        - {at: 2026-01-02 10:02, transfer: {from: "1", to: "3", points: 5}, expect: {refused: not_eligible, entries: 0}}
        - {at: 2026-01-02 10:03, transfer: {from: "3", to: "1", points: 5}, expect: {refused: not_eligible, entries: 0}}
        - {at: 2026-01-02 10:04, block: {card: "2"}}
        - {at: 2026-01-02 10:05, transfer: {from: "1", to: "2", points: 5}, expect: {refused: card_blocked, entries: 0}}
        - {at: 2026-01-02 10:06, unblock: {card: "2"}}
        - {at: 2026-01-02 10:07, block: {card: "1"}}
        - {at: 2026-01-02 10:08, transfer: {from: "1", to: "2", points: 5}, expect: {refused: card_blocked, entries: 0}}
        - {at: 2026-01-02 10:09, unblock: {card: "1"}}
        - {at: 2026-01-02 10:10, transfer: {from: "1", to: "2", points: 5}, expect: {balance: 25}}
        - {at: 2026-01-02 10:11, transfer: {from: "1", to: "4", points: 5}, expect: {refused: unknown_card}}
        - {at: 2026-01-02 10:12, transfer: {from: "1", to: "2", points: 0}, expect: {error_code: bad_points}}
        """,
        members="{tags: [club]}",
    )


def test_members_of_a_segment_give_and_get(play: Play) -> None:
    """Where a program is for a segment, who is in it takes part, and nobody else."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1", tags: [club]}}
        - {at: 2026-01-01 09:00, enroll: {card: "2", tags: [club]}}
        - {at: 2026-01-01 09:00, enroll: {card: "3"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "30.00"}, expect: {balance: 30}}
        - {at: 2026-01-03 11:00, transfer: {from: "1", to: "3", points: 5}, expect: {refused: not_eligible}}
        - {at: 2026-01-03 11:00, transfer: {from: "1", to: "2", points: 5}, expect: {balance: 25}}
        """,
        segments="{known: {tags: [club]}}",
        members="{segments: [known]}",
    )


def test_the_control_group_stays_out(play: Play) -> None:
    """Who is kept out of points neither gives nor gets any."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:00, adjust: {card: "1", points: +30, reason: sorry}}
        - {at: 2026-01-03 11:00, transfer: {from: "1", to: "2", points: 5}, expect: {refused: not_eligible, entries: 0}}
        """,
        members="{control: 100%}",
    )


def test_the_last_day_is_given_too(play: Play) -> None:
    """Points on their last day can be given and end with it; a day later they can not."""
    play(
        BEGIN
        + """
        - {at: 2026-02-02 23:00, transfer: {from: "1", to: "2", points: 40}, expect: {cards: {"2": {balance: 40, expiring: 30}}}}
        - {at: 2026-02-03 00:01, look: {card: "2"}, expect: {balance: 10}}
        - {at: 2026-02-10 23:00, transfer: {from: "1", to: "2", points: 40}}
        - {at: 2026-02-11 00:01, transfer: {from: "2", to: "1", points: 1}, expect: {refused: insufficient_points}}
        """,
        points=MONTH,
    )


def test_what_was_prolonged_is_not_prolonged_again(play: Play) -> None:
    """A lot that a return prolonged keeps its last day on the other account, though spent and brought back there."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "30.00"}}
        - {at: 2026-01-20 10:00, receipt: {id: B, card: "1", total: "30.00", redeem: 30}}
        - {at: 2026-01-30 10:00, return: {id: X, of: B}, expect: {restored: 30, entries: 3}}
        - {at: 2026-02-05 10:00, transfer: {from: "1", to: "2", points: 30}}
        - {at: 2026-02-06 10:00, receipt: {id: C, card: "2", total: "30.00", redeem: 30}}
        - {at: 2026-02-08 10:00, return: {id: Y, of: C}, expect: {restored: 30, entries: 1}}
        - {at: 2026-02-10 10:00, run_due: {}, expect: {expired: 30, cards: {"2": {balance: 0}}}}
        """,
        points=MONTH,
        returns="{restored_min_life: 10d}",
    )


def test_the_same_key_moves_once(play: Play) -> None:
    """A repeated transfer answers again, also after a merger of the two; with other content it is a conflict."""
    shop = play(BEGIN)
    first = transfer(shop, "1", "2", 40, Writing(key="T"))
    before = dump(shop)
    again = transfer(shop, "1", "2", 40, Writing(key="T"))
    assert (again.entry, again.balance, again.balance_to, again.replayed, again.entries) == (
        first.entry,
        40,
        40,
        True,
        0,
    )
    for cards, points in ((("2", "1"), 40), (("1", "2"), 41)):
        with pytest.raises(BonusError) as problem:
            transfer(shop, *cards, points, Writing(key="T"))
        assert problem.value.code == "key_conflict"
    assert dump(shop) == before
    merge(shop, "1", "2")
    merged = transfer(shop, "1", "2", 40, Writing(key="T"))
    assert (merged.entry, merged.balance, merged.balance_to, merged.replayed) == (first.entry, 80, 80, True)


def test_a_tried_transfer_moves_nothing(play: Play) -> None:
    """A dry run answers what would be."""
    shop = play(BEGIN)
    before = dump(shop)
    assert transfer(shop, "1", "2", 40, Writing(dry_run=True))[4:6] == (40, 40)
    assert dump(shop) == before


def test_cards_are_blocked_and_replaced_once(play: Play) -> None:
    """The same key answers again; a dry run leaves cards and lost numbers as they are."""
    shop = play(BEGIN)
    before = dump(shop)
    assert block(shop, "1", True, "stolen", Writing(dry_run=True)).blocked
    assert replace(shop, "1", "9", "lost", Writing(dry_run=True)).by == "9"
    assert dump(shop) == before
    assert block(shop, "1", True, "stolen", Writing(key="K")).changed
    assert block(shop, "1", False).changed
    before = dump(shop)
    assert block(shop, "1", True, "stolen", Writing(key="K")).replayed
    with pytest.raises(BonusError) as problem:
        block(shop, "1", False, None, Writing(key="K"))
    assert problem.value.code == "key_conflict"
    assert dump(shop) == before
    replace(shop, "1", "9", "lost", Writing(key="R"))
    before = dump(shop)
    assert replace(shop, "1", "9", "lost", Writing(key="R")).replayed
    with pytest.raises(BonusError) as problem:
        replace(shop, "1", "8", "lost", Writing(key="R"))
    assert problem.value.code == "key_conflict"
    assert dump(shop) == before
    assert_proven(shop)


def test_a_merger_brings_lost_cards_and_phones(play: Play) -> None:
    """A lost number stays lost; of two phones both lead to the heir, whose own is kept."""
    shop = play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1", phone: "+491701234567"}}
        - {at: 2026-01-01 09:00, enroll: {card: "2", phone: "+491701234568"}}
        - {at: 2026-01-01 09:00, enroll: {card: "3", phone: "+491701234569"}}
        - {at: 2026-01-02 10:00, receipt: {id: A, card: "1", total: "30.00"}}
        - {at: 2026-01-03 10:00, replace: {card: "1", by: "11"}}
        - {at: 2026-01-04 10:00, merge: {from: "11", to: "2"}, expect: {balance: 30}}
        - {at: 2026-01-04 11:00, merge: {from: "2", to: "3"}, expect: {balance: 30}}
        - {at: 2026-01-05 10:00, look: {card: "11"}, expect: {balance: 30}}
        - {at: 2026-01-05 10:00, look: {card: "+491701234567"}, expect: {balance: 30}}
        - {at: 2026-01-05 10:00, look: {card: "+491701234568"}, expect: {balance: 30}}
        - {at: 2026-01-05 10:00, redeem: {card: "1", points: 5}, expect: {refused: card_blocked}}
        - {at: 2026-01-05 10:01, enroll: {card: "1"}, expect: {error_code: card_taken}}
        - {at: 2026-01-05 10:02, replace: {card: "11", by: "12"}, expect: {balance: 30}}
        """
    )
    assert {card: figures(shop, card).balance for card in ("12", "2", "3")} == {"12": 30, "2": 30, "3": 30}
