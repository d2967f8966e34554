"""``bonuscli quote``: what a receipt would earn and may spend, and what is taken off it, before it is paid."""

from __future__ import annotations

from bonuscli.cli.answers import TABLE, open_shop, show_record
from bonuscli.cli.commands.receipts import (
    codes_of,
    fields_of,
    options_of,
    receipt_of,
    require_one_source,
    text_of_file,
)
from bonuscli.reports.table import COUNT, MONEY, TEXT, Column, Table
from bonuscli.services.accrue import book
from bonuscli.services.receipt_in import Told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.cli.call import Call
    from bonuscli.model import Program, Receipt
    from bonuscli.services.accrue import Accrued
    from bonuscli.services.shop import Shop

DISCOUNT_COLUMNS = (
    Column("id", "Discount", TEXT),
    Column("amount_minor", "Off", MONEY),
    Column("lines", "Lines", TEXT),
)
LINE_COLUMNS = (
    Column("line", "Line", COUNT),
    Column("amount_minor", "Amount", MONEY),
    Column("discount_minor", "Discount", MONEY),
)
CODE_COLUMNS = (Column("code", "Code", TEXT), Column("state", "State", TEXT), Column("coupon", "Coupon", TEXT))
VOUCHER_COLUMNS = (Column("gift", "Voucher", TEXT), Column("gives", "For", TEXT))


def quote(
    call: Call,
    card: str | None = None,
    total: str | None = None,
    receipt: str | None = None,
    shop: str | None = None,
    redeem: str | None = None,
    code: list[str] | None = None,
    explain: bool = False,
    stream: bool = False,
) -> int | None:
    """What a receipt of CARD (of nobody: none) would earn, and with --redeem how much of it points would pay.

    The program's discounts are taken off first: the lines of the answer are those that the till sends to accrue.
    Nothing is written.  More: bonuscli help offers

    With --stdin each line is a receipt as of --receipt and is answered by a line: what a receipt alone would print with
    --json, its steps only with --explain, or {"error": {...}, "line": 7}.

    As in: bonuscli quote 2000017 --total 900.00 --redeem max
    """
    opened = open_shop(call)
    told = Told(total, None, shop, redeem, call.as_of, codes_of(code))
    if stream:
        from bonuscli.cli.stream import require_alone

        require_alone(call, {"CARD": card, "--receipt": receipt, **options_of(told)})
        return _serve(call, opened, explain)
    require_one_source(total, receipt)
    text = None if receipt is None else text_of_file(receipt)
    with opened.reading() as session:
        document, owner = receipt_of(session, card, text, told)
        explain = explain or call.output != TABLE
        done = book(session.desk(), session, owner, document, explain=explain, write=False)
        program = session.current
    show_record(call, f"Quote for {owner}", _fields(call, done, document, program), program)
    return None


def _serve(call: Call, shop: Shop, explain: bool) -> int:
    from bonuscli.cli.stream import answer_lines
    from bonuscli.services.till import quote_line

    def answer(text: str, place: str) -> tuple[list[Any], Program]:
        done, document, program = quote_line(reader, text, place, explain)
        return _fields(told, done, document, program), program

    told = call._replace(output="jsonl")
    with shop.reader() as reader:
        return answer_lines(call, answer)


def _fields(call: Call, done: Accrued, document: Receipt, program: Program) -> list[Any]:
    if document.number is None:
        done = done._replace(receipt_id=None)  # the key that it would get is nobody's yet
    fields = [field for field in fields_of(done) if field[0] != "replayed" or call.output != TABLE or done.replayed]
    steps = fields.pop()
    return [*fields, *_offered(call, done, document, program), steps]


def _offered(call: Call, done: Accrued, document: Receipt, program: Program) -> list[Any]:
    """What the quote tells besides points; for people the lines only where something was taken off them."""
    offer = done.offer
    receipt = offer.receipt if offer else document
    given = offer.given if offer else ()
    discounts = [(off.id, off.amount_minor, ", ".join(str(line) for line, _ in off.lines)) for off in given]
    lines = [(line.number, line.amount, line.discount) for line in receipt.lines]
    codes = [(code.told, code.state, code.coupon) for code in (offer.codes if offer else ())]
    vouchers = [(gift.id, gift.gives) for gift in (offer.vouchers if offer else ())]

    def table(title: str, columns: tuple[Column, ...], rows: list[tuple[Any, ...]]) -> Table:
        return Table(title, columns, rows, program.currency, program.digits, program.points.scale)

    return [
        ("delivery", "Delivery", offer.delivery if offer else None, "text"),
        ("discounts", "Discounts", table("Discounts", DISCOUNT_COLUMNS, discounts), "rows"),
        ("lines", "Lines", table("Lines", LINE_COLUMNS, lines if given or call.output != TABLE else []), "rows"),
        ("codes", "Codes", table("Codes", CODE_COLUMNS, codes), "rows"),
        ("vouchers", "Vouchers", table("Vouchers", VOUCHER_COLUMNS, vouchers), "rows"),
    ]
