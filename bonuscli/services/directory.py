"""The members of a shop with their cards: finding one by what a person remembers, showing one, listing all.

Personal data leaves here as it is; whoever shows it masks it.
"""

from collections import namedtuple
from collections.abc import Iterable, Iterator

from bonuscli.errors import BonusError
from bonuscli.services.facts import load_accounts
from bonuscli.services.identity import fold_card
from bonuscli.services.lookup import figures_at, instant_of
from bonuscli.services.people import row_of
from bonuscli.services.shop import Session
from bonuscli.services.standings import each_at
from bonuscli.store import lookups

# card: the first plastic card as shown, None without one; figures: of the instant asked for.
# state: None, "blocked", "merged" of a member whom another has taken over, or "erased".
Listed = namedtuple("Listed", "member card phone name email tags enrolled_on state figures")
# cards: tuple of (shown, kind); birthday: day number or None; fields: JSON text; consents: text; given: tuple of
# (channel, version, at, source, actor, withdrawn at), instants; referrer: a member.
Shown = namedtuple(
    "Shown",
    "member name phone email birthday gender tags fields consents given enrolled_on cards receipts blocked control"
    " referrer "
    "figures",
)


def show(session: Session, card: str, as_of: str | None = None) -> Shown:
    """One member with all cards."""
    member = session.find_member(card)
    _, name, phone, email, birthday, gender, tags, fields, consents, enrolled_on = row_of(session.connection, member)
    account = load_accounts(session.connection, session.program, [member], session.versions)[member]
    figures = figures_at(session, account, instant_of(session, as_of, account))
    cards = tuple((shown, kind) for _, shown, kind in lookups.cards_of(session.connection, member))
    return Shown(
        member,
        name,
        phone,
        email,
        birthday,
        gender,
        tags,
        fields,
        consents,
        tuple(lookups.consents_of(session.connection, member)),
        enrolled_on,
        cards,
        account.receipts,
        account.blocked,
        account.control,
        account.referrer,
        figures,
    )


def list_members(session: Session, as_of: str | None = None) -> Iterator[Listed]:
    """All members in order of enrolment."""
    cards = _first_cards(lookups.all_cards(session.connection))
    yield from _listed(session, lookups.members(session.connection), cards, as_of)


def find_members(session: Session, text: str, as_of: str | None = None) -> Iterator[Listed]:
    """Members of whom a card number, phone, name or e-mail holds ``text``, whatever its case; BonusError ``usage``."""
    wanted = text.strip().casefold()
    if not wanted:
        raise BonusError(
            "usage", "there is nothing to look for", "TEXT", "give a part of a number, phone, name or e-mail"
        )
    numbers = list(lookups.all_cards(session.connection))
    folded = _folded(text)
    by_card = {member for member, number, _, _ in numbers if folded and folded in number}
    rows = (
        row
        for row in lookups.members(session.connection)
        if row[0] in by_card or any(wanted in (field or "").casefold() for field in (row[1], row[3]))
    )
    yield from _listed(session, rows, _first_cards(numbers), as_of)


def _folded(text: str) -> str | None:
    try:
        return fold_card(text)
    except BonusError:
        return None


def _first_cards(numbers: Iterable[tuple]) -> dict[int, str]:
    """The first plastic card of each member, as shown."""
    found: dict[int, str] = {}
    for member, _, shown, kind in numbers:
        if kind == "card":
            found.setdefault(member, shown)
    return found


def _listed(session: Session, rows: Iterable[tuple], cards: dict[int, str], as_of: str | None) -> Iterator[Listed]:
    for (member, name, phone, email, tags, enrolled_on), account, _, figures in each_at(session, rows, as_of):
        state = "merged" if account.merged_into is not None else "blocked" if account.blocked else None
        if state is None and phone is None and member not in cards:
            state = "erased"  # every other member has a card or a phone
        yield Listed(member, cards.get(member), phone, name, email, tags, enrolled_on, state, figures)
