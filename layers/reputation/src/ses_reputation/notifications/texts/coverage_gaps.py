"""How a gap in coverage is told, and what to check, by its likely cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ses_reputation.findings.feed_coverage.missed_share import FeedGap, GapCause, MissedCounts
from ses_reputation.findings.feed_coverage.reported import ADVERSE, BOUNCED, COMPLAINED
from ses_reputation.wording import count, moment_of, percent

Figure = tuple[str, str]
_TITLES = {BOUNCED: "bounces", COMPLAINED: "complaints"}
# As `set-identity-notification-topic` and event destinations name them.
_NOTIFICATION_TYPES = {BOUNCED: "Bounce", COMPLAINED: "Complaint"}
_EVENT_TYPES = {BOUNCED: "BOUNCE", COMPLAINED: "COMPLAINT"}


class Words(NamedTuple):
    """A headline without its full stop, the likely cause, and what to check; each with fields in braces."""

    headline: str
    cause: str
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gap is: an identity in a Region, and the account whose feed it is, "" for the owner's.

    configuration_sets: those that the feed ever named, or the one that the gap is about.
    """

    identity: str
    region: str
    account: str = ""
    configuration_sets: tuple[str, ...] = ()


# A deleted topic, or one that SES may no longer publish to, makes SES drop the setting without a word and go
# back to e-mail (Amazon SES developer guide, "Receiving Amazon SES notifications using Amazon SNS").
_SHOW_DESTINATIONS = (
    "In account {account}, see whether the event destination is still there and enabled: `aws sesv2 "
    "get-configuration-set-event-destinations --configuration-set-name {set} --region {region}`."
)
_SHOW_TOPIC = (
    "See whether its topic exists and its policy lets ses.amazonaws.com publish (SES drops what it may not "
    "publish without a word), with the grant on its key if it is encrypted: `aws sns get-topic-attributes "
    "--topic-arn TOPIC_ARN --region {region}`."
)
_SHOW_SUBSCRIPTION = (
    "See whether the topic is still subscribed to the ledger's queue, without raw message delivery and "
    "without a filter: `aws sns list-subscriptions-by-topic --topic-arn TOPIC_ARN --region {region}`."
)
_SHOW_IDENTITY = (
    "In the identity owner's account, see which topics the identity has: `aws ses "
    "get-identity-notification-attributes --identities {identity} --region {region}`."
)
_SET_TOPIC = (
    "Set the topic (again): `aws ses set-identity-notification-topic --identity {identity} "
    "--notification-type {notification_type} --sns-topic TOPIC_ARN --region {region}`."
)
_LOST_FOR_GOOD = "SES does not tell again what it told nobody: rates of these hours lack the sends."
_GONE = "the {thing} was removed, or SES may not publish to its topic any more"
_WORDS: Mapping[GapCause, Words] = {
    GapCause.SENDER_NOT_SET_UP: Words(
        "Account {account}'s feed for {identity} never told anything; the owner's feed told of {missed}",
        "the sender's feed is not set up, or its account is not registered",
        (
            "See whether {account} is among the stack's DelegateAccounts or OwnerAccounts: what accounts "
            "that are not registered tell is quarantined.",
            "In account {account}, make a configuration set with an event destination, and name it on every "
            "send: `aws sesv2 create-configuration-set-event-destination --configuration-set-name {set} "
            "--event-destination-name ses-reputation --event-destination file://destination.json --region "
            "{region}`.",
            "Without it no send is known: this account has no rates.",
        ),
    ),
    GapCause.SENDER_LOST: Words(
        "Account {account}'s feed for {identity} tells nothing since {since}; the owner's feed told of "
        "{missed} meanwhile",
        _GONE.format(thing="event destination"),
        (_SHOW_DESTINATIONS, _SHOW_TOPIC, _SHOW_SUBSCRIPTION, _LOST_FOR_GOOD),
    ),
    GapCause.EVENT_DESTINATION_LOST: Words(
        "Configuration set {set} of {account} tells nothing of {identity} since {since}; the owner's feed "
        "told of {missed} meanwhile",
        _GONE.format(thing="event destination"),
        (
            _SHOW_DESTINATIONS,
            _SHOW_TOPIC,
            "If all this is in order, see whether the mail still names the set: other sets of the account "
            "tell.",
            _LOST_FOR_GOOD,
        ),
    ),
    GapCause.EVENT_TYPE_NOT_SELECTED: Words(
        "Configuration set {set} of {account} never tells of {kinds}; the owner's feed told of {missed} of "
        "{identity}",
        "the event destination does not select this type of event",
        (_SHOW_DESTINATIONS, "Add {event_types} to its MatchingEventTypes."),
    ),
    GapCause.NO_CONFIGURATION_SET: Words(
        "Account {account} sends some mail of {identity} without a configuration set; only the owner's feed "
        "told of {missed}",
        "some sends name no configuration set",
        (
            "Find the program that sends without one: a delegate sender has to name its configuration set on "
            "every send (X-SES-CONFIGURATION-SET over SMTP).",
            "For mail of the identity owner itself, a default set will do: `aws sesv2 "
            "put-email-identity-configuration-set-attributes --email-identity {identity} "
            "--configuration-set-name {set} --region {region}`.",
            "Sends without a set are unknown: rates lack them.",
        ),
    ),
    GapCause.SENDER_TELLS_IN_PART: Words(
        "Configuration set {set} of {account} leaves out {kinds} of {identity}; only the owner's feed told "
        "of {missed}",
        "events are lost on the way, or the topic's subscription filters them",
        (_SHOW_DESTINATIONS, _SHOW_SUBSCRIPTION),
    ),
    GapCause.OWNER_LOST: Words(
        "The owner's feed for {identity} tells nothing since {since}; the senders' feeds told of {missed} "
        "meanwhile",
        "the identity's topics were removed, or SES may not publish to them any more",
        (_SHOW_IDENTITY, _SHOW_TOPIC, _SHOW_SUBSCRIPTION, _SET_TOPIC),
    ),
    GapCause.OWNER_TOPIC_NOT_SET: Words(
        "The owner's feed for {identity} never tells of {kinds}; the senders' feeds told of {missed}",
        "the identity has no topic for this type of notification",
        (_SHOW_IDENTITY, _SET_TOPIC),
    ),
    GapCause.OWNER_TOPIC_LOST: Words(
        "The owner's feed for {identity} tells of no {kinds} since {since}; the senders' feeds told of "
        "{missed} meanwhile",
        _GONE.format(thing="topic for this type"),
        (_SHOW_IDENTITY, _SHOW_TOPIC, _SET_TOPIC),
    ),
    GapCause.OWNER_TELLS_IN_PART: Words(
        "The owner's feed for {identity} leaves out {kinds}; only the senders' feeds told of {missed}",
        "notifications are lost on the way, or the topic's subscription filters them",
        (_SHOW_IDENTITY, _SHOW_SUBSCRIPTION),
    ),
}


