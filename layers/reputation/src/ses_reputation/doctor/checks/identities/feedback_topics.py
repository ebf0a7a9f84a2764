"""Whether SES publishes an owner's bounces and complaints to topics."""

from collections.abc import Iterator, Sequence

from ses_reputation.doctor.checks.known_topics import topic_for_identity
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import IdentityFacts, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import NOTIFICATION_TYPES, in_words, publishing_link, since
from ses_reputation.doctor.mends import register, set_identity_topic

_REQUIRED = ("Bounce", "Complaint")
_MOST_SHARING = 10
"""Identities that are named, with their commands, beside one that lost the topic that they share."""


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find identities of owners without topics for bounces or complaints.

    A Delivery topic that stays while both others are cleared and forwarding is on is the trace of a topic
    that SES could not publish to (Amazon SES developer guide, "Configuring Amazon SNS notifications").
    """
    lost: set[tuple[str, str, str]] = set()
    for place, identity in setup.owned_identities():
        topics = identity.topics
        if topics is None or not identity.is_verified:
            continue
        missing = [kind for kind in _REQUIRED if kind not in topics]
        if not missing:
            continue
        if len(missing) == len(_REQUIRED) and "Delivery" in topics and identity.is_forwarding:
            shared = (place.account, place.region, topics["Delivery"])
            # One identity that lost the topic names those that did not yet.
            others = [] if shared in lost else _sharing(place, topics["Delivery"])
            lost.add(shared)
            yield _lost(setup, place, identity, others)
        else:
            yield _not_set(setup, place, identity, missing)


def _sharing(place: Place, topic: str) -> list[tuple[str, list[str]]]:
    """Return the identities whose bounces or complaints go to a topic, with the types that go there."""
    found = []
    for identity in sorted(place.identities, key=lambda each: each.name):
        kinds = [kind for kind in NOTIFICATION_TYPES if (identity.topics or {}).get(kind) == topic]
        if set(kinds) & set(_REQUIRED):
            found.append((identity.name, kinds))
    return found


def _lost(
    setup: Setup, place: Place, identity: IdentityFacts, others: Sequence[tuple[str, list[str]]]
) -> Diagnosis:
    topic = (identity.topics or {})["Delivery"]
    last = since(setup.last_of_identity(place.region, identity.name))
    again = [(identity.name, list(_REQUIRED)), *others[:_MOST_SHARING]]
    return Diagnosis(
        name="topics_lost",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=place.identity_arn(identity.name),
        problem=f"{identity.name} in {place.region} has lost its topics for bounces and complaints: SES "
        "cleared them and forwards by e-mail.",
        why=f"SES does that when it cannot publish. It leaves the Delivery topic ({topic}), which may work "
        "again by now. Each identity loses its topics at its own first bounce or complaint, so others that "
        f"shared the topic still look right. SES sent the account an e-mail about it. {last}".rstrip(),
        mend=f"Set the topics again, also those of identities that shared them{_in_short(others)}.",
        commands=tuple(
            set_identity_topic(place.region, name, kind, topic) for name, kinds in again for kind in kinds
        ),
        explained_by=frozenset({topic, publishing_link(place.identity_arn(identity.name), topic)}),
    )


def _in_short(others: Sequence[tuple[str, list[str]]]) -> str:
    names = [name for name, _ in others[:_MOST_SHARING]]
    if len(others) > _MOST_SHARING:
        names.append(f"{len(others) - _MOST_SHARING} more")
    return f" and still look right: {in_words(names)}" if names else ""


def _not_set(setup: Setup, place: Place, identity: IdentityFacts, missing: list[str]) -> Diagnosis:
    topic = topic_for_identity(place, identity)
    last = since(setup.last_of_identity(place.region, identity.name))
    goes = (
        "goes by e-mail to the Return-Path" if identity.is_forwarding else "is lost: e-mail forwarding is off"
    )
    kinds = [kind for kind in NOTIFICATION_TYPES if kind not in (identity.topics or {})]
    return Diagnosis(
        name="topics_missing",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=place.identity_arn(identity.name),
        problem=f"{identity.name} in {place.region} has no topic for {in_words(missing)}.",
        why=f"The ledger has no owner's feed of these, and what no configuration set publishes {goes}."
        + (_OF_ITS_OWN if identity.is_address and place.domain_above(identity) else "")
        + (f" {last}" if last else ""),
        mend=f"Set them in account {place.account}; switch e-mail forwarding off, if at all, only after that."
        + ("" if topic else _BY_TEMPLATE),
        commands=tuple(set_identity_topic(place.region, identity.name, kind, topic) for kind in kinds)
        if topic
        else (register("owner", place.account, place.region, identity=identity.name),),
    )


_BY_TEMPLATE = " Register the identity, and run what that prints: its template makes a topic and sets it."
_OF_ITS_OWN = (
    " The topics of its domain do not reach it: an address that is verified by itself has its own settings."
)
