'''Every command, in the order in which help shows them.

A command is a plain function in a module of ``bonuscli.cli.commands`` and a line here: its words, its section, the
``module:function`` that is imported when it runs, and the one line of help.  Two words are a noun and its verb.

The function takes the shared options as one ``Call`` (see ``options``), then its own arguments as Typer reads them,
and returns an exit status of ``errors`` or None for 0.  It says "no" by raising ``BonusError``.  Its docstring is its
help::

    """``bonuscli lots``: the open lots of a card."""

    from bonuscli.cli.options import Call, CardArgument, reader

    @reader
    def lots(call: Call, card: CardArgument, pending: bool = False) -> None:
        """The open lots of CARD in the order in which they will be spent."""
        from bonuscli.render.show import show        # what is heavy is imported where it is used
        from bonuscli.reports.lots import lots_of

        show(lots_of(call.db, card, as_of=call.as_of, pending=pending), call.output)

``@reader``, ``@writer`` and ``@offline`` (no database) say which shared options it takes; a plain function takes none.
'''

from typing import NamedTuple

from bonuscli.reports import REPORTS

COMMANDS_PACKAGE = "bonuscli.cli.commands"

DAILY, CRON, LOOK_UP, PROGRAMS, CARE = SECTIONS = ("Daily", "Cron", "Look up", "Programs", "Care")


class Entry(NamedTuple):
    """A line of the registry: section of the help, ``module:function``, one line of help."""

    section: str
    target: str
    about: str


