"""``db restore``: a backup that proves sound becomes the database of a shop.

It is proved before anything is made, so that a bad backup leaves nothing behind; a database that is there is never
written over.
"""

from collections import namedtuple
from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.services.ledger_proof import Verification
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.store import seals, sqlite
from bonuscli.store.making import new_database

# What the new database holds; head: hash of the last seal.
Restored = namedtuple("Restored", "path entries accounts events seal head")

_OLDER = "take an older backup"


def restore(backup: Path, path: Path) -> Restored:
    """Make a database of a backup.

    BonusError ``database_exists``, whatever a command says of a file that is none of ours, and ``corrupt_database``
    with what ``verify`` finds.
    """
    proof = _prove(backup)
    with new_database(path) as making:
        source = sqlite.open_reader(backup)
        try:
            copy = sqlite.connect_new(making)
            try:
                with sqlite.translated(path):
                    source.backup(copy)
                    seal, _, head = seals.head(copy)
            finally:
                copy.close()
        finally:
            source.close()
    return Restored(path, proof.entries, proof.accounts, proof.events, seal, head)


def _prove(backup: Path) -> Verification:
    """What ``verify`` says of the backup; BonusError where that is anything."""
    try:
        proof = verify(Shop(backup))
    except BonusError as problem:
        if problem.code != "corrupt_database":
            raise
        message = f"{problem.message}; nothing was made"
        raise BonusError(problem.code, message, str(backup), _OLDER, problem.problems) from None
    if proof.findings:
        found = tuple(f"invariant {each.invariant}: {each.text}" for each in proof.findings)
        why = f"{backup} does not prove sound; nothing was made"
        raise BonusError("corrupt_database", why, str(backup), _OLDER, found)
    return proof
