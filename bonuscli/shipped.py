"""Files that ship with bonuscli: ready programs, import profiles, the demo's receipts.

They live in the checkout's top-level folder ``programs/``, where a shop owner looks for them, and inside the package
once it is installed; this is the one place that knows both.  A kind is a folder: ``programs`` itself or a folder in it.
"""

from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.near import did_you_mean

_INSTALLED = Path(__file__).parent / "programs"
_CHECKOUT = Path(__file__).parent.parent / "programs"

KINDS = ("programs", "profiles", "receipts", "schema")


def _folder(kind: str) -> Path:
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not one of {', '.join(KINDS)}")
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return root if kind == "programs" else root / kind


def shipped(kind: str, name: str) -> Path:
    """The path of a shipped file by its full file name; ``BonusError`` ``bad_file`` where there is none."""
    path = _folder(kind) / name
    if Path(name).name != name or not path.is_file():
        there = ", ".join(shipped_names(kind)) or "none"
        raise BonusError("bad_file", f"bonuscli ships no file {name!r}", kind, f"shipped here: {there}")
    return path


def shipped_names(kind: str) -> tuple[str, ...]:
    """The names of the shipped files of a kind, sorted; empty where the folder does not exist."""
    folder = _folder(kind)
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")))


def template_names() -> tuple[str, ...]:
    """The names of the ready programs, without the ending, sorted."""
    files = (name for name in shipped_names("programs") if name.endswith(".yaml"))
    return tuple(sorted(name.removesuffix(".yaml") for name in files if not name.endswith(".test.yaml")))


def template_or_file(named: Path) -> Path:
    """A file as named, or the ready program of that name where there is no such file.

    ``BonusError`` ``unknown_template`` for a plain word that is neither.
    """
    if named.exists() or named.suffix or named.name != str(named):
        return named
    names = template_names()
    if str(named) not in names:
        hint = did_you_mean(str(named), (*names, "published")) or f"templates: {', '.join(names)}"
        raise BonusError("unknown_template", f"there is no file and no template {str(named)!r}", None, hint)
    return shipped("programs", f"{named}.yaml")
