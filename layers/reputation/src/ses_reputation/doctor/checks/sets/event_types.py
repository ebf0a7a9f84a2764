"""Whether event destinations publish all that the ledger counts."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import ConfigurationSet, Destination, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import EVENT_NAMES, in_words
from ses_reputation.doctor.mends import event_destination

_COUNTED = frozenset({"SEND", "DELIVERY", "BOUNCE", "COMPLAINT"})
_BY_V1 = (
    " Version 1 of the SES API cannot name delays: if a tool that uses it made the set (such as Terraform's "
    "aws_ses_event_destination), use its successor for v2, or it will take them away again."
)


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find sets whose destinations to topics leave out events: an error where rates would be wrong."""
    for place in setup.places:
        for each in place.sets:
            to_topics = [destination for destination in each.destinations or () if destination.topic]
            published = {kind for destination in to_topics for kind in destination.event_types}
            missing = [kind for kind in EVENT_NAMES if kind not in published]
            if to_topics and missing:
                yield _incomplete(place, each, to_topics[0], missing)


def _incomplete(
    place: Place, each: ConfigurationSet, destination: Destination, missing: list[str]
) -> Diagnosis:
    where = (place.region, each.name, destination.name)
    types = destination.event_types | set(missing)
    return Diagnosis(
        name="delays_missing" if missing == ["DELIVERY_DELAY"] else "event_types_missing",
        severity=Severity.ERROR if _COUNTED & set(missing) else Severity.WARNING,
        account=place.account,
        region=place.region,
        subject=place.set_arn(each.name),
        problem=f"Configuration set {each.name} of {place.title} does not publish {in_words(missing)}.",
        why="The ledger lacks them. Delays are the earliest sign that a provider holds mail back, and come "
        "in no other way." + (_BY_V1 if "DELIVERY_DELAY" in missing else ""),
        mend="Add them: the command names all types, since it replaces the list.",
        commands=(event_destination("update", where, destination.topic, types),),
    )
