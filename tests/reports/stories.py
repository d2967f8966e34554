"""A story of two members that several reports are asked about, so that their figures can be compared by hand.

Every ten euros give a point, a point pays a euro for a year; from two to five in the afternoon twice as many; 20 points
of welcome for 30 days; silver from 150.00.

* Anna: 20 of welcome; A1 100.00 gives 10; A2 100.00 in the afternoon 10 + 10 and silver; A1 comes back whole: 10 are
  taken back; 25 spent: the 20 of welcome, 5 of A2's 20, of which each rule gave a half.
* Ben: 20 of welcome; B1 50.00, of which 10 are paid with points of welcome: 40.00 give 4; the other 10 expire on
  31 January, and nobody writes it down.
* Cleo: 20 of welcome in February, and never buys.
* G1: 60.00 without a card.
"""

PROGRAM = {
    "points": '{name: {one: point, other: points}, value: "1.00", lasts: {for: 12mo, from: accrual}}',
    "earn": (
        "{rules: [{id: base, kind: percent, rate: 10%},"
        ' {id: happy-hours, kind: multiply, factor: 2, when: {hours: "14:00-17:00"}, budget: {points: 40}}]}'
    ),
    "grants": "{welcome: {points: 20, lasts: 30d, after: enrolment}}",
    "tiers": (
        '{by: spend, window: 12mo, downgrade: one-level, levels: [{id: base, from: "0"}, {id: silver, from: "150.00"}]}'
    ),
}
STORY = """
- {at: 2026-01-01 09:00, enroll: {card: anna}}
- {at: 2026-01-01 09:01, enroll: {card: ben}}
- {at: 2026-01-02 10:00, receipt: {id: A1, card: anna, total: "100.00"}, expect: {earned: 10}}
- {at: 2026-01-02 15:00, receipt: {id: A2, card: anna, total: "100.00"}, expect: {earned: 20, tier: silver}}
- {at: 2026-01-03 10:00, receipt: {id: B1, card: ben, total: "50.00", redeem: 10}, expect: {earned: 4}}
- {at: 2026-01-03 11:00, receipt: {id: G1, card: none, total: "60.00"}}
- {at: 2026-01-04 10:00, return: {of: A1}, expect: {reversed: 10}}
- {at: 2026-01-05 10:00, redeem: {id: S1, card: anna, points: 25}}
- {at: 2026-02-10 10:00, enroll: {card: cleo}}
"""
