"""Each way to break the chain is named by its cause, with what follows beneath it, and nothing else.

The chain is that of the templates: an owner's stack, two delegates' and the ledger's.
"""

from collections.abc import Iterator

import pytest

from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.report import examine, exit_code
from tests.integration.doctor.breaks import BREAKS, Break
from tests.support.aws.deployed_setup import DeployedSetup, SavedSetup, await_confirmations, deploy_setup
from tests.support.aws.pasted_command import run_pasted
from tests.support.aws.sound_setup import SoundSetup
from tests.support.pasted_text import check_pasted, commands_in

pytestmark = pytest.mark.local_aws


@pytest.fixture(scope="module")
def saved() -> Iterator[SavedSetup]:
    """The stacks, and a copy of all that a break may change."""
    with deploy_setup() as setup:
        yield SavedSetup.of(setup)


@pytest.fixture
def deployed(saved: SavedSetup) -> Iterator[DeployedSetup]:
    """The stacks, put back afterwards."""
    yield saved.setup
    saved.put_back()


def read(setup: SoundSetup, broken: Break) -> Setup:
    """Read the setup, and where the break happened if that is elsewhere."""
    return setup.read(*([(getattr(setup, broken.account), broken.where)] if broken.where else []))


def test_what_the_templates_make_has_no_finding(deployed: DeployedSetup) -> None:
    facts = deployed.read()

    assert examine(facts) == []
    assert facts.unread == ()
    assert [len(facts.topics.found), len(facts.places)] == [3, 4]


def test_at_least_thirty_ways_to_break_it_are_tried() -> None:
    assert len({each.name for each in BREAKS}) == len(BREAKS) >= 30


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.name)
def test_the_cause_is_named_with_what_follows_and_mended_by_what_is_printed(
    deployed: DeployedSetup, saved: SavedSetup, broken: Break
) -> None:
    broken.act(deployed)

    causes = examine(read(deployed, broken))

    assert [(each.diagnosis.name, each.consequences) for each in causes] == [
        (broken.cause, broken.follows(deployed))
    ]
    assert exit_code(causes) == broken.severity
    (found,) = (each.diagnosis for each in causes)
    for command in (*found.commands, *commands_in(found.mend)):
        check_pasted(command)

    if broken.is_mended:
        for command in causes[0].diagnosis.commands:
            run_pasted(command, causes[0].diagnosis.account, deployed.client)
        await_confirmations(deployed)
        assert examine(read(deployed, broken)) == []
        assert SavedSetup.of(deployed).set_aside == saved.set_aside


def test_what_a_break_changed_is_put_back(saved: SavedSetup) -> None:
    assert SavedSetup.of(saved.setup) == saved
    assert examine(saved.setup.read()) == []
