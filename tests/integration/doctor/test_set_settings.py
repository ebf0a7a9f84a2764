"""A set may switch address validation off, which is not the same as leaving it to its account."""

import pytest

from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.aws.sound_setup import build

pytestmark = pytest.mark.local_aws


@pytest.mark.parametrize(("given", "read"), [("ENABLED", "HIGH"), ("DISABLED", "OFF")])
def test_validation_that_a_set_switches_off_differs_from_none_of_its_own(
    aws: Ministack, ses: SesStandIn, given: str, read: str
) -> None:
    setup = build(aws, ses)
    threshold = {"ConditionThresholdEnabled": given} | (
        {"OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": "HIGH"}} if given == "ENABLED" else {}
    )
    setup.client(setup.courier, "sesv2").put_configuration_set_suppression_options(
        ConfigurationSetName="mail", ValidationOptions={"ConditionThreshold": threshold}
    )

    found = {
        place.account: place.sets.found["mail"].validation
        for place in setup.read().places
        if place.sets.found
    }

    assert found == {setup.courier: read, setup.harbor: ""}
