"""A naive ledger of several members, to hold the whole program against.

The story is a list of steps that were done; each new step is answered by telling all of it anew and then the step, so a
refused one leaves nothing behind.  ``Told.ask`` answers like the services: figures of the step's own, or a code.
"""

from tests.naive.account import day_of
from tests.naive.book import No
from tests.naive.points import Points
from tests.naive.receipts import CENTS, Sale, limits


class Ledger(Points):
    """Receipts, and what comes back of them."""

    def receipt(self, at, card, key, lines, redeem):
        """(points earned, points that paid, cents to pay); ``redeem``: points, None, or "max"."""
        account = self.find(card)
        if (answer := self.once("receipt", key, account, lines)) is not None:
            return answer
        self.require_open(account)
        self.in_time(at)
        account.settle(at)
        sale = Sale(account, at, day_of(at), lines)
        points = self.spend(account, at, key, sale, redeem)
        if points:
            sale.pay(points, self.program)
        sale.score(self.program)
        if sale.award:
            opens = sale.day + self.program.opens
            sale.lot = account.credit(opens, opens + self.program.lasts, sale.award)
        self.sales[key] = sale
        return self.keep("receipt", key, account, lines, (sale.award, points, sale.total - points * CENTS))

    def spend(self, account, at, key, sale, redeem):
        """Points that pay for a receipt: those asked for, or those that were spent for it before."""
        bound, prepaid = sum(limits(sale.lines, self.program)), self.paid_by(account, key)
        points = redeem or 0
        if points == "max":
            points = 0 if prepaid else self.highest(account, at, bound)
        elif points:
            self.may_spend(account, at, points, bound)
            if prepaid:
                raise No("already_redeemed")
        if prepaid:
            self.used.add(prepaid)
            sale.debit, sale.redeemed_on = self.done[prepaid].took, self.done[prepaid].day
            out = sale.debit.out()
            points = min(out, sale.total // CENTS)
            account.give_back(sale.debit, out - points)
        elif points:
            sale.debit, sale.redeemed_on = account.debit(points, account.open_lots()), sale.day
            account.redemptions[sale.day] += 1
        return points

    def bring_back(self, at, key, of, wanted):
        """(points taken back, given back, forgiven; cents paid back); ``wanted``: see ``Sale.parts_of``."""
        if of not in self.sales:
            raise No("unknown_original")
        if (answer := self.once("return", key, None, (of, wanted))) is not None:
            return answer
        sale = self.sales[of]
        parts = sale.parts_of(wanted)
        if isinstance(parts, str):
            raise No(parts)
        self.in_time(at, after=sale.at)
        account = self.heir(sale.account)
        account.settle(at)
        sale.back = [before + part for before, part in zip(sale.back, parts, strict=True)]
        cash, restored = sale.share(sale.paid) - sale.cash, sale.share(sale.spents) - sale.restored
        sale.cash += cash
        sale.restored += restored
        if restored:
            stayed = account.give_back(sale.debit, restored)
            if self.program.least is not None:
                account.prolong(stayed, day_of(at), self.program.least)
        taken, forgiven = self.take_back_earned(account, sale)
        if sale.closed() and sale.redeemed_on is not None:
            account.redemptions[sale.redeemed_on] -= 1
        return self.keep("return", key, account, (of, wanted), (taken, restored, forgiven, cash))

    def undo(self, at, key, kind, of):
        """(taken, given back); of a receipt it is the whole return."""
        if kind == "receipt":
            return self.bring_back(at, key, of, None)[:2]
        return super().undo(at, key, kind, of)

    def take_back_earned(self, account, sale):
        """Points taken back and forgiven: what is due by now, less what expired of the receipt's own lot."""
        if sale.lot is None:
            return 0, 0
        reckoned = max(sale.reckoned, sale.due(self.program) - sale.lot.gone())
        points, sale.reckoned = reckoned - sale.reckoned, reckoned
        own = [lot for lot in sale.lot.own(account) if lot.left]
        lots = own + [lot for lot in account.all_lots() if lot not in own]
        forgiven = 0
        if self.program.short == "forgive":  # what is on hold is not gone
            balance, pending, _, _ = account.figures()
            forgiven = max(0, points - max(0, balance + pending))
        if points > forgiven:
            account.debit(points - forgiven, lots)
        return points - forgiven, forgiven


class Told:
    """The steps that were done, told anew for each question.  A step is (kind, now, at, its arguments by name)."""

    def __init__(self, program):
        self.program = program
        self.steps = []

    def ask(self, step, keep=True):
        """(answer or code, whether it is a repetition); ``keep``: whether the step is one of the story from now on."""
        ledger = self.retell()
        try:
            answer = ledger.tell(step)
        except No as no:
            return str(no), False
        if keep and not ledger.repeated:
            self.steps.append(step)
        return answer, ledger.repeated

    def retell(self):
        """The ledger as the story made it."""
        ledger = Ledger(self.program)
        for step in self.steps:
            ledger.tell(step)
        return ledger

    def look(self, now):
        """Of each member: the clock, what remained at it of each lot (opens, ends, left), and the figures of now."""
        shown = []
        for account in self.retell().accounts:
            lots = [(lot.opens, lot.ends, lot.left) for lot in account.lots]
            clock = account.clock
            account.settle(now)
            shown.append((clock, lots, account.figures()))
        return shown
