"""What the rules may know of a member at an instant, and whether he may take part at all.

Who does not take part still has his receipts stored and counted; he earns nothing, spends nothing and is given nothing.
This is the one place that decides it.  What does not follow from the account alone is read from the event's pinned
facts where it has them, and is reckoned here the one time that it is recorded.
"""

from __future__ import annotations

from bonuscli.days import subtract
from bonuscli.digests import kept_out
from bonuscli.engine.account import Account
from bonuscli.model import Bought, Event, Facts, Line, Program, Refusal
from bonuscli.records import make

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SEGMENTS, BUDGET, BOUGHT, KEPT_OUT = "segments", "budget", "bought", "kept_out"
RECOMPUTE = "recompute"
_NONE: frozenset[str] = frozenset()


def facts_at(account: Account, at: int, day: int, program: Program, shop: str, pinned: dict[str, Any]) -> Facts:
    """What the rules may know of the member at an instant, for a receipt of a shop.

    ``pinned``: the facts of the event; segments that it does not hold are reckoned now.  The account must be settled to
    the instant and stand before the event.
    """
    cap = program.earn.cap
    room = None
    if cap.per_day is not None or cap.receipts_per_day is not None:
        bucket = account.bucket(day)
        earned, receipts = (bucket.earned, bucket.receipts) if bucket else (0, 0)
        if cap.per_day is not None:
            room = max(0, cap.per_day - earned)
        if cap.receipts_per_day is not None and receipts >= cap.receipts_per_day:
            room = 0
    segments = bought = _NONE
    if program.earn.asks.segments:
        known = pinned.get(SEGMENTS)
        if known is None:
            from bonuscli.engine.segments import segments_of

            segments = segments_of(account, at, day, program, program.earn.asks.segments)
        else:
            segments = frozenset(known)
    if program.earn.bought:
        bought = frozenset(question.key for question in program.earn.bought if _has_bought(account, question, day))
    budgets = pinned.get(BUDGET, {})
    barred = why_barred(account, shop, segments, program)
    tier, first = account.tier_at(at), account.receipts == 0
    out = _kept_out(account, program, pinned.get(KEPT_OUT)) if program.earn.rules.with_control else _NONE
    return make(Facts, (tier, account.tags, first, account.birthday, room, segments, bought, budgets, barred, out))


def pinned_of(
    told: dict[str, Any], facts: Facts, given: tuple[tuple[str, int], ...], program: Program
) -> dict[str, Any]:
    """What a booked receipt keeps: what its event was recorded with, and the facts that it was scored with.

    ``given``: its points by rule.  Of budgets the limit gives way to what was drawn: folded again with that for a
    limit, the receipt draws the same.
    """
    pinned = {name: fact for name, fact in told.items() if name != BUDGET}
    if program.earn.asks.segments:
        pinned[SEGMENTS] = sorted(facts.segments)
    if program.earn.rules.with_control:
        pinned[KEPT_OUT] = sorted(facts.kept_out)
    with_budget = program.earn.rules.with_budget
    if with_budget and (drawn := {rule: points for rule, points in given if rule in with_budget}):
        pinned[BUDGET] = drawn
    if program.returns.earned == RECOMPUTE:
        pinned |= {"first": int(facts.first_purchase), "room": facts.room}
        if program.earn.bought:
            pinned[BOUGHT] = [place for place, one in enumerate(program.earn.bought) if one.key in facts.bought]
    return pinned


def facts_of(pinned: dict[str, Any], tier: str | None, account: Account, program: Program) -> Facts:
    """The facts of a receipt's own time, from what was pinned with it."""
    questions = program.earn.bought
    bought = frozenset(questions[place].key for place in pinned.get(BOUGHT, ()))
    first, room = bool(pinned.get("first")), pinned.get("room")
    segments, budgets = frozenset(pinned.get(SEGMENTS, ())), pinned.get(BUDGET, {})
    out = frozenset(pinned.get(KEPT_OUT, ()))
    return Facts(tier, account.tags, first, account.birthday, room, segments, bought, budgets, kept_out=out)


def why_barred(account: Account, shop: str | None, segments: frozenset[str], program: Program) -> str | None:
    """Why the member may not take part, None where he may; ``shop``: of a receipt, None where there is none."""
    if account.blocked or account.merged_into is not None:
        return "the card is blocked" if account.blocked else "the card belongs to another member now"
    if account.control:
        return "the member is of the control group, which is kept out of points"
    members = program.members
    if members is None:
        return None
    if members.tags is not None and members.tags.isdisjoint(account.tags):
        return f"the program is for members tagged {' or '.join(sorted(members.tags))}"
    if members.segments is not None and members.segments.isdisjoint(segments):
        return f"the program is for members of segment {' or '.join(sorted(members.segments))}"
    if members.shops is not None and shop is not None and shop not in members.shops:
        return f"the program is for shop {' or '.join(sorted(members.shops))}"
    return None


def barred_on(account: Account, program: Program, day: int) -> str | None:
    """Why the member may not take part on a day apart from any receipt, None where he may."""
    segments = _NONE
    if program.members is not None and program.members.segments is not None:
        from bonuscli.engine.segments import segments_of

        segments = segments_of(account, account.clock, day, program, program.members.segments)
    return why_barred(account, None, segments, program)


def refuse_closed(account: Account) -> Refusal | None:
    """The refusal of a card that is blocked, or of a member who was merged into another."""
    if account.merged_into is not None:
        return Refusal("card_merged", "the member was merged into another one", None)
    return Refusal("card_blocked", "the card is blocked", None) if account.blocked else None


def refuse_spending(barred: str | None) -> Refusal | None:
    """The refusal of who may not take part; a blocked or merged card is refused with its own code before."""
    return None if barred is None else Refusal("not_eligible", barred, 0)


def keep_purchases(account: Account, event: Event, questions: tuple[Bought, ...]) -> None:
    """Remember the goods of a booked receipt that any condition may ask for later."""
    for line in event.body.lines:
        if is_asked_for(line, questions):
            account.purchases[event.seq, line.number] = (event.day, line)


def is_asked_for(line: Line, questions: tuple[Bought, ...]) -> bool:
    """Whether a line was a purchase that one of the questions means: a positive quantity of its goods."""
    return bool(line.quantity > 0) and any(question.goods.matches(line) for question in questions)


def _kept_out(account: Account, program: Program, known: list[str] | None) -> frozenset[str]:
    """Rules whose control group the member is of: as it was pinned, else drawn by the member's number."""
    if known is not None:
        return frozenset(known)
    rules = program.earn.rules.with_control
    return frozenset(rule.id for rule in rules if kept_out(rule.control_bp, program.id, rule.id, account.member))


def _has_bought(account: Account, question: Bought, day: int) -> bool:
    first = None if question.within is None else subtract(day, question.within)
    return any(
        (first is None or bought_on >= first) and bought_on <= day and question.goods.matches(line)
        for bought_on, line in account.purchases.values()
    )
