"""A first program from a few answers, and a ready one under a shop's own name: texts with remarks, that load.

The questions are asked in order; each answer is read by the loader's own types, so a form refuses what a file would.
The scenario beside the program is reckoned from the same answers: 1000.00 at 3 % and a point of 1.00 are 30 points.
"""

import re
from typing import Any, NamedTuple

from bonuscli.clock import Calendar
from bonuscli.model import Measures
from bonuscli.program.problems import Wrong
from bonuscli.program.scalar_numbers import FINEST_DIGITS
from bonuscli.program.scalars import read_scalar
from bonuscli.program.shape import Scalar
from bonuscli.units import RATE_ONE, currency_digits, format_decimal

Answers = dict[str, str]

# country -> (currency, time zone, what points are called): what a shop there most likely answers.
_CUSTOMS = {
    "RU": ("RUB", "Europe/Moscow", "бонус, бонуса, бонусов, бонуса"),
    "UA": ("UAH", "Europe/Kyiv", "бонус, бонуси, бонусів, бонуса"),
    "GB": ("GBP", "Europe/London", "point, points"),
    "US": ("USD", "America/New_York", "point, points"),
    "PL": ("PLN", "Europe/Warsaw", "point, points"),
    "DE": ("EUR", "Europe/Berlin", "point, points"),
    "AT": ("EUR", "Europe/Vienna", "point, points"),
    "FR": ("EUR", "Europe/Paris", "point, points"),
}
_ELSEWHERE = ("EUR", "UTC", "point, points")
NONE, NEVER = "none", "never"
_YES, _NO = "yes", "no"


class Question(NamedTuple):
    """``type``: of :mod:`scalars`, or one of the words that :func:`read_answer` knows; ``after``: asked only if yes."""

    key: str
    text: str
    type: str
    default: str
    after: str = ""


QUESTIONS = (
    Question("name", "What is the program called", "text", "Bonus card"),
    Question("country", "In which country is the shop (two letters)", "country", "GB"),
    Question("currency", "In which currency does it sell (three letters)", "currency", ""),
    Question("timezone", "In which time zone is it", "timezone", ""),
    Question("points", "What are points called: one, several (or: 1, 2, 5, a part)", "names", ""),
    Question("value", "How much does one point pay", "money", "1"),
    Question("rate", "How much of a purchase comes back in points", "rate", "3%"),
    Question("opens", "After which time can points be spent (0d: at once)", "duration", "14d"),
    Question("lasts", "How long do they last (or never)", "duration-or-never", "6mo"),
    Question("welcome", "How many points for joining (0: none)", "points", "100"),
    Question("birthday", "How many points for a birthday (0: none)", "points", "0"),
    Question("tiers", "Do regular customers get more (yes or no)", "yes-or-no", _NO),
    Question("tier_from", "From which spending in a year on", "money", "1000", "tiers"),
    Question("tier_rate", "How much comes back to them", "rate", "5%", "tiers"),
    Question("share", "How much of a receipt may points pay", "rate", "30%"),
    Question("without", "Which categories give no points (separated by commas, or none)", "list", NONE),
)


def default_of(question: Question, answers: Answers) -> str:
    """What is proposed, from the answers so far."""
    customs = dict(
        zip(("currency", "timezone", "points"), _CUSTOMS.get(answers.get("country", ""), _ELSEWHERE), strict=True)
    )
    return question.default or customs[question.key]


def read_answer(question: Question, text: str, answers: Answers) -> str:
    """The answer as a program file says it; :class:`Wrong` says what is wrong with it, as the loader does."""
    text = text.strip()
    kind = question.type
    if kind == "yes-or-no":
        return str(read_scalar(text, Scalar("choice", (_YES, _NO)), _measures(answers)))
    if kind == "names":
        return _names(text)
    if kind == "list":
        return text or NONE
    if kind == "duration-or-never":
        if text == NEVER:
            return text
        kind = "duration"
    if question.key == "currency":
        text = text.upper()
    if question.key == "country":
        text = text.upper()
    if kind == "rate" and text.isascii() and text.replace(".", "", 1).isdigit():
        text += "%"
    least = 1 if kind in ("money", "rate") else None
    value = read_scalar(
        text, Scalar(kind, least=least, most=RATE_ONE if question.key == "share" else None), _measures(answers)
    )
    if question.key == "tier_from" and isinstance(value, int):
        return format_decimal(value, _measures(answers).money_digits)
    return format_decimal(int(str(value)), _measures(answers).money_digits) if kind == "money" else text


def _names(text: str) -> str:
    names = [name.strip() for name in text.split(",")]
    if len(names) not in (2, 4) or not all(names):
        raise Wrong(f"'{text}' is not two or four words", "as in: point, points; or: бонус, бонуса, бонусов, бонуса")
    return ", ".join(names)


def _measures(answers: Answers) -> Measures:
    digits = currency_digits(answers["currency"]) if "currency" in answers else FINEST_DIGITS
    return Measures(digits, 0, Calendar(answers.get("timezone", "UTC")))


