"""``bonuscli expire``: what cron runs where only expiry matters."""

from bonuscli.cli.answers import open_shop, points_text, show_change, writing_of
from bonuscli.cli.options import AsOf, Call, without, writer


@without("at", "key")
@writer
def expire(call: Call, as_of: AsOf = None) -> None:
    """Write down the points that have expired, in whatever order accounts fell due.

    What is due on an account is booked in the order of its days, so tier looks and birthday points that come before an
    expiry are written with it. Only a dry run may look ahead of now.
    """
    from bonuscli.services.expire import run_due

    shop = open_shop(call)
    with shop.reading(scoring=False) as session:
        program = session.current
    done = run_due(shop, as_of, writing_of(call))
    fields = [
        ("as_of", "As of", program.calendar.iso(done.as_of), "instant"),
        ("accounts", "Accounts", done.accounts, "count"),
        ("lots", "Lots", done.lots, "count"),
        ("expired", "Expired", done.expired, "points"),
    ]
    line = f"expired {points_text(done.expired, program)} ({done.lots} lots, {done.accounts} accounts)"
    show_change(call, line, fields, program)
