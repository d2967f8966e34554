"""How well members are known: of each particular, how many have told it.

Counted are members of the program who can be found by a card or phone: who was merged into another or erased has
neither.  Fields of the program stand behind the particulars that every program has; a field that is no field of the
program any more is told too.  "consent" is who may be written to by some channel; "reachable" who has a phone or an
e-mail address and may be written to.

Worked number: 3 of 4 members have a phone: 75 %.
"""

from bonuscli.reports.question import Question, share
from bonuscli.reports.table import COUNT, PERCENT, TEXT, Column, Table

_COLUMNS = (
    Column("particular", "Particular", TEXT),
    Column("members", "Members", COUNT),
    Column("filled", "Filled in", COUNT),
    Column("share", "Share", PERCENT),
)
_PARTICULARS = ("name", "phone", "email", "birthday", "gender", "tags", "consent", "reachable")
_KNOWN = """
WITH known AS (
  SELECT m.* FROM accounts a CROSS JOIN members m
  WHERE a.program = :program AND a.merged_into IS NULL AND m.id = a.member
    AND EXISTS (SELECT 1 FROM cards c WHERE c.member = m.id))"""
_FILLED = f"""{_KNOWN}
SELECT COUNT(*), COUNT(name), COUNT(phone), COUNT(email), COUNT(birthday), COUNT(gender), COALESCE(SUM(tags <> ''), 0),
  COALESCE(SUM(consents <> ''), 0),
  COALESCE(SUM((phone IS NOT NULL OR email IS NOT NULL) AND consents <> ''), 0) FROM known"""
_FIELDS = f"""{_KNOWN}
SELECT f.key, COUNT(*) FROM known, json_each(known.fields) f WHERE known.fields <> '{{}}' GROUP BY 1"""


def profiles(question: Question) -> Table:
    """One row a particular, then one a field, in the order of the program."""
    members, *filled = question.rows(_FILLED)[0]
    fields = dict(question.rows(_FIELDS))
    of_program = list((question.terms.plain["members"] or {}).get("fields", {}))
    found = [*zip(_PARTICULARS, filled, strict=True)]
    found += [(name, fields.get(name, 0)) for name in (*of_program, *sorted(fields.keys() - set(of_program)))]
    rows = [(name, members, count, share(count, members)) for name, count in found]
    return question.table("What is known of members", _COLUMNS, rows)
