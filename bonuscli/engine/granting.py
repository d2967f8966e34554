"""Points without a purchase that somebody gives: by hand, brought from elsewhere, or for what a member did.

Which days a lot has is decided when it is recorded and is part of the event, so that no later version of the program
moves it.  An action is counted by its own business day under names that hold what it was about; a limit asks these
counters, and so one link, one receipt or one month is never rewarded more often than the program says.

Worked number: ``limit: {count: 3, per: month}`` rewards reposts of 1, 9 and 30 April; a fourth that is told on 2 May
for 29 April is refused, one of 2 May is not.
"""

from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows, credit
from bonuscli.engine.lifetimes import grant_days
from bonuscli.engine.limits import left_of, period_days
from bonuscli.engine.standing import barred_on
from bonuscli.engine.versions import Versions
from bonuscli.model import GRANT, OPENING, ActionBody, Event, Program, Refusal

RECEIPT, LINK = "receipt", "link"


def book_grant(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Book points given by hand; the entry's number."""
    body = event.body
    kind = OPENING if body.opening else GRANT
    days = (body.opens_on, body.expires_on)
    return credit(account, rows, kind, body.points, event.at, event.day, event.seq, days)


def book_action(account: Account, event: Event, versions: Versions, rows: Rows) -> int:
    """Book the points of an action under the version of its event, and count it; the entry's number."""
    program = versions.program(event.version) or versions.first
    action = program.grants.actions[event.body.action]
    count_action(account, event.body, event.day, 1)
    days = grant_days(action, program, event.day)
    return credit(account, rows, GRANT, action.points, event.at, event.day, event.seq, days, action.id)


def count_action(account: Account, body: ActionBody, day: int, count: int) -> None:
    """Count an action on its day, or with -1 take it back, under every name that a limit may ask for."""
    for name in (action_name(body.action), _about(body, RECEIPT), _about(body, LINK)):
        if name is not None:
            account.tally(name, day, count)


def check_action(account: Account, body: ActionBody, program: Program, day: int) -> Refusal | None:
    """Why an action is not rewarded on a day: whose it is, what it is about, or how often it was already."""
    barred = barred_on(account, program, day)
    if barred is not None:
        return Refusal("not_eligible", barred, None)
    action = program.grants.actions[body.action]
    once = action.once_per and _about(body, action.once_per)
    if once and account.tallied(once, *period_days("member", day)):
        return Refusal("limit_reached", f"{action.id} was rewarded for this {action.once_per} already", None)
    limit = action.limit
    counted = action_name(action.id)
    if limit is not None and limit.per == RECEIPT:
        counted = _about(body, RECEIPT) or counted
    if left_of(account, counted, limit, day) == 0:
        times = "once" if limit.count == 1 else f"{limit.count} times"
        return Refusal("limit_reached", f"{action.id} is rewarded {times} per {limit.per}", None)
    return None


def action_name(action: str) -> str:
    """The name under which an action is counted."""
    return f"action:{action}"


def _about(body: ActionBody, what: str) -> str | None:
    """The name under which an action is counted for its receipt or its link, None where it has none."""
    told = body.receipt if what == RECEIPT else body.link
    return None if told is None else f"{action_name(body.action)}:{what}:{told}"
