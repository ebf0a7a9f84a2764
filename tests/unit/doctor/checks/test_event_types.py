"""Events that a configuration set leaves out: the command that mends it names those that it has, too."""

import json
import shlex

from ses_reputation.doctor.checks.sets.event_types import check
from ses_reputation.doctor.facts.sending import Destination
from ses_reputation.doctor.flows import EVENT_NAMES
from tests.support.doctor_facts import (
    DELEGATE_TOPIC,
    delegate_place,
    owner_place,
    publishing_set,
    sound_setup,
)


def test_delays_are_missing_from_what_tools_of_version_1_make_and_the_update_replaces_the_whole_list() -> (
    None
):
    opens = frozenset(EVENT_NAMES) - {"DELIVERY_DELAY"} | {"OPEN"}
    made_by_v1 = publishing_set("mail", destinations=(Destination("events", True, opens, DELEGATE_TOPIC),))

    (found,) = check(sound_setup(places=(owner_place(), delegate_place(made_by_v1))))

    assert found.name == "delays_missing"
    assert "aws_ses_event_destination" in found.why + found.mend
    (command,) = found.commands
    words = shlex.split(command)
    assert words[:3] == ["aws", "sesv2", "update-configuration-set-event-destination"]
    given = json.loads(words[words.index("--event-destination") + 1])
    assert set(given["MatchingEventTypes"]) == {*EVENT_NAMES, "OPEN"}
