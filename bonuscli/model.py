"""The domain's records: what a receipt, a lot, an entry and an award are, and in which units.

All of them are plain values.  Money is ``*_minor`` (the currency's minor units), points are integers in the program's
smallest unit, quantities are thousandths, days are day numbers (``days``), instants are seconds UTC (``clock``).  The
words are those of the word list in ``docs/words.md``.

They are ``collections.namedtuple`` rather than dataclasses because a till's command makes thousands and starts in
milliseconds: 0.6 us a record against 2.2 us, and no import of ``typing`` or ``dataclasses``.
"""

from bonuscli.records import namedtuple

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

# What a reader needs to know of the program in force: digits of its money, digits of its points, its calendar, and its
# currency, None where that is not to be compared.
Measures = namedtuple("Measures", "money_digits points_scale calendar currency", defaults=(None,))

# A customer as enrolled.  birthday: day number or None; tags: tuple of text; fields: tuple of (key, value).
Member = namedtuple("Member", "phone name email birthday gender tags fields consents")

# --- what happens to an account ------------------------------------------------------------------------------------

# An event as the fold sees it.  at, settled_to: instants; day: business day of at; version: key of the program version
# in force at `at`, or None; body: one of the bodies below, by kind; pinned: facts that do not follow from the account's
# own events (segments, budgets, payments, codes), as they were when it was recorded, {} where there are none.
Event = namedtuple("Event", "seq kind at day settled_to version body pinned", defaults=({},))

# tier: the level to begin with, or None; document: what brought the member in: receipt | return | None (the desk);
# referrer: member who brought the new one, or None; control: whether he is kept out of points, to measure by; welcomed:
# whether the phone was a member's before, who was welcomed with it, or he was one of an earlier program.
EnrolBody = namedtuple("EnrolBody", "tier document referrer control welcomed", defaults=(None, False, False))
# A receipt as decided: points spent in it, and the redeem event that paid for it beforehand (its seq, or 0).
ReceiptBody = namedtuple("ReceiptBody", "number shop total lines spent paid_by")
# lines: tuple of ReturnLine; original: seq of the receipt's event, or None for a return that names none.
ReturnBody = namedtuple("ReturnBody", "number shop total lines original")
# of_line: line of the original (0 where unlinked); the part brought back is numerator/denominator of that line.
ReturnLine = namedtuple("ReturnLine", "of_line numerator denominator line")
RedeemBody = namedtuple("RedeemBody", "points receipt total")
AdjustBody = namedtuple("AdjustBody", "points reason")
# The bodies below are stored as JSON by the names of their fields.
# before, after: what changed of what rules see, {"tags": [text], "birthday": day number or None}; others: names of the
# particulars that changed besides; state: digest, in hexadecimal, of all cards and particulars as they are after it.
MemberChangeBody = namedtuple("MemberChangeBody", "before after others state")
# Points given by hand; opens_on, expires_on: days of their lot; opening: whether it is a balance from elsewhere.
GrantBody = namedtuple("GrantBody", "points opens_on expires_on opening")
# Something that the shop reports: action: its id in the program; receipt, link: what it is about, or None.
ActionBody = namedtuple("ActionBody", "action receipt link")
# What another account's event does to this one.  rule: why; cause: seq of that event; terms: what it needs, by rule.
EffectBody = namedtuple("EffectBody", "rule cause terms")
# A gift of the catalogue, paid with points; gives: goods | discount | coupon | delivery; code: of the coupon that was
# given, or None; receipt: what it belongs to, or None.
GiftBody = namedtuple("GiftBody", "gift points gives code receipt")
# A pass as sold: its id in the program, its visits and its last day.
PassBody = namedtuple("PassBody", "pass_id visits expires_on")
# sale: seq of the event that sold the pass of which a visit is taken.
VisitBody = namedtuple("VisitBody", "pass_id sale")
# Points put aside through an instant, the deadline; receipt: number of the receipt they are for, or None; total: minor
# units of that receipt, or None.
HoldBody = namedtuple("HoldBody", "points deadline receipt total")
# hold: seq of the hold's event; points: how many of the held ones are spent.
CaptureBody = namedtuple("CaptureBody", "hold points receipt")
ReleaseBody = namedtuple("ReleaseBody", "hold")
# of: seq of the event that is taken back, of that kind; entries: (n, points) of what it booked; day: the business day
# on which it counts; action: the fields of its ActionBody, or None; voucher: the gift whose voucher goes with it, or
# None; sent: of a transfer [the member who got the points, the entries that they are there], or None.
UndoBody = namedtuple("UndoBody", "of kind entries day action voucher sent", defaults=(None, None))
# to: the member who gets the points.
TransferBody = namedtuple("TransferBody", "to points")
# into: the member who takes this one over, with that account's id.
MergeBody = namedtuple("MergeBody", "into account")
# blocked: whether the card neither earns nor spends from now on.
BlockBody = namedtuple("BlockBody", "blocked")
# until: the last day on which the tier is a floor, or None for without end; tier None takes the floor away.
TierSetBody = namedtuple("TierSetBody", "tier until")

