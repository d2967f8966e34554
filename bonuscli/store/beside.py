"""Tables beside the ledger: seals, what came of the lots of merged accounts, coupons with their codes, prize draws that
were held, consents, numbers of lost cards, and segments that were saved with the members that they had on a day.
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
    "segments": (
        (
            "program TEXT NOT NULL",
            "segment TEXT NOT NULL",  # its name, none of the program's own
            "conditions TEXT NOT NULL",  # JSON of what is asked, with sorted keys
            "recorded_at INTEGER NOT NULL",
            "actor TEXT",
            "PRIMARY KEY (program, segment)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "segment_lists": (
        (
            "id INTEGER PRIMARY KEY",
            "program TEXT NOT NULL",
            "segment TEXT NOT NULL",  # a saved one or one of the program
            day("day"),
            "conditions TEXT NOT NULL",  # by which its members were found
            "size INTEGER NOT NULL CHECK (size >= 0)",  # how many they were
            "recorded_at INTEGER NOT NULL",
            "actor TEXT",
            "UNIQUE (program, segment, day)",
        ),
        "STRICT",
    ),
    "segment_members": (
        (
            "list INTEGER NOT NULL REFERENCES segment_lists (id)",
            "member INTEGER NOT NULL REFERENCES members (id)",
            "PRIMARY KEY (list, member)",
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
