"""The verbs of scenarios that move points between members or change their cards, and the look ahead at what expires."""

from typing import Any

from bonuscli.days import parse_day
from bonuscli.engine.book import Rows
from bonuscli.engine.settle import settle
from bonuscli.errors import BonusError
from bonuscli.model import EXPIRY, INACTIVITY
from bonuscli.services.card_changes import block, replace
from bonuscli.services.facts import load_accounts
from bonuscli.services.scenario_file import POINTS, Step
from bonuscli.services.scenario_stage import Stage, Told
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge, transfer
from bonuscli.services.writing import Writing
from bonuscli.store import checks


def play_transfer(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``transfer: {from, to, points}``; figures are those of the giver."""
    points = stage.typed(POINTS, body["points"], "points")
    answer = transfer(shop, body["from"], body["to"], points, Writing(body.get("at"), key=body.get("id")))
    return Told({"replayed": answer.replayed}, shop, body["from"])


def play_merge(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``merge: {from, to}``; figures are those of the member that stays."""
    answer = merge(shop, body["from"], body["to"], Writing(body.get("at"), key=body.get("id")))
    return Told({"replayed": answer.replayed}, shop, body["to"])


def play_block(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``block: {card}``."""
    return _blocked(stage, shop, body, step, True)


def play_unblock(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``unblock: {card}``."""
    return _blocked(stage, shop, body, step, False)


def _blocked(stage: Stage, shop: Shop, body: dict[str, Any], step: Step, blocked: bool) -> Told:
    card = stage.card_of(body, step)
    return Told({"replayed": block(shop, card, blocked).replayed}, shop, card)


def play_replace(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``replace: {card, by}``; figures are those of the new card."""
    card = stage.card_of(body, step)
    answer = replace(shop, card, body["by"])
    stage.cards = [body["by"] if known == card else known for known in stage.cards]
    return Told({"replayed": answer.replayed}, shop, body["by"])


def play_forecast(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``forecast: {until}``: ``expiring`` is what all members' points lose through that day if nothing happens."""
    try:
        until = parse_day(body["until"])
    except ValueError as problem:
        raise BonusError("bad_time", str(problem), "until", "write it as 2026-12-31") from None
    expiring = 0
    with shop.reading() as session:
        at = session.calendar.start_of(until + 1)
        for _, member, _, program in checks.accounts(session.connection, None):
            if program == session.program:
                account = load_accounts(session.connection, program, [member], session.versions)[member]
                rows = Rows()
                settle(account, rows, session.versions, max(at, account.clock))
                expiring -= sum(entry.points for entry in rows.entries if entry.kind in (EXPIRY, INACTIVITY))
    return Told({"expiring": expiring}, shop, None)
