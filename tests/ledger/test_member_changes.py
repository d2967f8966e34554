"""Changes of a member: what rules see is folded again as it was, the person is shown as he is, tampering is seen."""

import sqlite3
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.directory import show
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.explain import explain
from bonuscli.services.lookup import history
from bonuscli.services.member_changes import Changed, Wanted, change_member, set_tier
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from tests.ledger.tills import assert_proven, drop_triggers, dump, figures, open_shop, send_rows

NOW = "2026-12-01 12:00"
ANNA = NO_PARTICULARS._replace(
    card="1", phone="+43 664 1234567", name="Anna", birthday="1990-05-10", tags=("vip",), fields=(("size", "42"),)
)
STAFF = """{rules: [
  {id: base, kind: percent, rate: 10%}, {id: staff, kind: percent, rate: 20%, replaces: base, when: {tags: [staff]}}
]}"""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Anna, in a shop whose staff earns more."""
    opened = open_shop(tmp_path / "shop.db", NOW, earn=STAFF)
    enrol_one(opened, ANNA)
    return opened


def shown(shop: Shop, card: str = "1") -> tuple:
    """Name, phone, birthday given, tags, fields and numbers of a member."""
    with shop.reading() as session:
        told = show(session, card)
    return told.name, told.phone, told.birthday is not None, told.tags, told.fields, [card for card, _ in told.cards]


def tamper(shop: Shop, statement: str) -> list[str]:
    """What the proof finds after a statement was run by hand."""
    connection = sqlite3.connect(shop.path)
    connection.execute("PRAGMA trusted_schema = 1")
    drop_triggers(connection)
    connection.execute(statement)
    connection.commit()
    connection.close()
    return [finding.text for finding in verify(shop).findings]


def test_all_particulars_change_and_are_taken_away(shop: Shop) -> None:
    """Each is written, an empty text takes it away, and the new phone leads to the member in place of the old."""
    wanted = Wanted(name="Berta", phone="+43 664 7654321", email="b@example.com", birthday="", gender="female")
    done = change_member(shop, "1", wanted._replace(fields=(("size", ""), ("hat", "7")), consents=("email",)))
    assert done.changed == ("phone", "name", "email", "birthday", "gender", "fields", "consents")
    assert shown(shop) == ("Berta", "+436647654321", False, "vip", '{"hat": "7"}', ["1", "+436647654321"])
    assert shown(shop, "+436647654321")[0] == "Berta"
    with pytest.raises(BonusError) as refused:
        shown(shop, "+436641234567")
    assert refused.value.code == "unknown_card"
    change_member(shop, "1", Wanted(name="", phone="", email=""))
    assert shown(shop) == (None, None, False, "vip", '{"hat": "7"}', ["1"])
    assert_proven(shop)


def test_a_phone_that_is_free_again_is_somebody_elses(shop: Shop) -> None:
    """Who is enrolled with it is another member, told once; the old owner can not take it back."""
    change_member(shop, "1", Wanted(phone=""))
    again = NO_PARTICULARS._replace(phone="+43 664 1234567")
    first = enrol_one(shop, again)
    assert (first.member, first.replayed) == (2, False)
    second = enrol_one(shop, again)
    assert (second.member, second.replayed) == (2, True)
    with pytest.raises(BonusError) as refused:
        change_member(shop, "1", Wanted(phone="+43 664 1234567"))
    assert refused.value.code == "card_taken"
    with pytest.raises(BonusError) as refused:
        change_member(shop, "+436641234567", Wanted(phone=""))
    assert refused.value.code == "bad_member"
    assert_proven(shop)


def test_receipts_are_folded_with_the_tags_of_then(shop: Shop, tmp_path: Path) -> None:
    """A tag given and taken later changes no earlier receipt, neither in the proof nor in its explanation."""
    sale = "{},sale,,2026-12-01 12:00,1,,1,100.00,"
    send_rows(shop, tmp_path, sale.format("B"))
    change_member(shop, "1", Wanted(("staff",), ("vip",)))
    send_rows(shop, tmp_path, sale.format("C"))
    change_member(shop, "1", Wanted(remove=("staff",), birthday="1990-05-11"))
    send_rows(shop, tmp_path, sale.format("D"))
    assert [explain(shop, receipt).earned for receipt in "BCD"] == [10, 20, 10]
    assert_proven(shop)


def test_a_change_is_repeated_under_its_key(shop: Shop) -> None:
    """The same key and change has one effect, another change is a conflict, and what is so already is no change."""
    before = dump(shop)
    change_member(shop, "1", Wanted(("staff",)), Writing(dry_run=True))
    assert change_member(shop, "1", Wanted(("vip",))) == Changed(1, "1", (), ("vip",), None, False)
    assert dump(shop) == before
    change_member(shop, "1", Wanted(("staff",)), Writing(key="K"))
    change_member(shop, "1", Wanted(remove=("staff",)))
    again = change_member(shop, "1", Wanted(("staff",)), Writing(key="K"))
    assert (again.replayed, again.tags) == (True, ("vip",))
    with pytest.raises(BonusError) as other:
        change_member(shop, "1", Wanted(("other",)), Writing(key="K"))
    assert other.value.code == "key_conflict"
    assert_proven(shop)


def test_the_history_shows_a_change_without_its_values(shop: Shop) -> None:
    """Tags are told; of a name, a phone and a birthday only that they changed, and the event holds neither."""
    change_member(shop, "1", Wanted(("staff",), ("vip",), "Berta", "+43 664 7654321", birthday="1990-05-11"))
    with shop.reading() as session:
        (told,) = history(session, "1")
        (body,) = session.connection.execute("SELECT body FROM events WHERE kind = 'member-change'").fetchone()
    assert (told.n, told.kind, told.points, told.total) == (None, "member-change", None, 0)
    assert told.reason == "+staff -vip birthday phone name"
    assert not any(value in body for value in ("Anna", "Berta", "1234567", "7654321"))


@pytest.mark.parametrize(
    "statement, text",
    [
        ("UPDATE members SET tags = 'boss'", "not as last changed"),
        ("UPDATE members SET name = 'Anne'", "not as last changed"),
        ("DELETE FROM cards WHERE kind = 'phone'", "not as last changed"),
        ("UPDATE events SET body = replace(body, '\"vip\"]', '\"boss\"]') WHERE seq = 2", "can not be folded again"),
    ],
)
def test_tampering_is_seen(shop: Shop, statement: str, text: str) -> None:
    """The person is held against the last change, and each change against the one before it."""
    change_member(shop, "1", Wanted(("staff",)))
    change_member(shop, "1", Wanted(("night",)))
    assert verify(shop).findings == []
    assert any(text in finding for finding in tamper(shop, statement))


def test_a_tier_by_hand_is_repeated_under_its_key(tmp_path: Path) -> None:
    """The same key sets it once; a tier that the program has not, or a day that has passed, is bad input."""
    shop = open_shop(
        tmp_path / "shop.db",
        NOW,
        tiers="{window: 12mo, levels: [{id: one, from: '0'}, {id: two, from: '100.00'}]}",
    )
    enrol_one(shop, ANNA)
    done = set_tier(shop, "1", "two", "2027-06-30", "a friend", Writing(key="K"))
    assert (done.tier, done.replayed) == ("two", False)
    assert set_tier(shop, "1", "two", "2027-06-30", "a friend", Writing(key="K")).replayed
    with shop.reading() as session:
        assert [(told.kind, told.reason) for told in history(session, "1")] == [
            ("tier-set", "two through 2027-06-30: a friend")
        ]
    for tier, until, code in (("tow", None, "bad_member"), ("two", "2026-11-30", "bad_time"), ("two", "x", "bad_time")):
        with pytest.raises(BonusError) as refused:
            set_tier(shop, "1", tier, until)
        assert refused.value.code == code
    assert set_tier(shop, "1", "none").until is None
    assert_proven(shop)


def test_a_phone_is_welcomed_once(tmp_path: Path) -> None:
    """Whoever is enrolled with a phone that another member gave up gets no second welcome; the ledger proves sound."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-20 12:00", grants="{welcome: {points: 20}}")
    first, second = "+491701234567", "+491701234568"
    enrol_one(shop, NO_PARTICULARS._replace(card="1", phone=first))
    change_member(shop, "1", Wanted(phone=second))
    enrol_one(shop, NO_PARTICULARS._replace(card="2", phone=first))
    enrol_one(shop, NO_PARTICULARS._replace(card="3"))
    assert [figures(shop, card).balance for card in ("1", "2", "3")] == [20, 0, 20]
    assert_proven(shop)
