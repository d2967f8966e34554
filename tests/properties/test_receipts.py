"""No receipt whose spread, rounding, cap, budget or return breaks an invariant."""

from collections import Counter
from copy import deepcopy
from typing import NamedTuple

from hypothesis import given, settings

from bonuscli.engine import brought, fold, receipts
from bonuscli.engine.brought import Wanted
from bonuscli.engine.figures import value_minor
from bonuscli.engine.holdings import Sale
from bonuscli.engine.returns import Returned
from bonuscli.engine.standing import BUDGET
from bonuscli.model import RECEIPT, REDEEM, RETURN, Line, Receipt, ReceiptBody, RedeemBody, Refusal, ReturnBody
from tests.oracle_earning import limits
from tests.properties.examples import EXAMPLES
from tests.properties.receipts_drawn import Pick, Plain, compiled, draw_lines, draw_program, picked
from tests.properties.till import DAY, NOBODY, NOON, Till

SALE_DAY = 6


class Ask(NamedTuple):
    """A drawn receipt: its lines, the points that it spends, whether the till has asked, and the shop."""

    lines: tuple[Line, ...]
    redeem: int | str | None
    confirmed: bool
    shop: str


class Back(NamedTuple):
    """A drawn return: how it is told, the line, how much, and how many days after the receipt it comes."""

    how: str
    place: int
    much: int
    later: int


def _ask(pick: Pick) -> Ask:
    redeem = pick(None, None, "max", "max", 1, 2, 5, 30, 70, 1_000)
    return Ask(draw_lines(pick), redeem, pick(True, False), pick("", "A"))


def _backs(pick: Pick) -> list[Back]:
    """Up to four partial returns."""
    return [
        Back(
            pick("line", "line", "sku", "worth", "money", "whole line"),
            pick(0, 1, 2, 3, 4),
            pick(1, 250, 333, 500, 1_000, 2_000),
            pick(0, 0, 0, 0, 0, 2, 12),
        )
        for _ in range(pick(0, 1, 2, 3, 4))
    ]


def _history(pick: Pick) -> list[tuple[int, int]]:
    """Points given and taken before, with the days in between: several lots, or a debt."""
    return [(pick(0, 1, 4), pick(1, 7, 40, 500, -30)) for _ in range(pick(0, 1, 2, 3))]


class Case(NamedTuple):
    """What is tried: a program, a member's past and tier, a receipt of the same day, the receipt, and its returns."""

    program: Plain
    history: list[tuple[int, int]]
    high: bool
    before: Ask | None
    ask: Ask
    backs: list[Back]


def _case(pick: Pick) -> Case:
    before = _ask(pick) if pick(True, False) else None
    return Case(draw_program(pick), _history(pick), pick(True, False), before, _ask(pick), _backs(pick))


class Desk(Till):
    """A till at which receipts have budgets, codes aside."""

    def budgets_left(self) -> dict[str, int]:
        """Points that each rule with a budget may still give."""
        drawn: Counter[str] = Counter()
        for draw in self.rows.draws:
            drawn[draw.rule] += draw.points
        return {
            rule.id: rule.budget - drawn[rule.id] for rule in self.program.earn.rules.rules if rule.budget is not None
        }

    def decide(self, ask: Ask, redeem: int | str | None) -> ReceiptBody | Refusal:
        """What is spent on a receipt of the day of the sale."""
        at = SALE_DAY * DAY + NOON
        sent = Receipt(
            *(RECEIPT, f"r{len(self.events)}", "", at, ask.shop, "", "", None, None, ask.lines, redeem),
            *(None, (), (), ""),
        )
        told = {BUDGET: self.budgets_left()} if self.program.earn.rules.with_budget else {}
        return receipts.decide(self.settled(at), sent, self.program, 0, ask.confirmed, False, told)

    def sell(self, ask: Ask, body: ReceiptBody) -> Sale:
        """Book a decided receipt; the event keeps what a stored one keeps."""
        told = {BUDGET: self.budgets_left()} if self.program.earn.rules.with_budget else {}
        event = self.event(RECEIPT, SALE_DAY, body)._replace(pinned=told)
        booked = self.apply(event)
        self.events[-1] = event._replace(pinned=booked.pinned or {})
        return self.account.sales[event.seq]

    def give_back(self, sale: Sale, parts: tuple, day: int) -> Returned:
        """Book a resolved return."""
        total = sum(part.line.amount for part in parts)
        body = ReturnBody(f"x{len(self.events)}", "", total, parts, sale.seq)
        return self.apply(self.event(RETURN, day, body))

    def worth(self) -> int:
        """Points in lots, less those owed."""
        return sum(lot.remaining for lot in self.account.lots.values()) - self.account.deficit


