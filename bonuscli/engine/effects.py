"""What one member's event does to another's account, booked on that account by the rule that it names.

An effect is an event of the account that it changes, with everything it needs in its terms, so that each account can be
folded alone.  An effect never causes an effect.
"""

from collections.abc import Callable

from bonuscli.engine import referral, transfers
from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.versions import Versions
from bonuscli.errors import InvariantBroken
from bonuscli.model import Event

# Rule of an effect -> what books it.
_BOOK: dict[str, Callable[[Account, Event, Versions, Rows], object]] = {
    referral.REFERRAL: referral.reward,
    transfers.TRANSFERRED: transfers.receive,
    transfers.SENT_BACK: transfers.send_back,
    transfers.MERGED: transfers.take_over,
}


def book(account: Account, event: Event, versions: Versions, rows: Rows) -> object:
    """Book an effect; InvariantBroken where it would have one of its own."""
    emitted = len(account.effects)
    booked = _BOOK[event.body.rule](account, event, versions, rows)
    if len(account.effects) > emitted:
        raise InvariantBroken(f"effect {event.seq} of rule {event.body.rule} would cause another")
    return booked
