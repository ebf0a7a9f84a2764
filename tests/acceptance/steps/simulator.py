"""Mail to SES's mailbox simulator, if SES is set up: SES's own notifications, not ours."""

from functools import partial

from tests.acceptance.fence import SIMULATOR
from tests.acceptance.run import Run
from tests.acceptance.step import SkippedError

_DELAY_DAYS = 1


def mail_the_simulator(run: Run) -> str:
    """Send mail that is delivered, bounces and is complained of; the ledger has each outcome.

    The simulator's mail works in the sandbox, and has no effect on the account's reputation (SES developer
    guide, "Using the mailbox simulator"). It is sent with the stack's own configuration set.
    """
    if not run.sender:
        raise SkippedError("no verified identity here to mail from; verify one, or give FROM=")
    sender = run.sender if "@" in run.sender else f"acceptance@{run.sender}"
    for recipient, outcome in (("bounce", "bounced"), ("complaint", "complained")):
        message = _send(run, sender, recipient)
        run.await_that(
            f"the ledger has what became of mail to {recipient}{SIMULATOR}",
            partial(_has_entry, run, message, outcome),
        )
    return f"{sender}: the bounce and the complaint that SES reported are in the ledger"


def _has_entry(run: Run, message: str, outcome: str) -> bool:
    entries = run.connection.read_entries("", message, _DELAY_DAYS)
    return any(entry["outcome"].startswith(outcome) for entry in entries)


def _send(run: Run, sender: str, recipient: str) -> str:
    answer = run.clients.sesv2.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [f"{recipient}{SIMULATOR}"]},
        ConfigurationSetName=run.name,
        Content={
            "Simple": {"Subject": {"Data": run.name}, "Body": {"Text": {"Data": "An acceptance test."}}}
        },
    )
    return answer["MessageId"]
