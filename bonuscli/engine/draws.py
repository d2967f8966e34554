"""Prize draws: tickets for money paid, and winners that anybody can work out again from the seed and the tickets.

A receipt bears one ticket for each whole ``per`` of the money that was paid for it and not paid back.  A ticket is a
line of text, ``source|receipt number|ticket number``: who holds the receipt knows it, and it names nobody (a card
number could be guessed from its hash).  Its score is the SHA-256 of ``seed|draw|ticket``; the lowest score wins the
first prize of the file, and so on, but a member who has won is passed over.

Worked number: 2,500.00 paid with a ticket per 1,000.00 are two tickets; 600.00 brought back leaves one.
"""

from __future__ import annotations

from collections import namedtuple

from bonuscli.model import Draw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# A member's receipt within the draw.  paid_minor: money paid for it, net of what was paid back.
Bought = namedtuple("Bought", "member source number paid_minor")
# text: see the module.
Ticket = namedtuple("Ticket", "text member")
# score: hexadecimal.
Winner = namedtuple("Winner", "prize ticket member score")


def tickets_of(draw: Draw, receipts: Iterable[Bought]) -> list[Ticket]:
    """All tickets, by receipt number, source and number of the ticket."""
    return [
        Ticket(f"{bought.source}|{bought.number}|{number}", bought.member)
        for bought in sorted(receipts, key=lambda bought: (bought.number, bought.source))
        for number in range(1, bought.paid_minor // draw.ticket_minor + 1)
    ]


def tickets_hash(tickets: list[Ticket]) -> str:
    """SHA-256 of the tickets' text, each line with its end: ``sha256sum`` of the published list gives the same."""
    from hashlib import sha256  # it loads OpenSSL, which no till's command needs

    return sha256("".join(f"{ticket.text}\n" for ticket in tickets).encode()).hexdigest()


def winners_of(draw: Draw, tickets: list[Ticket], seed: str) -> list[Winner]:
    """Who wins what, in the order of the prizes; fewer than there are prizes where members run out."""
    from hashlib import sha256

    scored = sorted(
        (sha256(f"{seed}|{draw.id}|{ticket.text}".encode()).hexdigest(), ticket.text, ticket.member)
        for ticket in tickets
    )
    prizes = [prize.name for prize in draw.prizes for _ in range(prize.count)]
    winners: list[Winner] = []
    won: set[int] = set()
    for score, text, member in scored:
        if len(winners) == len(prizes):
            break
        if member not in won:
            won.add(member)
            winners.append(Winner(prizes[len(winners)], text, member, score))
    return winners
