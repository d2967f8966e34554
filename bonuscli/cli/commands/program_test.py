"""``bonuscli program test``: the owner's own scenarios, run on a shop that is thrown away."""

from pathlib import Path
from typing import Annotated

import typer

from bonuscli.cli.answers import harmless, show_table
from bonuscli.cli.options import Call, offline
from bonuscli.errors import EXIT_FINDINGS, BonusError
from bonuscli.reports.table import COUNT, TEXT, Column, Table

COLUMNS = (
    Column("scenario", "Scenario", TEXT),
    Column("step", "Step", COUNT),
    Column("where", "Where", TEXT),
    Column("difference", "Difference", TEXT),
)


@offline
def test(
    call: Call,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Scenarios, or the program that they stand beside.", show_default=False),
    ],
) -> int | None:
    """Run every scenario of FILEs and show what came out otherwise than expected; exit 6 if anything did.

    Of a program, as in shop.yaml, the scenarios beside it are run: shop.test.yaml.

    A scenario file names its program and tells a story in steps: who enrols, buys, returns and spends at which time,
    and what the program must give. The .test.yaml files beside the ready programs are examples.
    """
    from bonuscli.services.scenario import run_scenarios

    differing: list[tuple[str, int, str, str]] = []
    lines = []
    told = passed = 0
    unread: list[BonusError] = []
    for file in map(_scenarios_of, files):
        try:
            outcomes = run_scenarios(file)
        except BonusError as problem:  # the others are run all the same
            unread.append(problem)
            continue
        failed = {outcome.scenario for outcome in outcomes if outcome.differences}
        names = dict.fromkeys(outcome.scenario for outcome in outcomes)
        told += len(names)
        passed += len(names) - len(failed)
        lines.append(f"{file}: {len(names) - len(failed)} of {len(names)} scenarios as expected")
        for outcome in outcomes:
            differing += [(outcome.scenario, outcome.step, outcome.place, text) for text in outcome.differences]
            lines += [f"  {outcome.place}: {outcome.scenario}: {text}" for text in outcome.differences]
    if call.output != "table":
        head = (("scenarios", COUNT, told), ("passed", COUNT, passed))
        show_table(call, Table("Scenarios", COLUMNS, differing, "", 0, 0, head))
    elif not call.quiet:
        print("\n".join(map(harmless, lines)))
    if unread:
        raise _all_of(unread)
    return EXIT_FINDINGS if differing else None


def _scenarios_of(file: Path) -> Path:
    """The scenarios beside a program, where a program was named that has some."""
    beside = file.with_suffix(".test.yaml")
    return beside if not file.name.endswith(".test.yaml") and beside.exists() else file


def _all_of(unread: list[BonusError]) -> BonusError:
    """One error for all files that could not be run."""
    if len(unread) == 1:
        return unread[0]
    told = tuple(text for problem in unread for text in (problem.problems or (f"{problem.where}: {problem.message}",)))
    return BonusError("bad_program", f"{len(unread)} files could not be run", problems=told)
