"""Who may import whom: the rooms of the package and the libraries that each may touch."""

import sys

import pytest

from tests.style.sources import ROOT, Source, imports_of, module_of, sources

BELOW = {
    *("model", "units", "days", "errors", "near", "records", "json_text", "digests", "later", "zone_file"),
    *("dates", "contexts"),
}

# room -> the rooms that it may import, besides itself.
MAY_IMPORT = {
    "units": set(),
    "dates": set(),
    "contexts": set(),
    "days": {"dates"},
    "errors": set(),
    "near": set(),
    "records": set(),
    "json_text": set(),
    "digests": set(),
    "later": set(),
    "zone_file": set(),
    "model": {"units", "days", "errors", "records"},
    "clock": BELOW,
    "shipped": BELOW,
    "engine": BELOW,
    # The registry of rule kinds, and what turns compiled JSON into the engine's matchers.
    "program": BELOW | {"engine.rules", "engine.goods", "engine.ruleset", "engine.when", "clock"},
    "store": BELOW,
    "importers": BELOW | {"clock", "shipped"},
    "reports": BELOW | {"store", "clock"},
    "render": BELOW | {"clock"},
    "services": BELOW | {"engine", "store", "importers", "program", "clock", "shipped"},
    "cli": BELOW | {"services", "reports", "render", "program", "clock", "shipped"},
    "__main__": {"cli"},
    "__init__": set(),
}

# library -> the rooms that may import it.
LIBRARIES = {
    "typer": {"cli"},
    "rich": {"cli", "render"},
    "tabulate": {"cli", "render"},
    "xlsxwriter": {"render"},
    "pyarrow": {"render"},
    "python_calamine": {"importers"},
    "yaml": {"program", "importers"},
    "phonenumbers": {"store", "services", "importers"},
    "sqlite3": {"store", "importers", "services"},
    "sqlite_utils": {"store", "reports", "services"},
}

# The part of the standard library that neither reads nor writes, and knows neither time nor chance.
PURE = {
    "__future__",
    "bisect",
    "collections",
    "copy",
    "enum",
    "fnmatch",
    "functools",
    "hashlib",
    "heapq",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "types",
    "typing",
}


def room_of(module: str) -> str:
    """The room that a module of the package stands in: ``bonuscli.engine.fold`` in ``engine``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def modules_imported(source: Source) -> list[tuple[int, str]]:
    """(line, module) of the package's own modules that a file imports (``from bonuscli import units`` is units)."""
    own = {module_of(each.path) for each in sources("bonuscli")}
    found = []
    for line, module, name in imports_of(source):
        if module.split(".")[0] == "bonuscli":
            deeper = f"{module}.{name}"
            found.append((line, deeper if deeper in own else module))
    return found


def is_allowed(room: str, module: str) -> bool:
    """Whether a room may import a module of the package."""
    there = module.removeprefix("bonuscli").lstrip(".")
    return (
        there == ""  # the package itself: its version
        or room_of(module) == room
        or any(there == each or there.startswith(each + ".") for each in MAY_IMPORT[room])
    )


def test_each_file_stands_in_a_known_room() -> None:
    """A new room is written into the table of who may import whom before it is built."""
    rooms = {room_of(module_of(source.path)) for source in sources("bonuscli")}
    assert rooms <= set(MAY_IMPORT)


@pytest.mark.parametrize("source", sources("bonuscli"), ids=lambda source: source.path)
def test_rooms_import_only_what_is_below_them(source: Source) -> None:
    """A file imports only the rooms that the table allows."""
    room = room_of(module_of(source.path))
    wrong = [
        f"{source.path}:{line}: {module}" for line, module in modules_imported(source) if not is_allowed(room, module)
    ]
    assert not wrong, f"{room} may import {sorted(MAY_IMPORT[room])}"


@pytest.mark.parametrize("source", sources("bonuscli"), ids=lambda source: source.path)
def test_libraries_stay_in_their_rooms(source: Source) -> None:
    """Each library is imported by the rooms that it is for, and no other library is used."""
    room = room_of(module_of(source.path))
    wrong = []
    for line, module, _ in imports_of(source):
        top = module.split(".")[0]
        if top == "bonuscli" or (top in sys.stdlib_module_names and top not in LIBRARIES):
            continue
        if room not in LIBRARIES.get(top, set()):
            wrong.append(f"{source.path}:{line}: {module}")
    assert not wrong


@pytest.mark.parametrize("source", sources("bonuscli/engine"), ids=lambda source: source.path)
def test_engine_is_pure(source: Source) -> None:
    """The engine imports no module that reads, writes, tells the time or draws lots."""
    wrong = [
        f"{source.path}:{line}: {module}"
        for line, module, _ in imports_of(source)
        if module.split(".")[0] not in PURE | {"bonuscli"}
    ]
    assert not wrong


def test_only_the_edge_reads_the_wall_clock() -> None:
    """``clock.now`` and ``clock.today`` are for command line and services; to all others time is an argument."""
    wrong = [
        f"{source.path}:{line}: {name}"
        for source in sources("bonuscli")
        for line, module, name in imports_of(source)
        if module == "bonuscli.clock" and name in ("now", "today")
        if room_of(module_of(source.path)) not in ("cli", "services")
    ]
    assert not wrong


def test_nothing_of_the_package_imports_tests() -> None:
    """What ships does not need the tests, the benchmarks or the tools."""
    wrong = [
        s.path
        for s in sources("bonuscli")
        for _, module, _ in imports_of(s)
        if module.split(".")[0] in ("tests", "bench", "tools")
    ]
    assert not wrong


def test_the_developer_guide_shows_the_same_table() -> None:
    """The guide's table of rooms is this one."""
    guide = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    for room, below in MAY_IMPORT.items():
        if room in BELOW | {"__init__", "__main__"}:
            continue
        beside = sorted(below - BELOW)
        assert f"| `{room}` | {', '.join(f'`{each}`' for each in beside) or '-'} |" in guide
