"""``bonuscli dashboard``: all figures as one page of HTML, to open, to send and to print."""

from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import TABLE, counted, day_of, open_shop, remark, show_record
from bonuscli.cli.commands.report import hidden
from bonuscli.cli.options import Call, FromDay, ToDay, reader, without
from bonuscli.cli.out_file import Force, out_file
from bonuscli.cli.progress import progress_bar
from bonuscli.errors import BonusError

# What a phone opens in a second or two.  Fifty shops of three years have 5 MB.
LARGE_BYTES = 8_000_000


@without("as_of")
@reader
def dashboard(
    call: Call,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The page to write, as in dashboard.html.")],
    from_day: FromDay = None,
    to_day: ToDay = None,
    shop: Annotated[
        list[str] | None,
        typer.Option("--shop", metavar="NAME", help="A shop to choose on the page [the largest]; may be repeated."),
    ] = None,
    force: Force = False,
    pii: Annotated[bool, typer.Option("--pii", help="Show names and card numbers in full.")] = False,
) -> None:
    """All figures as one page: KPI, points owed, customers, goods; open it in any browser, without a network.

    `bonuscli dashboard --out dashboard.html` has all days; on the page one chooses days and shop.
    """
    from bonuscli.render.dashboard import write_page
    from bonuscli.reports.dashboard import dashboard as ask
    from bonuscli.reports.dashboard import personal_of
    from bonuscli.reports.question import Question

    if str(out) == "-":
        raise BonusError("usage", "the page is a file", "--out", "name it, as in dashboard.html")
    begins, ends = day_of(from_day, "--from"), day_of(to_day, "--to")
    with out_file(out, binary=False, replace=force) as stream:
        with open_shop(call).reading(scoring=False) as session, progress_bar(call, unit=None) as advance:
            terms = session.current
            question = Question(
                session.connection, session.program, terms, terms.calendar.day_of(session.now), session.now, {}
            )

            def tell(done: int, of: int) -> None:
                """How many of the tables are there."""
                if advance is not None:
                    advance("figures", done, of, done)

            found = ask(question, begins, ends, tuple(shop or ()), tell)
            made_at, programs = session.calendar.iso(session.now), sorted(session.programs)
        if not pii:
            masked = {place: hidden(table, personal_of(place[0])) for place, table in found.tables.items()}
            found = found._replace(tables=masked)
        write_page(found, stream, made_at=made_at, programs=programs, personal=pii)
    size = out.stat().st_size
    if size > LARGE_BYTES:
        told = f"a page of {size // 10**6} MB opens slowly on a phone"
        remark(call, f"{told}; name fewer shops, or take fewer days with --from")
    if call.output != TABLE:
        fields = [("file", "File", str(out), "text"), ("ranges", "Ranges", len(found.ranges), "count"),
                  ("shops", "Shops", len(found.shops), "count")]  # fmt: skip
        show_record(call, "Dashboard", fields, terms)
        return
    shops = f" and {counted(len(found.shops), 'shop')}" if found.shops else ""
    remark(call, f"{out}: {size // 1000} kB, {counted(len(found.ranges), 'range')} of days{shops}")
