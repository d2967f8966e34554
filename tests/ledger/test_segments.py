"""Segments over the whole database: who is in them on which day, lists that were saved, and comparing two of them."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bonuscli.errors import BonusError
from bonuscli.program.segment_file import load_conditions
from bonuscli.services import segments
from bonuscli.services.database import backup, dump_lines, rebuild
from bonuscli.services.dossier import dossier
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.erasure import erase
from bonuscli.services.member_changes import Wanted, change_member
from bonuscli.services.segments import Compared, Membership
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge
from bonuscli.services.writing import Writing
from bonuscli.store import sqlite
from tests.ledger.tills import UTC, assert_proven, dump, open_shop, refusal
from tests.ledger.tills import send as send_file

HEADER = "receipt_id,kind,original_receipt_id,at,shop,card,sku,category,brand,quantity,amount\n"
ROWS = """
R1,sale,,2026-05-01 10:00,A,1,LATTE,Coffee,Acme,1,30.00
R2,sale,,2026-05-02 10:00,B,1,BUN,Food,,1,70.00
R3,sale,,2026-05-03 10:00,A,2,LATTE,Coffee,Acme,1,50.00
R4,sale,,2026-05-20 10:00,A,2,LATTE,Coffee,Acme,1,50.00
R5,sale,,2026-05-04 10:00,B,3,TEA,Coffee,,2,20.00
X5,return,R5,2026-06-02 10:00,B,3,TEA,Coffee,,1,10.00
R6,sale,,2026-05-05 10:00,B,4,BUN,Food,,1,10.00
X6,return,R6,2026-05-06 10:00,B,4,BUN,Food,,1,10.00
R7,sale,,2026-05-06 10:00,A,,BUN,Food,,1,99.00
"""
TIERS = '{window: lifetime, levels: [{id: low, from: "0"}, {id: gold, from: "60.00"}]}'
SEGMENTS = "{lapsed: {last_purchase: {over: 20d}}}"
NOW = "2026-06-10 12:00"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Four buyers and a fifth member who never bought; 1 bought Food for most, 4 brought all back, 3 one of two."""
    found = open_shop(tmp_path / "shop.db", NOW, tiers=TIERS, segments=SEGMENTS, members="{fields: {trade: text}}")
    began = Writing("2026-04-01 09:00")
    people = {
        "1": {"gender": "female", "birthday": "1990-06-12", "tags": ("vip",), "fields": (("trade", "barber"),)},
        "2": {"gender": "male", "birthday": "2000-01-01", "fields": (("trade", "baker"),)},
        "3": {"gender": "female"},
        "4": {},
        "5": {"birthday": "1990-06-05"},
    }
    for card, told in people.items():
        enrol_one(found, NO_PARTICULARS._replace(card=card, **told), began)
    send(found, tmp_path, ROWS)
    return found


def send(shop: Shop, folder: Path, rows: str) -> None:
    """Import rows of the columns ``HEADER``."""
    (folder / "rows.csv").write_text(HEADER + rows.strip() + "\n")
    send_file(shop, folder / "rows.csv")


def asked(shop: Shop, text: str, as_of: str | None = None) -> str:
    """The cards of the members in conditions, one letter each."""
    with shop.reading() as session:
        conditions = load_conditions(text, "asked", session.measures, session.current.plain)
        found = segments.membership(session, segments.Segment("", "", conditions), as_of)
        return "".join(str(member) for member in found.members)


def members(shop: Shop, name: str, as_of: str | None = None) -> Membership:
    """Who is in a segment by name."""
    with shop.reading() as session:
        return segments.membership(session, segments.find(session, name), as_of)


def saved(shop: Shop, name: str, text: str | None = None, as_of: str | None = None, **how: Any) -> segments.Saved:
    """Save conditions under a name, or a list of one that is there."""
    with shop.reading() as session:
        conditions = text and load_conditions(text, "asked", session.measures, session.current.plain)
    return segments.save(shop, name, conditions, as_of, **how)


