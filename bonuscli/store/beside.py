"""Tables of what a program gives beside points: coupons with their codes, and prize draws that were held."""

from bonuscli.store.columns import day

BESIDE_TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "coupons": (
        (
            "code TEXT PRIMARY KEY",  # folded
            "program TEXT NOT NULL",
            "coupon TEXT NOT NULL",  # its id in the program
            "uses INTEGER NOT NULL CHECK (uses > 0)",
            day("made_on"),
            day("expires_on"),
            "member INTEGER REFERENCES members (id)",  # to whom it was given, or nobody
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "coupon_uses": (
        (
            "code TEXT NOT NULL",
            "event INTEGER NOT NULL",
            "PRIMARY KEY (code, event)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "draw_runs": (
        (
            "program TEXT NOT NULL",
            "draw TEXT NOT NULL",
            "seed TEXT NOT NULL",
            "run_at INTEGER NOT NULL",
            "tickets INTEGER NOT NULL",
            "tickets_hash TEXT NOT NULL",  # of all tickets in their order
            "winners TEXT NOT NULL",  # JSON
            "actor TEXT",
            "PRIMARY KEY (program, draw)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
}
