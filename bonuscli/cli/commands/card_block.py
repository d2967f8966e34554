"""``bonuscli card block``, ``unblock`` and ``replace``."""

from typing import Annotated

import typer

from bonuscli.cli.answers import line_of, open_shop, show_change, writing_of
from bonuscli.cli.options import Call, CardArgument, writer

Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.", show_default=False)]


@writer
def block(call: Call, card: CardArgument, reason: Reason = None) -> None:
    """Block the member of CARD: no card of theirs earns or spends until it is let again.

    Receipts that an import brings are stored all the same; they earn nothing.
    As in: bonuscli card block 2000017 --reason "stolen bag"
    """
    _block(call, card, True, reason)


@writer
def unblock(call: Call, card: CardArgument, reason: Reason = None) -> None:
    """Let the member of CARD earn and spend again.

    As in: bonuscli card unblock 2000017
    """
    _block(call, card, False, reason)


@writer
def replace(
    call: Call,
    card: CardArgument,
    by: Annotated[str, typer.Option("--by", metavar="CARD", help="The new card's number.", show_default=False)],
    reason: Reason = None,
) -> None:
    """Give the member of a lost CARD a new one: the points stay, the lost number leads to nobody any more.

    As in: bonuscli card replace 2000017 --by 2000093
    """
    from bonuscli.services.card_changes import replace as change

    done = change(open_shop(call), card, by, reason, writing_of(call))
    line = line_of(call, f"{card} is lost, {by} stands for it", (), done.key, done.replayed)
    fields = [
        ("member", "Member", done.member, "count"),
        ("card", "Lost card", done.card, "text"),
        ("by", "New card", done.by, "text"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields)


def _block(call: Call, card: str, blocked: bool, reason: str | None) -> None:
    from bonuscli.services.card_changes import block as change

    done = change(open_shop(call), card, blocked, reason, writing_of(call))
    state = "blocked" if blocked else "not blocked"
    line = line_of(call, f"{card} is {state}", () if done.changed else ("it was already",), done.key, done.replayed)
    fields = [
        ("member", "Member", done.member, "count"),
        ("card", "Card", card, "text"),
        ("blocked", "Blocked", done.blocked, "flag"),
        ("changed", "Changed", done.changed, "flag"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields)
