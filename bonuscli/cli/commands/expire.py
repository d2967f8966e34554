"""``bonuscli expire``: what cron runs where only expiry matters."""

from bonuscli.cli.answers import counted, lines_of, named_by, open_shop, points_text, show_change, writing_of
from bonuscli.cli.options import AsOf, Call, without, writer
from bonuscli.services.shop import Shop

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
    shops = open_shop(call).each_program()
    for shop in shops:
        _settle(call if len(shops) == 1 else lines_of(call), shop, as_of, len(shops) > 1)


def _settle(call: Call, shop: Shop, as_of: str | None, named: bool) -> None:
    from bonuscli.services.expire import run_due

    with shop.reading(scoring=False) as session:
        program = session.current
    done = run_due(shop, as_of, writing_of(call))
    fields = [
        ("as_of", "As of", program.calendar.iso(done.as_of), "instant"),
        ("accounts", "Accounts", done.accounts, "count"),
        ("lots", "Lots", done.lots, "count"),
        ("expired", "Expired", done.expired, "points"),
        *named_by(program, named),
        ("head", "Head of the seals", done.head, "text"),
    ]
    counts = f"{counted(done.lots, 'lot')}, {counted(done.accounts, 'account')}"
    line = f"expired {points_text(done.expired, program)} ({counts}); head {done.head[:HEAD_SHOWN]}"
    show_change(call, f"{program.id}: {line}" if named else line, fields, program)
