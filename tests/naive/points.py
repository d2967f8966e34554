"""Points of a naive ledger: given, spent, put aside, sent, and taken back where that was a mistake."""

from tests.naive.account import day_of
from tests.naive.book import Book, Done, No
from tests.naive.receipts import CENTS


class Points(Book):
    """See the module."""

    def grant(self, at, card, key, points, opens, lasts):
        account, content = self.find(card), (points, opens, lasts)
        if (answer := self.once("grant", key, account, content)) is not None:
            return answer
        self.in_time(at, account)
        self.require_open(account)
        account.settle(at)
        day = day_of(at)
        life = self.program.lasts if lasts is None else lasts
        lot = account.credit(day + opens, day + opens + life, points)
        self.done["grant", key] = Done("grant", account, at, day, gave=(lot, points))
        return self.keep("grant", key, account, content, (points,))

    def adjust(self, at, card, key, points):
        account = self.find(card)
        if (answer := self.once("adjust", key, account, points)) is not None:
            return answer
        self.in_time(at, account)
        account.settle(at)
        day = day_of(at)
        if -points > account.points():
            raise No("insufficient_points")
        if points > 0:
            done = {"gave": (account.credit(day, day + self.program.lasts, points), points)}
        else:
            done = {"took": account.debit(-points, account.all_lots())}
        self.done["adjust", key] = Done("adjust", account, at, day, **done)
        return self.keep("adjust", key, account, points, (points,))

    def redeem(self, at, card, key, points, total):
        account, content = self.find(card), (points, total or 0)
        if (answer := self.once("redeem", key, account, content)) is not None:
            return answer
        self.in_time(at, account)
        self.require_open(account)
        account.settle(at)
        self.may_spend(account, at, points, None if total is None else int(total * self.program.share))
        self.not_tied(account, key)
        debit = account.debit(points, account.open_lots())
        account.redemptions[day_of(at)] += 1
        self.done["redeem", key] = Done("redeem", account, at, day_of(at), took=debit)
        self.spent_for.setdefault(key, []).append(("redeem", key))
        return self.keep("redeem", key, account, content, (points, points * CENTS))

    def transfer(self, at, card, key, to_card, points):
        giver, receiver = self.find(card), self.find(to_card)
        if ("transfer", key) in self.documents:
            whose, (to, before), answer = self.documents["transfer", key]
            if (self.heir(whose), self.heir(to), before) != (giver, receiver, points):
                raise No("key_conflict")
            self.repeated = True
            return answer
        if giver is receiver:
            raise No("usage")
        at = max(at, giver.clock, receiver.clock)
        self.in_time(at, giver)
        self.require_open(giver)
        self.require_open(receiver)
        giver.settle(at)
        receiver.settle(at)
        if points > giver.points(giver.open_lots()):
            raise No("insufficient_points")
        debit = giver.debit(points, giver.open_lots())
        sent = [(receiver.credit(lot.opens, lot.ends, n, lot.prolonged), n) for lot, n in debit.taken.items()]
        self.done["transfer", key] = Done("transfer", giver, at, day_of(at), took=debit, more=(receiver, sent))
        return self.keep("transfer", key, giver, (receiver, points), (points,))

    def run_due(self, at):
        today, expired = day_of(at), 0
        for account in self.accounts:
            days = [lot.ends + 1 for lot in account.lots if lot.left]
            days += [day_of(hold.deadline) for hold in account.holds]
            if days and min(days) <= today:
                expired += account.settle(at)
        return (expired,)

    # --- holds ------------------------------------------------------------------------------------------------------

    def hold(self, at, card, key, points, seconds, tied, total):
        """(points held, deadline); ``tied``: whether the key is the number of the receipt that they are for."""
        account, content = self.find(card), (points, seconds, tied, total or 0)
        if (answer := self.once("hold", key, account, content)) is not None:
            return answer
        self.in_time(at, account)
        self.require_open(account)
        account.settle(at)
        self.may_spend(account, at, points, None if total is None else int(total * self.program.share))
        if tied:
            self.not_tied(account, key)
        hold = account.hold(points, max(self.recorded_at, account.clock) + seconds, day_of(at))
        if tied:
            self.held_for.setdefault(key, []).append(hold)
        self.done["hold", key] = Done("hold", account, at, day_of(at), more=(hold, key if tied else None))
        return self.keep("hold", key, account, content, (points, hold.deadline))

    def capture(self, at, key, of, points):
        """(points spent, points let go); its number is that of the receipt, where the hold is for one."""
        whose, (hold, receipt) = self.done["hold", of].account, self.done["hold", of].more
        number, wanted = receipt or key, hold.points if points is None else points
        if (answer := self.once("capture", number, None, (of, wanted))) is not None:
            return answer
        self.in_time(at, whose, after=self.done["hold", of].at)
        self.require_open(whose)
        whose.settle(at)
        if receipt is not None:
            self.not_tied(whose, receipt, own_hold=hold)
        self.still_open(whose, hold)
        if wanted > hold.points:
            raise No("insufficient_points")
        debit = whose.capture(hold, wanted)
        self.done["capture", key] = Done("capture", whose, at, hold.day, took=debit)
        self.spent_for.setdefault(number, []).append(("capture", key))
        return self.keep("capture", number, whose, (of, wanted), (wanted, hold.points - wanted))

    def release(self, at, key, of):
        done = self.done["hold", of]
        if (answer := self.once("release", key, None, of)) is not None:
            return answer
        self.in_time(at, done.account, after=done.at)
        done.account.settle(at)
        self.still_open(done.account, done.more[0])
        done.account.let_go(done.more[0])
        return self.keep("release", key, done.account, of, (done.more[0].points,))

    def still_open(self, account, hold):
        """A hold ends in time by the clock on the wall."""
        if hold not in account.holds or hold.deadline <= self.recorded_at:
            raise No("hold_closed")

    # --- mistakes ---------------------------------------------------------------------------------------------------

    def undo(self, at, key, kind, of):
        """(taken, given back)"""
        named, done = (kind, of), self.done[kind, of]
        if (answer := self.once("undo", key, None, named)) is not None:
            return answer
        if at < done.at:
            raise No("too_early")
        account = done.account
        if account.heir is not None:
            raise No("not_undoable")
        if named in self.undone:
            raise No("already_returned")
        if named in self.used:
            raise No("not_undoable")
        if kind == "transfer":
            receiver, sent = done.more
            at = max(at, account.clock, receiver.clock)
            receiver.settle(at)
            if any(lot.left != points for lot, points in sent):
                raise No("not_undoable")
        self.in_time(at, account)
        account.settle(at)
        answer = self.take_back(account, done)
        self.undone.add(named)
        return self.keep("undo", key, account, named, answer)

    def take_back(self, account, done):
        """What was taken comes back; of what was given the part that did not expire is taken."""
        if done.kind == "hold":
            hold = done.more[0]
            self.still_open(account, hold)
            account.let_go(hold)
            return 0, hold.points
        if done.kind == "transfer":
            receiver, sent = done.more
            receiver.debit(sum(points for _, points in sent), [lot for lot, _ in sent])
        if done.gave is not None:
            lot, points = done.gave
            due = points - lot.expired
            others = [other for other in account.all_lots() if other is not lot]
            account.debit(due, [lot, *others])
            return due, 0
        if done.kind in ("redeem", "capture"):
            account.redemptions[done.day] -= 1
        points = done.took.out()
        account.give_back(done.took, points)
        return 0, points
