"""``bonuscli run-due``: everything that the calendar brings, for cron."""

from typing import TYPE_CHECKING, Any

from bonuscli.cli.answers import counted, points_text
from bonuscli.cli.options import AsOf, Call, without, writer
from bonuscli.model import Program

if TYPE_CHECKING:
    from bonuscli.services.expire import Settled


@without("at", "key")
@writer
def run_due(call: Call, as_of: AsOf = None) -> None:
    """Do everything that is due: expiry, tier looks, birthday points, points of the calendar.

    Late, twice or killed and run again gives the same as once on time. Only a dry run may look ahead of now.
    Of several programs each is settled and told on a line of its own, but for --in.
    """
    from bonuscli.cli.settling import settle_each

    settle_each(call, as_of, _told)


def _told(done: "Settled", program: Program) -> tuple[list[Any], str]:
    fields = [
        ("as_of", "As of", program.calendar.iso(done.as_of), "instant"),
        ("accounts", "Accounts", done.accounts, "count"),
        ("lots", "Lots", done.lots, "count"),
        ("expired", "Expired", done.expired, "points"),
        ("granted", "Granted", done.granted, "points"),
        ("tier_looks", "Tier looks", done.tier_looks, "count"),
    ]
    line = (
        f"expired {points_text(done.expired, program)}, granted {points_text(done.granted, program)},"
        f" {counted(done.tier_looks, 'tier look')} ({counted(done.accounts, 'account')})"
    )
    return fields, line
