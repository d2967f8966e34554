"""The members of a naive ledger, their cards, and what all verbs have in common: keys, times and limits.

Written from the text of the ledger alone; it shares nothing with the program.
"""

from collections import namedtuple

from tests.naive.account import DAY, Account, day_of
from tests.naive.receipts import CENTS

# rate, share: fractions; bonus, welcome: points; opens, lasts: days; per_day: redemptions or None; earned, short:
# policies of returns; least: days that restored points live at least, or None.
Program = namedtuple("Program", "rate bonus opens lasts share per_day earned short least welcome")
WELCOME_LASTS = 9

# What an undo may name, by (kind, key): account and day of the count; gave: a lot with its points; took: a debit.
Done = namedtuple("Done", "kind account at day gave took more", defaults=(None, None, None))


class No(Exception):
    """The answer is this code, and nothing happened."""


class Book:
    """Each verb is a method of its name: ``at`` and its arguments in, its figures out."""

    def __init__(self, program):
        self.program = program
        self.accounts, self.cards, self.lost = [], {}, set()
        self.enrolments, self.documents = {}, {}
        self.sales, self.spent_for, self.held_for, self.done = {}, {}, {}, {}
        # Of (kind, key): what was taken back, and redemptions that a receipt was paid with.
        self.undone, self.used = set(), set()
        self.recorded_at = 0
        self.repeated = False

    def tell(self, step):
        """Do one step; No where it is refused."""
        kind, now, at, named = step
        self.repeated = False
        before, self.recorded_at = self.recorded_at, max(self.recorded_at, now)
        answer = getattr(self, kind)(at, **named)
        if kind == "run_due":
            self.recorded_at = before  # it records no event
        return answer

    # --- what verbs have in common ----------------------------------------------------------------------------------

    def find(self, card):
        """The account that a card leads to."""
        if card in self.lost:
            raise No("card_blocked")
        if card not in self.cards:
            raise No("unknown_card")
        return self.cards[card]

    def heir(self, account):
        """Who has an account's points by now."""
        return account if account.heir is None else self.heir(account.heir)

    def once(self, kind, key, account, content):
        """The stored answer of a key that was used before; the same content of the same member is asked for."""
        if (kind, key) not in self.documents:
            return None
        whose, before, answer = self.documents[kind, key]
        if content != before or (account is not None and self.heir(whose) is not account):
            raise No("key_conflict")
        self.repeated = True
        return answer

    def keep(self, kind, key, account, content, answer):
        """Remember an answer by its key, settle what the step left overdue, and answer."""
        self.documents[kind, key] = account, content, answer
        for each in self.accounts:
            each.settle(each.clock)
        return answer

    def in_time(self, at, account=None, after=None):
        """Not a day ahead of the clock on the wall, nor before the enrolment or what it follows from."""
        if after is not None and at < after:
            raise No("too_early")
        if at > self.recorded_at + DAY:
            raise No("too_late")
        if account is not None and at < account.enrolled:
            raise No("too_early")

    def require_open(self, account):
        """Neither merged nor blocked."""
        if account.heir is not None:
            raise No("card_merged")
        if account.blocked:
            raise No("card_blocked")

    def highest(self, account, at, limit):
        """The highest number of points that may be spent; ``limit``: cents of the receipt, None without one."""
        there = account.points(account.open_lots())
        if self.times_over(account, at):
            return 0
        return there if limit is None else min(there, limit // CENTS)

    def times_over(self, account, at):
        """Whether points were spent often enough on the day."""
        return self.program.per_day is not None and account.redemptions[day_of(at)] >= self.program.per_day

    def may_spend(self, account, at, points, limit):
        """The limits of a redemption, in the order in which refusals are checked."""
        if self.times_over(account, at):
            raise No("redeem_times")
        if points > account.points(account.open_lots()):
            raise No("insufficient_points")
        if limit is not None and points * CENTS > limit:
            raise No("over_share")

    def not_tied(self, account, receipt, own_hold=None):
        """Nothing was spent, or is on hold, for a receipt to come."""
        if receipt in self.sales:
            raise No("already_redeemed")
        if self.paid_by(account, receipt) is not None:
            raise No("already_redeemed")
        for hold in self.held_for.get(receipt, ()):
            if hold is not own_hold and hold in account.holds:
                raise No("already_redeemed")

    def paid_by(self, account, receipt):
        """The (kind, key) of the redemption for a receipt that paid for none yet."""
        for named in self.spent_for.get(receipt, ()):
            if named not in self.undone | self.used and self.heir(self.done[named].account) is account:
                return named
        return None

    # --- members ----------------------------------------------------------------------------------------------------

    def enrol(self, at, card):
        if self.enrolments.get(card) is self.cards.get(card) is not None:
            self.repeated = True
            return ()
        if card in self.cards or card in self.lost:
            raise No("card_taken")
        self.in_time(at)
        account = Account(at)
        self.accounts.append(account)
        self.cards[card] = self.enrolments[card] = account
        if self.program.welcome:
            account.credit(day_of(at), day_of(at) + WELCOME_LASTS, self.program.welcome)
        return ()

    def block(self, at, card, key, blocked):
        account = self.find(card)
        if (answer := self.once("block", key, account, blocked)) is not None:
            return answer
        if account.blocked == blocked:
            return (False,)
        self.in_time(at, account)
        account.settle(at)
        account.blocked = blocked
        return self.keep("block", key, account, blocked, (True,))

    def replace(self, at, card, key, by):
        if (answer := self.once("replace", key, None, (card, by))) is not None:
            return answer
        account = self.find(card)
        if by in self.cards or by in self.lost:
            raise No("card_taken")
        self.in_time(at, account)
        account.settle(at)
        del self.cards[card]
        self.lost.add(card)
        self.cards[by] = account
        return self.keep("replace", key, account, (card, by), ())

    def merge(self, at, card, key, to_card):
        if ("merge", key) in self.documents:
            into = self.heir(self.documents["merge", key][0])
            if {id(self.find(each)) for each in (card, to_card)} != {id(into)}:
                raise No("key_conflict")
            self.repeated = True
            return self.documents["merge", key][2]
        giver, heir = self.find(card), self.find(to_card)
        if giver is heir:
            raise No("usage")
        self.require_open(giver)
        self.require_open(heir)
        at = max(at, giver.clock, heir.clock)
        self.in_time(at)
        giver.settle(at)
        heir.settle(at)
        for hold in list(giver.holds):
            giver.let_go(hold)
        giver.settle(at)  # what was let go of too late expires, and does not move
        moved, owed = giver.points(), giver.deficit()
        for lot in giver.all_lots():
            lot.heirs.append(heir.credit(lot.opens, lot.ends, lot.left, lot.prolonged))
            lot.left = 0
        if owed:
            carried = heir.debit(owed, heir.all_lots())
            for debit in giver.debits:
                debit.owed, debit.rest, debit.carried = debit.rest, 0, carried
        heir.redemptions.update(giver.redemptions)
        giver.heir = heir
        self.cards.update({each: heir for each, whose in self.cards.items() if whose is giver})
        return self.keep("merge", key, heir, None, (moved, owed))
