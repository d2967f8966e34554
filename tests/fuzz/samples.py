"""What fuzzing begins with: small files of every kind, sound and unsound, and the words that mutations put in."""

import gzip
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_HEADER = "receipt_id,at,card,line,sku,name,category,quantity,amount,discount,redeem,kind,original_receipt_id,shop,till"
RECEIPTS = f"""{_HEADER}
R1,2026-12-01 10:00,100,1,LATTE,"Latte, large",Coffee,2,250.00,0,,sale,,main,1
R1,2026-12-01 10:00,100,2,CAKE,Cake,Food,1,120.50,10.00,,sale,,main,1
R2,2026-12-01 10:05:30,+79123454567,1,BEER,Beer,Alcohol,0.5,99.99,,max,sale,,main,1
X1,2026-12-02T11:00:00+03:00,100,1,LATTE,Latte,Coffee,1,125.00,,,return,R1,main,2
,2026-12-01,1,1,TEA,"Tea ""green"" 1,5 l",Tea,1,5,,,,,,
"""
RETAIL = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,UK
536366,22633,HAND WARMER,3,2010-12-01 08:28:00,1.85,17850.0,UK
536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,UK
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,UK
"""
MEMBERS = """card,phone,name,email,birthday,gender,tags,consent,at
100,+79123454567,"Anna, the first",anna@example.com,2000-02-29,f,vip;staff,news,2026-12-01
,8 (912) 345-45-68,Boris,,,,,,
"""
GRANTS = """card,points,opens_on,expires_on,reason,key
100,50,2026-12-01,2027-01-01,moved,k1
100,-5,,never,"a ""gift"", late",
"""
PROFILE = """encoding: windows-1251
delimiter: ';'
decimal: comma
timezone: Europe/Paris
columns: {receipt_id: id, at: at, unit_price: sum, quantity: n, kind: kind, shop: shop}
optional: [shop]
constants: {till: "1"}
source: [shop, till]
number: [shop, receipt_id]
returns: {kinds: {Refund: return, Sale: sale}, amounts: negative}
card: {strip_suffix: ".0"}
lines: scattered
redeem: trust
unknown_original: unlinked
---
id;at;sum;n;kind;shop
r1;2026-12-01;"2,50";-1;Refund;main
r2;2026-03-29 02:30:00;1;1;Sale;main
"""
REPORT_PROFILE = """encoding: auto
delimiter: auto
skip_rows: auto
header_rows: auto
stop_at: Total
pass_over: [Sum of]
decimal: comma
thousands: space
currency_signs: [$]
dates: dmy
repeat: first-row
order: newest-first
columns: {receipt_id: [No, id], at: Day, time: Hour, amount: Sum, discount: Off, total: All, kind: Kind, shop: shop}
optional: [total, discount, shop]
number: [receipt_id, day]
returns: {kinds: {Sale: sale, Back: return, Cash: skip}, amounts: either, number: [receipt_id], original: receipt_id}
discounts: negative
total: spread
store_map: {Mira: m}
category_map: [{name: "L*", category: C}, {sku: "[a-c]*d?", category: D}]
---
Report of the week

Receipt;;;;;;Sale;
No;Day;Hour;Kind;shop;All;Sum;Off
1;01.12.2026;9:05;Sale;Mira;1 000,00;1 234,50;-1,00
;;;;;;"5,00 $";
Sum of day;;;;;;5,00;
2;2/12/26;5:03 PM;Back;Mira;;(3,00);
Total;;;;;;9;
"""
RECEIPT = (
    b'{"id": "r1", "card": "100", "at": "2026-12-01T10:00:00+03:00", "shop": "main", "till": "1", "redeem": "max",'
    b' "codes": ["HAPPY"], "payments": [{"type": "cash", "amount": "1.00"}], "lines": [{"sku": "LATTE",'
    b' "name": "Latte", "category": "Coffee", "quantity": 2, "amount": "250.00", "discount": 1.5}]}'
)
REDEMPTION = b'{"card": "100", "points": "60", "receipt_id": "r7", "total": "1250.00", "confirmed": true}'

PROGRAM = """version: 1
id: p
currency: RUB
timezone: Europe/Moscow
valid: {from: 2026-01-01}
points: {name: {one: b, other: bb}, value: "1.00", lasts: {for: 6mo, from: opening}, opens: {after: 0d}}
goods: {tea: {categories: [Tea], names: ["*green*"]}}
earn:
  rules:
  - {id: base, kind: percent, rate: 3%, when: {hours: "14:00-17:00", days: [mon], total: {from: "10.00"}}}
  - {id: tea, kind: item, points: 3, goods: [tea], per: unit, replaces: base}
