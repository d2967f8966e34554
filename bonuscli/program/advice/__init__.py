"""What a program may say and hardly means: a rule that can never apply, a limit that nothing reaches, a name unused.

None of it is an error, since the program does what it says; ``program check`` tells it and ``--strict`` ends with 6.
Each piece of advice is one function of the compiled program, or of the file, that names a key, what will happen and how
to mend it.  What can not be decided without a receipt is passed over.
"""

from bonuscli.program.advice import limits, lives, rules, unused
from bonuscli.program.load import Loaded
from bonuscli.program.nodes import MapNode, locate, read_nodes
from bonuscli.program.problems import Problem, Problems

_OF_PROGRAM = (
    *(rules.single_rules, rules.replaced_rules, rules.rivals, rules.discounts),
    *(limits.earning, limits.tiers, limits.spending),
    *(lives.points, lives.grants, lives.draws),
    *(unused.segments, unused.others),
)


def advise(loaded: Loaded, where: str) -> list[Problem]:
    """All advice on a sound program in the order of its text; ``where`` is the file's name."""
    problems = Problems(where, loaded.text)
    root = read_nodes(loaded.text, Problems(where, loaded.text))
    assert isinstance(root, MapNode)  # it has been loaded
    found = [each for advice in _OF_PROGRAM for each in advice(loaded.plain)] + list(unused.goods(root))
    for path, message, hint in found:
        problems.add("advice", locate(root, *path), message, hint)
    return problems.in_order()