def _till(program: Plain, tier: str | None, history: list[tuple[int, int]]) -> Desk:
    """A till with a member who has some lots, or a debt."""
    till = Desk.under(compiled(program), tier)
    day = 0
    for later, points in history:
        day += later
        if points > 0:
            till.adjust(day, points)
        else:
            till.apply(till.event(REDEEM, day, RedeemBody(-points, f"d{len(till.events)}", None)))
    till.look(SALE_DAY)
    return till


def _decided(till: Desk, ask: Ask) -> ReceiptBody:
    """What the receipt spends in the end; a refusal's limit is the highest number that passes."""
    body = till.decide(ask, ask.redeem)
    if isinstance(body, Refusal):
        highest = body.limit
        assert highest not in (None, ask.redeem)
        body = till.decide(ask, highest or None)
        assert isinstance(body, ReceiptBody)
    elif ask.redeem == "max":
        highest = body.spent
    else:
        return body
    step = till.program.redeem.step
    for more in (1, step, 2 * step):
        assert isinstance(till.decide(ask, highest + more), Refusal)
    return till.decide(ask, highest or None)


def _check_shares(till: Desk, program: Plain, sale: Sale, spent: int, tier: str | None) -> None:
    """The spread keeps to the lines' limits; parts and line shares sum to the award; caps and budgets are kept."""
    assert sum(sale.spents) == spent
    assert sum(sale.spents_minor) == value_minor(spent, till.program)
    most = limits(program, [line[1:] for line in sale.lines], tier)
    assert all(0 <= paid <= limit for paid, limit in zip(sale.spents_minor, most, strict=True))
    assert sale.award >= 0
    assert sale.award == sum(part.points for part in till.rows.parts if part.n == sale.lot)
    assert sale.award == sum(sale.awards) + sale.receipt_award
    assert all(points >= 0 for points in sale.awards)
    assert not any(points and line.amount < 0 for points, line in zip(sale.awards, sale.lines, strict=True))
    assert all(left >= 0 for left in till.budgets_left().values())
    cap, sales = till.program.earn.cap, till.account.sales.values()
    assert cap.per_receipt is None or sale.award <= cap.per_receipt
    assert cap.per_day is None or sum(each.award for each in sales) <= cap.per_day
    assert cap.receipts_per_day is None or sum(each.award > 0 for each in sales) <= cap.receipts_per_day


def _parts(sale: Sale, back: Back) -> tuple | Refusal:
    """The lines that a drawn return brings back."""
    line = sale.lines[back.place % len(sale.lines)]
    if back.how == "money":
        return brought.resolve(sale, None, back.much)
    wanted = {
        "line": Wanted(line.number, None, None, back.much, None),
        "sku": Wanted(None, line.sku, None, back.much, None),
        "worth": Wanted(line.number, None, None, None, back.much),
        "whole line": Wanted(line.number, None, None, None, None),
    }
    return brought.resolve(sale, [wanted[back.how]], None)


