"""What kind of file is this?  A proposal of a profile, and the first receipts as they would be read with it.

Nothing is booked and nothing is decided: a person reads the proposal, and gives it to ``import``.
"""

from collections import namedtuple
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bonuscli.errors import BonusError
from bonuscli.importers import Read, Reader, open_receipts
from bonuscli.importers.csv_receipts import read_csv
from bonuscli.importers.profile import ROWLESS, Profile, load_profile, profile_names
from bonuscli.importers.profile_file import ProfileFile
from bonuscli.importers.proposing import NEEDED, Seen, begins_with, propose
from bonuscli.importers.tables import open_book
from bonuscli.importers.xml_documents import OTHER_ROOT
from bonuscli.model import Measures, Receipt, Reject

if TYPE_CHECKING:
    from bonuscli.importers.workbook import Book

# profile: name of the shipped profile that fits, or None; text: a profile made for this file (YAML), or None where a
# shipped one fits or not even a number, a time and an amount were found; taken: dictionary of what was found by looking
# (encoding, delimiter, sheet, header); matched: tuple of (field, column of the file); unused: the file's columns that
# nothing reads; missing: fields that a receipt needs and no column was found for; receipts: the first model.Receipt
# items, as they would be read; rejects: the model.Reject items met on the way.
Sniffed = namedtuple("Sniffed", "profile text taken matched unused missing receipts rejects")

SHOWN = 5
# So many receipts are read with each profile that may fit.
_TRIED = 200

_XML = ("commerceml", "poslog")
_JSON = tuple(each for each in ROWLESS if each not in _XML)
# What a file that holds no rows may be, by its first letter.
_FORMATS = {"<": _XML, "{": _JSON, "[": _JSON}

Trial = namedtuple("Trial", "profile columns receipts rejects taken header")


def sniff(path: Path, measures: Measures, shown: int = SHOWN) -> Sniffed:
    """What a file seems to be; ``BonusError`` ``bad_file`` where it cannot be read at all (a photograph, nothing)."""
    if str(path) == "-":
        raise BonusError("bad_file", "standard input cannot be looked at twice", "-", "write it into a file first")
    book = open_book(path)
    problems: dict[str, BonusError] = {}
    # A file in another currency is of its format all the same; the receipts shown are held against the program's.
    anywhere = measures._replace(currency="")
    tried = (_try(path, load_profile(name), anywhere, book, problems) for name in profile_names())
    trials = [trial for trial in tried if trial is not None]
    best = max(trials, key=lambda each: (len(each.receipts), len(each.columns)), default=None)
    if best is not None and len(best.receipts) > len(best.rejects):
        return _told(_try(path, best.profile, measures, book, {}) or best, best.profile.name, None, shown)
    formats = _FORMATS.get(begins_with(path)) if book is None else None
    if formats is not None:
        _tell_what_stops(formats, problems)
        return Sniffed(None, None, {}, (), (), NEEDED, (), ())
    proposal = propose(path, measures.calendar, book)
    seen: Seen = proposal.seen
    if proposal.text is None:
        unused = tuple(name for name in seen.header if name and name not in seen.matched.values())
        return Sniffed(None, None, seen.taken, tuple(seen.matched.items()), unused, proposal.missing, (), ())
    trial = _try(path, ProfileFile("proposed.yaml", proposal.text.encode()).profile(), measures, book, problems)
    if trial is None:
        return Sniffed(None, proposal.text, seen.taken, tuple(seen.matched.items()), (), (), (), ())
    return _told(trial, None, proposal.text, shown)


def _tell_what_stops(formats: tuple[str, ...], problems: dict[str, BonusError]) -> None:
    """Raise what these formats stop at: broken XML, a wrong encoding; another root is no such thing."""
    for form in formats:
        if form in problems and not problems[form].message.startswith(OTHER_ROOT):
            raise problems[form]


def _try(
    path: Path, profile: Profile, measures: Measures, book: "Book | None", problems: dict[str, BonusError]
) -> Trial | None:
    """The beginning of a file under a profile, None where it has not the profile's columns or is not of its format;
    ``problems`` is told why, by format.
    """
    receipts: list[Receipt] = []
    rejects: list[Reject] = []
    if book is not None and profile.format in ROWLESS:
        return None
    try:
        if book is None:
            reader: Reader = open_receipts(path, profile, measures)
        else:
            reader = read_csv(path, profile, measures, book)
    except BonusError as problem:
        problems[profile.format] = problem
        return None
    try:
        for item in islice(reader, _TRIED):
            if isinstance(item, Read):
                receipts.append(item.receipt)
            else:
                rejects.append(item)
    except BonusError as problem:
        problems[profile.format] = problem
        if not receipts:
            return None
    finally:
        reader.close()
    if profile.format in ROWLESS:
        return Trial(profile, (), receipts, rejects, reader.taken, [])
    names = {field: (column, *dict(profile.alternatives).get(field, ())) for field, column in profile.columns}
    columns = tuple((field, name) for field, each in names.items() for name in each if name in reader.header)
    return Trial(profile, columns, receipts, rejects, reader.taken, reader.header)


def _told(trial: Trial, name: str | None, text: str | None, shown: int) -> Sniffed:
    used = {column for _, column in trial.columns}
    unused = tuple(each for each in trial.header if each and each not in used)
    receipts, rejects = tuple(trial.receipts[:shown]), tuple(trial.rejects[:shown])
    return Sniffed(name, text, trial.taken, trial.columns, unused, (), receipts, rejects)
