"""The verbs of scenarios that put points aside and that take something back."""

from typing import Any

from bonuscli.services.holds import capture, hold, parse_seconds, release
from bonuscli.services.scenario_file import MONEY, POINTS, Step
from bonuscli.services.scenario_stage import Stage, Told
from bonuscli.services.shop import Shop
from bonuscli.services.undo import undo
from bonuscli.services.writing import Writing


def play_hold(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``hold: {id, card, points, for}``, for a receipt with its total where given."""
    card = stage.card_of(body, step)
    answer = hold(
        shop,
        card,
        stage.typed(POINTS, body["points"], "points"),
        parse_seconds(body["for"]) if "for" in body else None,
        body.get("receipt"),
        stage.given(body, "total", MONEY),
        body.get("confirm") == "true",
        Writing(body.get("at"), key=body.get("id")),
    )
    return Told({"replayed": answer.replayed}, shop, card)


def play_capture(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``capture: {hold, points}``: all of them where no number is given."""
    points = stage.given(body, "points", POINTS)
    answer = capture(shop, body["hold"], points, body.get("receipt"), Writing(body.get("at"), key=body.get("id")))
    return Told({"redeemed": answer.redeemed, "replayed": answer.replayed}, shop, answer.card)


def play_release(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``release: {hold}``."""
    answer = release(shop, body["hold"], Writing(body.get("at"), key=body.get("id")))
    return Told({"replayed": answer.replayed}, shop, answer.card)


def play_undo(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    """``undo: {of}``: the number of an event, or an entry."""
    answer = undo(shop, body["of"], body.get("reason", "a scenario"), Writing(body.get("at"), key=body.get("id")))
    figures = {name: getattr(answer, name) for name in ("reversed", "restored", "replayed")}
    return Told({**figures, "pay_back": answer.pay_back_minor}, shop, answer.card)
