"""Which topic an identity or a configuration set is to have, as far as the others of its place show it."""

from collections.abc import Iterable

from ses_reputation.doctor.facts.sending import IdentityFacts, Place


def topic_for_identity(place: Place, identity: IdentityFacts) -> str:
    """Return the topic that an identity names, or else all others do; "" where there is none, or several."""
    own = _only((identity.topics or {}).values(), place)
    return own or _only((arn for each in place.identities for arn in (each.topics or {}).values()), place)


def topic_for_set(place: Place) -> str:
    """Return the topic that all destinations of a place name; "" where there is none, or several."""
    return _only((each.topic for named in place.sets for each in named.destinations or ()), place)


def _only(topics: Iterable[str], place: Place) -> str:
    """Return the one topic among these that SES can publish to: of the Region, and standard."""
    usable = {
        arn for arn in topics if arn and arn.split(":")[3] == place.region and not arn.endswith(".fifo")
    }
    return usable.pop() if len(usable) == 1 else ""
