"""``fixed``: points once for the receipt."""

from bonuscli.engine.rules.key import Key

PHASE = "receipt"
KEYS = {"points": Key("points", required=True, least=1, about="Points for the receipt.")}


def terms(spec: dict[str, int]) -> int:
    """The points."""
    return spec["points"]


def receipt_points(terms: int, basis: int) -> int:
    """The points, whatever the basis."""
    return terms