def _bring_back(till: Desk, sale: Sale, backs: list[Back]) -> tuple[list[Returned], bool]:
    """Some partial returns and the one of all that is left; also whether all came on the receipt's day."""
    answers, day = [], SALE_DAY
    for back in [*backs, None]:
        day += back.later if back else 0
        parts = _parts(sale, back) if back else brought.resolve(sale, None, None)
        if isinstance(parts, Refusal):
            assert back or sale.closed
            continue
        answers.append(till.give_back(sale, parts, day))
        assert min(answers[-1][:4]) >= 0
        assert sum(each.restored for each in answers) <= sale.spent
        assert sum(each.pay_back for each in answers) <= sale.to_pay
        assert sum(each.reversed + each.forgiven for each in answers) <= sale.award
    return answers, day == SALE_DAY


def _check_undone(till: Desk, sale: Sale, answers: list[Returned], expired: int) -> None:
    """All that was spent and paid is back, all that was earned is taken back but for what expired."""
    assert sale.closed
    assert sum(each.restored for each in answers) == sale.spent
    assert sum(each.pay_back for each in answers) == sale.to_pay
    taken = sum(each.reversed + each.forgiven for each in answers)
    due = 0 if till.program.returns.earned == "keep" else sale.award
    assert max(0, due - expired) <= taken <= due
    if sale.award and taken == sale.award and not any(each.forgiven for each in answers):
        drawn: Counter[str] = Counter()
        for draw in till.rows.draws:
            if draw.points < 0 or draw.event == sale.seq:
                drawn[draw.rule] += draw.points
        assert not any(drawn.values())


@settings(max_examples=EXAMPLES, deadline=None)
@given(picked(_case))
def test_no_receipt_breaks_an_invariant(case: Case) -> None:
    """Spread, limits, shares, caps, budgets and partial returns of any receipt under any program."""
    program, history, high, before, ask, backs = case
    till = _till(program, "high" if high and "tiers" in program else None, history)
    if before is not None:
        till.sell(before, _decided(till, before))
    tier, stood = (
        till.account.tier_at(SALE_DAY * DAY + NOON),
        (till.worth(), {n: lot.remaining for n, lot in till.account.lots.items()}),
    )
    bucket = till.account.copy().day(SALE_DAY)
    counted = (bucket.spend, bucket.earned, bucket.receipts, bucket.redemptions, till.account.receipts)
    body = _decided(till, ask)
    sale = till.sell(ask, body)
    _check_shares(till, program, sale, body.spent, tier)
    whole = deepcopy(till.account)
    at_once = fold.apply(
        whole,
        till.event(RETURN, SALE_DAY, ReturnBody("w", "", sale.total, brought.resolve(sale, None, None), sale.seq)),
        till.versions,
        type(till.rows)(),
    )
    answers, same_day = _bring_back(till, sale, backs)
    expired = till.account.lot(sale.lot).expired if sale.lot else 0
    _check_undone(till, sale, answers, expired)
    if same_day:
        sums = tuple(sum(each) for each in zip(*(answer[:4] for answer in answers), strict=True))
        assert (sums[0] + sums[2], *sums[1::2]) == (at_once.reversed + at_once.forgiven, *at_once[1:4:2])
        _check_as_before(till, sale, stood, counted, sums[2])
    _, rows, _ = fold.replay(1, 1, NOBODY, till.events, till.versions, till.account.clock)
    for name in type(rows).__slots__:
        assert getattr(rows, name) == getattr(till.rows, name), name


def _check_as_before(
    till: Desk, sale: Sale, stood: tuple[int, dict[int, int]], counted: tuple[int, ...], forgiven: int
) -> None:
    """Brought back on its own day, a receipt leaves the account as it was, but for what was kept or forgiven."""
    worth, lots = stood
    returns = till.program.returns
    kept = sale.award if returns.earned == "keep" else forgiven
    assert till.worth() == worth + kept
    bucket = till.account.day(SALE_DAY)
    assert (bucket.spend, bucket.receipts, bucket.redemptions, till.account.receipts) == (counted[0], *counted[2:])
    assert bucket.earned == counted[1] + kept
    if not kept and returns.restored_min_life is None and not till.program.redeem.same_receipt:
        assert {n: lot.remaining for n, lot in till.account.lots.items() if lot.remaining} == lots
