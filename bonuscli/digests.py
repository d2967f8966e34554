"""Hash functions for commands that hash a receipt: ``hashlib`` loads OpenSSL, a third of what Python takes to start.

The functions are those of ``hashlib`` itself, from where it takes them without OpenSSL.
"""

from __future__ import annotations

import sys

try:
    from _blake2 import blake2b as blake2b
except ImportError:  # an interpreter that keeps it elsewhere
    from hashlib import blake2b as blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# OpenSSL's SHA-256 saves 0.8 us a row, and takes 3 ms to load.
_MANY = 2_000


def sha256_for(rows: int) -> Callable[[bytes], Any]:
    """The SHA-256 that is ready soonest when so many rows are hashed."""
    if rows < _MANY and "hashlib" not in sys.modules:
        try:
            ready = __import__("_sha2" if sys.version_info >= (3, 12) else "_sha256").sha256
        except ImportError:  # an interpreter without them
            pass
        else:
            return ready
    from hashlib import sha256

    return sha256


def kept_out(share_bp: int, *names: object) -> bool:
    """Whether chance keeps out whom ``names`` tell, ``share_bp`` times of 10,000, the same on every machine.

    A larger share keeps out whom a smaller one did, and more.
    """
    drawn = sha256_for(1)("\n".join(map(str, names)).encode()).digest()
    return int.from_bytes(drawn, "big") % 10_000 < share_bp
