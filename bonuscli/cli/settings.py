"""``bonuscli.toml``: what a shop does not want to type each time.

The file is looked for in the current folder and upward; the first one found counts.  It stands behind flags and
variables, and a key that bonuscli does not know is an error rather than a wish that is never heard.
"""

from __future__ import annotations

import os

from bonuscli.errors import BonusError

FILE_NAME = "bonuscli.toml"
KEYS: dict[str, type] = {"db": str, "in": str, "output": str, "wait": int, "actor": str}

TYPE_CHECKING = False
if TYPE_CHECKING:
    Settings = dict[str, str | int]

# By folder: a command asks twice, for its options and for the form of its errors.
_KNOWN: dict[str, Settings] = {}


def read_settings() -> Settings:
    """The settings for the current folder, empty without a file; a relative ``db`` starts at the file's folder."""
    folder = os.getcwd()
    if folder not in _KNOWN:
        _KNOWN[folder] = _read_for(folder)
    return _KNOWN[folder]


def _read_for(folder: str) -> Settings:
    while True:
        path = os.path.join(folder, FILE_NAME)
        if os.path.isfile(path):
            return _read(path)
        above = os.path.dirname(folder)
        if above == folder:
            return {}
        folder = above


def _read(file: str) -> Settings:
    import tomllib
    from pathlib import Path

    path = Path(file)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BonusError("usage", f"this is not TOML: {problem}", str(path)) from None
    except OSError as problem:
        raise BonusError("usage", f"the settings can not be read: {problem.strerror}", str(path)) from None
    for key, value in found.items():
        if key not in KEYS:
            from bonuscli.near import did_you_mean

            hint = did_you_mean(key, KEYS) or f"known keys: {', '.join(KEYS)}"
            raise BonusError("usage", f"there is no setting {key!r}", str(path), hint)
        if type(value) is not KEYS[key]:
            wanted = "a whole number" if KEYS[key] is int else "text in quotes"
            raise BonusError("usage", f"the setting {key!r} must be {wanted}, not {value!r}", str(path))
    if "wait" in found and found["wait"] < 0:
        raise BonusError("usage", "the setting 'wait' must be 0 or more", str(path))
    if "db" in found:
        found["db"] = str(path.parent / Path(found["db"]).expanduser())
    return found
