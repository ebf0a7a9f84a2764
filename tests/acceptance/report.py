"""What a run prints: what it is about to do, how each step ended, what it cost, and what is left."""

from collections.abc import Iterable

from ses_reputation.visible_text import visible, visible_lines
from tests.acceptance.account import Possibilities
from tests.acceptance.cost import ESTIMATE, Charge, charge, total
from tests.acceptance.removal import Removal, list_tagged_command
from tests.acceptance.run import Run
from tests.acceptance.step import Ended, StepResult

WHAT_IS_MADE = (
    "a stack of template.yaml, deployed by the SAM CLI, and a bucket for its code",
    "an event bus and a few queues that hear what the stack publishes",
    "a domain identity that is never verified, and a configuration set",
    "a topic in an opt-in Region and one in the second account, where there are these",
    "it reads the suppression list, and mails SES's mailbox simulator twice from a verified identity",
)
_REMAINS = (
    "What AWS keeps by itself: the table's last backup (35 days, free), metrics (15 months, free) "
    "and the deleted stack in CloudFormation's list (90 days)."
)


def print_plan(run: Run, possibilities: Possibilities) -> None:
    """Print where the run takes place, what it makes, and about what that costs."""
    account, mails = run.account, possibilities.mails_a_day
    _say(f"Acceptance test {run.name}")
    where = " (the AWS on this machine)" if account.is_local else ""
    _say(f"  account {account.account_id}, Region {account.region}{where}")
    _say(f"  mails sent there in the last 24 hours: {'unknown' if mails is None else f'{mails:,.0f}'}")
    _say(f"  Lambda runs {possibilities.calls_at_once} calls at once there at most")
    _say(f"  mails the simulator from: {visible(run.sender) or 'nobody, as no identity is verified'}")
    _say(f"  opt-in Region: {run.opt_in_region or 'none is enabled'}")
    _say("It makes, all under its own name, and removes at the end, also on Ctrl-C:")
    for each in WHAT_IS_MADE:
        _say(f"  - {each}")
    _say(
        f"It takes about an hour, and costs about ${total(charge(ESTIMATE)):.2f} (list prices, no free tier)."
    )


def print_step(result: StepResult) -> None:
    """Print how a step ended."""
    step = result.step
    _say(f"{result.ended:<8} {step.name:<14} {result.seconds:6.0f} s  {step.proves}")
    _say(visible_lines(" " * 34 + result.seen.replace("\n", "\n" + " " * 34)))


def print_cost(charges: Iterable[Charge]) -> None:
    """Print what the run cost, by what was charged."""
    listed = [each for each in charges if each.quantity]
    _say("What it cost (counts of CloudWatch and of the run, list prices, no free tier):")
    for each in listed:
        _say(f"  ${each.dollars:.4f}  {each.quantity:,.0f} {each.what}")
    _say(f"  ${total(listed):.4f}  together")


def print_removal(run_name: str, removal: Removal) -> None:
    """Print what was removed, and what a person has to remove."""
    _say(f"Removed: {len(removal.removed)} things")
    for each in removal.removed:
        _say(f"  - {visible(each)}")
    if not removal.left:
        _say(f"Nothing named or tagged {run_name} is left. {_REMAINS}")
        return
    _say("NOT removed:")
    for left in removal.left:
        _say(f"  - {visible(left.what)}: {visible(left.why)}\n      {left.command}")
    _say(f"Remove these, or run `make acceptance REMOVE={run_name}` again. What is still tagged:")
    _say(f"  {list_tagged_command(run_name)}")


def print_verdict(results: Iterable[StepResult]) -> None:
    """Print how many steps ended how."""
    ended = [result.ended for result in results]
    _say(", ".join(f"{ended.count(each)} {each.lower()}" for each in Ended))


def _say(line: str) -> None:
    print(line, flush=True)
