"""Advice on what is written for nothing: unused goods and segments, gifts out of stock, too large control groups."""

from bonuscli.program.advice.found import Advice, Found, Plain
from bonuscli.program.nodes import ListNode, MapNode, Node, TextNode
from bonuscli.units import RATE_ONE


def goods(root: MapNode) -> Advice:
    """Named sets that nothing names; told by the file, since the compiled program has them written out."""
    sets = root.find("goods")
    if not isinstance(sets, MapNode):
        return
    used = set(_names(root))
    for key, _ in sets.pairs:
        if key.text not in used:
            yield Found(
                ("goods", key.text), f"the goods {key.text} are never used", "name them in a rule, or take them out"
            )


def _names(node: Node, key: str = "") -> list[str]:
    """The names of sets in a tree: what stands at a key for goods, and the keys of max_share_by_goods."""
    if isinstance(node, MapNode):
        names = [each.text for each, _ in node.pairs] if key == "max_share_by_goods" else []
        return names + [name for each, value in node.pairs for name in _names(value, each.text)]
    if isinstance(node, ListNode):
        return [name for item in node.items for name in _names(item, key)]
    return [node.text] if isinstance(node, TextNode) and key in ("goods", "not", "items") else []


def segments(plain: Plain) -> Advice:
    """Segments that no condition, grant or rule of membership asks for."""
    used = {each["segment"] for each in plain["grants"]["schedule"]}
    used.update((plain["members"] or {}).get("segments") or ())
    for rule in (*plain["earn"]["rules"], *plain["discounts"]):
        when = rule["when"]
        while when:
            used.update(when["segments"] or ())
            when = when["not"]
    for name in plain["segments"]:
        if name not in used:
            message = f"the segment {name} is never used"
            yield Found(("segments", name), message, "name it in a 'when' or a grant, or take it out")


def others(plain: Plain) -> Advice:
    """Control groups larger than those whom they are compared with, and gifts of which there is none."""
    shares: list[tuple[tuple[str | int, ...], int]] = [(("members",), (plain["members"] or {}).get("control_bp", 0))]
    shares += [(("earn", "rules", place), rule["control_bp"]) for place, rule in enumerate(plain["earn"]["rules"])]
    for path, share in shares:
        if 2 * share > RATE_ONE:
            message = "more members are kept out than take part"
            hint = "write 50%, which shows a difference with the fewest members, or less"
            yield Found((*path, "control"), message, hint)
    for place, gift in enumerate(plain["gifts"]):
        if gift["stock"] == 0:
            yield Found(("gifts", place, "stock"), f"there is no {gift['id']} in stock", "write how many there are")
