"""Every table, index, trigger and bound of the store, described once as data.

``events`` is the only input of the fold and grows only; ``entries`` and ``allocations`` are the ledger and grow only;
``accounts``, ``account_days``, ``open_lots`` and ``open_rests`` are projections that ``db rebuild`` makes again to the
same bytes (but for ``accounts.clock``, which is a fact).  All numbers are integers: money in minor units, points in the
program's smallest unit, quantities in thousandths, days since 1970-01-01, instants in seconds UTC.  The views in
``views`` are the public contract; the tables are private.
"""

from bonuscli.days import NEVER

APPLICATION_ID = 0x626F6E75  # "bonu"
SCHEMA_VERSION = 1
# A till that books 10**12 points or units of money at once is a broken till, not a large shop.
BOUND = 10**12
NUMBER_LENGTH_MAX = 200


def _amount(name: str, least: int = -BOUND) -> str:
    return f"{name} INTEGER NOT NULL CHECK ({name} BETWEEN {least} AND {BOUND})"


def _day(name: str, null: bool = False) -> str:
    if null:
        return f"{name} INTEGER CHECK ({name} BETWEEN -25567 AND {NEVER})"
    return f"{name} INTEGER NOT NULL CHECK ({name} BETWEEN -25567 AND {NEVER})"


