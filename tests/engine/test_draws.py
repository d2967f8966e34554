"""Prize draws: tickets by money paid, and winners that follow from the seed and the tickets alone."""

from hashlib import sha256

from bonuscli.engine.draws import Bought, tickets_hash, tickets_of, winners_of
from bonuscli.model import Draw, Prize

DRAW = Draw("christmas", 1_000, 0, 100, (Prize("Machine", 1), Prize("Mug", 2)))


def test_a_ticket_for_each_whole_amount_of_a_receipt() -> None:
    """25.00 and 9.99 are two tickets and none: rests of receipts are not added up."""
    found = tickets_of(DRAW, [Bought(1, "main/1", "R2", 999), Bought(1, "main/1", "R1", 2_500)])
    assert [ticket.text for ticket in found] == ["main/1|R1|1", "main/1|R1|2"]
    assert tickets_of(DRAW, [Bought(1, "", "R1", -5_000), Bought(1, "", "R2", 0)]) == []


def test_the_order_of_receipts_does_not_matter() -> None:
    """Tickets, their hash and the winners are the same however the receipts were recorded."""
    receipts = [Bought(member, "main", f"R{number}", 1_000) for number, member in enumerate((1, 2, 1, 3, 4), start=1)]
    tickets = tickets_of(DRAW, receipts)
    again = tickets_of(DRAW, receipts[::-1])
    assert tickets == again
    assert tickets_hash(tickets) == sha256(b"main|R1|1\nmain|R2|1\nmain|R3|1\nmain|R4|1\nmain|R5|1\n").hexdigest()
    assert winners_of(DRAW, tickets, "seed") == winners_of(DRAW, again, "seed")


def test_the_lowest_scores_win_in_the_order_of_the_prizes() -> None:
    """Anybody who has the list can work the winners out with nothing but SHA-256."""
    tickets = tickets_of(DRAW, [Bought(member, "", f"R{member}", 1_000) for member in range(1, 20)])
    scores = sorted(sha256(f"s|christmas|{ticket.text}".encode()).hexdigest() for ticket in tickets)
    winners = winners_of(DRAW, tickets, "s")
    assert [winner.score for winner in winners] == scores[:3]
    assert [winner.prize for winner in winners] == ["Machine", "Mug", "Mug"]


def test_a_member_wins_once() -> None:
    """Who has a hundred tickets against one wins one prize, and what is left over finds no winner."""
    tickets = tickets_of(DRAW, [Bought(1, "", "R1", 100_000), Bought(2, "", "R2", 1_000)])
    winners = winners_of(DRAW, tickets, "s")
    assert sorted(winner.member for winner in winners) == [1, 2]
    assert winners_of(DRAW, [], "s") == []


def test_another_seed_is_another_draw() -> None:
    """Over many seeds each of two equal members wins the first prize about as often."""
    tickets = tickets_of(DRAW, [Bought(1, "", "R1", 1_000), Bought(2, "", "R2", 1_000)])
    first = [winners_of(DRAW, tickets, str(seed))[0].member for seed in range(400)]
    assert 150 < first.count(1) < 250
