"""What a program gives beside points, from checked values in the compiled program's shape."""

from typing import Any

from bonuscli.program.check import Values
from bonuscli.program.compile_grants import limit
from bonuscli.program.compile_rules import compile_goods, compile_when, duration

Plain = dict[str, Any]


def compile_beside(values: Values) -> Plain:
    """Discounts, coupons, gifts, punch cards, passes, draws and delivery of a whole program's values."""
    sets = values["goods"]
    by_coupon = {coupon["discount"] for coupon in values["coupons"]}
    return {
        "discounts": [_discount(discount, sets, discount["id"] in by_coupon) for discount in values["discounts"]],
        "coupons": [_coupon(coupon) for coupon in values["coupons"]],
        "gifts": [_gift(gift) for gift in values["gifts"]],
        "punch": [_punch(punch, sets) for punch in values["punch"]],
        "passes": [_pass(bought) for bought in values["passes"]],
        "draws": [_draw(draw) for draw in values["draws"]],
        "delivery": _delivery(values["delivery"]),
    }


def _discount(discount: Values, sets: Values, by_coupon: bool) -> Plain:
    return {
        "id": discount["id"],
        "kind": discount["kind"],
        "rate": discount.get("rate"),
        "amount_minor": discount.get("amount"),
        "goods": compile_goods(discount["goods"], sets),
        "when": compile_when(discount["when"], sets),
        "max_minor": discount["max"],
        "limit": limit(discount["limit"]),
        "not_with": list(discount["not_with"]),
        "points": discount["points"],
        "by_coupon": by_coupon,
    }


def _coupon(coupon: Values) -> Plain:
    return {
        "id": coupon["id"],
        "discount": coupon["discount"],
        "codes": coupon["codes"],
        "code": coupon["code"],
        "uses": coupon["uses"],
        "lasts": duration(coupon["lasts"]),
    }


def _gift(gift: Values) -> Plain:
    gives = gift["gives"]
    if isinstance(gives, str):
        gives = {"kind": gives, "discount": None, "coupon": None}
    kind = gives.get("kind") or ("coupon" if gives["discount"] is None else "discount")
    return {
        "id": gift["id"],
        "name": gift["name"] or gift["id"],
        "points": gift["points"],
        "stock": gift["stock"],
        "gives": {"kind": kind, "rate": gives["discount"], "coupon": gives["coupon"]},
    }


def _punch(punch: Values, sets: Values) -> Plain:
    return {
        "id": punch["id"],
        "goods": compile_goods(punch["goods"], sets),
        "every": punch["every"],
        "gives": {"rate": punch["gives"]["discount"]},
        "lasts": duration(punch["lasts"]),
    }


def _pass(bought: Values) -> Plain:
    return {
        "id": bought["id"],
        "name": bought["name"] or bought["id"],
        "visits": bought["visits"],
        "lasts": duration(bought["lasts"]),
        "price_minor": bought["price"],
    }


def _draw(draw: Values) -> Plain:
    return {
        "id": draw["id"],
        "ticket_minor": draw["ticket"]["per"],
        "from": draw["from"],
        "to": draw["to"],
        "prizes": [dict(prize) for prize in draw["prizes"]],
    }


def _delivery(delivery: Values | None) -> Plain | None:
    if delivery is None:
        return None
    return {"free": {"from_minor": delivery["free"]["from"], "tiers": delivery["free"]["tiers"]}}
