# ruff: noqa: E501 (a step of a sequence is a line, however long)
"""Holds: points put aside at the till, then spent or let go, by word or by the clock, and never twice."""

from pathlib import Path

import pytest

from bonuscli.services import lookup
from bonuscli.services.holds import hold
from bonuscli.services.writing import Writing
from tests.ledger.conftest import Play
from tests.ledger.tills import UTC, dump

MONTH = '{name: {one: point, other: points}, value: "1.00", lasts: {for: 1mo, from: accrual}}'


def test_held_points_stand_in_the_balance_and_can_not_be_spent(play: Play) -> None:
    """A hold of 60 leaves the balance as it is and 40 available, and a release makes them available again."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60}, expect: {balance: 100, held: 60, available: 40, lots: {A: 40}, entries: 1}}
        - {at: 2026-01-02 10:01, redeem: {points: 41}, expect: {refused: insufficient_points, held: 60}}
        - {at: 2026-01-02 10:02, hold: {points: 41}, expect: {refused: insufficient_points, entries: 0}}
        - {at: 2026-01-02 10:05, release: {hold: H}, expect: {balance: 100, held: 0, available: 100, lots: {A: 100}, entries: 1}}
        """
    )


def test_a_capture_spends_held_points_and_lets_the_rest_go(play: Play) -> None:
    """Of 60 held 45 are spent: 55 are left, and all that is told of it are three entries."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60}}
        - {at: 2026-01-02 10:03, capture: {hold: H, points: 45}, expect: {redeemed: 45, balance: 55, held: 0, available: 55, lots: {A: 55}, entries: 2}}
        - {at: 2026-01-02 10:04, hold: {id: H2, points: 55}}
        - {at: 2026-01-02 10:05, capture: {hold: H2}, expect: {redeemed: 55, balance: 0, held: 0, entries: 2}}
        """
    )


def test_a_capture_takes_the_held_lots_in_eating_order(play: Play) -> None:
    """The points of a partial capture are those that expire first; what was earned meanwhile is not touched."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "30.00"}}
        - {at: 2026-01-05 10:00, receipt: {id: B, total: "30.00"}}
        - {at: 2026-01-06 10:00, hold: {id: H, points: 50, for: 1d}, expect: {lots: {A: 0, B: 10}}}
        - {at: 2026-01-06 11:00, capture: {hold: H, points: 40}, expect: {lots: {A: 0, B: 20}, balance: 20}}
        """,
        points=MONTH,
    )


def test_a_hold_resolves_once(play: Play) -> None:
    """What was captured, released or timed out can be captured and released no more."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H1, points: 10}}
        - {at: 2026-01-02 10:01, capture: {hold: H1, points: 11}, expect: {refused: insufficient_points, held: 10}}
        - {at: 2026-01-02 10:01, capture: {hold: H1, points: 10}}
        - {at: 2026-01-02 10:02, capture: {hold: H1, points: 10}, expect: {refused: hold_closed}}
        - {at: 2026-01-02 10:02, release: {hold: H1}, expect: {refused: hold_closed, balance: 90}}
        - {at: 2026-01-02 10:03, hold: {id: H2, points: 10, for: 5m}}
        - {at: 2026-01-02 10:08, capture: {hold: H2}, expect: {refused: hold_closed, balance: 90, held: 0}}
        - {at: 2026-01-02 10:09, hold: {id: H3, points: 10}}
        - {at: 2026-01-02 10:10, release: {hold: H3}}
        - {at: 2026-01-02 10:11, release: {hold: H3}, expect: {refused: hold_closed, balance: 90}}
        - {at: 2026-01-02 10:12, release: {hold: NONE}, expect: {error_code: unknown_hold}}
        """
    )


def test_a_hold_times_out_within_the_day(play: Play) -> None:
    """At the deadline, and not before, the points are available again, whether or not anything was recorded."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60}}
        - {at: 2026-01-02 10:14, look: {}, expect: {held: 60, available: 40}}
        - {at: 2026-01-02 10:15, look: {}, expect: {held: 0, available: 100, entries: 0}}
        - {at: 2026-01-02 10:14, run_due: {}, expect: {entries: 0, held: 60}}
        - {at: 2026-01-02 10:20, redeem: {points: 100}, expect: {redeemed: 100, balance: 0, entries: 2}}
        """
    )


