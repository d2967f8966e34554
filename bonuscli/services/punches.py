"""``punch``: the stamps on a member's punch cards, as the next receipt finds them."""

from collections import namedtuple

from bonuscli.engine import punch
from bonuscli.services.facts import load_accounts
from bonuscli.services.shop import Session

# stamps: that count now; needed: units that fill the card, the rewarded one included; rate: basis points off it;
# falls_off_on: last day of the oldest stamps, falls_off: how many they are, None where none ever falls off.
PunchTold = namedtuple("PunchTold", "id stamps every needed rate falls_off_on falls_off")


def punch_cards(session: Session, card: str) -> list[PunchTold]:
    """Every punch card of the program in force now, full or empty; BonusError ``unknown_card``."""
    member = session.find_member(card)
    account = load_accounts(session.connection, session.program, [member], session.versions)[member]
    program = session.current
    day = program.calendar.day_of(session.now)
    stamps = punch.stamps(account, program, day)
    told = []
    for each in program.beside.punch:
        last = punch.first_to_fall_off(account, each, day)
        there = stamps[each.id]
        needed = max(1, each.every - there)  # two merged cards may be full together: the next unit is rewarded
        told.append(PunchTold(each.id, there, each.every, needed, each.rate, *(last or (None, None))))
    return told
