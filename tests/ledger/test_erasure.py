"""Erasing a person: nothing of him is left in the bytes of the database, and every sum and seal is as it was."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.errors import BonusError
from bonuscli.services.accrue import accrue, receipt_of_total
from bonuscli.services.card_changes import replace
from bonuscli.services.database import doctor
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_file, enrol_one
from bonuscli.services.erasure import Erasure, erase
from bonuscli.services.expire import run_due
from bonuscli.services.explain import explain
from bonuscli.services.grant_files import grant_file
from bonuscli.services.member_changes import Wanted, change_member
from bonuscli.services.programs import Added, publish
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge
from bonuscli.services.verify import verify
from bonuscli.services.writing import Writing
from bonuscli.store import erasing, seals, sqlite
from bonuscli.store.tables import APPEND_ONLY
from tests.ledger.tills import UTC, assert_proven, open_shop, program_of

ANNA = NO_PARTICULARS._replace(
    card="2000000000017",
    phone="+43 664 1234567",
    name="Annabella Birch",
    email="annabella@example.com",
    birthday="1990-05-10",
    gender="female",
    tags=("neighbour-of-42", "vip"),
    fields=(("hairdresser", "Philippa"),),
    consents=("sms:v3", "email"),
)
# All that was ever told of her, as it might stand in the bytes of a file.
TOLD = (
    *("2000000000017", "2000000000093", "6641234567", "6647654321", "Annabella", "Birch", "neighbour"),
    *("annabella", "hairdresser", "Philippa", "female", "sms", "lost her bag", "called us"),
)
VIP = "{rules: [{id: base, kind: percent, rate: 10%}, {id: vip, kind: fixed, points: 5, when: {tags: [vip]}}]}"


def story(folder: Path, **sections: str) -> Shop:
    """Anna buys, changes her phone and loses her card, in a shop with another member."""
    shop = open_shop(folder / "shop.db", "2026-05-01 12:00", **sections)
    enrol_one(shop, ANNA)
    enrol_one(shop, NO_PARTICULARS._replace(card="2000000000024", name="Boris"))
    accrue(shop, "2000000000017", receipt_of_total(10_000, "A", None, None))
    accrue(shop, "2000000000024", receipt_of_total(10_000, "B", None, None))
    change_member(shop, "2000000000017", Wanted(phone="+43 664 7654321", birthday="1991-05-10", add=("loud",)))
    replace(shop, "2000000000017", "2000000000093", "lost her bag", Writing(actor="till 3, 2000000000093 called us"))
    accrue(shop, "2000000000093", receipt_of_total(5_000, "C", None, None))
    return shop


def later(shop: Shop, now: str) -> Shop:
    """The same shop on another day."""
    return Shop(shop.path, now=UTC.parse_instant(now))


def sums(shop: Shop) -> tuple[list[tuple], tuple]:
    """Every entry and the head of the seals."""
    with closing(sqlite.open_reader(shop.path)) as connection:
        return connection.execute("SELECT * FROM entries").fetchall(), seals.head(connection)


def raw_bytes(shop: Shop) -> bytes:
    """The bytes of the file, its log and its index."""
    files = sorted(shop.path.parent.glob(f"{shop.path.name}*"))
    return b"".join(file.read_bytes() for file in files)


def found_in_bytes(shop: Shop) -> set[str]:
    """What was told of Anna and can be read in the files."""
    there = raw_bytes(shop).lower()
    return {text for text in TOLD if text.lower().encode() in there}


def test_nothing_told_is_left_in_the_bytes(tmp_path: Path) -> None:
    """Name, numbers, addresses, tags, fields, consents and reasons are gone from file, log and index; Boris stays."""
    shop = story(tmp_path)
    assert found_in_bytes(shop) == set(TOLD)
    done = erase(shop, "2000000000093")
    assert found_in_bytes(shop) == set()
    assert b"Boris" in raw_bytes(shop)
    names = "phone name email birthday gender tags fields consents cards lost_cards reasons"
    assert (done.member, done.removed, done.kept, done.sealed) == (1, tuple(names.split()), (), 0)


def test_nothing_is_left_while_others_have_the_file_open(tmp_path: Path) -> None:
    """The log is cut to nothing although a reader keeps the file open, so that it is not deleted at the end."""
    shop = story(tmp_path)
    with closing(sqlite.open_reader(shop.path)) as reader:
        assert reader.execute("SELECT COUNT(*) FROM members").fetchone() == (2,)
        erase(shop, "2000000000093")
        assert found_in_bytes(shop) == set()


def test_bytes_that_were_freed_long_ago_are_overwritten(tmp_path: Path) -> None:
    """Pages that another tool has freed, whose SQLite overwrites nothing, go with all else."""
    shop = story(tmp_path)
    with closing(sqlite3.connect(shop.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE letters AS SELECT printf('%5000s', 'Dear Wilhelmina') AS letter")
        connection.execute("DROP TABLE letters")
    assert b"Wilhelmina" in raw_bytes(shop)
    erase(shop, "2000000000093")
    assert b"Wilhelmina" not in raw_bytes(shop)


def test_every_sum_and_seal_is_as_it_was(tmp_path: Path) -> None:
    """Entries stay, the head of before stands in the chain, the proof is sound, and receipts are explained."""
    shop = story(tmp_path)
    entries, (_, _, head) = sums(shop)
    erase(shop, "2000000000093")
    assert sums(shop)[0] == entries
    assert verify(shop, head=head).findings == []
    assert explain(shop, "A").earned == 100


MEMBERS = """card,phone,enrolled_on,tier,tier_until,balance,balance_expires
2000000000055,,2019-03-01,gold,2027-06-30,120,2027-05-31
2000000000062,,2019-03-01,gold,2027-06-30,70,2027-05-31
"""
GRANTS = "card,points,reason,key\n2000000000055,5,for the delay,\n2000000000055,7,,K1\n"


def keys(shop: Shop, member: int) -> list[str]:
    """Numbers of the grants and tiers of a member."""
    wanted = "SELECT number FROM events WHERE member = ? AND kind IN ('grant', 'tier-set') ORDER BY seq"
    with closing(sqlite.open_reader(shop.path)) as connection:
        return [number for (number,) in connection.execute(wanted, (member,))]


def test_no_hash_of_the_card_is_left(tmp_path: Path) -> None:
    """Rows of files are known again by hashes of their card, which can be guessed: those of the erased person go, his
    points, the seals and whoever stood in the same files stay, and a key that the file itself told stays too."""
    shop = open_shop(tmp_path / "shop.db", "2026-05-01 12:00", tiers="{by: spend, levels: [{id: gold, from: '10.00'}]}")
    members, grants = tmp_path / "members.csv", tmp_path / "grants.csv"
    members.write_text(MEMBERS, encoding="utf-8")
    grants.write_text(GRANTS, encoding="utf-8")
    enrol_file(shop, members)
    grant_file(shop, grants)
    entries, (_, _, head) = sums(shop)
    hashed, others = [number for number in keys(shop, 1) if number != "K1"], keys(shop, 2)
    assert len(hashed) == 3 and all(number.encode() in raw_bytes(shop) for number in hashed)
    erase(shop, "2000000000055")
    assert not any(number.encode() in raw_bytes(shop) for number in hashed)
    assert (sums(shop)[0], verify(shop, head=head).findings) == (entries, [])
    assert (keys(shop, 1)[-1], keys(shop, 2)) == ("K1", others)
    assert enrol_file(shop, members).lots_before == 1


def test_the_triggers_stand_again(tmp_path: Path) -> None:
    """After an erasure no append-only table takes an UPDATE or DELETE."""
    shop = story(tmp_path)
    erase(shop, "2000000000093")
    with closing(sqlite.open_writer(shop.path)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        assert len(triggers) == 2 * len(APPEND_ONLY)
        for act in ("UPDATE events SET actor = 'x'", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(act)


def test_birthday_points_keep_the_day_and_not_the_year(tmp_path: Path) -> None:
    """Where birthday points were given the day and month stay, for the proof; none are given any more."""
    shop = story(tmp_path, grants="{birthday: {points: 30, before: 3d}}")
    run_due(later(shop, "2026-05-08 12:00"))
    entries, _ = sums(shop)
    done = erase(later(shop, "2026-05-09 12:00"), "2000000000093")
    assert done.kept == ("birthday",)
    run_due(later(shop, "2028-01-01 12:00"))
    assert [row for row in sums(shop)[0] if row[9] == "birthday"] == [row for row in entries if row[9] == "birthday"]
    assert sum(row[9] == "birthday" for row in entries) == 1
    assert_proven(later(shop, "2028-01-01 12:00"))


def test_a_birthday_that_gave_nothing_is_not_kept(tmp_path: Path) -> None:
    """A program with birthday points, none of which were given yet, is no reason to keep the day."""
    shop = story(tmp_path, grants="{birthday: {points: 30}}")
    assert erase(shop, "2000000000093").kept == ()
    assert_proven(shop)


def test_tags_that_points_depend_on_are_kept(tmp_path: Path) -> None:
    """Of the tags only the one that a rule asked for stays, in the events; the member has none any more."""
    shop = story(tmp_path, earn=VIP)
    assert erase(shop, "2000000000093").kept == ("tags",)
    assert b"neighbour" not in raw_bytes(shop)
    assert b'"vip"' in raw_bytes(shop)
    assert_proven(shop)


def test_a_birthday_rule_keeps_the_day(tmp_path: Path) -> None:
    """A receipt that a birthday rule has multiplied is folded again with the day and month that stay."""
    when = "{birthday: {before: 15d, after: 1d}}"
    glad = f"{{id: glad, kind: multiply, factor: 2, when: {when}}}"
    shop = story(tmp_path, earn=f"{{rules: [{{id: base, kind: percent, rate: 10%}}, {glad}]}}")
    assert erase(shop, "2000000000093").kept == ("birthday",)
    assert explain(shop, "A").earned == 20
    assert_proven(shop)


def test_a_member_of_two_programs(tmp_path: Path) -> None:
    """Each program folds its own account again without the person."""
    shop = story(tmp_path)
    club = program_of(id="club", valid="{from: 2026-05-01}", earn=VIP)
    publish(shop.path, club, now=UTC.parse_instant("2026-05-01 12:00"), added=Added())
    accrue(shop.within("story"), "2000000000093", receipt_of_total(5_000, "D", None, None))
    assert erase(shop.within("story"), "2000000000093").kept == ("tags",)
    assert_proven(shop.within("story"))


def test_who_was_merged_is_erased_too(tmp_path: Path) -> None:
    """Two cards of one person: erasing the one that stayed leaves nothing of the other."""
    shop = story(tmp_path)
    enrol_one(shop, NO_PARTICULARS._replace(card="2000000000046", name="Ann Lindenbaum", phone="+43 664 9999999"))
    accrue(shop, "2000000000046", receipt_of_total(7_000, "D", None, None))
    merge(shop, "2000000000046", "2000000000093")
    erase(shop, "2000000000093")
    assert found_in_bytes(shop) == set()
    assert not {text for text in (b"Lindenbaum", b"2000000000046", b"6649999999") if text in raw_bytes(shop)}
    assert_proven(shop)


def test_a_number_in_a_receipt_is_told(tmp_path: Path) -> None:
    """What a till has written into a sealed number can not go, and the act says how many such events there are."""
    shop = story(tmp_path)
    accrue(shop, "2000000000093", receipt_of_total(7_000, "2000000000093-7", None, None))
    assert erase(shop, "2000000000093").sealed == 1
    assert_proven(shop)


def test_a_repeat_under_its_key_says_that_it_was_done(tmp_path: Path) -> None:
    """The same key again answers the same act; without a key the card leads to nobody; another use is a conflict."""
    shop = story(tmp_path)
    done = erase(shop, "2000000000093", "asked for by letter", Writing(key="E1"))
    again = erase(shop, "2000000000093", None, Writing(key="E1"))
    assert again == done._replace(replayed=True, sealed=None)
    with pytest.raises(BonusError) as unknown:
        erase(shop, "2000000000093")
    assert unknown.value.code == "unknown_card"
    change_member(shop, "2000000000024", Wanted(name="Bob"), Writing(key="E2"))
    with pytest.raises(BonusError) as conflict:
        erase(shop, "2000000000024", None, Writing(key="E2"))
    assert conflict.value.code == "key_conflict"


def test_a_dry_run_leaves_the_person(tmp_path: Path) -> None:
    """The act is told and nothing is changed."""
    shop = story(tmp_path)
    before = sums(shop)
    assert erase(shop, "2000000000093", writing=Writing(dry_run=True)).member == 1
    assert (sums(shop), found_in_bytes(shop)) == (before, set(TOLD))


def test_an_interrupted_erasure_is_finished_by_the_same_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the bytes are overwritten, it is marked as begun; run again, it finishes and answers the act."""
    shop = story(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "purge", lambda connection, wait: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erase(shop, "2000000000093")
    assert_proven(shop)
    assert ("erasure", "finding") in [check[:2] for check in doctor(shop.path)]
    done = erase(shop, "2000000000093")
    assert "erasure" not in [check.check for check in doctor(shop.path)]
    assert (type(done), done.member, done.replayed, found_in_bytes(shop)) == (Erasure, 1, True, set())
    with closing(sqlite.open_reader(shop.path)) as connection:
        assert erasing.unpurged(connection) is None


def test_the_card_may_be_enrolled_by_somebody_else(tmp_path: Path) -> None:
    """An erased number is nobody's: who is enrolled with it is a new member."""
    shop = story(tmp_path)
    erase(shop, "2000000000093")
    assert enrol_one(shop, ANNA).member == 3
    assert_proven(shop)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE members SET name = 'Anna' WHERE id = 1",
        "INSERT INTO cards VALUES ('8', '8', 'card', 1)",
        "INSERT INTO consents (member, channel, given_at, source) VALUES (1, 'sms', 0, 'desk')",
        "UPDATE members SET phone = NULL, name = NULL WHERE id = 2",
    ],
)
def test_who_was_erased_stays_so(tmp_path: Path, statement: str) -> None:
    """Particulars that stand on an erased member again are found; taken out of another's row they are missed."""
    shop = story(tmp_path)
    erase(shop, "2000000000093")
    with closing(sqlite3.connect(shop.path)) as connection, connection:
        connection.execute(statement)
    assert verify(shop).findings
