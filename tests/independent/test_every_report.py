"""Each report has an independent check, or a reason why it has none: a new one fails here until it has."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from bonuscli.reports import REPORTS
from bonuscli.reports.kpi import BY
from bonuscli.services.verify import verify
from tests.conftest import ROOT
from tests.independent import test_kpi, test_members, test_points, test_sales, test_standing
from tests.independent.shop_facts import Facts

CHECKED: dict[str, tuple[Callable[..., Any], ...]] = {
    "liability": (
        test_points.test_liability_by_month,
        test_points.test_breakage_by_month,
        test_points.test_breakage_by_age,
    ),
    "sales": (test_sales.test_sales,),
    "categories": (test_sales.test_categories,),
    "goods": (test_sales.test_goods,),
    "rfm": (test_members.test_rfm, test_members.test_rfm_members),
    "anomalies": (test_standing.test_anomalies,),
    "cohorts": (test_members.test_cohorts,),
    "expiring": (test_points.test_expiring_by_day, test_points.test_expiring_by_member),
    "rules": (test_points.test_rules,),
    "cost": (test_points.test_cost,),
    "movements": (test_points.test_movements,),
    "balances": (test_points.test_balances,),
    "promo-effect": (test_standing.test_promo_effect,),
    "tiers": (test_standing.test_tiers,),
    "new-members": (test_members.test_new_members,),
    "profiles": (test_members.test_profiles,),
    "referral": (test_members.test_referral,),
    "audit": (test_standing.test_audit,),
}
# Why a report is not reckoned again here.
ELSEWHERE: dict[str, str] = {
    "pays": "nobody is kept out by chance in the real file: tests/reports/test_pays.py has a shop counted by hand, and"
    " tests/reports/test_coverage.py holds the intervals to 2,000 shops of known truth",
    "before-after": "an estimate and no sum: tests/reports/test_before_after.py counts one by hand, and"
    " tests/reports/test_coverage.py holds the intervals to 2,000 shops of known truth",
    "portrait": "of a segment that somebody names: tests/reports/test_portrait.py counts a shop by hand",
}


def test_every_report_is_checked_or_says_why_not() -> None:
    """``REPORTS`` is what is checked and what is proven elsewhere, and nothing is both."""
    assert sorted(REPORTS) == sorted([*CHECKED, *ELSEWHERE])
    for name, reason in ELSEWHERE.items():
        named = re.findall(r"tests/[a-z_/]+\.py", reason)
        assert named and all((ROOT / path).exists() for path in named), name


@pytest.mark.parametrize("name", CHECKED)
def test_the_check_asks_the_report(name: str) -> None:
    """Its test calls it by its name, and by each group that it has, in its own words or its parameters."""
    told = "\n".join(inspect.getsource(check) for check in CHECKED[name])
    assert f'told(\n        "{name}"' in told or f'told("{name}"' in told
    marks = [mark for check in CHECKED[name] for mark in getattr(check, "pytestmark", [])]
    said = told + "".join(str(mark.args) for mark in marks)
    for group in (REPORTS[name].options.get("by") or ())[1:]:
        assert f'"{group}"' in said or f"'{group}'" in said, group


def test_every_grouping_of_the_figures_is_checked() -> None:
    """A new --by of ``kpi`` needs its own formula here."""
    assert set(BY) == set(test_kpi.GROUPINGS) - {None}


def test_the_shop_is_sound(facts: Facts) -> None:
    """What is reckoned from is a ledger that proves itself, with something for every report to tell."""
    assert verify(facts.shop).findings == []
    kinds = {kind for (kind,) in facts.ask("SELECT DISTINCT kind FROM entries")}
    assert kinds >= {
        "accrual", "redemption", "restore", "take-back", "grant", "adjustment", "expiry", "extension", "hold", "gift",
        "transfer-out", "transfer-in",
    }  # fmt: skip
    assert facts.ask("SELECT count(*) FROM accounts WHERE merged_into IS NOT NULL OR deficit > 0")[0][0] > 1