COMMANDS = {
    "init": Entry(DAILY, "init:init", "Create a database and publish a program in it"),
    "demo": Entry(DAILY, "demo:demo", "Show the whole story on a temporary database"),
    "enroll": Entry(DAILY, "enroll:enroll", "Enrol a member, or many from a file"),
    "quote": Entry(DAILY, "quote:quote", "Say what a receipt would earn and may spend; write nothing"),
    "accrue": Entry(DAILY, "accrue:accrue", "Book a receipt: points earned, and spent where asked"),
    "redeem": Entry(DAILY, "redeem:redeem", "Spend points"),
    "hold": Entry(DAILY, "hold:hold", "Put points aside until they are spent or let go"),
    "capture": Entry(DAILY, "hold:capture", "Spend points that are on hold"),
    "release": Entry(DAILY, "hold:release", "Let points on hold go"),
    "return": Entry(DAILY, "returns:return_goods", "Bring goods back: take back points, give back spent ones"),
    "adjust": Entry(DAILY, "adjust:adjust", "Give or take points by hand, with a reason"),
    "undo": Entry(DAILY, "undo:undo", "Take back what was booked by mistake, once, with a reason"),
    "grant": Entry(DAILY, "grant:grant", "Give points by hand: to a member, to a tag, or from a file"),
    "action": Entry(DAILY, "action:action", "Reward what a member did besides buying, such as a review"),
    "pass sell": Entry(DAILY, "passes:sell", "Sell a pass of prepaid visits"),
    "pass visit": Entry(DAILY, "passes:visit", "Take a visit off a pass"),
    "pass show": Entry(DAILY, "passes:show", "The passes of a card and every visit"),
    "pass list": Entry(DAILY, "passes:list_passes", "The passes that the program sells"),
    "gift list": Entry(DAILY, "gift:list_gifts", "The gifts that points can be given for"),
    "gift claim": Entry(DAILY, "gift:claim", "Give a gift for points"),
    "transfer": Entry(DAILY, "transfer:transfer", "Give points of one member to another"),
    "import": Entry(DAILY, "imports:import_files", "Book the receipts of files"),
    "run-due": Entry(CRON, "run_due:run_due", "Do everything that is due: grants, expiry, tier looks"),
    "expire": Entry(CRON, "expire:expire", "Write down the points that have expired"),
    "balance": Entry(LOOK_UP, "balance:balance", "What a card holds now"),
    "history": Entry(LOOK_UP, "history:history", "Every entry of a card"),
    "lots": Entry(LOOK_UP, "lots:lots", "The open points of a card with their days"),
    "punch": Entry(LOOK_UP, "punch:punch", "The stamps on the punch cards of a card"),
    "explain": Entry(LOOK_UP, "explain:explain", "Why a receipt earned what it earned, rule by rule"),
    "import sniff": Entry(LOOK_UP, "import_looks:sniff", "Say what kind of file this is, and propose a profile"),
    "import unmapped": Entry(LOOK_UP, "import_looks:unmapped", "The goods of files that have no category"),
    "import reconcile": Entry(LOOK_UP, "import_reconcile:reconcile", "Compare what is stored with totals of days"),
    "card find": Entry(LOOK_UP, "card:find", "Find members by number, phone, name or e-mail"),
    "card show": Entry(LOOK_UP, "card:show", "A member with all their cards"),
    "card tag": Entry(DAILY, "card_changes:tag", "Give a member tags or take them away"),
    "card change": Entry(DAILY, "card_changes:change", "Change a member's phone, name, birthday and the like"),
    "card set-tier": Entry(DAILY, "card_changes:set_tier", "Set a tier below which a member does not fall"),
    "card block": Entry(DAILY, "card_block:block", "Block a member's cards: they neither earn nor spend"),
    "card unblock": Entry(DAILY, "card_block:unblock", "Let a blocked member earn and spend again"),
    "card replace": Entry(DAILY, "card_block:replace", "Give a member a new card for a lost one"),
    "card merge": Entry(DAILY, "transfer:merge", "Make one member of two, with all points and cards"),
    "card erase": Entry(DAILY, "card_erase:erase", "Forget a person; sums and seals stay as they are"),
    "card export": Entry(LOOK_UP, "card_export:export", "All that is stored on a person, as one document"),
    "card list": Entry(LOOK_UP, "card:list_cards", "All members"),
    "segment list": Entry(LOOK_UP, "segment:list_segments", "The segments of the program and the saved ones"),
    "segment show": Entry(LOOK_UP, "segment:show", "What a segment asks, its size and its saved lists"),
    "segment members": Entry(LOOK_UP, "segment:members", "Who is in a segment, today or on any day"),
    "segment count": Entry(LOOK_UP, "segment:count", "How many members a segment or conditions have"),
    "segment save": Entry(LOOK_UP, "segment_changes:save", "Save conditions, and the members that they have on a day"),
    "segment compare": Entry(LOOK_UP, "segment:compare", "Who is in both of two segments; who stayed, came and went"),
    "segment export": Entry(LOOK_UP, "segment:export", "The members of a segment as a file"),
    "segment delete": Entry(LOOK_UP, "segment_changes:delete", "Delete a saved segment, or the list of a day"),
    "status": Entry(LOOK_UP, "status:status", "What stands in the database, and the head of its seals"),
    "kpi": Entry(LOOK_UP, "kpi:kpi", "The seven figures that tell whether the program works"),
    "dashboard": Entry(LOOK_UP, "dashboard:dashboard", "All figures as one page for a browser, to print and to send"),
    "export members": Entry(LOOK_UP, "export:members", "Members as a file for other programs"),
    "export ledger": Entry(LOOK_UP, "export:ledger", "Every entry of the ledger as a file"),
    "export receipts": Entry(LOOK_UP, "export:receipts", "Receipts as a file that can be imported again"),
    "export lines": Entry(LOOK_UP, "export:lines", "The lines of receipts with their points as a file"),
    "export balances": Entry(LOOK_UP, "export:balances", "What every account holds as a file"),
    "report list": Entry(LOOK_UP, "report:list_reports", "Every report and what it tells"),
    **{
        f"report {name}": Entry(LOOK_UP, f"report:{name.replace('-', '_')}", report.about)
        for name, report in REPORTS.items()
    },
    "program new": Entry(PROGRAMS, "program_new:new", "Write a program of your own, by questions or from a template"),
    "program check": Entry(PROGRAMS, "program:check", "Read a program file and name every mistake in it"),
    "program show": Entry(PROGRAMS, "program:show", "A program in plain sentences"),
    "program schema": Entry(PROGRAMS, "program:schema", "The JSON Schema of program files, for editors"),
    "program test": Entry(PROGRAMS, "program_test:test", "Run the scenarios beside a program and show what differs"),
    "program diff": Entry(PROGRAMS, "program_diff:diff", "What one program changes of another, in words and points"),
    "program publish": Entry(PROGRAMS, "program:publish", "Put a program into force from a day on"),
    "program versions": Entry(PROGRAMS, "program:versions", "The published versions and their days"),
    "coupon make": Entry(PROGRAMS, "coupon:make", "Make the codes of a coupon"),
    "coupon list": Entry(PROGRAMS, "coupon:list_coupons", "The coupons and what became of their codes"),
    "coupon show": Entry(PROGRAMS, "coupon:show", "What a code stands for, and where it was used"),
    "draw show": Entry(PROGRAMS, "draw:show", "The tickets of a prize draw, and who has won"),
    "draw run": Entry(PROGRAMS, "draw:run", "Hold a prize draw, once, so that anybody can check it"),
    "draw check": Entry(PROGRAMS, "draw:check", "Work a prize draw out again and compare"),
    "verify": Entry(CARE, "verify:verify", "Prove the ledger: recompute every account and compare"),
    "doctor": Entry(CARE, "doctor:doctor", "Look at the machine, the database and the settings"),
    "db migrate": Entry(CARE, "db:migrate", "Bring the tables of an older database up to date"),
    "db rebuild": Entry(CARE, "db:rebuild", "Make balances and open lots again from the ledger"),
    "db backup": Entry(CARE, "db:backup", "Copy the database safely while it is in use"),
    "db restore": Entry(CARE, "db:restore", "Make the database of a backup, after proving it"),
    "db dump": Entry(CARE, "db:dump", "Write the whole database as text"),
    "db views": Entry(CARE, "db:views", "The views that spreadsheets and SQL may rely on"),
    "help": Entry(CARE, "help:help_topic", "Explain a topic or a command"),
}

# The nouns, with the line of help that stands for their verbs.  A command that has verbs besides (import) is none.
GROUPS = {
    "card": "Find, show and change members",
    "pass": "Sell passes of prepaid visits, use and show them",
    "gift": "The catalogue of gifts, paid with points",
    "coupon": "Make and look up coupon codes",
    "draw": "Hold prize draws that anybody can check",
    "segment": "Named groups of members: who is in them, dated lists, comparing",
    "export": "Write files for other programs: CSV, Excel, JSON lines, Parquet",
    "report": "Reports over the whole shop",
    "program": "Check, show, test and publish the program",
    "db": "Look after the database file",
}


def children(prefix: str = "") -> dict[str, Entry]:
    """The next words below a prefix, in the order of the registry; a noun stands where its first verb does.

    >>> list(children("program"))
    ['new', 'check', 'show', 'schema', 'test', 'diff', 'publish', 'versions']
    """
    found: dict[str, Entry] = {}
    for words, entry in COMMANDS.items():
        noun, _, verb = words.rpartition(" ")
        if noun == prefix:
            found[verb] = entry
        elif not prefix and noun not in found:
            found[noun] = Entry(entry.section, "", GROUPS[noun])
    return found
