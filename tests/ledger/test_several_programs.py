"""Several programs side by side: one receipt, an account in each, and every account proved alone."""

from pathlib import Path

import pytest

from bonuscli.engine.figures import Figures
from bonuscli.errors import BonusError
from bonuscli.services import database
from bonuscli.services.card_changes import block
from bonuscli.services.expire import run_due
from bonuscli.services.programs import Added, Published, publish
from bonuscli.services.redeem import adjust, redeem
from bonuscli.services.returns import return_goods
from bonuscli.services.shop import Shop
from bonuscli.services.transfers import merge
from tests.ledger.tills import UTC, assert_proven, dump, figures, open_shop, program_of, send_rows

CLUB = {
    "id": "club",
    "points": '{name: {one: bean, other: beans}, value: "0.10", lasts: {for: 10d, from: accrual}}',
    "earn": "{rules: [{id: beans, kind: percent, rate: 10%}]}",
}
# 100 % of 40.00 in the first program; 10 % in beans of 0.10, 40 of them, in the second.
SALE = "A,sale,,2026-01-05 10:00,7,G,1,40.00,\n"


BESIDE = Added()


def join(shop: Shop, now: str, added: Added | None = BESIDE, **sections: str) -> Published:
    """Publish the club beside the shop's program."""
    club = program_of(**{**CLUB, **sections})
    return publish(shop.path, club, now=UTC.parse_instant(now), added=added)


def in_club(shop: Shop) -> Shop:
    """The same shop as commands with ``--in club`` see it."""
    return Shop(shop.path, "club", now=shop._now)


def standing(shop: Shop, card: str = "7") -> tuple[Figures, Figures]:
    """What a member's two accounts show."""
    return figures(shop, card), figures(in_club(shop), card)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with two programs and nobody in it."""
    opened = open_shop(tmp_path / "shop.db", "2026-01-20 12:00")
    join(opened, "2026-01-01 09:00")
    return opened


def test_an_imported_receipt_earns_in_each(shop: Shop, tmp_path: Path) -> None:
    """One event, an account and an entry in each program; the same file again adds nothing."""
    send_rows(shop, tmp_path, SALE)
    before = dump(shop)
    assert send_rows(shop, tmp_path, SALE).duplicate == 1
    assert dump(shop) == before
    first, club = standing(shop)
    assert (first.balance, club.balance) == (40, 0)  # beans of 5 January are gone on the 16th
    assert run_due(in_club(shop)).expired == 40
    assert_proven(shop)


def test_points_of_one_lower_what_was_paid_in_the_other(shop: Shop, tmp_path: Path) -> None:
    """40.00 of which 10 points pay 10.00: the club counts and rewards 30.00."""
    send_rows(shop, tmp_path, SALE + "B,sale,,2026-01-19 10:00,7,G,1,40.00,10\n")
    first, club = standing(shop)
    assert (first.balance, first.spend) == (40 - 10 + 30, 7_000)
    assert (club.balance, club.spend) == (30, 7_000)
    assert_proven(shop)


def test_a_return_is_booked_in_each(shop: Shop, tmp_path: Path) -> None:
    """Half of the receipt comes back: half of the award of each program goes, spent points come back in their own."""
    send_rows(
        shop, tmp_path, SALE + "B,sale,,2026-01-19 10:00,7,G,2,40.00,10\nX,return,B,2026-01-19 11:00,7,G,1,20.00,\n"
    )
    first, club = standing(shop)
    assert (first.balance, club.balance) == (40 - 5 + 15, 15)
    return_goods(shop, "B", return_id="Y")
    first, club = standing(shop)
    assert (first.balance, club.balance) == (40, 0)
    assert_proven(shop)


def test_each_spends_its_own(shop: Shop, tmp_path: Path) -> None:
    """A redemption in one program leaves the other alone."""
    send_rows(shop, tmp_path, "B,sale,,2026-01-19 10:00,7,G,1,40.00,\n")
    redeem(in_club(shop), "7", 15)
    first, club = standing(shop)
    assert (first.balance, club.balance) == (40, 25)
    assert_proven(shop)


def test_everybody_joins_a_program_that_is_added(tmp_path: Path) -> None:
    """Members get an account from now on; receipts from before are not seen, and bring nothing back there."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-20 12:00")
    send_rows(shop, tmp_path, SALE)
    assert join(shop, "2026-01-20 12:00").joined == 1
    send_rows(shop, tmp_path, SALE + "B,sale,,2026-01-20 11:00,7,G,1,10.00,\n")
    assert standing(shop)[1].balance == 10
    return_goods(shop, "A", return_id="X")
    first, club = standing(shop)
    assert (first.balance, club.balance) == (10, 10)
    with pytest.raises(BonusError, match="has not seen this receipt"):
        return_goods(in_club(shop), "A", return_id="Y")
    assert_proven(shop)


