"""The domain's records: what a receipt, a lot, an entry and an award are, and in which units.

All of them are plain values.  Money is ``*_minor`` (the currency's minor units), points are integers in the program's
smallest unit, quantities are thousandths, days are day numbers (``days``), instants are seconds UTC (``clock``).  The
words are those of the word list in ``docs/words.md``.

They are ``collections.namedtuple`` rather than dataclasses because a till's command makes thousands and starts in
milliseconds: 0.6 us a record against 2.2 us, and no import of ``typing`` or ``dataclasses``.
"""

from collections import namedtuple

# --- what comes in -------------------------------------------------------------------------------------------------

# One item of a receipt.  amount: minor, after its discount and before points, may be negative; discount: minor, >= 0.
Line = namedtuple("Line", "number sku name category brand quantity amount discount")

# A document from a till.  kind: "receipt" or "return"; at: instant; lines: tuple of Line (of a return: positive
# quantities and amounts); redeem: points, "max" or None; original: number of the receipt that a return names, or None;
# place: "file:line" for messages, or "".
Receipt = namedtuple(
    "Receipt", "kind number source at shop till cashier card phone lines redeem original codes payments place"
)

# A row or document that could not be read: where (file, line, column), the value, a stable code and how to mend it.
Reject = namedtuple("Reject", "file line column value code reason hint rows number")

# What a reader needs to know of the program in force: digits of its money, digits of its points, its calendar.
Measures = namedtuple("Measures", "money_digits points_scale calendar")

# A customer as enrolled.  birthday: day number or None; tags: tuple of text; fields: tuple of (key, value).
Member = namedtuple("Member", "phone name email birthday gender tags fields consents")

# --- what happens to an account ------------------------------------------------------------------------------------

# An event as the fold sees it.  at, settled_to: instants; day: business day of at; version: key of the program version
# in force at `at`, or None; body: one of the bodies below, by kind.
Event = namedtuple("Event", "seq kind at day settled_to version body")

# tier: the level to begin with, or None; document: what brought the member in: receipt | return | None (the desk).
EnrolBody = namedtuple("EnrolBody", "tier document")
# A receipt as decided: points spent in it, and the redeem event that paid for it beforehand (its seq, or 0).
ReceiptBody = namedtuple("ReceiptBody", "number shop total lines spent paid_by")
# lines: tuple of ReturnLine; original: seq of the receipt's event, or None for a return that names none.
ReturnBody = namedtuple("ReturnBody", "number shop total lines original")
# of_line: line of the original (0 where unlinked); the part brought back is numerator/denominator of that line.
ReturnLine = namedtuple("ReturnLine", "of_line numerator denominator line")
RedeemBody = namedtuple("RedeemBody", "points receipt total")
AdjustBody = namedtuple("AdjustBody", "points reason")

# --- what the engine answers ---------------------------------------------------------------------------------------

# What a rule may know about the member: the frozen snapshot.  tier: level id or None; tags: frozenset; first_purchase:
# bool; birthday: day number or None; day, minute, weekday belong to the receipt's instant; room: points that the daily
# caps leave, or None for no bound.
Facts = namedtuple("Facts", "tier tags first_purchase birthday room")

# points: after rounding and caps; parts: tuple of (rule, points), evaluation order, sums to points; lines: points of
# each line in line order; receipt_part: points that belong to the receipt as a whole (policy by-line), else 0; steps:
# the trace.
Award = namedtuple("Award", "points parts lines receipt_part steps")

# One rule's outcome.  outcome: applied | skipped | replaced | capped | rounded | excluded; points: text of the exact
# share; why: a sentence; where: "line 2", "receipt".
Step = namedtuple("Step", "rule outcome points why where")

# The program's "no".  limit: the highest number of points that would pass, or None.
Refusal = namedtuple("Refusal", "code message limit")

# --- what is written -----------------------------------------------------------------------------------------------

# n: 1, 2, 3 per account; points: signed; event: seq or None (made by settling); opens_on, expires_on: of the lot it
# opened, else None; origin: the lot that an extension prolongs, else 0.
Entry = namedtuple("Entry", "n kind points at day event opens_on expires_on rule origin")
# Points of `debit` that leave `lot` (entry == debit) or come back to it (a later credit; lot 0 cancels an uncovered
# rest).  cause: the entry whose booking moved them; it differs from `entry` where a new lot repays an older debit.
Allocation = namedtuple("Allocation", "cause entry debit lot points")
# points of an entry that a rule gave.
AwardPart = namedtuple("AwardPart", "n rule points")
# award and spent: points of one line of a receipt (line 0: the receipt as a whole); spent_minor: what they paid.
LineShare = namedtuple("LineShare", "event line award spent spent_minor")
# t: 1, 2, 3 per account; tier, previous: level ids or None; reason: enrolled | reached | renewed | lowered | set.
TierChange = namedtuple("TierChange", "t at day tier previous reason event")

# --- the ledger's vocabulary ---------------------------------------------------------------------------------------

ACCRUAL, REDEMPTION, RESTORE, TAKE_BACK = "accrual", "redemption", "restore", "take-back"
GRANT, ADJUSTMENT, EXPIRY, EXTENSION = "grant", "adjustment", "expiry", "extension"

RECEIPT, RETURN, REDEEM, ENROL, ADJUST = "receipt", "return", "redeem", "enrol", "adjust"

# Raised when the meaning of a stored event changes; an event keeps the revision that booked it.
ENGINE_REVISION = 1

# --- the program, as the engine runs it ----------------------------------------------------------------------------
# Built by program.compile from the compiled JSON of a published version; see docs/program-compiled.md for that shape.

Program = namedtuple(
    "Program",
    "id name currency digits calendar hash points earn tiers welcome birthday redeem returns kpi_targets plain",
)
# value_minor: what one whole point pays; unit: smallest units in one point (10**scale); opens: Duration.
Points = namedtuple("Points", "name value_minor scale unit rounding_level rounding_mode opens lasts")
# duration: Duration; start: opening | accrual; until: one of days.ENDS.
Lifetime = namedtuple("Lifetime", "duration start until")
# exclude: predicate of a Line or None; cap: Cap.
Earn = namedtuple("Earn", "basis exclude rules stacking cap")
Cap = namedtuple("Cap", "per_receipt per_day receipts_per_day")
# kind: of RULE_KINDS; goods: Goods or None (all); when: predicate or None; replaces: tuple of rule ids; terms: what the
# rule kind's own module compiled.
Rule = namedtuple("Rule", "id kind place enabled goods when replaces multiplied terms")
# window: Duration or None (for life).
Tiers = namedtuple("Tiers", "window downgrade levels")
Level = namedtuple("Level", "id starts_minor rates redeem_max_bp benefits")
# points; opens: Duration; lasts: Duration or None (the program's); after: enrolment | first-purchase (welcome only);
# before_days: birthday only.
Grant = namedtuple("Grant", "points opens lasts after before_days")
Redeem = namedtuple(
    "Redeem",
    "max_share_bp shares_by_goods max_points min_receipt_minor min_points step leave_to_pay_minor exclude same_receipt"
    " per_day confirm_above",
)
Returns = namedtuple("Returns", "earned restored_min_life short")
