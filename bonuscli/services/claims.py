"""Who holds a key: the events that documents of a batch may repeat, pay for or bring back.

A document's identity is (source, number) with its kind; one unique index over all of them decides in the end, and these
look-ups only spare a document that would fail there.  Returns name their receipt by its number alone.
"""

from __future__ import annotations

from bonuscli.errors import BonusError
from bonuscli.model import CAPTURE, HOLD, RECEIPT, REDEEM, SHARED_KINDS
from bonuscli.records import namedtuple
from bonuscli.store import reads

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

Claim = namedtuple("Claim", "seq source kind digest member program")

# Events that spend points for a receipt which comes later.
SPENDING = (REDEEM, CAPTURE)


class Claims:
    """The claims of some numbers: stored ones as read, and those added since; ``program`` asks."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._by_number: dict[str, list[Claim]] = {}
        self._used: set[int] = set()
        # Member of a claim -> who has taken him over since, or he himself.
        self.holders: dict[int, int] = {}

    def read(self, connection: sqlite3.Connection, numbers: set[str]) -> list[Claim]:
        """Read what is stored under the numbers; the claims found."""
        found = []
        for number, source, kind, seq, digest, member, program in reads.claims(connection, numbers):
            found.append(Claim(seq, source, kind, digest, member, program))
            self.add(number, found[-1])
        redeems = [claim.seq for claim in found if claim.kind in SPENDING]
        self._used.update(reads.used_redemptions(connection, redeems))
        return found

    def add(self, number: str, claim: Claim) -> None:
        """A number is taken from now on."""
        self._by_number.setdefault(number, []).append(claim)

    def drop(self, number: str, kind: str) -> None:
        """A number is free again, as far as events of a kind go."""
        self._by_number[number] = [claim for claim in self._by_number.get(number, ()) if claim.kind != kind]

    def find(self, number: str, source: str, kind: str) -> Claim | None:
        """The event that holds a key already; BonusError ``key_conflict`` where it moved points of another program."""
        for claim in self._by_number.get(number, ()):
            if claim.source == source and claim.kind == kind:
                if claim.program != self._program and kind not in SHARED_KINDS:
                    hint = f"use another id, or --in {claim.program}; nothing was written"
                    raise BonusError("key_conflict", f"{number} was recorded in program {claim.program}", None, hint)
                return claim
        return None

    def find_receipt(self, number: str, source: str) -> Claim | None:
        """The receipt with a number: of the return's own source first, else the only one there is.

        BonusError ``ambiguous_receipt`` where several other sources have one.
        """
        found = [claim for claim in self._by_number.get(number, ()) if claim.kind == RECEIPT]
        own = [claim for claim in found if claim.source == source]
        if own:
            return own[0]
        if len(found) < 2:
            return found[0] if found else None
        raise BonusError(
            "ambiguous_receipt",
            f"{len(found)} sources have a receipt {number}: {', '.join(repr(claim.source) for claim in found)}",
            "original",
            "give the shop and till of the receipt",
        )

    def find_redeem(self, number: str, source: str, member: int, program: str) -> Claim | None:
        """The member's redemption that was recorded for a receipt before the receipt came, and paid for none yet.

        It was recorded by the receipt's own source, or by one that did not say which it is.
        """
        for claim in self._by_number.get(number, ()):
            of_member = claim.program == program and self._holder(claim) == member
            ready = claim.kind in SPENDING and claim.seq not in self._used
            if ready and of_member and claim.source in (source, ""):
                return claim
        return None

    def find_holds(self, number: str, member: int) -> list[Claim]:
        """The member's holds for a receipt, ended ones too."""
        found = self._by_number.get(number, ())
        return [claim for claim in found if claim.kind == HOLD and self._holder(claim) == member]

    def use(self, redeem_seq: int) -> None:
        """A redemption has found its receipt: it pays for no other one with the same number."""
        self._used.add(redeem_seq)

    def has_receipt(self, number: str, source: str, member: int) -> bool:
        """Whether points may have been spent on the receipt of that number: the source's own, or the member's where
        the source is not told."""
        return any(
            claim.kind == RECEIPT and (claim.source == source or (not source and self._holder(claim) == member))
            for claim in self._by_number.get(number, ())
        )

    def owns_receipt(self, number: str, member: int) -> bool:
        """Whether the member has a receipt of that number, of whatever source."""
        return any(claim.kind == RECEIPT and self._holder(claim) == member for claim in self._by_number.get(number, ()))

    def _holder(self, claim: Claim) -> int | None:
        """Whose a claim is by now."""
        return self.holders.get(claim.member, claim.member)
