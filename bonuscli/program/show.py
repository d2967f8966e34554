"""A compiled program in plain English, as the shop would post it on its door."""

from typing import Any

from bonuscli.clock import Calendar
from bonuscli.days import format_day
from bonuscli.engine.rules import RULE_KINDS
from bonuscli.program.rule_shapes import WEEKDAYS
from bonuscli.units import FACTOR_DIGITS, format_decimal

Plain = dict[str, Any]
_DAY_NAMES = dict(zip(WEEKDAYS, "Mondays Tuesdays Wednesdays Thursdays Fridays Saturdays Sundays".split(), strict=True))
_BASIS = {
    "paid": "what is paid in money, after discounts and points",
    "before-points": "the price after discounts, points included",
    "full": "the full price, before discounts and points",
}
_ENDS = {"end-of-day": "", "end-of-month": " month", "end-of-quarter": " quarter", "end-of-year": " year"}
_STACKING = {
    "best": "Of several multipliers the best one counts.",
    "sum": "What several multipliers add is added up.",
    "product": "Several multipliers multiply each other.",
}


def describe(plain: Plain) -> list[str]:
    """Sentences of a compiled program in the order of the file: points, earning, tiers, grants, spending, returns.

    ``describe(...)[0]`` is ``"Corner shop bonus: one bonus pays 1.00 RUB."``
    """
    return _Door(plain).sentences()


