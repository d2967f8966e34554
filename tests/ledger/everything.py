"""A shop in which every table has rows, and every way of moving points was taken: what proofs are tried on.

Told through the same verbs as scenario files, then by the services for what those have no verb for.
"""

# ruff: noqa: E501 (a step of a sequence is a line, however long)
import sqlite3
from contextlib import closing
from pathlib import Path

from bonuscli.program.load import load_text
from bonuscli.services.coupons import make
from bonuscli.services.draws import run as hold_draw
from bonuscli.services.enroll import NO_PARTICULARS
from bonuscli.services.enrolments import enrol_one
from bonuscli.services.erasure import erase
from bonuscli.services.expire import run_due
from bonuscli.services.member_changes import Wanted, change_member
from bonuscli.services.programs import publish
from bonuscli.services.segments import save as save_segment
from bonuscli.services.shop import Shop
from bonuscli.services.writing import Writing
from tests.ledger.conftest import tell
from tests.ledger.tills import UTC, send_rows

NOW = "2026-06-01 12:00"
PROGRAM = """\
version: 1
id: story
currency: EUR
timezone: UTC
valid: {from: 2025-12-01}
members: {fields: {size: text}}
points: {name: {one: point, other: points}, value: "1.00", lasts: {for: 3mo}}
goods: {tea: {categories: [Tea]}}
earn:
  rules:
  - {id: base, kind: percent, rate: 100%}
  - {id: lucky, kind: fixed, points: 7, when: {total: {from: "90.00"}}, budget: {points: 100}}
tiers: {levels: [{id: low, from: "0"}, {id: high, from: "100.00"}], window: lifetime}
grants:
  welcome: {points: 5, lasts: 1mo}
  referral: {referrer: 20, friend: 10, after: {spend: "10.00", within: 30d}}
  actions: [{id: review, points: 3}]
redeem: {}
returns: {restored_min_life: 14d}
discounts: [{id: tenth, kind: percent, rate: 10%, when: {code: SPRING}}]
coupons: [{id: spring, discount: tenth, codes: 3, lasts: 5mo}, {id: all, discount: tenth, code: EASTER, uses: 9}]
gifts: [{id: mug, points: 10, stock: 4}]
punch: [{id: third, goods: [tea], every: 3, gives: {discount: 100%, of: cheapest}}]
passes: [{id: eight, visits: 8, lasts: 6mo}]
draws: [{id: may, ticket: {per: "10.00"}, from: 2026-01-01, to: 2026-05-01, prizes: [{name: Kettle, count: 1}]}]
"""

