"""The verbs of scenarios that give points by hand, report actions, and change a member."""

from typing import Any

from bonuscli.services.actions import act
from bonuscli.services.granting import Given, grant
from bonuscli.services.member_changes import Wanted, change_member, set_tier
from bonuscli.services.scenario_file import POINTS, Step
from bonuscli.services.scenario_stage import Stage, Told, words
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing


def play_grant(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``grant: {card, points, opens, lasts, reason}``."""
    card = stage.card_of(body, step)
    points = stage.typed(POINTS, body["points"], "points")
    given = Given(points, body.get("opens"), body.get("lasts"), reason=body.get("reason"))
    answer = grant(shop, card, given, Writing(body.get("at"), key=body.get("id")))
    return Told({"replayed": answer.replayed}, shop, card)


def play_action(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``action: {card, action, receipt, link}``."""
    card = stage.card_of(body, step)
    writing = Writing(body.get("at"), key=body.get("id"))
    answer = act(shop, card, body["action"], body.get("receipt"), body.get("link"), writing)
    return Told({"replayed": answer.replayed}, shop, card)


def play_tag(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``tag: {card, add, remove}``, each a tag or a list of them."""
    card = stage.card_of(body, step)
    answer = change_member(shop, card, Wanted(words(body.get("add")), words(body.get("remove"))))
    return Told({"replayed": answer.replayed}, shop, card)


def play_set_tier(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``set_tier: {card, tier, until}``."""
    card = stage.card_of(body, step)
    answer = set_tier(shop, card, body["tier"], body.get("until"))
    return Told({"replayed": answer.replayed}, shop, card)
