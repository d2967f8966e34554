"""``bonuscli accrue``: a till's receipt, booked."""

from __future__ import annotations

from bonuscli.cli.answers import (
    TABLE,
    expiring,
    line_of,
    money_text,
    open_shop,
    opening,
    points_text,
    show_change,
    writing_of,
)
from bonuscli.cli.commands.receipts import (
    codes_of,
    fields_of,
    options_of,
    receipt_of,
    require_one_source,
    text_of_file,
)
from bonuscli.clock import today
from bonuscli.services.accrue import book
from bonuscli.services.receipt_in import Told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.cli.call import Call
    from bonuscli.model import Program
    from bonuscli.services.accrue import Accrued
    from bonuscli.services.shop import Shop


def accrue(
    call: Call,
    card: str | None = None,
    total: str | None = None,
    receipt: str | None = None,
    receipt_id: str | None = None,
    shop: str | None = None,
    redeem: str | None = None,
    code: list[str] | None = None,
    confirmed: bool = False,
    stream: bool = False,
) -> int | None:
    """Book a receipt of CARD (of nobody: none) by its total, or with its lines as JSON.

    The receipt's id is its key: sent again it changes nothing.  Without an id or --idempotency-key a fresh key is made
    and printed, and the call can not be repeated safely.

    With --stdin each line is a receipt as of --receipt, with an id, and is answered by a line: what a receipt alone
    would print with --json, or {"error": {...}, "line": 7}.  The answer is printed when the receipt is stored.

    As in: bonuscli accrue 2000017 --total 1250.00 --receipt-id R7
    """
    opened = open_shop(call)
    told = Told(total, receipt_id, shop, redeem, call.at, codes_of(code))
    if stream:
        from bonuscli.cli.stream import require_alone

        require_alone(call, {"CARD": card, "--receipt": receipt, **options_of(told)})
        return _serve(call, opened, confirmed)
    require_one_source(total, receipt)
    text = None if receipt is None else text_of_file(receipt)
    with opened.writing(call.dry_run) as session:
        document, owner = receipt_of(session, card, text, told)
        explain = call.output != TABLE
        done = book(session.desk(), session, owner, document, writing_of(call), confirmed, explain)
        program = session.current
    show_change(call, _line(call, done, program), fields_of(done), program)
    return None


def _serve(call: Call, shop: Shop, confirmed: bool) -> int:
    from bonuscli.cli.stream import answer_lines
    from bonuscli.services.till import Till

    def answer(text: str, place: str) -> tuple[list[Any], Program]:
        done, program = till.accrue(text, place, confirmed)
        return fields_of(done), program

    with shop.writer() as writer:
        till = Till(writer, call.actor, call.dry_run)
        return answer_lines(call, answer)


def _line(call: Call, done: Accrued, program: Program) -> str:
    """``2000000000017  +37 (balance 412, 37 open 2026-12-08, expire 2027-06-08)``."""
    if done.card is None:
        return line_of(call, f"{done.receipt_id}  no card", (f"to pay {money_text(done.to_pay_minor, program)}",))
    changes = [points_text(done.earned, program, sign=True)]
    changes += [f"-{points_text(done.redeemed, program)} spent"] if done.redeemed else []
    return line_of(
        call,
        f"{done.card}  {', '.join(changes)}",
        (
            f"to pay {money_text(done.to_pay_minor, program)}" if done.redeemed else None,
            f"balance {points_text(done.balance, program)}",
            opening(done.earned, done.opens_on, today(program.calendar), program),
            expiring(done.expires_on) if done.earned else None,
            f"{points_text(done.excess, program)} spent too much went back" if done.excess else None,
            None if done.scored else "no program in force then",
        ),
        done.receipt_id,
        done.replayed,
    )
