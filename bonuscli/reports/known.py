"""Names that somebody types: a shop, a person.  One that nothing bears is a mistake, and no empty report.

The shop and the actor of an event are what the till and ``--actor`` say, so they are known from what was recorded.
"""

from bonuscli.errors import BonusError
from bonuscli.near import near_or_known
from bonuscli.reports.question import Question

# Of each option: the error's code, what the name is of, whether anything bears it, and all there are.
_ACTORS = """
SELECT actor FROM events UNION SELECT actor FROM imports UNION SELECT actor FROM programs
UNION SELECT actor FROM draw_runs"""
_NAMES = {
    "shop": (
        "unknown_shop",
        "nothing was sold in a shop",
        "SELECT 1 FROM events WHERE kind IN ('receipt', 'return') AND shop = :name LIMIT 1",
        "SELECT DISTINCT shop FROM events WHERE kind IN ('receipt', 'return') AND shop <> ''",
    ),
    "actor": (
        "unknown_actor",
        "nothing was done by",
        "SELECT 1 FROM events WHERE actor = :name LIMIT 1",
        f"SELECT actor FROM ({_ACTORS}) WHERE actor IS NOT NULL",
    ),
}


def check_names(question: Question) -> None:
    """BonusError ``unknown_shop`` or ``unknown_actor`` with the near names where nothing bears an asked one."""
    for option, (code, saying, there, every) in _NAMES.items():
        name = question.asked.get(option)
        if name is None or question.rows(there, name=name):
            continue
        known = sorted(found for (found,) in question.rows(every))
        if name not in known:
            hint = near_or_known(name, known) if known else "no name was told yet"
            raise BonusError(code, f"{saying} {name!r}", f"--{option}", hint)
