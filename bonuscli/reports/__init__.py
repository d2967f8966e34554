"""Reports: questions to the store, answered as tables of typed values.  They never write and never format.

A report is a file and a line here.  The file's docstring is its definition and its help; its function takes a
:class:`bonuscli.reports.question.Question` and returns a :class:`bonuscli.reports.table.Table`.  The line says which
options make sense for it: any other is refused.  (The seven figures have a command of their own, ``kpi``.)
"""

from bonuscli.records import namedtuple

# target: "module:function"; about: one sentence of at most 65 characters, without its period; options: of each option
# that the report takes, by the name without dashes, what it is without being given: None, or a number; of ``by`` the
# groups that there are; ``as-of`` where a past day can be told from the ledger; personal: its columns that are masked
# or emptied without --pii.
Report = namedtuple("Report", "target about options personal", defaults=({}, ()))

_WINDOW = {"from": None, "to": None}
_AS_OF = {"as-of": None}

REPORTS: dict[str, Report] = {
    "liability": Report(
        "bonuscli.reports.liability:liability",
        "What you owe in points, until when, and what of it will expire",
        {"by": ("month", "age"), **_AS_OF},
    ),
    "sales": Report(
        "bonuscli.reports.sales_by:sales",
        "When, where and with whom people buy, and the average receipt",
        {**_WINDOW, "by": ("hour", "weekday", "shop", "cashier"), "shop": None, "segment": None},
    ),
    "categories": Report(
        "bonuscli.reports.categories:categories",
        "Which categories and brands sell, and how much to members",
        {**_WINDOW, "by": ("category", "brand"), "shop": None, "segment": None},
    ),
    "goods": Report(
        "bonuscli.reports.goods:goods",
        "What members buy most, and what they buy more than others",
        {**_WINDOW, "by": ("receipts", "lift"), "shop": None, "segment": None, "limit": 20},
    ),
    "rfm": Report(
        "bonuscli.reports.rfm:rfm",
        "Who are the best customers, and who is being lost",
        {**_WINDOW, "by": ("cell", "recency", "frequency", "money", "member"), "cell": None, "limit": None},
        ("card", "name"),
    ),
    "portrait": Report(
        "bonuscli.reports.portrait:portrait",
        "What a segment is like beside all others, most distinctive first",
        {"segment": None, **_WINDOW, "limit": 30},
    ),
    "anomalies": Report(
        "bonuscli.reports.anomalies:anomalies",
        "What to ask cashiers about: one card too often, odd points",
        {**_WINDOW, "by": ("case", "cashier"), "times": 5},
        ("card",),
    ),
    "cohorts": Report(
        "bonuscli.reports.cohorts:cohorts",
        "Do members stay: who still buys, months after joining",
        {**_WINDOW, "segment": None},
    ),
    "expiring": Report(
        "bonuscli.reports.expiring:expiring",
        "Whose points end soon, by day or by member",
        {"days": 30, "by": ("day", "member"), "limit": None, **_AS_OF},
        ("card", "name", "phone", "email"),
    ),
    "rules": Report(
        "bonuscli.reports.rules:rules", "What each rule and promo gave, what it cost, and its budget", _WINDOW
    ),
    "cost": Report(
        "bonuscli.reports.cost:cost",
        "What the bonus costs, and the discount that would cost the same",
        {**_WINDOW, "goods-cost": 100},
    ),
    "pays": Report(
        "bonuscli.reports.pays:pays",
        "Does it pay: members in the program beside those kept out",
        {**_WINDOW, "goods-cost": None, "detect": 5},
    ),
    "before-after": Report(
        "bonuscli.reports.before_after:before_after",
        "Spend before and after joining, beside those who joined later",
        {**_WINDOW, "months": 3},
    ),
    "movements": Report(
        "bonuscli.reports.movements:movements",
        "Where points came from and went, down to the goods",
        {**_WINDOW, "limit": 100},
        ("card",),
    ),
    "balances": Report(
        "bonuscli.reports.balances:balances",
        "What members can spend, by tier or by member",
        {"by": ("tier", "member"), "segment": None, "limit": None, **_AS_OF},
        ("card", "name"),
    ),
    "promo-effect": Report(
        "bonuscli.reports.promo_effect:promo_effect",
        "Did a promo sell more: takers and others, before and after",
        {"promo": None, **_WINDOW},
    ),
    "tiers": Report(
        "bonuscli.reports.tiers:tiers",
        "How many members a tier has, who rose and fell, their sales",
        {**_WINDOW, **_AS_OF},
    ),
    "new-members": Report(
        "bonuscli.reports.new_members:new_members",
        "Who joined, whose welcome worked, and who has bought",
        {**_WINDOW, "days": 30, "by": ("month",)},
    ),
    "profiles": Report("bonuscli.reports.profiles:profiles", "What you know of members: phone, birthday, every field"),
    "referral": Report(
        "bonuscli.reports.referral:referral",
        "Who brings friends, and what those friends buy",
        {**_WINDOW, "limit": 20},
        ("card", "name"),
    ),
    "audit": Report(
        "bonuscli.reports.audit:audit",
        "Who of the staff did what, and when",
        {"actor": None, **_WINDOW},
        ("card", "number"),
    ),
}
