"""``bonuscli pass``: prepaid visits sold, used and shown."""

from typing import Annotated, Any

import typer

from bonuscli.cli.answers import (
    counted,
    line_of,
    money_text,
    open_shop,
    show_change,
    show_record,
    show_table,
    writing_of,
)
from bonuscli.cli.options import Call, CardArgument, ReceiptId, reader, without, writer
from bonuscli.days import NEVER, format_day, format_duration
from bonuscli.reports.table import COUNT, DAY, INSTANT, MONEY, TEXT, Column, Table

OFFERS = (
    Column("pass", "Pass", TEXT),
    Column("name", "Name", TEXT),
    Column("visits", "Visits", COUNT),
    Column("lasts", "Lasts", TEXT),
    Column("price_minor", "Price", MONEY),
)
PASSES = (
    Column("pass", "Pass", TEXT),
    Column("name", "Name", TEXT),
    Column("state", "State", TEXT),
    Column("left", "Visits left", COUNT),
    Column("visits", "Of", COUNT),
    Column("sold_at", "Sold", INSTANT),
    Column("expires_on", "Lasts through", DAY),
    Column("number", "Number", TEXT),
)
VISITS = (
    Column("at", "Visit", INSTANT),
    Column("pass", "Pass", TEXT),
    Column("name", "Name", TEXT),
    Column("number", "Number", TEXT),
)
PassId = Annotated[str, typer.Argument(metavar="PASS", help="Which pass, by its id in the program.")]
MaybePass = Annotated[
    str | None, typer.Argument(metavar="PASS", help="Which pass; without it the one that expires first.")
]


@writer
def sell(call: Call, card: CardArgument, pass_id: PassId, receipt_id: ReceiptId = None) -> None:
    """Sell the pass PASS to CARD; its last day counts from today.

    The price is told and not booked: the pass is paid at the till. As in:
    bonuscli pass sell 100 eight --receipt-id P1
    """
    from bonuscli.services import passes

    shop = open_shop(call)
    done = passes.sell(shop, card, pass_id, receipt_id, writing_of(call))
    with shop.reading(scoring=False) as session:
        program = session.current
    price = None if done.price_minor is None else f"price {money_text(done.price_minor, program)}"
    line = line_of(
        call,
        f"{card}  {done.name}",
        (counted(done.visits, "visit"), price, _through(done.expires_on)),
        done.key,
        done.replayed,
    )
    fields: list[Any] = [
        ("card", "Card", card, "text"),
        ("pass", "Pass", done.pass_id, "text"),
        ("name", "Name", done.name, "text"),
        ("visits", "Visits", done.visits, "count"),
        ("expires_on", "Lasts through", done.expires_on, "day"),
        ("price_minor", "Price", done.price_minor, "money"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)


@writer
def visit(call: Call, card: CardArgument, pass_id: MaybePass = None) -> None:
    """Take one visit off a pass of CARD: of several the one that expires first; without a visit left it is refused.

    As in `bonuscli pass visit 100` or, for one kind of pass, `bonuscli pass visit 100 eight`.
    """
    from bonuscli.services import passes

    done = passes.visit(open_shop(call), card, pass_id, writing_of(call))
    line = line_of(
        call,
        f"{card}  {done.name}",
        (f"{counted(done.left, 'visit')} left", _through(done.expires_on)),
        done.key,
        done.replayed,
    )
    fields = [
        ("card", "Card", card, "text"),
        ("pass", "Pass", done.pass_id, "text"),
        ("name", "Name", done.name, "text"),
        ("left", "Visits left", done.left, "count"),
        ("expires_on", "Lasts through", done.expires_on, "day"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields)


@reader
def show(call: Call, card: CardArgument) -> None:
    """The passes of CARD with the visits left on each, and every visit with its time."""
    from bonuscli.services import passes

    with open_shop(call).reading() as session:
        held, visited = passes.show(session, card, call.as_of)
        program = session.current
        iso = session.calendar.iso
    of_card = [
        (each.pass_id, each.name, each.state, each.left, each.visits, iso(each.sold_at), each.expires_on, each.number)
        for each in held
    ]
    visits = [(iso(each.at), each.pass_id, each.name, each.number) for each in visited]
    fields = [
        ("card", "Card", card, "text"),
        ("passes", "Passes", Table("Passes", PASSES, of_card, "", 0, 0), "rows"),
        ("visits", "Visits", Table("Visits", VISITS, visits, "", 0, 0), "rows"),
    ]
    show_record(call, f"Passes of {card}", fields, program)


@without("as_of")
@reader
def list_passes(call: Call) -> None:
    """The passes that the program sells now."""
    from bonuscli.services import passes

    with open_shop(call).reading() as session:
        program = session.current
        rows = [
            (offer.id, offer.name, offer.visits, offer.lasts and format_duration(offer.lasts), offer.price_minor)
            for offer in passes.list_offers(session)
        ]
    show_table(call, Table("Passes", OFFERS, rows, program.currency, program.digits, program.points.scale))


def _through(expires_on: int) -> str | None:
    return None if expires_on >= NEVER else f"through {format_day(expires_on)}"
