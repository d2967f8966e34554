"""What ``expire`` and ``run-due`` do alike: settle each program in view, and tell of each what came of it."""

from collections.abc import Callable
from typing import Any

from bonuscli.cli.answers import open_shop, show_change, writing_of
from bonuscli.cli.options import Call
from bonuscli.model import Program
from bonuscli.services.expire import Settled, run_due

# What a command tells of a program: the fields of its object, and the line for people.
Tell = Callable[[Settled, Program], tuple[list[tuple[str, str, Any, str]], str]]


def settle_each(call: Call, as_of: str | None, tell: Tell) -> None:
    """Settle the programs of a shop, or the one that ``--in`` names; of several each is told on a line of its own."""
    shops = open_shop(call).each_program()
    several = len(shops) > 1
    if several and call.output == "json":
        call = call._replace(output="jsonl")
    for shop in shops:
        with shop.reading(scoring=False) as session:
            program = session.current
        fields, line = tell(run_due(shop, as_of, writing_of(call)), program)
        if several:
            fields, line = [*fields, ("program", "Program", program.id, "text")], f"{program.id}: {line}"
        show_change(call, line, fields, program)
