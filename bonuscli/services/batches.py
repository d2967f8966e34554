"""Rows of a file in batches, each to be booked in one transaction."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

# Rows of a file of members or grants; an import of receipts sizes its batches by the time that the last one took.
ROWS_A_TRANSACTION = 500


def batches(items: Iterable[Item], size: Callable[[], int] = lambda: ROWS_A_TRANSACTION) -> Iterator[list[Item]]:
    """Lists of as many items as ``size`` says when one is begun, in their order; the last may be shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size())):
        yield batch
