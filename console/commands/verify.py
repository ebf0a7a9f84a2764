"""`ses-reputation verify`: marker mail from every party, and what must come of it in the ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Annotated, Any

import typer

from console.actions.await_subscriptions import await_subscriptions, patience_of, pending_topics
from console.actions.prove_by_mail import PartyToProve, expect, new_marker, read_setups, send_as
from console.commands.doctor import scope_of
from console.errors import NotFoundError
from console.options import JsonOption, StackOption, check_identity, check_regions
from console.reports.verification.proof import print_proof
from console.reports.verification.proof_json import describe_proof
from console.stack.connection import Connection, connect
from console.stack.marker_quarantine import quarantined_of
from console.stack.party_access import PartyAccess, open_party
from console.stack.sending_setup import choose_identity, choose_sets, from_address
from console.terminal.screen import Narrator, open_screen, print_json
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.doctor.diagnosis import Severity
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.doctor.reading.setup import SetupReader
from ses_reputation.doctor.report import RootCause, examine
from ses_reputation.environment import is_account
from ses_reputation.verification.feed_setup import FeedSetup
from ses_reputation.verification.marker_mail import SendingParty, mails_of
from ses_reputation.verification.missing import MissingFeedback, explain_missing
from ses_reputation.verification.proof import PartyProof, Proof
from ses_reputation.verification.watching import Patience, watch
from ses_reputation.wording import count


def check_tenants(tenants: list[str] | None) -> list[str]:
    """Return tenants as `ACCOUNT=NAME`. Raises BadParameter where one is not of that form."""
    for each in tenants or ():
        account, _, name = each.partition("=")
        if not (is_account(account) and name):
            raise typer.BadParameter(f"{each!r} names no tenant of an account: give 222222222222=NAME.")
    return list(tenants or ())


def check_delegates(delegates: list[str] | None) -> list[str]:
    """Return delegates as `ACCOUNT=PROFILE`. Raises BadParameter where one is not of that form."""
    for each in delegates or ():
        account, _, profile = each.partition("=")
        if not (is_account(account) and profile):
            raise typer.BadParameter(f"{each!r} names no profile: give 222222222222=PROFILE.")
    return list(delegates or ())


# Typer makes an option of every parameter.
def verify_setup(  # noqa: PLR0913, PLR0917
    stack: StackOption = None,
    owner_profile: Annotated[
        str,
        typer.Option("--owner-profile", metavar="NAME", help="An AWS profile of the owner. Default: yours."),
    ] = "",
    delegate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACCOUNT=PROFILE",
            callback=check_delegates,
            help="A delegate sender, and an AWS profile of it that may send; repeatable.",
        ),
    ] = None,
    identity: Annotated[
        str | None,
        typer.Option(
            metavar="IDENTITY", callback=check_identity, help="Default: the owner's only verified domain."
        ),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION",
            callback=check_regions,
            help="A Region of the identity; repeatable. Default: the stack's.",
        ),
    ] = None,
    sender: Annotated[
        str,
        typer.Option("--from", metavar="ADDRESS", help="Default: ses-reputation-verify@ of the identity."),
    ] = "",
    configuration_set: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only sets of this name; repeatable. Default: all with topics."),
    ] = None,
    tenant: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACCOUNT=NAME",
            callback=check_tenants,
            help="A tenant of an account, which its mail is sent for; repeatable.",
        ),
    ] = None,
    wait: Annotated[
        int, typer.Option(metavar="SECONDS", min=0, max=3600, help="How long to wait for feedback.")
    ] = 300,
    json: JsonOption = False,
) -> None:
    """Send mail to SES's mailbox simulator as each party, and wait until the ledger has what must come of it.

    Works in the sandbox, and harms no reputation. The owner and each delegate send with a profile of their
    own. Exits with 1 if SES refuses a mail, a feed is not set up, or something does not come.
    """
    connection = connect(stack)
    owner = open_party(connection, owner_profile)
    regions = list(dict.fromkeys(region or [connection.region]))
    identities = [choose_identity(owner, each, identity) for each in regions]
    accesses, sets = [owner, *_delegates(connection, delegate or ())], frozenset(configuration_set or ())
    _check_senders(tenant or (), accesses)
    parties = [
        party
        for chosen in identities
        for access in accesses
        for of_set in _parties(access, owner, chosen, sender or from_address(chosen), sets)
        for party in _of_tenants(of_set, tenant or ())
    ]
    narrator = Narrator(open_screen(on_stderr=True))
    proof = _prove(connection, narrator, parties, timedelta(seconds=wait))
    missing = _explain(connection, narrator, proof, accesses)
    quarantined = quarantined_of(connection.quarantine, proof) if missing else {}
    if json:
        print_json(describe_proof(proof, missing, quarantined))
    else:
        print_proof(open_screen(), proof, missing, quarantined, connection.stack.name if stack else None)
    if not proof.is_complete:
        raise typer.Exit(1)


def _delegates(connection: Connection, delegates: list[str] | tuple[()]) -> Iterator[PartyAccess]:
    for each in delegates:
        account, _, profile = each.partition("=")
        yield open_party(connection, profile, account)


def _parties(
    access: PartyAccess, owner: PartyAccess, identity: IdentityArn, address: str, wanted: frozenset[str]
) -> Iterator[PartyToProve]:
    """Yield a party for each of an account's sets; without any, one that names none."""
    names = choose_sets(access, identity.region, wanted)
    if wanted and not names and access.account != owner.account:
        raise NotFoundError(
            f"{access.account} has none of the configuration sets {', '.join(sorted(wanted))} in "
            f"{identity.region}."
        )
    for name in names or [""]:
        yield PartyToProve(SendingParty(access.account, identity, address, name), access, owner)


