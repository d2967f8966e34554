"""What a program is, who takes part, what a point is and how long it lives, and the levels that members reach."""

from bonuscli.program.show.conditions import segment_told
from bonuscli.program.show.speech import Plain, Speech, marked
from bonuscli.program.show.told import Sentences, Told

_ENDS = {
    "end-of-day": "",
    "end-of-month": marked(", to the end of that month"),
    "end-of-quarter": marked(", to the end of that quarter"),
    "end-of-year": marked(", to the end of that year"),
}
_FIELD_TYPES = {
    "text": marked("text"),
    "number": marked("number"),
    "day": marked("date"),
    "flag": marked("yes or no"),
}
_WINDOWS = {"calendar-year": marked("in a calendar year"), None: marked("altogether")}
_DOWNGRADES = {
    "one-level": marked("Who falls short of a tier goes down by one."),
    "recompute": marked("Who falls short of a tier goes to the one that the figures give."),
    "never": marked("A tier once reached is kept."),
}


def program(plain: Plain, speech: Speech) -> Sentences:
    """The name, the value of a point, the first day and the calendar."""
    value = speech.money(plain["points"]["value_minor"])
    text = speech.say("{name}: one {point} pays {money}.", name=plain["name"], point=speech.one_point, money=value)
    yield Told("points", "value", text)
    if plain["valid_from"] is not None:
        text = speech.say("In force from {day}.", day=speech.day(plain["valid_from"]))
        yield Told("valid", "from", text)
    start = plain["day_starts"]
    clock = f"{start // 3600:02}:{start % 3600 // 60:02}"
    text = speech.say("A day begins at {clock} by the clock of {zone}.", clock=clock, zone=plain["timezone"])
    yield Told("timezone", "", text)
    if plain["country"] is not None:
        text = speech.say("Phone numbers without a country code are those of {country}.", country=plain["country"])
        yield Told("country", "", text)


def members(plain: Plain, speech: Speech) -> Sentences:
    """Who takes part, and the segments that rules speak of."""
    asked = plain.get("members")
    if asked:
        for key, message in (
            ("tags", marked("For members tagged {list} only.")),
            ("shops", marked("It counts in shop {list} only.")),
            ("segments", marked("For members of segment {list} only.")),
        ):
            if asked[key] is not None:
                yield Told("members", key, speech.say(message, list=speech.any_of(asked[key])))
        for name, kind in asked["fields"].items():
            text = speech.say(
                "Members may be asked for: {field} ({kind}).", field=name, kind=speech.say(_FIELD_TYPES[kind])
            )
            yield Told("members", f"field {name}", text)
        if asked["control_bp"]:
            share = speech.percent(asked["control_bp"])
            text = speech.say(
                "{percent} of new members get no {points}, to measure by.", percent=share, points=speech.name
            )
            yield Told("members", "control", text)
    for name, segment in plain.get("segments", {}).items():
        text = speech.say("Segment {name}: {conditions}.", name=name, conditions=segment_told(segment, speech))
        yield Told("segments", name, text)


def life(plain: Plain, speech: Speech) -> Sentences:
    """When points can be spent, and for how long."""
    points = plain["points"]
    if points["opens"] == [0, 0]:
        text = speech.begun("{points} can be spent at once.", points=speech.name)
    else:
        time = speech.length(points["opens"])
        text = speech.begun("{points} can be spent {time} after the purchase.", points=speech.name, time=time)
    yield Told("points", "opens", text)
    yield Told("points", "lasts", _lasts(points["lasts"], speech))


def _lasts(lasts: Plain | None, speech: Speech) -> str:
    if lasts is None:
        return speech.say("They never expire.")
    time = speech.length(lasts["for"])
    end = lasts["until"] and _ENDS[lasts["until"]]
    until = speech.say(end) if end else ""
    if lasts["from"] == "last-purchase":
        return speech.say("All of them expire {time} after the last purchase{until}.", time=time, until=until)
    if lasts["from"] == "accrual":
        return speech.say("They last {time} from the purchase{until}.", time=time, until=until)
    return speech.say("They last {time} from the day on which they open{until}.", time=time, until=until)


def tiers(plain: Plain, speech: Speech) -> Sentences:
    """Each level, then what a receipt counts for and what happens to who falls short."""
    asked = plain["tiers"]
    if asked is None:
        return
    for level in asked["levels"]:
        yield Told("tiers", f"level {level['id']}", _level(level, asked, speech))
    if asked["counts"] == "with-receipt":
        yield Told("tiers", "counts", speech.say("A receipt that reaches a tier is already scored with it."))
    else:
        yield Told("tiers", "counts", speech.say("A receipt that reaches a tier is scored with the one before."))
    yield Told("tiers", "downgrade", speech.say(_DOWNGRADES[asked["downgrade"]]))


def _level(level: Plain, tiers: Plain, speech: Speech) -> str:
    window = tiers["window"]
    if isinstance(window, list):
        time = speech.say("within {time}", time=speech.length(window))
    else:
        time = speech.say(_WINDOWS[window])
    if not level["from"]:
        start = speech.say("from the start")
    elif tiers["by"] == "spend":
        start = speech.say("from {money} spent {time}", money=speech.money(level["from"]), time=time)
    elif tiers["by"] == "points-earned":
        start = speech.say("from {points} earned {time}", points=speech.points(level["from"]), time=time)
    else:
        receipts = speech.counted("{n} receipt", "{n} receipts", level["from"])
        start = speech.say("from {receipts} {time}", receipts=receipts, time=time)
    gives = [
        speech.say("{percent} instead of the rate of {rule}", percent=speech.percent(rate), rule=rule)
        for rule, rate in level["rates"].items()
    ]
    if level["redeem_max_bp"] is not None:
        share = speech.percent(level["redeem_max_bp"])
        gives.append(speech.say("{points} pay up to {percent} of a receipt", points=speech.name, percent=share))
    gives += level["benefits"]
    return speech.say("Tier {name} {start}", name=level["id"], start=start) + (
        f": {'; '.join(gives)}." if gives else "."
    )
