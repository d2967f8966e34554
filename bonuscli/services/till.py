"""A till that stays on the line: one document after another on one connection, each in a transaction of its own.

Opening the database, reading its programs and closing it cost a command some 20 times what a receipt costs.  What a
desk knows of accounts is kept from one document to the next while nobody else writes; the lock is let go between them,
so that a till that waits for its next customer keeps nobody waiting.

A document of a stream brings its key: a till that was cut off sends again what was not answered, and nothing is booked
twice.  A method returns after the commit, never before.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from bonuscli.errors import BonusError
from bonuscli.importers.receipt_json import read_receipt, read_redemption
from bonuscli.model import Program, Receipt
from bonuscli.services.accrue import Accrued, book
from bonuscli.services.desk import Desk
from bonuscli.services.redeem import Redeemed, spend
from bonuscli.services.shop import Reader, Session, Writer
from bonuscli.services.writing import PLAIN, Writing


class Till:
    """Books documents told as JSON text, ``place`` names each in messages; answers with the program in force.

    A dry run rolls each document back by itself: the next one does not see it.
    """

    def __init__(self, writer: Writer, actor: str | None = None, dry_run: bool = False) -> None:
        self._writer = writer
        self._writing = Writing(None, actor, None, dry_run)
        self._desk: Desk | None = None

    def accrue(self, text: str, place: str, confirmed: bool = False) -> tuple[Accrued, Program]:
        """Book one receipt; it must have an id."""
        with self._booking() as (desk, session):
            receipt = read_receipt(text, session.measures, place)
            _require_key(receipt.number, f"{place}: id", "receipt", "an id")
            return book(desk, session, _owner(receipt), receipt, self._writing, confirmed), session.current

    def redeem(self, text: str, place: str, confirmed: bool = False) -> tuple[Redeemed, Program]:
        """Spend points, for a receipt that comes later or for none; there must be a receipt_id or a key."""
        with self._booking() as (desk, session):
            told = read_redemption(text, session.measures, place)
            _require_key(told.number, f"{place}: receipt_id", "redemption", "a receipt_id or a key")
            at = None if told.at is None else session.calendar.iso(told.at)
            writing = self._writing._replace(at=at)
            confirmed = confirmed or told.confirmed
            done = spend(desk, session, told.card, told.points, told.number, told.total, confirmed, writing)
            return done, session.current

    @contextmanager
    def _booking(self) -> Iterator[tuple[Desk, Session]]:
        desk, self._desk = self._desk, None  # one at which something went wrong is not used again
        with self._writer.session(self._writing.dry_run) as session:
            if desk is None or self._writer.foreign_changes:
                desk = session.desk()
            else:
                desk.resume(session.now)
            yield desk, session
        self._desk = None if self._writing.dry_run else desk


def quote_line(reader: Reader, text: str, place: str, explain: bool) -> tuple[Accrued, Receipt, Program]:
    """What one receipt would earn, with the receipt as it was told; it needs no id, since nothing is written."""
    with reader.session() as session:
        receipt = read_receipt(text, session.measures, place)
        done = book(session.desk(), session, _owner(receipt), receipt, PLAIN, explain=explain, write=False)
        return done, receipt, session.current


def _owner(receipt: Receipt) -> str | None:
    return receipt.card or receipt.phone or None


def _require_key(number: str | None, where: str, what: str, missing: str) -> None:
    if not number:
        raise BonusError(
            "bad_receipt", f"a {what} of a stream needs {missing}", where, "so that it can be sent again safely"
        )
