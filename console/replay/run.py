"""What `replay` does: the user's archive through the whole stack on this machine, step by step."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from console.local_aws.delivery import send_to_queue
from console.local_aws.invocation import run_scheduled
from console.local_aws.ministack.envelopes.signer import EnvelopeSigner
from console.local_stack.accounting import await_accounts, open_quarantine
from console.local_stack.await_idle import show_backlog
from console.local_stack.ledger_contents import LedgerContents, read_contents
from console.local_stack.stack import LocalStack, Parties
from console.replay.archives import (
    MOST_BYTES,
    Survey,
    Unsendable,
    find_files,
    split_unsendable,
    survey_files,
)
from console.terminal.screen import Narrator
from ses_reputation.feedback.archive import NO_DEFAULTS, ArchiveDefaults
from ses_reputation.feedback.provenance import Reason, account_of_topic
from ses_reputation.wording import count

_MOST_RECORDS_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of an archive; `unsendable` messages are among the failed ones of the tally."""

    contents: LedgerContents
    unsendable: Sequence[Unsendable]

    def to_json(self) -> dict[str, Any]:
        """The replay as `--json` prints it."""
        unsent = [
            {"file": str(each.path), "position": each.position, "why": each.why} for each in self.unsendable
        ]
        balances = [hour.to_json() for hour in self.contents.hours]
        return self.contents.tally.to_json() | {
            "signatures_checked": False,
            "unsent": unsent,
            "balances": balances,
        }


def look_through(
    narrator: Narrator, paths: Sequence[Path], defaults: ArchiveDefaults = NO_DEFAULTS
) -> tuple[list[Path], Survey]:
    """Find the files and count what is in them. Raises ConsoleError where a path does not exist."""
    survey = Survey()
    with narrator.step("Look through the archive") as step:
        files = find_files(paths)
        for done, survey in enumerate(survey_files(files, defaults), 1):
            step.advance_to(
                done, len(files), f"Look through the archive: {count(survey.messages, 'message')}"
            )
        step.outcome = f"Look through {count(len(files), 'file')}: {count(survey.messages, 'message')}"
    return files, survey


def name_parties(
    owners: Sequence[str], delegates: Sequence[str], own_domains: Sequence[str], survey: Survey
) -> Parties:
    """The accounts that the user named, and those of events without an envelope."""
    return Parties(
        tuple(dict.fromkeys([*owners, *sorted(survey.owners)])),
        tuple(dict.fromkeys([*delegates, *sorted(survey.senders)])),
        tuple(own_domains),
    )


def replay_files(
    narrator: Narrator,
    local: LocalStack,
    files: Sequence[Path],
    messages: int,
    defaults: ArchiveDefaults = NO_DEFAULTS,
) -> Replayed:
    """Put every message into the feedback queue, wait for the balances, and read what became of it all."""
    unsendable: list[Unsendable] = []
    with narrator.step("Put them into the feedback queue", messages) as step:
        signer = local.aws.envelope_signer()
        bodies = (_signed(body, signer) for body in split_unsendable(files, unsendable, defaults))
        sent = send_to_queue(local.aws, local.stack.outputs["FeedbackQueueUrl"], bodies, step.advance_to)
        step.outcome = f"Put {count(sent, 'message')} into the feedback queue"
    with narrator.step("Journal them, and post the balances", sent) as step:
        tally = await_accounts(local, sent, lambda backlog: show_backlog(step, backlog, sent))
        step.outcome = "Wait until Lambda has journaled them, and posted the balances"
    return Replayed(read_contents(local, tally.with_unsent(len(unsendable))), unsendable)


def _signed(body: str, signer: EnvelopeSigner) -> str:
    """Sign anew: certificates that signed an archive may be gone, and many archives kept no signature."""
    signed = signer.sign_body(body)
    return signed if len(signed.encode()) <= MOST_BYTES else body


def assess_now(narrator: Narrator, local: LocalStack) -> None:
    """Assess what was replayed as of now, so that commands can show standings."""
    with narrator.step("Assess every account and identity"):
        run_scheduled(local.aws, local.stack.outputs["AssessReputationFunctionName"], datetime.now(UTC))


def find_foreign_accounts(local: LocalStack) -> Counter[str]:
    """The accounts of quarantined messages' topics that nobody registered, of the first thousand messages."""
    quarantine = open_quarantine(local)
    keys = islice(quarantine.keys(Reason.FOREIGN_TOPIC), _MOST_RECORDS_LOOKED_AT)
    accounts = Counter(account_of_topic(quarantine.load(key).topic_arn) for key in keys)
    accounts.pop("", None)
    return accounts
