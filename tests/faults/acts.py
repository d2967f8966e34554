"""Every writing command of a small shop, as the fault tests send it: once, and again with the same key.

``begin_shop`` makes a database in which each act is possible; an act is a command line and what it makes.  ``COMMANDS``
of the registry that are neither here nor among those that only look are found by a test: no new verb stays out.
"""

import os
import shutil
from collections import namedtuple
from pathlib import Path

from bonuscli.errors import BonusError
from bonuscli.reports import REPORTS
from bonuscli.services.database import dump_lines
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from tests.ledger.tills import UTC

HERE = Path(__file__).resolve().parent
NOW = "2026-06-01T12:00:00Z"
DATABASE, COPY, OTHER = "bonus.db", "copy.db", "other.db"
SLEEPERS = range(2001, 2041)  # cards whose points have expired when the acts begin
RECEIPTS = 400  # of the imported file

# steps: committed one after another, so that a kill may leave some of them; made: another database that it makes.
Act = namedtuple("Act", "words steps made database", defaults=(False, None, DATABASE))

ACTS = {
    "enroll": Act("enroll 3001 --name Anna --phone +79120000001 --at 2026-06-01"),
    "enroll --file": Act("enroll --file members.csv", True),
    "accrue": Act("accrue 1001 --total 123.40 --receipt-id N1"),
    "accrue --redeem": Act("accrue 1001 --total 50.00 --redeem 20 --receipt-id N2"),
    "accrue --stdin": Act("accrue --stdin", True),
    "redeem": Act("redeem 1001 11 --idempotency-key k-redeem"),
    "return": Act("return R1 --line 1=1 --id T1"),
    "adjust": Act("adjust 1001 -7 --reason counted --idempotency-key k-adjust"),
    "grant": Act("grant 1002 15 --idempotency-key k-grant"),
    "grant --tag": Act("grant 5 --tag vip --idempotency-key k-tag", True),
    "grant --file": Act("grant --file grants.csv", True),
    "hold": Act("hold 1001 9 --for 1h --idempotency-key k-hold"),
    "capture": Act("capture H1 6 --idempotency-key k-capture"),
    "release": Act("release H2 --idempotency-key k-release"),
    "transfer": Act("transfer 1001 1002 8 --idempotency-key k-transfer"),
    "undo": Act("undo A1 --reason mistaken --idempotency-key k-undo"),
    "action": Act("action 1001 review --idempotency-key k-action"),
    "gift claim": Act("gift claim mug 1001 --idempotency-key k-gift"),
    "pass sell": Act("pass sell 1002 eight --idempotency-key k-pass"),
    "pass visit": Act("pass visit 1001 --idempotency-key k-visit"),
    "card tag": Act("card tag 1003 --add vip --idempotency-key k-tagged"),
    "card change": Act("card change 1002 --name Berta --idempotency-key k-change"),
    "card set-tier": Act("card set-tier 1002 gold --idempotency-key k-tier"),
    "card block": Act("card block 1002 --idempotency-key k-block"),
    "card unblock": Act("card unblock 1004 --idempotency-key k-unblock"),
    "card replace": Act("card replace 1002 --by 1902 --idempotency-key k-replace"),
    "card merge": Act("card merge 1003 1001 --yes --idempotency-key k-merge"),
    "card erase": Act("card erase 1002 --reason asked --yes --idempotency-key k-erase", True),
    "import": Act("import day.csv --unknown-cards enroll", True),
    "import --atomic": Act("import day.csv --unknown-cards enroll --atomic"),
    "expire": Act("expire", True),
    "run-due": Act("run-due", True),
    "coupon make": Act("coupon make friend"),
    "segment save": Act("segment save rich --where rich.yaml"),
    "segment delete": Act("segment delete tagged --yes"),
    "draw run": Act("draw run spring --seed lottery"),
    "program publish": Act("program publish next.yaml --from 2026-06-01"),
    "db rebuild": Act("db rebuild"),
    "db migrate": Act("db migrate"),
    "db backup": Act(f"db backup {COPY}", False, COPY),
    "db restore": Act(f"db restore {DATABASE}", False, OTHER, OTHER),
    "init": Act("init --program shop.yaml", False, OTHER, OTHER),
}

# Verbs that change no database: readers, and those that write text files or a database of their own.
LOOKING = frozenset(
    """
    demo,quote,balance,history,lots,punch,explain,kpi,dashboard,verify,doctor,help,status,card find,card show,card list,
    card export,pass show,pass list,gift list,coupon list,coupon show,draw show,draw check,program new,program check,
    program show,program schema,program test,program diff,program versions,db dump,db views,report list,
    import sniff,import unmapped,import reconcile,export members,export ledger,export receipts,export lines,
    export balances,segment list,segment show,segment members,segment count,segment compare,segment export
    """.replace("\n    ", "").split(",")
) | {f"report {name}" for name in REPORTS}

