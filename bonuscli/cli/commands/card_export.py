"""``bonuscli card export``: everything that is stored on a person, for him to have."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import open_shop, remark
from bonuscli.cli.options import Call, CardArgument, reader, without
from bonuscli.errors import BonusError
from bonuscli.render.machines import dump

# Whoever may read the database may read this; nobody else.
_FILE_MODE = 0o600


@without("program", "as_of", "output", "as_json", "as_csv")
@reader
def export(
    call: Call,
    card: CardArgument,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there instead of to standard output.")
    ] = None,
) -> None:
    """All that is stored on the member of CARD as one JSON document: particulars, cards, consents, receipts, points.

    Nothing in it is masked. Its rows have the columns that docs/database.md describes.

    As in: bonuscli card export 2000017 --out anna.json
    """
    from bonuscli.services.dossier import dossier

    with open_shop(call).reading() as session:
        text = dump(dossier(session, card), 2) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    try:
        handle = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
    except OSError as problem:
        raise BonusError(
            "bad_file", f"{out} can not be written: {problem.strerror}", "--out", "name a new file in your own folder"
        ) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    remark(call, f"{card}  written to {out}")
