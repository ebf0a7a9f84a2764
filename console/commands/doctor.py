"""`ses-reputation doctor`: what is set up in every registered account and Region, and what of it is wrong."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Annotated

import typer

from console.actions.registration.register_accounts import registered_places
from console.local_aws.deployment import SAMCONFIG
from console.options import AccountOption, JsonOption, StackOption, check_regions
from console.reports.doctor import describe_place, print_causes, print_places
from console.stack.account_clients import reading_clients
from console.stack.clock import current_time
from console.stack.connection import Connection, connect
from console.terminal.screen import Narrator, Step, open_screen, print_json
from ses_reputation.doctor.facts.setup import SeenSender, Setup, UnheardChannel
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.doctor.reading.scope import SetupScope, places_to_read
from ses_reputation.doctor.reading.setup import SetupReader
from ses_reputation.doctor.report import examine, exit_code
from ses_reputation.feedback.provenance import Feed
from ses_reputation.findings.feed_coverage.feed_health import FeedView, view_feeds
from ses_reputation.findings.feed_coverage.reported import KINDS, FeedCounts
from ses_reputation.rollup.entities import SenderIdentity
from ses_reputation.rollup.sender_mail import read_mail
from ses_reputation.statistics.unheard_channels import ChannelClients, ChannelNames, find_unheard

_DAYS = 31

RegionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        callback=check_regions,
        help="A Region to read, once or more; without it, the stack's, those that mail came from, and those "
        "that samconfig.toml has stacks in.",
    ),
]
ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config",
        metavar="FILE",
        show_default=False,
        help="The samconfig.toml that names accounts' Regions. Default: that of this project.",
    ),
]


def run_doctor(
    stack: StackOption = None,
    account: AccountOption = None,
    region: RegionsOption = None,
    config: ConfigOption = SAMCONFIG,
    json: JsonOption = False,
) -> None:
    """Look at every registered account, and name what is wrong: each cause once, what follows, what mends it.

    It only reads: SES once a second in each account and Region, accounts at the same time. With --account it
    looks at all, and names what is to be mended in that one. Exits with 0 if nothing is wrong, 1 with
    warnings, 2 with errors.
    """
    connection, now = connect(stack), current_time()
    senders = connection.assessments.senders()
    places = registered_places(config, connection)
    scope = replace(scope_of(connection, senders, region or [], places), stack=stack or "")
    narrator = Narrator(open_screen(on_stderr=True))
    with narrator.step("Read SES and the way to the ledger", len(scope.places) + 1) as step:
        seen = _seen(connection, senders, now)
        reader = SetupReader(
            scope, reading_clients(connection, stack), lambda: CallPace(time.sleep), _Advance(step)
        )
        setup = replace(reader.read(now, seen), unheard=_unheard(connection, now))
    causes = [each for each in examine(setup) if account in (None, each.diagnosis.account)]
    read = {(place.account, place.region) for place in setup.places}
    not_read = [place for place in scope.places if place not in read]
    if json:
        _print_json(setup, not_read, [each.to_json() for each in causes])
    else:
        screen = open_screen()
        print_places(screen, setup.places, not_read)
        print_causes(screen, causes)
    if causes:
        raise typer.Exit(exit_code(causes))


def scope_of(
    connection: Connection,
    senders: Iterable[SenderIdentity],
    regions: list[str],
    registered: Iterable[tuple[str, str]] = (),
) -> SetupScope:
    """Return what to read: see `places_to_read`. registered: accounts and Regions with stacks."""
    registry = connection.registry
    return SetupScope(
        ledger_account=connection.account_id,
        owners=registry.owners,
        delegates=registry.delegates,
        places=places_to_read(
            connection.registered_accounts,
            connection.region,
            {sender.region for sender in senders},
            registered,
            regions,
        ),
        queue_arn=connection.output("FeedbackQueueArn"),
        queue_url=connection.output("FeedbackQueueUrl"),
        role=connection.stack.parameters.get("ReadingRoleName", ""),
    )


def _unheard(connection: Connection, now: datetime) -> tuple[UnheardChannel, ...]:
    """Return the channels of the ledger's own stack that reach nobody, as its hourly check finds them."""
    outputs = ("AlertTopicArn", "AlarmTopicArn", "EventBusName")
    alerts, alarms, bus = map(connection.output, outputs)
    names = ChannelNames(alerts, alarms, bus, connection.stack.outputs.get("ChatTopicArn", ""))
    return find_unheard(ChannelClients.of(connection.clients.connect), names, now).for_doctor(names)


def _seen(connection: Connection, senders: list[SenderIdentity], now: datetime) -> list[SeenSender]:
    """Return what the ledger counted of each sender on days for which both feeds have reported.

    What a feed reported last may be of today: only the counts are of days that are over.
    """
    mail = read_mail(connection.assessments, senders, now, _DAYS)
    over = {view.sender: view.counts for view in view_feeds([], mail.days, now)}
    views = view_feeds(mail.hours, mail.days, now)
    return [_seen_sender(view, over.get(view.sender, FeedCounts())) for view in views]


def _seen_sender(view: FeedView, over: FeedCounts) -> SeenSender:
    counted = [over.of_kind(kind) for kind in KINDS]
    by_owner_only = sum(each.missed_by(Feed.SENDER) for each in counted)
    reported = sum(each.by(Feed.SENDER) for each in counted)
    last = view.owner_last_reported, view.set_last_reported
    return SeenSender(*view.sender, by_owner_only, reported, *last)


class _Advance:
    """Counts the parts that were read, from several threads."""

    def __init__(self, step: Step) -> None:
        self._step, self._lock, self._done = step, Lock(), 0

    def __call__(self, part: str) -> None:
        with self._lock:
            self._done += 1
            self._step.advance_to(self._done, text=f"Read {part}")


def _print_json(setup: Setup, not_read: list[tuple[str, str]], causes: list[dict[str, object]]) -> None:
    places = [describe_place(place) for place in setup.places]
    unread = [{"account": account, "region": region} for account, region in not_read]
    found = {"places": places, "places_not_read": unread, "causes": causes}
    print_json({"read_at": setup.read_at.isoformat(), **found})
