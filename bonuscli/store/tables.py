"""Every table, index, trigger and bound of the store, described once as data.

``events`` is the only input of the fold and grows only; ``entries`` and ``allocations`` are the ledger and grow only;
``accounts``, ``account_days``, ``open_lots``, ``open_rests``, ``tallies``, ``holds``, ``passes`` and the tables of days
(``day_tables``) are projections that ``db rebuild`` makes again to the same bytes (but for ``accounts.clock``, a fact).
All numbers are integers: money in minor units, points in the program's smallest unit, quantities in thousandths, days
since 1970-01-01, instants in seconds UTC.  The views in ``views`` are the public contract; the tables are private.
"""

from bonuscli.model import ENTRY_KINDS, EVENT_KINDS
from bonuscli.store import APPLICATION_ID as APPLICATION_ID
from bonuscli.store import SCHEMA_VERSION as SCHEMA_VERSION
from bonuscli.store.beside import APPEND_ONLY_BESIDE, BESIDE_TABLES
from bonuscli.store.columns import BOUND, NUMBER_LENGTH_MAX, amount, day, one_of
from bonuscli.store.day_tables import DAY_TABLES

# name -> (columns and constraints, table options)
TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "meta": (("key TEXT PRIMARY KEY", "value TEXT NOT NULL"), "STRICT, WITHOUT ROWID"),
    "programs": (
        (
            "version INTEGER PRIMARY KEY",  # the key that events carry: order of publication
            "program TEXT NOT NULL",
            day("starts_on"),
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
            day("birthday", null=True),
            "gender TEXT",
            "tags TEXT NOT NULL DEFAULT ''",  # separated by one space, sorted
            "fields TEXT NOT NULL DEFAULT '{}'",
            "consents TEXT NOT NULL DEFAULT ''",
            day("enrolled_on"),
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
            amount("points", 0),  # what remains in all lots, pending ones too
            amount("held", 0),
            amount("deficit", 0),
            "tier TEXT",
            day("tier_since", null=True),
            "receipts INTEGER NOT NULL",  # with a positive total and not wholly returned
            day("last_purchase_on", null=True),
            one_of("welcome", ("given", "none", "waiting")),
            "birthday_year INTEGER",  # the birthday that was last granted for
            day("birthday_given_on", null=True),  # the day of that grant
            "control INTEGER NOT NULL DEFAULT 0 CHECK (control IN (0, 1))",  # kept out of points, to measure by
            "referrer INTEGER",  # member who brought this one
            "floor TEXT",  # the tier set by hand ...
            day("floor_until", null=True),  # ... its last day ...
            "beneath TEXT",  # ... and the level that the member has without it
            "blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1))",
            "merged_into INTEGER",  # the account that took this one over
            day("next_due_on"),
            "CHECK (points = 0 OR deficit = 0)",
        ),
        "STRICT",
    ),
    "account_days": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            day("day"),
            "spend INTEGER NOT NULL",  # qualifying money, net of returns
            "earned INTEGER NOT NULL",  # points that count towards the daily cap
            "receipts INTEGER NOT NULL",
            "redemptions INTEGER NOT NULL",
            "PRIMARY KEY (account, day)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "tallies": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "name TEXT NOT NULL",  # what is counted, as in action:review or punch:sixth-coffee
            day("day"),
            "count INTEGER NOT NULL CHECK (count > 0)",
            "PRIMARY KEY (account, name, day)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "holds": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "event INTEGER NOT NULL",  # the hold's own
            "entry INTEGER NOT NULL",
            amount("points", 1),
            "deadline INTEGER NOT NULL",  # the instant at which it is let go
            "at INTEGER NOT NULL",  # of its entry
            day("day"),  # on which it counts as a redemption
            "PRIMARY KEY (account, event)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "passes": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "event INTEGER NOT NULL",  # the sale of the pass
            "pass TEXT NOT NULL",  # its id in the program
            "visits INTEGER NOT NULL CHECK (visits > 0)",  # that are left
            day("expires_on"),
            "PRIMARY KEY (account, event)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "budget_draws": (
        (
            "program TEXT NOT NULL",
            "promo TEXT NOT NULL",  # the rule's id
            "event INTEGER NOT NULL",
            "points INTEGER NOT NULL CHECK (points <> 0)",  # drawn; below zero: given back by a return
            "PRIMARY KEY (program, promo, event)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "events": (
        (
            "seq INTEGER PRIMARY KEY",
            "member INTEGER REFERENCES members (id)",
            one_of("kind", EVENT_KINDS),
            "at INTEGER NOT NULL",
            "recorded_at INTEGER NOT NULL",
            day("day"),
            "utc_offset INTEGER NOT NULL CHECK (utc_offset BETWEEN -86400 AND 86400)",
            "source TEXT NOT NULL",
            f"number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND {NUMBER_LENGTH_MAX})",
            "digest BLOB NOT NULL",
            "shop TEXT NOT NULL DEFAULT ''",
            "till TEXT NOT NULL DEFAULT ''",
            "cashier TEXT NOT NULL DEFAULT ''",
            "payments TEXT NOT NULL DEFAULT ''",
            amount("total"),  # of receipts and returns, before points, both positive; else 0
            amount("spent", 0),  # points that paid for the receipt, or that a redeem event took
            amount("spent_minor", 0),
            "points INTEGER NOT NULL DEFAULT 0",  # of adjust and redeem events, as asked for
            "tier TEXT",  # at which a receipt was scored; set by an enrolment
            "version INTEGER",  # of the program, in force at `at`
            "engine_revision INTEGER NOT NULL",
            "settled_to INTEGER",  # the instant to which the account had been brought before
            "program TEXT NOT NULL DEFAULT ''",  # in which points move; '' in all of the member's
            "original INTEGER",  # a return's receipt; a receipt's earlier redeem event
            "original_number TEXT",
            "actor TEXT",
            "reason TEXT",
            "pinned TEXT",
            "subject TEXT",  # of what: an action, a gift, a pass, a hold, a tier
            "body TEXT",  # JSON of the kinds that have no columns of their own
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
            amount("amount"),  # of a return's line too: positive
            amount("discount"),
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
            amount("award", 0),
            amount("spent", 0),
            amount("spent_minor", 0),
            "PRIMARY KEY (event, line, account)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "entries": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "n INTEGER NOT NULL CHECK (n > 0)",
            one_of("kind", ENTRY_KINDS),
            f"points INTEGER NOT NULL CHECK (points <> 0 AND points BETWEEN -{BOUND} AND {BOUND})",
            "at INTEGER NOT NULL",
            day("day"),
            "event INTEGER",
            day("opens_on", null=True),
            day("expires_on", null=True),
            "rule TEXT",
            "origin INTEGER NOT NULL DEFAULT 0",
            "seal INTEGER NOT NULL",  # of the transaction that wrote it
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
            amount("points", 1),
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
            amount("points", 1),
            "PRIMARY KEY (account, n, rule)",
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "tier_changes": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "t INTEGER NOT NULL CHECK (t > 0)",
            "at INTEGER NOT NULL",
            day("day"),
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
            day("expires_on"),
            day("opens_on"),
            "n INTEGER NOT NULL",
            amount("remaining", 1),
            "origin INTEGER NOT NULL",
            "PRIMARY KEY (account, expires_on, opens_on, n)",  # the eating order
        ),
        "STRICT, WITHOUT ROWID",
    ),
    "open_rests": (
        (
            "account INTEGER NOT NULL REFERENCES accounts (id)",
            "n INTEGER NOT NULL",
            amount("rest", 1),
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

TABLES |= BESIDE_TABLES | DAY_TABLES

INDEXES: dict[str, str] = {
    # One key, one effect: the number leads, since a return names its receipt by number alone.
    "events_claim": "CREATE UNIQUE INDEX events_claim ON events (number, source, kind)",
    "events_original": "CREATE INDEX events_original ON events (original) WHERE original IS NOT NULL",
    "events_member": "CREATE INDEX events_member ON events (member, seq)",
    "events_subject": "CREATE INDEX events_subject ON events (kind, subject) WHERE subject IS NOT NULL",
    "coupons_free": "CREATE INDEX coupons_free ON coupons (program, coupon, member)",
    "entries_settled": "CREATE INDEX entries_settled ON entries (seal) WHERE event IS NULL",
    "events_day": "CREATE INDEX events_day ON events (day)",
    "accounts_member": "CREATE UNIQUE INDEX accounts_member ON accounts (member, program)",
    "accounts_heir": "CREATE INDEX accounts_heir ON accounts (merged_into) WHERE merged_into IS NOT NULL",
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
    "budget_draws",
    *APPEND_ONLY_BESIDE,
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
