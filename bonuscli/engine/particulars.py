"""What rules may know of a person, and how it changes: tags and the birthday, as they were at each event.

The members row shows the person of today; the account begins with what was known at the enrolment, and each change is
an event that names the value before it and after it.  A chain that does not hold together was changed by hand.
"""

from bonuscli.engine.account import Account
from bonuscli.engine.book import Rows
from bonuscli.engine.versions import Versions
from bonuscli.errors import InvariantBroken
from bonuscli.model import Event

TAGS, BIRTHDAY = "tags", "birthday"


def told_of(account: Account) -> dict[str, list[str] | int | None]:
    """The particulars that rules see, in the form in which an event holds them."""
    return {TAGS: sorted(account.tags), BIRTHDAY: account.birthday}


def change(account: Account, event: Event, versions: Versions, rows: Rows) -> None:
    """Apply a change of tags or birthday; InvariantBroken where it begins with other values than the account has."""
    known = told_of(account)
    for name, before in event.body.before.items():
        if known[name] != before:
            raise InvariantBroken(f"event {event.seq} changes {name} {before}, where {known[name]} stand")
    after = event.body.after
    if TAGS in after:
        account.tags = frozenset(after[TAGS])
    if BIRTHDAY in after:
        account.birthday = after[BIRTHDAY]