def kept_out(shop: Shop) -> dict[str, set[int]]:
    """Of each program the members who are kept out of its points."""
    with shop.reading() as session:
        rows = session.connection.execute("SELECT program, member FROM accounts WHERE control = 1").fetchall()
    return {program: {member for of, member in rows if of == program} for program, _ in rows}


def test_each_draws_a_control_group_of_its_own(tmp_path: Path) -> None:
    """The share is that of each program, drawn apart, for who joins it later too; without one nobody is kept out."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-20 12:00")
    send_rows(shop, tmp_path, "\n".join(f"R{n},sale,,2026-01-05 10:00,{n},G,1,5.00," for n in range(1000, 1200)))
    assert kept_out(shop) == {}
    join(shop, "2026-01-10 09:00", members="{control: 20%}")
    join(shop, "2026-01-10 09:00", id="half", members="{control: 50%}")
    joined = kept_out(shop)
    send_rows(shop, tmp_path, "\n".join(f"S{n},sale,,2026-01-11 10:00,{n},G,1,5.00," for n in range(1200, 1400)))
    drawn = kept_out(shop)
    new = {program: members - joined[program] for program, members in drawn.items()}
    for found in (joined, new):
        assert found.keys() == {"club", "half"}
        assert 25 <= len(found["club"]) <= 58 and 75 <= len(found["half"]) <= 125
        assert 8 <= len(found["club"] & found["half"]) <= 35  # about a half, not all of the smaller group
    assert_proven(shop)


def test_projections_are_made_again_for_each(shop: Shop, tmp_path: Path) -> None:
    """`db rebuild` gives every account of every program as it was."""
    send_rows(shop, tmp_path, SALE + "B,sale,,2026-01-19 10:00,7,G,1,40.00,10\nC,sale,,2026-01-19 10:00,,G,1,9.00,\n")
    before = list(database.dump_lines(shop.path))
    assert database.rebuild(shop) == 2
    assert list(database.dump_lines(shop.path)) == before


def test_commands_mean_the_primary_one(shop: Shop) -> None:
    """The first program, until another is marked; a name that is no program is told with those that are."""
    with shop.reading() as session:
        assert (session.program, list(session.programs)) == ("story", ["story", "club"])
    join(shop, "2026-01-20 12:00", Added(primary=True))
    with shop.reading() as session:
        assert session.program == "club"
    with pytest.raises(BonusError, match="has no program 'clbu'") as refused, Shop(shop.path, "clbu").reading():
        pass
    assert refused.value.hint == "did you mean 'club'?"


@pytest.mark.parametrize(
    "added, sections, message",
    [
        (None, {}, "this database holds the program"),
        (Added(), {"currency": "USD"}, "the receipts of this database are in EUR"),
    ],
)
def test_what_can_not_join(tmp_path: Path, added: Added | None, sections: dict, message: str) -> None:
    """A second id without --add, and another currency: the receipts are the same ones."""
    shop = open_shop(tmp_path / "shop.db", "2026-01-20 12:00")
    with pytest.raises(BonusError, match=message):
        join(shop, "2026-01-20 12:00", added, **sections)


def test_who_is_blocked_is_so_in_a_program_that_comes_later(tmp_path: Path) -> None:
    """The card earns and spends in neither until it is unblocked, and in both from then on."""
    opened = open_shop(tmp_path / "shop.db", "2026-01-20 12:00")
    send_rows(opened, tmp_path, "Z,sale,,2026-01-02 10:00,7,G,1,5.00,")
    block(opened, "7", True)
    join(opened, "2026-01-20 12:00")
    send_rows(opened, tmp_path, SALE.replace("01-05", "01-20"))
    assert [each.balance for each in standing(opened)] == [5, 0]
    adjust(in_club(opened), "7", 3, "kind")
    with pytest.raises(BonusError) as refused:
        redeem(in_club(opened), "7", 1)
    assert refused.value.code == "card_blocked"
    block(opened, "7", False)
    assert redeem(in_club(opened), "7", 1).balance == 2
    assert_proven(opened)


def test_a_merged_member_s_receipt_of_one_program_comes_back_in_the_other(shop: Shop, tmp_path: Path) -> None:
    """All of it, after the merger: the heir owes what it earned in each program, and its money is paid once."""
    send_rows(in_club(shop), tmp_path, SALE.replace("-05", "-15") + "B,sale,,2026-01-16 10:00,8,G,1,10.00,")
    merge(shop, "7", "8")
    assert [each.balance for each in standing(shop, "8")] == [50, 50]
    returned = return_goods(shop, "A")
    assert (returned.reversed, returned.pay_back_minor) == (40, 40_00)
    assert [each.balance for each in standing(shop, "8")] == [10, 10]
    assert_proven(shop)
