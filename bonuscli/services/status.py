"""``status``: what stands in the database, in a few numbers, and the head of its seals."""

from collections import namedtuple

from bonuscli.services.shop import Session
from bonuscli.store import lookups, seals

# program: id; version: key of the one in force, or None; members: with an account; open_points, pending, held, deficit:
# smallest units; due: accounts on which something is due by now.
InProgram = namedtuple("InProgram", "program name version members points held deficit due")
# recorded_at: instant of the last event, or None; seal: number of the last one; head: its hash.
Status = namedtuple("Status", "programs members receipts returns entries recorded_at seal head")


def status(session: Session) -> Status:
    """The numbers of now; points as they are written, without what falls due."""
    connection = session.connection
    number, _, head = seals.head(connection)
    programs = []
    for program, versions in session.programs.items():
        version = versions.in_force(session.now)
        day = versions.settling(session.now).calendar.day_of(session.now)
        sums = lookups.sums_of_program(connection, program, day)
        programs.append(InProgram(program, versions.newest.name, version and version.key, *sums))
    return Status(tuple(programs), *lookups.counts(connection), number, head)
