"""``bonuscli redeem``: points spent, before or without a receipt."""

from __future__ import annotations

from bonuscli.cli.answers import line_of, money_text, open_shop, points_text, show_change, writing_of
from bonuscli.errors import BonusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.cli.call import Call
    from bonuscli.model import Program
    from bonuscli.services.redeem import Redeemed
    from bonuscli.services.shop import Shop


def redeem(
    call: Call,
    card: str | None = None,
    points: str | None = None,
    receipt_id: str | None = None,
    total: str | None = None,
    confirmed: bool = False,
    stream: bool = False,
) -> int | None:
    """Spend POINTS of CARD.

    With --receipt-id the points pay for a receipt that comes later (accrue takes them as paid); with --total the
    program's limits of a receipt are checked as well.

    With --stdin each line is an object with card, points, receipt_id (or key), total, at and confirmed, the last three
    optional, and is answered by a line: what redeem prints with --json, or {"error": {...}, "line": 7}.

    As in: bonuscli redeem 2000017 60 --receipt-id R7 --total 1250.00
    """
    shop = open_shop(call)
    if stream:
        from bonuscli.cli.stream import require_alone

        require_alone(call, {"CARD": card, "POINTS": points, "--receipt-id": receipt_id, "--total": total})
        return _serve(call, shop, confirmed)
    if card is None or points is None:
        missing = "CARD" if card is None else "POINTS"
        raise BonusError("usage", f"missing argument {missing}", missing, "see: bonuscli redeem --help")
    from bonuscli.services.redeem import desk_for_one, spend
    from bonuscli.services.writing import read_money, read_points

    with shop.writing(call.dry_run) as session:
        program = session.current
        number = read_points(points, session, "POINTS")
        total_minor = None if total is None else read_money(total, session, "--total")
        writing = writing_of(call)
        desk = desk_for_one(session, card, number, writing)
        done = spend(desk, session, card, number, receipt_id, total_minor, confirmed, writing)
    line = line_of(
        call,
        f"{card}  -{points_text(done.redeemed, program)}",
        (f"worth {money_text(done.worth_minor, program)}", f"balance {points_text(done.balance, program)}"),
        done.key,
        done.replayed,
    )
    show_change(call, line, _fields(done), program)
    return None


def _serve(call: Call, shop: Shop, confirmed: bool) -> int:
    from bonuscli.cli.stream import answer_lines
    from bonuscli.services.till import Till

    def answer(text: str, place: str) -> tuple[list[Any], Program]:
        done, program = till.redeem(text, place, confirmed)
        return _fields(done), program

    with shop.writer() as writer:
        till = Till(writer, call.actor, call.dry_run)
        return answer_lines(call, answer)


def _fields(done: Redeemed) -> list[Any]:
    return [
        ("entry", "Entry", done.entry, "text"),
        ("card", "Card", done.card, "text"),
        ("redeemed", "Spent", done.redeemed, "points"),
        ("worth_minor", "Worth", done.worth_minor, "money"),
        ("balance", "Balance", done.balance, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
