"""``item``: points for each whole unit of certain goods, or for each line of them."""

from bonuscli.engine.rules.key import Key

PHASE = "line"
KEYS = {
    "points": Key("points", required=True, least=1, about="Points for a unit or a line."),
    "per": Key(
        "choice", default="unit", choices=("unit", "line"), about="unit: for each whole unit; line: once a line."
    ),
    "max_units": Key("count", least=1, about="Units of one receipt that count at most."),
}


def terms(spec: dict[str, object]) -> tuple[int, bool, int | None]:
    """Points, whether they are for each unit, and the most units of a receipt."""
    points, most = spec["points"], spec.get("max_units")
    assert isinstance(points, int) and (most is None or isinstance(most, int))
    return points, spec.get("per", "unit") == "unit", most


def line_points(terms: tuple[int, bool, int | None], quantity: int) -> int:
    """Points of one line with ``quantity`` thousandths.

    >>> line_points((3, True, 5), 7000), line_points((3, True, None), 2500), line_points((3, False, None), 2500)
    (15, 6, 3)
    """
    points, per_unit, most = terms
    if not per_unit:
        return points
    units = max(quantity, 0) // 1000
    return points * (units if most is None else min(units, most))
