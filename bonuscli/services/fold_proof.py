"""One account folded again from its events and held against every row that is stored of it (invariant 10).

A sound account is nearly always the case, so whole lists of rows are compared first, as they come; only where two lists
differ, or stand in another order, is looked from row to row, and a finding told of each that is too many or missing.
"""

import json
from collections.abc import Sequence

from bonuscli.errors import InvariantBroken
from bonuscli.model import RECEIPT, RETURN
from bonuscli.services.effects_proof import Told, emitted_by
from bonuscli.services.ledger_proof import MOST_OF_A_KIND, Finding
from bonuscli.services.refold import Refolded, refold
from bonuscli.services.rows_out import account_row, projected_rows
from bonuscli.services.shop import Session
from bonuscli.store import checks


def folded_findings(session: Session, account_id: int, member: int, clock: int, emitted: list[Told]) -> list[Finding]:
    """Findings of one account held against its refolding; what it does to others is added to ``emitted``."""
    try:
        folded = refold(session.connection, member, account_id, clock, session.versions)
    except (InvariantBroken, KeyError, ValueError, StopIteration) as problem:
        return [Finding(10, account_id, None, f"the account can not be folded again: {problem}")]
    findings = []
    emitted += emitted_by(folded.account)
    for table, rows in _folded_rows(folded).items():
        stored = checks.stored_rows(session.connection, table, account_id)
        if not _same(stored, rows):
            place = folded.account.program if table == "budget_draws" else account_id
            at = 2 if table == "line_shares" else 0
            findings += _differences(table, account_id, _named(stored, place, at), _named(rows, place, at))
    findings += _pinned_differences(folded, account_id)
    projected = {"accounts": [account_row(folded.account)], **projected_rows(folded.account)}
    for table, rows in projected.items():
        stored = checks.stored_rows(session.connection, table, account_id)
        if not _same(stored, rows):
            findings += _differences(table, account_id, stored, rows)
    return findings


def _folded_rows(folded: Refolded) -> dict[str, list]:
    """By table the rows that follow from the events, without what all of an account's have in common."""
    ledger = folded.ledger
    return {
        "entries": ledger.entries,
        "allocations": ledger.allocations,
        "inherited": ledger.inherited,
        "award_parts": ledger.parts,
        "tier_changes": ledger.tier_changes,
        "line_shares": ledger.shares,
        "budget_draws": ledger.draws,
    }


def _same(stored: list[tuple], folded: list) -> bool:
    """Whether two lists have the same rows; ``stored`` is in the order of a key, which no two rows have alike."""
    return stored == folded or (len(stored) == len(folded) and stored == sorted(folded))


def _named(rows: Sequence[tuple], name: object, at: int) -> list[tuple]:
    """Rows with the name of their account, or program, in its place."""
    return [(*row[:at], name, *row[at:]) for row in rows]


def _differences(table: str, account_id: int, stored: list[tuple], folded: list[tuple]) -> list[Finding]:
    if sorted(stored, key=repr) == sorted(folded, key=repr):
        return []
    there, here = set(stored), set(folded)
    findings = []
    for row in sorted(there - here, key=repr)[:MOST_OF_A_KIND]:
        text = f"{table} has {row}, folding again does not give it"
        findings.append(Finding(10, account_id, _entry_in(table, row), text))
    for row in sorted(here - there, key=repr)[:MOST_OF_A_KIND]:
        text = f"{table} lacks {row}, which folding again gives"
        findings.append(Finding(10, account_id, _entry_in(table, row), text))
    return findings or [Finding(10, account_id, None, f"{table} has a row twice")]


def _entry_in(table: str, row: tuple) -> int | None:
    return row[1] if table in ("entries", "allocations", "award_parts", "open_rests") else None


def _unpinned(text: str | None) -> object:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _pinned_differences(folded: Refolded, account_id: int) -> list[Finding]:
    """What an event's own row says of its booking, against the booking."""
    findings = []
    for row in folded.rows:
        if row.kind not in (RECEIPT, RETURN):
            continue
        booked = folded.booked[row.seq]
        pinned = _unpinned(row.pinned)
        if isinstance(pinned, dict):
            pinned = {key: value for key, value in pinned.items() if key != "in"} or None
        if row.kind == RECEIPT:
            stored: object = (row.tier, row.spent, row.spent_minor, pinned)
            again: object = (booked.tier, booked.redeemed, booked.spent_minor, booked.pinned)
        else:
            stored, again = pinned, booked.pinned
        if stored != again:
            text = f"{row.kind} {row.number} has {stored}, folding again gives {again}"
            findings.append(Finding(10, account_id, None, text))
    return findings[:MOST_OF_A_KIND]
