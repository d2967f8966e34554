"""``draw``: tickets as the receipts stand now, the run that is held once, and the check that anybody can make.

A run is stored with its seed and the hash of all tickets, and never changes; a receipt that is imported or brought back
afterwards shows as a difference in ``draw check`` and in nothing else.
"""

import json
import secrets
from collections import Counter, namedtuple

from bonuscli.engine import draws
from bonuscli.engine.draws import Bought, Ticket, Winner
from bonuscli.errors import BonusError
from bonuscli.model import Draw
from bonuscli.near import near_or_known
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import PLAIN, Writing
from bonuscli.store import append, offers, reads

# holders: tuple of (card, tickets), most tickets first; lines: text of every ticket; run: of DrawRun, or None.
Standing = namedtuple("Standing", "draw holders lines tickets_hash run")
# run_at: instant; tickets: their number; winners: of Won, in order of the prizes; unclaimed: prizes that nobody won.
DrawRun = namedtuple("DrawRun", "draw seed run_at tickets tickets_hash winners unclaimed replayed")
# score: SHA-256 of seed, draw and ticket, which the winner has among the lowest.
Won = namedtuple("Won", "prize card ticket score")
# run: as worked out now; held_at: instant of the stored run, None without one; differences: sentences on what is not
# as the stored run has it.
Checked = namedtuple("Checked", "run held_at differences")

SEED_BYTES, SEED_LENGTH_MAX = 16, 200


def show(session: Session, draw_id: str) -> Standing:
    """Who holds tickets now, and the run if there was one; BonusError ``unknown_draw``."""
    draw = _require_draw(session, draw_id)
    tickets = _tickets(session, draw)
    held = Counter(ticket.member for ticket in tickets)
    holders = tuple((reads.card_shown(session.connection, member), count) for member, count in held.most_common())
    lines = tuple(ticket.text for ticket in tickets)
    return Standing(draw, holders, lines, draws.tickets_hash(tickets), _stored(session, draw))


def run(shop: Shop, draw_id: str, seed: str | None = None, writing: Writing = PLAIN) -> DrawRun:
    """Hold a draw once; a repeat answers the stored run.

    ``seed``: text that nobody knew before the tickets were published, made here where none is given.  BonusError
    ``unknown_draw``, ``key_conflict`` (held already with another seed), ``too_early`` before its end unless it is a dry
    run, ``no_tickets``.
    """
    if seed is not None:
        _require_seed(seed)
    with shop.writing(writing.dry_run) as session:
        draw = _require_draw(session, draw_id)
        stored = _stored(session, draw)
        if stored is not None:
            if seed not in (None, stored.seed):
                raise BonusError(
                    "key_conflict",
                    f"draw {draw.id} was held already with the seed {stored.seed}",
                    "--seed",
                    "a draw is held once; work it out again with `bonuscli draw check`",
                )
            return stored
        if session.now < draw.ends and not writing.dry_run:
            raise BonusError(
                "too_early",
                f"draw {draw.id} collects tickets until {session.calendar.iso(draw.ends)}",
                "DRAW",
                "hold it then, or try it with --dry-run",
            )
        tickets = _tickets(session, draw)
        if not tickets:
            raise BonusError(
                "no_tickets", f"no receipt bears a ticket of draw {draw.id}", "DRAW", "import its receipts first"
            )
        held, winners = _held(session, draw, tickets, seed or secrets.token_hex(SEED_BYTES))
        text = json.dumps([winner._asdict() for winner in winners], ensure_ascii=False, separators=(",", ":"))
        row = (
            session.program, draw.id, held.seed, held.run_at, held.tickets, held.tickets_hash, text, writing.actor,
        )  # fmt: skip
        append.insert(session.connection, "draw_runs", [row])
        return held