# --- what the engine answers ---------------------------------------------------------------------------------------

# What a rule may know about the member: the frozen snapshot.  tier: level id or None; tags: frozenset; first_purchase:
# bool; birthday: day number or None; day, minute, weekday belong to the receipt's instant; room: points that the daily
# caps leave, or None for no bound; segments: ids of those the member is in; bought: keys of the `bought` conditions
# that hold; budgets: points that each rule with a budget may still give, 0 where it is not named; barred: why the
# member may not take part, or None; kept_out: ids of rules of whose control group the member is.
Facts = namedtuple(
    "Facts",
    "tier tags first_purchase birthday room segments bought budgets barred kept_out",
    defaults=(frozenset(), frozenset(), {}, None, frozenset()),
)

# points: after rounding and caps; parts: tuple of (rule, points), evaluation order, sums to points; lines: points of
# each line in line order; receipt_part: points that belong to the receipt as a whole (policy by-line), else 0; steps:
# the trace.
Award = namedtuple("Award", "points parts lines receipt_part steps")

# One rule's outcome.  outcome: applied | skipped | replaced | capped | rounded | excluded | spent | dated; points: text
# of the exact share; why: a sentence; where: "line 2", "receipt".
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
# Points that entry n gives back of a debit of another account, which was merged into this one: into what was that
# account's lot, or (lot 0) of what the debit had left uncovered.
Inherited = namedtuple("Inherited", "n account debit lot points")
# points of an entry that a rule gave.
AwardPart = namedtuple("AwardPart", "n rule points")
# award and spent: points of one line of a receipt (line 0: the receipt as a whole); spent_minor: what they paid.
LineShare = namedtuple("LineShare", "event line award spent spent_minor")
# points that a receipt drew from the budget of a rule; below zero: what a return gave back to it.
BudgetDraw = namedtuple("BudgetDraw", "rule event points")
# t: 1, 2, 3 per account; tier, previous: level ids or None; reason: enrolled | reached | renewed | lowered | set.
TierChange = namedtuple("TierChange", "t at day tier previous reason event")

# --- the ledger's vocabulary ---------------------------------------------------------------------------------------

ACCRUAL, REDEMPTION, RESTORE, TAKE_BACK = "accrual", "redemption", "restore", "take-back"
GRANT, ADJUSTMENT, EXPIRY, EXTENSION = "grant", "adjustment", "expiry", "extension"
INACTIVITY, OPENING, HOLD, GIFT = "inactivity", "opening", "hold", "gift"
TRANSFER_OUT, TRANSFER_IN = "transfer-out", "transfer-in"
ENTRY_KINDS = (
    *(ACCRUAL, REDEMPTION, RESTORE, TAKE_BACK, GRANT, ADJUSTMENT, EXPIRY, EXTENSION),
    *(INACTIVITY, OPENING, HOLD, GIFT, TRANSFER_OUT, TRANSFER_IN),
)

