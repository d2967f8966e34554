"""Rows of a file in batches, each to be booked in one transaction."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

# Rows of a file of members or grants; an import of receipts sizes its batches by the time that the last one took.
ROWS_A_TRANSACTION = 500


def batches(items: Iterable[Item], size: Callable[[], int] = lambda: ROWS_A_TRANSACTION) -> Iterator[list[Item]]:
    """Lists of as many items as ``size`` says at the time, in their order; the last may be shorter."""
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) >= size():
            yield batch
            batch = []
    if batch:
        yield batch
