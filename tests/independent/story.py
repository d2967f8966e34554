"""Three months of the gift shop: the till's file month by month, and beside it what people did at the desk.

Every act is a command line at its moment, so that each report has something to tell: members with names and friends,
points held, given, moved, adjusted, spent without a purchase and taken back, a card merged and one erased.
"""

import contextlib
import io
import shlex
from pathlib import Path

import pytest

from bonuscli.cli.run import run
from tests.independent.till import MONTHS, write_till

HERE = Path(__file__).resolve().parent
NOW = "2011-03-01 12:00"
TODAY = NOW[:10]

# Real customers: 17850 bought 34 times, 12748 44 times; 14911 and 17841 turn out to be one shop.
ACTS = """
2010-12-01 07:00  init --program {program}
2010-12-01 07:10  enroll 17850 --phone "+44 20 7946 0001" --name "Ada Allen" --birthday 1970-01-20 --gender female --tags vip,trade --consent sms --set trade=florist --actor desk
2010-12-01 07:11  enroll 12748 --email ben@example.com --name "Ben Brook" --referrer 17850 --consent email --actor desk
2010-12-01 07:12  enroll 14606 --phone "+44 20 7946 0003" --birthday 1980-12-24 --referrer 17850 --actor desk
2010-12-01 07:13  enroll 15311 --referrer 12748 --set trade=gifts --set staff=4 --actor desk
2010-12-01 07:14  enroll 13089 --gender male --tags trade --referrer 12748 --actor eva
2010-12-01 07:15  enroll DESK-1 --name "Never Buys" --consent sms --referrer 17850 --actor eva
2010-12-01 07:16  enroll DESK-2 --phone "+44 20 7946 0009" --name "Forget Me" --actor eva
2011-01-01 06:00  import {2010-12} --profile {till} --unknown-cards enroll
2011-01-01 08:00  grant --tag vip 40 --lasts 20d --reason "happy new year" --actor eva
2011-01-01 08:10  grant 15061 500 --lasts 60d --opens 5d --actor eva
2011-01-01 08:20  action 12748 review --actor eva
2011-01-01 08:21  action 14606 review --actor eva
2011-01-01 09:00  redeem 15311 100 --actor dot
2011-01-01 09:10  redeem 13089 150 --actor dot
2011-01-01 09:15  redeem 14606 30 --idempotency-key mistake --actor ann
2011-01-01 09:20  undo mistake --reason "wrong card" --actor eva
2011-01-01 10:00  adjust 13767 +75 --reason "parcel came late" --actor eva
2011-01-01 10:01  adjust 13767 -25 --reason "not so late" --actor eva
2011-01-01 10:10  transfer 15061 12971 50 --actor eva
2011-01-01 10:20  hold 17850 60 --for 1d --idempotency-key kept --actor ann
2011-01-01 10:30  capture kept 45 --actor ann
2011-01-01 10:40  hold 17850 20 --for 1d --actor ann
2011-01-01 11:00  gift claim mug 12748 --actor ann
2011-01-01 11:10  card set-tier 13694 patron --until 2011-02-10 --reason "a good neighbour" --actor eva
2011-01-01 11:20  return 539001 --all --id BACK-1 --actor eva
2011-01-01 11:30  return 539331 --amount 50.00 --id BACK-2 --actor dot
2011-01-01 12:00  card merge 14911 17841 --yes --actor eva
2011-01-01 12:10  card erase DESK-2 --yes --actor eva
2011-01-01 23:00  db backup {folder}/of-2011-01-01.db
2011-01-15 07:00  run-due
2011-02-01 06:00  import {2011-01} --profile {till} --unknown-cards enroll
2011-02-01 06:30  db backup {folder}/of-2011-01-31.db
2011-02-01 07:00  run-due
2011-02-01 08:00  program publish {later} --actor eva
2011-02-01 08:10  card block 13798 --actor eva
2011-02-01 08:20  redeem 15311 20 --actor dot
2011-03-01 06:00  import {2011-02} --profile {till} --unknown-cards enroll
2011-03-01 10:00  adjust 14606 +10 --reason "a kind word" --actor eva
2011-03-01 11:00  hold 17841 5 --for 2d --actor ann
2011-03-01 11:30  redeem 12971 5 --actor ann
"""  # noqa: E501
# From February the base rate is lower, and friends who reach 300.00 are regulars.
_LATER = (("rate: 2%}", "rate: 1%}"), ('from: "400.00"', 'from: "300.00"'), ("2010-12-01}", "2011-02-01}"))


def make_shop(real: Path, folder: Path) -> Path:
    """The database as it is at NOW, in ``folder``, with the till's files beside it."""
    write_till(real, folder)
    program = (HERE / "shop.yaml").read_text(encoding="utf-8")
    for was, becomes in _LATER:
        assert was in program
        program = program.replace(was, becomes)
    (folder / "later.yaml").write_text(program, encoding="utf-8")
    paths = {
        "folder": folder,
        "program": HERE / "shop.yaml",
        "later": folder / "later.yaml",
        "till": HERE / "till.yaml",
    }
    paths |= {month: folder / f"till-{month}.csv" for month in MONTHS}
    words = {name: shlex.quote(str(path)) for name, path in paths.items()}
    path = folder / "shop.db"
    for line in ACTS.strip().splitlines():
        moment, command = line[:16], line[18:]
        answer(path, moment, *shlex.split(command.format_map(words)))
    return path


def answer(path: Path, moment: str, *words: str) -> str:
    """What a command line prints at a moment."""
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        patch.setenv("BONUSCLI_NOW", moment)
        patch.setenv("BONUSCLI_DB", str(path))
        status = run(list(words))
    assert status == 0, f"{words}: {told.getvalue()}"
    return told.getvalue()
