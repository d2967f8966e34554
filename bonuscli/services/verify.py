"""The proof: every account folded again from its events and compared with what is stored, and sums checked by SQL.

Three independent ways are taken.  *Refolding* reads events, members and versions only and must give the stored entries,
allocations, parts, shares, tier changes and projections (invariant 10).  *Queries* check the ledger's sums without the
engine (invariants 1 to 4 and 7).  *Digests* show that documents, members and versions are as they were sent.  A finding
names the invariant, the account, the entry and both numbers.
"""

from hashlib import sha256
from itertools import islice

from bonuscli.errors import BonusError
from bonuscli.services.as_sent import changed_documents
from bonuscli.services.codes_proof import code_findings
from bonuscli.services.effects_proof import Told, effect_findings
from bonuscli.services.fold_proof import folded_findings
from bonuscli.services.ledger_proof import (
    MOST_OF_A_KIND,
    PARTS,
    PARTS_OF_MEMBER,
    SCORING,
    Finding,
    Verification,
)
from bonuscli.services.shop import Session, Shop
from bonuscli.services.suspicion import suspecting
from bonuscli.store import checks, checks_of_ledger, days_anew, reads, seals, shape

# 64 bits: nobody makes another chain with a head that begins alike, and none begins so by chance.
HEAD_DIGITS_MIN = 16


def verify(shop: Shop, card: str | None = None, head: str | None = None, since: int | None = None) -> Verification:
    """Check the whole database, or one member's account.

    ``head``: a seal's hash, or its beginning, that must be found in the chain; BonusError ``usage`` where it is too
    short to prove anything, or asked of one member.  ``since``: only accounts with an event of that seq or a later one
    are folded again; sums and seals are checked of all.
    """
    if head is not None:
        _require_proof(head, card)
    with suspecting(shop.path, proving=True), shop.reading() as session:
        member = None if card is None else session.find_member(card)
        connection = session.connection
        counts = checks_of_ledger.counts(connection, member)
        findings = [Finding(*row) for row in checks.findings(connection, member, MOST_OF_A_KIND)]
        findings += [Finding(*row) for row in changed_documents(connection, member, MOST_OF_A_KIND)]
        findings += _changed_versions(session)
        findings += _overdrawn_budgets(session)
        emitted: list[Told] = []
        lately = None if since is None else checks.members_since(connection, since)
        among = {member} if member is not None else lately
        for account_id, account_member, clock, program in checks.accounts(connection, member):
            if lately is not None and account_member not in lately:
                continue
            findings += folded_findings(session.within(program), account_id, account_member, clock, emitted)
        findings += [Finding(*row) for row in effect_findings(connection, among, emitted, MOST_OF_A_KIND)]
        findings += [Finding(*row) for row in code_findings(connection, member, MOST_OF_A_KIND)]
        if member is None:
            findings += [Finding(*row) for row in shape.lost_guards(connection)]
            findings += [Finding(*row) for row in days_anew.day_findings(connection, MOST_OF_A_KIND)]
            broken = islice(seals.broken(connection, head), MOST_OF_A_KIND)
            findings += [Finding(14, None, None, text) for text in broken]
        checked = PARTS if member is None else PARTS_OF_MEMBER
        unchecked = [part for part in PARTS if part not in checked]
        if since is not None:
            unchecked.append(f"{SCORING} of accounts without an event since {since}")
        return Verification(*counts, findings, checked, tuple(unchecked))


def _require_proof(head: str, card: str | None) -> None:
    if card is not None:
        why = "seals bind the transactions of everybody: a head is not one member's"
        raise BonusError("usage", why, "--head", "leave the card out")
    if len(head) < HEAD_DIGITS_MIN:
        hint = "give it as `bonuscli expire` or `bonuscli status` printed it"
        raise BonusError("usage", f"a head of fewer than {HEAD_DIGITS_MIN} digits proves nothing", "--head", hint)


def _changed_versions(session: Session) -> list[Finding]:
    """A published version is its text: a hash or a beginning that is not the text's own was changed by hand."""
    findings = []
    for version, program, starts_on, starts_at, _, program_hash, *_ in reads.program_rows(session.connection):
        stored = reads.program_text(session.connection, version)
        compiled = session.programs[program].program(version)
        name = f"version {version} of {program}"
        digest = sha256(stored.encode()).hexdigest()
        if digest != program_hash:
            text = f"{name} has a text of another hash: {digest[:12]}, it was {program_hash[:12]}"
            findings.append(Finding(10, None, None, text))
        if compiled is None:
            continue
        if compiled.plain["id"] != program:
            findings.append(Finding(10, None, None, f"{name} is one of {compiled.plain['id']}"))
        begins = compiled.calendar.start_of(starts_on)
        if begins != starts_at:
            text = f"{name} does not start with its first day: at {starts_at}, that begins at {begins}"
            findings.append(Finding(10, None, None, text))
    return findings


def _overdrawn_budgets(session: Session) -> list[Finding]:
    """A rule never gives more than the largest budget that a version of its program gave it."""
    findings = []
    for program, versions in session.programs.items():
        most = versions.budgets()
        for rule, drawn in reads.budget_draws(session.connection, program).items():
            if not 0 <= drawn <= most.get(rule, 0):
                text = f"{drawn} points were drawn from the budget of {rule} in {program}, it has {most.get(rule, 0)}"
                findings.append(Finding(10, None, None, text))
    return findings
