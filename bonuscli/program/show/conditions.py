"""Goods, conditions and segments in words: the parts of which rules, limits and discounts are made."""

from collections.abc import Callable
from typing import Any

from bonuscli.program.show.speech import WEEKDAYS, Plain, Speech, marked

# What a segment asks under one key, in words: a part for each thing.
Teller = Callable[[Any, Speech], list[str]]

_NAMED = (
    ("skus", marked("articles {list}")),
    ("categories", marked("category {list}")),
    ("brands", marked("brand {list}")),
)


def goods_told(goods: Plain | None, speech: Speech) -> str:
    """GOODS as the object of a sentence; None is all goods."""
    if goods is None:
        return speech.say("all goods")
    return speech.any_of([_matcher(matcher, speech) for matcher in goods["any"]])


def discounted_told(over_bp: int, speech: Speech) -> str:
    """Lines with more than a discount of so many basis points."""
    if not over_bp:
        return speech.say("goods with a discount")
    return speech.say("goods with a discount of more than {percent}", percent=speech.percent(over_bp))


def _matcher(matcher: Plain, speech: Speech) -> str:
    parts = [
        speech.say(label, list=speech.any_of(matcher[key])) for key, label in _NAMED if matcher[key] is not None
    ]  # fmt: skip
    if matcher["names"] is not None:
        names = speech.any_of([speech.quoted(name) for name in matcher["names"]])
        parts.append(speech.say("what is called {list}", list=names))
    over_bp = matcher.get("discounted_over_bp")
    if over_bp is not None:
        parts.append(discounted_told(over_bp, speech))
    text = parts[0] if parts else speech.say("all goods")
    for part in parts[1:]:
        text = speech.say("{goods} of {others}", goods=text, others=part)
    if matcher["not"]:
        text = speech.say("{goods} (but not {others})", goods=text, others=goods_told(matcher["not"], speech))
    return text


def excluded_goods(exclude: Plain | None, speech: Speech) -> list[tuple[str, str]]:
    """What EXCLUDE leaves out, as (subject, goods): each of its keys excludes on its own."""
    if exclude is None:
        return []
    told = [("exclude goods", goods_told(exclude["goods"], speech))] if exclude["goods"] else []
    if exclude["discounted_over_bp"] is not None:
        told.append(("exclude discounted", discounted_told(exclude["discounted_over_bp"], speech)))
    return told


def when_told(when: Plain | None, speech: Speech) -> str:
    """WHEN to be appended to a rule's sentence, with its leading comma; "" where there is none."""
    return "".join(f", {part}" for part in _when_parts(when, speech)) if when else ""


def _when_parts(when: Plain, speech: Speech) -> list[str]:
    parts = [*_time_parts(when, speech), *_receipt_parts(when, speech), *_member_parts(when, speech)]
    if when.get("not"):
        inner = ", ".join(_when_parts(when["not"], speech))
        parts.append(speech.say("but not ({conditions})", conditions=inner))
    return parts


def _time_parts(when: Plain, speech: Speech) -> list[str]:
    parts = []
    if when["from"] is not None:
        parts.append(speech.say("from {moment}", moment=speech.moment(when["from"])))
    if when["to"] is not None:
        parts.append(speech.say("until {moment} (not included)", moment=speech.moment(when["to"])))
    if when["days"] is not None:
        parts.append(speech.say("on {days}", days=speech.all_of([speech.say(WEEKDAYS[day]) for day in when["days"]])))
    if when["hours"] is not None:
        spans = [
            speech.say("{start} to {end}", start=_clock(start), end=_clock(end)) for start, end in when["hours"]
        ]  # fmt: skip
        parts.append(speech.say("from {hours}", hours=speech.all_of(spans)))
    return parts


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _receipt_parts(when: Plain, speech: Speech) -> list[str]:
    parts = []
    if when["total"] is not None:
        parts.append(speech.say("for totals of {range}", range=speech.money_range(when["total"])))
    if when.get("items"):
        parts.append(speech.say("when buying {goods}", goods=goods_told(when["items"], speech)))
    if when["shops"] is not None:
        parts.append(speech.say("in shop {list}", list=speech.any_of(when["shops"])))
    if when.get("payment") is not None:
        parts.append(speech.say("paid by {list}", list=speech.any_of(when["payment"])))
    if when.get("code") is not None:
        parts.append(speech.say("with the code {list}", list=speech.any_of(when["code"])))
    return parts


def _member_parts(when: Plain, speech: Speech) -> list[str]:
    parts = []
    if when["tiers"] is not None:
        parts.append(speech.say("for tier {list}", list=speech.any_of(when["tiers"])))
    if when["tags"] is not None:
        parts.append(speech.say("for members tagged {list}", list=speech.any_of(when["tags"])))
    if when.get("segments") is not None:
        parts.append(speech.say("for segment {list}", list=speech.any_of(when["segments"])))
    if when["first_purchase"]:
        parts.append(speech.say("on the first purchase"))
    if when["birthday"] is not None:
        parts.append(_birthday(when["birthday"], speech))
    if when.get("bought"):
        parts.append(_bought(when["bought"], speech))
    return parts


