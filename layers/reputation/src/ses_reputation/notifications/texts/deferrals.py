"""How the deferral of an identity's mail is told, and what to do about each of SES's delay types."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ses_reputation.delivery.delays import DelayCounts
from ses_reputation.feedback.providers import Provider
from ses_reputation.findings.finding import DetectionState
from ses_reputation.rates.rates import Rate
from ses_reputation.rollup.rate_counts import Dimension, Slice
from ses_reputation.wording import count, moment_of, percent, provider_title, slice_title

Figure = tuple[str, str]
_MOST_MAIL_STREAMS = 2
# Amazon SES developer guide, "DeliveryDelay object": these are of SES's own making, not the provider's.
_BY_SES = frozenset({"SendingDeferral", "InternalFailure", "BYOIPHostNameLookupUnavailable"})
_ADVICE: Mapping[str, tuple[str, ...]] = {
    "IPFailure": (
        "The provider throttles or blocks the sending IP address: send it less for some hours, the most "
        "engaged recipients first.",
        "Read what the provider answered: the entries keep its diagnostic codes, which often name a page "
        "where a block can be contested.",
        "With dedicated IPs, check their warm-up and blocklists; with shared ones, ask AWS Support if it "
        "lasts longer than a day.",
    ),
    "SendingDeferral": (
        "SES holds the mail back by itself, as it does while managed dedicated IPs warm up: let the volume "
        "to this provider grow more slowly.",
        "SES keeps trying; what cannot wait can be sent through another pool.",
    ),
    "MailboxFull": (
        "Mailboxes are full, as abandoned ones are: leave out recipients who have not been active for long.",
    ),
    "SpamDetected": (
        "The provider takes much of this mail for unsolicited: stop the newest campaign or list, and check "
        "where its recipients come from.",
        "Check that SPF, DKIM and DMARC pass, and that unsubscribing takes one click.",
    ),
    "RecipientServerError": (
        "The provider's servers have a passing trouble: SES keeps trying, wait.",
        "If it lasts for hours, send this provider less: some answer so to senders that they throttle.",
    ),
    "TransientCommunicationFailure": (
        "Connections to the provider fail or break off, mostly for a while only: SES keeps trying.",
        "If it lasts for hours, send this provider less, and read what it answered: the entries keep its "
        "diagnostic codes.",
    ),
    "InternalFailure": ("SES has a trouble of its own: look at the AWS Health Dashboard; SES keeps trying.",),
    "BYOIPHostNameLookupUnavailable": (
        "SES cannot look up the host names of your own IP addresses (BYOIP): check their reverse DNS.",
    ),
}
_ADVICE_OTHERWISE = (
    "SES gives no reason: read what the provider answered; the entries keep its diagnostic codes.",
    "Send this provider less until its share of delays falls.",
)


def describe_deferral(
    identity: str, provider: str, figures: DelayCounts, state: DetectionState, since: str, now: datetime
) -> str:
    """Return it in one sentence without its full stop: `Microsoft is deferring example.com since 14:00 UTC,
    IPFailure, 31 % of mail`."""
    title = provider_title(provider)
    verb = "are" if " and " in title or provider == Provider.OTHER.wire_name else "is"
    capital = title[0].upper() + title[1:]
    if not figures.share:
        return f"{capital} {'were' if verb == 'are' else 'was'} sent no mail of {identity} for a day"
    share = f"{percent(figures.share.value, 0)} of mail"
    if state is DetectionState.CLEAR:
        return f"{capital} {verb} taking mail of {identity} again, {share} deferred"
    main = figures.main_type
    by_ses = f"SES is deferring {identity} to {title}"
    told = by_ses if main in _BY_SES else f"{capital} {verb} deferring {identity}"
    began = f" since {_began(since, now)}" if since else ""
    return ", ".join(filter(None, (told + began, main, share)))


def tell_figures(
    figures: DelayCounts, span: str, usual: DelayCounts | None, mail_streams: Sequence[tuple[str, int]]
) -> tuple[Figure, ...]:
    """Return pairs of a label and a text; `usual` is None where too little is known of the week before."""
    told = [
        ("deferred", _share(figures.share)),
        ("hours of sending", span),
        ("usual", _share(usual.share) + " in the week before" if usual else "too little mail to tell"),
    ]
    if figures.delayed:
        types = sorted(figures.types.items(), key=lambda each: (-each[1], each[0]))
        told.append(("delay types", ", ".join(f"{name} {count(number)}" for name, number in types)))
        told.append(("of the deferred", _ends(figures)))
    told += [("delivery time", _times(figures, usual))] if figures.deliveries else []
    for mail_stream, delayed in mail_streams[:_MOST_MAIL_STREAMS]:
        share = f"{count(delayed)} of {count(figures.delayed)} deferred"
        told.append((slice_title(Slice(Dimension.CONFIGURATION_SET, mail_stream)), share))
    return tuple(told)


def what_to_do(figures: DelayCounts) -> tuple[str, ...]:
    """Return advice by the delay type that most of the delayed mail met."""
    return _ADVICE.get(figures.main_type, _ADVICE_OTHERWISE)


def _began(since: str, now: datetime) -> str:
    """Return an hour of the same day as `14:00 UTC`, an earlier one with its date."""
    return moment_of(since).removeprefix(f"{now:%Y-%m-%d} ")


def _share(share: Rate | None) -> str:
    if share is None:
        return "none of 0 sends"
    low, high = share.interval
    of = f"{count(share.numerator)} of {count(share.denominator)} sends"
    return f"{percent(share.value, 1)} ({of}; 95 % interval {percent(low, 1)} to {percent(high, 1)})"


def _ends(figures: DelayCounts) -> str:
    ends = (
        (figures.delivered, "delivered since"),
        (figures.bounced, "bounced"),
        (figures.still_open, "still open"),
    )
    return ", ".join(f"{count(number)} {end}" for number, end in ends)


def _times(figures: DelayCounts, usual: DelayCounts | None) -> str:
    told = _percentiles(figures)
    return f"{told} (usually {_percentiles(usual)})" if usual and usual.deliveries else told


def _percentiles(figures: DelayCounts) -> str:
    median, most = figures.delivery_time(50), figures.delivery_time(95)
    return f"half {median.title}, 95 % {most.title}" if median and most else ""
