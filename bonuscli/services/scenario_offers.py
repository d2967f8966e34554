"""Verbs of scenarios about what a program gives beside points: passes, visits, gifts, coupons and prize draws; stamps
are counted.
"""

from typing import Any

from bonuscli.services import coupons, draws, gifts, passes
from bonuscli.services.punches import punch_cards
from bonuscli.services.scenario_file import COUNT, Step
from bonuscli.services.scenario_stage import Stage, Told
from bonuscli.services.shop import Session, Shop
from bonuscli.services.writing import Writing


def sell_pass(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``pass {card, pass, id}``: ``visits`` is what the pass was sold with, ``name`` and ``price`` are its own."""
    card = stage.card_of(body, step)
    sold = passes.sell(shop, card, body["pass"], body.get("id"), Writing(body.get("at")))
    figures = {"visits": sold.visits, "name": sold.name, "price": sold.price_minor, "replayed": sold.replayed}
    return Told(figures, shop, card)


def visit(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``visit {card, pass, id}``: ``visits`` is what is left on the pass."""
    card = stage.card_of(body, step)
    used = passes.visit(shop, card, body.get("pass"), Writing(body.get("at"), key=body.get("id")))
    return Told({"visits": used.left, "name": used.name, "replayed": used.replayed}, shop, card)


def claim(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``claim {gift, card, receipt}``: ``name`` is the gift's own."""
    card = stage.card_of(body, step)
    given = gifts.claim(shop, body["gift"], card, body.get("receipt"), Writing(body.get("at")))
    return Told({"name": given.name, "replayed": given.replayed}, shop, card)


def make_codes(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``coupon {coupon, count}``: ``made`` is how many codes were made, all that are missing where no count is told."""
    made = coupons.make(shop, body["coupon"], stage.given(body, "count", COUNT), writing=Writing(body.get("at")))
    return Told({"made": len(made.codes)}, shop, None)


def draw(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``draw {draw, seed}``: held at the step's time; ``winners`` are the prizes by card."""
    held = draws.run(shop, body["draw"], body.get("seed"))
    winners = {won.card: won.prize for won in held.winners}
    return Told({"tickets": held.tickets, "winners": winners, "replayed": held.replayed}, shop, None)


def stamps(session: Session, card: str) -> dict[str, int]:
    """The stamps of a member's punch cards, by their ids."""
    return {told.id: told.stamps for told in punch_cards(session, card)}
