"""How numbers, times and names are put for people: alike in every alert, finding and table."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from re import ASCII
from re import compile as pattern
from typing import TYPE_CHECKING

from ses_reputation.feedback.outcomes import BOUNCE_OUTCOMES, COMPLAINT_OUTCOMES
from ses_reputation.feedback.providers import Provider
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.rates.basis import Basis
from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.rate_counts import Dimension, Slice
from ses_reputation.visible_text import visible

if TYPE_CHECKING:
    from ses_reputation.rates.headroom import Headroom

_OF_ACCOUNT = pattern(r"(\d{12})/(.*)", ASCII).fullmatch
_PLACES: Mapping[Measure, int] = {Measure.BOUNCES: 2, Measure.COMPLAINTS: 3}
_EVENTS: Mapping[Measure, str] = {Measure.BOUNCES: "hard bounce", Measure.COMPLAINTS: "complaint"}
_RATES: Mapping[Measure, str] = {Measure.BOUNCES: "bounce rate", Measure.COMPLAINTS: "complaint rate"}
_BASES: Mapping[Basis, str] = {
    Basis.SENDS: "mail with a Send event",
    Basis.FINAL_OUTCOMES: "mail with a final outcome: no Send event of it is reported",
    Basis.SENDS_AND_FINAL_OUTCOMES: "mail with a Send event, and {mails} known by a final outcome alone",
    Basis.SES_COUNT: "SES's own count of sends: only bounces are reported to the ledger",
}
_PROVIDERS: Mapping[str, str] = {
    provider.wire_name: title
    for provider, title in {
        Provider.OTHER: "other providers",
        Provider.SIMULATOR: "the mailbox simulator",
        Provider.OWN_DOMAINS: "own domains",
        Provider.GMX_WEBDE: "GMX and WEB.DE",
        Provider.MAILRU: "Mail.ru",
        Provider.QQ: "QQ",
        Provider.NETEASE: "NetEase",
        Provider.FREE_FR: "Free",
        Provider.SFR: "SFR",
        Provider.LAPOSTE: "La Poste",
        Provider.WP: "WP",
        Provider.BT: "BT",
        Provider.UOL: "UOL",
        Provider.COX_CHARTER: "Cox and Charter",
        Provider.ATT: "AT&T",
    }.items()
}
_BOUNCES: Mapping[str, str] = {
    outcome.wire_name: f"{kind}, {subtype}"
    for kind, subtypes in BOUNCE_OUTCOMES.items()
    for subtype, outcome in subtypes.items()
} | {"bounced_permanent_other": "Permanent, of another subtype"}
_COMPLAINTS: Mapping[str, str] = {
    outcome.wire_name: feedback_type for feedback_type, outcome in COMPLAINT_OUTCOMES.items()
} | {"complained_unspecified": "of no stated type", "complained_unknown": "of a type new to this version"}
_WHAT_SES_MEANS: Mapping[str, str] = {
    "bounced_permanent_no_email": "no such mailbox",
    "bounced_permanent_suppressed": "SES's global suppression list",
}


def count(number: int, noun: str = "", nouns: str = "") -> str:
    """Return `1,234`, or with a noun `1 bounce`, `1,234 bounces`; nouns: for more than one, as `entries`."""
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def percent(share: Fraction | float, places: int = 2) -> str:
    """Return a fraction of 1 as `5.12 %`."""
    return f"{float(share) * 100:.{places}f} %"


def rate_percent(measure: Measure, rate: Fraction | float) -> str:
    """Return a rate as people read it: bounces as `5.12 %`, the much smaller complaints as `0.104 %`."""
    return percent(rate, _PLACES[measure])


def mark_percent(threshold: Fraction | float) -> str:
    """Return a threshold, which is a round number: `10 %`, `0.5 %`."""
    return f"{float(threshold) * 100:g} %"


def headroom_text(measure: Measure, headroom: "Headroom", rate: Fraction | float) -> str:
    """Return how far it is to a standing, or out of it: `13 more hard bounces reach WATCH (2 %)`.

    Where the rate is past the threshold already, evidence is what lacks: `5 more complaints make it PAUSE`.
    """
    standing, number = headroom.standing.upper(), headroom.more_events
    if not number:
        lead = "leads" if headroom.clean_sends == 1 else "lead"
        return f"{count(headroom.clean_sends, 'clean send')} {lead} out of {standing}"
    more = count(number, f"more {event_noun(measure)}")
    if _is_past(headroom, rate):
        return f"{more} {'makes' if number == 1 else 'make'} it {standing}"
    reach = "reaches" if number == 1 else "reach"
    return f"{more} {reach} {standing} ({mark_percent(headroom.threshold)})"


def chance_text(headroom: "Headroom", rate: Fraction | float) -> str:
    """Return why a standing has not begun although the rate is past its threshold; "" where it is not."""
    if not _is_past(headroom, rate):
        return ""
    mark = mark_percent(headroom.threshold)
    return f"The rate is past {mark} already, but chance alone could have brought it there"


def _is_past(headroom: "Headroom", rate: Fraction | float) -> bool:
    return headroom.more_events > 0 and float(rate) >= float(headroom.threshold)


def signed(change: int) -> str:
    """Return a change of a number: `+1,234`, `-12`, `no change`."""
    return f"{change:+,}" if change else "no change"


def points_text(points: float | None, measure: Measure) -> str:
    """Return by how much a rate changed: `, up 0.80 points`; "" where that is not known."""
    if points is None:
        return ""
    size = f"{abs(points):.{_PLACES[measure]}f}"
    return f", {'up' if points > 0 else 'down'} {size} points" if float(size) else ", as before"


def event_noun(measure: Measure) -> str:
    """Return what a measure counts, one of them: `hard bounce`, `complaint`."""
    return _EVENTS[measure]


def basis_text(kind: str, without_send: int) -> str:
    """Return what a rate is over, as `RateBasis` has it."""
    return _BASES[Basis(kind)].format(mails=count(without_send, "mail"))


def unrated_text(unrated: int, measure: Measure) -> str:
    """Return how many events are in no rate, and why."""
    return f"{count(unrated, event_noun(measure))}: of that mail neither sends nor deliveries are reported"


def rate_title(measure: Measure) -> str:
    """Return `bounce rate` or `complaint rate`."""
    return _RATES[measure]


def moment(at: datetime) -> str:
    """Return an aware time as `2026-11-22 10:05 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def moment_of(name: str) -> str:
    """Return an hour's or a day's name as people read it: `2026-11-22T10` as `2026-11-22 10:00 UTC`."""
    day, _, hour = name.partition("T")
    return f"{day} {hour}:00 UTC" if hour else day


def duration(span: timedelta) -> str:
    """Return a span by its two largest units: `3 days 4 hours`, `45 minutes`."""
    minutes = max(0, round(span.total_seconds() / 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    largest = next((place for place, (number, _) in enumerate(units) if number), 2)
    named = [count(number, unit) for number, unit in units[largest : largest + 2] if number]
    return " ".join(named) or "0 minutes"


def provider_title(wire_name: str) -> str:
    """Return a mailbox provider's name as people know it."""
    return _PROVIDERS.get(wire_name) or visible(wire_name).replace("_", " ").title()


def slice_title(mail_slice: Slice) -> str:
    """Return a part of an entity's mail as people name it: `configuration set newsletter`, `mail to
    Gmail`."""
    return _PART_TITLES[mail_slice.kind](visible(mail_slice.name))


def sender_and_name(name: str) -> tuple[str, str]:
    """Return the sending account, "" where none is named, and what is called so; that may hold a `/` too."""
    of_account = _OF_ACCOUNT(name)
    return (of_account[1], of_account[2]) if of_account else ("", name)


def _configuration_set_title(name: str) -> str:
    account, own = sender_and_name(name)
    title = "mail without a configuration set" if own == NO_CONFIGURATION_SET else f"configuration set {own}"
    return f"{title} of {account}" if account else title


def _tag_title(name: str) -> str:
    account, tag = sender_and_name(name)
    own, _, value = tag.partition("=")
    title = f"{own.removeprefix('ses:').replace('-name', '')} {value}"
    return f"{title} of {account}" if account else title


def _outcome_title(titles: Mapping[str, str], name: str) -> str:
    title = titles.get(name, name.replace("_", " "))
    return f"{_WHAT_SES_MEANS[name]} ({title})" if name in _WHAT_SES_MEANS else title


_PART_TITLES: Mapping[Dimension, Callable[[str], str]] = {
    Dimension.EVERYTHING: lambda _: "all mail",
    Dimension.CONFIGURATION_SET: _configuration_set_title,
    Dimension.PROVIDER: lambda name: f"mail to {provider_title(name)}",
    Dimension.SENDING_ACCOUNT: lambda name: f"sending account {name}",
    Dimension.IDENTITY: lambda name: f"identity {name}",
    Dimension.BOUNCE: lambda name: f"bounces: {_outcome_title(_BOUNCES, name)}",
    Dimension.COMPLAINT: lambda name: f"complaints: {_outcome_title(_COMPLAINTS, name)}",
    Dimension.TAG: _tag_title,
    Dimension.OWNER_ONLY: lambda name: f"{_configuration_set_title(name)}, by the identity owner alone",
    Dimension.WITHOUT_SEND: lambda name: f"{_configuration_set_title(name)}, without Send events",
    Dimension.UNRATED: lambda name: f"{_configuration_set_title(name)}, in no rate",
    Dimension.COUNTED_BY_SES: lambda _: "sends that SES counted",
}
