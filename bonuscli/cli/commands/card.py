"""``bonuscli card``: find, show and list members; personal data is masked unless --pii."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from bonuscli.cli.answers import TABLE, open_shop, show_record, show_table
from bonuscli.cli.options import Call, CardArgument, reader
from bonuscli.model import Program
from bonuscli.render.masks import STARS, mask, mask_email
from bonuscli.reports.table import COUNT, DAY, INSTANT, POINTS, TEXT, Column, Table

COLUMNS = (
    Column("member", "Member", COUNT),
    Column("card", "Card", TEXT),
    Column("phone", "Phone", TEXT),
    Column("name", "Name", TEXT),
    Column("tier", "Tier", TEXT),
    Column("balance", "Balance", POINTS),
    Column("pending", "Not open yet", POINTS),
    Column("enrolled_on", "Enrolled", DAY),
    Column("state", "State", TEXT),
)
CONSENT_COLUMNS = (
    Column("channel", "Channel", TEXT),
    Column("version", "Text", TEXT),
    Column("given_at", "Given", INSTANT),
    Column("source", "Where", TEXT),
    Column("actor", "By", TEXT),
    Column("withdrawn_at", "Withdrawn", INSTANT),
)
CARD_COLUMNS = (Column("card", "Card", TEXT), Column("kind", "Kind", TEXT))

Pii = Annotated[bool, typer.Option("--pii", help="Show phones, cards, e-mail and birthdays in full.")]


@reader
def find(
    call: Call,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Part of a number, phone, name or e-mail.")],
    pii: Pii = False,
) -> None:
    """Find members by any part of a card number, phone, name or e-mail."""
    from bonuscli.services.directory import find_members

    with open_shop(call).reading() as session:
        _show(call, f"Members with {text}", find_members(session, text, call.as_of), session.current, pii)


@reader
def list_cards(call: Call, pii: Pii = False) -> None:
    """All members in the order of their enrolment."""
    from bonuscli.services.directory import list_members

    with open_shop(call).reading() as session:
        _show(call, "Members", list_members(session, call.as_of), session.current, pii)


@reader
def show(call: Call, card: CardArgument, pii: Pii = False) -> None:
    """A member with all cards, particulars and balance."""
    from bonuscli.services.directory import show as ask

    with open_shop(call).reading() as session:
        told = ask(session, card, call.as_of)
        program = session.current

    def iso(at: int | None) -> str | None:
        return None if at is None else program.calendar.iso(at)

    given = [(*consent[:2], iso(consent[2]), *consent[3:5], iso(consent[5])) for consent in told.given]
    hidden = (lambda text: text) if pii else mask
    cards = [(hidden(shown), kind) for shown, kind in told.cards]
    birthday = (told.birthday, "day") if pii else (told.birthday and STARS, "text")

    def flag(value: bool) -> bool | None:
        return value or (None if call.output == TABLE else False)  # people are told only of what is unusual

    fields: list[Any] = [
        ("member", "Member", told.member, "count"),
        ("name", "Name", told.name, "text"),
        ("phone", "Phone", hidden(told.phone), "text"),
        ("email", "E-mail", told.email if pii else mask_email(told.email), "text"),
        ("birthday", "Birthday", *birthday),
        ("gender", "Gender", told.gender, "text"),
        ("tags", "Tags", told.tags or None, "text"),
        ("fields", "Fields", None if told.fields == "{}" else told.fields, "text"),
        ("consents", "May be written to by", told.consents or None, "text"),
        ("enrolled_on", "Enrolled", told.enrolled_on, "day"),
        ("blocked", "Blocked", flag(told.blocked), "flag"),
        ("control", "Control group", flag(told.control), "flag"),
        ("referrer", "Brought by member", told.referrer, "count"),
        ("receipts", "Receipts", told.receipts, "count"),
        ("tier", "Tier", told.figures.tier, "text"),
        ("tier_until", "Tier held through", told.figures.tier_until, "day"),
        ("qualifying_spend_minor", "Qualifying spend", told.figures.spend, "money"),
        ("balance", "Balance", told.figures.balance, "points"),
        ("pending", "Not open yet", told.figures.pending, "points"),
        ("cards", "Cards", Table("Cards", CARD_COLUMNS, cards, "", 0, 0), "rows"),
        ("consents_given", "Consents", Table("Consents", CONSENT_COLUMNS, given, "", 0, 0), "rows"),
    ]
    show_record(call, f"Member {told.member}", fields, program)


def _show(call: Call, title: str, listed: Iterable[Any], program: Program, pii: bool) -> None:
    hidden = (lambda text: text) if pii else mask
    rows = [
        (
            each.member, hidden(each.card), hidden(each.phone), each.name, each.figures.tier, each.figures.balance,
            each.figures.pending, each.enrolled_on, each.state,
        )
        for each in listed
    ]  # fmt: skip
    show_table(call, Table(title, COLUMNS, rows, program.currency, program.digits, program.points.scale))
