"""Uses of coupon codes held against the receipts and returns that made them.

Folding an account sees its own receipts alone, and of a guest's receipt nothing is folded; so what each code was used
for is compared here with what the documents themselves keep of their codes.
"""

import json
import sqlite3
from collections.abc import Iterator

from bonuscli.engine.discounts import COUPONS
from bonuscli.store import coupons


def code_findings(connection: sqlite3.Connection, member: int | None, most: int) -> Iterator[tuple]:
    """(invariant, account, entry, text) of uses that no document made and of documents whose use is not stored, at
    most ``most`` of each; of one member's documents, or of all."""
    told = set(_told(coupons.documents_with_codes(connection, member)))
    stored = set(coupons.stored_uses(connection, member))
    for code, event, count in sorted(stored - told)[:most]:
        yield 10, None, None, f"event {event} stands for {count} use of code {code}, and told none"
    for code, event, count in sorted(told - stored)[:most]:
        yield 10, None, None, f"event {event} told {count} use of code {code}, which is not stored"


def _told(documents: list[tuple[int, int | None, str | None, str]]) -> Iterator[tuple[str, int, int]]:
    """(code, event, count) by what receipts keep of their codes, and what returns that closed them give back."""
    closed = set()
    for event, original, returned, pinned in documents:
        codes = json.loads(pinned).get(COUPONS, {})
        if original is None:
            yield from ((code, event, 1) for code in codes)
        elif original not in closed and returned and json.loads(returned).get("closed"):
            closed.add(original)
            yield from ((code, event, -1) for code in codes)
