"""What ``accrue`` and ``quote`` have alike: how a receipt is told on the command line, and what is answered."""

from __future__ import annotations

import os
import sys

from bonuscli.errors import BonusError
from bonuscli.reports.table import TEXT, Column, Table
from bonuscli.services.receipt_in import receipt_of_json, receipt_of_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bonuscli.model import Receipt
    from bonuscli.services.accrue import Accrued
    from bonuscli.services.receipt_in import Told
    from bonuscli.services.shop import Session

# A receipt of the most lines there may be, with long names.
_MOST_BYTES = 8 << 20
STEP_COLUMNS = (
    Column("rule", "Rule", TEXT),
    Column("outcome", "Outcome", TEXT),
    Column("points", "Points", TEXT),
    Column("why", "Why", TEXT),
    Column("where", "Where", TEXT),
)


def codes_of(told: list[str] | None) -> tuple[str, ...]:
    """The codes of ``--code``; BonusError ``usage`` for one without a letter."""
    for text in told or ():
        if not text.strip():
            raise BonusError("usage", "an empty text is no code", "--code", "give the code, or leave the option out")
    return tuple(told or ())


def options_of(told: Told) -> dict[str, object]:
    """What of a receipt was told by options, under their names."""
    return {
        "--total": told.total,
        "--receipt-id": told.number,
        "--shop": told.shop,
        "--redeem": told.redeem,
        "--code": told.codes,
    }


def text_of_file(file: str) -> tuple[str, str]:
    """(name, text) of the file of ``--receipt``; it is read before the lock is taken, since standard input may wait."""
    try:
        if file == "-":
            name = "stdin"
            raw = b"" if sys.stdin is None else sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            name = os.path.basename(file)
            with open(file, "rb") as stream:
                raw = stream.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise BonusError("bad_file", f"{file} has more than {_MOST_BYTES >> 20} MB", file, "give one receipt")
        return name, raw.decode("utf-8-sig")
    except OSError as problem:
        raise BonusError("bad_file", f"{file} can not be read: {problem.strerror}", file) from None
    except UnicodeDecodeError:
        raise BonusError("bad_file", f"{file} is not UTF-8 text", file, "save it as UTF-8") from None


def require_one_source(total: str | None, file: str | None) -> None:
    """A receipt is told by its total or by a file; BonusError ``usage`` unless by exactly one of them."""
    if (total is None) == (file is None):
        found = "a receipt's total is missing" if file is None else "--total and --receipt at once"
        raise BonusError("usage", found, "--total", "give --total MONEY, or --receipt FILE")


def receipt_of(session: Session, card: str | None, written: tuple[str, str] | None, told: Told) -> tuple[Receipt, str]:
    """The receipt that the options tell, and whose it is: CARD, else the card or phone in the JSON.

    ``written``: the (name, text) of its JSON.  BonusError ``usage`` where nobody says whose receipt it is.
    """
    if written is None:
        receipt = receipt_of_options(session, told)
    else:
        name, text = written
        receipt = receipt_of_json(session, text, name, told, card)
    owner = card or receipt.card or receipt.phone
    if not owner:
        raise BonusError("usage", "whose receipt is it?", "CARD", "give a card, a phone, or none")
    return receipt, owner


def fields_of(done: Accrued) -> list[Any]:
    """The answer of ``accrue`` and ``quote`` in the order of its keys."""
    return [
        ("receipt_id", "Receipt", done.receipt_id, "text"),
        ("card", "Card", done.card, "text"),
        ("total_minor", "Total", done.total_minor, "money"),
        ("earned", "Earned", done.earned, "points"),
        ("redeemed", "Spent", done.redeemed, "points"),
        ("to_pay_minor", "To pay", done.to_pay_minor, "money"),
        ("balance", "Balance", done.balance, "points"),
        ("pending", "Not open yet", done.pending, "points"),
        ("opens_on", "Opens", done.opens_on, "day"),
        ("expires_on", "Lasts through", done.expires_on, "day"),
        ("tier", "Tier", done.tier, "text"),
        ("replayed", "Already recorded", done.replayed, "flag"),
        ("steps", "Steps", steps_table(done.steps), "rows"),
    ]


def steps_table(steps: tuple[Any, ...]) -> Table:
    """The trace of a receipt as a table."""
    return Table("Steps", STEP_COLUMNS, [tuple(step) for step in steps], "", 0, 0)
