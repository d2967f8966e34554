"""What an enrolment fixes for good: fields of the shop's own, and who is kept out of points to measure by."""

from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.card_changes import replace
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.erasure import erase
from bonuscli.services.programs import publish
from bonuscli.services.redeem import adjust
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge
from bonuscli.services.writing import Writing
from tests.ledger.tills import UTC, assert_proven, figures, open_shop, program_of, send_rows

FIELDS = "{fields: {profession: text, size: number, wedding: date, vegan: flag}}"
NOW = "2026-01-01 08:00"


@pytest.mark.parametrize(
    "field",
    [("profession", "бариста"), ("size", "-42.5"), ("size", "7"), ("wedding", "2020-02-29"), ("vegan", "false")],
)
def test_a_declared_field_is_kept_as_written(tmp_path: Path, field: tuple[str, str]) -> None:
    """Text, a number, a day and a flag are taken."""
    shop = open_shop(tmp_path / "shop.db", NOW, members=FIELDS)
    enrol_one(shop, NO_PARTICULARS._replace(card="7", fields=(field,)))
    assert_proven(shop)


@pytest.mark.parametrize(
    "field, message, hint",
    [
        (("proffesion", "barber"), "the program declares no field 'proffesion'", "did you mean 'profession'?"),
        (("size", "4o"), "size '4o' is no number", "write it as size=42.5"),
        (("size", "1e3"), "size '1e3' is no number", "write it as size=42.5"),
        (("size", "4."), "size '4.' is no number", "write it as size=42.5"),
        (("wedding", "2021-02-29"), "wedding '2021-02-29' is no day", "write it as wedding=1990-05-31"),
        (("vegan", "yes"), "vegan 'yes' is no flag", "write it as vegan=true"),
    ],
)
def test_a_field_that_is_not_declared_so_is_refused(
    tmp_path: Path, field: tuple[str, str], message: str, hint: str
) -> None:
    """The message names the field, and near names or an example; nobody is enrolled."""
    shop = open_shop(tmp_path / "shop.db", NOW, members=FIELDS)
    with pytest.raises(BonusError) as caught:
        enrol_one(shop, NO_PARTICULARS._replace(card="7", fields=(field,)))
    assert (caught.value.code, caught.value.message, caught.value.hint) == ("bad_member", message, hint)
    assert not enrol_one(shop, NO_PARTICULARS._replace(card="7")).replayed


def test_who_declares_no_fields_may_keep_any(tmp_path: Path) -> None:
    """Without `members: {fields}` every key is taken."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    assert not enrol_one(shop, NO_PARTICULARS._replace(card="7", fields=(("anything", "goes"),))).replayed


def control_of(shop: Shop) -> dict[str, bool]:
    """Card number -> whether its member is of the control group."""
    with shop.reading() as session:
        return dict(
            session.connection.execute(
                "SELECT c.number, a.control FROM cards c JOIN accounts a ON a.member = c.member"
            ).fetchall()
        )


def test_the_control_group_is_a_share_of_the_numbers(tmp_path: Path) -> None:
    """It follows from the number and the share alone, at the desk and in a file, and a larger one holds a smaller."""
    drawn = {}
    for share in ("5%", "20%"):
        (tmp_path / share).mkdir()
        shop = open_shop(tmp_path / share / "shop.db", NOW, members=f"{{control: {share}}}")
        send_rows(shop, tmp_path, "\n".join(f"R{n},sale,,2025-12-31 10:00,{n},G,1,5.00," for n in range(1000, 1200)))
        for number in range(1200, 1400):
            enrol_one(shop, NO_PARTICULARS._replace(card=str(number)))
        drawn[share] = {number for number, control in control_of(shop).items() if control}
        assert_proven(shop)
    assert 10 <= len(drawn["5%"]) <= 32 and 60 <= len(drawn["20%"]) <= 100
    assert drawn["5%"] < drawn["20%"]


def test_the_control_group_is_given_nothing(tmp_path: Path) -> None:
    """Neither what a purchase earns nor what the program gives of itself; its purchases are counted."""
    grants = "{welcome: {points: 5}, birthday: {points: 30}, schedule: [{id: new-year, points: 9, every: '01-02'}]}"
    shop = open_shop(tmp_path / "shop.db", NOW, members="{control: 100%}", grants=grants)
    enrol_one(shop, NO_PARTICULARS._replace(card="7", birthday="1990-01-01"))
    accrue(shop, "7", receipt_of_total(1_000, "A", None, None, None))
    assert figures(Shop(shop.path, now=UTC.parse_instant("2026-01-05 08:00")), "7").balance == 0
    assert figures(shop, "7").spend == 1_000
    assert_proven(shop)


def test_who_was_kept_out_is_let_in_by_a_merger_with_a_new_card(tmp_path: Path) -> None:
    """Once nobody is kept out any more, both his cards and his phone earn, and what he bought counts towards tiers."""
    told = {"tiers": "{by: spend, levels: [{id: low, from: '0'}, {id: high, from: '10.00'}]}"}
    shop = open_shop(tmp_path / "shop.db", NOW, members="{control: 100%}", **told)
    enrol_one(shop, NO_PARTICULARS._replace(card="7", phone="+436641234567"))
    accrue(shop, "7", receipt_of_total(5_000, "A", None, None, None))
    opened = "2026-01-02 08:00"
    ended = program_of(members="{control: 0%}", valid="{from: 2026-01-02}", **told)
    publish(shop.path, ended, now=UTC.parse_instant(opened))
    shop = Shop(shop.path, now=UTC.parse_instant(opened))
    accrue(shop, "7", receipt_of_total(1_000, "B", None, None, None))
    assert figures(shop, "7").balance == 0
    enrol_one(shop, NO_PARTICULARS._replace(card="8"))
    merge(shop, "7", "8")
    for number, card in (("C", "7"), ("D", "8"), ("E", "+436641234567")):
        assert accrue(shop, card, receipt_of_total(1_000, number, None, None, None)).earned > 0
    assert (figures(shop, "7").tier, figures(shop, "7").spend) == ("high", 9_000)
    assert_proven(shop)


BEN = NO_PARTICULARS._replace(card="200", name="Ben")
UNDER_KEY = Writing(key="500")


def test_an_enrolment_under_a_key_is_known_again_after_the_card_was_replaced(tmp_path: Path) -> None:
    """The card and the key both lead to it; the card once it is lost no more, the key still."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    assert not enrol_one(shop, BEN, UNDER_KEY).replayed
    for writing in (UNDER_KEY, Writing(), Writing(key="another")):
        assert enrol_one(shop, BEN, writing)[::3] == (1, True)
    replace(shop, "200", "300")
    assert enrol_one(shop, BEN, UNDER_KEY)[::3] == (1, True)
    with pytest.raises(BonusError, match="200 was lost by a member"):
        enrol_one(shop, BEN)
    assert_proven(shop)


