"""``bonuscli status``: what stands in the database."""

from bonuscli.cli.answers import TABLE, open_shop, show_record
from bonuscli.cli.options import Call, reader, without
from bonuscli.reports.question import Question
from bonuscli.reports.table import COUNT, TEXT, Column, Table
from bonuscli.reports.today import FIGURES, read_days, today_table
from bonuscli.units import format_decimal

# Each program has its own digits of points: people read decimal text, scripts integers and the digits beside them.
POINTS_COLUMNS = (("points", "Points"), ("held", "On hold"), ("deficit", "Owed"))


@without("as_of", "program")
@reader
def status(call: Call) -> None:
    """What stands in the database, and today: receipts, revenue and points beside the same weekday a week ago.

    Today's points are those of the first program, or of the one marked primary; "by now" is up to this hour.
    Note the head down, on paper or in a mail: `bonuscli verify --head HASH` shows later that nothing before it changed.
    Where accounts are due, run-due has something to write.
    """
    from bonuscli.services.status import status as ask

    with open_shop(call).reading(scoring=False) as session:
        told = ask(session)
        current = session.current
        scales = {program: versions.newest.points.scale for program, versions in session.programs.items()}
        today = session.calendar.day_of(session.now)
        question = Question(session.connection, session.program, current, today, session.now, {})
        days = read_days(question)
        recorded = told.recorded_at and session.calendar.iso(told.recorded_at)
    rows = []
    for each in told.programs:
        scale = scales[each.program]
        points = [each.points, each.held, each.deficit]
        shown = [format_decimal(number, scale) for number in points] if call.output == TABLE else [*points, scale]
        rows.append((each.program, each.version, each.members, each.due, *shown))
    columns = (
        Column("program", "Program", TEXT),
        Column("version", "Version", COUNT),
        Column("members", "Members", COUNT),
        Column("due", "Accounts due", COUNT),
        *(Column(name, title, TEXT if call.output == TABLE else COUNT) for name, title in POINTS_COLUMNS),
        *(() if call.output == TABLE else (Column("points_scale", "Digits", COUNT),)),
    )
    fields = [
        ("database", "Database", str(call.db), "text"),
        ("members", "Members", told.members, "count"),
        ("receipts", "Receipts", told.receipts, "count"),
        ("returns", "Returns", told.returns, "count"),
        ("entries", "Entries", told.entries, "count"),
        ("recorded_at", "Last recorded", recorded, "instant"),
        ("seal", "Seal", told.seal, "count"),
        ("head", "Head of the seals", told.head, "text"),
        ("programs", "Programs", Table("Programs", columns, rows, "", 0, 0), "rows"),
    ]
    if call.output == TABLE:
        fields.append(("today", "Today", today_table(question, days), "rows"))
    else:
        fields += [
            (
                name,
                name,
                [(key, title, sums[place], kind) for place, (key, title, kind) in enumerate(FIGURES)],
                "object",
            )
            for name, sums in days._asdict().items()
        ]
    show_record(call, "Status", fields, current)
