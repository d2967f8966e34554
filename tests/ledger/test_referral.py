"""Points for bringing a friend are events of two accounts: both are proved, and one file equals many calls."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from tests.ledger.tills import UTC, assert_proven, drop_triggers, dump, figures, open_shop, send_rows

GRANTS = "{referral: {referrer: 20, friend: 10, per_referrer: {count: 1, per: week}}}"


def shop_with_friends(folder: Path, **sections: str) -> Shop:
    """Member 7, who brought 8 and 9 on the first of January."""
    folder.mkdir()
    shop = open_shop(folder / "shop.db", "2026-01-01 08:00", grants=GRANTS, **sections)
    enrol_one(shop, NO_PARTICULARS._replace(card="7"))
    for card in ("8", "9"):
        enrol_one(shop, NO_PARTICULARS._replace(card=card, referrer="7"))
    return Shop(shop.path, now=UTC.parse_instant("2026-03-01 12:00"))


def test_one_file_equals_one_call_after_another(tmp_path: Path) -> None:
    """Friends and referrer in one batch leave the ledger that single receipts leave."""
    rows = [("A", "2026-01-05 10:00", "8"), ("B", "2026-01-11 10:00", "9"), ("C", "2026-01-12 10:00", "7")]
    bulk, single = shop_with_friends(tmp_path / "bulk"), shop_with_friends(tmp_path / "single")
    send_rows(bulk, tmp_path, "\n".join(f"{number},sale,,{at},{card},G,1,30.00," for number, at, card in rows))
    for number, at, card in rows:
        send_rows(single, tmp_path, f"{number},sale,,{at},{card},G,1,30.00,")
    assert dump(bulk) == dump(single)
    # 5 and 11 January are in one week, from Monday to Sunday: the second friend brings the referrer nothing.
    assert [figures(bulk, card).balance for card in "789"] == [50, 40, 40]
    assert_proven(bulk)


def test_a_repeated_receipt_gives_nothing_again(tmp_path: Path) -> None:
    """The effect has a key of its own, and the friend's account remembers that it was given."""
    shop = shop_with_friends(tmp_path / "shop")
    for number in ("A", "A", "B"):
        accrue(shop, "8", receipt_of_total(1_000, number, None, None, None))
    assert [figures(shop, card).balance for card in "78"] == [20, 30]
    assert_proven(shop)


def test_a_dry_run_touches_neither_account(tmp_path: Path) -> None:
    """Both sides are written in one transaction, or none is."""
    shop = shop_with_friends(tmp_path / "shop")
    before = dump(shop)
    accrue(shop, "8", receipt_of_total(1_000, "A", None, None, None), writing=Writing(dry_run=True))
    assert dump(shop) == before


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM events WHERE kind = 'effect'",
        "UPDATE events SET number = 'referral:story:3' WHERE kind = 'effect'",
        "UPDATE events SET body = replace(body, '\"cause\":4', '\"cause\":1') WHERE kind = 'effect'",
        "UPDATE events SET body = 'no object' WHERE kind = 'effect'",
        "UPDATE accounts SET referrer = 3 WHERE member = 2",
    ],
)
@pytest.mark.parametrize("card", [None, "8"], ids=["all", "friend"])
def test_verify_holds_effects_against_their_causes(tmp_path: Path, sql: str, card: str | None) -> None:
    """An effect that is missing, or that nothing causes, is found from either side."""
    shop = shop_with_friends(tmp_path / "shop")
    accrue(shop, "8", receipt_of_total(1_000, "A", None, None, None))
    assert verify(shop, card).findings == []
    with closing(sqlite3.connect(shop.path)) as connection, connection:
        drop_triggers(connection)
        assert connection.execute(sql).rowcount == 1
    assert verify(shop, card).findings


def test_the_referrer_is_part_of_an_enrolment(tmp_path: Path) -> None:
    """The same particulars with another referrer are another enrolment; a phone names a referrer too."""
    shop = shop_with_friends(tmp_path / "shop", country="RU")
    enrol_one(shop, NO_PARTICULARS._replace(phone="+79120000001"))
    assert not enrol_one(shop, NO_PARTICULARS._replace(card="10", referrer="8 912 000-00-01")).replayed
    assert enrol_one(shop, NO_PARTICULARS._replace(card="10", referrer="+79120000001")).replayed
    with pytest.raises(BonusError) as caught:
        enrol_one(shop, NO_PARTICULARS._replace(card="8", referrer="9"))
    assert caught.value.code == "card_taken"
