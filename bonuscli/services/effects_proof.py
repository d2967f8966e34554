"""Effects held against what causes them: each account is folded alone, so this is where two of them meet.

Folding the accounts again emits what their events do to others; the events of kind ``effect`` are what was stored.  An
effect that nobody caused, or one that was caused and is not there, was changed by hand (invariant 10).
"""

import json
import sqlite3
from collections import Counter, namedtuple
from collections.abc import Iterator

from bonuscli.engine.account import Account
from bonuscli.errors import InvariantBroken
from bonuscli.store import checks, reads

# cause: the member whose event it comes from; member: whose account it changes; at: instant; terms: JSON text.
Told = namedtuple("Told", "cause program member rule key at terms")


def emitted_by(account: Account) -> list[Told]:
    """What the events of a folded account do to others."""
    return [
        Told(account.member, account.program, *effect._replace(terms=_text(effect.terms))) for effect in account.effects
    ]


def effect_findings(
    connection: sqlite3.Connection, among: set[int] | None, emitted: list[Told], most: int
) -> Iterator[tuple]:
    """(invariant, account, entry, text) of effects stored and not emitted, and the other way, at most ``most`` each.

    ``emitted``: by all accounts, or by those of the members ``among``: then only what these caused is looked at.
    """
    try:
        mergers = reads.mergers(connection)
    except InvariantBroken as problem:
        yield 12, None, None, str(problem)
        return
    stored = Counter(_taken(told, mergers) for told in _stored(connection) if among is None or told.cause in among)
    folded = Counter(_taken(told, mergers) for told in emitted)
    for told in list((stored - folded).elements())[:most]:
        yield 10, None, None, f"effect {told.key} on member {told.member} is stored, and nothing causes it as it stands"
    for told in list((folded - stored).elements())[:most]:
        yield 10, None, None, f"effect {told.key} on member {told.member} is caused, and not stored so"


def _taken(told: Told, mergers: dict[tuple[str, int], int]) -> Told:
    """The same on the account where it is booked: an effect on an account that was taken over finds the one that did.

    One from before the merger stands on the old account and is held to be on the new one, on both sides alike.
    """
    while (told.program, told.member) in mergers:
        told = told._replace(member=mergers[told.program, told.member])
    return told


def _stored(connection: sqlite3.Connection) -> Iterator[Told]:
    rows = [(*row, *_cause_and_terms(body)) for *row, body in checks.effect_rows(connection)]
    members = reads.members_of_events(connection, {cause for *_, cause, _ in rows})
    for *row, cause, terms in rows:
        yield Told._make((members.get(cause), *row, terms))


def _cause_and_terms(body: str) -> tuple[int | None, str]:
    try:
        plain = json.loads(body)
        return plain["cause"], _text(plain["terms"])
    except (ValueError, KeyError, TypeError):
        return None, body  # no effect can have been written so


def _text(terms: object) -> str:
    return json.dumps(terms, sort_keys=True)