# name -> (columns and constraints, table options)
TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "meta": (("key TEXT PRIMARY KEY", "value TEXT NOT NULL"), "STRICT, WITHOUT ROWID"),
    "programs": (
        (
            "version INTEGER PRIMARY KEY",  # the key that events carry: order of publication
            "program TEXT NOT NULL",
            _day("starts_on"),
            "starts_at INTEGER NOT NULL",
            "settles_from INTEGER NOT NULL",  # what falls due from this instant on is settled under this version
            "hash TEXT NOT NULL",
            "text TEXT NOT NULL",
            "compiled TEXT NOT NULL",
            "published_at INTEGER NOT NULL",
            "actor TEXT",
        ),
        "STRICT",
    ),
    "members": (
        (
            "id INTEGER PRIMARY KEY",
            "name TEXT",
            "phone TEXT",
            "email TEXT",
            _day("birthday", null=True),
            "gender TEXT",
            "tags TEXT NOT NULL DEFAULT ''",  # separated by one space, sorted
            "fields TEXT NOT NULL DEFAULT '{}'",
            "consents TEXT NOT NULL DEFAULT ''",
            _day("enrolled_on"),
        ),
        "STRICT",
    ),
    "cards": (
        (
            "number TEXT PRIMARY KEY",  # folded; one namespace for card numbers, phones and e-cards
            "shown TEXT NOT NULL",
            "kind TEXT NOT NULL CHECK (kind IN ('card', 'phone'))",
            "member INTEGER NOT NULL REFERENCES members (id)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "accounts": (
        (
            "id INTEGER PRIMARY KEY",
            "member INTEGER NOT NULL REFERENCES members (id)",
            "program TEXT NOT NULL",
            "enrolled_at INTEGER NOT NULL",
            "clock INTEGER NOT NULL",
            "n INTEGER NOT NULL CHECK (n >= 0)",
            "t INTEGER NOT NULL CHECK (t >= 0)",
            _amount("points", 0),  # what remains in all lots, pending ones too
            _amount("held", 0),
            _amount("deficit", 0),
            "tier TEXT",
            _day("tier_since", null=True),
            "receipts INTEGER NOT NULL",  # with a positive total and not wholly returned
            _day("last_purchase_on", null=True),
            "welcome TEXT NOT NULL CHECK (welcome IN ('none', 'waiting', 'given'))",
            "birthday_year INTEGER",  # the birthday that was last granted for
            _day("next_due_on"),
            "CHECK (points = 0 OR deficit = 0)",
        ),
        "STRICT",
    ),
    "account_days": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            _day("day"),
            "spend INTEGER NOT NULL",  # qualifying money, net of returns
            "earned INTEGER NOT NULL",  # points that count towards the daily cap
            "receipts INTEGER NOT NULL",
            "redemptions INTEGER NOT NULL",
            "PRIMARY KEY (account, day)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "events": (
        (
            "seq INTEGER PRIMARY KEY",
            "member INTEGER REFERENCES members (id)",
            "kind TEXT NOT NULL CHECK (kind IN ('receipt', 'return', 'redeem', 'enrol', 'adjust'))",
            "at INTEGER NOT NULL",
            "recorded_at INTEGER NOT NULL",
            _day("day"),
            "utc_offset INTEGER NOT NULL CHECK (utc_offset BETWEEN -86400 AND 86400)",
            "source TEXT NOT NULL",
            f"number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND {NUMBER_LENGTH_MAX})",
            "digest BLOB NOT NULL",
            "shop TEXT NOT NULL DEFAULT ''",
            "till TEXT NOT NULL DEFAULT ''",
            "cashier TEXT NOT NULL DEFAULT ''",
            "payments TEXT NOT NULL DEFAULT ''",
            _amount("total"),  # of receipts and returns, before points, both positive; else 0
            _amount("spent", 0),  # points that paid for the receipt, or that a redeem event took
            _amount("spent_minor", 0),
            "points INTEGER NOT NULL DEFAULT 0",  # of adjust and redeem events, as asked for
            "tier TEXT",  # at which a receipt was scored; set by an enrolment
            "version INTEGER",  # of the program, in force at `at`
            "engine_revision INTEGER NOT NULL",
            "original INTEGER",  # a return's receipt; a receipt's earlier redeem event
            "original_number TEXT",
            "actor TEXT",
            "reason TEXT",
            "settled_to INTEGER",  # the instant to which the account had been brought before
            "pinned TEXT",
        ),
        "STRICT",
    ),
    "receipt_lines": (
        (
            "event INTEGER NOT NULL",
            "line INTEGER NOT NULL CHECK (line > 0)",
            "sku TEXT",
            "name TEXT",
            "category TEXT",
            "brand TEXT",
            "quantity INTEGER NOT NULL",
            _amount("amount"),  # of a return's line too: positive
            _amount("discount"),
            "of_line INTEGER",  # of a linked return: the receipt's line ...
            "part INTEGER",  # ... of which part/whole is brought back
            "whole INTEGER CHECK (whole > 0)",
            "PRIMARY KEY (event, line)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "line_shares": (
        (
            "event INTEGER NOT NULL",
            "line INTEGER NOT NULL",  # 0: what belongs to the receipt as a whole
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            _amount("award", 0),
            _amount("spent", 0),
            _amount("spent_minor", 0),
            "PRIMARY KEY (event, line, account)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "entries": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "n INTEGER NOT NULL CHECK (n > 0)",
            "kind TEXT NOT NULL CHECK (kind IN ('accrual', 'redemption', 'restore', 'take-back', 'grant', 'adjustment',"
            " 'expiry', 'extension'))",
            f"points INTEGER NOT NULL CHECK (points <> 0 AND points BETWEEN -{BOUND} AND {BOUND})",
            "at INTEGER NOT NULL",
            _day("day"),
            "event INTEGER",
            _day("opens_on", null=True),
            _day("expires_on", null=True),
            "rule TEXT",
            "origin INTEGER NOT NULL DEFAULT 0",
            "PRIMARY KEY (account, n)",
            "CHECK ((opens_on IS NULL) = (expires_on IS NULL) AND (opens_on IS NULL OR points > 0))",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "allocations": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "cause INTEGER NOT NULL",
            "entry INTEGER NOT NULL",
            "debit INTEGER NOT NULL",
            "lot INTEGER NOT NULL",
            _amount("points", 1),
            "PRIMARY KEY (account, cause, entry, debit, lot)",
            "CHECK (cause >= entry AND entry >= debit)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "award_parts": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "n INTEGER NOT NULL",
            "rule TEXT NOT NULL",
            _amount("points", 1),
            "PRIMARY KEY (account, n, rule)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "tier_changes": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "t INTEGER NOT NULL CHECK (t > 0)",
            "at INTEGER NOT NULL",
            _day("day"),
            "tier TEXT",
            "previous TEXT",
            "reason TEXT NOT NULL",
            "event INTEGER",
            "PRIMARY KEY (account, t)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "open_lots": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            _day("expires_on"),
            _day("opens_on"),
            "n INTEGER NOT NULL",
            _amount("remaining", 1),
            "origin INTEGER NOT NULL",
            "PRIMARY KEY (account, expires_on, opens_on, n)",  # the eating order
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "open_rests": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "n INTEGER NOT NULL",
            _amount("rest", 1),
            "PRIMARY KEY (account, n)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "imports": (
        (
            "id INTEGER PRIMARY KEY",
            "file TEXT NOT NULL",
            "profile TEXT NOT NULL",
            "started_at INTEGER NOT NULL",
            "finished_at INTEGER",
            "accepted INTEGER NOT NULL DEFAULT 0",
            "duplicate INTEGER NOT NULL DEFAULT 0",
            "rejected INTEGER NOT NULL DEFAULT 0",
            "conflicts INTEGER NOT NULL DEFAULT 0",
            "actor TEXT",
        ),
        "STRICT",
    ),
}

INDEXES: dict[str, str] = {
    # One key, one effect: the number leads, since a return names its receipt by number alone.
    "events_claim": "CREATE UNIQUE INDEX events_claim ON events (number, source, kind)",
    "events_original": "CREATE INDEX events_original ON events (original) WHERE original IS NOT NULL",
    "events_member": "CREATE INDEX events_member ON events (member, seq)",
    "events_day": "CREATE INDEX events_day ON events (day)",
    "accounts_member": "CREATE UNIQUE INDEX accounts_member ON accounts (member, program)",
    "accounts_due": "CREATE INDEX accounts_due ON accounts (next_due_on)",
    "cards_member": "CREATE INDEX cards_member ON cards (member)",
    "programs_hash": "CREATE INDEX programs_hash ON programs (program, hash)",
}

APPEND_ONLY = (
    "events",
    "receipt_lines",
    "line_shares",
    "entries",
    "allocations",
    "award_parts",
    "tier_changes",
    "programs",
)


def create_statements() -> list[str]:
    """All statements of a fresh store, in order: tables, indexes, triggers (views are in ``views``)."""
    statements = [
        f"CREATE TABLE {name} (\n  " + ",\n  ".join(columns) + f"\n) {options}"
        for name, (columns, options) in TABLES.items()
    ]
    statements += INDEXES.values()
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            statements.append(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN\n"
                f"  SELECT RAISE(ABORT, '{table} is append-only');\nEND"
            )
    return statements
