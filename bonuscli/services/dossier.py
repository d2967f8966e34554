"""``card export``: all that is stored on one person, as one document that can be handed to him.

It holds rows as the views show them, so that their columns mean what ``docs/database.md`` says, and the figures of each
account as ``balance`` tells them.  Members who were merged into him are the same person: theirs follow.
"""

from typing import Any

from bonuscli.services.facts import load_accounts
from bonuscli.services.lookup import figures_at, instant_of
from bonuscli.services.shop import Session
from bonuscli.store import person, reads


def dossier(session: Session, card: str) -> dict[str, Any]:
    """The document of a card's member, plain values for JSON; BonusError ``unknown_card``.

    ``points`` are in the smallest unit and money in minor units, as everywhere in JSON.
    """
    member = session.find_member(card)
    merged = _merged_into(member, reads.mergers(session.connection))
    return {
        "member": member,
        "exported_at": session.calendar.iso(session.now),
        "accounts": [account for each in (member, *merged) for account in _accounts(session, each)],
        **person.rows_of(session.connection, member),
        "merged": [{"member": each, **person.rows_of(session.connection, each)} for each in merged],
    }


def _merged_into(member: int, mergers: dict[tuple[str, int], int]) -> list[int]:
    direct = sorted({other for (_, other), into in mergers.items() if into == member})
    return [each for other in direct for each in (other, *_merged_into(other, mergers))]


def _accounts(session: Session, member: int) -> list[dict[str, Any]]:
    """What each account of a member holds now, or at its own clock if that is later."""
    told = []
    for program in session.programs:
        inside = session.within(program)
        account = load_accounts(session.connection, program, [member], inside.versions).get(member)
        if account is not None:
            figures = figures_at(inside, account, instant_of(inside, None, account))
            told.append(
                {
                    "account": account.id,
                    "member": member,
                    "program": program,
                    "currency": inside.current.currency,
                    "points_scale": inside.current.points.scale,
                    "tier": figures.tier,
                    **{name: getattr(figures, name) for name in ("balance", "pending", "held", "available", "deficit")},
                    "blocked": account.blocked,
                    "control": account.control,
                    "referrer": account.referrer,
                }
            )
    return told
