"""``bonuscli card erase``: forgetting a person, with the act of it for the shop's files."""

from typing import Annotated

import typer

from bonuscli.cli.answers import open_shop, show_change, writing_of
from bonuscli.cli.confirm import ask
from bonuscli.cli.options import Call, CardArgument, writer

_NAMES = {"lost_cards": "numbers of lost cards", "email": "e-mail", "reasons": "reasons of bookings"}
_KEPT = {"birthday": "the day and month of birth, without the year", "tags": "tags that the program asks for"}
_DUTY = "backups, exported files and files of rejects made before still hold the person: destroying them is your duty"


@writer
def erase(
    call: Call,
    card: CardArgument,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", help="Why; it is kept, so write no name.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget the person behind CARD: name, numbers, addresses, birthday, tags, fields, consents and free texts.

    Receipts, points and seals stay and name nobody, so every sum is as it was and `verify` stays sound. The file is
    written anew, which takes a minute with millions of entries, and no erased value is left in its bytes. What is
    printed is the act of erasure.

    As in: bonuscli card erase 2000017 --reason "letter of 20 November"
    """
    from bonuscli.services.erasure import erase as forget

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
        known = session.look_for_member(card)
    if known is not None and not call.dry_run:
        ask(f"Erase the person of {card} for good?", yes)
    done = forget(shop, card, reason, writing_of(call))
    removed = ", ".join(_NAMES.get(name, name) for name in done.removed) or "nothing was stored"
    head = f"member {done.member} {'was erased before' if done.replayed else 'is erased'}"
    lines = [f"{head}: {program.calendar.iso(done.at)}", f"  removed: {removed}"]
    lines += [f"  kept, since points depend on it: {_KEPT[name]}" for name in done.kept]
    if done.sealed:
        lines.append(f"  kept, since it is sealed: a number or address of the person in {done.sealed} events")
    lines += ["  kept, and nobody's now: receipts, entries, points", f"  {_DUTY}", f"  key {done.key}"]
    fields = [
        ("member", "Member", done.member, "count"),
        ("erased_at", "Erased", program.calendar.iso(done.at), "text"),
        ("removed", "Removed", " ".join(done.removed) or None, "text"),
        ("kept", "Kept", " ".join(done.kept) or None, "text"),
        ("sealed", "Sealed events that name the person", done.sealed, "count"),
        ("duty", "Duty of the owner", _DUTY, "text"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, lines, fields)
