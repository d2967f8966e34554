"""``bonuscli lots``: the points of a card with their days."""

from typing import Annotated

import typer

from bonuscli.cli.answers import open_shop, show_table
from bonuscli.cli.options import Call, CardArgument, reader
from bonuscli.reports.table import COUNT, DAY, POINTS, TEXT, Column, Table

COLUMNS = (
    Column("lot", "Lot", COUNT),
    Column("state", "State", TEXT),
    Column("remaining", "Left", POINTS),
    Column("held", "On hold", POINTS),
    Column("points", "Of", POINTS),
    Column("opens_on", "Opens", DAY),
    Column("expires_on", "Lasts through", DAY),
    Column("kind", "Kind", TEXT),
    Column("rule", "Rule", TEXT),
    Column("number", "Number", TEXT),
)


@reader
def lots(
    call: Call,
    card: CardArgument,
    spent_too: Annotated[bool, typer.Option("--all", help="Show spent and expired ones too.")] = False,
) -> None:
    """The points of CARD in the order in which they will be spent, then those that are not open yet."""
    from bonuscli.services import lookup

    with open_shop(call).reading() as session:
        told = lookup.lots(session, card, call.as_of, spent_too)
        program = session.current
    rows = [
        (
            lot.n, lot.state, lot.remaining, lot.held, lot.points, lot.opens_on, lot.expires_on, lot.kind, lot.rule,
            lot.number,
        )
        for lot in told
    ]  # fmt: skip
    show_table(call, Table(f"Lots of {card}", COLUMNS, rows, program.currency, program.digits, program.points.scale))
