"""``bonuscli quote``: what a receipt would earn and may spend, before it is paid."""

from typing import Annotated

import typer

from bonuscli.cli.answers import TABLE, open_shop, show_record
from bonuscli.cli.commands.receipts import (
    MaybeCard,
    ReceiptFile,
    RedeemOption,
    ShopName,
    Total,
    fields_of,
    receipt_of,
)
from bonuscli.cli.options import Call, reader
from bonuscli.services.accrue import quote as ask
from bonuscli.services.receipt_in import Told


@reader
def quote(
    call: Call,
    card: MaybeCard = None,
    total: Total = None,
    receipt: ReceiptFile = None,
    shop: ShopName = None,
    redeem: RedeemOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show every rule and why it gave what it gave.")] = False,
) -> None:
    """What a receipt of CARD would earn, and with --redeem how much of it points would pay; nothing is written."""
    opened = open_shop(call)
    with opened.reading(scoring=False) as session:
        program = session.current
        document, owner = receipt_of(session, card, receipt, Told(total, None, shop, redeem, call.as_of))
    done = ask(opened, owner, document, explain=explain or call.output != TABLE)
    if document.number is None:
        done = done._replace(receipt_id=None)  # the key that it would get is nobody's yet
    fields = [field for field in fields_of(done) if field[0] != "replayed" or call.output != TABLE or done.replayed]
    show_record(call, f"Quote for {owner}", fields, program)
