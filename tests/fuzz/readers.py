"""What is fuzzed: each reader of the program as a function of bytes that may raise nothing.

``BonusError`` is the answer to bad input and swallowed; any other exception is a failure, and so is a broken promise:
a row of a file that is neither read nor rejected, a line of a till without an answer, a time that no calendar holds.
A reader's seeds are sound and unsound files, small ones; its words are what mutations put into them.
"""

import io
import sys
from collections import namedtuple
from collections.abc import Callable
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.fuzz import samples
from tests.fuzz.rows import Broken, require_all

# feed: bytes -> None, which loads the program (an instrumented run loads it otherwise); seeds, words: lists of bytes.
Fuzzed = namedtuple("Fuzzed", "name feed seeds words")

NOW = "2026-12-01 12:00"
ZONE = "Europe/Moscow"


def build(name: str, folder: Path) -> Fuzzed:
    """The reader of a name of ``READERS``, which keeps its files in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    feed, seeds = READERS[name](folder)
    kind = next(family for family, names in FAMILIES.items() if name in names)
    return Fuzzed(name, feed, seeds, samples.WORDS[kind])


def _program(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
    """A program from its file to the engine's rules, with advice and sentences, as check, show and publish take it."""
    from bonuscli.errors import BonusError
    from bonuscli.program.advice import advise
    from bonuscli.program.assemble import program_from
    from bonuscli.program.load import load
    from bonuscli.program.show import describe

    path = folder / "shop.yaml"

    def feed(content: bytes) -> None:
        path.write_bytes(content)
        try:
            loaded = load(path)
        except BonusError as problem:
            _require_words(problem)
            return
        advise(loaded, path.name)
        describe(loaded.plain, "ru")
        program_from(loaded.plain)
        str(loaded.plain).encode()

    return feed, samples.programs()


