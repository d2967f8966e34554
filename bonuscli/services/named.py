"""Events by the names that a till prints: the entry ``account:n`` that they made, or their own number.

An entry names one event of one account.  A number may name several, one of each kind and source; where it does, the
caller's order of kinds decides.
"""

import re

from bonuscli.errors import BonusError
from bonuscli.model import RECEIPT
from bonuscli.services.shop import Session
from bonuscli.store import reads

_ENTRY = re.compile(r"([0-9]{1,15}):([0-9]{1,15})")


def event_named(session: Session, name: str, kinds: tuple[str, ...]) -> reads.EventRow | None:
    """The event that booked entry ``account:n``, of whatever kind, else the one that has the name as its number, of
    several that of the first of ``kinds``; None where there is none.

    BonusError ``not_undoable`` for an entry that was booked because it fell due, and so has no event;
    ``ambiguous_receipt`` for a number that several shops use.
    """
    written = _ENTRY.fullmatch(name.strip())
    entry = reads.entry(session.connection, int(written[1]), int(written[2])) if written else None
    if entry is not None:
        kind, event = entry
        if event is None:
            raise BonusError(
                "not_undoable",
                f"entry {name} ({kind}) was booked because it fell due, nobody recorded it",
                "ENTRY",
                "correct the points with `bonuscli adjust`",
            )
        return reads.events(session.connection, [event])[event]
    found: dict[str, list[int]] = {}
    for _, _, kind, seq, *_ in reads.claims(session.connection, [name]):
        found.setdefault(kind, []).append(seq)
    if not found:
        return None
    named = next(kind for kind in (*kinds, *found) if kind in found)
    seqs = found[named]
    if named == RECEIPT and len(seqs) > 1:
        hint = "bring back the one of a shop with `bonuscli return --source SHOP/TILL`"
        raise BonusError("ambiguous_receipt", f"{len(seqs)} sources have a receipt {name}", "ENTRY", hint)
    return reads.events(session.connection, seqs[:1])[seqs[0]]
