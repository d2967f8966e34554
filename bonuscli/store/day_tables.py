"""Tables of whole days: what was sold, who bought and joined, and by how much the open points changed.

They are projections: the figures of a year are read from a few hundred rows instead of millions.  A day with nothing
has no row.
"""

from bonuscli.store.columns import day

DAY_TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    # Of receipts and returns of a day; a return that names its receipt stands in its own day at the receipt's shop and
    # program, and is no receipt, nor is what totals 0.  Revenue is less what was brought back.
    "day_totals": (
        (
            day("day"),
            "shop TEXT NOT NULL",
            "program TEXT NOT NULL",  # in which the document was recorded, whose points may have paid
            "receipts INTEGER NOT NULL CHECK (receipts >= 0)",
            "guest_receipts INTEGER NOT NULL CHECK (guest_receipts >= 0)",  # without a card
            "point_receipts INTEGER NOT NULL CHECK (point_receipts >= 0)",  # that spent points
            "revenue INTEGER NOT NULL",
            "guest_revenue INTEGER NOT NULL",
            "point_revenue INTEGER NOT NULL",
            "buyers BLOB NOT NULL",  # members with a receipt, as ``member_sets`` packs them
            "PRIMARY KEY (day, shop, program)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "day_members": (
        (
            day("day"),
            "joined BLOB NOT NULL",  # members enrolled on the day ...
            "again BLOB NOT NULL",  # ... and those of them with a further receipt on it
            "PRIMARY KEY (day)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    # What was open when a day began is the sum over all days up to it.
    "day_points": (
        ("program TEXT NOT NULL", day("day"), "change INTEGER NOT NULL", "PRIMARY KEY (program, day)"),
        "STRICT, WITHOUT ROWID",
    ),
}