def test_points_on_hold_do_not_expire(play: Play) -> None:
    """Held over their last day they can be captured; what is let go after it expires in the same settling."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-02-01 20:00, hold: {id: H, points: 60, for: 2d}, expect: {balance: 100, held: 60}}
        - {at: 2026-02-02 09:00, run_due: {}, expect: {expired: 40, balance: 60, held: 60, available: 0}}
        - {at: 2026-02-02 10:00, capture: {hold: H, points: 50}, expect: {redeemed: 50, expired: 10, balance: 0, held: 0, entries: 3}}
        """,
        points=MONTH,
    )


LATE = """
- {at: 2026-01-01 09:00, enroll: {card: "1"}}
- {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
- {at: 2026-01-20 10:00, receipt: {id: B, total: "50.00"}}
- {at: 2026-01-31 20:00, hold: {id: H, points: 60, for: 2d}}
- {at: 2026-01-31 21:00, hold: {id: I, points: 70, for: 30h}}
%s
- {at: 2026-02-10 10:00, redeem: {points: 50}, expect: {redeemed: 50, balance: 0}}
"""


@pytest.mark.parametrize(
    "cron",
    [
        ["2026-02-02 03:00"],
        ["2026-02-02 02:59", "2026-02-02 03:00", "2026-02-02 20:00"],
        ["2026-02-02 00:00", "2026-02-02 12:00", "2026-02-03 00:00"],
    ],
)
def test_time_outs_and_expiries_are_the_same_late_and_in_time(play: Play, tmp_path: Path, cron: list[str]) -> None:
    """However often cron has run, the redemption meets the same lots and the ledgers are equal to the last row."""
    late = play(LATE % "", points=MONTH)
    expected = dump(late)
    with late.reading() as session:
        told = [(entry.kind, entry.points, UTC.iso(entry.at)[5:16]) for entry in lookup.history(session, "1")]
    assert told[4:] == [
        ("hold", 70, "02-02T03:00"), ("expiry", -40, "02-02T00:00"),
        ("hold", 60, "02-02T20:00"), ("expiry", -60, "02-02T00:00"), ("redemption", -50, "02-10T10:00"),
    ]  # fmt: skip
    (tmp_path / "shop").rename(tmp_path / "first")
    steps = "\n".join(f"- {{at: {at}, run_due: {{}}}}" for at in cron)
    assert dump(play(LATE % steps, points=MONTH)) == expected


def test_a_time_out_at_midnight_comes_before_what_expires_then(play: Play) -> None:
    """A deadline on the start of a day is met before that day's expiries: the points expire with the others."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-02-01 22:00, hold: {id: H, points: 60, for: 2h}, expect: {held: 60}}
        - {at: 2026-02-02 03:00, run_due: {}, expect: {expired: 100, balance: 0, entries: 2}}
        """,
        points=MONTH,
    )


def test_a_return_that_needs_held_points_leaves_a_deficit_and_a_release_repays_it(play: Play) -> None:
    """The take-back finds the 60 on hold and is owed; released, they pay it before anything is free again."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60, for: 1d}}
        - {at: 2026-01-02 11:00, return: {id: X, of: A}, expect: {reversed: 100, deficit: 60, held: 60, balance: 0, available: 0}}
        - {at: 2026-01-02 12:00, release: {hold: H}, expect: {deficit: 0, held: 0, balance: 0}}
        """
    )


def test_a_capture_after_a_return_keeps_the_debt(play: Play) -> None:
    """What is captured was spent when it was put aside; only the points let go repay what is owed."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60, for: 1d}}
        - {at: 2026-01-02 11:00, return: {id: X, of: A}, expect: {deficit: 60}}
        - {at: 2026-01-02 12:00, capture: {hold: H, points: 45}, expect: {redeemed: 45, deficit: 45, held: 0, balance: -45, entries: 2}}
        - {at: 2026-01-03 10:00, receipt: {id: B, total: "50.00"}, expect: {balance: 5, deficit: 0}}
        """
    )


