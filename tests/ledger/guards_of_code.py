"""Guards that are lines of code: what stands there, what stands there without the guard, and the tests to notice it.

Each is one place; where the text has moved or changed, a test says so, and the row is brought up to date.
"""

# ruff: noqa: E501 (a row is a guard)
from collections import namedtuple

# invariants: numbers of the ledger's list; path: within bonuscli; text: stands there once; without: in its place.
CodeGuard = namedtuple("CodeGuard", "name invariants path text without tests")

FINDINGS = "tests/ledger/test_findings.py::test_a_finding_says_where_and_how_much"
INVARIANTS = "tests/ledger/test_invariants.py"
HOLES = "tests/ledger/test_known_holes.py"


def _finding(name: str, invariants: tuple[int, ...], path: str, text: str, without: str, *changes: str) -> CodeGuard:
    return CodeGuard(name, invariants, path, text, without, tuple(f"{FINDINGS}[{change}]" for change in changes))


WRITING = (
    CodeGuard(
        "one writer at a time (lock)", (3, 5), "store/lock.py",
        "        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n", "        pass\n",
        ("tests/store/test_concurrency.py::test_a_till_that_waits_in_vain_says_how_long",),
    ),
    CodeGuard(
        "one transaction (rolled back on an error)", (3, 5), "store/sqlite.py",
        '            if connection.in_transaction:\n                connection.execute("ROLLBACK")\n            raise\n'
        "        if dry_run",
        '            connection.execute("COMMIT")\n            raise\n        if dry_run',
        (f"{INVARIANTS}::test_an_act_that_fails_leaves_nothing",),
    ),
    CodeGuard(
        "a commit is on the disk (synchronous)", (5,), "store/sqlite.py",
        "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL", (f"{INVARIANTS}::test_a_connection_is_set_up_to_refuse",),
    ),
    CodeGuard(
        "INSERT OR REPLACE fires triggers", (14,), "store/sqlite.py",
        '("recursive_triggers", 1)', '("recursive_triggers", 0)',
        ("tests/store/test_append_only.py::test_a_row_can_not_be_changed",),
    ),
    CodeGuard(
        "rows belong to members and accounts", (3,), "store/sqlite.py",
        '("foreign_keys", 1)', '("foreign_keys", 0)', (f"{INVARIANTS}::test_a_connection_is_set_up_to_refuse",),
    ),
    CodeGuard(
        "facts of before are dropped", (3,), "services/shop.py",
        "data_version != self._data_version or self._last is None", "self._last is None",
        (f"{INVARIANTS}::test_a_till_drops_what_another_has_changed",),
    ),
    CodeGuard(
        "times of recording never go back", (9, 10), "services/recorder.py",
        "self.recorded_at = max(self.now, self.recorded_at)", "self.recorded_at = self.now", (f"{INVARIANTS}::test_times_of_recording_stand_still_when_the_clock_is_set_back",),
    ),
    CodeGuard(
        "an event is settled to the clock", (9, 10), "services/recorder.py",
        "        settled_to = max(account.clock, at)\n        if check", "        settled_to = at\n        if check",
        (f"{INVARIANTS}::test_a_back_dated_debit_bears_the_clock",),
    ),
    CodeGuard(
        "an account's clock never goes back", (9, 10), "engine/settle.py",
        "    if at >= account.clock:\n", "    if True:\n", (f"{INVARIANTS}::test_an_account_never_goes_back_in_time",),
    ),
    CodeGuard(
        "a key is looked up (redeem)", (5,), "services/redeem.py",
        "claim = desk.claims.find(number, source, REDEEM)", "claim = None", (f"{HOLES}::test_retry_at_the_till",),
    ),
    CodeGuard(
        "a key has one content (redeem)", (5,), "services/redeem.py",
        "        if claim.digest != key:\n            raise conflict(f\"a redemption", "        if False:\n            raise conflict(f\"a redemption",
        (f"{HOLES}::test_retry_at_the_till",),
    ),
    CodeGuard(
        "a key is looked up (return)", (5, 7), "services/returns.py",
        "claim = desk.claims.find(number, source, RETURN)", "claim = None", (f"{HOLES}::test_return_twice",),
    ),
    CodeGuard(
        "a document is looked up (import)", (5, 6), "services/documents.py",
        "        if claim is not None:\n            teller", "        if False:\n            teller",
        (f"{HOLES}::test_retry_of_an_import",),
    ),
    CodeGuard(
        "a document has one content (import)", (5, 6), "services/documents.py",
        "        if not same:\n            raise", "        if False:\n            raise",
        (f"{INVARIANTS}::test_one_number_is_one_document",),
    ),
    CodeGuard(
        "a redemption pays for one receipt", (5,), "services/claims.py",
        " and claim.seq not in self._used", "",
        (f"{INVARIANTS}::test_points_spent_beforehand_pay_for_one_receipt",),
    ),
)  # fmt: skip

