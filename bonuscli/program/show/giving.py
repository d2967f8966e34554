"""Points without a purchase: for joining, birthdays, friends, actions, and on days of the calendar."""

from bonuscli.days import format_day
from bonuscli.program.show.speech import MONTHS, Plain, Speech, marked
from bonuscli.program.show.told import Sentences, Told

_RETRO = {
    "month": marked("{percent} back on the purchases of each month"),
    "quarter": marked("{percent} back on the purchases of each quarter"),
    "year": marked("{percent} back on the purchases of each year"),
}


def grants(plain: Plain, speech: Speech) -> Sentences:
    """Every grant, in the order of the language's description."""
    given = plain["grants"]
    if given["welcome"]:
        yield Told("grants", "welcome", _welcome(given["welcome"], speech))
    if given["birthday"]:
        yield Told("grants", "birthday", _birthday(given["birthday"], speech))
    if given["referral"]:
        yield Told("grants", "referral", _referral(given["referral"], speech))
    for action in given["actions"]:
        yield Told("grants", f"action {action['id']}", _action(action, speech))
    for scheduled in given["schedule"]:
        yield Told("grants", f"schedule {scheduled['id']}", _scheduled(scheduled, speech))


def _welcome(welcome: Plain, speech: Speech) -> str:
    points, life = speech.points(welcome["points"]), speech.life(welcome)
    if welcome["after"] == "enrolment":
        return speech.say("{points} for joining{life}.", points=points, life=life)
    return speech.say("{points} for the first purchase{life}.", points=points, life=life)


def _birthday(birthday: Plain, speech: Speech) -> str:
    points, life = speech.points(birthday["points"]), speech.life(birthday)
    if not birthday["before"]:
        return speech.say("{points} for the birthday{life}.", points=points, life=life)
    ahead = speech.days(birthday["before"])
    return speech.say("{points} for the birthday, {days} ahead{life}.", points=points, days=ahead, life=life)


def _referral(referral: Plain, speech: Speech) -> str:
    after = referral["after"]
    if not after["spend_minor"]:
        cause = speech.say("after the friend's first purchase")
    else:
        cause = speech.say("once the friend has spent {money}", money=speech.money(after["spend_minor"]))
    if after["within"] is not None:
        cause = speech.say("{cause}, {time} after joining at most", cause=cause, time=speech.length(after["within"]))
    limit = f", {speech.times(referral['per_referrer'])}" if referral["per_referrer"] else ""
    terms = {"cause": cause, "limit": limit, "life": speech.life(referral)}
    referrer, friend = speech.points(referral["referrer"]), speech.points(referral["friend"])
    if not referral["friend"]:
        return speech.say("Bringing a friend: {referrer}, {cause}{limit}{life}.", referrer=referrer, **terms)
    if not referral["referrer"]:
        return speech.say("Coming as a friend: {friend}, {cause}{limit}{life}.", friend=friend, **terms)
    return speech.say(
        "Bringing a friend: {referrer} for the member and {friend} for the friend, {cause}{limit}{life}.",
        referrer=referrer,
        friend=friend,
        **terms,
    )


def _action(action: Plain, speech: Speech) -> str:
    text = f"{action['id']}: {speech.points(action['points'])}"
    if action["limit"]:
        text += f", {speech.times(action['limit'])}"
    if action["once_per"] == "link":
        text += speech.say(", once for each link")
    elif action["once_per"] == "receipt":
        text += speech.say(", once for each receipt")
    return f"{text}{speech.life(action)}."


def _scheduled(scheduled: Plain, speech: Speech) -> str:
    if scheduled["rate"] is not None:
        text = speech.say(_RETRO[scheduled["over"]], percent=speech.percent(scheduled["rate"]))
        if scheduled["from_minor"]:
            text += speech.say(", from {money} on", money=speech.money(scheduled["from_minor"]))
    else:
        text = speech.points(scheduled["points"])
    if scheduled["every"] is not None:
        month, day = scheduled["every"]
        text += speech.say(", every year on {day} {month}", day=day, month=speech.say(MONTHS[month - 1]))
    if scheduled["date"] is not None:
        text += speech.say(", on {date}", date=format_day(scheduled["date"]))
    if scheduled["segment"] is not None:
        text += ", " + speech.say("for segment {list}", list=scheduled["segment"])
    if scheduled["tags"] is not None:
        text += ", " + speech.say("for members tagged {list}", list=speech.any_of(scheduled["tags"]))
    return f"{scheduled['id']}: {text}{speech.life(scheduled)}."
