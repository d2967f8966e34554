"""``percent``: points worth a share of each line's basis."""

from bonuscli.engine.rules.key import Key

PHASE = "line"
KEYS = {"rate": Key("rate", required=True, least=1, most=1_000_000, about="Share of the basis that becomes points.")}


def terms(spec: dict[str, int]) -> int:
    """The rate in basis points."""
    return spec["rate"]
