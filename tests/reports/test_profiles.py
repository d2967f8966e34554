"""What members have told of themselves, counted by hand."""

from tests.ledger.conftest import Play
from tests.reports.asking import picked, rows

MEMBERS = "{fields: {profession: text, children: text}, tags: [vip]}"
STORY = """
- {at: 2026-01-01 09:00, enroll: {card: "1", name: Anna, phone: "+43 664 1234567", birthday: 1990-05-05, gender: female, consents: [sms]}}
- {at: 2026-01-01 09:01, enroll: {card: "2", name: Ben, email: ben@example.com, tags: [vip], fields: {profession: baker}}}
- {at: 2026-01-01 09:02, enroll: {card: "3"}}
- {at: 2026-01-01 09:03, enroll: {card: "4", consents: [email]}}
- {at: 2026-01-01 09:04, enroll: {card: "5", name: Cleo}}
- {at: 2026-01-02 09:00, merge: {from: "5", to: "3"}}
"""  # noqa: E501


def test_each_particular_is_counted(play: Play) -> None:
    """Of four members two have a name; the fifth was merged into the third and is counted no more."""
    found = rows(play(STORY, members=MEMBERS, country="AT"), "profiles")
    told = {row["particular"]: row["filled"] for row in found}
    # Anna's consent and phone make her reachable; the fourth member agreed to mails and has no address.
    assert told == {
        **{"name": 2, "phone": 1, "email": 1, "birthday": 1, "gender": 1, "tags": 1, "consent": 2, "reachable": 1},
        **{"profession": 1, "children": 0},
    }
    assert picked(found, "members", "share")[1] == (4, 0.25)


def test_nobody_has_no_share(play: Play) -> None:
    """A shop without members has zeros and no shares."""
    shop = play("- {at: 2026-01-01 09:00, receipt: {id: G, card: none, total: '5.00'}}\n")
    assert set(picked(rows(shop, "profiles"), "members", "filled", "share")) == {(0, 0, None)}