def test_a_key_with_another_member_is_a_conflict(tmp_path: Path) -> None:
    """Other particulars, another card or another referrer under a key that is taken: nothing is enrolled."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    enrol_one(shop, NO_PARTICULARS._replace(card="100"))
    enrol_one(shop, BEN, UNDER_KEY)
    for other in (BEN._replace(name="Bob"), BEN._replace(card="201"), BEN._replace(referrer="100")):
        with pytest.raises(BonusError) as caught:
            enrol_one(shop, other, UNDER_KEY)
        assert (caught.value.code, caught.value.message[:16]) == ("key_conflict", "an enrolment 500")
    assert list(control_of(shop)) == ["100", "200"]


def test_a_key_takes_no_card_and_a_card_no_key(tmp_path: Path) -> None:
    """Who is enrolled with the number that is somebody's key is a member of his own."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    enrol_one(shop, BEN, UNDER_KEY)
    other = NO_PARTICULARS._replace(card="500")
    assert enrol_one(shop, other)[::3] == (2, False)
    assert enrol_one(shop, other)[::3] == (2, True)
    assert enrol_one(shop, BEN, UNDER_KEY)[::3] == (1, True)
    assert_proven(shop)


def test_the_key_of_a_merged_member_leads_to_whoever_took_him_over_and_that_of_an_erased_one_to_nobody(
    tmp_path: Path,
) -> None:
    """After a merger the same call answers with the member who has the points; after an erasure it enrols anew."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    enrol_one(shop, NO_PARTICULARS._replace(card="100"))
    enrol_one(shop, BEN, UNDER_KEY)
    merge(shop, "200", "100")
    assert enrol_one(shop, BEN, UNDER_KEY)[::3] == (1, True)
    erase(shop, "100")
    assert enrol_one(shop, BEN, UNDER_KEY)[::3] == (3, False)
    assert_proven(shop)


def test_a_key_is_as_long_as_can_be_kept(tmp_path: Path) -> None:
    """One letter more is refused as a mistake of the caller, by enrolments and by changes alike."""
    shop = open_shop(tmp_path / "shop.db", NOW)
    enrol_one(shop, BEN, Writing(key="k" * 196))
    adjust(shop, "200", 5, "a gift", Writing(key="k" * 200))
    calls = (
        (196, lambda key: enrol_one(shop, BEN._replace(card="201"), key)),
        (200, lambda key: adjust(shop, "200", 5, "a gift", key)),
    )
    for most, call in calls:
        with pytest.raises(BonusError) as caught:
            call(Writing(key="k" * (most + 1)))
        assert (caught.value.code, caught.value.message) == ("usage", f"a key has at most {most} characters")
