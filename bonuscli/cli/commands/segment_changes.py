"""``bonuscli segment save`` and ``delete``: conditions under a name, and the members that they had on a day."""

from typing import Annotated, Any

import typer

from bonuscli.cli.answers import counted, line_of, open_shop, show_change, writing_of
from bonuscli.cli.conditions import Having, OnDay, Where, compiled, in_words, read_conditions
from bonuscli.cli.confirm import ask
from bonuscli.cli.options import Call, without, writer
from bonuscli.days import format_day

Force = Annotated[bool, typer.Option("--force", help="In the place of what was saved under the name or of the day.")]


@without("at", "key")
@writer
def save(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    where: Where = None,
    having: Having = None,
    as_of: OnDay = None,
    force: Force = False,
) -> None:
    """Save conditions under NAME, and the list of the members whom they hold of at the end of a day [today].

    Without conditions the list alone is saved, of a segment of the program or of one that was saved before. All that a
    segment can ask stands in docs/segments.md. The same again is a repeat; other conditions under the name are exit 7.

    As in: bonuscli segment save lapsed --having 'last_purchase: {over: 90d}' --as-of 2026-06-01
    """
    from bonuscli.services import segments

    told = read_conditions(where, having)
    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        conditions = compiled(told, session)
        program = session.current
    done = segments.save(shop, name, conditions, as_of, force, writing_of(call))
    head = f"{name}  {counted(done.size, 'member')} of {done.of} on {format_day(done.day)}"
    line = line_of(call, head, (in_words(done.conditions, program),), replayed=done.replayed)
    fields: list[Any] = [
        ("segment", "Segment", name, "text"),
        ("day", "Day", done.day, "day"),
        ("members", "Members", done.size, "count"),
        ("of", "Of", done.of, "count"),
        ("conditions", "Conditions", segments.canonical(done.conditions), "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
    ]
    show_change(call, line, fields)


@without("at", "key", "actor")
@writer
def delete(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which segment.")],
    as_of: OnDay = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete the saved segment NAME with all its lists, or with --as-of the list of that day alone.

    Of a segment of the program the lists are deleted; the segment itself stands in the program's file.

    As in: bonuscli segment delete lapsed --as-of 2026-06-01 --yes
    """
    from bonuscli.services import segments

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        segments.find(session, name)
    if not call.dry_run:
        what = f"the list of {name} of {as_of}" if as_of else f"segment {name} with all its lists"
        ask(f"Delete {what}?", yes)
    done = segments.delete(shop, name, as_of, writing_of(call))
    days = ", ".join(map(format_day, done.lists)) or None
    gone = counted(len(done.lists), "list")
    line = line_of(call, f"{name}  {f'the segment and {gone}' if done.conditions else gone} deleted", (days,))
    fields: list[Any] = [
        ("segment", "Segment", name, "text"),
        ("lists", "Lists", len(done.lists), "count"),
        ("days", "Days", days, "text"),
        ("conditions", "Conditions too", done.conditions, "flag"),
    ]
    show_change(call, line, fields)
