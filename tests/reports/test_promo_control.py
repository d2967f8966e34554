"""What a promo caused, by those whom chance kept out of it, of its own control group or of the program's."""

import random
from pathlib import Path
from typing import Any

from bonuscli.digests import kept_out
from bonuscli.services.enrolments import enrol_file
from bonuscli.services.shop import Shop
from tests.ledger.tills import assert_proven, open_shop, send_rows
from tests.reports.asking import report, rows

GALA = "{id: gala, kind: fixed, points: 50, when: {from: 2026-01-11, to: 2026-01-21}%s}"
DAYS = {"promo": "gala", "from_": "2026-01-11", "to": "2026-01-21"}
MEMBERS = 500


def shop_of(folder: Path, gains: float, out: Any, **sections: str) -> Shop:
    """Members who buy every ten days, in the days of the gala for ``gains`` more each unless they are kept out.

    ``out``: of a member's number whether he is.
    """
    shop = open_shop(folder / "shop.db", "2026-02-01 12:00", **sections)
    file = folder / "members.csv"
    file.write_text("card,enrolled_on\n" + "".join(f"{1000 + member},2025-12-01\n" for member in range(MEMBERS)))
    enrol_file(shop, file, folder / "members.rejects.csv")
    chance = random.Random(9)
    bought = []
    for member in range(1, MEMBERS + 1):
        usual = chance.lognormvariate(3, 0.5)
        for place, day in enumerate(("2026-01-05", "2026-01-15", "2026-01-25")):
            amount = usual * chance.lognormvariate(0, 0.3) + (gains if place == 1 and not out(member) else 0.0)
            if chance.random() < 0.8:
                bought.append(f"{member}-{place},sale,,{day} 10:00,{999 + member},G,1,{amount:.2f},")
    send_rows(shop, folder, "\n".join(bought))
    return shop


def of_gala(member: int) -> bool:
    """Whether the gala's own draw keeps a member out."""
    return kept_out(3_000, "story", "gala", member)


def test_a_promo_with_a_control_group_of_its_own(tmp_path: Path) -> None:
    """It passes over the drawn members, and what it brought is told with an interval that holds the truth."""
    rules = f"{{rules: [{{id: base, kind: percent, rate: 10%}}, {GALA % ', control: 30%'}]}}"
    shop = shop_of(tmp_path, 10.0, of_gala, earn=rules)
    found = {row["group"]: row for row in rows(shop, "promo-effect", **DAYS)}
    out = sum(of_gala(member) for member in range(1, MEMBERS + 1))
    assert (found["kept out"]["members"], found["could take part"]["members"]) == (out, MEMBERS - out)
    assert found["takers"]["members"] == found["could take part"]["buyers"]
    truth = 800  # 10.00 of the four of five who come
    assert 0 < found["effect, low"]["member_in_minor"] <= truth <= found["effect, high"]["member_in_minor"]
    assert found["effect, low"]["member_after_minor"] < 0 < found["effect, high"]["member_after_minor"]
    said = report(shop, "promo-effect", **DAYS).notes[-1]
    assert said.startswith("Beside those kept out by chance the promo brought from ")
    assert_proven(shop)


def test_the_control_group_of_the_program_stands_for_it(tmp_path: Path) -> None:
    """Who is kept out of the program is kept out of the promo; both sides are compared with themselves before."""
    rules = f"{{rules: [{GALA % ''}]}}"
    shop = shop_of(
        tmp_path, 0.0, lambda member: kept_out(3_000, "story", 999 + member), earn=rules, members="{control: 30%}"
    )
    found = {row["group"]: row for row in rows(shop, "promo-effect", **DAYS)}
    assert 100 <= found["kept out"]["members"] <= 200 and found["kept out"]["sales_in_minor"] > 0
    assert found["effect, low"]["member_in_minor"] < 0 < found["effect, high"]["member_in_minor"]
    effect = found["effect"]["member_in_minor"]
    free, out = (found[name] for name in ("could take part", "kept out"))
    changes = [side["member_in_minor"] - side["member_before_minor"] for side in (free, out)]
    assert abs(effect - (changes[0] - changes[1])) <= 2  # each of the four is rounded
    assert "can not be told apart from nothing" in report(shop, "promo-effect", **DAYS).notes[-1]


def test_too_few_to_tell(tmp_path: Path) -> None:
    """Where hardly anybody was kept out the sides stand there, without an effect."""
    rules = f"{{rules: [{GALA % ', control: 2%'}]}}"
    shop = shop_of(tmp_path, 5.0, lambda member: kept_out(200, "story", "gala", member), earn=rules)
    found = rows(shop, "promo-effect", **DAYS)
    assert [row["group"] for row in found][-2:] == ["could take part", "kept out"]
    assert report(shop, "promo-effect", **DAYS).notes[-1].startswith("The effect can not be told:")
