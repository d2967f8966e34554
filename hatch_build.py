"""Compiles the modules that an import runs through with mypyc, where that is asked for at the installation.

``BONUSCLI_COMPILE=1 pip install .`` needs a C compiler and Python's headers; without the variable nothing is compiled
and neither is needed.  Plain Python stays the source: the modules stand in the wheel beside what was made of them, and
a Python that finds no compiled module of its own version runs them.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASKED_BY = "BONUSCLI_COMPILE"
# No class of them has a subclass in a module that is not: compiled ones can not be inherited from by others.
COMPILED = {
    "": "clock days units",
    "engine": "account book earn figures fold goods goods_index holdings lifetimes receipts redeem returns ruleset"
    " settle standing tariffs tiers versions when",
    "importers": "alike_rows cells csv_receipts csv_rows line_parser met receipt_parser row_groups text_source"
    " workbook",
    "services": "admission claims desk documents facts identity recorder rows_out",
    "store": "append day_totals member_sets seals",
}
# Modules that plain Python loads when they are first used; to mypy they are what is imported above.
_LATER = re.compile(r"^if TYPE_CHECKING:\n(?P<seen>(?:    .*\n|\n)+)else:\n(?P<run>(?:    \w+ = later\(.*\n)+)", re.M)


class CompileHook(BuildHookInterface):
    """Adds the compiled modules to a wheel."""

    def dependencies(self) -> list[str]:
        """What compiling takes, only then."""
        return ["mypy>=1.11", "setuptools>=70"] if _is_asked() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, for a wheel that is no editable one."""
        if not _is_asked() or self.target_name != "wheel" or version == "editable":
            return
        self._folder = TemporaryDirectory()
        made = compile_into(Path(self.root), Path(self._folder.name))
        build_data["pure_python"], build_data["infer_tag"] = False, True
        build_data["force_include"].update((str(path), str(place)) for path, place in made)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Throw the compiler's folder away."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()


def compile_into(root: Path, folder: Path) -> Iterator[tuple[Path, Path]]:
    """Compile the modules of a checkout within a folder: each file made, and its place beside the package."""
    from mypyc.build import mypycify
    from setuptools import Distribution

    shutil.copytree(root / "bonuscli", folder / "bonuscli", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    sources = [str(Path("bonuscli", room, f"{name}.py")) for room, names in COMPILED.items() for name in names.split()]
    for source in sources:
        path = folder / source
        path.write_text(with_later_modules(path.read_text("utf-8")), "utf-8")
    with chdir(folder):
        how = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent"]
        extensions = mypycify([*how, *sources], opt_level="2", debug_level="0", multi_file=True, group_name="bonuscli")
        build = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        build.inplace = True
        build.ensure_finalized()
        build.run()
        places = sorted((*Path().glob("*.so"), *Path("bonuscli").rglob("*.so")))
    return ((folder / place, place) for place in places)


def with_later_modules(text: str) -> str:
    """The source of a module in a form that mypyc compiles: it takes what stands behind ``else`` for unreachable.

    >>> print(with_later_modules("if TYPE_CHECKING:\\n    from a import b\\nelse:\\n    b = later('a.b')\\n"), end="")
    if TYPE_CHECKING:
        from typing import Any as _Any
    b: "_Any" = later('a.b')
    """

    def plain(found: re.Match[str]) -> str:
        run = [line.strip().partition(" = ") for line in found["run"].splitlines()]
        names = {name for name, _, _ in run}
        seen = [line for line in found["seen"].splitlines() if not names & set(re.findall(r"\w+", line))]
        later = [f'{name}: "_Any" = {made}' for name, _, made in run]
        return "\n".join(["if TYPE_CHECKING:", "    from typing import Any as _Any", *seen, *later]) + "\n"

    return _LATER.sub(plain, text)


def _is_asked() -> bool:
    return os.environ.get(ASKED_BY, "") not in ("", "0")