def _check_senders(tenants: Iterable[str], accesses: Iterable[PartyAccess]) -> None:
    """Raise NotFoundError where a tenant is of an account that sends nothing in this run."""
    strangers = {each.partition("=")[0] for each in tenants} - {access.account for access in accesses}
    if strangers:
        raise NotFoundError(
            f"Account {min(strangers)} sends nothing here: name it with --delegate, or give a tenant of an "
            "account that does."
        )


def _of_tenants(party: PartyToProve, tenants: Iterable[str]) -> list[PartyToProve]:
    """Return a party for each tenant that is named of its account; without any, the party itself."""
    named = (each.partition("=") for each in tenants)
    names = [name for account, _, name in named if account == party.access.account]
    return [replace(party, party=replace(party.party, tenant=name)) for name in names or [""]]


def _explain(
    connection: Connection, narrator: Narrator, proof: Proof, accesses: list[PartyAccess]
) -> list[MissingFeedback]:
    """Return what is missing, with what the doctor finds in the parties' accounts, by their profiles."""
    if not proof.missing:
        return []
    clients = {access.account: access.clients for access in accesses}
    clients.setdefault(connection.account_id, connection.clients)
    scope = scope_of(connection, [], sorted({each.party.region for each in proof.parties}))
    places = tuple(place for place in scope.places if place[0] in clients)

    def connect_as(account: str, service: str, region: str) -> Any:
        return clients[account].connect(service, region_name=region)

    with narrator.step("Let the doctor look for why something is missing"):
        reader = SetupReader(replace(scope, places=places), connect_as, lambda: CallPace(sleep))
        causes = examine(reader.read(datetime.now(UTC), []))
    return list(explain_missing(proof, lambda *place: _problems(connection, causes, place)))


def _problems(connection: Connection, causes: list[RootCause], place: tuple[str, str]) -> list[str]:
    """Return what loses feedback in an account and Region, or at the ledger.

    What could not be looked at is no cause.
    """
    found = (cause.diagnosis for cause in causes if cause.diagnosis.severity is Severity.ERROR)
    places = {place, (connection.account_id, connection.region)}
    return [f"{each.problem} {each.mend}" for each in found if (each.account, each.region) in places]


def _prove(
    connection: Connection, narrator: Narrator, parties: list[PartyToProve], longest: timedelta
) -> Proof:
    patience, setups = patience_of(longest), [read_setups(party) for party in parties]
    _await_subscriptions(connection, narrator, parties, setups, patience)
    began_at = datetime.now(UTC)
    marker = new_marker(began_at)
    has_regions = len({party.party.region for party in parties}) > 1
    proofs = tuple(
        _send(narrator, party, setup, marker, f" in {party.party.region}" if has_regions else "")
        for party, setup in zip(parties, setups, strict=True)
    )
    expected = expect(proofs)
    with narrator.step("Wait for what must come of it", len(expected)) as step:
        seen = watch(connection.balances, expected, patience, step.advance_to)
        step.outcome = f"Wait for what must come of it: {len(seen.came)} of {len(expected)} came"
    return Proof(marker, began_at, proofs, expected, seen)


def _await_subscriptions(
    connection: Connection,
    narrator: Narrator,
    parties: list[PartyToProve],
    setups: list[tuple[FeedSetup, ...]],
    patience: Patience,
) -> None:
    """Wait for the ledger to confirm subscriptions: what SNS gets before, nobody hears of."""
    accesses = {party.access.account: party.access for party in parties}
    topics = {topic for each in setups for setup in each for topic in setup.topics}
    queue_arn = connection.output("FeedbackQueueArn")
    with narrator.step("Wait until the ledger has confirmed its subscriptions") as step:
        left = await_subscriptions(
            lambda: pending_topics(topics, queue_arn, accesses), patience, step.advance_to
        )
        if left:
            step.outcome = f"The ledger has not confirmed {count(len(left), 'subscription')}; going on"


def _send(
    narrator: Narrator, party: PartyToProve, setups: tuple[FeedSetup, ...], marker: str, where: str
) -> PartyProof:
    text = f"Send as {party.party.account}{where}, {party.party.configuration_set or 'without a set'}"
    total, sent = len(mails_of(party.party, marker)), 0
    with narrator.step(text, total) as step:

        def advance() -> None:
            nonlocal sent
            sent += 1
            step.advance_to(sent)

        proof = send_as(party, setups, marker, advance)
        step.outcome = f"{text}: SES took {len(proof.accepted)} of {count(total, 'mail')}"
    return proof
