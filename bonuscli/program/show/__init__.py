"""A compiled program in plain sentences, as the shop would post it on its door, in the languages of its customers.

Each top-level key has a module that tells it; here is only their order.  Every key of ``docs/program-compiled.md`` has
its part in a sentence, so that two programs which read alike are alike.
"""

from bonuscli.program.show.earning import earning
from bonuscli.program.show.giving import grants
from bonuscli.program.show.offers import offers, targets
from bonuscli.program.show.speech import ENGLISH, LANGUAGES, Plain, Speech
from bonuscli.program.show.spending import returns, spending
from bonuscli.program.show.standing import life, members, program, tiers
from bonuscli.program.show.told import Told

__all__ = ["ENGLISH", "LANGUAGES", "Told", "describe", "tell"]

_CHAPTERS = (program, members, life, earning, tiers, grants, spending, returns, offers, targets)


def describe(plain: Plain, language: str = ENGLISH) -> list[str]:
    """The sentences of a compiled program: points, earning, tiers, grants, spending, returns, offers.

    ``describe(...)[0]`` is ``"Corner shop bonus: one bonus pays 1.00 RUB."``; ``language`` is one of ``LANGUAGES``.
    """
    return [told.text for told in tell(plain, language)]


def tell(plain: Plain, language: str = ENGLISH) -> list[Told]:
    """The same sentences with the place of each in the program; section and subject together are unique."""
    speech = Speech(plain, language)
    return [told for chapter in _CHAPTERS for told in chapter(plain, speech)]
