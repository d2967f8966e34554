"""Passes of prepaid visits: sold for money, used up one visit at a time, worth nothing after their last day.

A pass lies on the account from its sale until its visits are used up.  One whose last day has passed stays where it is
and is passed over, so nothing falls due and no cron job has to run.
"""

from __future__ import annotations

from bonuscli.days import NEVER, add
from bonuscli.engine.account import PASSES, Account
from bonuscli.engine.book import Rows
from bonuscli.engine.holdings import Pass
from bonuscli.engine.versions import Versions
from bonuscli.errors import InvariantBroken
from bonuscli.model import Event, PassBody, PassOffer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def decide_sale(offer: PassOffer, day: int) -> PassBody:
    """The pass as sold on a business day: it can be used through the same day number a duration later."""
    return PassBody(offer.id, offer.visits, NEVER if offer.lasts is None else add(day, offer.lasts))


def usable(account: Account, pass_id: str | None, day: int) -> list[int]:
    """Sales (seqs) of the passes with a visit left on a day, soonest to expire first; ``pass_id`` None: of any."""
    found = [
        (held.expires_on, seq)
        for seq, held in account.passes.items()
        if held.expires_on >= day and pass_id in (None, held.id)
    ]
    return [seq for _, seq in sorted(found)]


def book_sale(account: Account, event: Event, versions: Versions, rows: Rows) -> Pass:
    """Put a pass on the account; the pass."""
    body = event.body
    held = Pass(body.pass_id, body.visits, body.expires_on)
    account.passes[event.seq] = held
    account.touch(PASSES, event.seq)
    return held


def book_visit(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Take a visit off the pass that the event names; the visits that are left on it."""
    sale = event.body.sale
    held = account.passes.get(sale)
    if held is None or not held.visits:
        raise InvariantBroken(f"account {account.id}: visit {event.seq} is of pass {sale}, which has no visit left")
    held.visits -= 1
    account.touch(PASSES, sale)
    if not held.visits:
        del account.passes[sale]
    return int(held.visits)


def hand_over(account: Account) -> list[list[int | str]]:
    """Take every pass off an account that is merged into another: [sale, id, visits, last day] of each."""
    handed: list[list[int | str]] = [
        [sale, held.id, held.visits, held.expires_on] for sale, held in sorted(account.passes.items())
    ]
    for seq in account.passes:
        account.touch(PASSES, seq)
    account.passes.clear()
    return handed


def take_over(account: Account, handed: list[list[Any]]) -> None:
    """Put the passes of a merged account on this one."""
    for sale, pass_id, visits, expires_on in handed:
        account.passes[sale] = Pass(pass_id, visits, expires_on)
        account.touch(PASSES, sale)