def describe_gap(cause: GapCause, gap: FeedGap, place: Place) -> str:
    """Return a gap in one sentence without its full stop."""
    return _WORDS[cause].headline.format(**_fields(gap, place))


def advise_on_gap(cause: GapCause, gap: FeedGap, place: Place) -> tuple[str, ...]:
    """Return what to check, with the aws commands that show it."""
    return tuple(sentence.format(**_fields(gap, place)) for sentence in _WORDS[cause].advice)


def tell_gap(cause: GapCause, gap: FeedGap, place: Place) -> tuple[Figure, ...]:
    """Return pairs of a label and a text: what was missed, where, and the likely cause."""
    other = "owner's feed" if place.account else "senders' feeds"
    told = [(f"told by the {other} only", name_missed(gap.missed))]
    if gap.missed.adverse and gap.missed.delivered:
        told.append(("and besides", name_missed(MissedCounts(gap.missed.delivered))))
    if gap.told:
        share = gap.missed.adverse / (gap.missed.adverse + gap.told)
        told.append(("missed", f"{percent(share, 1)} of the latest {name_kinds(gap.kinds or ADVERSE)}"))
    told += tell_of_last(gap)
    if place.configuration_sets:
        told.append(("configuration sets", ", ".join(place.configuration_sets)))
    return (*told, ("Region", place.region), ("likely cause", _WORDS[cause].cause))


def tell_of_last(gap: FeedGap) -> tuple[Figure, ...]:
    """Return when the mail was sent of which the feed told last; nothing where it never told anything."""
    return (("last told", f"of mail sent {_when(gap.last_reported)}"),) if gap.last_reported else ()


def name_missed(missed: MissedCounts) -> str:
    """Return facts by kind: `12 bounces and 1 complaint`; deliveries only where there is nothing else."""
    told = [(missed.bounced, "bounce"), (missed.complained, "complaint")]
    words = [count(number, noun) for number, noun in told if number]
    deliveries = "1 delivery" if missed.delivered == 1 else f"{count(missed.delivered)} deliveries"
    return " and ".join(words) or deliveries


def name_kinds(kinds: Sequence[str]) -> str:
    """Return kinds as people name them: `bounces and complaints`."""
    return " and ".join(_TITLES[kind] for kind in kinds)


def _when(period: str) -> str:
    return f"in the hour of {moment_of(period)}" if "T" in period else f"on {period}"


def _fields(gap: FeedGap, place: Place) -> dict[str, str]:
    kinds = gap.kinds or ADVERSE
    is_one_set = len(place.configuration_sets) == 1
    return {
        "account": place.account,
        "identity": place.identity,
        "region": place.region,
        "set": place.configuration_sets[0] if is_one_set else "CONFIGURATION_SET",
        "missed": name_missed(gap.missed),
        "since": moment_of(gap.since),
        "kinds": name_kinds(kinds),
        "notification_type": _NOTIFICATION_TYPES[kinds[0]] if gap.kinds else "Bounce",
        "event_types": " and ".join(_EVENT_TYPES[kind] for kind in kinds),
    }
