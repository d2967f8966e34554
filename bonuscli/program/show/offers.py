"""What is given beside points: discounts, coupons, gifts, punch cards, passes, draws, delivery; and the targets."""

from collections.abc import Callable

from bonuscli.program.show.conditions import goods_told, when_told
from bonuscli.program.show.speech import Plain, Speech, marked
from bonuscli.program.show.told import Sentences, Told

_TARGETS = {
    "participation": marked("participation"),
    "redemption_frequency": marked("receipts paid with points"),
    "repeat_purchase": marked("repeat purchases"),
    "share_of_sales_with_points": marked("share of sales paid with points"),
    "average_receipt_uplift": marked("larger receipts of members"),
}


def offers(plain: Plain, speech: Speech) -> Sentences:
    """The sentences of all that is given beside points, in the order of the file."""
    for section, tell in _OFFERS.items():
        for offer in plain.get(section, ()):
            yield Told(section, offer["id"], tell(offer, speech))
    if plain.get("delivery"):
        yield Told("delivery", "free", _delivery(plain["delivery"]["free"], speech))


def targets(plain: Plain, speech: Speech) -> Sentences:
    """The figures that the shop aims at."""
    for name, share in plain["kpi"]["targets"].items():
        title = speech.say(_TARGETS[name]) if name in _TARGETS else name
        text = speech.say("The shop aims at: {figure} {percent}.", figure=title, percent=speech.percent(share))
        yield Told("kpi", name, text)


def _discount(discount: Plain, speech: Speech) -> str:
    goods = goods_told(discount["goods"], speech)
    size = speech.percent(discount["rate"]) if discount["kind"] == "percent" else speech.money(discount["amount_minor"])
    text = speech.say("{size} off {goods}", size=size, goods=goods) + when_told(discount["when"], speech)
    if discount["by_coupon"]:
        text += speech.say(", for a coupon")
    if discount["max_minor"] is not None:
        text += speech.say(", at most {money}", money=speech.money(discount["max_minor"]))
    if discount["limit"]:
        text += f", {speech.times(discount['limit'])}"
    if discount["not_with"]:
        text += speech.say(", not together with {list}", list=speech.any_of(discount["not_with"]))
    if discount["points"] == "instead":
        text += speech.say(", not where {points} are spent", points=speech.name)
    return f"{discount['id']}: {text}."


def _coupon(coupon: Plain, speech: Speech) -> str:
    if coupon["code"] is not None:
        text = speech.say("the code {code} for {discount}", code=coupon["code"], discount=coupon["discount"])
    else:
        codes = speech.counted("{n} code", "{n} codes", coupon["codes"])
        text = speech.say("{codes} for {discount}", codes=codes, discount=coupon["discount"])
    text += speech.counted(", to be used once", ", to be used {n} times", coupon["uses"])
    if coupon["lasts"] is not None:
        text += speech.say(", good for {time}", time=speech.length(coupon["lasts"]))
    return f"{coupon['id']}: {text}."


def _gift(gift: Plain, speech: Speech) -> str:
    text = speech.say(
        "{gift} ({id}) for {points}", gift=gift["name"], id=gift["id"], points=speech.points(gift["points"])
    )
    gives = gift["gives"]
    if gives["kind"] == "discount":
        text += speech.say(": {percent} off the next receipt", percent=speech.percent(gives["rate"]))
    elif gives["kind"] == "coupon":
        text += speech.say(": a coupon {coupon}", coupon=gives["coupon"])
    elif gives["kind"] == "delivery":
        text += speech.say(": free delivery")
    if gift["stock"] is not None:
        text += speech.say(", in stock: {count}", count=gift["stock"])
    return f"{text}."


def _punch(punch: Plain, speech: Speech) -> str:
    text = speech.say(
        "of every {count} units of {goods} one is {percent} off",
        count=punch["every"],
        goods=goods_told(punch["goods"], speech),
        percent=speech.percent(punch["gives"]["rate"]),
    )
    if punch["lasts"] is not None:
        text += speech.say(", good for {time}", time=speech.length(punch["lasts"]))
    return f"{punch['id']}: {text}."


def _pass(sold: Plain, speech: Speech) -> str:
    visits = speech.counted("{n} visit", "{n} visits", sold["visits"])
    text = speech.say("{name} ({id}): {visits}", name=sold["name"], id=sold["id"], visits=visits)
    if sold["price_minor"] is not None:
        text += speech.say(" for {money}", money=speech.money(sold["price_minor"]))
    if sold["lasts"] is not None:
        text += speech.say(", good for {time}", time=speech.length(sold["lasts"]))
    return f"{text}."


def _draw(draw: Plain, speech: Speech) -> str:
    prizes = [
        speech.say("{prize} × {count}", prize=prize["name"], count=prize["count"]) for prize in draw["prizes"]
    ]  # fmt: skip
    return speech.say(
        "{name}: a ticket for each {money} from {start} until {end} (not included); prizes: {prizes}.",
        name=draw["id"],
        money=speech.money(draw["ticket_minor"]),
        start=speech.moment(draw["from"]),
        end=speech.moment(draw["to"]),
        prizes=", ".join(prizes),
    )


def _delivery(free: Plain, speech: Speech) -> str:
    text = speech.say("Delivery is free")
    if free["from_minor"] is not None:
        text += ", " + speech.say("for totals of {range}", range=speech.range(speech.money(free["from_minor"]), None))
    if free["tiers"] is not None:
        text += ", " + speech.say("for tier {list}", list=speech.any_of(free["tiers"]))
    return f"{text}."


_OFFERS: dict[str, Callable[[Plain, Speech], str]] = {
    "discounts": _discount,
    "coupons": _coupon,
    "gifts": _gift,
    "punch": _punch,
    "passes": _pass,
    "draws": _draw,
}
