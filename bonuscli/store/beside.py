"""Tables beside the ledger: seals, what came of the lots of merged accounts, coupons with their codes, prize draws that
were held, consents, and numbers of lost cards.
"""

from bonuscli.store.columns import amount, day

BESIDE_TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "seals": (
        (
            "seal INTEGER PRIMARY KEY",
            "last_seq INTEGER NOT NULL",  # of the events up to this seal
            "rows INTEGER NOT NULL CHECK (rows > 0)",  # events, entries and allocations of the transaction
            "hash TEXT NOT NULL",
        ),
        "STRICT",
    ),
    "inherited": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",  # the heir
            "n INTEGER NOT NULL",  # its entry, which gives back ...
            "of_account INTEGER NOT NULL REFERENCES accounts (id)",  # ... what in an account merged into it ...
            "debit INTEGER NOT NULL",  # ... this one took ...
            "lot INTEGER NOT NULL",  # ... of this lot; 0: what it had left uncovered
            amount("points", 1),
            "PRIMARY KEY (of_account, lot, debit, account, n)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "lost_cards": (
        (
            "number TEXT PRIMARY KEY",  # folded, as in cards
            "shown TEXT NOT NULL",
            "member INTEGER NOT NULL REFERENCES members (id)",  # whose it was
            day("replaced_on"),
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "consents": (
        (
            "id INTEGER PRIMARY KEY",
            "member INTEGER NOT NULL REFERENCES members (id)",
            "channel TEXT NOT NULL",  # by which the member may be written to, as in sms
            "version TEXT",  # of the text that was agreed to
            "given_at INTEGER NOT NULL",
            "source TEXT NOT NULL",  # desk, or the file of the enrolment
            "actor TEXT",
            "withdrawn_at INTEGER",
        ),
        "STRICT",
    ),
    "coupons": (
        (
            "code TEXT PRIMARY KEY",  # in lower case; a coupon's fixed code has no row
            "program TEXT NOT NULL",
            "coupon TEXT NOT NULL",  # its id in the program
            "uses INTEGER NOT NULL CHECK (uses > 0)",
            day("made_on"),
            day("expires_on"),
            "member INTEGER REFERENCES members (id)",  # to whom it was given, or nobody
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "freed_phones": (
        ("digest BLOB PRIMARY KEY",),  # of a phone that a member has no more: its next owner is not welcomed again
        "STRICT, WITHOUT ROWID",
    ),
    "coupon_uses": (
        (
            "code TEXT NOT NULL",
            "event INTEGER NOT NULL",  # the receipt that used it, or the return that brought all of that back
            "count INTEGER NOT NULL CHECK (count IN (1, -1))",
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

APPEND_ONLY_BESIDE = ("inherited", "coupon_uses", "draw_runs", "seals")
