"""One member's points told naively: lots are a list, debts are a list, and what fell due is looked for each time.

It is written from the text of the ledger alone and shares nothing with the engine.  Instants are seconds UTC, days are
numbers, a business day starts at 05:00 UTC.
"""

from collections import Counter

DAY = 86_400
DAY_STARTS = 5 * 3_600


def day_of(at):
    """The business day of an instant."""
    return (at - DAY_STARTS) // DAY


def start_of(day):
    """The instant at which a business day begins."""
    return day * DAY + DAY_STARTS


class Lot:
    """Points with an opening and a last day.  ``heirs``: the lots of other accounts that its points went to by mergers;
    ``prolonged``: whether its points have lived longer than they were given for, which they do once."""

    def __init__(self, account, opens, ends, prolonged):
        self.account, self.number = account, len(account.lots)
        self.opens, self.ends, self.prolonged = opens, ends, prolonged
        self.left = self.expired = 0
        self.heirs = []

    def eaten(self):
        """Lots are eaten in ascending order of this."""
        return self.ends, self.opens, self.number

    def own(self, account):
        """This lot as an account has it that took its owner's over: all lots that came of it."""
        if self.account is account:
            return [self]
        return sorted((lot for heir in self.heirs for lot in heir.own(account)), key=Lot.eaten)

    def gone(self):
        """How many of its points expired, wherever they were."""
        return self.expired + sum(heir.gone() for heir in self.heirs)


class Debit:
    """Points that left lots; ``rest``: those that no lot covered.  ``owed``: of a merged account's debit the rest that
    the heir's debit ``carried`` has taken on itself."""

    def __init__(self, account, rest):
        self.account, self.rest = account, rest
        self.taken = {}
        self.owed, self.carried = 0, None

    def out(self):
        """Points of it that did not come back."""
        return sum(self.taken.values()) + self.rest + self.owed


class Hold:
    """Points put aside by a debit until a deadline; they count as a redemption of ``day``."""

    def __init__(self, debit, points, deadline, day):
        self.debit, self.points, self.deadline, self.day = debit, points, deadline, day


class Account:
    """Lots, debits and open holds in the order in which they were booked, and the clock."""

    def __init__(self, at):
        self.enrolled = self.clock = at
        self.lots, self.debits, self.holds = [], [], []
        self.redemptions = Counter()
        self.blocked, self.heir = False, None

    # --- time -------------------------------------------------------------------------------------------------------

    def settle(self, to):
        """Book what falls due by an instant, each at its own; the points that expired."""
        to, expired = max(self.clock, to), 0
        while due := [each for each in self.due() if each[0] <= to]:
            _, _, _, thing = min(due, key=lambda each: each[:3])
            if isinstance(thing, Hold):
                self.let_go(thing)
            else:
                expired += thing.left
                thing.expired += thing.left
                thing.left = 0
        self.clock = to
        return expired

    def due(self):
        """(instant, holds before lots, order, what) of all that will fall due."""
        return [(hold.deadline, 0, (place,), hold) for place, hold in enumerate(self.holds)] + [
            (start_of(lot.ends + 1), 1, lot.eaten(), lot) for lot in self.lots if lot.left
        ]

    # --- points -----------------------------------------------------------------------------------------------------

    def open_lots(self):
        """What can be spent, in eating order."""
        today = day_of(self.clock)
        return sorted((lot for lot in self.lots if lot.left and lot.opens <= today <= lot.ends), key=Lot.eaten)

    def all_lots(self):
        """Everything that is there: what is open by now before what is pending."""
        today = day_of(self.clock)
        return sorted((lot for lot in self.lots if lot.left), key=lambda lot: (lot.opens > today, lot.eaten()))

    def points(self, lots=None):
        """The sum of what is left in lots."""
        return sum(lot.left for lot in (self.all_lots() if lots is None else lots))

    def credit(self, opens, ends, points, prolonged=False):
        """A new lot."""
        lot = Lot(self, opens, ends, prolonged)
        self.lots.append(lot)
        self.free(lot, points)
        return lot

    def free(self, lot, points):
        """Put points into a lot, after the debts; what stayed there."""
        for debit in self.debits:
            part = min(debit.rest, points)
            if part:
                debit.rest -= part
                debit.taken[lot] = debit.taken.get(lot, 0) + part
                points -= part
        lot.left += points
        return points

    def debit(self, points, lots):
        """Take points out of lots in their order; what they do not cover is owed."""
        debit = Debit(self, points)
        for lot in lots:
            part = min(lot.left, debit.rest)
            if part:
                lot.left -= part
                debit.rest -= part
                debit.taken[lot] = part
        self.debits.append(debit)
        return debit

    def give_back(self, debit, points):
        """Points of a debit come back: they cancel what it owes, then fill its lots; {lot: what stayed there}."""
        stayed = {}
        if debit.account is self:
            cancelled = min(debit.rest, points)
            debit.rest -= cancelled
        else:
            cancelled = min(debit.owed, points)
            debit.owed -= cancelled
            if cancelled:
                stayed = self.give_back(debit.carried, cancelled)
        points -= cancelled
        for lot in sorted(debit.taken, key=Lot.eaten, reverse=True):
            part = min(debit.taken[lot], points)
            if not part:
                continue
            debit.taken[lot] -= part
            points -= part
            if lot.account is self:
                stayed[lot] = self.free(lot, part)
            else:
                heir = self.credit(lot.opens, lot.ends, part, lot.prolonged)
                lot.heirs.append(heir)
                stayed[heir] = heir.left
        assert not points, "more came back than was taken"
        return stayed

    def prolong(self, stayed, today, least):
        """Points that came back live at least so many days more; those that were prolonged before do not."""
        for lot in sorted(stayed, key=lambda lot: lot.number):
            if stayed[lot] and not lot.prolonged and lot.ends < today + least:
                lot.left -= stayed[lot]
                self.credit(min(lot.opens, today), today + least, stayed[lot], prolonged=True)

    # --- holds ------------------------------------------------------------------------------------------------------

    def hold(self, points, deadline, day):
        """Put open points aside."""
        hold = Hold(self.debit(points, self.open_lots()), points, deadline, day)
        self.holds.append(hold)
        self.redemptions[day] += 1
        return hold

    def let_go(self, hold):
        """Held points go back to their lots."""
        self.holds.remove(hold)
        self.redemptions[hold.day] -= 1
        self.give_back(hold.debit, hold.points)

    def capture(self, hold, points):
        """Some of the held points are spent, of the same lots in eating order, and the rest goes back."""
        self.holds.remove(hold)
        spent = Debit(self, 0)
        self.debits.append(spent)
        let_go = []
        for lot in sorted(hold.debit.taken, key=Lot.eaten):
            spent.taken[lot] = min(hold.debit.taken[lot], points)
            points -= spent.taken[lot]
            let_go.append((lot, hold.debit.taken[lot] - spent.taken[lot]))
        for lot, rest in reversed(let_go):
            self.free(lot, rest)
        hold.debit.taken = {}
        return spent

    # --- what it shows ----------------------------------------------------------------------------------------------

    def deficit(self):
        """Points owed."""
        return sum(debit.rest for debit in self.debits)

    def figures(self):
        """(balance, pending, held, deficit)"""
        opened, held = self.points(self.open_lots()), sum(hold.points for hold in self.holds)
        return opened + held - self.deficit(), self.points() - opened, held, self.deficit()