tiers:
  {by: spend, window: 12mo, downgrade: never, levels: [{id: a, from: "0"}, {id: b, from: "5.00", replaces: {base: 4%}}]}
grants: {welcome: {points: 5, after: enrolment}, birthday: {points: 3, before: 3d, lasts: 1d}}
redeem: {max_share: 30%, step: 1}
discounts: [{id: club, kind: percent, rate: 5%, limit: {count: 2, per: month}}]
"""
SCENARIO = """program: shop.yaml
scenarios:
- name: a latte
  steps:
  - {at: 2026-12-01 10:00, enroll: {card: "100"}, expect: {balance: 200, pending: 0}}
  - at: 2026-12-15 16:20
    receipt: {id: r1, card: "100", lines: [{sku: L, category: Coffee, quantity: 2, amount: "1000.00"}], redeem: 60}
    expect: {redeemed: 60, to_pay: "940.00", by_rule: {base: 1}, cards: {"100": {tier: silver}}}
  - {at: 2026-12-16 12:00, return: {id: x1, of: r1, lines: [{sku: L, quantity: 1}]}, expect: {refused: over_returned}}
"""
VERBS = """program: shop.yaml
scenarios:
- name: every verb
  steps:
  - {at: 2026-12-01 10:00, enroll: {card: "1", phone: "+79120000001", birthday: 2000-02-29, tags: [vip]}}
  - {at: 2026-12-01 10:00, %s}
"""
VERB_BODIES = (
    "redeem: {card: '1', points: 50, total: '600.00', confirm: true}",
    "hold: {id: h, card: '1', points: 5, for: 1h}",
    "adjust: {card: '1', points: -5, reason: why}",
    "grant: {card: '1', points: 5, opens: 1d, lasts: 3mo, reason: why}",
    "set_tier: {card: '1', tier: gold, until: 2027-01-01}",
    "transfer: {from: '1', to: '2', points: 5}",
    "quote: {card: '1', total: '12.50', codes: [A], payments: [{type: cash}]}",
    "return: {of: none, amount: '5.00'}",
    "replace: {card: '1', by: '3'}",
    "forecast: {until: 2027-06-01}",
    "undo: {of: none, reason: why}",
    "look: {card: '1'}, expect: {lots: {welcome: 200}, balance: '200', spend: '0.00', tier: bronze}",
)

_NASTY = [
    "0", "-0", "-1", "1_000", "1e3", "1e999", "NaN", "Infinity", "-Infinity", "0x10", "1,5", "1.5", ".5", "5.", "+5",
    "９９", "٣", "१", "9" * 15, "9" * 40, "0" * 5000, "1." + "0" * 5000, "0001-01-01", "9999-12-31", "2026-02-30",
    "2026-03-29 02:30", "2026-12-01T10:00:00.123456789+14:00", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "=1+1", "@cmd", "-2+3", "\t=1", "[red]x[/red]", "\x1b[2J", "\x00", "\x7f", "\x85",
    "\u202e", "\u2028", "\ufeff", "\ud83d\ude00", "x" * 501, "x" * 10_001,
]  # fmt: skip
_CSV = [
    ",", ";", "\t", "|", '"', '""', '"""', "\r", "\n", "\r\n", "\n\n", ' "', '" ', '","', "receipt_id", "at", "amount",
    "quantity", "card", "unit_price", "InvoiceNo", "reject_line", "max", "return", "sale", "none", "never",
]  # fmt: skip
_YAML = [
    "&a ", "*a", "!!python/object:os.system ", "!!binary ", "<<: ", "? ", "- ", ": ", "---\n", "...\n", "%YAML 1.1\n",
    "%YAML 1." + "9" * 5000 + "\n", "%TAG ! x%FF:\n", "[", "]", "{", "}", "{}", "[]", "|", ">", "'", '"', "#", "~",
    '"\\U00110000"', '"\\ud800"', '"\\x1b"', '"\\0"', '"\\N"', "yes", "null", "1:30", "05:00", "14d", "6mo", "100y",
    "999999y", "3%", "0%", "100.001%", "12mo", "lifetime", "calendar-year", "replaces", "when", "not", "goods", "earn",
    "tiers", "grants", "redeem", "returns", "discounts", "coupons", "gifts", "punch", "passes", "draws", "delivery",
    "schedule", "budget", "cap", "members", "fields", "encoding: utf-7\n", "encoding: raw_unicode_escape\n",
]  # fmt: skip
_JSON = [
    "{", "}", "[", "]", ":", ",", '"', "\\", "\\u0000", "\\ud800", "\\u001b", "null", "true", "false", "\n", "{}",
    "[[[[", '{"a":', '"id"', '"lines"', '"amount"', '"redeem"', '"points"', '"at"', '"codes"', '"payments"', "1E400",
]  # fmt: skip


