"""Scoring one receipt by rules written in the program's own words."""

from bonuscli.clock import Calendar
from bonuscli.engine import earn
from bonuscli.model import Award, Facts, Line, Program
from bonuscli.program.assemble import program_from
from bonuscli.program.load import load_text
from bonuscli.units import parse_decimal

BASE = "{id: base, kind: percent, rate: 100%}"
POINTS = '{name: {one: point, other: points}, value: "1.00"}'
NOON = "2026-12-15 12:00"  # a Tuesday


def program(*rules: str, earn: str = "", **sections: str) -> Program:
    """A program of rules; ``earn`` holds further keys of that section, ``sections`` whole ones."""
    listed = "".join(f"  - {rule}\n" for rule in rules or (BASE,))
    texts = {"id": "table", "currency": "EUR", "timezone": "UTC", "points": POINTS, **sections}
    text = "version: 1\n" + "".join(f"{key}: {value}\n" for key, value in texts.items() if value)
    more = "".join(f"  {line}\n" for line in earn.strip().splitlines())
    return program_from(load_text(f"{text}earn:\n{more}  rules:\n{listed}", "table.yaml").plain)


def line(text: str, number: int = 1) -> Line:
    """A line from ``SKU[:category[:brand[:name]]] [quantity x] amount [-discount]``, like ``LATTE:Tea 2x 10.00``."""
    goods, *rest = text.split()
    sku, category, brand, name = [*goods.split(":"), None, None, None][:4]
    quantity = parse_decimal(rest.pop(0).rstrip("x"), 3) if rest[0].endswith("x") else 1000
    amount = parse_decimal(rest[0], 2)
    discount = parse_decimal(rest[1].lstrip("-"), 2) if len(rest) > 1 else 0
    return Line(number, sku, name and name.replace("_", " "), category, brand, quantity, amount, discount)


def lines_of(text: str) -> tuple[Line, ...]:
    """Lines separated by ``;``."""
    return tuple(line(part, number) for number, part in enumerate(text.split(";"), 1))


def award(
    rules: Program,
    lines: str = "G 10.00",
    at: str = NOON,
    shop: str = "",
    spent: list[int] | None = None,
    payments: tuple[str, ...] = (),
    codes: tuple[str, ...] = (),
    **facts: object,
) -> Award:
    """The award of a receipt; ``facts``: as the record Facts has them, all of them left out by default."""
    known = Facts(None, frozenset(), False, None, None)._replace(**facts)
    items = lines_of(lines)
    calendar: Calendar = rules.calendar
    total, told = sum(each.amount for each in items), {"payments": payments, "codes": codes}
    occasion = earn.occasion_of(calendar.parse_instant(at), total, shop, known, rules, items, told)
    return earn.score(items, spent, occasion, rules, traced=True)
