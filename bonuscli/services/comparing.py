"""The same receipts scored by two programs: what an owner wants to know before one takes the place of the other.

Each receipt is scored alone, as that of a member who has bought before, carries no tag, stands on the lowest tier and
has more points than could be spent; so only the programs differ.  Nothing is read from accounts and nothing is written.
"""

import json
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bonuscli.clock import Calendar
from bonuscli.engine.earn import occasion_of, score
from bonuscli.engine.redeem import Asked, highest, line_limits
from bonuscli.errors import BonusError
from bonuscli.importers import Read, open_receipts
from bonuscli.importers.profile import load_profile
from bonuscli.importers.receipt_json import read_receipt
from bonuscli.model import RECEIPT, Facts, Line, Measures, Program, Receipt
from bonuscli.program.assemble import program_from
from bonuscli.services.shop import Shop
from bonuscli.store import reads
from bonuscli.units import format_decimal

# One receipt: what it is called, at: instant; what each program gives and would let be spent, in the smallest unit of
# the finer of both programs.
Scored = namedtuple("Scored", "receipt at earned_before earned_after may_spend_before may_spend_after")
# A receipt to be scored.
Sample = namedtuple("Sample", "name at shop lines payments codes")

Plain = dict[str, Any]

_PLENTY = 10**15
# Sizes of the receipts that are made up, in hundreds of the currency.
_SIZES = (1, 5, 25)
_NOON, _AFTERNOON = 12 * 3600, 15 * 3600 + 1800
_DAY_SECONDS = 86_400


def published_plain(shop: Shop, number: str) -> Plain:
    """The compiled program of the version in force now ("") or of a version's number; ``unknown_version``."""
    with shop.reading(scoring=False) as session:
        rows = {
            str(row.version): row for row in reads.program_rows(session.connection) if row.program == session.program
        }
        if not number:
            version = session.versions.in_force(session.now)
            if version is None:
                hint = f"name one: published:{next(iter(rows))}"
                raise BonusError("unknown_version", "no version is in force yet", "published", hint)
            number = str(version.key)
        if number not in rows:
            hint = f"there are: {', '.join(rows)}"
            raise BonusError("unknown_version", f"there is no version {number!r}", f"published:{number}", hint)
        plain: Plain = json.loads(rows[number].compiled)
        return plain


def score_by_both(samples: list[Sample], before: Plain, after: Plain) -> list[Scored]:
    """What each receipt earns and may spend under two programs of one currency."""
    finest = max(plain["points"]["scale"] for plain in (before, after))
    old, new = (program_from(plain) for plain in (before, after))
    wide = [10 ** (finest - plain["points"]["scale"]) for plain in (before, after)]
    rows = []
    for sample in samples:
        (earned, spends), (earned_then, spends_then) = (_scored(sample, program) for program in (old, new))
        rows.append(
            Scored(
                sample.name,
                sample.at,
                earned * wide[0],
                earned_then * wide[1],
                spends * wide[0],
                spends_then * wide[1],
            )
        )
    return rows


def _scored(sample: Sample, program: Program) -> tuple[int, int]:
    """(points earned, points that could be spent) by one receipt."""
    total = sum(line.amount for line in sample.lines)
    levels = program.tiers.levels if program.tiers else ()
    tier = levels[0].id if levels and levels[0].starts <= 0 else None
    budgets = {rule.id: rule.budget for rule in program.earn.rules.rules if rule.budget is not None}
    facts = Facts(tier, frozenset(), False, None, program.earn.cap.per_day, budgets=budgets)
    occasion = occasion_of(sample.at, total, sample.shop, facts, program, sample.lines)
    occasion = occasion._replace(payments=sample.payments, codes=sample.codes)
    earned = int(score(sample.lines, None, occasion, program).points)
    if program.redeem is None:
        return earned, 0
    limit = sum(line_limits(sample.lines, tier, program))
    return earned, highest(Asked(_PLENTY, 0, total, limit, True), program)


# --- receipts from a file ---


def read_samples(path: Path, plain: Plain, at: int) -> list[Sample]:
    """The sales of a file: JSON lines, or CSV as ``import`` reads it; ``at`` is that of a receipt without a time.

    ``BonusError`` of the first receipt that cannot be read.
    """
    calendar = Calendar(plain["timezone"], plain["day_starts"])
    measures = Measures(plain["digits"], plain["points"]["scale"], calendar, plain["currency"])
    samples = []
    for place, receipt in enumerate(_receipts(path, measures), 1):
        if receipt.kind == RECEIPT:
            samples.append(
                Sample(
                    receipt.number or f"receipt {place}",
                    at if receipt.at is None else receipt.at,
                    receipt.shop or "",
                    receipt.lines,
                    frozenset(kind for kind, _ in receipt.payments or ()),
                    frozenset(code.casefold() for code in receipt.codes or ()),
                )
            )
    return samples


def _receipts(path: Path, measures: Measures) -> Iterator[Receipt]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        reason = "it is not UTF-8 text" if isinstance(problem, UnicodeDecodeError) else str(problem.strerror).lower()
        raise BonusError("bad_file", f"{path} cannot be read: {reason}", "--receipts") from None
    if text.lstrip().startswith("{"):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield read_receipt(line, measures, f"{path.name}:{number}")
        return
    for item in open_receipts(path, load_profile("canonical"), measures):
        if not isinstance(item, Read):
            raise BonusError(item.code, item.reason, f"{path.name}:{item.line}", item.hint or None)
        yield item.receipt


# --- receipts made up from what the programs name ---


def made_up_samples(before: Plain, after: Plain, day: int) -> list[Sample]:
    """Receipts of three sizes, of all goods that either program names, with a discount, and at another hour and day."""
    calendar = Calendar(after["timezone"], after["day_starts"])
    start, digits = calendar.start_of(day), after["digits"]
    hundred = 100 * 10**digits
    noon, afternoon = start + _NOON - after["day_starts"], start + _AFTERNOON - after["day_starts"]

    def sample(name: str, line: Line, at: int = noon) -> Sample:
        return Sample(f"{format_decimal(line.amount, digits)} {name}", at, "", (line,), frozenset(), frozenset())

    plain_line = Line(1, "", "", "", "", 1000, hundred, 0)
    samples = [sample("of other goods", plain_line._replace(amount=size * hundred)) for size in _SIZES]
    goods = [*_goods_named(before), *_goods_named(after)]
    for sku, category, brand, name in dict.fromkeys(goods):
        line = plain_line._replace(sku=sku, name=name, category=category, brand=brand)
        samples.append(sample(f"of {' '.join(filter(None, (category, brand, sku, name)))}", line))
    samples.append(
        sample("of other goods, 20% off", plain_line._replace(amount=hundred * 4 // 5, discount=hundred // 5))
    )
    samples.append(sample("of other goods, in the afternoon", plain_line, afternoon))
    samples.append(sample("of other goods, three days later", plain_line, noon + 3 * _DAY_SECONDS))
    return samples


def _goods_named(value: Any) -> Iterator[tuple[str, str, str, str]]:
    """(sku, category, brand, name) of each matcher in a compiled program, one article for each."""
    if isinstance(value, list):
        for below in value:
            yield from _goods_named(below)
    elif isinstance(value, dict):
        if "skus" in value:
            name = (value["names"] or [""])[0].replace("*", " ").replace("?", "x").strip()
            found = tuple((value[key] or [""])[0] for key in ("skus", "categories", "brands"))
            if any((*found, name)):
                yield (*found, name)
        for key, below in value.items():
            if key != "not":
                yield from _goods_named(below)
