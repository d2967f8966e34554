"""What the machine draws: programs, times, arguments, and how often each verb comes."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.naive.book import Program

HOUR, DAY = 3_600, 86_400
CARDS = 6
# What can be taken back.
UNDONE = ("receipt", "redeem", "capture", "hold", "adjust", "grant", "transfer")

PROGRAMS = st.builds(
    Program,
    rate=st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(3, 100)]),
    bonus=st.sampled_from([0, 3]),
    opens=st.sampled_from([0, 0, 3]),
    lasts=st.sampled_from([20, 20, 6, 0]),
    share=st.sampled_from([Fraction(1), Fraction(1, 2)]),
    per_day=st.sampled_from([None, 2, 1]),
    earned=st.sampled_from(["prorate", "by-line", "recompute", "keep"]),
    short=st.sampled_from(["deficit", "forgive"]),
    least=st.sampled_from([None, 5]),
    welcome=st.sampled_from([0, 20]),
)
# How long after the step before, how far it is dated back (or ahead), and whether it is only tried.
WHEN = st.tuples(
    st.sampled_from([*[0] * 5, 60, *[HOUR] * 4, DAY, DAY, 3 * DAY, 8 * DAY, -HOUR]),
    st.sampled_from([*[0] * 14, HOUR, 2 * DAY, 2 * DAY, 12 * DAY, -2 * HOUR, -30 * HOUR]),
    st.sampled_from([*[False] * 15, True]),
)
WHICH = st.integers(0, 24)
POINTS = st.one_of(st.integers(1, 6), st.sampled_from([10, 15, 60]))
LINES = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.integers(1, 3),
        st.one_of(st.sampled_from([1_000, 2_500, 9_999]), st.integers(1, 5_000)),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
TOTALS = st.sampled_from([None, None, 1_000, 5_000])
WANTED = st.one_of(
    st.none(),
    st.tuples(st.just("amount"), st.integers(1, 6_000)),
    st.tuples(st.just("sku"), st.sampled_from("AB"), st.integers(1, 4)),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2)), min_size=1, max_size=2).map(
        lambda each: ("lines", *each)
    ),
)


def verb(weight: int, needs: Callable[[Any], Any] | None = None, **drawn: st.SearchStrategy) -> Callable:
    """A verb of the machine, so many times as likely as the rarest, with arguments to draw; ``needs``: what must be."""

    def keep(told: Callable) -> Callable:
        VERBS.extend([st.tuples(st.just((told, needs)), st.fixed_dictionaries(drawn))] * weight)
        return told

    return keep


VERBS: list[st.SearchStrategy] = []


def changed(named: dict[str, Any]) -> dict[str, Any]:
    """The same arguments but for one."""
    if named.get("points") is not None:
        return {**named, "points": named["points"] + 1 or 1}
    if "lines" in named:
        return {**named, "lines": (*named["lines"], ("A", 1, 100))}
    if "wanted" in named:
        return {**named, "wanted": ("amount", 2) if named["wanted"] == ("amount", 1) else ("amount", 1)}
    if "blocked" in named:
        return {**named, "blocked": not named["blocked"]}
    return {**named, "by": "900"} if "by" in named else named
