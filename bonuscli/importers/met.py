"""Which hashes a reader has met: what a file of any length may take of memory beyond one receipt.

A ``set`` of a million numbers takes 70 MB, half of what an import of them may take beyond one of ten thousand; this
takes 16, and 24 while it grows.
"""

from array import array

_FIRST_PLACES = 1 << 14
_EMPTY = 0


class HashesMet:
    """A set of hashes that only grows: a table of places, at most half of them taken, each found from its hash on."""

    def __init__(self) -> None:
        self._places = array("q", bytes(8 * _FIRST_PLACES))
        self._met = 0

    def meet(self, found: int) -> bool:
        """Whether a hash was met before; from now on it was."""
        found = found or 1
        places = self._places
        last = len(places) - 1
        place = found & last
        while (there := places[place]) != _EMPTY:
            if there == found:
                return True
            place = (place + 1) & last
        places[place] = found
        self._met += 1
        if 2 * self._met > last:
            self._grow()
        return False

    def _grow(self) -> None:
        met = self._places
        places = self._places = array("q", bytes(16 * len(met)))
        last = len(places) - 1
        for each in met:
            if each != _EMPTY:
                place = each & last
                while places[place] != _EMPTY:
                    place = (place + 1) & last
                places[place] = each