def _scenario(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
    """A scenario file beside its program, and its steps played where they are few."""
    from bonuscli.errors import BonusError
    from bonuscli.program.load import load
    from bonuscli.services import scenario_file
    from bonuscli.services.scenario import run_scenario

    program = load(samples.ROOT / "programs" / "corner-shop.yaml")
    path = folder / "shop.test.yaml"

    def feed(content: bytes) -> None:
        path.write_bytes(content)
        try:
            # One program serves all files: it has a reader of its own, and a path made by chance is not to be opened.
            with patch.object(scenario_file, "load", lambda _: program):
                scenarios = scenario_file.load_scenarios(path)
        except BonusError as problem:
            _require_words(problem)
            return
        for scenario in scenarios[:2]:
            with suppress(BonusError):
                run_scenario(scenario._replace(steps=scenario.steps[:4]))

    return feed, samples.scenarios()


def _profile(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
    """A profile and, behind a line ``---``, the file that is read with it."""
    from bonuscli.errors import BonusError
    from bonuscli.importers.profile import load_profile

    path = folder / "till.yaml"
    read = _receipt_reader(folder)

    def feed(content: bytes) -> None:
        written, _, rows = content.partition(b"\n---\n")
        path.write_bytes(written)
        try:
            profile = load_profile(str(path))
        except BonusError as problem:
            _require_words(problem)
            return
        read(rows, profile)

    return feed, samples.profiles_with_rows()


def _receipts(
    profile_name: str, seeds: Callable[[], list[bytes]], **changed: object
) -> Callable[[Path], tuple[Callable[[bytes], None], list[bytes]]]:
    """Files of receipts by a shipped profile, some of whose settings may be others."""

    def make(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
        from bonuscli.importers.profile import load_profile

        profile = load_profile(profile_name)._replace(**changed)
        read = _receipt_reader(folder)
        return lambda content: read(content, profile), seeds()

    return make


def _documents(profile_name: str, folder_name: str) -> Callable[[Path], tuple[Callable[[bytes], None], list[bytes]]]:
    """Files in the format of a shipped profile."""
    return _receipts(profile_name, lambda: samples.documents(folder_name))


def _tells_every_row(profile: Any) -> bool:
    """Whether a profile passes no row over, and shows each as it stands in the file."""
    from bonuscli.importers.profile import PLAIN_LAYOUT

    return profile.format == "csv" and profile.layout == PLAIN_LAYOUT and "skip" not in dict(profile.kinds).values()


def _receipt_reader(folder: Path) -> Callable[..., None]:
    """``read(content, profile)``: all receipts and rejects, the file of rejects, and every row accounted for."""
    from bonuscli.clock import Calendar
    from bonuscli.errors import BonusError
    from bonuscli.importers import Read, open_receipts, refuse
    from bonuscli.importers.rejects import RejectsFile
    from bonuscli.model import Measures

    path, rejected = folder / "day.csv", folder / "rejects.csv"

    def read(content: bytes, profile: object) -> None:
        path.write_bytes(content)
        calendar = Calendar(ZONE)
        try:
            reader = open_receipts(path, profile, Measures(2, 0, calendar))  # type: ignore[arg-type]
            with RejectsFile(rejected, reader) as rejects:
                rows: list[str] = []
                for place, item in enumerate(reader):
                    if isinstance(item, Read):
                        rows += item.rows
                        calendar.iso(item.receipt.at)
                        calendar.day_of(item.receipt.at)
                        if place % 3 == 0:
                            rejects.write(refuse(item, reader, "unknown_card", "nobody has it", "", "card"))
                    else:
                        rows += item.rows
                        rejects.write(item)
            if _tells_every_row(profile) and not content.startswith(b"PK"):
                require_all(content, reader.encoding, rows, reader.lines_read)
            if rejects.count:
                list(open_receipts(rejected, profile, Measures(2, 0, calendar)))  # type: ignore[arg-type]
        except BonusError as problem:
            _require_words(problem)

    return read


def _named_rows(which: str) -> Callable[[Path], tuple[Callable[[bytes], None], list[bytes]]]:
    def make(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
        from bonuscli.errors import BonusError
        from bonuscli.importers.grants import read_grants
        from bonuscli.importers.members import read_members
        from bonuscli.importers.rejects import RejectsFile
        from bonuscli.model import Reject

        path, rejected = folder / f"{which}.csv", folder / "rejects.csv"
        opened = read_members if which == "members" else read_grants

        def feed(content: bytes) -> None:
            path.write_bytes(content)
            rows: list[str] = []
            try:
                reader = opened(path)
                with RejectsFile(rejected, reader) as rejects:
                    for item in reader:
                        if isinstance(item, Reject):
                            rows += item.rows
                            rejects.write(item)
                        else:
                            rows.append(item.text)
                require_all(content, reader.encoding, rows, len(rows))
            except BonusError as problem:
                _require_words(problem)

        return feed, samples.named_rows(which)

    return make


def _json(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
    """One JSON object as a receipt and as a redemption."""
    from bonuscli.clock import Calendar
    from bonuscli.errors import BonusError
    from bonuscli.importers.receipt_json import read_receipt, read_redemption
    from bonuscli.model import Measures

    def feed(content: bytes) -> None:
        text = content.decode("utf-8", "replace")
        calendar = Calendar(ZONE)
        for read in (read_receipt, read_redemption):
            try:
                found = read(text, Measures(2, 0, calendar), "stdin:1")
            except BonusError as problem:
                _require_words(problem)
                continue
            if found.at is not None:
                calendar.iso(found.at)
                calendar.day_of(found.at)
            str(found).encode()

    return feed, samples.till_lines()


def _till(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
    """``--stdin`` of quote, accrue and redeem on a shop, as a dry run: every line has an answer."""
    import json

    database = samples.begin_shop(folder, NOW)
    verbs = ("quote", "accrue", "redeem")

    def feed(content: bytes) -> None:
        verb = verbs[len(content) % len(verbs)]
        dry = [] if verb == "quote" else ["--dry-run"]
        status, out, err = _run([verb, "--stdin", "--db", str(database), *dry], content)
        if status not in (0, 4, 5) or "bug in bonuscli" in err or "Traceback" in err:
            raise Broken(f"{verb} ended with {status}: {err[-2000:]}")
        answers = [json.loads(line) for line in out.splitlines()]
        bugs = [answer for answer in answers if answer.get("error", {}).get("code") == "unexpected"]
        asked = sum(1 for line in content.split(b"\n") if line and not line.isspace())
        if bugs or len(answers) != asked:
            raise Broken(f"{verb}: {asked} lines, {len(answers)} answers; {bugs}")
        _require_tame(out + err)

    return feed, samples.till_streams()


def _import(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
    """``import`` of a file into a shop, as a dry run."""
    database = samples.begin_shop(folder, NOW)
    path, errors = folder / "day.csv", folder / "rejects.csv"
    words = ["import", str(path), "--db", str(database), "--dry-run", "--errors", str(errors)]
    ways = ([], ["--unknown-cards", "enroll"], ["--unknown-cards", "enroll", "--redeem", "trust", "--json"])

    def feed(content: bytes) -> None:
        path.write_bytes(content)
        status, out, err = _run([*words, *ways[len(content) % len(ways)]], b"")
        if status not in (0, 5) or "bug in bonuscli" in err or "Traceback" in err:
            raise Broken(f"import ended with {status}: {err[-2000:]}")
        _require_tame(out + err)

    return feed, samples.receipt_files()


def _run(words: list[str], given: bytes) -> tuple[int, str, str]:
    """A command line in this process: exit status, what it wrote on stdout and on stderr."""
    from bonuscli.cli.run import run

    with _streams(given) as (out, err):
        status = run(words)
    return status, out.getvalue(), err.getvalue()


@contextmanager
def _streams(given: bytes):  # type: ignore[no-untyped-def]
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = io.StringIO(), io.StringIO()
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(given)), out, err
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def _require_tame(text: str) -> None:
    wild = {letter for letter in text if not letter.isprintable() and letter not in "\n\t "}
    # Spaces of other widths and what no font has steer nothing.
    wild = {letter for letter in wild if ord(letter) < 0xA0 or "\u2028" <= letter <= "\u202e"}
    if wild:
        raise Broken(f"{wild} would reach the terminal")


def _require_words(problem: Exception) -> None:
    """An error says something, in a few lines, whatever it quotes."""
    told = chain((problem.message, problem.where or "", problem.hint or ""), problem.problems)  # type: ignore[attr-defined]
    longest = max(map(len, told))
    if longest > 5_000:
        raise Broken(f"a message of {longest} characters: {problem}"[:500])


READERS: dict[str, Callable[[Path], tuple[Callable[[bytes], None], list[bytes]]]] = {
    "program": _program,
    "scenario": _scenario,
    "profile": _profile,
    "csv": _receipts("canonical", samples.receipt_files),
    "csv-retail": _receipts("online-retail", samples.receipt_files),
    "csv-scattered": _receipts("canonical", samples.receipt_files, scattered=True),
    "1c": _documents("1c-report-csv", "1c"),
    "square": _documents("square-items", "square"),
    "shopify": _documents("shopify", "shopify"),
    "members": _named_rows("members"),
    "grants": _named_rows("grants"),
    "json": _json,
    "jsonl": _documents("canonical-jsonl", "jsonl"),
    "ofd": _documents("ofd-json", "ofd"),
    "evotor": _documents("evotor-docs", "evotor"),
    "checkbox": _documents("checkbox", "checkbox"),
    "till": _till,
    "import": _import,
}
# What ``--reader yaml`` and its like stand for.
FAMILIES = {
    "yaml": ("program", "scenario", "profile"),
    "csv": ("csv", "csv-retail", "csv-scattered", "1c", "square", "shopify", "members", "grants", "import"),
    "json": ("json", "jsonl", "ofd", "evotor", "checkbox", "till"),
}
