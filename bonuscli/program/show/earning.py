"""How points are earned: the basis, each rule, what is left out, and the caps."""

from collections.abc import Callable

from bonuscli.engine.rules import RULE_KINDS
from bonuscli.program.show.conditions import excluded_goods, goods_told, when_told
from bonuscli.program.show.speech import Plain, Speech, marked
from bonuscli.program.show.told import Sentences, Told

_BASIS = {
    "paid": marked("What earns is what is paid in money, after discounts and {points}."),
    "before-points": marked("What earns is the price after discounts, {points} included."),
    "full": marked("What earns is the full price, before discounts and {points}."),
}
_STACKING = {
    "best": marked("Of several multipliers the best one counts."),
    "sum": marked("What several multipliers add is added up."),
    "product": marked("Several multipliers multiply each other."),
}
_ROUNDED = {
    ("receipt", "down"): marked("What a receipt earns is rounded down."),
    ("receipt", "half-up"): marked("What a receipt earns is rounded to the nearest, a half up."),
    ("receipt", "half-even"): marked("What a receipt earns is rounded to the nearest, a half to the even number."),
    ("receipt", "up"): marked("What a receipt earns is rounded up."),
    ("line", "down"): marked("What each line of a receipt earns is rounded down."),
    ("line", "half-up"): marked("What each line of a receipt earns is rounded to the nearest, a half up."),
    ("line", "half-even"): marked(
        "What each line of a receipt earns is rounded to the nearest, a half to the even number."
    ),
    ("line", "up"): marked("What each line of a receipt earns is rounded up."),
}


def earning(plain: Plain, speech: Speech) -> Sentences:
    """The sentences of ``earn``; a rule that is switched out is not told."""
    earn = plain["earn"]
    if not earn["rules"]:
        return
    yield Told("earn", "basis", speech.say(_BASIS[earn["basis"]], points=speech.name))
    for rule in earn["rules"]:
        if rule["enabled"]:
            yield Told("earn", f"rule {rule['id']}", f"{rule['id']}: {rule_told(rule, speech)}.")
    if sum(rule["kind"] == "multiply" and rule["enabled"] for rule in earn["rules"]) > 1:
        yield Told("earn", "stacking", speech.say(_STACKING[earn["stacking"]]))
    for subject, goods in excluded_goods(earn["exclude"], speech):
        yield Told("earn", subject, speech.say("Nothing is earned on {goods}.", goods=goods))
    yield from _caps(earn["cap"], speech)
    rounding = plain["points"]["rounding"]
    yield Told("points", "rounding", speech.say(_ROUNDED[rounding["level"], rounding["mode"]]))


def _caps(cap: Plain, speech: Speech) -> Sentences:
    if cap["per_receipt"] is not None:
        most = speech.points(cap["per_receipt"])
        yield Told("earn", "cap per_receipt", speech.say("One receipt earns {points} at most.", points=most))
    if cap["per_day"] is not None:
        most = speech.points(cap["per_day"])
        yield Told("earn", "cap per_day", speech.say("One day earns {points} at most.", points=most))
    if cap["receipts_per_day"] is not None:
        text = speech.counted(
            "At most one receipt a day earns.", "At most {n} receipts a day earn.", cap["receipts_per_day"]
        )
        yield Told("earn", "cap receipts_per_day", text)


def rule_told(rule: Plain, speech: Speech) -> str:
    """What a rule gives, when, and instead of what, without the full stop."""
    text = _GIVES.get(rule["kind"], _gives_otherwise)(rule, speech) + when_told(rule["when"], speech)
    if rule["replaces"]:
        text += speech.say(", instead of {rules}", rules=speech.all_of(rule["replaces"]))
    if rule["budget"] is not None:
        text += speech.say(", until {points} are given in all", points=speech.points(rule["budget"]))
    if rule.get("control_bp"):  # a version published before rules could have one has no such key
        share = speech.percent(rule["control_bp"])
        text += speech.say(", but not to {percent} of members, to measure by", percent=share)
    return text if rule["multiplied"] else text + speech.say(", never multiplied")


def _gives_percent(rule: Plain, speech: Speech) -> str:
    return speech.say(
        "{percent} back on {goods}", percent=speech.percent(rule["rate"]), goods=goods_told(rule["goods"], speech)
    )


def _gives_item(rule: Plain, speech: Speech) -> str:
    points, goods = speech.points(rule["points"]), goods_told(rule["goods"], speech)
    if rule["per"] == "unit":
        text = speech.say("{points} for each unit of {goods}", points=points, goods=goods)
    else:
        text = speech.say("{points} for each line of {goods}", points=points, goods=goods)
    if rule["max_units"] is None:
        return text
    return text + speech.counted(
        ", {n} unit of a receipt at most", ", {n} units of a receipt at most", rule["max_units"]
    )


def _gives_step(rule: Plain, speech: Speech) -> str:
    return speech.say(
        "{points} for each full {money} of {goods}",
        points=speech.points(rule["points"]),
        money=speech.money(rule["per"]),
        goods=goods_told(rule["goods"], speech),
    )


def _gives_fixed(rule: Plain, speech: Speech) -> str:
    points = speech.points(rule["points"])
    if not rule["goods"]:
        return speech.say("{points} for a receipt", points=points)
    return speech.say("{points} for a receipt with {goods}", points=points, goods=goods_told(rule["goods"], speech))


def _gives_multiply(rule: Plain, speech: Speech) -> str:
    factor = speech.factor(rule["factor"])
    if not rule["goods"]:
        return speech.say("{factor} times the {points}", factor=factor, points=speech.name)
    goods = goods_told(rule["goods"], speech)
    return speech.say("{factor} times the {points} on {goods}", factor=factor, points=speech.name, goods=goods)


def _gives_otherwise(rule: Plain, speech: Speech) -> str:
    """A kind without a sentence of its own is told by its keys."""
    keys = ", ".join(f"{name} {rule[name]}" for name in RULE_KINDS[rule["kind"]].KEYS)
    return f"{rule['kind']}: {keys}"


_GIVES: dict[str, Callable[[Plain, Speech], str]] = {
    "percent": _gives_percent,
    "item": _gives_item,
    "step": _gives_step,
    "fixed": _gives_fixed,
    "multiply": _gives_multiply,
}