RECEIPT, RETURN, REDEEM, ENROL, ADJUST = "receipt", "return", "redeem", "enrol", "adjust"
MEMBER_CHANGE, ACTION, EFFECT, TIER_SET = "member-change", "action", "effect", "tier-set"
CAPTURE, RELEASE, TRANSFER, MERGE, BLOCK, UNDO = "capture", "release", "transfer", "merge", "block", "undo"
PASS, VISIT = "pass", "visit"
# Beside a receipt or a return, what may bring a member into a program: that the program joined the shop's others.
JOINED = "program"
# A pinned fact of the change by which a member was erased: he has no particulars any more, and no digest of them.
ERASED = "erased"
# How the number of an event begins that was a card, or a key that told of one: no card has small letters.
EMPTIED = "erased:"
# The source of grants and tiers whose number is made of what a row of a file says, its card among it.
OF_A_ROW = "row"
# Events that every program of a shop sees; any other moves points in one of them.
SHARED_KINDS = (RECEIPT, RETURN, ENROL, MEMBER_CHANGE, BLOCK)
# `grant`, `hold` and `gift` name an event as well as its entry.
EVENT_KINDS = (
    *(RECEIPT, RETURN, REDEEM, ENROL, ADJUST, MEMBER_CHANGE, GRANT, ACTION, EFFECT, TIER_SET),
    *(HOLD, CAPTURE, RELEASE, TRANSFER, MERGE, BLOCK, UNDO, GIFT, PASS, VISIT),
)

# Bodies that are stored as JSON, by the kind of their event.
BODIES_AS_TEXT = {
    MEMBER_CHANGE: MemberChangeBody,
    GRANT: GrantBody,
    ACTION: ActionBody,
    EFFECT: EffectBody,
    TIER_SET: TierSetBody,
    PASS: PassBody,
    VISIT: VisitBody,
    GIFT: GiftBody,
    HOLD: HoldBody,
    CAPTURE: CaptureBody,
    RELEASE: ReleaseBody,
    UNDO: UndoBody,
    TRANSFER: TransferBody,
    MERGE: MergeBody,
    BLOCK: BlockBody,
}

# Raised when the meaning of a stored event changes; an event keeps the revision that booked it.
ENGINE_REVISION = 1

# --- the program, as the engine runs it ----------------------------------------------------------------------------
# Built by program.compile from the compiled JSON of a published version; see docs/program-compiled.md for that shape.

