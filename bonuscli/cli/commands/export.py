"""``bonuscli export``: members, the ledger, receipts, their lines and balances as files for other programs.

Every file is of one moment.  What it covers is told as one JSON object on standard error, since standard output may be
the file: ``through`` is what the next file has for its ``--since``.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bonuscli.cli.answers import open_shop
from bonuscli.cli.options import Call, reader, whole_number, without
from bonuscli.cli.out_file import Force, out_file
from bonuscli.render.files import FILE_FORMATS, chosen_format, write_file
from bonuscli.render.masks import mask, mask_email
from bonuscli.reports.table import COUNT, DAY, MONEY, POINTS, TEXT, Column, Table
from bonuscli.services.shop import Session

Out = Annotated[
    str | None,
    typer.Option("--out", metavar="FILE|-", help="Where to write it [standard output].", show_default=False),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="NAME", help=f"{'|'.join(FILE_FORMATS)} [as FILE ends, or csv].", show_default=False
    ),
]
Pii = Annotated[bool, typer.Option("--pii", help="Write names, numbers, addresses and birthdays in full.")]
Since = Annotated[
    int,
    typer.Option(
        "--since", metavar="SEQ", help="Only what came after: the number that the last file came through.",
        parser=whole_number(0), show_default=False,
    ),
]  # fmt: skip
To = Annotated[
    int | None,
    typer.Option(
        "--to", metavar="SEQ", help="Through which number [all there is].", parser=whole_number(0), show_default=False
    ),
]

BALANCE_COLUMNS = (
    *(("account", COUNT), ("member", COUNT), ("card", TEXT), ("program", TEXT), ("balance", POINTS)),
    *(("pending", POINTS), ("held", POINTS), ("available", POINTS), ("deficit", POINTS), ("worth_minor", MONEY)),
    *(("tier", TEXT), ("tier_until_on", DAY), ("next_expiry_on", DAY), ("next_expiry_points", POINTS)),
    ("state", TEXT),
)

# Of each export its columns of personal data, with what is left of them without --pii; None: nothing.
HIDDEN: dict[str, dict[str, Callable[[Any], Any] | None]] = {
    "members": {
        **dict.fromkeys(("card", "phone"), mask),
        "email": mask_email,
        **dict.fromkeys(("name", "birthday_on", "fields"), None),
    },
    "ledger": {"actor": None, "reason": None},
    "receipts": {"card": mask, "phone": mask, "cashier": None},
    "lines": {},
    "balances": {"card": mask},
}
# Where the answer is the file itself, its format is told by --format.
_ONE_FORMAT = ("output", "as_json", "as_csv")


@without("as_of", "program", *_ONE_FORMAT)
@reader
def members(
    call: Call, out: Out = None, file_format: Format = None, since: Since = 0, pii: Pii = False, force: Force = False
) -> None:
    """Everybody who was ever enrolled, one row a member; with --since those who were enrolled or changed after it.

    As in: bonuscli export members --pii --out members.xlsx
    """
    from bonuscli.reports import exports

    def read(session: Session) -> tuple[Any, Table]:
        covered = exports.cover(session.connection, since)
        return covered, exports.members(session.connection, covered, session.measures)

    _export(call, read, out, file_format, pii, force)


@without("as_of", *_ONE_FORMAT)
@reader
def ledger(
    call: Call, out: Out = None, file_format: Format = None, since: Since = 0, through: To = None, pii: Pii = False,
    force: Force = False,
) -> None:  # fmt: skip
    """Every entry of the ledger, one row an entry, as the view v_ledger has it.

    As in: bonuscli export ledger --since 1204 --out ledger.parquet
    """
    _export(call, _read("ledger", since, through), out, file_format, pii, force)


@without("as_of", *_ONE_FORMAT)
@reader
def receipts(
    call: Call, out: Out = None, file_format: Format = None, since: Since = 0, through: To = None, pii: Pii = False,
    force: Force = False,
) -> None:  # fmt: skip
    """Receipts and returns as the canonical CSV has them, one row a line: with --pii the file can be imported again.

    As in: bonuscli export receipts --pii --out receipts.csv
    """
    _export(call, _read("receipts", since, through), out, file_format, pii, force)


@without("as_of", *_ONE_FORMAT)
@reader
def lines(
    call: Call, out: Out = None, file_format: Format = None, since: Since = 0, through: To = None, force: Force = False
) -> None:
    """The lines of receipts and returns with what each earned and spent. No personal data is in them.

    As in: bonuscli export lines --format csv-excel-ru --out lines.csv
    """
    _export(call, _read("lines", since, through), out, file_format, True, force)


@without(*_ONE_FORMAT)
@reader
def balances(call: Call, out: Out = None, file_format: Format = None, pii: Pii = False, force: Force = False) -> None:
    """What every account holds now or on the day of --as-of, one row an account, as `balance` tells it.

    Balances change as days pass, without anybody's doing, so there is no --since: a file holds all of them.

    As in: bonuscli export balances --as-of 2026-12-31 --out balances.xlsx
    """
    from bonuscli.reports import exports

    def read(session: Session) -> tuple[Any, Table]:
        return exports.cover(session.connection), _balances(session, call.as_of)

    _export(call, read, out, file_format, pii, force)


Read = Callable[[Session], tuple[Any, Table]]


def _read(name: str, since: int, through: int | None) -> Read:
    """What reads one of the exports of a program."""
    from bonuscli.reports import exports

    def read(session: Session) -> tuple[Any, Table]:
        covered = exports.cover(session.connection, since, through)
        table = getattr(exports, name)(
            session.connection, covered, session.measures, session.program, session.current.currency
        )
        return covered, table

    return read


def _balances(session: Session, as_of: str | None) -> Table:
    from bonuscli.services.standings import standings

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in standings(session, as_of):
            told = each.figures
            yield (
                each.account, each.member, each.card, session.program, told.balance, told.pending, told.held,
                told.available, told.deficit, each.worth_minor, told.tier, told.tier_until,
                *(told.next_expiry or (None, None)), each.state,
            )  # fmt: skip

    program = session.current
    columns = tuple(Column(name, name, kind) for name, kind in BALANCE_COLUMNS)
    return Table("balances", columns, rows(), program.currency, program.digits, program.points.scale)


def _export(call: Call, read: Read, out: str | None, file_format: str | None, pii: bool, force: bool) -> None:
    """Write one export and tell what it covers."""
    file = None if out in (None, "-") else out
    format = chosen_format(file_format, file)
    with open_shop(call).reading() as session:
        covered, table = read(session)
        shown = table if pii else _hidden(table)
        if file is None:
            count = write_file(shown, format, sys.stdout)
        else:
            with out_file(Path(file), binary=FILE_FORMATS[format].binary, replace=force) as stream:
                count = write_file(shown, format, stream)
    if not call.quiet:
        from bonuscli.render.machines import dump

        told = {"export": table.title, "format": format, "rows": count, "file": file}
        print(dump({**told, "since": covered.since, "through": covered.through, "head": covered.head}), file=sys.stderr)


def _hidden(table: Table) -> Table:
    """The table without personal data: numbers and addresses masked, what has no mask left out."""
    hidden = HIDDEN[table.title]
    places = [(place, hidden[column.name]) for place, column in enumerate(table.columns) if column.name in hidden]

    def rows() -> Iterator[list[Any]]:
        for row in table.rows:
            told = list(row)
            for place, masked in places:
                told[place] = masked(told[place]) if masked else None
            yield told

    return table._replace(rows=rows())
