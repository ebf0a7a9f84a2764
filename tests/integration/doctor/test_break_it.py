"""Each way to break the chain is named by its cause, with what follows beneath it, and nothing else."""

import pytest

from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.report import examine, exit_code
from tests.integration.doctor.breaks import BREAKS, Break
from tests.support.aws.pasted_command import run_pasted
from tests.support.aws.sound_setup import SoundSetup, build
from tests.support.pasted_text import check_pasted, commands_in

pytestmark = pytest.mark.local_aws


def read(setup: SoundSetup, broken: Break) -> Setup:
    """Read the setup, and where the break happened if that is elsewhere."""
    return setup.read(*([(getattr(setup, broken.account), broken.where)] if broken.where else []))


def test_a_sound_setup_has_no_finding(aws: Ministack, ses: SesStandIn) -> None:
    facts = build(aws, ses).read()

    assert examine(facts) == []
    assert facts.unread == ()
    assert [len(facts.topics.found), len(facts.places)] == [3, 4]


def test_at_least_thirty_ways_to_break_it_are_tried() -> None:
    assert len({each.name for each in BREAKS}) == len(BREAKS) >= 30


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.name)
def test_the_cause_is_named_with_what_follows_and_mended_by_what_is_printed(
    aws: Ministack, ses: SesStandIn, broken: Break
) -> None:
    setup = build(aws, ses)
    broken.act(setup)

    causes = examine(read(setup, broken))

    assert [(each.diagnosis.name, each.consequences) for each in causes] == [
        (broken.cause, broken.follows(setup))
    ]
    assert exit_code(causes) == broken.severity
    (found,) = (each.diagnosis for each in causes)
    for command in (*found.commands, *commands_in(found.mend)):
        check_pasted(command)

    if broken.is_mended:
        for command in causes[0].diagnosis.commands:
            run_pasted(command, causes[0].diagnosis.account, setup.client)
        assert examine(read(setup, broken)) == []
