"""``bonuscli accrue``: a till's receipt, booked."""

import sys
from typing import Annotated

import typer

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
    Codes,
    Confirmed,
    MaybeCard,
    ReceiptFile,
    ReceiptId,
    RedeemOption,
    ShopName,
    Total,
    fields_of,
    receipt_of,
)
from bonuscli.cli.options import Call, writer
from bonuscli.clock import today
from bonuscli.errors import BonusError
from bonuscli.model import Program
from bonuscli.services.accrue import Accrued
from bonuscli.services.accrue import accrue as book
from bonuscli.services.receipt_in import Told, receipt_of_stream
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing


@writer
def accrue(
    call: Call,
    card: MaybeCard = None,
    total: Total = None,
    receipt: ReceiptFile = None,
    receipt_id: ReceiptId = None,
    shop: ShopName = None,
    redeem: RedeemOption = None,
    code: Codes = None,
    confirmed: Confirmed = False,
    stream: Annotated[
        bool, typer.Option("--stdin", help="Book one JSON receipt after another, a line each, from standard input.")
    ] = False,
) -> None:
    """Book a receipt of CARD (of nobody: none) by its total, or with its lines as JSON.

    The receipt's id is its key: sent again it changes nothing.  Without an id or --idempotency-key a fresh key is made
    and printed, and the call can not be repeated safely.

    As in: bonuscli accrue 2000017 --total 1250.00 --receipt-id R7
    """
    opened = open_shop(call)
    told = Told(total, receipt_id, shop, redeem, call.at, tuple(code or ()))
    if stream:
        if card is not None or receipt is not None or call.key is not None or any(told):
            raise BonusError("usage", "--stdin takes everything from the receipts themselves", "--stdin")
        _book_stream(call, opened, confirmed)
        return
    with opened.reading(scoring=False) as session:
        program = session.current
        document, owner = receipt_of(session, card, receipt, told)
    explained = call.output != TABLE
    done = book(opened, owner, document, writing_of(call), confirmed, explained)
    show_change(call, _line(call, done, program), fields_of(done), program)


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


def _book_stream(call: Call, shop: Shop, confirmed: bool) -> None:
    """Each line in a transaction of its own; a line that is refused is told on stderr, and the others are booked."""
    with shop.reading(scoring=False) as session:
        program = session.current
    streamed = call._replace(output="jsonl" if call.output == "json" else call.output)
    booked, refused = 0, 0
    for number, text in enumerate(sys.stdin, 1):
        if not text.strip():
            continue
        try:
            with shop.reading(scoring=False) as session:
                document, card = receipt_of_stream(session, text, f"stdin:{number}")
            done = book(
                shop, card, document, Writing(None, call.actor, None, call.dry_run), confirmed, call.output != TABLE
            )
        except BonusError as problem:
            refused += 1
            print(f"stdin:{number}: {problem.code}: {problem.message}", file=sys.stderr)
            continue
        booked += 1
        show_change(streamed, _line(call, done, program), fields_of(done), program)
    if refused:
        raise BonusError("rows_rejected", f"{refused} of {booked + refused} receipts were not booked", "stdin")