@pytest.mark.parametrize(
    "text, cards",
    [
        ("goods_share: {categories: [Coffee], from: 30%}", "123"),  # 1: 30.00 of 100.00
        ("goods_share: {categories: [Coffee], from: 30.01%}", "23"),
        ("goods_share: {categories: [Coffee], below: 31%}", "1"),  # 4 has nothing left to have a share of
        ("goods_share: {categories: [Coffee]}", "123"),
        ("goods_share: {categories: [Coffee, Food], brands: [Acme]}", "12"),
        ("goods_share: {skus: [TEA]}", "3"),
        ("goods_share: {categories: [Coffee], from: 100%, within: 30d}", "2"),
        ("shops: {any: [B]}", "134"),
        ("shops: {any: [B], within: 38d}", "34"),  # the days after 3 May
        ("shops: {home: [A]}", "2"),
        ("shops: {home: [B]}", "134"),  # 1: once in each shop, and in B later
        ("shops: {home: [A], any: [B]}", ""),
        ("rfm: {recency: 4}", "2"),  # of four buyers: 2 was last, 4 and 3 before, 1 longest ago
        ("rfm: {money: [1, 2]}", "34"),  # 0.00, 10.00, 100.00, 100.00: 1, 2, 3, 3
        ("rfm: {money: 3, frequency: 3}", "12"),
        ("rfm: {recency: [1, 2, 3, 4, 5]}", "1234"),
        ("rfm: {recency: [1, 2, 3, 4, 5], within: 30d}", "2"),
        ("gender: female", "13"),
        ("gender: [female, male]", "123"),
        ("fields: {trade: [barber, baker]}", "12"),
        ("not: {fields: {trade: barber}}", "2345"),
        ("birthday: {before: 2d}", "1"),
        ("birthday: {after: 5d}", "5"),
        ("age: {from: 36}", "5"),
        ("age: {from: 26, below: 36}", "12"),
        ("tiers: [gold]", "12"),
        ("tags: [vip]", "1"),
        ("average_receipt: {from: 50.00}", "12"),
        ("average_receipt: {below: 20.00}", "3"),  # 10.00 of a receipt of 20.00
        ("receipts: {below: 1}", "45"),
        ("spend: {from: 10.00}, not: {gender: female}", "2"),
        ("enrolled: {over: 69d}", "12345"),
        ("enrolled: {over: 70d}", ""),
        ("last_purchase: {over: 36d}", "13"),  # 4 on the 36th day before, 5 never
    ],
)
def test_who_is_in_a_segment(shop: Shop, text: str, cards: str) -> None:
    """By figures counted by hand from the receipts above, at the end of 10 June."""
    assert asked(shop, text if text.startswith("{") or "}, " not in text else f"{{{text}}}") == cards


@pytest.mark.parametrize(
    "text, day, cards",
    [
        ("spend: {from: 20.00}", "2026-06-01", "123"),  # one of two teas came back on the 2nd
        ("spend: {from: 20.00}", "2026-06-02", "12"),
        ("receipts: {from: 1}", "2026-05-05", "1234"),
        ("receipts: {from: 1}", "2026-05-06", "123"),  # all of it came back on that day
        ("last_purchase: {within: 1d}", "2026-05-04", "23"),
        ("last_purchase: {within: 1d}", "2026-05-20", "2"),
        ("tiers: [gold]", "2026-05-19", "1"),
        ("shops: {any: [A]}", "2026-05-02", "1"),
        ("goods_share: {categories: [Coffee], from: 100%}", "2026-05-01", "1"),
        ("enrolled: {within: 1d}", "2026-03-31", ""),
        ("enrolled: {within: 1d}", "2026-04-02", "12345"),
        ("age: {from: 36}", "2026-06-12", "15"),  # a day to come
    ],
)
def test_a_segment_of_another_day(shop: Shop, text: str, day: str, cards: str) -> None:
    """What was bought by then less what was brought back by then; nobody is in it before his enrolment."""
    assert asked(shop, text, day) == cards


def test_tags_and_birthdays_are_those_of_the_day(shop: Shop) -> None:
    """What was changed since does not count for a day before; gender and fields are those of today."""
    change_member(shop, "1", Wanted(remove=("vip",), birthday="1991-01-01", gender="male"))
    assert asked(shop, "tags: [vip]") == ""
    assert asked(shop, "tags: [vip]", "2026-06-09") == "1"
    assert asked(shop, "age: {from: 35, below: 36}", "2026-06-09") == "1"
    assert asked(shop, "gender: female", "2026-06-09") == "3"


def test_who_was_merged_is_the_other_on_all_days(shop: Shop) -> None:
    """His receipts count for the one that he became, whatever is asked."""
    merge(shop, "2", "5")
    assert asked(shop, "spend: {from: 50.00}", "2026-05-03") == "15"
    assert asked(shop, "goods_share: {categories: [Coffee], from: 100%}") == "35"
    assert asked(shop, "shops: {home: [A]}") == "5"
    assert asked(shop, "rfm: {money: 3}") == "15"
    assert asked(shop, "last_purchase: {within: 1d}", "2026-05-03") == "15"


