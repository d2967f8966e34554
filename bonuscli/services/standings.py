"""What every account of a program holds, one after the other: the figures that ``balance`` tells of each.

They are the engine's own, so they are right whether or not what falls due was written down, and on any day; some
hundred accounts are in memory at a time.
"""

from collections.abc import Iterable, Iterator

from bonuscli.engine.account import Account
from bonuscli.engine.figures import Figures, value_minor
from bonuscli.records import namedtuple
from bonuscli.services.batches import batches
from bonuscli.services.facts import load_accounts
from bonuscli.services.lookup import figures_at, instant_of
from bonuscli.services.shop import Session
from bonuscli.store import exports

# card: the first plastic card as shown, or None; state: open, blocked, merged (into another member) or control (kept
# out of points, to measure by); worth_minor: what the available points pay; figures: engine.figures.Figures.
Standing = namedtuple("Standing", "account member card state worth_minor figures")


def standings(session: Session, as_of: str | None = None) -> Iterator[Standing]:
    """The accounts of the program in view in order of enrolment, at the end of ``as_of`` (text; None: now).

    Who was enrolled later is left out.  BonusError ``bad_time``.
    """
    rows = exports.account_members(session.connection, session.program)
    for (member, card), account, at, figures in each_at(session, rows, as_of):
        worth = value_minor(figures.available, session.versions.settling(at))
        state = (
            "merged" if account.merged_into is not None
            else "blocked" if account.blocked
            else "control" if account.control
            else "open"
        )  # fmt: skip
        yield Standing(account.id, member, card, state, worth, figures)


def each_at(
    session: Session, rows: Iterable[tuple], as_of: str | None
) -> Iterator[tuple[tuple, Account, int, Figures]]:
    """Rows that begin with a member, each with his account, the instant that ``as_of`` means, and the figures then.

    Who was enrolled later is left out.  BonusError ``bad_time``.
    """
    asked = None if as_of is None else instant_of(session, as_of)
    for piece in batches(rows):
        accounts = load_accounts(session.connection, session.program, [row[0] for row in piece], session.versions)
        for row in piece:
            account = accounts[row[0]]
            if asked is not None and asked < account.enrolled_at:
                continue
            at = max(session.now, account.clock) if asked is None else asked
            yield row, account, at, figures_at(session, account, at)
