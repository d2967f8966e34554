"""``bonuscli verify``: the proof of the ledger."""

from typing import Annotated

import typer

from bonuscli.cli.answers import TABLE, counted, open_shop, show_record
from bonuscli.cli.options import Call, reader, whole_number, without
from bonuscli.errors import EXIT_FINDINGS
from bonuscli.reports.table import COUNT, TEXT, Column, Table

COLUMNS = (
    Column("invariant", "Invariant", TEXT),
    Column("account", "Account", COUNT),
    Column("entry", "Entry", COUNT),
    Column("text", "Finding", TEXT),
)


@without("as_of")
@reader
def verify(
    call: Call,
    card: Annotated[str | None, typer.Argument(metavar="[CARD]", help="One member only.")] = None,
    head: Annotated[
        str | None,
        typer.Option(
            metavar="HASH",
            help="A hash that `status` or `expire` printed: nothing before it has changed.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(
            metavar="SEQ",
            parser=whole_number(1, 10**15),
            help="Fold only accounts with an event of this seq or later.",
            show_default=False,
        ),
    ] = None,
) -> int | None:
    """Prove the ledger: fold every account's events again and compare, to the last point. Findings end with 6.

    The seals of all transactions are reckoned again, too; with --head the chain must go through a hash that was noted
    down before.
    """
    from bonuscli.services.verify import verify as prove

    shop = open_shop(call)
    with shop.reading() as session:
        program = session.current
    told = prove(shop, card, head, since)
    findings = [(str(each.invariant), each.account, each.entry, each.text) for each in told.findings]
    fields = [
        ("entries", "Entries", told.entries, "count"),
        ("accounts", "Accounts", told.accounts, "count"),
        ("lots", "Lots", told.lots, "count"),
        ("findings", "Findings", Table("Findings", COLUMNS, findings, "", 0, 0), "rows"),
    ]
    if call.output != TABLE or findings:
        show_record(call, "Verify", fields, program)
    elif not call.quiet:
        entries = counted(told.entries, "entry", "entries")
        print(f"sound: {entries}, {counted(told.accounts, 'account')}, {counted(told.lots, 'lot')}; no findings")
    return EXIT_FINDINGS if findings else None