def test_a_list_stays_what_it_was(shop: Shop, tmp_path: Path) -> None:
    """A receipt told late changes what the conditions hold of on a past day, and not the list that was taken."""
    done = saved(shop, "buyers", "receipts: {from: 1}", "2026-05-02")
    assert (done.size, done.of, done.replayed) == (1, 5, False)
    send(shop, tmp_path, "R9,sale,,2026-05-01 11:00,A,5,BUN,Food,,1,5.00")
    assert asked(shop, "receipts: {from: 1}", "2026-05-02") == "15"
    then = members(shop, "buyers", "2026-05-02")
    assert (then.members, then.taken_at, then.gone) == ([1], UTC.parse_instant(NOW), 0)
    assert members(shop, "buyers").members == [1, 2, 3, 5]
    assert saved(shop, "buyers", as_of="2026-05-02", force=True).size == 2
    assert members(shop, "buyers", "2026-05-02").members == [1, 5]
    assert_proven(shop)


def test_saving_the_same_again_is_a_repeat(shop: Shop) -> None:
    """Other conditions under the name are a conflict, unless they are to replace what is there; a dry run is none."""
    assert not saved(shop, "women", "gender: female", writing=Writing(dry_run=True)).replayed
    assert refusal(saved, shop, "women") == "unknown_segment"
    first = saved(shop, "women", "gender: female", writing=Writing(actor="anna"))
    before = dump(shop)
    assert saved(shop, "women", "gender: [female]") == first._replace(replayed=True)
    assert saved(shop, "women") == first._replace(replayed=True)
    assert refusal(saved, shop, "women", "gender: male") == "key_conflict"
    assert refusal(saved, shop, "women", "gender: male", "2026-06-01") == "key_conflict"
    assert dump(shop) == before
    saved(shop, "women", as_of="2026-06-01")
    done = saved(shop, "women", "gender: male", force=True)
    assert (done.size, members(shop, "women").members) == (1, [2])
    assert members(shop, "women", "2026-06-01").members == [1, 3]  # taken by the conditions of then
    assert refusal(saved, shop, "women", None, "2026-06-01") == "key_conflict"


def test_a_list_of_a_segment_of_the_program(shop: Shop) -> None:
    """It is saved under the program's name, whose conditions only the program's file says."""
    assert saved(shop, "lapsed").size == 4
    assert saved(shop, "lapsed").replayed
    assert refusal(saved, shop, "lapsed", "gender: female") == "key_conflict"
    assert refusal(saved, shop, "lapsed", "gender: female", None, force=True) == "key_conflict"
    assert segments.delete(shop, "lapsed").lists == (UTC.day_of(shop._now or 0),)
    assert refusal(segments.delete, shop, "lapsed") == "usage"


@pytest.mark.parametrize(
    "name, day, code",
    [
        ("two words", None, "bad_segment"),
        ("x" * 65, None, "bad_segment"),
        ("late", "2026-06-11", "bad_time"),
        ("late", "yesterday", "bad_time"),
        ("late", "2026-06-01 12:00", "bad_time"),
        ("late", "1066-01-01", "bad_time"),
    ],
)
def test_what_can_not_be_saved(shop: Shop, name: str, day: str | None, code: str) -> None:
    """A name that is none, and a day that is to come or no day at all."""
    assert refusal(saved, shop, name, "gender: female", day) == code


def test_a_name_that_nobody_knows_is_answered_with_a_near_one(shop: Shop) -> None:
    """Of the program's segments and the saved ones."""
    saved(shop, "women", "gender: female")
    for typed, meant in (("wommen", "women"), ("lapse", "lapsed")):
        with pytest.raises(BonusError) as refused, shop.reading() as session:
            segments.find(session, typed)
        assert (refused.value.code, refused.value.exit_status) == ("unknown_segment", 3)
        assert meant in (refused.value.hint or "")


def test_the_list_of_segments(shop: Shop) -> None:
    """Those of the program and saved ones, with the newest of their lists; a name is the program's first."""
    saved(shop, "women", "gender: female", "2026-06-01")
    saved(shop, "women")
    with shop.reading() as session:
        rows = {row.segment.name: (row.segment.source, row.lists, row.size) for row in segments.list_segments(session)}
    assert rows == {"lapsed": ("program", 0, None), "women": ("saved", 2, 2)}


