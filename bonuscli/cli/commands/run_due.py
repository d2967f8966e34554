"""``bonuscli run-due``: everything that the calendar brings, for cron."""

from bonuscli.cli.answers import counted, lines_of, named_by, open_shop, points_text, show_change, writing_of
from bonuscli.cli.options import AsOf, Call, without, writer
from bonuscli.services.shop import Shop


@without("at", "key")
@writer
def run_due(call: Call, as_of: AsOf = None) -> None:
    """Do everything that is due: expiry, tier looks, birthday points, points of the calendar.

    Late, twice or killed and run again gives the same as once on time. Only a dry run may look ahead of now.
    Of several programs each is settled and told on a line of its own, but for --in.
    """
    shops = open_shop(call).each_program()
    for shop in shops:
        _settle(call if len(shops) == 1 else lines_of(call), shop, as_of, len(shops) > 1)


def _settle(call: Call, shop: Shop, as_of: str | None, named: bool) -> None:
    from bonuscli.services.expire import run_due as settle

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
        *named_by(program, named),
    ]
    line = (
        f"expired {points_text(done.expired, program)}, granted {points_text(done.granted, program)},"
        f" {counted(done.tier_looks, 'tier look')} ({counted(done.accounts, 'account')})"
    )
    show_change(call, f"{program.id}: {line}" if named else line, fields, program)
