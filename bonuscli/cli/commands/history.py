"""``bonuscli history``: every entry of a card."""

from bonuscli.cli.answers import open_shop, show_table
from bonuscli.cli.options import Call, CardArgument, reader
from bonuscli.reports.table import COUNT, FLAG, INSTANT, POINTS, TEXT, Column, Table

COLUMNS = (
    Column("entry", "Entry", COUNT),
    Column("at", "At", INSTANT),
    Column("kind", "Kind", TEXT),
    Column("points", "Points", POINTS),
    Column("total", "Sum", POINTS),
    Column("event", "Event", TEXT),
    Column("number", "Number", TEXT),
    Column("rule", "Rule", TEXT),
    Column("actor", "By", TEXT),
    Column("reason", "Reason", TEXT),
    Column("written", "Written", FLAG),
)


@reader
def history(call: Call, card: CardArgument) -> None:
    """Every entry of CARD in the order of booking; the sum counts points that are not open yet too.

    Expiries and grants that have fallen due stand at the end, whether or not they have been written down.
    """
    from bonuscli.services import lookup

    with open_shop(call).reading() as session:
        told = lookup.history(session, card, call.as_of)
        program = session.current
    rows = [
        (
            entry.n, program.calendar.iso(entry.at), entry.kind, entry.points, entry.total, entry.event_kind,
            entry.number, entry.rule, entry.actor, entry.reason, not entry.due,
        )
        for entry in told
    ]  # fmt: skip
    show_table(call, Table(f"History of {card}", COLUMNS, rows, program.currency, program.digits, program.points.scale))
