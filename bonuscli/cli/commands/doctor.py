"""``bonuscli doctor``: what protects the ledger on this machine, and what does not."""

from bonuscli.cli.answers import show_table
from bonuscli.cli.options import Call, reader, without
from bonuscli.errors import EXIT_FINDINGS
from bonuscli.reports.table import TEXT, Column, Table

COLUMNS = (Column("check", "Check", TEXT), Column("state", "State", TEXT), Column("text", "What was found", TEXT))


@without("program", "as_of")
@reader
def doctor(call: Call) -> int | None:
    """Look at SQLite, the database file, its rights, the clock and the time zones; findings end with 6."""
    from bonuscli.services.database import FINDING
    from bonuscli.services.database import doctor as look

    checks = look(call.db)
    show_table(call, Table(f"Doctor of {call.db}", COLUMNS, [tuple(each) for each in checks], "", 0, 0))
    return EXIT_FINDINGS if any(each.state == FINDING for each in checks) else None