BOOKING = (
    CodeGuard(
        "the points are there (redeem)", (3,), "engine/redeem.py",
        "            points > asked.available,\n", "            False,\n", (f"{HOLES}::test_check_and_debit_of_different_lots",),
    ),
    CodeGuard(
        "only open lots are spent", (3, 9), "engine/account.py",
        "return sorted((lot for lot in self.lots.values() if lot.opens_on <= day <= lot.expires_on)",
        "return sorted((lot for lot in self.lots.values())", (f"{HOLES}::test_a_debit_passes_over_pending_lots",),
    ),
    CodeGuard(
        "only open lots count", (3, 9), "engine/account.py",
        "return sum(lot.remaining for lot in self.lots.values() if lot.opens_on <= day <= lot.expires_on)",
        "return sum(lot.remaining for lot in self.lots.values())", (f"{HOLES}::test_check_and_debit_of_different_lots",),
    ),
    CodeGuard(
        "the points are there (adjust)", (1, 3), "engine/fold.py",
        "    if points < 0 and -points > there:\n", "    if False:\n", (f"{INVARIANTS}::test_no_more_is_taken_by_hand_than_is_there",),
    ),
    CodeGuard(
        "the points are there (transfer)", (3, 4), "engine/transfers.py",
        "    if points > open_points:\n", "    if False:\n", ("tests/ledger/test_transfer.py",),
    ),
    CodeGuard(
        "no more than taken comes back", (3,), "engine/book.py",
        "    if left:\n        raise InvariantBroken(\n", "    if False:\n        raise InvariantBroken(\n", (f"{INVARIANTS}::test_no_more_comes_back_than_was_taken",),
    ),
    CodeGuard(
        "no more than held is captured (book)", (11,), "engine/book.py",
        "    if left:\n        raise InvariantBroken(f\"account {account.id}: {points} points in the place", "    if False:\n        raise InvariantBroken(f\"account {account.id}: {points} points in the place", (f"{INVARIANTS}::test_no_more_is_captured_than_was_held",),
    ),
    CodeGuard(
        "debts are repaid first", (1, 2), "engine/book.py",
        "        if not points:\n            return 0\n", "        return points\n", (f"{HOLES}::test_buy_earn_refund_loop", "tests/ledger/test_deficit.py"),
    ),
    CodeGuard(
        "no more than all of a line comes back (book)", (7,), "engine/returns.py",
        "if sale.returned[place][0] > sale.returned[place][1]:", "if False:", (f"{INVARIANTS}::test_no_more_of_a_line_comes_back_than_was_sold",),
    ),
    CodeGuard(
        "no more than all of a line comes back (goods)", (7,), "engine/brought.py",
        "    if left:\n        return Refusal(\"over_returned\"", "    if False:\n        return Refusal(\"over_returned\"",
        (f"{HOLES}::test_sixty_and_sixty_percent",),
    ),
    CodeGuard(
        "no more than was paid is paid back (amount)", (7,), "engine/brought.py",
        "    if amount > due:\n", "    if False:\n", (f"{HOLES}::test_sixty_and_sixty_percent",),
    ),
    CodeGuard(
        "a whole return is the last one", (7,), "engine/brought.py",
        "    if sale.closed or all(share == (1, 1) for share in sale.returned):\n", "    if False:\n", (f"{HOLES}::test_return_twice",),
    ),
    CodeGuard(
        "a lot is prolonged once", (8,), "engine/returns.py",
        "if stayed and not lot.origin and", "if stayed and", (f"{INVARIANTS}::test_a_lot_is_prolonged_once",),
    ),
    CodeGuard(
        "what moves keeps its last day", (8,), "engine/transfers.py",
        "heirs.receive(account, rows, TRANSFER_IN, points, (at, event), (opens_on, expires_on), bool(prolonged))",
        "heirs.receive(account, rows, TRANSFER_IN, points, (at, event), (opens_on, expires_on + 9), bool(prolonged))",
        ("tests/ledger/test_transfer.py",),
    ),
    CodeGuard(
        "a balance knows what has ended", (9,), "services/shop.py",
        "        if account.next_due_on <= day:\n", "        if False:\n",
        (f"{INVARIANTS}::test_a_balance_needs_no_cron",),
    ),
    CodeGuard(
        "a hold ends once", (11,), "engine/holds.py",
        "    return account.holds.pop(hold_event)\n", "    return account.holds[hold_event]\n", ("tests/ledger/test_holds.py",),
    ),
    CodeGuard(
        "a hold that has ended is refused", (11,), "engine/holds.py",
        "    if hold is None:\n        return Refusal", "    if False:\n        return Refusal", ("tests/ledger/test_holds.py",),
    ),
    CodeGuard(
        "a hold has a deadline", (11,), "engine/holds.py",
        "    if hold.deadline <= recorded_at:\n", "    if False:\n", ("tests/ledger/test_holds.py",),
    ),
    CodeGuard(
        "a capture takes at most its hold", (11,), "engine/holds.py",
        "    if points > hold.points:\n", "    if False:\n", ("tests/ledger/test_holds.py",),
    ),
    CodeGuard(
        "a closed card is refused", (12,), "engine/standing.py",
        'return Refusal("card_blocked", "the card is blocked", None) if account.blocked else None', "return None",
        (f"{INVARIANTS}::test_a_blocked_card_neither_earns_nor_spends",),
    ),
    CodeGuard(
        "a blocked card earns nothing", (12,), "engine/standing.py",
        "    if account.blocked or account.merged_into is not None:\n", "    if account.merged_into is not None:\n",
        (f"{INVARIANTS}::test_a_blocked_card_neither_earns_nor_spends",),
    ),
    CodeGuard(
        "a blocked member is so in a program that comes later", (12,), "services/programs.py",
        "    for batch in batches(blocked):\n", "    for batch in []:\n",
        ("tests/ledger/test_several_programs.py::test_who_is_blocked_is_so_in_a_program_that_comes_later",),
    ),
    CodeGuard(
        "a merged member's things go to the heir", (12,), "services/recorder.py",
        "        if account is None or account.merged_into is None:\n            return member\n", "        return member\n",
        ("tests/ledger/test_merge.py",),
    ),
    CodeGuard(
        "a lost card is nobody's", (12, 13), "services/enroll.py",
        "    if lost is not None:\n", "    if False:\n", (f"{INVARIANTS}::test_a_lost_card_is_not_enrolled_again",),
    ),
    CodeGuard(
        "letters that look alike are one", (13,), "services/identity.py",
        ".upper().translate(_LOOK_ALIKES)", ".upper()", (f"{HOLES}::test_two_cards_for_one_customer",),
    ),
    CodeGuard(
        "digits of other scripts are one", (13,), "services/identity.py",
        "    if not folded.isascii():\n", "    if False:\n", (f"{HOLES}::test_two_cards_for_one_customer",),
    ),
    CodeGuard(
        "spaces in a number do not count", (13,), "services/identity.py",
        "text.translate(_IGNORED).upper()", "text.upper()", (f"{HOLES}::test_two_cards_for_one_customer",),
    ),
    CodeGuard(
        "a number that is taken is refused", (13,), "services/enroll.py",
        "    if taken:\n", "    if False:\n", (f"{HOLES}::test_two_cards_for_one_customer",),
    ),
)  # fmt: skip

