"""What ``verify`` says: for each of its checks a change by hand, and the finding with the entry and both numbers.

Refolding finds most of these, too; here each check is held to what it finds by itself, so that two independent ways
lead to every sum.
"""

# ruff: noqa: E501 (a row is a change and what is said of it)
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bonuscli.services.ledger_proof import Finding
from bonuscli.services.shop import Shop
from bonuscli.services.verify import verify
from bonuscli.store.checks import CHECKS
from bonuscli.store.checks_of_ledger import CHECKS_OF_LEDGER
from tests.ledger.everything import NOW, tell_everything
from tests.ledger.tills import UTC

# Check -> (statements, invariant, account, entry, text); the numbers are those of the story in ``everything``.
BY_SQL = {
    "the lots hold the points": ("UPDATE open_lots SET remaining = 12 WHERE account = 1", 1, 1, None, "accounts has 10 points, its lots hold 12"),
    "the entries sum to the points": ("UPDATE entries SET points = 61 WHERE account = 7 AND n = 3", 1, 7, None, "points less deficit are 50, the entries sum to 51"),
    "the rests are the deficit": ("UPDATE open_rests SET rest = 39", 1, 2, None, "accounts has a deficit of 40, its uncovered rests are 39"),
    "the holds hold what is held": ("UPDATE accounts SET held = 21 WHERE id = 3", 1, 3, None, "accounts has 21 points on hold, its holds have 20, its hold entries sum to -20"),
    "a lot keeps what was not taken": ("UPDATE open_lots SET remaining = 12 WHERE account = 1", 2, 1, 13, "lot 13 earned 10 and allocations leave 10, open_lots has 12"),
    "an open lot is one that an entry opened": ("UPDATE open_lots SET expires_on = 20633 WHERE account = 1", 2, 1, None, "open_lots has lot 13, which no entry opened as it stands there"),
    "a deficit leaves nothing in lots": ("UPDATE accounts SET points = 3 WHERE id = 2", 2, 2, None, "3 points remain beside a deficit of 40"),
    "a debit is covered or leaves a rest": ("UPDATE open_rests SET rest = 39", 3, 2, 4, "debit 4 of 50 took 10, has cancelled 0 and leaves 39 uncovered"),
    "no more comes back than was taken": ("UPDATE allocations SET points = 11 WHERE account = 3 AND entry = 13", 3, 3, 12, "debit 12 took 10 from lot 3 and gave back 11"),
    "an allocation names what is there": ("UPDATE allocations SET lot = 4 WHERE account = 7", 3, 7, 4, "allocation of entry 4 names a debit, lot or entry that is none"),
    "no more comes back to heirs than was taken": ("UPDATE inherited SET points = 7 WHERE n = 5", 3, 4, 5, "debit 5 gave back 7 to heirs of its account, 6 were out of lot 3"),
    "parts sum to their accrual": ("UPDATE award_parts SET points = 101 WHERE account = 1 AND n = 2 AND rule = 'base'", 10, 1, 2, "accrual 2 of 107 has parts of 108"),
    "lines sum to their receipt": ("UPDATE events SET total = 3001 WHERE number = 'B'", 10, 1, None, "receipt B totals 3001, its lines sum to 3000"),
    "lines hang on documents": ("UPDATE receipt_lines SET event = 10 WHERE event = 9", 10, 2, None, "line 1 hangs on event 10, which is no receipt and no return"),
    "lines of sales bring nothing back": ("UPDATE receipt_lines SET of_line = 3 WHERE event = 9", 10, 2, None, "receipt C line 1 brings back line 3, a sale brings back none"),
    "shares hang on events": ("UPDATE line_shares SET event = 900 WHERE event = 9", 10, 2, None, "the shares of line 1 hang on event 900, which is not there"),
    "returns hang on receipts": ("UPDATE events SET original = 10 WHERE number = 'C1'", 10, 2, None, "return C1 hangs on event 10, which is no receipt"),
    "draws hang on documents": ("UPDATE budget_draws SET event = 10 WHERE event = 8", 10, 2, None, "a draw of 7 from the budget of lucky hangs on event 10, which is no receipt and no return"),
    "times of recording never go back": ("UPDATE events SET recorded_at = recorded_at - 90000 WHERE seq = 11", 10, 1, None, "event 11 was recorded 7200 seconds before the one before it"),
    "no account stands before its events": ("UPDATE accounts SET clock = 1767438000 - 1 WHERE id = 2", 10, 2, None, "the account stands at 1767437999, one of its events was settled to 1767438000"),
    "one revision of the engine booked all": ("UPDATE events SET engine_revision = 99 WHERE seq = 9", 10, 2, None, "event 9 was booked by revision 99 of the engine, this one has 1"),
    "a hold ends once": ("DELETE FROM holds", 11, 3, 11, "hold 11 of 20 is closed and was given back 0 times, 0 in all"),
    "a capture takes at most its hold": ("UPDATE events SET points = 11 WHERE kind = 'capture'", 11, 3, None, "capture h3 takes 11 of a hold of 10"),
    "holds and captures are of their entries": ("UPDATE events SET points = 5 WHERE kind = 'capture'", 11, 3, 14, "capture h3 is of 5 points, its entry of 6"),
    "a phone is one of the cards": ("UPDATE members SET phone = '+436649' WHERE id = 1", 13, 1, None, "member 1 has the phone +436649, the cards have +436641000001"),
    "every member can be found": ("DELETE FROM cards WHERE member = 2", 13, 2, None, "member 2 has no card and no phone"),
    "every member has an account": ("INSERT INTO members SELECT 99, name, phone, email, birthday, gender, tags, fields, consents, enrolled_on FROM members WHERE id = 2", 10, None, None, "member 99 has no account"),
    "extensions sum to zero": ("UPDATE entries SET points = 2 WHERE account = 1 AND n = 9", 4, 1, None, "extensions sum to 1, they should to 0"),
    "transfers sum to zero": ("UPDATE entries SET points = 12 WHERE account = 1 AND kind = 'transfer-in'", 4, None, None, "transfers of story sum to 2, they should to 0"),
    "what was issued is somewhere": ("UPDATE entries SET kind = 'hold' WHERE account = 7 AND kind = 'gift'", 4, None, None, "story has issued 603 points, 321 of them are gone, and its accounts hold 272"),
    "one key has one effect": ("DROP INDEX events_claim; UPDATE events SET number = 'E', source = '' WHERE number = 'H'", 5, None, None, "receipt E of source '' was recorded 2 times, it can be 1"),
    "no line comes back twice": ("UPDATE receipt_lines SET quantity = 2001, part = 2 WHERE event = 14", 7, 1, None, "receipt B line 1 of 3000 thousandths and 3000 minor units came back with 3001 and 2000, or 999999 of 1000000 parts"),
    "a lot is prolonged once": ("UPDATE entries SET origin = 9 WHERE account = 1 AND n = 11", 8, 1, 11, "lot 11 prolongs lot 9, which prolongs lot 1"),
    "a lot that moved lives as long as before": ("UPDATE entries SET expires_on = 20638 WHERE account = 5 AND n = 3", 8, 5, 3, "lot 3 ends on day 20638, lot 3 of account 4 that it came of on day 20637"),
    "what has ended is not left": ("UPDATE accounts SET clock = 86400 * 20635 WHERE id = 1", 9, 1, 13, "lot 13 ended with day 20632, on day 20635 it has 10"),
    "a hold that timed out is let go": ("UPDATE accounts SET clock = 1781863201 WHERE id = 3", 9, 3, 11, "hold 11 was to end at 1781863200, at 1781863201 it has 20"),
    "points expire after their last day": ("UPDATE entries SET day = 20485 WHERE account = 6 AND kind = 'expiry'", 9, 6, 2, "expiry 2 of day 20485 took from lot 1, whose last day is 20485"),
    "points are spent through their last day": ("UPDATE entries SET day = 20915 WHERE account = 7 AND kind = 'gift'", 9, 7, 4, "gift 4 of day 20915 took from lot 3, whose last day is 20914"),
    "a merged account is empty": ("UPDATE accounts SET points = 4 WHERE id = 4", 12, 4, None, "account 4 was merged into account 5 and has 4 points, a deficit of 0 and 0 lots"),
    "a blocked card neither earns nor spends": ("UPDATE entries SET event = 50 WHERE account = 6 AND n = 3", 12, 6, 3, "accrual 3 of 40 points came by receipt F2 while the card was blocked: it should be of 0"),
}  # fmt: skip