def id_of(name: str) -> str:
    """An id from a name, ``shop`` where nothing of it can stand in one.

    >>> id_of("Anna's Tea & Cakes"), id_of("Чайная")
    ('anna-s-tea-cakes', 'shop')
    """
    return re.sub(r"[^a-z0-9]+", "-", name.casefold().encode("ascii", "ignore").decode()).strip("-") or "shop"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def program_text(answers: Answers) -> str:
    """The program file of complete answers, with remarks."""
    names = [_quoted(name) for name in answers["points"].split(", ")]
    forms = ("one", "other") if len(names) == 2 else ("one", "few", "many", "other")
    without = (
        [] if answers["without"] == NONE else [each.strip() for each in answers["without"].split(",") if each.strip()]
    )
    lasts = "never" if answers["lasts"] == NEVER else f"{{for: {answers['lasts']}, from: opening}}"
    parts = [
        f"# {answers['name']}: {answers['rate']} of each purchase comes back.",
        "# After a change: bonuscli program check, then bonuscli program test on the file beside this one.",
        "version: 1",
        f"id: {id_of(answers['name'])}",
        f"name: {_quoted(answers['name'])}",
        f"currency: {answers['currency']}",
        f"timezone: {answers['timezone']}",
        f"country: {answers['country']}",
        "",
        "points:",
        f"  name: {{{', '.join(f'{form}: {name}' for form, name in zip(forms, names, strict=True))}}}",
        f'  value: "{answers["value"]}"  # what one point pays',
        f"  opens: {{after: {answers['opens']}}}  # until then goods can be brought back",
        f"  lasts: {lasts}",
        "",
        *_goods_part(without),
        "earn:",
        *(["  exclude: {goods: [without-points]}"] if without else []),
        "  rules:",
        f"  - {{id: base, kind: percent, rate: {answers['rate']}}}  # of what is paid in money",
        "",
        *_tiers_part(answers),
        *_grants_part(answers),
        "redeem:",
        f"  max_share: {answers['share']}  # of a receipt, at most",
        *(["  exclude: {goods: [without-points]}"] if without else []),
        "",
        "returns: {earned: prorate, restored_min_life: 14d}  # goods brought back take their share of the points along",
    ]
    return "\n".join(parts) + "\n"


def _goods_part(without: list[str]) -> list[str]:
    if not without:
        return []
    return [
        "goods:",
        f"  without-points: {{categories: [{', '.join(map(_quoted, without))}]}}  # as the till writes them",
        "",
    ]


def _tiers_part(answers: Answers) -> list[str]:
    if answers["tiers"] != _YES:
        return []
    rate = f"{{base: {answers['tier_rate']}}}"
    return [
        "tiers:",
        "  by: spend",
        "  window: 12mo  # the last twelve months",
        "  levels:",
        '  - {id: member, from: "0"}',
        f'  - {{id: regular, from: "{answers["tier_from"]}", replaces: {rate}}}',
        "",
    ]


def _grants_part(answers: Answers) -> list[str]:
    given = []
    if int(answers["welcome"]):
        given.append(f"  welcome: {{points: {answers['welcome']}, lasts: 30d}}")
    if int(answers["birthday"]):
        given.append(f"  birthday: {{points: {answers['birthday']}, before: 3d, lasts: 14d}}")
    return ["grants:", *given, ""] if given else []


def scenario_text(plain: dict[str, Any], file_name: str) -> str:
    """Scenarios of a program made of answers, reckoned from its compiled form; ``file_name`` is that of the program."""
    digits, value = plain["digits"], plain["points"]["value_minor"]
    total = 1000 * 10**digits
    (base,) = plain["earn"]["rules"]
    earned = total * base["rate"] // (RATE_ONE * value)
    welcome = plain["grants"]["welcome"]["points"] if plain["grants"]["welcome"] else 0
    at_once = plain["points"]["opens"] == [0, 0]
    balance, pending = (welcome + earned, 0) if at_once else (welcome, earned)
    shown = format_decimal(total, digits)
    return f"""program: {file_name}
scenarios:
- name: a purchase, and all of it brought back
  steps:
  - {{at: 2027-03-01 10:00, enroll: {{card: "100"}}, expect: {{balance: {welcome}}}}}
  - at: 2027-03-01 10:05
    receipt: {{id: r1, card: "100", lines: [{{sku: BREAD, quantity: 1, amount: "{shown}"}}]}}
    expect: {{earned: {earned}, to_pay: "{shown}", balance: {balance}, pending: {pending}}}
  - at: 2027-03-02 10:00
    return: {{id: x1, of: r1}}
    expect: {{reversed: {earned}, pay_back: "{shown}", balance: {welcome}, pending: 0}}

- name: more points than there are can not be spent
  steps:
  - {{at: 2027-03-01 10:00, enroll: {{card: "101"}}}}
  - {{at: 2027-03-01 10:05, redeem: {{card: "101", points: {welcome + 1}}}, expect: {{refused: insufficient_points}}}}
"""


def renamed(text: str, values: dict[str, str | None]) -> str:
    """A program's text with other values of some top-level keys, as ``id`` or ``name``; the rest is kept.

    A key that the text does not have is put after ``version``.
    """
    lines = text.split("\n")
    for key, value in values.items():
        if value is not None:
            new = f"{key}: {_quoted(value) if key == 'name' else value}"
            place = _place_of(key, lines)
            if place is None:
                lines.insert((_place_of("version", lines) or 0) + 1, new)
            else:
                lines[place] = new
    return "\n".join(lines)


def _place_of(key: str, lines: list[str]) -> int | None:
    return next((place for place, line in enumerate(lines) if line.startswith(f"{key}:")), None)


def pointed_to(scenarios: str, file_name: str) -> str:
    """A scenario file's text with another program."""
    lines = scenarios.split("\n")
    place = _place_of("program", lines)
    if place is not None:
        lines[place] = f"program: {file_name}"
    return "\n".join(lines)