PROVING = (
    _finding("verify: lots are eaten in order", (9,), "store/checks_of_ledger.py",
        "    yield from islice(eaten_out_of_order(connection, member), most)\n", "", "a lot that was passed over"),
    _finding("verify: accounts are folded again", (10,), "services/verify.py",
        "            findings += folded_findings(", "            folded_findings(", "a refolded row", "a row that is lacking"),
    _finding("verify: what an event pinned", (10,), "services/fold_proof.py",
        "    findings += _pinned_differences(folded, account_id)\n", "", "a receipt's pinned facts", "a return's pinned totals"),
    _finding("verify: projections", (1, 2, 10), "services/fold_proof.py",
        '{"accounts": [account_row(folded.account)], **projected_rows(folded.account)}', "{}", "a row that is lacking"),
    _finding("verify: versions", (10,), "services/verify.py",
        "        findings += _changed_versions(session)\n", "", "a version's text", "a version's program", "a version's beginning"),
    _finding("verify: budgets", (10,), "services/verify.py",
        "        findings += _overdrawn_budgets(session)\n", "", "a budget"),
    _finding("verify: figures of days", (10,), "services/verify.py",
        "            findings += [Finding(*row) for row in days_anew.day_findings(connection, MOST_OF_A_KIND)]\n", "",
        "a day's sums", "a day's buyers", "a day's new members", "a day's points", "a day that is lacking"),
    _finding("verify: effects", (4, 10), "services/effects_proof.py",
        "    for told in list((folded - stored).elements())[:most]:", "    for told in []:", "an effect that is caused"),
    _finding("verify: effects that nothing causes", (4, 10), "services/effects_proof.py",
        "    for told in list((stored - folded).elements())[:most]:", "    for told in []:", "an effect that is stored"),
    _finding("verify: mergers in a circle", (12,), "store/reads.py",
        "            if steps > len(into):\n", "            if steps > len(into):\n                return {}\n            if False:\n", "a merger in a circle"),
    _finding("verify: codes", (10,), "services/codes_proof.py",
        "in sorted(told - stored)[:most]", "in ()", "a code's use"),
    _finding("verify: codes of no document", (10,), "services/codes_proof.py",
        "in sorted(stored - told)[:most]", "in ()", "a use of nothing"),
    _finding("verify: documents as sent", (5, 10), "services/as_sent.py",
        "        _changed_receipts(connection, member),\n", "", "a document"),
    _finding("verify: cards as written", (13,), "services/as_sent.py",
        "        _changed_cards(connection, member, cards),\n", "", "a card's writing"),
    _finding("verify: members as enrolled", (10, 13), "services/as_sent.py",
        "        elif now != told:\n", "        elif False:\n", "a member", "a changed member"),
    _finding("verify: days of enrolment", (10,), "services/as_sent.py",
        "        if day != enrolled_on:\n", "        if False:\n", "a day of enrolment"),
    _finding("verify: erased members", (15,), "services/as_sent.py",
        "            if of_member.get(owner) or any(member_of(row)):\n", "            if False:\n", "an erased member"),
    _finding("verify: consents", (10,), "services/as_sent.py",
        "        _changed_consents(connection, member),\n", "", "a consent", "a consent's time"),
    _finding("verify: triggers and indexes", (5, 14), "store/shape.py",
        'if made is not None and plainly(stored.get(made[2], "")) != plainly(statement):', "if False:", "a trigger", "a unique index"),
    _finding("verify: rows that hang on nothing", (10,), "store/shape.py",
        'connection.execute("PRAGMA foreign_key_check").fetchmany(20)', "()", "a row that hangs on nothing"),
    _finding("verify: seals count their rows", (14,), "store/seals.py",
        "        if count != rows:\n", "        if False:\n", "a seal's rows"),
    _finding("verify: seals are of their rows", (14,), "store/seals.py",
        "        elif hash_of(previous, *parts) != stored:\n", "        elif False:\n", "a seal's hash"),
    _finding("verify: rows after the last seal", (14,), "store/seals.py",
        "    if unsealed:\n", "    if False:\n", "what was never sealed"),
    CodeGuard("seals: each binds the one before", (14,), "store/seals.py",
        "allocations))(previous.encode())\n", "allocations))(b\"\")\n", (f"{INVARIANTS}::test_a_seal_binds_the_one_before",)),
    CodeGuard("seals: rows without a seal", (14,), "store/seals.py",
        "        if not rows:\n            yield", "        if False:\n            yield", (f"{FINDINGS}[a row under no seal]",)),
    CodeGuard("seals: a head is looked for", (14,), "store/seals.py",
        "    if not met:\n", "    if False:\n", ("tests/store/test_seals.py::test_a_chain_made_again_has_another_head",)),
    CodeGuard("seals: personal data stands outside", (15,), "store/seals.py",
        '_OF_A_PERSON = (*_FREE_TEXT, "number", "digest", "body")', "_OF_A_PERSON = _FREE_TEXT", ("tests/store/test_seals.py::test_personal_data_is_not_sealed",)),
    CodeGuard("a migrated file has every guard", (14,), "store/migrations.py",
        "    if here != there:\n", "    if False:\n", (f"{INVARIANTS}::test_a_file_without_a_guard_is_no_migrated_one",)),
    CodeGuard("erasing: what is freed is overwritten", (15,), "store/erasing.py",
        '    connection.execute("VACUUM")\n', "", ("tests/ledger/test_erasure.py",)),
    CodeGuard("erasing: the log is emptied", (15,), "store/erasing.py",
        'connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()', "(0, 0, 0)", ("tests/ledger/test_erasure.py",)),
    CodeGuard("erasing: triggers stand again", (14, 15), "store/erasing.py",
        "    for text in guards:\n        connection.execute(text)\n", "", ("tests/ledger/test_erasure.py",)),
)  # fmt: skip

CODE_GUARDS = (*WRITING, *BOOKING, *PROVING)