def _bytes(words: list[str]) -> list[bytes]:
    return [word.encode("utf-8", "surrogatepass") for word in words] + [b"\xff", b"\xc0\x80", b"\x1f\x8b"]


WORDS = {kind: _bytes([*_NASTY, *more]) for kind, more in (("csv", _CSV), ("yaml", _YAML), ("json", _JSON))}


def programs() -> list[bytes]:
    """A small program that has most sections, a ready one, and those that are refused."""
    refused = sorted((ROOT / "tests" / "program" / "bad").glob("*.yaml"))
    ready = ROOT / "programs" / "corner-shop.yaml"
    return [PROGRAM.encode(), ready.read_bytes(), *(path.read_bytes() for path in refused)]


def scenarios() -> list[bytes]:
    """A story of three steps, and one for each of many verbs."""
    return [SCENARIO.encode(), *((VERBS % body).encode() for body in VERB_BODIES)]


def profiles_with_rows() -> list[bytes]:
    """Profiles, each with a file behind a line ``---``."""
    shipped = (ROOT / "bonuscli" / "importers" / "profiles" / "online-retail.yaml").read_bytes()
    small = b"columns: {receipt_id: id, at: at, amount: sum}\n---\nid,at,sum\nr1,2026-12-01,5\nr2,yesterday,5\n"
    return [PROFILE.encode("cp1251"), REPORT_PROFILE.encode(), shipped + b"\n---\n" + RETAIL.encode(), small]


def receipt_files() -> list[bytes]:
    """Files of receipts, plain and packed."""
    plain = RECEIPTS.encode()
    windows = b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")
    return [plain, windows, RETAIL.encode(), gzip.compress(plain, mtime=0), b"receipt_id,at,amount\nr1,2026-12-01,5\n"]


def named_rows(which: str) -> list[bytes]:
    """Files of members or of grants."""
    return [{"members": MEMBERS, "grants": GRANTS}[which].encode()]


def documents(kind: str) -> list[bytes]:
    """Files of one of the formats of ``tests/data/formats``, the smaller ones."""
    files = sorted((ROOT / "tests" / "data" / "formats" / kind).iterdir())
    return [path.read_bytes() for path in files if path.stat().st_size <= 20_000] or [RECEIPT]


def till_lines() -> list[bytes]:
    """A receipt and a redemption, each one JSON object."""
    return [RECEIPT, REDEMPTION, b'{"lines": [{"amount": 1}]}']


def till_streams() -> list[bytes]:
    """Lines of a till, as ``--stdin`` takes them."""
    return [b"\n".join(lines) for lines in ((RECEIPT,), (REDEMPTION,), (RECEIPT, b"", REDEMPTION, b"{"))]


def begin_shop(folder: Path, now: str) -> Path:
    """A shop's database with two members."""
    from bonuscli.clock import Calendar
    from bonuscli.program.load import load
    from bonuscli.services import programs as versions
    from bonuscli.services.enroll import NO_PARTICULARS, enrol
    from bonuscli.services.redeem import adjust
    from bonuscli.services.shop import Shop

    path = folder / "bonus.db"
    at = Calendar("Europe/Moscow").parse_instant(now)
    versions.init(path, load(ROOT / "programs" / "corner-shop.yaml"), now=at)
    shop = Shop(path, now=at)
    with shop.writing() as session:
        desk = session.desk()
        for card, phone in (("100", "+79123454567"), ("17850", None)):
            enrol(session, desk, NO_PARTICULARS._replace(card=card, phone=phone), session.now, None)
        desk.flush()
    adjust(shop, "100", 1000, "a present")
    return path
