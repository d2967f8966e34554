"""``bonuscli draw``: tickets of a prize draw, the run, and the check that anybody can make."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bonuscli.cli.answers import DRY_RUN, TABLE, harmless, open_shop, remark, show_record, writing_of
from bonuscli.cli.commands.card import Pii
from bonuscli.cli.options import Call, reader, without, writer
from bonuscli.errors import EXIT_FINDINGS
from bonuscli.model import Program
from bonuscli.render.masks import mask
from bonuscli.reports.table import COUNT, TEXT, Column, Table

if TYPE_CHECKING:
    from bonuscli.services.draws import DrawRun

HOLDERS = (Column("card", "Card", TEXT), Column("tickets", "Tickets", COUNT))
WINNERS = (
    Column("prize", "Prize", TEXT),
    Column("card", "Card", TEXT),
    Column("ticket", "Ticket", TEXT),
    Column("score", "Score", TEXT),
)
DIFFERENCES = (Column("text", "Difference", TEXT),)
DrawId = Annotated[str, typer.Argument(metavar="DRAW", help="Which draw, by its id in the program.")]
Seed = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Text that nobody knew while tickets were given.", show_default=False),
]


@without("as_of")
@reader
def show(
    call: Call,
    draw_id: DrawId,
    tickets: Annotated[
        bool, typer.Option("--tickets", help="Print every ticket, one a line, to be published.")
    ] = False,
    pii: Pii = False,
) -> None:
    """The tickets of DRAW by member as the receipts stand now, and the winners once it was held.

    With --tickets the list to be published: a ticket is `source|receipt|number` and names nobody. Its SHA-256 is the
    hash of the tickets: `bonuscli draw show DRAW --tickets | sha256sum`.
    """
    from bonuscli.services import draws

    with open_shop(call).reading() as session:
        found = draws.show(session, draw_id)
        program, iso = session.current, session.calendar.iso
    if tickets:
        for line in found.lines:
            print(harmless(line) if sys.stdout.isatty() else line)  # a pipe gets the bytes that were hashed
        return
    draw, hidden = found.draw, _hidden(pii)
    held_at = None if found.run is None else iso(found.run.run_at)
    holders = [(hidden(card), count) for card, count in found.holders]
    fields: list[Any] = [
        ("draw", "Draw", draw.id, "text"),
        ("from", "Receipts from", iso(draw.starts), "instant"),
        ("to", "Until", iso(draw.ends), "instant"),
        ("ticket_minor", "A ticket for each", draw.ticket_minor, "money"),
        ("tickets", "Tickets", len(found.lines), "count"),
        ("tickets_hash", "Hash of the tickets", found.tickets_hash, "text"),
        ("held_at", "Held", held_at, "instant"),
        ("seed", "Seed", found.run and found.run.seed, "text"),
        ("holders", "Holders", Table("Holders", HOLDERS, holders, "", 0, 0), "rows"),
        ("winners", "Winners", None if found.run is None else _winners(found.run, hidden), "rows"),
    ]
    show_record(call, f"Draw {draw.id}", fields, program)


@without("at", "key")
@writer
def run(call: Call, draw_id: DrawId, seed: Seed = None, pii: Pii = False) -> None:
    """Hold DRAW: once, after its end; a repeat shows the same winners.

    Publish the tickets (`draw show DRAW --tickets`) and their hash first, then take a seed that nobody could know, such
    as numbers of a public lottery. Without --seed one is made at random.

    Anybody can check: the SHA-256 of the text `seed|draw|ticket` is a ticket's score; tickets win the prizes in order
    of score, the lowest first, and a member who has won is passed over. As in
    `printf '%s' 'SEED|christmas|main/1|R-1001|1' | sha256sum`.
    """
    from bonuscli.services import draws

    shop = open_shop(call)
    held = draws.run(shop, draw_id, seed, writing_of(call))
    with shop.reading(scoring=False) as session:
        program, iso = session.current, session.calendar.iso
    fields = _fields(held, iso(held.run_at), _hidden(pii))
    if held.replayed or call.output != TABLE:
        fields.insert(-1, ("replayed", "Held before", held.replayed, "flag"))
    if call.dry_run and call.output != TABLE:
        fields.append(("dry_run", "Dry run", True, "flag"))
    _show_run(call, held, fields, program)
    if call.dry_run and call.output == TABLE:
        remark(call, DRY_RUN)


@without("as_of")
@reader
def check(call: Call, draw_id: DrawId, seed: Seed = None, pii: Pii = False) -> int | None:
    """Work DRAW out again from its tickets and seed, and compare it with the stored run; exit 6 if it differs.

    It differs where receipts of its days were imported or brought back since, or somebody changed the store.
    """
    from bonuscli.services import draws

    with open_shop(call).reading() as session:
        found = draws.check(session, draw_id, seed)
        program, iso = session.current, session.calendar.iso
    fields = _fields(found.run, None if found.held_at is None else iso(found.held_at), _hidden(pii))
    differences = [(text,) for text in found.differences]
    fields.append(("differences", "Differences", Table("Differences", DIFFERENCES, differences, "", 0, 0), "rows"))
    _show_run(call, found.run, fields, program)
    return EXIT_FINDINGS if found.differences else None


def _show_run(call: Call, held: "DrawRun", fields: list[Any], program: Program) -> None:
    show_record(call, f"Draw {held.draw}", fields, program)
    if held.unclaimed:
        prizes = "1 prize" if held.unclaimed == 1 else f"{held.unclaimed} prizes"
        remark(call, f"{prizes} found no winner: a member wins once")


def _fields(held: "DrawRun", held_at: str | None, hidden: Callable[[str], str | None]) -> list[Any]:
    return [
        ("draw", "Draw", held.draw, "text"),
        ("held_at", "Held", held_at, "instant"),
        ("seed", "Seed", held.seed, "text"),
        ("tickets", "Tickets", held.tickets, "count"),
        ("tickets_hash", "Hash of the tickets", held.tickets_hash, "text"),
        ("unclaimed", "Prizes without a winner", held.unclaimed, "count"),
        ("winners", "Winners", _winners(held, hidden), "rows"),
    ]


def _winners(held: "DrawRun", hidden: Callable[[str], str | None]) -> Table:
    rows = [(won.prize, hidden(won.card), won.ticket, won.score) for won in held.winners]
    return Table("Winners", WINNERS, rows, "", 0, 0)


def _hidden(pii: bool) -> Callable[[str], str | None]:
    return (lambda card: card) if pii else mask