def _birthday(around: Plain, speech: Speech) -> str:
    before, after = speech.days(around["before"]), speech.days(around["after"])
    if around["before"] and around["after"]:
        return speech.say("from {before} before to {after} after the birthday", before=before, after=after)
    if around["before"]:
        return speech.say("in the {before} before the birthday and on it", before=before)
    if around["after"]:
        return speech.say("on the birthday and in the {after} after it", after=after)
    return speech.say("on the birthday")


def _bought(bought: Plain, speech: Speech) -> str:
    goods = goods_told(bought["goods"], speech)
    if bought["within"] is None:
        return speech.say("for those who bought {goods} before", goods=goods)
    time = speech.length(bought["within"])
    return speech.say("for those who bought {goods} in the {time} before", goods=goods, time=time)


def segment_told(segment: Plain, speech: Speech) -> str:
    """The conditions of a segment, joined; all must hold."""
    return ", ".join(_segment_parts(segment, speech))


def _segment_parts(segment: Plain, speech: Speech) -> list[str]:
    parts = [
        part
        for key, tell in _SEGMENT_TELLERS.items()
        if segment.get(key) is not None
        for part in tell(segment[key], speech)
    ]
    if segment.get("not"):
        parts.append(speech.say("but not ({conditions})", conditions=segment_told(segment["not"], speech)))
    return parts


def _ago(over: str, within: str) -> Teller:
    """How long ago something was, by the messages of both ways to ask."""

    def tell(asked: Plain, speech: Speech) -> list[str]:
        ways = (("over", over), ("within", within))
        return [
            speech.say(message, time=speech.length(asked[way])) for way, message in ways if asked.get(way) is not None
        ]

    return tell


def _of_money(message: str) -> Teller:
    def tell(asked: Plain, speech: Speech) -> list[str]:
        return [_figure(speech.say(message, range=speech.money_range(asked)), asked, speech)]

    return tell


def _of_number(message: str) -> Teller:
    def tell(asked: Plain, speech: Speech) -> list[str]:
        return [_figure(speech.say(message, range=_range(asked, str, speech)), asked, speech)]

    return tell


def _of_list(message: str) -> Teller:
    def tell(asked: list[str], speech: Speech) -> list[str]:
        return [speech.say(message, list=speech.any_of(asked))]

    return tell


def _range(asked: Plain, shown: Callable[[int], str], speech: Speech) -> str:
    return speech.range(*(None if asked.get(key) is None else shown(asked[key]) for key in ("from", "below")))


def _goods_share(asked: Plain, speech: Speech) -> list[str]:
    matcher = {**dict.fromkeys(("skus", "categories", "brands", "names", "not")), **asked}
    goods = _matcher(matcher, speech)
    if asked.get("from") is None and asked.get("below") is None:
        return [_figure(speech.say("bought {goods}", goods=goods), asked, speech)]
    share = _range(asked, speech.percent, speech)
    return [
        _figure(speech.say("the share of {goods} in what was bought: {range}", goods=goods, range=share), asked, speech)
    ]


def _where_bought(asked: Plain, speech: Speech) -> list[str]:
    ways = (("any", marked("bought in shop {list}")), ("home", marked("most often in shop {list}")))
    return [
        _figure(speech.say(message, list=speech.any_of(asked[way])), asked, speech)
        for way, message in ways
        if asked.get(way) is not None
    ]


def _grades(asked: Plain, speech: Speech) -> list[str]:
    ways = (
        ("recency", marked("recency of grade {list}")),
        ("frequency", marked("frequency of grade {list}")),
        ("money", marked("money of grade {list}")),
    )
    return [
        _figure(speech.say(message, list=speech.any_of(list(map(str, asked[way])))), asked, speech)
        for way, message in ways
        if asked.get(way) is not None
    ]


_GENDERS = {"female": marked("women"), "male": marked("men"), "other": marked("another gender")}


def _gender(asked: list[str], speech: Speech) -> list[str]:
    return [speech.any_of([speech.say(_GENDERS[gender]) for gender in asked])]


def _fields(asked: Plain, speech: Speech) -> list[str]:
    return [
        speech.say("{field} is {list}", field=name, list=speech.any_of([speech.quoted(text) for text in texts]))
        for name, texts in asked.items()
    ]


_SEGMENT_TELLERS: dict[str, Teller] = {
    "last_purchase": _ago(marked("the last purchase more than {time} ago"), marked("a purchase in the last {time}")),
    "enrolled": _ago(marked("joined more than {time} ago"), marked("joined in the last {time}")),
    "spend": _of_money(marked("spent: {range}")),
    "receipts": _of_number(marked("receipts: {range}")),
    "average_receipt": _of_money(marked("the average receipt: {range}")),
    "goods_share": _goods_share,
    "shops": _where_bought,
    "rfm": _grades,
    "age": _of_number(marked("years of age: {range}")),
    "birthday": lambda asked, speech: [_birthday(asked, speech)],
    "gender": _gender,
    "fields": _fields,
    "tags": _of_list(marked("tagged {list}")),
    "tiers": _of_list(marked("tier {list}")),
}


def _figure(text: str, asked: Plain, speech: Speech) -> str:
    within = asked.get("within")
    return text if within is None else speech.say("{figure} in {time}", figure=text, time=speech.length(within))
