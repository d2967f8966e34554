"""``bonuscli coupon``: making codes, and what became of them."""

from typing import Annotated, Any

import typer

from bonuscli.cli.answers import expiring, line_of, open_shop, show_change, show_record, show_table, writing_of
from bonuscli.cli.options import Call, reader, whole_number, without, writer
from bonuscli.days import format_duration
from bonuscli.reports.table import COUNT, DAY, FLAG, TEXT, Column, Table

COUPONS = (
    Column("coupon", "Coupon", TEXT),
    Column("discount", "Discount", TEXT),
    Column("code", "Code", TEXT),
    Column("codes", "To make", COUNT),
    Column("made", "Made", COUNT),
    Column("given", "Given", COUNT),
    Column("used", "Used", COUNT),
    Column("free", "Free", COUNT),
    Column("uses", "Uses each", COUNT),
    Column("lasts", "Lasts", TEXT),
)
CODES = (Column("code", "Code", TEXT),)
RECEIPTS = (Column("receipt_id", "Receipt", TEXT), Column("day", "Day", DAY), Column("used", "Used", FLAG))

CouponId = Annotated[str, typer.Argument(metavar="COUPON", help="Which coupon, by its id in the program.")]


@without("key", "actor")
@writer
def make(
    call: Call,
    coupon: CouponId,
    count: Annotated[
        int | None,
        typer.Option(
            "--count", metavar="N", parser=whole_number(1), help="How many [all not made yet].", show_default=False
        ),
    ] = None,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="TEXT", help="What every code begins with.", show_default=False)
    ] = "",
) -> None:
    """Make the codes of COUPON that its program asks for and that are not made yet, and print them, one a line.

    Codes are random, in letters and digits that look like no others.  Made again, nothing is added.  With --dry-run
    they are counted only: other ones would be drawn the next time.

    As in: bonuscli coupon make autumn --count 100 --csv
    """
    from bonuscli.services import coupons

    done = coupons.make(open_shop(call), coupon, count, prefix, writing_of(call))
    head = f"{done.coupon}  {done.count} {'to be made' if call.dry_run else 'made'}"
    line = line_of(call, head, (f"{done.made} of {done.of}", expiring(done.expires_on) if done.count else None))
    fields: list[Any] = [
        ("coupon", "Coupon", done.coupon, "text"),
        ("made", "Made", done.count, "count"),
        ("made_in_all", "Made in all", done.made, "count"),
        ("made_on", "Made", done.made_on, "day"),
        ("expires_on", "Lasts through", done.expires_on, "day"),
        ("codes", "Codes", Table("Codes", CODES, [(code,) for code in done.codes], "", 0, 0), "rows"),
    ]
    show_change(call, [*done.codes, line], fields)


@without("as_of")
@reader
def list_coupons(call: Call) -> None:
    """Every coupon of the program, with how many of its codes were made, given to members, used and are free."""
    from bonuscli.services import coupons

    rows = [
        tuple(row._replace(lasts=None if row.lasts is None else format_duration(row.lasts)))
        for row in coupons.list_coupons(open_shop(call))
    ]
    show_table(call, Table("Coupons", COUPONS, rows, "", 0, 0))


@without("as_of")
@reader
def show(
    call: Call,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code, in capitals or not.")],
    pii: Annotated[bool, typer.Option("--pii", help="Show the card in full.")] = False,
) -> None:
    """What CODE stands for, whether it can still be used, and the receipts that used it."""
    from bonuscli.render.masks import mask
    from bonuscli.services import coupons

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    shown = coupons.show_code(shop, code)
    card = shown.card if pii or shown.card is None else mask(shown.card)
    receipts = Table("Receipts", RECEIPTS, list(shown.receipts), "", 0, 0)
    fields: list[Any] = [
        ("code", "Code", shown.code, "text"),
        ("coupon", "Coupon", shown.coupon, "text"),
        ("discount", "Discount", shown.discount, "text"),
        ("state", "State", shown.state, "text"),
        ("used", "Used", shown.used, "count"),
        ("uses", "Of", shown.uses, "count"),
        ("made_on", "Made", shown.made_on, "day"),
        ("expires_on", "Lasts through", shown.expires_on, "day"),
        ("card", "Given to", card, "text"),
        ("receipts", "Receipts", receipts, "rows"),
    ]
    show_record(call, f"Coupon code {shown.code}", fields, program)
