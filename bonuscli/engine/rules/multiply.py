"""``multiply``: a factor on what line and receipt rules gave; with goods, on what line rules gave for those lines."""

from bonuscli.engine.rules.key import Key

PHASE = "multiply"
KEYS = {"factor": Key("factor", required=True, least=10_000, most=1_000_000, about="The factor, 1 or more, as in 1.5.")}


def terms(spec: dict[str, int]) -> int:
    """The factor in ten-thousandths."""
    return spec["factor"]