def _joined(parts: list[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _percent(share_bp: int) -> str:
    return format_decimal(share_bp, 2).rstrip("0").rstrip(".") + "%"


def _length(duration: list[int]) -> str:
    months, days = duration
    if months and months % 12 == 0:
        return f"{months // 12} year{'s' * (months != 12)}"
    if months:
        return f"{months} month{'s' * (months != 1)}"
    return _days(days)


def _days(count: int) -> str:
    return f"{count} day{'s' * (count != 1)}"


class _Door:
    """Holds what every sentence needs: the currency, the word for points and the calendar."""

    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self._calendar = Calendar(plain["timezone"], plain["day_starts"])

    def sentences(self) -> list[str]:
        plain = self._plain
        parts = [self._opening(), self._life(), *self._earning(), *self._tiers(), *self._grants(), *self._spending()]
        return [*parts, *self._returns(plain["returns"])]

    def _money(self, minor: int) -> str:
        return f"{format_decimal(minor, self._plain['digits'])} {self._plain['currency']}"

    def _points(self, points: int) -> str:
        name, scale = self._plain["points"]["name"], self._plain["points"]["scale"]
        word = name["one"] if points == 10**scale else name["other"]
        text = format_decimal(points, scale)
        return f"{text.rstrip('0').rstrip('.') if scale else text} {word}"

    def _opening(self) -> str:
        points = self._plain["points"]
        since = self._plain["valid_from"]
        starts = f" From {format_day(since)}." if since is not None else ""
        value = self._money(points["value_minor"])
        return f"{self._plain['name']}: one {points['name']['one']} pays {value}.{starts}"

    def _life(self) -> str:
        points = self._plain["points"]
        word = points["name"]["other"].capitalize()
        opens = "at once" if points["opens"] == [0, 0] else f"{_length(points['opens'])} after the purchase"
        if points["lasts"] is None:
            return f"{word} can be spent {opens} and never expire."
        lasts = points["lasts"]
        since = "from then" if lasts["from"] == "opening" else "from the purchase"
        end = _ENDS[lasts["until"]]
        until = f", to the end of that{end}" if end else ""
        return f"{word} can be spent {opens}, for {_length(lasts['for'])} {since}{until}."

    # --- earning ---

    def _earning(self) -> list[str]:
        earn = self._plain["earn"]
        if not earn["rules"]:
            return []
        sentences = [f"What earns is {_BASIS[earn['basis']]}."]
        sentences += [f"{rule['id']}: {self._rule(rule)}" for rule in earn["rules"] if rule["enabled"]]
        if sum(rule["kind"] == "multiply" and rule["enabled"] for rule in earn["rules"]) > 1:
            sentences.append(_STACKING[earn["stacking"]])
        sentences += self._excluded(earn["exclude"], "earn nothing")
        cap = earn["cap"]
        if cap["per_receipt"] is not None:
            sentences.append(f"One receipt earns {self._points(cap['per_receipt'])} at most.")
        if cap["per_day"] is not None:
            sentences.append(f"One day earns {self._points(cap['per_day'])} at most.")
        if cap["receipts_per_day"] is not None:
            sentences.append(f"At most {cap['receipts_per_day']} receipts a day earn.")
        return sentences

    def _rule(self, rule: Plain) -> str:
        gives = _GIVES.get(rule["kind"], _Door._gives_otherwise)(self, rule)
        when = f", {self._when(rule['when'])}" if rule["when"] else ""
        instead = f", instead of {_joined(rule['replaces'])}" if rule["replaces"] else ""
        alone = "" if rule["multiplied"] else ", never multiplied"
        return f"{gives}{when}{instead}{alone}."

    def _gives_percent(self, rule: Plain) -> str:
        return f"{_percent(rule['rate'])} back on {self._goods(rule['goods'])}"

    def _gives_item(self, rule: Plain) -> str:
        most = "" if rule["max_units"] is None else f", {rule['max_units']} units of a receipt at most"
        each = "each unit" if rule["per"] == "unit" else "each line"
        return f"{self._points(rule['points'])} for {each} of {self._goods(rule['goods'])}{most}"

    def _gives_step(self, rule: Plain) -> str:
        return (
            f"{self._points(rule['points'])} for each full {self._money(rule['per'])} of {self._goods(rule['goods'])}"
        )

    def _gives_fixed(self, rule: Plain) -> str:
        having = f" with {self._goods(rule['goods'])}" if rule["goods"] else ""
        return f"{self._points(rule['points'])} for a receipt{having}"

    def _gives_multiply(self, rule: Plain) -> str:
        factor = format_decimal(rule["factor"], FACTOR_DIGITS).rstrip("0").rstrip(".")
        on = f" on {self._goods(rule['goods'])}" if rule["goods"] else ""
        return f"{factor} times the {self._plain['points']['name']['other']}{on}"

    def _gives_otherwise(self, rule: Plain) -> str:
        keys = ", ".join(f"{name} {rule[name]}" for name in RULE_KINDS[rule["kind"]].KEYS)
        return f"{rule['kind']} with {keys}"

    # --- goods and conditions ---

    def _goods(self, goods: Plain | None) -> str:
        if goods is None:
            return "all goods"
        return _joined([self._matcher(matcher) for matcher in goods["any"]], "or")

    def _matcher(self, matcher: Plain) -> str:
        parts = [
            f"{label} {_joined(matcher[key], 'or')}"
            for key, label in (("skus", "articles"), ("categories", "category"), ("brands", "brand"))
            if matcher[key] is not None
        ]
        if matcher["names"] is not None:
            parts.append("what is called " + _joined([f"'{name}'" for name in matcher["names"]], "or"))
        text = " of ".join(parts) or "all goods"
        return f"{text} (but not {self._goods(matcher['not'])})" if matcher["not"] else text

    def _excluded(self, exclude: Plain | None, verb: str) -> list[str]:
        if exclude is None:
            return []
        sentences = [f"These {verb}: {self._goods(exclude['goods'])}."] if exclude["goods"] else []
        over = exclude["discounted_over_bp"]
        if over is not None:
            goods = f"Goods with a discount of more than {_percent(over)}" if over else "Goods with a discount"
            sentences.append(f"{goods} {verb}.")
        return sentences

    def _when(self, when: Plain) -> str:
        parts = []
        if when["from"] is not None:
            parts.append(f"from {self._moment(when['from'])}")
        if when["to"] is not None:
            parts.append(f"until {self._moment(when['to'])} (not included)")
        if when["days"] is not None:
            parts.append("on " + _joined([_DAY_NAMES[WEEKDAYS[day]] for day in when["days"]]))
        if when["hours"] is not None:
            spans = [
                f"{start // 60:02}:{start % 60:02} to {end // 60:02}:{end % 60:02}" for start, end in when["hours"]
            ]
            parts.append("from " + _joined(spans))
        if when["total"] is not None:
            least, below = when["total"]["from"], when["total"]["below"]
            parts.append("for totals" + self._range(least, below))
        for key, label in (("shops", "in shop"), ("tiers", "for"), ("tags", "for members tagged")):
            if when[key] is not None:
                parts.append(f"{label} {_joined(when[key], 'or')}")
        if when["first_purchase"]:
            parts.append("on the first purchase")
        if when["birthday"] is not None:
            before, after = when["birthday"]["before"], when["birthday"]["after"]
            parts.append(f"from {_days(before)} before to {_days(after)} after the birthday")
        return ", ".join(parts)

    def _moment(self, instant: int) -> str:
        local = self._calendar.iso(instant)[:16].replace("T", " ")
        day = self._calendar.day_of(instant)
        return format_day(day) if instant == self._calendar.start_of(day) else local

    def _range(self, least: int | None, below: int | None) -> str:
        text = "" if least is None else f" of {self._money(least)} or more"
        return text if below is None else f"{text} below {self._money(below)}"

    # --- tiers, grants ---

    def _tiers(self) -> list[str]:
        tiers = self._plain["tiers"]
        if tiers is None:
            return []
        time = "altogether" if tiers["window"] is None else f"within {_length(tiers['window'])}"
        return [self._level(level, time) for level in tiers["levels"]]

    def _level(self, level: Plain, time: str) -> str:
        spent = f" from {self._money(level['from'])} spent {time}" if level["from"] else " from the start"
        gives = [f"{_percent(rate)} instead of the rate of {rule_id}" for rule_id, rate in level["rates"].items()]
        if level["redeem_max_bp"] is not None:
            gives.append(f"points pay up to {_percent(level['redeem_max_bp'])} of a receipt")
        gives += level["benefits"]
        return f"Tier {level['id']}{spent}" + (f": {'; '.join(gives)}." if gives else ".")

    def _grants(self) -> list[str]:
        welcome, birthday = self._plain["grants"]["welcome"], self._plain["grants"]["birthday"]
        sentences = []
        if welcome:
            cause = "joining" if welcome["after"] == "enrolment" else "the first purchase"
            sentences.append(f"{self._points(welcome['points'])} for {cause}{self._grant_life(welcome)}.")
        if birthday:
            ahead = f", {_days(birthday['before'])} ahead" if birthday["before"] else ""
            sentences.append(f"{self._points(birthday['points'])} for the birthday{ahead}{self._grant_life(birthday)}.")
        return sentences

    def _grant_life(self, grant: Plain) -> str:
        opens = "" if grant["opens"] == [0, 0] else f", to be spent after {_length(grant['opens'])}"
        return opens if grant["lasts"] is None else f"{opens}, good for {_length(grant['lasts'])}"

    # --- spending, returns ---

    def _spending(self) -> list[str]:
        redeem = self._plain["redeem"]
        word = self._plain["points"]["name"]["other"].capitalize()
        if redeem is None:
            return [f"{word} cannot be spent."]
        sentences = [f"{word} pay up to {_percent(redeem['max_share_bp'])} of a receipt."]
        for share in redeem["shares_by_goods"]:
            sentences.append(f"They pay up to {_percent(share['share_bp'])} of {self._goods(share['goods'])}.")
        if redeem["min_receipt_minor"]:
            sentences.append(f"The receipt must be {self._money(redeem['min_receipt_minor'])} or more.")
        if redeem["min_points"] > 1:
            sentences.append(f"The least is {self._points(redeem['min_points'])}.")
        if redeem["max_points"] is not None:
            sentences.append(f"The most is {self._points(redeem['max_points'])}.")
        sentences.append(f"They are spent in steps of {self._points(redeem['step'])}.")
        if redeem["leave_to_pay_minor"]:
            sentences.append(f"{self._money(redeem['leave_to_pay_minor'])} is always left to pay.")
        sentences += self._excluded(redeem["exclude"], "cannot be paid with them")
        if redeem["same_receipt"]:
            sentences.append("A receipt may spend what it earns.")
        if redeem["per_day"] is not None:
            sentences.append(f"They can be spent {redeem['per_day']} times a day.")
        if redeem["confirm_above"] is not None:
            sentences.append(f"Above {self._points(redeem['confirm_above'])} the till asks first.")
        return sentences

    def _returns(self, returns: Plain) -> list[str]:
        word = self._plain["points"]["name"]["other"]
        if returns["earned"] == "keep":
            sentences = [f"Goods brought back: the {word} earned with them are kept."]
        else:
            sentences = [f"Goods brought back: the {word} earned with them are taken back, spent ones come back."]
        if returns["restored_min_life"]:
            sentences.append(f"What comes back can be spent for {_days(returns['restored_min_life'])} at least.")
        if returns["earned"] != "keep":
            owed = "are owed" if returns["short"] == "deficit" else "are forgiven"
            sentences.append(f"Earned {word} that are gone already {owed}.")
        return sentences


# A kind without a sentence of its own is told by its keys.
_GIVES = {
    "percent": _Door._gives_percent,
    "item": _Door._gives_item,
    "step": _Door._gives_step,
    "fixed": _Door._gives_fixed,
    "multiply": _Door._gives_multiply,
}
