"""``bonuscli db``: looking after the database file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import counted, harmless, open_shop, show_change, show_table
from bonuscli.cli.options import Call, reader, without, writer


@without("program", "dry_run", "at", "actor", "key")
@writer
def migrate(call: Call) -> None:
    """Bring the tables of an older database up to date; a newer one is refused. Make a backup first."""
    from bonuscli.services import database

    before, after = database.migrate(call.db, call.wait)
    done = "nothing to do" if before == after else f"schema {before} brought to {after}"
    fields = [("before", "Schema before", before, "count"), ("after", "Schema now", after, "count")]
    show_change(call, f"{call.db}  {done}", fields)


@without("at", "actor", "key")
@writer
def rebuild(call: Call) -> None:
    """Make balances, open lots and day totals again from the events; the ledger itself stays as it is."""
    from bonuscli.services import database

    count = database.rebuild(open_shop(call), call.dry_run)
    show_change(call, f"{call.db}  {counted(count, 'account')} made again", [("accounts", "Accounts", count, "count")])


@without("program", "as_of")
@reader
def backup(
    call: Call,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; it must not exist.", show_default=False)],
) -> None:
    """Copy the database to FILE, safely while others write to it."""
    from bonuscli.services import database

    made = database.backup(call.db, target)
    fields = [("db", "Database", str(call.db), "text"), ("backup", "Copy", str(made), "text")]
    show_change(call, f"{call.db}  copied to {made}", fields)


@without("program", "dry_run", "at", "actor", "key", "wait")
@writer
def restore(
    call: Call,
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="What db backup has made.", show_default=False)],
) -> None:
    """Make the database of a backup, after proving it; a database that is there is never written over.

    Move the damaged one away first, with its -wal, as in: mkdir old && mv bonus.db* old
    """
    from bonuscli.services.restoring import restore as bring_back

    done = bring_back(source, call.db)
    fields = [
        ("db", "Database", str(call.db), "text"),
        ("backup", "Backup", str(source), "text"),
        ("entries", "Entries", done.entries, "count"),
        ("accounts", "Accounts", done.accounts, "count"),
        ("seal", "Seal", done.seal, "count"),
        ("head", "Head of the seals", done.head, "text"),
    ]
    counts = f"{counted(done.entries, 'entry', 'entries')}, {counted(done.accounts, 'account')}"
    show_change(call, f"{call.db}  made of {source}, proved sound ({counts})", fields)


@without("program", "as_of", "output", "as_json", "as_csv", "quiet")
@reader
def dump(
    call: Call,
    canonical: Annotated[
        bool, typer.Option("--canonical", help="Leave out what may differ between two stores that hold the same.")
    ] = False,
) -> None:
    """Write the whole database as text, one row a line, table after table in key order."""
    from bonuscli.services import database

    shown = sys.stdout.isatty()  # a pipe gets every character as it is stored
    for line in database.dump_lines(call.db, canonical):
        print("\t".join(map(harmless, line.split("\t"))) if shown else line)


@without("program", "as_of")
@reader
def views(call: Call) -> None:
    """The views that spreadsheets and SQL may rely on, and their columns; docs/database.md tells each column.

    As in: sqlite3 -readonly bonus.db "SELECT member, available FROM v_balance"
    """
    from bonuscli.reports.table import TEXT, Column, Table
    from bonuscli.services import database

    columns = (
        Column("view", "View", TEXT),
        Column("about", "What its rows are", TEXT),
        Column("columns", "Columns", TEXT),
    )
    show_table(call, Table("Views", columns, database.list_views(call.db), "", 0, 0))
