"""Goods, conditions and segments in words: the parts of which rules, limits and discounts are made."""

from bonuscli.program.show.speech import WEEKDAYS, Plain, Speech, marked

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
    parts = []
    for key, over, within in (
        ("last_purchase", marked("the last purchase more than {time} ago"), marked("a purchase in the last {time}")),
        ("enrolled", marked("joined more than {time} ago"), marked("joined in the last {time}")),
    ):
        asked = segment[key]
        if asked and asked["over"] is not None:
            parts.append(speech.say(over, time=speech.length(asked["over"])))
        if asked and asked["within"] is not None:
            parts.append(speech.say(within, time=speech.length(asked["within"])))
    if segment["spend"]:
        parts.append(
            _figure(speech.say("spent: {range}", range=speech.money_range(segment["spend"])), segment["spend"], speech)
        )
    if segment["receipts"]:
        bounds = [
            None if segment["receipts"][key] is None else str(segment["receipts"][key]) for key in ("from", "below")
        ]
        parts.append(_figure(speech.say("receipts: {range}", range=speech.range(*bounds)), segment["receipts"], speech))
    if segment["tags"] is not None:
        parts.append(speech.say("tagged {list}", list=speech.any_of(segment["tags"])))
    if segment["tiers"] is not None:
        parts.append(speech.say("tier {list}", list=speech.any_of(segment["tiers"])))
    if segment["not"]:
        parts.append(speech.say("but not ({conditions})", conditions=segment_told(segment["not"], speech)))
    return parts


def _figure(text: str, asked: Plain, speech: Speech) -> str:
    within = asked["within"]
    return text if within is None else speech.say("{figure} in {time}", figure=text, time=speech.length(within))