def test_a_captured_hold_pays_for_its_receipt(play: Play) -> None:
    """A receipt that comes after the capture takes the points as paid, and its return gives them back."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {points: 60, receipt: R, total: "80.00"}}
        - {at: 2026-01-02 10:01, redeem: {points: 10, receipt: R}, expect: {refused: already_redeemed}}
        - {at: 2026-01-02 10:02, capture: {hold: R, points: 50}, expect: {redeemed: 50, balance: 50}}
        - {at: 2026-01-02 10:03, redeem: {points: 10, receipt: R}, expect: {refused: already_redeemed}}
        - {at: 2026-01-02 10:04, receipt: {id: R, total: "80.00"}, expect: {redeemed: 50, to_pay: "30.00", earned: 30, balance: 80}}
        - {at: 2026-01-02 10:05, hold: {points: 10}, expect: {held: 10}}
        - {at: 2026-01-05 10:00, return: {id: X, of: R}, expect: {restored: 50, reversed: 30, pay_back: "30.00", balance: 100}}
        """
    )


def test_a_hold_is_tied_to_its_receipt_when_it_is_captured(play: Play) -> None:
    """The receipt may be told at the capture only; what the receipt can not take goes back to its lots."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60}}
        - {at: 2026-01-02 10:02, capture: {hold: H, receipt: R}, expect: {redeemed: 60, balance: 40}}
        - {at: 2026-01-02 10:02, capture: {hold: H, receipt: R}, expect: {replayed: true, redeemed: 60, balance: 40}}
        - {at: 2026-01-02 10:03, receipt: {id: R, total: "55.00"}, expect: {redeemed: 55, to_pay: "0.00", balance: 45}}
        """
    )


def test_a_receipt_is_not_paid_by_a_hold_that_is_still_open(play: Play) -> None:
    """A receipt booked before the capture is paid in money, and the hold can then only be let go."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {points: 60, receipt: R}}
        - {at: 2026-01-02 10:01, receipt: {id: R, total: "80.00"}, expect: {redeemed: 0, to_pay: "80.00", held: 60}}
        - {at: 2026-01-02 10:02, capture: {hold: R}, expect: {refused: already_redeemed, held: 60}}
        - {at: 2026-01-02 10:03, release: {hold: R}, expect: {held: 0, balance: 180}}
        - {at: 2026-01-02 10:04, hold: {points: 10, receipt: R}, expect: {error_code: key_conflict}}
        """
    )


def test_limits_are_checked_and_the_days_redemption_is_counted_at_the_hold(play: Play) -> None:
    """A hold is one of the day's redemptions until it is let go; a captured one stays one."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "500.00"}}
        - {at: 2026-01-02 10:00, hold: {points: 9}, expect: {refused: below_min_points}}
        - {at: 2026-01-02 10:00, hold: {points: 101}, expect: {refused: confirmation_needed}}
        - {at: 2026-01-02 10:00, hold: {points: 60, receipt: R, total: "100.00"}, expect: {refused: over_share}}
        - {at: 2026-01-02 10:00, hold: {id: H1, points: 110, confirm: true}, expect: {held: 110}}
        - {at: 2026-01-02 10:01, redeem: {points: 20}, expect: {refused: redeem_times}}
        - {at: 2026-01-02 10:02, release: {hold: H1}}
        - {at: 2026-01-02 10:03, hold: {id: H2, points: 20}}
        - {at: 2026-01-02 10:19, hold: {id: H3, points: 20}, expect: {held: 20}}
        - {at: 2026-01-02 10:20, capture: {hold: H3}}
        - {at: 2026-01-02 10:40, redeem: {points: 20}, expect: {refused: redeem_times}}
        - {at: 2026-01-03 10:00, redeem: {points: 20}}
        """,
        redeem="{per_day: 1, min_points: 10, confirm_above: 100, max_share: 50%}",
    )


