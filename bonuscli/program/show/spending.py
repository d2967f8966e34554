"""How points are spent, and what happens when goods come back."""

from bonuscli.program.show.conditions import excluded_goods, goods_told
from bonuscli.program.show.speech import Plain, Speech, marked
from bonuscli.program.show.told import Sentences, Told

_EARNED = {
    "prorate": marked("Goods brought back: their share of the {points} is taken back, spent ones come back."),
    "by-line": marked("Goods brought back: the {points} of their own lines are taken back, spent ones come back."),
    "recompute": marked("Goods brought back: the {points} are reckoned again for what is kept, spent ones come back."),
    "keep": marked("Goods brought back: the {points} earned with them are kept, spent ones come back."),
}


def spending(plain: Plain, speech: Speech) -> Sentences:
    """The sentences of ``redeem``."""
    redeem = plain["redeem"]
    if redeem is None:
        yield Told("redeem", "", speech.begun("{points} cannot be spent.", points=speech.name))
        return
    share = speech.percent(redeem["max_share_bp"])
    text = speech.begun("{points} pay up to {percent} of a receipt.", points=speech.name, percent=share)
    yield Told("redeem", "max_share", text)
    for place, by_goods in enumerate(redeem["shares_by_goods"]):
        share, goods = speech.percent(by_goods["share_bp"]), goods_told(by_goods["goods"], speech)
        text = speech.say("They pay up to {percent} of the price of these: {goods}.", percent=share, goods=goods)
        yield Told("redeem", f"share {place + 1}", text)
    yield from _bounds(redeem, speech)
    for subject, goods in excluded_goods(redeem["exclude"], speech):
        yield Told("redeem", subject, speech.say("They do not pay for {goods}.", goods=goods))
    if redeem["same_receipt"]:
        yield Told("redeem", "same_receipt", speech.say("A receipt may spend what it earns."))
    if redeem["per_day"] is not None:
        text = speech.counted("They can be spent once a day.", "They can be spent {n} times a day.", redeem["per_day"])
        yield Told("redeem", "per_day", text)
    if redeem["confirm_above"] is not None:
        text = speech.say("Above {points} the till asks first.", points=speech.points(redeem["confirm_above"]))
        yield Told("redeem", "confirm_above", text)


def _bounds(redeem: Plain, speech: Speech) -> Sentences:
    if redeem["min_receipt_minor"]:
        money = speech.money(redeem["min_receipt_minor"])
        yield Told("redeem", "min_receipt", speech.say("The receipt must be {money} or more.", money=money))
    if redeem["min_points"] > 1:
        text = speech.say("The least to spend: {points}.", points=speech.points(redeem["min_points"]))
        yield Told("redeem", "min_points", text)
    if redeem["max_points"] is not None:
        text = speech.say("The most to spend: {points}.", points=speech.points(redeem["max_points"]))
        yield Told("redeem", "max_points", text)
    text = speech.say("They are spent in steps of: {points}.", points=speech.points(redeem["step"]))
    yield Told("redeem", "step", text)
    if redeem["leave_to_pay_minor"]:
        money = speech.money(redeem["leave_to_pay_minor"])
        yield Told("redeem", "leave_to_pay", speech.say("{money} is always left to pay.", money=money))


def returns(plain: Plain, speech: Speech) -> Sentences:
    """The sentences of ``returns``."""
    asked = plain["returns"]
    yield Told("returns", "earned", speech.say(_EARNED[asked["earned"]], points=speech.name))
    if asked["restored_min_life"]:
        days = speech.days(asked["restored_min_life"])
        text = speech.say("What comes back can be spent for {days} at least.", days=days)
        yield Told("returns", "restored_min_life", text)
    if asked["earned"] == "keep":
        return
    if asked["short"] == "deficit":
        text = speech.say("Earned {points} that are gone already are owed.", points=speech.name)
    else:
        text = speech.say("Earned {points} that are gone already are forgiven.", points=speech.name)
    yield Told("returns", "short", text)
