"""``bonuscli return``: goods of a known receipt brought back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bonuscli.cli.answers import line_of, money_text, open_shop, points_text, show_change, writing_of
from bonuscli.cli.options import Call, writer
from bonuscli.errors import BonusError

if TYPE_CHECKING:
    from bonuscli.services.returns import ReturnBooked


@writer
def return_goods(
    call: Call,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="The number of the receipt.")],
    everything: Annotated[bool, typer.Option("--all", help="All that is left of the receipt.")] = False,
    lines: Annotated[
        list[str] | None,
        typer.Option("--line", metavar="N=QTY", help="Line N and how many of it; again for more lines."),
    ] = None,
    amount: Annotated[
        str | None,
        typer.Option(metavar="MONEY", help="So much of what was paid, over all lines.", show_default=False),
    ] = None,
    return_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="The return's number, its key.", show_default=False)
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="SHOP/TILL", help="Where the receipt is from, if two have its number.", show_default=False
        ),
    ] = None,
) -> None:
    """Bring goods of RECEIPT back: spent points return first, then earned ones are taken.

    As in: bonuscli return R7 --line 2=1 --id T1
    """
    from bonuscli.services.returns import return_goods as bring_back
    from bonuscli.services.writing import read_money

    if everything + bool(lines) + (amount is not None) != 1:
        raise BonusError("usage", "what comes back?", "RECEIPT", "give one of --all, --line N=QTY and --amount MONEY")
    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        money = None if amount is None else read_money(amount, session, "--amount")
    wanted = [_wanted(text) for text in lines] if lines else None
    done = bring_back(shop, receipt, wanted, money, return_id, source or "", writing_of(call))
    line = line_of(
        call,
        f"{receipt}  {'no card' if done.balance is None else points_text(-done.reversed, program, sign=True)}",
        (
            f"{points_text(done.restored, program)} given back" if done.restored else None,
            f"{points_text(done.forgiven, program)} forgiven" if done.forgiven else None,
            f"pay back {money_text(done.pay_back_minor, program)}",
            None if done.balance is None else f"balance {points_text(done.balance, program)}",
        ),
        done.return_id,
        done.replayed,
    )
    show_change(call, line, _fields(done), program)


def _fields(done: "ReturnBooked") -> list[Any]:
    """The answer in the order of its keys."""
    return [
        ("return_id", "Return", done.return_id, "text"),
        ("receipt_id", "Receipt", done.receipt_id, "text"),
        ("reversed", "Taken back", done.reversed, "points"),
        ("restored", "Given back", done.restored, "points"),
        ("forgiven", "Forgiven", done.forgiven, "points"),
        ("pay_back_minor", "Pay back", done.pay_back_minor, "money"),
        ("deficit", "Owed", done.deficit, "points"),
        ("balance", "Balance", done.balance, "points"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]


def _wanted(text: str) -> Any:
    """Line and quantity of ``2=1.5``."""
    from bonuscli.services.returns import wanted_line

    number, equals, quantity = text.partition("=")
    if not equals or not number.strip().isdecimal():
        raise BonusError("usage", f"{text!r} names no line", "--line", "write N=QTY: --line 2=1 is one of line 2")
    return wanted_line(int(number), quantity)
