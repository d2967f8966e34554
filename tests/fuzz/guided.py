"""One reader under atheris, which changes files so that they reach code which none has reached before.

    python -m tests.fuzz.guided csv FOLDER CORPUS ARTIFACTS SECONDS SEED

Runs in a process of its own, since libFuzzer ends it; the readers and PyYAML are loaded here, instrumented.  What it
finds besides the corpus goes to stderr in libFuzzer's words.
"""

import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bonuscli", "yaml"]):
    import yaml  # noqa: F401

    import bonuscli.cli.commands.accrue
    import bonuscli.cli.commands.imports
    import bonuscli.cli.commands.quote
    import bonuscli.cli.commands.redeem
    import bonuscli.cli.stream
    import bonuscli.importers.checkbox
    import bonuscli.importers.csv_receipts
    import bonuscli.importers.evotor
    import bonuscli.importers.grants
    import bonuscli.importers.members
    import bonuscli.importers.ofd
    import bonuscli.importers.receipt_json
    import bonuscli.importers.receipt_lines
    import bonuscli.importers.rejects
    import bonuscli.program.advice
    import bonuscli.program.assemble
    import bonuscli.program.load
    import bonuscli.program.scoring
    import bonuscli.program.show
    import bonuscli.services.scenario  # noqa: F401

from tests.fuzz.drive import PEAK_MB, SECONDS_EACH, change, feed
from tests.fuzz.readers import build

_MOST_BYTES = 4_096


def main(name: str, folder: str, corpus: str, artifacts: str, seconds: str, seed: str) -> None:
    """Fuzz until the time is over; the process ends with 0, or with libFuzzer's status for what it found."""
    fuzzed = build(name, Path(folder))
    for number, content in enumerate(fuzzed.seeds):
        (Path(corpus) / f"seed-{number}").write_bytes(content)

    def mutate(content: bytes, most: int, chance: int) -> bytes:
        if chance % 2:
            return bytes(atheris.Mutate(content, most))
        changed, moment = bytearray(content), random.Random(chance)
        for _ in range(moment.choice((1, 1, 2, 4))):
            change(changed, fuzzed.seeds, fuzzed.words, moment)
        return bytes(changed[:most])

    options = [
        f"-max_total_time={seconds}", f"-seed={int(seed) or 1}", f"-artifact_prefix={artifacts}/{name}-",
        f"-timeout={3 * SECONDS_EACH}", f"-rss_limit_mb={2 * PEAK_MB}", f"-max_len={_MOST_BYTES}", "-len_control=0",
        f"-report_slow_units={3 * SECONDS_EACH}", "-print_final_stats=1", "-verbosity=1",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, corpus], lambda content: feed(fuzzed, content), custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