def test_deleting(shop: Shop) -> None:
    """The list of a day, or the segment with all of its lists; what is gone is known no more."""
    saved(shop, "women", "gender: female", "2026-06-01")
    saved(shop, "women")
    assert refusal(segments.delete, shop, "women", "2026-05-01") == "unknown_segment"
    assert len(segments.delete(shop, "women", "2026-06-01").lists) == 1
    assert members(shop, "women", "2026-06-01").taken_at is None
    done = segments.delete(shop, "women")
    assert (len(done.lists), done.conditions) == (1, True)
    assert refusal(members, shop, "women") == "unknown_segment"
    with closing(sqlite.open_reader(shop.path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM segment_members").fetchone() == (0,)


def compared(shop: Shop, first: str, second: str, days: tuple[str | None, str | None] = (None, None)) -> Compared:
    """Two memberships compared."""
    with shop.reading() as session:
        one = segments.membership(session, segments.find(session, first), days[0])
        other = segments.membership(session, segments.find(session, second), days[1])
        return segments.compare(session, one, other)


def test_comparing_two_segments(shop: Shop) -> None:
    """Who is in both and in one alone, with what they bought up to the day."""
    saved(shop, "women", "gender: female")
    saved(shop, "rich", "spend: {from: 50.00}")
    found = compared(shop, "women", "rich")
    assert [tuple(part) for part in found.parts] == [
        ("both", 1, 2, 10_000),
        ("first", 1, 1, 1_000),
        ("second", 1, 2, 10_000),
    ]
    assert found.after is None


def test_comparing_two_days(shop: Shop) -> None:
    """Who stayed, went and came, with what they bought between the days, also with the later day first."""
    saved(shop, "rich", "average_receipt: {from: 50.00}")
    days = ("2026-05-02", "2026-05-20")
    parts = {part.part: tuple(part)[1:] for part in compared(shop, "rich", "rich", days).parts}
    assert parts == {"both": (1, 0, 0), "first": (0, 0, 0), "second": (1, 2, 10_000)}
    back = {part.part: tuple(part)[1:] for part in compared(shop, "rich", "rich", days[::-1]).parts}
    assert back == {"both": (1, 0, 0), "first": (1, 2, 10_000), "second": (0, 0, 0)}


def test_an_erased_member_is_in_no_list(shop: Shop) -> None:
    """Nor in any segment; how many the list had is still told, and who has signed it with a phone number signs no
    more."""
    saved(shop, "women", "gender: female", writing=Writing(actor="desk, for +4366412345678"))
    change_member(shop, "1", Wanted(phone="+4366412345678"))
    with shop.reading() as session:
        assert dossier(session, "1")["segments"] == [{"program": "story", "segment": "women", "day": "2026-06-10"}]
    erase(shop, "1")
    found = members(shop, "women")
    assert (found.members, found.gone, len(found.everybody)) == ([3], 1, 4)
    assert asked(shop, "spend: {from: 50.00}") == "2"
    with closing(sqlite.open_reader(shop.path)) as connection:
        assert connection.execute("SELECT 1 FROM segment_members WHERE member = 1").fetchone() is None
        for table in ("segments", "segment_lists"):
            assert connection.execute(f"SELECT actor FROM {table}").fetchall() == [(None,)]
    assert b"66412345678" not in shop.path.read_bytes()
    assert_proven(shop)


def test_a_merged_member_stands_in_lists_as_the_other(shop: Shop) -> None:
    """Once, where both were in it."""
    saved(shop, "women", "gender: female")
    merge(shop, "3", "1")
    assert (members(shop, "women").members, members(shop, "women").gone) == ([1], 1)
    assert_proven(shop)


def test_lists_are_notes_beside_the_ledger(shop: Shop, tmp_path: Path) -> None:
    """A proof finds nothing, a rebuild leaves them as they are, a copy has them, and the dump tells them."""
    saved(shop, "women", "gender: female", writing=Writing(actor="anna"))
    assert_proven(shop)
    before = list(dump_lines(shop.path))
    rebuild(shop)
    assert list(dump_lines(shop.path)) == before
    assert sum(line.startswith("# segment") for line in before) == 3
    copy = Shop(backup(shop.path, tmp_path / "copy.db"), now=UTC.parse_instant(NOW))
    assert members(copy, "women").members == [1, 3]
    (row,) = [line for line in dump(shop) if "women" in line and "{" in line and "anna" in line][:1]
    assert json.loads(row.split("\t")[2]) == {"gender": ["female"]}


def test_a_tier_whose_time_is_over_counts_as_it_will_be(tmp_path: Path) -> None:
    """Whether or not anybody has written the look down."""
    shop = open_shop(tmp_path / "shop.db", NOW, tiers=TIERS.replace("lifetime", "1mo"))
    send(shop, tmp_path, ROWS)
    assert asked(shop, "tiers: [gold]", "2026-06-01") == "12"
    assert asked(shop, "tiers: [gold]", "2026-07-01") == ""
