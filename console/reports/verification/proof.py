"""What proof by mail found, as `verify` prints it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from console.terminal.screen import print_heading, print_indented, print_line, print_title
from console.terminal.tables import make_table
from ses_reputation.feedback.provenance import Feed
from ses_reputation.shell_words import shell_option
from ses_reputation.verification.expectation import OUTCOMES, Expectation
from ses_reputation.verification.explanation import RefusalExplanation
from ses_reputation.verification.feed_setup import FeedbackKind, FeedSetup
from ses_reputation.verification.marker_mail import MarkerMail, SendingParty
from ses_reputation.verification.missing import MissingFeedback
from ses_reputation.verification.proof import PartyProof, Proof
from ses_reputation.verification.refusals import quote_refusal
from ses_reputation.verification.sending import RefusedMail
from ses_reputation.wording import count

_COLUMNS: tuple[tuple[Feed, FeedbackKind], ...] = (
    *((Feed.SENDER, kind) for kind in FeedbackKind),
    *((Feed.OWNER, kind) for kind in FeedbackKind if kind is not FeedbackKind.SEND),
)
_FEEDS = {Feed.SENDER: "sender's feed", Feed.OWNER: "owner's feed"}
_HEADINGS = {"delivery": "deliv- ery", "complaint": "com- plaint"}
_NONE = "none"
Quarantined = Mapping[str, int]


def print_proof(
    screen: Console,
    proof: Proof,
    missing: Sequence[MissingFeedback],
    quarantined: Quarantined,
    stack: str | None,
) -> None:
    """Print what came of each party's mails, then what did not and why, then one line that sums up.

    quarantined: messages on these mails by reason. stack: for commands to copy; None for the local one.
    """
    print_heading(
        screen,
        "Proof by mail",
        "Seconds until the ledger had each report of the sender's feed (its configuration set) and of the "
        "owner's (the identity's topics); it is looked at once all mails are sent. A row is a mailbox of "
        "SES's simulator, and the API that sent.",
    )
    for place, each in enumerate(proof.parties):
        if place:
            screen.print()
        print_indented(screen, _title(each.party), 0, style="bold")
        screen.print(_draw_party(proof, each))
    for each in proof.parties:
        _print_refusals(screen, each)
        _print_lacking(screen, each)
    _print_missing(screen, missing, quarantined, stack)
    screen.print()
    print_indented(screen, _summary(proof), 0, style="bold")


def _title(party: SendingParty) -> str:
    role = "delegate" if party.is_delegate else "owner"
    through = f"set {party.configuration_set}" if party.configuration_set else "no configuration set"
    tenant = f", tenant {party.tenant}" if party.tenant else ""
    return f"{party.account} ({role}), {party.identity.name} in {party.region}, {through}{tenant}"


def _draw_party(proof: Proof, proven: PartyProof) -> Table:
    table = make_table("", *(f"{feed} {_HEADINGS.get(kind, kind)}" for feed, kind in _COLUMNS))
    refused = {each.mail for each, _ in proven.refused}
    mails = {each.mail: each for each in proven.accepted}
    for mail in sorted({*mails, *refused}, key=_order):
        if mail in refused:
            table.add_row(mail.title, "refused", *[""] * (len(_COLUMNS) - 1))
            continue
        cells = (Expectation(mails[mail], feed, kind) for feed, kind in _COLUMNS)
        table.add_row(mail.title, *(_cell(proof, each) for each in cells))
    return table


def _order(mail: MarkerMail) -> tuple[int, int]:
    return list(type(mail.way)).index(mail.way), list(OUTCOMES).index(mail.outcome)


def _cell(proof: Proof, expectation: Expectation) -> str:
    if expectation not in proof.expected:
        return ""
    came = proof.watch.came.get(expectation)
    return _NONE if came is None else _seconds(came)


def _seconds(passed: timedelta) -> str:
    return f"{max(passed.total_seconds(), 0):.1f} s"


def _print_refusals(screen: Console, proven: PartyProof) -> None:
    for explanation, refused in _grouped(proven):
        mails = ", ".join(each.mail.title for each in refused)
        print_title(screen, f"SES refused {mails} of {proven.party.account}")
        print_indented(screen, explanation.cause)
        print_indented(screen, f"SES says: {quote_refusal(refused[0])}", style="dim")
        print_indented(screen, f"{_whose_turn(explanation, proven.party)}: {explanation.mend}")
        for line in explanation.paste:
            print_line(screen, f"    {line}")


def _grouped(proven: PartyProof) -> Iterator[tuple[RefusalExplanation, list[RefusedMail]]]:
    """Yield each explanation once, with all mails that it explains."""
    by_explanation: dict[RefusalExplanation, list[RefusedMail]] = {}
    for refused, explanation in proven.refused:
        by_explanation.setdefault(explanation, []).append(refused)
    yield from by_explanation.items()


def _whose_turn(explanation: RefusalExplanation, party: SendingParty) -> str:
    account = explanation.account_of(party)
    return f"The {explanation.side} ({account}) acts" if account else "Owner or sender act"


def _print_lacking(screen: Console, proven: PartyProof) -> None:
    for setup in proven.lacking_setups:
        print_title(screen, f"The {_FEEDS[setup.feed]} of {proven.party.account} is not set up")
        print_indented(screen, _describe_lacking(proven.party, setup))


def _describe_lacking(party: SendingParty, setup: FeedSetup) -> str:
    kinds = ", ".join(sorted(setup.lacking))
    if setup.feed is Feed.OWNER:
        return (
            f"The identity {party.identity.name} of {party.identity.account} has no topic in {party.region} "
            f"for: {kinds}. "
            "accounts/identity-owner.yaml sets them."
        )
    if not party.configuration_set:
        return (
            f"{party.account} has no configuration set that publishes to an SNS topic in {party.region}. "
            "accounts/delegate-sender.yaml makes one."
        )
    return f"The configuration set {party.configuration_set} publishes to no SNS topic: {kinds}."


def _print_missing(
    screen: Console, missing: Sequence[MissingFeedback], quarantined: Quarantined, stack: str | None
) -> None:
    for each in missing:
        title = f"Missing in the {_FEEDS[each.feed]} of mail of {each.party.account} in {each.party.region}"
        print_title(screen, f"{title}: {_named(each)}")
        for cause in each.causes:
            print_indented(screen, cause)
    for reason, number in sorted(quarantined.items()):
        messages = count(number, "message")
        print_indented(
            screen, f"The quarantine holds {messages} on these mails, as {reason}: see what it says."
        )
        option = f" {shell_option('--stack', stack)}" if stack else ""
        print_line(
            screen, f"    ses-reputation quarantine summary {shell_option('--reason', reason)}{option}"
        )


def _named(missing: MissingFeedback) -> str:
    names = [f"{each.kind} of {each.accepted.mail.title}" for each in missing.expectations]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _summary(proof: Proof) -> str:
    came = f"{len(proof.watch.came)} of {count(len(proof.expected), 'expected observation')}"
    if proof.is_complete:
        return f"Proven: {came} came, from the right parties and feeds. Marker {proof.marker}."
    return f"Not proven: {came} came. Marker {proof.marker}."