_BEFORE = (
    ("2026-01-10T10:00:00Z", "init --program shop.yaml"),
    *(("2026-01-10T10:00:00Z", f"enroll {card} --tags vip") for card in (1001, 1002)),
    ("2026-01-10T10:00:00Z", "enroll 1003"),
    ("2026-01-10T10:00:00Z", "enroll 1004"),
    ("2026-01-11T10:00:00Z", "import sleepers.csv --unknown-cards enroll"),
    ("2026-05-20T10:00:00Z", "accrue --receipt receipt.json"),
    ("2026-05-20T10:01:00Z", "accrue 1003 --total 2000.00 --receipt-id R2"),
    ("2026-05-20T10:02:00Z", "adjust 1001 3 --reason kind --idempotency-key A1"),
    ("2026-05-20T10:03:00Z", "card block 1004"),
    ("2026-05-20T10:04:00Z", "pass sell 1001 eight --idempotency-key P1"),
    ("2026-06-01T11:50:00Z", "hold 1001 6 --for 1d --idempotency-key H1"),
    ("2026-06-01T11:51:00Z", "hold 1001 4 --for 1d --idempotency-key H2"),
    ("2026-06-01T11:52:00Z", "segment save tagged --where tagged.yaml"),
)


def begin_shop(folder: Path) -> None:
    """A folder with the shop's database and the files that acts read."""
    from tests.faults.process import run

    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "shop.yaml", folder / "shop.yaml")
    (folder / "next.yaml").write_text((HERE / "shop.yaml").read_text().replace("rate: 10%}]}\nt", "rate: 12%}]}\nt"))
    (folder / "receipt.json").write_text(
        '{"id": "R1", "card": "1001", "lines": ['
        '{"sku": "A", "quantity": "2", "amount": "3000.00"}, {"sku": "B", "quantity": "1", "amount": "500.00"}]}'
    )
    header = "receipt_id,at,card,sku,quantity,amount\n"
    sleepers = (f"S{card},2026-01-11 09:00,{card},A,1,{card % 90 + 10}.00\n" for card in SLEEPERS)
    (folder / "sleepers.csv").write_text(header + "".join(sleepers))
    day = (f"D{n},2026-05-{n % 28 + 1:02} 09:00,{4000 + n % 50},A,1,{n % 90 + 10}.00\n" for n in range(RECEIPTS))
    (folder / "day.csv").write_text(header + "".join(day))
    (folder / "members.csv").write_text("card,name\n" + "".join(f"{card},M{card}\n" for card in range(5001, 5061)))
    grants = "".join(f"{card},7,g{card}\n" for card in SLEEPERS)
    (folder / "grants.csv").write_text("card,points,key\n" + grants)
    lines = (
        f'{{"id": "L{n}", "card": "1001", "lines": [{{"sku": "A", "amount": "{n + 10}.00"}}]}}\n' for n in range(30)
    )
    (folder / "stdin").write_text("".join(lines))
    (folder / "rich.yaml").write_text('spend: {from: "20.00"}\n')
    (folder / "tagged.yaml").write_text("tags: [vip]\n")
    for now, words in _BEFORE:
        answer = run(folder, words, now=now)
        assert answer.status == 0, (words, answer)


def copy_shop(base: Path, folder: Path) -> Path:
    """The same shop in another folder, its log with it."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder, ignore=shutil.ignore_patterns("*-shm"))
    return folder


def state(folder: Path) -> dict[str, list[str] | None]:
    """What every database of a folder holds; None where there is none.  BonusError where one is half-made.

    Coupon codes are random, so only their number counts; where transactions end is left out with the seals.
    """
    return {name: state_of(folder / name) for name in (DATABASE, COPY, OTHER)}


def state_of(path: Path) -> list[str] | None:
    """What one database holds."""
    if not path.exists():
        return None
    kept, table = [], ""
    for line in dump_lines(path, canonical=True):
        table = line.split("\t")[0] if line.startswith("# ") else table
        if table != "# seals":
            kept.append("a code" if table == "# coupons" else line)
    return kept


def findings(folder: Path) -> list[str]:
    """What ``verify`` finds in the databases of a folder, and leftovers that nobody will clear away."""
    found = []
    for name in (DATABASE, COPY, OTHER):
        path = folder / name
        if path.exists():
            try:
                found += [finding.text for finding in verify(Shop(path, now=UTC.parse_instant(NOW[:16]))).findings]
            except BonusError as problem:
                found.append(f"{name}: {problem.message}")
    return found


def keys(folder: Path) -> set[str]:
    """Keys of all events that the shop's database holds."""
    import sqlite3

    connection = sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True, timeout=5)
    try:
        return {number for (number,) in connection.execute("SELECT number FROM events")}
    finally:
        connection.close()


def environment(database: str, now: str) -> None:
    """Set what a command reads from its environment."""
    for name in [name for name in os.environ if name.startswith("BONUSCLI_")]:
        del os.environ[name]
    os.environ.update(BONUSCLI_DB=database, BONUSCLI_NOW=now, COLUMNS="100", PYTHONUTF8="1")
