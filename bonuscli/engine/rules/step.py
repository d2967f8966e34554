"""``step``: points for each full step of money, over the sum of the bases of its lines."""

from bonuscli.engine.rules.key import Key

PHASE = "receipt"
KEYS = {
    "points": Key("points", required=True, least=1, about="Points for each full step."),
    "per": Key("money", required=True, least=1, about="The step of money."),
}


def terms(spec: dict[str, int]) -> tuple[int, int]:
    """Points and the step in minor units."""
    return spec["points"], spec["per"]


def receipt_points(terms: tuple[int, int], basis: int) -> int:
    """Points for a sum of bases in minor units; a part of a step gives nothing.

    >>> receipt_points((5, 250), 300)
    5
    """
    points, per = terms
    return max(basis, 0) // per * points
