"""The quick proof: the ledger alone booked again, and what any proof tells.

Lots, debits, rests, holds and balances are reckoned again from entries and allocations and held against what is stored
(invariants 1 to 4, 8, 9 and 11, as far as they need no rule of the program), and each debit is held to the lots that
were next.  Whether the entries are what receipts earned, nobody asks here: ``verify`` does, in fifteen times the time.
So what it finds ``verify`` finds too, in the same words.
"""

from __future__ import annotations

from bonuscli.records import namedtuple
from bonuscli.services.suspicion import suspecting
from bonuscli.store import checks_of_ledger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bonuscli.services.shop import Shop

# invariant: its number in the ledger's list; entry: n or None.
Finding = namedtuple("Finding", "invariant account entry text")
# checked, unchecked: of PARTS.
Verification = namedtuple("Verification", "entries accounts lots events findings checked unchecked")

# What a whole proof looks at: the ledger's sums and its order of eating; whether documents, members, versions, budgets
# and codes are as they were told; accounts folded again from receipts, by the program's rules; triggers, indexes and
# bounds of the tables; figures of days; the chain of seals.
LEDGER, DOCUMENTS, SCORING = "ledger", "documents", "scoring"
PARTS = (LEDGER, DOCUMENTS, SCORING, "schema", "days", "seals")
# Those that bind everybody's rows together are no matter of one member.
PARTS_OF_MEMBER = PARTS[:3]
# After so many findings of one kind the rest only repeats what is wrong.
MOST_OF_A_KIND = 20


def prove_ledger(shop: Shop, card: str | None = None) -> Verification:
    """Check the ledger of the whole database, or of one member, without asking what earned its points."""
    with suspecting(shop.path, proving=True), shop.reading(scoring=False) as session:
        member = None if card is None else session.find_member(card)
        connection = session.connection
        counts = checks_of_ledger.counts(connection, member)
        findings = [Finding(*row) for row in checks_of_ledger.ledger_findings(connection, member, MOST_OF_A_KIND)]
        return Verification(*counts, findings, (LEDGER,), PARTS[1:])
