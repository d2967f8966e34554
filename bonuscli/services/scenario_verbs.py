"""The verbs of scenarios: each is played through the same service as its command, at the step's own time.

A verb is a function ``(stage, shop, body, step) -> Told`` and a line of the table; its keys stand in ``scenario_file``.
"""

from collections.abc import Callable
from typing import Any

from bonuscli.engine.brought import Wanted
from bonuscli.importers.identity import source_of
from bonuscli.services import scenario_cards, scenario_offers
from bonuscli.services import scenario_sight as sight
from bonuscli.services.accrue import GUEST, accrue, quote
from bonuscli.services.database import backup
from bonuscli.services.enroll import NO_PARTICULARS, enrol
from bonuscli.services.expire import run_due
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.scenario_file import COUNT, MONEY, POINTS, QUANTITY, Step
from bonuscli.services.scenario_holds import play_capture, play_hold, play_release, play_undo
from bonuscli.services.scenario_members import play_action, play_grant, play_set_tier, play_tag
from bonuscli.services.scenario_stage import Stage, Told, words
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing


def _enroll(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    texts = {name: value for name, value in body.items() if name not in ("tags", "fields", "consents")}
    application = NO_PARTICULARS._replace(
        **texts,
        tags=words(body.get("tags")),
        consents=words(body.get("consents")),
        fields=tuple(body.get("fields", {}).items()),
    )
    with shop.writing() as session:
        desk = session.desk()
        _, replayed = enrol(session, desk, application, session.now, None)
        desk.flush()
    card = application.card or application.phone
    if not replayed:
        stage.cards.append(card)
    return Told({"replayed": replayed}, shop, card)


def _receipt(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    card, receipt, confirmed = stage.read(body, step)
    return _accrued(accrue(shop, card, receipt, confirmed=confirmed), shop, card)


def _quote(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    card, receipt, confirmed = stage.read(body, step)
    answer = quote(shop, card, receipt, confirmed=confirmed)
    receipt = answer.offer.receipt if answer.offer else receipt
    stage.copies += 1
    copy = Shop(backup(stage.path, stage.folder / f"quote-{stage.copies}.db"), step.program, now=step.at)
    accrue(copy, card, receipt, confirmed=confirmed)
    return _accrued(answer, copy, card)


def _accrued(answer: Any, shop: Shop, card: str) -> Told:
    figures = {name: getattr(answer, name) for name in ("earned", "redeemed", "replayed")}
    guest = card == GUEST
    figures |= {"to_pay": answer.to_pay_minor, "delivery": answer.offer.delivery if answer.offer else None}
    return Told(figures, shop, None if guest else card, answer.receipt_id)


def _return(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    lines = body.get("lines")
    wanted = None if lines is None else [_wanted(stage, line) for line in lines]
    amount = stage.given(body, "amount", MONEY)
    source = source_of(body.get("shop", ""), body.get("till", ""))
    answer = return_goods(shop, body["of"], wanted, amount, body.get("id"), source, Writing(body.get("at")))
    figures = {name: getattr(answer, name) for name in ("reversed", "restored", "forgiven", "replayed")}
    return Told({**figures, "pay_back": answer.pay_back_minor}, shop, sight.buyer(shop, body["of"]))


def _wanted(stage: Stage, line: dict[str, str]) -> Wanted:
    return Wanted(
        stage.given(line, "line", COUNT),
        line.get("sku"),
        line.get("name"),
        stage.given(line, "quantity", QUANTITY),
        stage.given(line, "amount", MONEY),
    )


def _redeem(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    card = stage.card_of(body, step)
    answer = redeem(
        shop,
        card,
        stage.typed(POINTS, body["points"], "points"),
        body.get("receipt"),
        stage.given(body, "total", MONEY),
        body.get("confirm") == "true",
        Writing(body.get("at"), key=body.get("id")),
        source_of(body.get("shop", ""), body.get("till", "")),
    )
    return Told({"redeemed": answer.redeemed, "replayed": answer.replayed}, shop, card)


def _adjust(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    card = stage.card_of(body, step)
    points = stage.typed(POINTS, body["points"].removeprefix("+"), "points")
    answer = adjust(shop, card, points, body.get("reason", ""), Writing(body.get("at"), key=body.get("id")))
    return Told({"replayed": answer.replayed}, shop, card)


def _look(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    return Told({}, shop, stage.card_of(body, step))


def _run_due(stage: Stage, shop: Shop, body: dict[str, Any], step: Step) -> Told:
    for program in shop.each_program():
        run_due(program)
    return Told({}, shop, stage.cards[0] if len(stage.cards) == 1 else None)


VERBS: dict[str, Callable[[Stage, Shop, dict[str, Any], Step], Told]] = {
    "enroll": _enroll,
    "receipt": _receipt,
    "quote": _quote,
    "return": _return,
    "redeem": _redeem,
    "adjust": _adjust,
    "hold": play_hold,
    "capture": play_capture,
    "release": play_release,
    "undo": play_undo,
    "grant": play_grant,
    "action": play_action,
    "tag": play_tag,
    "set_tier": play_set_tier,
    "claim": scenario_offers.claim,
    "coupon": scenario_offers.make_codes,
    "transfer": scenario_cards.play_transfer,
    "merge": scenario_cards.play_merge,
    "block": scenario_cards.play_block,
    "unblock": scenario_cards.play_unblock,
    "replace": scenario_cards.play_replace,
    "forecast": scenario_cards.play_forecast,
    "look": _look,
    "pass": scenario_offers.sell_pass,
    "visit": scenario_offers.visit,
    "draw": scenario_offers.draw,
    "expire": _run_due,
    "run_due": _run_due,
}
