"""What could not be read is said to be unknown, with who may not do what."""

from ses_reputation.doctor.facts.listing import Unread
from ses_reputation.doctor.report import examine
from tests.support.doctor_facts import sound_setup

ASKER = "role ses-reputation-reading of 222222222222"


def test_a_refusal_names_the_role_and_the_action() -> None:
    unread = Unread("ses:GetAccount", "222222222222 in eu-west-1", ASKER, "AccessDeniedException")

    (cause,) = examine(sound_setup(unread=(unread,)))

    assert (cause.diagnosis.name, cause.diagnosis.account) == ("unread", "222222222222")
    assert '{"Effect":"Allow","Action":["ses:GetAccount"],"Resource":"*"}' in cause.diagnosis.mend
    assert cause.diagnosis.problem == (
        f"Unknown, because {ASKER} may not ses:GetAccount: 222222222222 in eu-west-1."
    )


def test_refusals_of_one_action_are_one_cause() -> None:
    arns = [f"arn:aws:ses:eu-west-1:222222222222:identity/{number}.example" for number in range(7)]
    unread = tuple(Unread("ses:GetEmailIdentity", arn, ASKER, "Throttling") for arn in arns)

    (cause,) = examine(sound_setup(unread=unread))

    assert cause.diagnosis.account == "222222222222"
    assert cause.diagnosis.problem.endswith(f"{', '.join(arns[:5])} and 2 more.")
    assert "failed with Throttling" in cause.diagnosis.problem


def test_a_suppression_list_that_may_not_be_read_is_unknown_and_not_empty() -> None:
    where = "222222222222 in eu-west-1"
    unread = Unread("ses:ListSuppressedDestinations", where, ASKER, "AccessDeniedException")

    (cause,) = examine(sound_setup(unread=(unread,)))

    assert cause.diagnosis.why.startswith("The suppression list there is unknown, not empty")
    assert cause.diagnosis.mend.endswith(
        '{"Effect":"Allow","Action":["ses:GetSuppressedDestination","ses:ListSuppressedDestinations"],'
        '"Resource":"*"}'
    )