Program = namedtuple(
    "Program",
    "id name currency digits calendar hash points earn tiers grants redeem returns members segments beside"
    " kpi_targets plain",
)
# value_minor: what one whole point pays; unit: smallest units in one point (10**scale); opens: Duration.
Points = namedtuple("Points", "name value_minor scale unit rounding_level rounding_mode opens lasts")
# duration: Duration; start: opening | accrual | last-purchase; until: one of days.ENDS.
Lifetime = namedtuple("Lifetime", "duration start until")
# exclude: predicate of a Line or None; cap: Cap; bought: tuple of Bought; asks: Asks.
Earn = namedtuple("Earn", "basis exclude rules stacking cap bought asks")
# What the conditions of rules, discounts and membership look at beyond the receipt and the account's own row, so that
# nothing is reckoned or kept that no condition asks for.  segments: frozenset of ids; payments, codes: whether.
Asks = namedtuple("Asks", "segments payments codes")
Cap = namedtuple("Cap", "per_receipt per_day receipts_per_day")
# An earlier purchase that a condition asks for.  key: text, the same for the same question; within: Duration or None.
Bought = namedtuple("Bought", "key goods within")
# kind: of RULE_KINDS; goods: Goods or None (all); when: predicate or None; replaces: tuple of rule ids; terms: what the
# rule kind's own module compiled; budget: points it may give in all, or None; control_bp: the
# share of members whom it passes over.
Rule = namedtuple("Rule", "id kind place enabled goods when replaces multiplied terms budget control_bp", defaults=(0,))
# by: spend | points-earned | receipts; with_receipt: whether a receipt counts towards its own tier; window: Duration,
# CALENDAR_YEAR, or None (for life).
Tiers = namedtuple("Tiers", "by with_receipt window downgrade levels")
CALENDAR_YEAR = "calendar-year"
# starts: in minor units, points or receipts, by what the tiers count.
Level = namedtuple("Level", "id starts rates redeem_max_bp benefits")
# welcome, birthday: Grant or None; referral: Referral or None; actions: {id: Action}; schedule: tuple of Scheduled.
Grants = namedtuple("Grants", "welcome birthday referral actions schedule")
# points; opens: Duration; lasts: Duration or None (the program's); after: enrolment | first-purchase (welcome only);
# before_days: birthday only.
Grant = namedtuple("Grant", "points opens lasts after before_days", defaults=(None, 0))
# referrer, friend: points; spend_minor: what the friend must have paid, within: Duration from the enrolment or None;
# per_referrer: Limit or None; opens, lasts as of a Grant.
Referral = namedtuple("Referral", "referrer friend spend_minor within per_referrer opens lasts")
# count: how often; per: receipt | day | week | month | year | member.
Limit = namedtuple("Limit", "count per")
# limit: Limit or None; once_per: link | receipt | None.
Action = namedtuple("Action", "id points limit once_per opens lasts")
# Points on a day: every: (month, day) or None; date: day number or None; else, of kind retro: rate: basis points of the
# spend over a month, quarter or year of from_minor or more.  segment: id or None; tags: frozenset or None.
Scheduled = namedtuple("Scheduled", "id points every date rate over from_minor segment tags opens lasts")
# Who may take part: fields: {name: type}; tags, shops, segments: frozenset or None (everybody); control_bp: share.
Members = namedtuple("Members", "fields tags shops segments control_bp")
# What a program gives beside points, each a tuple of records of its own module in the engine; delivery: or None.
Beside = namedtuple("Beside", "discounts coupons gifts punch passes draws delivery")
# Money off, told by a quote.  rate: basis points, or None where amount_minor is taken off; goods: Goods or None (all);
# when: predicate or None; max_minor, limit: or None; not_with: frozenset of ids; instead: not where points are spent;
# by_coupon: only for a code of a coupon that names it.
Discount = namedtuple("Discount", "id rate amount_minor goods when max_minor limit not_with instead by_coupon")
# codes: how many are made, or None; code: the fixed one, folded, or None; lasts: Duration or None.
Coupon = namedtuple("Coupon", "id discount codes code uses lasts")
# stock: or None for without bound; gives as in GiftBody; rate: basis points, coupon: id, each or None.
Gift = namedtuple("Gift", "id name points stock gives rate coupon")
# What a receipt needs for free delivery, each or None: its total, one of the tiers (frozenset).
Delivery = namedtuple("Delivery", "from_minor tiers")
# A punch card.  goods: Goods; every: stamps of a full card; rate: basis points off the rewarded unit; lasts: or None.
Punch = namedtuple("Punch", "id goods every rate lasts")
# A pass that is sold.  lasts: Duration or None (for ever); price_minor: or None.
PassOffer = namedtuple("PassOffer", "id name visits lasts price_minor")
# starts, ends: instants, half-open; prizes: tuple of Prize.
Draw = namedtuple("Draw", "id ticket_minor starts ends prizes")
Prize = namedtuple("Prize", "name count")
Redeem = namedtuple(
    "Redeem",
    "max_share_bp shares_by_goods max_points min_receipt_minor min_points step leave_to_pay_minor exclude same_receipt"
    " per_day confirm_above",
)
Returns = namedtuple("Returns", "earned restored_min_life short")
