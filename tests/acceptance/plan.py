"""The steps of a run after its deployment, in their order: each uses what those before it made."""

from functools import partial

from tests.acceptance.deployment import Deployment, deploy_with
from tests.acceptance.step import Step
from tests.acceptance.steps.audience import hear_an_alert, hear_an_event, subscribe
from tests.acceptance.steps.balances import count_once
from tests.acceptance.steps.forgery import refuse_the_unsigned
from tests.acceptance.steps.greeting import hear_ses
from tests.acceptance.steps.logs import keep_to_the_level, measure
from tests.acceptance.steps.opt_in_region import hear_an_opt_in_region
from tests.acceptance.steps.recursion import wait_without_being_stopped
from tests.acceptance.steps.simulator import mail_the_simulator
from tests.acceptance.steps.snapshot import export_the_list
from tests.acceptance.steps.standing import reach_pause
from tests.acceptance.steps.stopped_stream import see_a_stopped_stream
from tests.acceptance.steps.stranger import refuse_a_stranger

STEPS = (
    Step("greeting", "SES accepts the feedback topic, whose policy lets SES alone publish", hear_ses),
    Step("subscriptions", "the alert topic and the event bus take subscribers", subscribe),
    Step("balances", "feedback goes from SNS to balances, and what comes twice counts once", count_once),
    Step("standing", "the schedule assesses, and a fifth of bounces is a standing `pause`", reach_pause),
    Step("alert", "people hear of it", hear_an_alert),
    Step("event", "programs hear of it", hear_an_event),
    Step("simulator", "SES's own notifications are understood, and counted", mail_the_simulator),
    Step("snapshot", "the workflow exports the suppression list, completely", export_the_list),
    Step("forgery", "what SNS did not sign is quarantined", refuse_the_unsigned),
    Step(
        "stranger", "a subscription by an account that is not registered is not confirmed", refuse_a_stranger
    ),
    Step(
        "recursion",
        "Lambda does not stop the function that sends to its own queue",
        wait_without_being_stopped,
    ),
    Step("log level", "LogLevel has an effect, and metrics are written at any level", keep_to_the_level),
    Step(
        "metrics",
        "CloudWatch makes metrics of those lines",
        measure,
        only_aws="the AWS on this machine makes no metrics of log lines",
    ),
    Step("opt-in Region", "SNS of an opt-in Region reaches the feedback queue", hear_an_opt_in_region),
    Step(
        "stopped stream",
        "an alarm rings when journaled feedback is not posted",
        see_a_stopped_stream,
        only_aws="alarms do nothing on the AWS of this machine",
    ),
)


def deployment_step(deployment: Deployment) -> Step:
    """The first step, without which no other can be tried."""
    proves = "the SAM CLI deploys the stack, with roles and all, in this account"
    return Step("deployment", proves, partial(deploy_with, deployment))
