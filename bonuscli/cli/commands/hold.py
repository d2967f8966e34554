"""``bonuscli hold``, ``capture`` and ``release``: points put aside at the till, then spent or let go."""

from typing import Annotated

import typer

from bonuscli.cli.answers import line_of, money_text, open_shop, points_text, show_change, writing_of
from bonuscli.cli.options import (
    Call,
    CardArgument,
    Confirmed,
    LimitingTotal,
    ReceiptId,
    takes_negative_numbers,
    writer,
)

HoldArgument = Annotated[
    str, typer.Argument(metavar="HOLD", help="The hold's entry, as in 1:5, or its key; both were printed.")
]


@takes_negative_numbers
@writer
def hold(
    call: Call,
    card: CardArgument,
    points: Annotated[str, typer.Argument(metavar="POINTS", help="How many points are put aside.")],
    lasts: Annotated[
        str | None,
        typer.Option("--for", metavar="TIME", help="How long, as in 15m, 2h or 1d [15m].", show_default=False),
    ] = None,
    receipt_id: ReceiptId = None,
    total: LimitingTotal = None,
    confirmed: Confirmed = False,
) -> None:
    """Put POINTS of CARD aside until they are captured, released, or their time is over.

    The program's limits are checked now, as `redeem` checks them.  With --receipt-id the points, once captured, pay for
    a receipt that comes later.

    As in: bonuscli hold 2000017 60 --receipt-id R7 --for 1h
    """
    from bonuscli.services.holds import hold as put_aside
    from bonuscli.services.holds import parse_seconds
    from bonuscli.services.writing import read_money, read_points

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        number = read_points(points, session, "POINTS")
        total_minor = None if total is None else read_money(total, session, "--total")
    seconds = None if lasts is None else parse_seconds(lasts)
    done = put_aside(shop, card, number, seconds, receipt_id, total_minor, confirmed, writing_of(call))
    until = program.calendar.iso(done.until)
    told = "on hold until" if done.open else "were on hold, at most until"
    line = line_of(
        call,
        f"{card}  {points_text(done.held, program)} {told} {until[:16].replace('T', ' ')}",
        (f"hold {done.entry}", f"available {points_text(done.available, program)}"),
        done.key,
        done.replayed,
    )
    fields = [
        ("entry", "Entry", done.entry, "text"),
        ("card", "Card", card, "text"),
        ("held", "On hold", done.held, "points"),
        ("until", "Until", until, "instant"),
        ("worth_minor", "Worth", done.worth_minor, "money"),
        ("balance", "Balance", done.balance, "points"),
        ("available", "Available", done.available, "points"),
        ("open", "Open", done.open, "flag"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)


@takes_negative_numbers
@writer
def capture(
    call: Call,
    hold: HoldArgument,
    points: Annotated[
        str | None, typer.Argument(metavar="POINTS", help="How many of the held points [all].", show_default=False)
    ] = None,
    receipt_id: ReceiptId = None,
) -> None:
    """Spend the points of HOLD, or POINTS of them, and let the rest go.

    With --receipt-id, or where the hold had one, they pay for a receipt that comes later: accrue takes them as paid.

    As in: bonuscli capture R7 55
    """
    from bonuscli.services.holds import capture as spend
    from bonuscli.services.holds import find_hold
    from bonuscli.services.writing import read_points

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        session = session.within(find_hold(session, hold).program)
        program = session.current
        number = None if points is None else read_points(points, session, "POINTS")
    done = spend(shop, hold, number, receipt_id, writing_of(call))
    line = line_of(
        call,
        f"{done.card}  -{points_text(done.redeemed, program)}",
        (
            f"worth {money_text(done.worth_minor, program)}",
            f"{points_text(done.released, program)} let go" if done.released else None,
            f"balance {points_text(done.balance, program)}",
        ),
        done.key,
        done.replayed,
    )
    fields = [
        ("entry", "Entry", done.entry, "text"),
        ("hold", "Hold", done.hold, "text"),
        ("card", "Card", done.card, "text"),
        ("redeemed", "Spent", done.redeemed, "points"),
        ("released", "Let go", done.released, "points"),
        ("worth_minor", "Worth", done.worth_minor, "money"),
        ("balance", "Balance", done.balance, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)


@writer
def release(call: Call, hold: HoldArgument) -> None:
    """Give the points of HOLD back; nothing was spent.

    As in: bonuscli release R7
    """
    from bonuscli.services.holds import find_hold
    from bonuscli.services.holds import release as let_go

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.within(find_hold(session, hold).program).current
    done = let_go(shop, hold, writing_of(call))
    line = line_of(
        call,
        f"{done.card}  {points_text(done.released, program)} let go",
        (f"available {points_text(done.available, program)}",),
        done.key,
        done.replayed,
    )
    fields = [
        ("entry", "Entry", done.entry, "text"),
        ("hold", "Hold", done.hold, "text"),
        ("card", "Card", done.card, "text"),
        ("released", "Let go", done.released, "points"),
        ("balance", "Balance", done.balance, "points"),
        ("available", "Available", done.available, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)
