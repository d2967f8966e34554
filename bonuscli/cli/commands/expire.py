"""``bonuscli expire``: what cron runs where only expiry matters."""

from typing import TYPE_CHECKING, Any

from bonuscli.cli.answers import counted, points_text
from bonuscli.cli.options import AsOf, Call, without, writer
from bonuscli.model import Program

if TYPE_CHECKING:
    from bonuscli.services.expire import Settled

# So much of a hash is enough for `verify --head`: nobody can make another chain that begins alike.
HEAD_SHOWN = 24


@without("at", "key")
@writer
def expire(call: Call, as_of: AsOf = None) -> None:
    """Write down the points that have expired, in whatever order accounts fell due.

    What is due on an account is booked in the order of its days, so tier looks and birthday points that come before an
    expiry are written with it. Only a dry run may look ahead of now. Of several programs each is told on a line of its
    own, but for --in.
    """
    from bonuscli.cli.settling import settle_each

    settle_each(call, as_of, _told)


def _told(done: "Settled", program: Program) -> tuple[list[Any], str]:
    fields = [
        ("as_of", "As of", program.calendar.iso(done.as_of), "instant"),
        ("accounts", "Accounts", done.accounts, "count"),
        ("lots", "Lots", done.lots, "count"),
        ("expired", "Expired", done.expired, "points"),
        ("head", "Head of the seals", done.head, "text"),
    ]
    counts = f"{counted(done.lots, 'lot')}, {counted(done.accounts, 'account')}"
    return fields, f"expired {points_text(done.expired, program)} ({counts}); head {done.head[:HEAD_SHOWN]}"
