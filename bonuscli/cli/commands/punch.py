"""``bonuscli punch``: the stamps on a member's punch cards."""

from bonuscli.cli.answers import open_shop, show_table
from bonuscli.cli.options import Call, CardArgument, reader, without
from bonuscli.reports.table import COUNT, DAY, PERCENT, TEXT, Column, Ratio, Table
from bonuscli.units import RATE_ONE

COLUMNS = (
    Column("punch", "Punch card", TEXT),
    Column("stamps", "Stamps", COUNT),
    Column("every", "Of", COUNT),
    Column("needed", "Until the reward", COUNT),
    Column("rate", "Reward", PERCENT),
    Column("falls_off_on", "Next to fall off after", DAY),
    Column("falls_off", "Stamps then", COUNT),
)


@without("as_of")
@reader
def punch(call: Call, card: CardArgument) -> None:
    """The punch cards of CARD: stamps that count today, units until the reward, when the oldest stamps fall off.

    The unit that fills a card is the rewarded one: `bonuscli quote` takes the reward off the cheapest of the goods.
    """
    from bonuscli.services.punches import punch_cards

    with open_shop(call).reading() as session:
        told = punch_cards(session, card)
        program = session.current
    rows = [
        (each.id, each.stamps, each.every, each.needed, Ratio(each.rate, RATE_ONE), each.falls_off_on, each.falls_off)
        for each in told
    ]
    title = f"Punch cards of {card}"
    show_table(call, Table(title, COLUMNS, rows, program.currency, program.digits, program.points.scale))
