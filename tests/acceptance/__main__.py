"""The acceptance test's command: `python -m tests.acceptance`; see README.md beside this file."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from console.errors import ConsoleError
from console.local_aws.clients import Clients
from console.local_aws.errors import LocalAwsError
from ses_reputation.errors import SesReputationError
from tests.acceptance.account import UnfitError, look_around, open_account, require_quiet
from tests.acceptance.cost import charge, count
from tests.acceptance.deployment import BUILT_TEMPLATE, Deployment
from tests.acceptance.fence import ForeignResourceError
from tests.acceptance.plan import STEPS, deployment_step
from tests.acceptance.removal import remove_all
from tests.acceptance.report import print_cost, print_plan, print_removal, print_step, print_verdict
from tests.acceptance.run import PREFIX, Account, Run, new_name
from tests.acceptance.step import Ended, FailedError, SkippedError, Step, StepResult

_STOPPED = 130
_FAILURES = (
    FailedError,
    ForeignResourceError,
    BotoCoreError,
    ClientError,
    ConsoleError,
    LocalAwsError,
    SesReputationError,
    KeyError,
    ValueError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the test, or remove what a run left. Returns 0 where nothing failed and nothing is left."""
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _remove(options) if options.remove else _try_and_remove(options)
    except UnfitError as error:
        print(error, file=sys.stderr)
        return 2


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make acceptance", description="Try the stack in a real account.")
    parser.add_argument("--profile", default="", help="of the account to try it in")
    parser.add_argument("--other-profile", default="", help="of a second account, a stranger to the first")
    parser.add_argument(
        "--from", dest="sender", default="", help="a verified identity to mail the simulator from"
    )
    parser.add_argument("--opt-in-region", default="", help="an enabled opt-in Region")
    parser.add_argument("--alarm-hours", type=int, default=0, help="wait so long for an alarm to ring")
    parser.add_argument("--template", type=Path, default=BUILT_TEMPLATE, help="as `sam build` wrote it")
    parser.add_argument("--yes", action="store_true", help="do not ask before it begins")
    parser.add_argument(
        "--remove", default="", metavar="NAME", help="only remove what the run of this name left"
    )
    options = parser.parse_args(arguments)
    if options.remove and not options.remove.startswith(PREFIX):
        parser.error(f"a run's name begins with {PREFIX}")
    return options


def _try_and_remove(options: argparse.Namespace) -> int:
    name = new_name()
    account = open_account(name, options.profile, options.other_profile, options.template)
    possibilities = look_around(account, options.sender, options.opt_in_region)
    run = Run(name, account, possibilities.opt_in_region, possibilities.sender)
    run.alarm_hours = options.alarm_hours
    print_plan(run, possibilities)
    if options.yes:
        require_quiet(possibilities)
    elif input("Begin? (yes) ").strip().lower() not in {"y", "yes"}:
        return _STOPPED
    results: list[StepResult] = []
    try:
        for result in _perform(run, Deployment(options.template, options.profile)):
            print_step(result)
            results.append(result)
        _print_cost(run)
    except KeyboardInterrupt:
        print("\nStopped: removing what was made.", flush=True)
        results = []
    finally:
        is_clean = _remove_what_is_of(run)
    print_verdict(results)
    if not results:
        return _STOPPED
    return int(not is_clean or any(result.ended is Ended.FAILED for result in results))


def _perform(run: Run, deployment: Deployment) -> Iterator[StepResult]:
    """Yield how each step ended; without a stack none of the others is tried."""
    first = _try(run, deployment_step(deployment))
    yield first
    if first.ended is Ended.PASSED:
        for step in STEPS:
            yield _try(run, step)


def _try(run: Run, step: Step) -> StepResult:
    begun = time.monotonic()
    try:
        if run.account.is_local and step.only_aws:
            raise SkippedError(step.only_aws)
        ended, seen = Ended.PASSED, step.perform(run)
    except SkippedError as reason:
        ended, seen = Ended.SKIPPED, str(reason)
    except _FAILURES as error:
        ended, seen = Ended.FAILED, f"{type(error).__name__}: {error}"
    return StepResult(step, ended, seen, time.monotonic() - begun)


def _print_cost(run: Run) -> None:
    try:
        print_cost(charge(count(run)))
    except _FAILURES as error:
        print(f"What it cost could not be counted: {error}", flush=True)


def _remove(options: argparse.Namespace) -> int:
    account = open_account(options.remove, options.profile, options.other_profile, options.template)
    possibilities = look_around(account, "", options.opt_in_region)
    return int(not _remove_what_is_of(Run(options.remove, account, possibilities.opt_in_region)))


def _remove_what_is_of(run: Run) -> bool:
    """Remove everything of a run, and print it; return whether nothing is left."""
    with _deaf_to_interrupts():
        removal = remove_all(run.name, _places(run.account, run.opt_in_region))
    print_removal(run.name, removal)
    return not removal.left


def _places(account: Account, opt_in_region: str) -> Iterator[Clients]:
    yield account.clients
    if opt_in_region:
        yield account.in_region(opt_in_region)
    if account.other:
        yield account.other


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """A second Ctrl-C does not stop the removal, which would leave what costs money."""

    def explain(*_: Any) -> None:
        print("Still removing. To stop it nevertheless: kill this process.", flush=True)

    before = signal.signal(signal.SIGINT, explain)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())
