"""The one table of options: those that all commands share, and all of the four commands that tills call.

``options`` makes Typer's declarations of it and ``plain`` reads it where Typer would take longer than the answer, so
that neither knows an option that the other does not.  Plain data: this module loads nothing.
"""

from bonuscli.records import namedtuple

# How a value is read: text, text that may be given several times, the path of a file, a whole number, nothing (a flag).
TEXT, TEXTS, FILE, WHOLE, FLAG = "text", "texts", "file", "whole", "flag"

# field: what the command calls it; spellings: the long one first, none of an argument; metavar, about: for help;
# variable: of the environment, or None.
Option = namedtuple("Option", "field spellings kind metavar about variable", defaults=(None,))
# arguments: those without which Typer refuses the line come first; signed: whether -50 is an argument.
Form = namedtuple("Form", "arguments required options shared signed", defaults=(False,))

_TIME = "as in 2026-12-31 or 2026-12-31 18:30."

AS_OF = Option("as_of", ("--as-of",), TEXT, "DATE", f"Look from this day or instant, {_TIME}")
SHARED = (
    Option("db", ("--db",), FILE, "FILE", "The database [./bonus.db].", "BONUSCLI_DB"),
    Option("program", ("--in",), TEXT, "PROGRAM", "The program, if there are several."),
    Option("output", ("--output", "-o"), TEXT, "FORMAT", "table, json, jsonl, csv or a format of tabulate."),
    Option("as_json", ("--json",), FLAG, None, "The same as -o json."),
    Option("as_csv", ("--csv",), FLAG, None, "The same as -o csv."),
    AS_OF,
    Option("quiet", ("--quiet", "-q"), FLAG, None, "Print no progress and no remarks."),
    Option("debug", ("--debug",), FLAG, None, "Show where an unexpected failure happened."),
    Option("dry_run", ("--dry-run", "-n"), FLAG, None, "Report the same, then write nothing."),
    Option("at", ("--at",), TEXT, "TIME", f"When it happened [now], {_TIME}"),
    Option("actor", ("--actor",), TEXT, "NAME", "Who does it."),
    Option("key", ("--idempotency-key",), TEXT, "KEY", "The same key twice has one effect."),
    Option("wait", ("--wait",), WHOLE, "SECONDS", "How long to wait for others [10].", "BONUSCLI_WAIT"),
)
OFFLINE = ("output", "as_json", "as_csv", "quiet", "debug")
READER = ("db", "program", "output", "as_json", "as_csv", "as_of", "quiet", "debug")
WRITER = (
    *("db", "program", "output", "as_json", "as_csv", "dry_run"),
    *("at", "actor", "key", "wait", "quiet", "debug"),
)

CARD = Option("card", (), TEXT, "CARD", "A card number, a phone, or an e-card.")
MAYBE_CARD = CARD._replace(about="A card number or a phone; none: a receipt without a card.")
POINTS = Option("points", (), TEXT, "POINTS", "How many points are spent.")
RECEIPT_ID = Option("receipt_id", ("--receipt-id",), TEXT, "ID", "The receipt's number, its key.")
CONFIRMED = Option("confirmed", ("--confirmed",), FLAG, None, "The customer has confirmed a large redemption.")
_TOTAL = Option("total", ("--total",), TEXT, "MONEY", "The receipt's total, as in 1250.00.")
LIMITING_TOTAL = _TOTAL._replace(about="The receipt's total, to check its limits.")
_RECEIPT = Option("receipt", ("--receipt",), TEXT, "FILE|-", "The receipt as one JSON object; - is standard input.")
_SHOP = Option("shop", ("--shop",), TEXT, "NAME", "The shop, where rules or numbers depend on it.")
_REDEEM = Option("redeem", ("--redeem",), TEXT, "POINTS|max", "Points to spend on this receipt.")
_CODE = Option("code", ("--code",), TEXTS, "CODE", "A code told at the till; may be repeated.")
_EXPLAIN = Option("explain", ("--explain",), FLAG, None, "Show every rule and why it gave what it gave.")
_STREAM = Option(
    "stream", ("--stdin",), FLAG, None, "One JSON object a line from standard input, answered by a line each."
)

# The commands whose every option stands here, in the order of their help: of each the function of its own name in the
# module of its own name takes these fields.
FORMS = {
    "balance": Form((CARD,), 1, (), READER),
    "quote": Form((MAYBE_CARD,), 0, (_TOTAL, _RECEIPT, _SHOP, _REDEEM, _CODE, _EXPLAIN, _STREAM), READER),
    "accrue": Form((MAYBE_CARD,), 0, (_TOTAL, _RECEIPT, RECEIPT_ID, _SHOP, _REDEEM, _CODE, CONFIRMED, _STREAM), WRITER),
    "redeem": Form((CARD, POINTS), 0, (RECEIPT_ID, LIMITING_TOTAL, CONFIRMED, _STREAM), WRITER, signed=True),
}
