"""``bonuscli verify``: the proof of the ledger."""

from typing import TYPE_CHECKING, Annotated

import typer

from bonuscli.cli.answers import TABLE, counted, open_shop, show_record
from bonuscli.cli.options import Call, reader, whole_number, without
from bonuscli.errors import EXIT_FINDINGS, BonusError
from bonuscli.reports.table import COUNT, TEXT, Column, Table

if TYPE_CHECKING:
    from bonuscli.services.ledger_proof import Verification
    from bonuscli.services.shop import Shop

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
    ledger: Annotated[
        bool,
        typer.Option("--ledger", help="Check lots, debits and balances alone, in a fraction of the time."),
    ] = False,
) -> int | None:
    """Prove the ledger: fold every account's events again and compare, to the last point. Findings end with 6.

    The seals of all transactions are reckoned again, too; with --head the chain must go through a hash that was noted
    down before.
    With --ledger every lot, debit and balance is booked again from the entries; that these are what the receipts earned
    is not asked, nor whether documents, figures of days and seals are as they were.
    """
    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    told = _prove(shop, card, head, since, ledger)
    findings = [(str(each.invariant), each.account, each.entry, each.text) for each in told.findings]
    fields = [
        ("entries", "Entries", told.entries, "count"),
        ("accounts", "Accounts", told.accounts, "count"),
        ("lots", "Lots", told.lots, "count"),
        ("checked", "Checked", ", ".join(told.checked), "text"),
        ("unchecked", "Not checked", ", ".join(told.unchecked) or None, "text"),
        ("findings", "Findings", Table("Findings", COLUMNS, findings, "", 0, 0), "rows"),
    ]
    if call.output != TABLE or findings:
        show_record(call, "Verify", fields, program)
    elif not call.quiet:
        entries = counted(told.entries, "entry", "entries")
        print(f"sound: {entries}, {counted(told.accounts, 'account')}, {counted(told.lots, 'lot')}; no findings")
        if told.unchecked:
            print(f"checked: {', '.join(told.checked)}; not checked: {', '.join(told.unchecked)}")
    return EXIT_FINDINGS if findings else None


def _prove(shop: "Shop", card: str | None, head: str | None, since: int | None, ledger: bool) -> "Verification":
    if not ledger:
        from bonuscli.services.verify import verify as prove

        return prove(shop, card, head, since)
    for option, given in (("--head", head), ("--since", since)):
        if given is not None:
            why = f"--ledger looks at neither seals nor receipts, and {option} asks for them"
            raise BonusError("usage", why, option, "leave one of the two out")
    from bonuscli.services.ledger_proof import prove_ledger

    return prove_ledger(shop, card)
