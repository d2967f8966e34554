"""``bonuscli run-due``: everything that the calendar brings, for cron."""

from bonuscli.cli.answers import open_shop, points_text, show_change, writing_of
from bonuscli.cli.options import AsOf, Call, without, writer


@without("at", "key")
@writer
def run_due(call: Call, as_of: AsOf = None) -> None:
    """Do everything that is due: expiry, tier looks, birthday points, points of the calendar.

    Late, twice or killed and run again gives the same as once on time. Only a dry run may look ahead of now.
    """
    from bonuscli.services.expire import run_due as settle

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    done = settle(shop, as_of, writing_of(call))
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
        f" {done.tier_looks} tier looks ({done.accounts} accounts)"
    )
    show_change(call, line, fields, program)
