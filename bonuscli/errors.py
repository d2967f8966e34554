"""Every "no" that bonuscli can say, with its stable code and its exit status.

Two kinds of "no" are kept apart.  A :class:`Refusal` (see ``model``) is an expected answer of the program, a value.  A
:class:`BonusError` is bad input or a bad environment, raised at the edge.  Each has a code that scripts may rely on;
the table below gives the exit status of each, so that no other place decides one.  :class:`InvariantBroken` is neither:
it says that bonuscli itself is wrong.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_DONE = 0
EXIT_UNEXPECTED = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 3
EXIT_REFUSED = 4
EXIT_BAD_INPUT = 5
EXIT_FINDINGS = 6
EXIT_CONFLICT = 7
EXIT_DATABASE = 8
EXIT_BUSY = 75
EXIT_INTERRUPTED = 130

# The program's own refusals, in the order in which they are checked (design: "Refusals").
REFUSAL_ORDER = (
    "unknown_card",
    "card_blocked",
    "card_merged",
    "not_eligible",
    "receipt_too_small",
    "redeem_times",
    "insufficient_points",
    "below_min_points",
    "not_a_step",
    "over_points",
    "over_share",
    "leave_to_pay",
    "confirmation_needed",
    "already_redeemed",
    "over_returned",
    "already_returned",
    "unknown_original",
    "hold_closed",
    "limit_reached",
    "out_of_stock",
    "code_used",
    "no_visits",
)

EXIT_BY_CODE = {
    **dict.fromkeys(REFUSAL_ORDER, EXIT_REFUSED),
    "unknown_card": EXIT_NOT_FOUND,
    "unknown_original": EXIT_NOT_FOUND,
    "unknown_receipt": EXIT_NOT_FOUND,
    "unknown_hold": EXIT_NOT_FOUND,
    "unknown_entry": EXIT_NOT_FOUND,
    "unknown_action": EXIT_NOT_FOUND,
    "unknown_pass": EXIT_NOT_FOUND,
    "unknown_draw": EXIT_NOT_FOUND,
    "unknown_coupon": EXIT_NOT_FOUND,
    "unknown_segment": EXIT_NOT_FOUND,
    "unknown_gift": EXIT_NOT_FOUND,
    "unknown_topic": EXIT_NOT_FOUND,
    "unknown_report": EXIT_NOT_FOUND,
    "unknown_shop": EXIT_NOT_FOUND,
    "unknown_actor": EXIT_NOT_FOUND,
    "unknown_rule": EXIT_NOT_FOUND,
    "unknown_template": EXIT_NOT_FOUND,
    "unknown_program": EXIT_NOT_FOUND,
    "unknown_version": EXIT_NOT_FOUND,
    "unknown_seal": EXIT_NOT_FOUND,
    "usage": EXIT_USAGE,
    "bad_program": EXIT_BAD_INPUT,
    "bad_profile": EXIT_BAD_INPUT,
    "bad_segment": EXIT_BAD_INPUT,
    "bad_receipt": EXIT_BAD_INPUT,
    "bad_row": EXIT_BAD_INPUT,
    "bad_file": EXIT_BAD_INPUT,
    "bad_amount": EXIT_BAD_INPUT,
    "bad_points": EXIT_BAD_INPUT,
    "bad_quantity": EXIT_BAD_INPUT,
    "bad_time": EXIT_BAD_INPUT,
    "bad_card": EXIT_BAD_INPUT,
    "bad_phone": EXIT_BAD_INPUT,
    "bad_member": EXIT_BAD_INPUT,
    "duplicate_member": EXIT_BAD_INPUT,
    "ambiguous_receipt": EXIT_BAD_INPUT,
    "too_early": EXIT_BAD_INPUT,
    "too_late": EXIT_BAD_INPUT,
    "negative_total": EXIT_BAD_INPUT,
    "not_undoable": EXIT_BAD_INPUT,
    "no_tickets": EXIT_BAD_INPUT,
    "rows_rejected": EXIT_BAD_INPUT,
    "key_conflict": EXIT_CONFLICT,
    "card_taken": EXIT_CONFLICT,
    "findings": EXIT_FINDINGS,
    "no_database": EXIT_DATABASE,
    "database_exists": EXIT_DATABASE,
    "foreign_database": EXIT_DATABASE,
    "newer_schema": EXIT_DATABASE,
    "older_schema": EXIT_DATABASE,
    "read_only": EXIT_DATABASE,
    "corrupt_database": EXIT_DATABASE,
    "disk_full": EXIT_DATABASE,
    "disk_failed": EXIT_DATABASE,
    "commit_unknown": EXIT_DATABASE,
    "no_program": EXIT_DATABASE,
    "busy": EXIT_BUSY,
    "unexpected": EXIT_UNEXPECTED,
    "invariant_broken": EXIT_UNEXPECTED,
}


# An error quotes what it found, and what was found may be a megabyte without a space.
LONGEST_TEXT = 4_000


class BonusError(Exception):
    """Bad input or a bad environment: what was found, where, and what to do about it.

    ``where`` is a place a person can go to (``shop.yaml:31:7``, ``day.csv:12``, an option's name); ``hint`` says how to
    mend it.  ``problems`` holds further messages where several were found at once (program files, profiles).  Each of
    these texts is cut after ``LONGEST_TEXT`` characters.
    """

    def __init__(
        self, code: str, message: str, where: str | None = None, hint: str | None = None, problems: tuple[str, ...] = ()
    ) -> None:
        self.code = code
        self.message = _cut(message)
        self.where = where and _cut(where)
        self.hint = hint and _cut(hint)
        self.problems = tuple(map(_cut, problems))
        super().__init__(self.message)

    @property
    def exit_status(self) -> int:
        """The exit status of the contract for this code."""
        return EXIT_BY_CODE.get(self.code, EXIT_UNEXPECTED)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."


def found_in(name: str, code: str, problems: "Sequence[tuple[str, str, str]]", most: int | None = None) -> BonusError:
    """The error for what is wrong with a file: one problem as itself; of several how many, and the first ``most``.

    ``problems``: (where, message, hint or "") in their order, at least one.
    """
    if len(problems) == 1:
        ((where, message, hint),) = problems
        return BonusError(code, message, where, hint or None)
    told = tuple(f"{where}: {message}" + (f"; {hint}" if hint else "") for where, message, hint in problems[:most])
    return BonusError(code, f"{name}: {len(problems)} problems", name, None, told)


class InvariantBroken(Exception):
    """A promise of the ledger does not hold: a bug in bonuscli, or a database changed from outside."""
