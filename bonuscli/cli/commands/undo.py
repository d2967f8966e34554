"""``bonuscli undo``: what was booked by mistake taken back."""

from typing import Annotated

import typer

from bonuscli.cli.answers import line_of, money_text, open_shop, points_text, show_change, writing_of
from bonuscli.cli.options import Call, writer


@writer
def undo(
    call: Call,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Its number in the history, or an entry, as in 1:5.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.", show_default=False)],
) -> None:
    """Take back what made ENTRY: a receipt as a whole, a redemption, an adjustment, a grant, an action, a hold.

    As in: bonuscli undo '#17' --reason "the other Anna" (unquoted, a shell takes # for a remark).

    Points that it took come back to their lots; points that it gave are taken, and owed where they are spent already.
    A transfer is taken back while all of its points are there.  What fell due by itself is corrected with `adjust`.
    """
    from bonuscli.services.undo import undo as take_back

    shop = open_shop(call)
    done = take_back(shop, entry, reason, writing_of(call))
    with shop.reading(scoring=False) as session:
        program = session.within(done.program).current
    line = line_of(
        call,
        f"{done.card or 'none'}  {done.undone} {done.number} undone",
        (
            f"-{points_text(done.reversed, program)} taken back" if done.reversed else None,
            f"+{points_text(done.restored, program)} given back" if done.restored else None,
            f"to pay back {money_text(done.pay_back_minor, program)}" if done.pay_back_minor else None,
            f"balance {points_text(done.balance, program)}" if done.balance is not None else None,
        ),
        done.key,
        done.replayed,
    )
    fields = [
        ("undone", "Undone", done.undone, "text"),
        ("number", "Number", done.number, "text"),
        ("card", "Card", done.card, "text"),
        ("reversed", "Taken back", done.reversed, "points"),
        ("restored", "Given back", done.restored, "points"),
        ("pay_back_minor", "To pay back", done.pay_back_minor, "money"),
        ("balance", "Balance", done.balance, "points"),
        ("pending", "Not open yet", done.pending, "points"),
        ("deficit", "Owed", done.deficit, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)
