"""``bonuscli card tag``, ``card change``, ``card set-tier``: what changes of a member after the enrolment."""

from typing import Annotated, Any

import typer

from bonuscli.cli.answers import line_of, open_shop, points_text, show_change, writing_of
from bonuscli.cli.commands.enroll import pairs, words
from bonuscli.cli.options import Call, CardArgument, writer
from bonuscli.services.member_changes import Changed, Wanted


def _text(metavar: str, about: str) -> Any:
    return typer.Option(metavar=metavar, help=about, show_default=False)


@writer
def tag(
    call: Call,
    card: CardArgument,
    add: Annotated[list[str] | None, _text("TAG", "A tag to give; again for more.")] = None,
    remove: Annotated[list[str] | None, _text("TAG", "A tag to take away; again for more.")] = None,
) -> None:
    """Give CARD tags or take them away; rules see them from now on.

    As in: bonuscli card tag 2000017 --add vip --remove staff
    """
    _show(call, _changed(call, card, Wanted(tuple(add or ()), tuple(remove or ()))))


@writer
def change(
    call: Call,
    card: CardArgument,
    phone: Annotated[str | None, _text("NUMBER", "The new phone; the old one leads to nobody any more.")] = None,
    name: Annotated[str | None, _text("TEXT", "The member's name.")] = None,
    email: Annotated[str | None, _text("ADDRESS", "An e-mail address.")] = None,
    birthday: Annotated[str | None, _text("DAY", "As in 1990-05-31.")] = None,
    gender: Annotated[str | None, _text("WORD", "female, male or other.")] = None,
    consent: Annotated[str | None, _text("CHANNEL[:TEXT],...", "Ways to write to the member, as in sms:v3.")] = None,
    fields: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A field of your own; again for more.")
    ] = None,
) -> None:
    """Change what is known of the member of CARD; an empty text, as in --email "", takes it away.

    After a change of the birthday no birthday points are given until 365 days after the last ones.

    As in: bonuscli card change 2000017 --phone +79120000002
    """
    consents = None if consent is None else words(consent)
    wanted = Wanted((), (), name, phone, email, birthday, gender, pairs(fields or []), consents)
    _show(call, _changed(call, card, wanted))


@writer
def set_tier(
    call: Call,
    card: CardArgument,
    tier: Annotated[str, typer.Argument(metavar="TIER", help="The tier's id, or none to take it back.")],
    until: Annotated[str | None, _text("DAY", "The last day of it [without end].")] = None,
    reason: Annotated[str | None, _text("TEXT", "Why; it is kept.")] = None,
) -> None:
    """Give CARD a tier by hand: through its last day the member may rise above it and does not fall below it.

    As in: bonuscli card set-tier 2000017 gold --until 2027-06-30
    """
    from bonuscli.services.member_changes import set_tier as give

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    done = give(shop, card, tier, until, reason, writing_of(call))
    line = line_of(
        call,
        f"{card}  tier {done.tier or 'none'}",
        (until and f"through {until}", f"balance {points_text(done.balance, program)}"),
        done.key,
        done.replayed,
    )
    fields = [
        ("member", "Member", done.member, "count"),
        ("card", "Card", card, "text"),
        ("tier", "Tier", done.tier, "text"),
        ("until", "Set through", done.until, "day"),
        ("balance", "Balance", done.balance, "points"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields, program)


def _changed(call: Call, card: str, wanted: Wanted) -> Changed:
    from bonuscli.services.member_changes import change_member

    return change_member(open_shop(call), card, wanted, writing_of(call))


def _show(call: Call, done: Changed) -> None:
    what = ", ".join(done.changed) if done.changed else "nothing"
    line = line_of(
        call,
        f"{done.card}  {what} changed",
        (f"tags {' '.join(done.tags)}" if "tags" in done.changed and done.tags else None,),
        done.key,
        done.replayed,
    )
    fields = [
        ("member", "Member", done.member, "count"),
        ("card", "Card", done.card, "text"),
        ("changed", "Changed", " ".join(done.changed) or None, "text"),
        ("tags", "Tags", " ".join(done.tags) or None, "text"),
        ("key", "Key", done.key, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields)
