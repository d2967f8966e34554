"""What is stored on a person: particulars that can be, consents with their times, the whole of it, and who did what."""

import json
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.reports.table import Table
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.directory import show
from bonuscli.services.dossier import dossier
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_file, enrol_one
from bonuscli.services.erasure import erase
from bonuscli.services.member_changes import Wanted, change_member
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from tests.ledger.test_member_changes import tamper
from tests.ledger.tills import UTC, assert_proven, open_shop, send_rows
from tests.reports.asking import report

NOW = "2026-05-01 12:00"
ANNA = NO_PARTICULARS._replace(card="1", name="Anna", consents=("sms:v3", "email"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop on 1 May."""
    return open_shop(tmp_path / "shop.db", NOW)


def consents(shop: Shop, card: str = "1") -> list[tuple]:
    """(channel, version, day given, source, actor, day withdrawn) of a member."""
    with shop.reading() as session:
        given = show(session, card).given
    return [(*row[:2], UTC.day_of(row[2]), *row[3:5], row[5] and UTC.day_of(row[5])) for row in given]


@pytest.mark.parametrize(
    "particulars, where",
    [
        ({"birthday": "2026-05-02"}, "birthday"),
        ({"birthday": "1899-12-31"}, "birthday"),
        ({"birthday": "1990-02-30"}, "birthday"),
        ({"phone": "12"}, "phone"),
        ({"email": "anna"}, "email"),
        ({"email": "@example.com"}, "email"),
        ({"email": "anna@"}, "email"),
        ({"email": "anna birch@example.com"}, "email"),
        ({"email": f"{'a' * 250}@example.com"}, "email"),
        ({"name": "Anna\x00"}, "name"),
        ({"name": "Anna\x1b[2J"}, "name"),
        ({"name": "Anna\u202enhoJ"}, "name"),
        ({"name": "A" * 201}, "name"),
        ({"tags": ("vip\x07",)}, "tags"),
        ({"tags": ("very important",)}, "tags"),
        ({"tags": ("x" * 61,)}, "tags"),
        ({"gender": "women"}, "gender"),
        ({"consents": ("sms:",)}, "consent"),
        ({"consents": (":v3",)}, "consent"),
        ({"consents": ("sms:v3:v4",)}, "consent"),
        ({"consents": ("sms:v3", "sms")}, "consent"),
        ({"fields": (("size", "4\n2"),)}, "field size"),
        ({"fields": (("si\tze", "42"),)}, "field"),
    ],
)
def test_what_can_be_no_particular_is_refused(shop: Shop, particulars: dict, where: str) -> None:
    """At the enrolment and in a later change alike; the message names the particular, and nothing is stored."""
    with pytest.raises(BonusError) as refused:
        enrol_one(shop, NO_PARTICULARS._replace(card="1", **particulars))
    assert (refused.value.where, refused.value.exit_status) == (where, 5)
    assert enrol_one(shop, NO_PARTICULARS._replace(card="1")).member == 1
    wanted = {"add" if name == "tags" else name: value for name, value in particulars.items()}
    with pytest.raises(BonusError) as again:
        change_member(shop, "1", Wanted(**wanted))
    assert (again.value.code, again.value.where) == (refused.value.code, where)


@pytest.mark.parametrize("name", ["Анна-Мария О’Нил", "José Ñandú", "می\u200cنا", "Zoë 🦊", "Anna\u00a0Birch"])
def test_names_of_all_scripts_are_kept(shop: Shop, name: str) -> None:
    """Letters with accents, other scripts with their joiners, and hard spaces are part of names."""
    enrol_one(shop, NO_PARTICULARS._replace(card="1", name=name, birthday="2026-05-01", email="a+b@example.com"))
    with shop.reading() as session:
        assert show(session, "1").name == name


def test_consents_bear_time_source_and_text(shop: Shop, tmp_path: Path) -> None:
    """What is given at the desk or by a file says so; another text begins anew, what is left out is withdrawn."""
    enrol_one(shop, ANNA, Writing("2026-04-01 12:00", actor="olga"))
    change_member(shop, "1", Wanted(consents=("sms:v4",)), Writing("2026-04-20 12:00", actor="pavel"))
    file = tmp_path / "members.csv"
    file.write_text("card,consent\n2,push:v1\n")
    enrol_file(shop, file)
    april, may = UTC.day_of(UTC.parse_instant("2026-04-01 12:00")), UTC.day_of(UTC.parse_instant(NOW))
    assert consents(shop) == [
        ("email", None, april, "desk", "olga", april + 19),
        ("sms", "v3", april, "desk", "olga", april + 19),
        ("sms", "v4", april + 19, "desk", "pavel", None),
    ]
    assert consents(shop, "2") == [("push", "v1", may, "file members.csv", None, None)]
    assert_proven(shop)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consents SET version = 'v9' WHERE channel = 'sms'",
        "UPDATE consents SET given_at = given_at - 60",
        "UPDATE consents SET withdrawn_at = given_at",
        "DELETE FROM consents",
        "INSERT INTO consents (member, channel, given_at, source) SELECT 1, 'push', given_at, 'desk' FROM consents",
    ],
)
def test_consents_changed_by_hand_are_found(shop: Shop, statement: str) -> None:
    """A text, a time or a consent that nobody gave."""
    enrol_one(shop, ANNA)
    assert tamper(shop, statement)


def test_an_export_holds_all_that_is_stored(shop: Shop, tmp_path: Path) -> None:
    """Every part has its rows, those of a merged card too; it is plain JSON."""
    enrol_one(shop, ANNA._replace(phone="+43 664 1234567", birthday="1990-05-10", fields=(("size", "42"),)))
    enrol_one(shop, NO_PARTICULARS._replace(card="2", name="Ann"))
    send_rows(shop, tmp_path, "A,sale,,2026-01-01 10:00,1,G,1,40.00,\nB,sale,,2026-01-10 10:00,2,G,1,30.00,")
    merge(shop, "2", "1")
    with shop.reading() as session:
        told = json.loads(json.dumps(dossier(session, "1")))
    assert told["particulars"][0]["birthday_on"] == "1990-05-10"
    assert told["particulars"][0]["fields"] == {"size": "42"}
    assert [card["card"] for card in told["cards"]] == ["1", "2", "+436641234567"]
    assert [receipt["receipt_id"] for receipt in told["receipts"]] == ["A"]
    assert [line["sku"] for line in told["receipt_lines"]] == ["G"]
    assert (told["accounts"][0]["balance"], len(told["accounts"])) == (70, 2)
    (merged,) = told["merged"]
    assert (merged["particulars"][0]["name"], merged["receipts"][0]["receipt_id"]) == ("Ann", "B")
    empty = {part for part, rows in told.items() if rows == []}
    assert empty == {"lost_cards", "tiers", "holds", "passes", "tallies", "coupons", "segments"}


def acts(shop: Shop, **asked: object) -> Table:
    """The audit of a shop."""
    return report(shop, "audit", **asked)


def test_who_did_what(shop: Shop, tmp_path: Path) -> None:
    """Signed acts in their order with the points that they booked; by name and by days; receipts of tills are not."""
    enrol_one(shop, ANNA, Writing(actor="olga"))
    accrue(shop, "1", receipt_of_total(1_000, "A", None, None))
    accrue(shop, "1", receipt_of_total(2_000, "B", None, None), Writing(actor="pavel"))
    change_member(Shop(shop.path, now=shop._now + 86_400), "1", Wanted(name="Ann"), Writing(actor="olga", key="C"))
    told = [(row[2], row[3], row[4], row[7]) for row in acts(shop).rows]
    wanted = [("olga", "enrol", "1", None), ("pavel", "receipt", "B", 20), ("olga", "member-change", "C", None)]
    assert told == wanted
    assert [row[4] for row in acts(shop, actor="olga").rows] == ["1", "C"]
    assert [row[4] for row in acts(shop, from_="2026-05-02").rows] == ["C"]
    assert [row[4] for row in acts(shop, to="2026-05-02").rows] == ["1", "B"]


def test_the_audit_names_nobody_who_was_erased(shop: Shop) -> None:
    """The acts on an erased member stay, without card and reason."""
    enrol_one(shop, ANNA._replace(card="2000017"), Writing(actor="olga"))
    erase(shop, "2000017", writing=Writing(actor="olga", key="E"))
    told = [(row[3], row[4], row[6]) for row in acts(shop).rows]
    assert told == [("enrol", "erased:1", None), ("member-change", "E", None)]
    assert verify(shop).findings == []
