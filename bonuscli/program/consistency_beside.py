"""Whether grants, discounts, coupons, gifts and draws agree: ids of one thing each, names that exist, codes apart."""

from bonuscli.program.consistency_when import conditions_of
from bonuscli.program.draft import Draft, Path, ids_of
from bonuscli.program.nodes import Node, locate

_LISTS = (
    (("discounts",), "discounts"),
    (("coupons",), "coupons"),
    (("gifts",), "gifts"),
    (("punch",), "punch cards"),
    (("passes",), "passes"),
    (("draws",), "draws"),
)


def check_beside(draft: Draft) -> None:
    """Add disagreements of what is given beside the points of receipts to the draft's problems."""
    grants = draft.values["grants"] or {}
    for key, what in (("actions", "actions"), ("schedule", "scheduled grants")):
        draft.check_unique(("grants", key), grants.get(key), what)
    for path, what in _LISTS:
        draft.check_unique(path, draft.values[path[0]], what)
    _check_discounts(draft)
    _check_coupons(draft)
    _check_codes(draft)
    _check_draws(draft)
    free = (draft.values["delivery"] or {}).get("free") or {}
    draft.check_names(("delivery", "free", "tiers"), "tier level", free.get("tiers"), draft.level_ids())


def _check_discounts(draft: Draft) -> None:
    discounts = ids_of(draft.values["discounts"])
    for place, discount in enumerate(draft.values["discounts"] or ()):
        others = (discount or {}).get("not_with") or []
        path: Path = ("discounts", place, "not_with")
        draft.check_names(path, "discount", others, discounts)
        for at, other in enumerate(others):
            if other is not None and other == discount["id"]:
                message = f"'{other}' is this discount itself, which is given once"
                draft.add("conflict", (*path, at), message, "name the discounts that it is not given with")


def _check_coupons(draft: Draft) -> None:
    discounts, coupons = ids_of(draft.values["discounts"]), ids_of(draft.values["coupons"])
    for place, coupon in enumerate(draft.values["coupons"] or ()):
        draft.check_name(("coupons", place, "discount"), "discount", (coupon or {}).get("discount"), discounts)
    for place, gift in enumerate(draft.values["gifts"] or ()):
        gives = (gift or {}).get("gives")
        if isinstance(gives, dict):
            draft.check_name(("gifts", place, "gives", "coupon"), "coupon", gives["coupon"], coupons)


def _check_codes(draft: Draft) -> None:
    """A code told at the till means one thing, in whatever case it is written."""
    first: dict[str, Node] = {}
    for path, when in conditions_of(draft):
        for at, code in enumerate(when["code"] or ()):
            if code is not None:
                first.setdefault(code.casefold(), locate(draft.root, *path, "code", at))
    for place, coupon in enumerate(draft.values["coupons"] or ()):
        code = (coupon or {}).get("code")
        if code is None:
            continue
        written: Path = ("coupons", place, "code")
        earlier = first.get(code.casefold())
        if earlier is not None:
            message = f"the code '{code}' stands on line {earlier.line}, too; a coupon's code is its alone"
            draft.add("duplicate_code", written, message, "give the coupon a code of its own; case does not count")
        first.setdefault(code.casefold(), locate(draft.root, *written))


def _check_draws(draft: Draft) -> None:
    for place, draw in enumerate(draft.values["draws"] or ()):
        if draw:
            draft.check_dates(("draws", place), draw)
            draft.check_unique(("draws", place, "prizes"), draw["prizes"], "prizes", "name")
