"""Reports: questions to the store, answered as tables of typed values.  They never write and never format.

A report is a file and a line here.  The file's docstring is its definition and its help; its function takes a
:class:`bonuscli.reports.question.Question` and returns a :class:`bonuscli.reports.table.Table`.  The line says which
options make sense for it: any other is refused.  (The seven figures have a command of their own, ``kpi``.)
"""

from bonuscli.records import namedtuple

# target: "module:function"; about: one sentence of at most 65 characters, without its period; options: of each option
# that the report takes, by the name without dashes, what it is without being given: None, or a number; of ``by`` the
# groups that there are; personal: its columns that are masked or emptied without --pii.
Report = namedtuple("Report", "target about options personal", defaults=({}, ()))

_WINDOW = {"from": None, "to": None}

REPORTS: dict[str, Report] = {
    "liability": Report(
        "bonuscli.reports.liability:liability",
        "What points are owed, when they end, and breakage",
        {"by": ("month", "age")},
    ),
    "sales": Report(
        "bonuscli.reports.sales_by:sales",
        "Average receipt and sales by hour, weekday, shop or cashier",
        {**_WINDOW, "by": ("hour", "weekday", "shop", "cashier"), "shop": None},
    ),
    "categories": Report(
        "bonuscli.reports.categories:categories",
        "What sells: sales by category or brand of the goods",
        {**_WINDOW, "by": ("category", "brand"), "shop": None},
    ),
    "goods": Report(
        "bonuscli.reports.goods:goods",
        "What members like: goods by receipts, and lift against guests",
        {**_WINDOW, "by": ("receipts", "lift"), "shop": None, "limit": 20},
    ),
    "rfm": Report(
        "bonuscli.reports.rfm:rfm",
        "Best and lost customers by recency, frequency and money",
        {**_WINDOW, "by": ("cell", "recency", "frequency", "money")},
    ),
    "anomalies": Report(
        "bonuscli.reports.anomalies:anomalies",
        "Cashiers: a card many times a day, odd redemptions, returns",
        {**_WINDOW, "by": ("case", "cashier"), "times": 5},
        ("card",),
    ),
    "cohorts": Report(
        "bonuscli.reports.cohorts:cohorts", "Do members stay: retention and spend by month of enrolment", _WINDOW
    ),
    "expiring": Report(
        "bonuscli.reports.expiring:expiring",
        "Whose points end soon, by day or by member",
        {"days": 30, "by": ("day", "member"), "limit": None},
        ("card", "name", "phone", "email"),
    ),
    "rules": Report("bonuscli.reports.rules:rules", "What each rule gave, what became of it, and its budget", _WINDOW),
    "cost": Report(
        "bonuscli.reports.cost:cost",
        "What the bonus costs, and the discount of the same cost",
        {**_WINDOW, "goods-cost": 100},
    ),
    "movements": Report(
        "bonuscli.reports.movements:movements",
        "Movements of points, down to the goods bought with them",
        {**_WINDOW, "limit": 100},
        ("card",),
    ),
    "balances": Report(
        "bonuscli.reports.balances:balances",
        "What members hold, by tier or by member",
        {"by": ("tier", "member"), "limit": None},
        ("card", "name"),
    ),
    "promo-effect": Report(
        "bonuscli.reports.promo_effect:promo_effect",
        "Sales before, in and after a promo, of takers and others",
        {"promo": None, **_WINDOW},
    ),
    "tiers": Report("bonuscli.reports.tiers:tiers", "Members, moves and share of sales of each tier", _WINDOW),
    "new-members": Report(
        "bonuscli.reports.new_members:new_members",
        "Who joined, whose welcome worked, and who bought",
        {**_WINDOW, "days": 30, "by": ("month",)},
    ),
    "profiles": Report("bonuscli.reports.profiles:profiles", "How many members have told what of themselves"),
    "referral": Report(
        "bonuscli.reports.referral:referral",
        "Members brought by others, and who brought them",
        {**_WINDOW, "limit": 20},
        ("card", "name"),
    ),
    "audit": Report(
        "bonuscli.reports.audit:audit", "Who did what and when", {"actor": None, **_WINDOW}, ("card", "number")
    ),
}