def test_a_capture_is_in_whole_steps(play: Play) -> None:
    """Fewer points than were held are spent in the program's steps, so that they pay whole minor units."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60}}
        - {at: 2026-01-02 10:01, capture: {hold: H, points: 15}, expect: {refused: not_a_step, held: 60}}
        - {at: 2026-01-02 10:01, capture: {hold: H, points: 20}, expect: {balance: 80}}
        """,
        redeem="{step: 10}",
    )


def test_a_repeated_hold_is_the_same_one(play: Play) -> None:
    """One key puts points aside once; with other points it is a conflict; late, it says that it has ended."""
    shop = play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60}, expect: {replayed: false}}
        - {at: 2026-01-02 10:01, hold: {id: H, points: 60}, expect: {replayed: true, held: 60, entries: 0}}
        - {at: 2026-01-02 10:01, hold: {id: H, points: 61}, expect: {error_code: key_conflict}}
        - {at: 2026-01-02 10:15, look: {}, expect: {held: 0}}
        """
    )
    repeated = hold(shop, "1", 60, writing=Writing(key="H"))
    assert (repeated.replayed, repeated.open, repeated.entries) == (True, False, 0)


def test_captures_and_releases_can_be_repeated_under_their_key(play: Play) -> None:
    """The same key gives the same answer; with other points, or for another hold, it is a conflict."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60}}
        - {at: 2026-01-02 10:00, hold: {id: I, points: 10}}
        - {at: 2026-01-02 10:01, capture: {id: K, hold: H, points: 50}, expect: {replayed: false}}
        - {at: 2026-01-02 10:01, capture: {id: K, hold: H, points: 50}, expect: {replayed: true, redeemed: 50, balance: 50}}
        - {at: 2026-01-02 10:01, capture: {id: K, hold: H, points: 40}, expect: {error_code: key_conflict}}
        - {at: 2026-01-02 10:02, release: {id: L, hold: I}}
        - {at: 2026-01-02 10:02, release: {id: L, hold: I}, expect: {replayed: true, balance: 50}}
        - {at: 2026-01-02 10:02, release: {id: L, hold: H}, expect: {error_code: key_conflict}}
        """
    )


def test_a_hold_that_is_told_late_lasts_from_its_recording(play: Play) -> None:
    """The deadline is reckoned from the recording, and a release is not dated before its hold."""
    play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-05 10:00, hold: {id: H, points: 60, at: 2026-01-02 10:00}, expect: {held: 60}}
        - {at: 2026-01-05 10:14, release: {hold: H, at: 2026-01-02 09:59}, expect: {error_code: too_early, held: 60}}
        - {at: 2026-01-05 10:15, capture: {hold: H, at: 2026-01-05 10:01}, expect: {refused: hold_closed}}
        - {at: 2026-01-05 10:16, look: {}, expect: {held: 0, balance: 100}}
        """
    )


def test_the_past_shows_what_was_on_hold(play: Play) -> None:
    """``--as-of`` before the release shows the hold, and of a capture what was spent, from the hold on."""
    shop = play(
        """
        - {at: 2026-01-01 09:00, enroll: {card: "1"}}
        - {at: 2026-01-01 10:00, receipt: {id: A, total: "100.00"}}
        - {at: 2026-01-02 10:00, hold: {id: H, points: 60, for: 2h}}
        - {at: 2026-01-02 11:00, hold: {id: I, points: 30, for: 2h}}
        - {at: 2026-01-02 11:30, release: {hold: H}}
        - {at: 2026-01-02 11:40, capture: {hold: I, points: 20}}
        """
    )
    with shop.reading() as session:
        seen = []
        for at in ("09:59", "10:30", "11:00", "11:30", "11:40"):
            shown = lookup.balance(session, "1", f"2026-01-02 {at}").figures
            (lot,) = lookup.lots(session, "1", f"2026-01-02 {at}")
            seen.append((shown.balance, shown.held, shown.available, lot.remaining, lot.held))
    assert seen == [
        (100, 0, 100, 100, 0), (100, 60, 40, 40, 60), (80, 60, 20, 20, 60), (80, 0, 80, 80, 0), (80, 0, 80, 80, 0),
    ]  # fmt: skip