def check(session: Session, draw_id: str, seed: str | None = None) -> Checked:
    """Work a draw out again, with the stored seed or another, and hold it against the stored run, if there is one.

    BonusError ``unknown_draw``; ``usage`` where there is neither a run nor a seed.
    """
    draw = _require_draw(session, draw_id)
    stored = _stored(session, draw)
    if seed is None and stored is None:
        raise BonusError("usage", f"draw {draw.id} was not held yet", "--seed", "give the seed to work it out with")
    if seed is not None:
        _require_seed(seed)
    again, _ = _held(session, draw, _tickets(session, draw), seed or (stored.seed if stored else ""))
    if stored is None:
        return Checked(again, None, ())
    return Checked(again, stored.run_at, tuple(_differences(stored, again)))


# --- within ---------------------------------------------------------------------------------------------------------


def _require_draw(session: Session, draw_id: str) -> Draw:
    known = session.current.beside.draws
    for draw in known:
        if draw.id == draw_id:
            return draw
    hint = near_or_known(draw_id, [draw.id for draw in known]) if known else "add it to the program's draws"
    raise BonusError("unknown_draw", f"the program has no draw {draw_id!r}", "DRAW", hint)


def _require_seed(seed: str) -> None:
    if not seed.strip() or not seed.isprintable() or len(seed) > SEED_LENGTH_MAX:
        raise BonusError(
            "usage",
            f"a seed is one line of at most {SEED_LENGTH_MAX} characters",
            "--seed",
            "as in --seed 'lottery 7421'",
        )


def _tickets(session: Session, draw: Draw) -> list[Ticket]:
    """The tickets as the receipts stand now; what a merged member bought counts for the one who took him over."""
    connection, calendar = session.connection, session.calendar
    # A day to either side, for versions of the program that cut their days elsewhere.
    days = (calendar.day_of(draw.starts) - 2, calendar.day_of(draw.ends) + 2)
    rows = list(offers.paid_receipts(connection, session.program, (draw.starts, draw.ends), days))
    paid_back = {
        original: json.loads(pinned)["paid_back"]
        for original, _, pinned, _ in reads.returns_of(connection, [row[0] for row in rows])
        if pinned
    }
    heirs = offers.heirs(connection)
    final = {row[1]: _heir(row[1], heirs) for row in rows}
    owners = offers.owners(connection, set(final.values()))
    bought = []
    for seq, account, source, number, paid in rows:
        member, blocked = owners[final[account]]
        if not blocked:
            bought.append(Bought(member, source, number, paid - paid_back.get(seq, 0)))
    return draws.tickets_of(draw, bought)


def _heir(account: int, heirs: dict[int, int]) -> int:
    while account in heirs:
        account = heirs[account]
    return account


def _held(session: Session, draw: Draw, tickets: list[Ticket], seed: str) -> tuple[DrawRun, list[Winner]]:
    winners = draws.winners_of(draw, tickets, seed)
    digest = draws.tickets_hash(tickets)
    told = _run(session, draw, (seed, session.now, len(tickets), digest), winners, replayed=False)
    return told, winners


def _stored(session: Session, draw: Draw) -> DrawRun | None:
    row = offers.draw_run(session.connection, session.program, draw.id)
    if row is None:
        return None
    winners = [Winner(**winner) for winner in json.loads(row[4])]
    return _run(session, draw, row[:4], winners, replayed=True)


def _run(
    session: Session, draw: Draw, facts: tuple[str, int, int, str], winners: list[Winner], replayed: bool
) -> DrawRun:
    won = tuple(
        Won(winner.prize, reads.card_shown(session.connection, winner.member), winner.ticket, winner.score)
        for winner in winners
    )
    return DrawRun(draw.id, *facts, won, sum(prize.count for prize in draw.prizes) - len(won), replayed)


def _differences(stored: DrawRun, again: DrawRun) -> list[str]:
    found = []
    if again.seed != stored.seed:
        found.append(f"the draw was held with the seed {stored.seed}, this is another one")
    if again.tickets_hash != stored.tickets_hash:
        others = "as many others" if again.tickets == stored.tickets else f"{again.tickets} now"
        found.append(f"the draw was held with {stored.tickets} tickets, the receipts give {others}")
    if [(won.prize, won.ticket) for won in again.winners] != [(won.prize, won.ticket) for won in stored.winners]:
        found.append("the winners are not those of the draw")
    return found