# What is changed -> the same, of the checks that are not one statement of SQL.
BY_HAND = {
    "a lot that was passed over": ("UPDATE allocations SET points = 3 WHERE account = 1 AND cause = 3 AND lot = 1", 9, 1, 3, "redemption 3 took from lot 2 and left 2 in lot 1, which comes before it"),
    "a refolded row": ("UPDATE entries SET rule = 'x' WHERE account = 7 AND n = 3", 10, 7, 3, "entries has (7, 3, 'grant', 60, 1775478600, 20549, 34, 20549, 20914, 'x', 0), folding again does not give it"),
    "a row that is lacking": ("DELETE FROM tallies WHERE account = 3", 10, 3, None, "tallies lacks (3, 'action:review', 20545, 1), which folding again gives"),
    "a receipt's pinned facts": ("UPDATE events SET tier = 'high' WHERE number = 'C'", 10, 2, None, "receipt C has ('high', 0, 0, None), folding again gives ('low', 0, 0, None)"),
    "a return's pinned totals": ("UPDATE events SET pinned = replace(pinned, '\"reckoned\":50', '\"reckoned\":51') WHERE number = 'C1'", 10, 2, None, "return C1 has {'reckoned': 51, 'restored': 0, 'paid_back': 5000, 'closed': 1}, folding again gives {'reckoned': 50, 'restored': 0, 'paid_back': 5000, 'closed': 1}"),
    "a version's text": ("UPDATE programs SET text = 'x' WHERE version = 1", 10, None, None, "version 1 of story has a text of another hash: 2d711642b726, it was {hash}"),
    "a version's program": ("UPDATE programs SET program = 'other' WHERE version = 2", 10, None, None, "version 2 of other is one of story"),
    "a version's beginning": ("UPDATE programs SET starts_at = starts_at + 1 WHERE version = 1", 10, None, None, "version 1 of story does not start with its first day: at 1764547201, that begins at 1764547200"),
    "a budget": ("UPDATE budget_draws SET points = 94 WHERE event = 8", 10, None, None, "101 points were drawn from the budget of lucky in story, it has 100"),
    "a merger in a circle": ("UPDATE accounts SET merged_into = 4 WHERE id = 5", 12, None, None, "member 5 was merged in a circle: into 4 in story"),
    "an effect that is caused": ("DELETE FROM events WHERE number = 'transfer:21'", 10, None, None, "effect transfer:21 on member 1 is caused, and not stored so"),
    "an effect that is stored": ("UPDATE events SET number = 'transfer:9' WHERE number = 'transfer:21'", 10, None, None, "effect transfer:9 on member 1 is stored, and nothing causes it as it stands"),
    "a code's use": ("DELETE FROM coupon_uses", 10, None, None, "event 8 told 1 use of code easter, which is not stored"),
    "a use of nothing": ("INSERT INTO coupon_uses VALUES ('easter', 9, 1)", 10, None, None, "event 9 stands for 1 use of code easter, and told none"),
    "a document": ("UPDATE receipt_lines SET sku = 'Y' WHERE sku = 'Z'", 10, None, None, "receipt G is not what was sent, its member, total or lines were changed: their digest is {digest}"),
    "a card's writing": ("UPDATE cards SET number = '5555' WHERE number = '5'", 13, None, None, "card 5555 of member 5 is written '5', which is 5"),
    "a lost card's writing": ("UPDATE lost_cards SET shown = '8'", 13, None, None, "lost card 7 of member 7 is written '8', which is 8"),
    "a lost card that leads to somebody": ("UPDATE lost_cards SET number = '5', shown = '5'", 13, None, None, "lost card 5 of member 7 leads to member 5, it should to nobody"),
    "a member": ("UPDATE members SET name = 'x' WHERE id = 2", 10, None, None, "member 2 is not as enrolled, the cards or particulars were changed: their digest is {digest}"),
    "a changed member": ("UPDATE members SET name = 'x' WHERE id = 7", 10, None, None, "member 7 is not as last changed, the cards or particulars were changed: their digest is {digest}"),
    "a day of enrolment": ("UPDATE members SET enrolled_on = 20455 WHERE id = 2", 10, None, None, "member 2 has enrolled on day 20455, the event of it is of day 20454"),
    "an erased member": ("UPDATE members SET name = 'x', gender = 'y' WHERE id = 11", 15, None, None, "member 11 was erased, and there are cards or particulars again: 2, it should be 0"),
    "a consent": ("UPDATE consents SET channel = 'x' WHERE id = 1", 10, None, None, "member 1 has the consents 'sms:v1', those with a time are 'x:v1'"),
    "a consent's time": ("UPDATE consents SET given_at = 7 WHERE id = 1", 10, None, None, "the consent sms:v1 of member 1 has a time at which nothing was recorded"),
    "a day's sums": ("UPDATE day_totals SET revenue = revenue + 5, receipts = 0 WHERE day = (SELECT MIN(day) FROM day_totals)", 10, None, None, "day_totals of 2026-01-02, '', 'story' has receipts 0, the ledger gives 2; revenue 15005, the ledger gives 15000"),
    "a day's buyers": ("UPDATE day_totals SET buyers = x'6c63000000' WHERE day = (SELECT MIN(day) FROM day_totals)", 10, None, None, "day_totals of 2026-01-02, '', 'story' has buyers of 1 members, 1 too many, 2 missing: the ledger gives 2"),
    "a day's new members": ("UPDATE day_members SET joined = again WHERE day = (SELECT MIN(day) FROM day_members)", 10, None, None, "day_members of 2026-01-01 has joined of 0 members, 0 too many, 7 missing: the ledger gives 7"),
    "a day's points": ("UPDATE day_points SET change = change + 1 WHERE day = (SELECT MIN(day) FROM day_points)", 10, None, None, "day_points of 'story', 2026-01-02 has change 36, the ledger gives 35"),
    "a day that is lacking": ("DELETE FROM day_points WHERE day = (SELECT MIN(day) FROM day_points)", 10, None, None, "day_points of 'story', 2026-01-02 is missing, the ledger has such a day"),
    "a trigger": ("DROP TRIGGER entries_no_update", 14, None, None, "trigger entries_no_update is not there, and was made with the database"),
    "a unique index": ("DROP INDEX events_claim", 5, None, None, "unique index events_claim is not there, and was made with the database"),
    "a row that hangs on nothing": ("UPDATE account_days SET account = 99 WHERE account = 9", 10, None, None, "row ? of account_days belongs to none of accounts"),
    "a seal's rows": ("UPDATE seals SET rows = 9 WHERE seal = 3", 14, None, None, "seal 3 was set over 9 rows, 2 are there"),
    "a seal's hash": ("UPDATE seals SET hash = 'x' WHERE seal = 3", 14, None, None, "seal 3 is not that of the rows that it was set over"),
    "a lost seal": ("DELETE FROM seals WHERE seal = 3", 14, None, None, "seal 4 was set over 2 rows, 3 are there"),
    "a seal of what is not there": ("UPDATE seals SET last_seq = 57 WHERE seal = 50", 14, None, None, "the last seal was set over events up to 57, the last one there is 56"),
    "a row under no seal": ("INSERT INTO entries SELECT account, 99, kind, points, at, day, event, opens_on, expires_on, rule, origin, 99 FROM entries WHERE account = 7 AND n = 3", 14, None, None, "1 rows stand under seal 99, which was never set"),
    "what was never sealed": ("UPDATE seals SET last_seq = 55 WHERE seal = 50; DELETE FROM seals WHERE seal = 49", 14, None, None, "1 events stand after the last seal"),
}  # fmt: skip


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with everything in it."""
    return tell_everything(tmp_path_factory.mktemp("everything")).path


def shop_after(story: Path, folder: Path, statements: str) -> Shop:
    """A copy after statements that got past the triggers, which stand there again as if nothing had been."""
    copy = folder / "copy.db"
    shutil.copy(story, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        connection.execute("PRAGMA foreign_keys = 0")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            if name not in statements:
                connection.execute(f"DROP TRIGGER {name}")
        for statement in statements.split("; "):
            connection.execute(statement)
        for name, sql in triggers:
            if name not in statements:
                connection.execute(sql)
        connection.commit()
    return Shop(copy, now=UTC.parse_instant(NOW))


def told_after(story: Path, folder: Path, statements: str) -> list[Finding]:
    """What is found after statements of that kind."""
    return verify(shop_after(story, folder, statements)).findings


def test_the_story_is_sound(story: Path) -> None:
    """Nothing is found where nothing was changed."""
    assert verify(Shop(story, now=UTC.parse_instant(NOW))).findings == []


@pytest.mark.parametrize("check", [*BY_SQL, *BY_HAND])
def test_a_finding_says_where_and_how_much(story: Path, tmp_path: Path, check: str) -> None:
    """The invariant, the account and entry that it is about, what was found and what should be there."""
    statements, invariant, account, entry, text = (BY_SQL | BY_HAND)[check]
    beginning, *varying = text.split("{")
    found = [
        each
        for each in told_after(story, tmp_path, statements)
        if (each.text.startswith(beginning) if varying else each.text == text)
    ]
    assert [tuple(each[:3]) for each in found] == [(invariant, account, entry)]


def test_every_check_has_its_finding() -> None:
    """No statement of ``verify`` is without a change that it finds by itself."""
    assert BY_SQL.keys() == CHECKS.keys() | CHECKS_OF_LEDGER.keys()