# Member 1 buys, spends, brings back, and has a restored lot prolonged; 2 owes; 3 puts points aside; 4 was brought by
# 1 and merged into 5; 6 is blocked; 7 has lost a card.
STEPS = """
- {at: 2026-01-01 09:00, enroll: {card: "1", phone: "+43 664 1000001", tags: [vip], fields: {size: "42"}, consents: ["sms:v1"]}}
- {at: 2026-01-01 09:00, enroll: {card: "2"}}
- {at: 2026-01-01 09:00, enroll: {card: "3"}}
- {at: 2026-01-01 09:00, enroll: {card: "4", referrer: "1"}}
- {at: 2026-01-01 09:00, enroll: {card: "5"}}
- {at: 2026-01-01 09:00, enroll: {card: "6"}}
- {at: 2026-01-01 09:00, enroll: {card: "7"}}
- {at: 2026-01-02 10:00, receipt: {id: A, card: "1", codes: [EASTER], lines: [{sku: T, category: Tea, quantity: 2, amount: "60.00"}, {sku: S, quantity: 1, amount: "40.00"}]}, expect: {earned: 107}}
- {at: 2026-01-02 10:00, receipt: {id: C, card: "2", total: "50.00"}}
- {at: 2026-01-02 11:00, redeem: {id: c1, card: "2", points: 45}}
- {at: 2026-01-03 10:00, receipt: {id: B, card: "1", lines: [{sku: S, quantity: 3, amount: "30.00"}], redeem: 12}, expect: {redeemed: 12, earned: 18}}
- {at: 2026-01-03 11:00, return: {id: C1, of: C}, expect: {deficit: 40}}
- {at: 2026-01-04 10:00, return: {id: B1, of: B, lines: [{sku: S, quantity: 1}]}, expect: {restored: 4, reversed: 6}}
- {at: 2026-03-28 10:00, return: {id: B2, of: B, lines: [{sku: S, quantity: 1}]}, expect: {restored: 4}}
- {at: 2026-03-28 11:00, receipt: {id: D, card: "3", lines: [{sku: U, quantity: 1, amount: "95.00"}]}}
- {at: 2026-03-29 11:00, return: {id: D1, of: D, amount: "10.00"}}
- {at: 2026-04-02 10:00, adjust: {id: d2, card: "3", points: -5, reason: "miscounted"}}
- {at: 2026-04-02 11:00, action: {id: d3, card: "3", action: review}}
- {at: 2026-04-02 11:00, action: {id: d4, card: "3", action: review}}
- {at: 2026-04-02 11:01, undo: {id: d5, of: d4, reason: "not theirs"}}
- {at: 2026-04-02 12:00, transfer: {id: d6, from: "3", to: "1", points: 10}}
- {at: 2026-04-03 10:00, receipt: {id: E, card: "4", total: "30.00"}}
- {at: 2026-04-03 10:30, redeem: {id: e1, card: "4", points: 8}}
- {at: 2026-04-03 11:00, receipt: {id: E2, card: "4", total: "20.00", redeem: 6}}
- {at: 2026-04-03 12:00, merge: {id: e3, from: "4", to: "5"}}
- {at: 2026-04-04 12:00, return: {id: E3, of: E2, amount: "5.00"}}
- {at: 2026-04-05 10:00, receipt: {id: F, card: "6", total: "40.00"}}
- {at: 2026-04-05 11:00, block: {card: "6"}}
- {at: 2026-04-06 12:00, replace: {card: "7", by: "17"}}
- {at: 2026-04-06 12:30, grant: {id: g1, card: "17", points: 60, lasts: 1y}}
- {at: 2026-04-06 13:00, claim: {gift: mug, card: "17"}}
- {at: 2026-04-06 14:00, pass: {id: g2, card: "17", pass: eight}}
- {at: 2026-04-06 15:00, visit: {id: g3, card: "17", pass: eight}}
- {at: 2026-04-06 16:00, set_tier: {card: "17", tier: high, until: 2026-12-31}}
- {at: 2026-04-06 17:00, tag: {card: "17", add: [loud]}}
- {at: 2026-05-20 09:00, receipt: {id: G, card: none, lines: [{sku: Z, name: Zinc, brand: Zed, quantity: 1, amount: "12.00", discount: "1.00"}]}}
- {at: 2026-05-20 09:30, receipt: {id: H, card: "3", total: "70.00", shop: north, till: "2", cashier: Ann}}
- {at: 2026-05-20 10:00, hold: {id: h1, card: "3", points: 20, for: 30d}}
- {at: 2026-05-20 11:00, hold: {id: h2, card: "3", points: 10}}
- {at: 2026-05-20 11:01, capture: {id: h3, hold: h2, points: 6}}
- {at: 2026-05-20 12:00, hold: {id: h4, card: "3", points: 3}}
- {at: 2026-05-20 12:01, release: {id: h5, hold: h4}}
"""
LATE = """
J,sale,,2026-05-21 10:00,8,G,1,35.00,
J1,return,J,2026-05-22 10:00,8,G,1,5.00,
F2,sale,,2026-05-22 11:00,6,G,1,15.00,
K,sale,,2026-05-23 10:00,9,G,1,21.00,
"""


def tell_everything(folder: Path) -> Shop:
    """The shop in a folder, at NOW, with its log emptied into the file."""
    told = tell(PROGRAM, STEPS, folder, folder)
    shop = Shop(told.path, now=UTC.parse_instant(NOW))
    send_rows(shop, folder, LATE)
    enrol_one(shop, NO_PARTICULARS._replace(card="30", name="Ida", phone="+43 664 3000003", consents=("email:v1",)))
    change_member(shop, "30", Wanted(phone="+43 664 3000004", consents=()), Writing(key="i1", actor="desk"))
    enrol_one(shop, NO_PARTICULARS._replace(card="31", name="Erasmus"))
    erase(shop, "31")
    make(shop, "spring")
    hold_draw(shop, "may", "lottery")
    save_segment(shop, "big", {"spend": {"from": 5_000}}, writing=Writing(actor="desk"))
    later = PROGRAM.replace("rate: 100%", "rate: 90%").replace("2025-12-01", "2026-07-01")
    publish(shop.path, load_text(later, "story.yaml"), now=UTC.parse_instant(NOW))
    run_due(shop)
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return shop
