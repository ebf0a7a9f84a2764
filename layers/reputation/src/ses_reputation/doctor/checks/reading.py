"""What could not be read: it is unknown, and said so."""

from collections.abc import Iterator

from ses_reputation.authorization.policy_document import policy_text
from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.listing import Unread
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.reading.places import SUPPRESSION_LIST


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find calls that failed, those of one action, asker and error together."""
    alike: dict[tuple[str, str, str], list[Unread]] = {}
    for each in setup.unread:
        alike.setdefault((each.asker, each.action, each.error_code), []).append(each)
    for (asker, action, code), unread in sorted(alike.items()):
        yield _unknown(setup, asker, (action, code), unread)


def statement_for(action: str) -> str:
    """Return the statement that lets a role read, as JSON. Most actions of reading have no resources."""
    actions = [_ONE_ENTRY, action] if action == SUPPRESSION_LIST else [action]
    return policy_text({"Effect": "Allow", "Action": actions, "Resource": "*"})


def _unknown(setup: Setup, asker: str, failed: tuple[str, str], unread: list[Unread]) -> Diagnosis:
    action, code = failed
    subjects = [each.subject for each in unread]
    shown = subjects[:_MOST] + ([f"{len(subjects) - _MOST} more"] if len(subjects) > _MOST else [])
    cause = f"{asker} may not {action}" if unread[0].is_refusal else f"{action} failed with {code}"
    account = next(
        (
            part
            for part in subjects[0].replace(" ", ":").split(":")
            if len(part) == _DIGITS and part.isdigit()
        ),
        "",
    )
    return Diagnosis(
        name="unread",
        severity=Severity.WARNING,
        account=account or setup.ledger_account,
        region="",
        subject=action,
        problem=f"Unknown, because {cause}: {in_words(shown)}.",
        why=_UNKNOWN_LIST if action == SUPPRESSION_LIST else _UNKNOWN,
        mend=_NO_WAY_IN
        if action == "sts:AssumeRole"
        else f"{_MEND}{statement_for(action)}"
        if unread[0].is_refusal
        else "Run the doctor again; if it lasts, look at the error.",
    )


_MOST = 5
_ONE_ENTRY = "ses:GetSuppressedDestination"
_UNKNOWN = "What was not read is not taken as right, nor as absent: the checks that need it did not run."
_UNKNOWN_LIST = (
    "The suppression list there is unknown, not empty: no snapshot or comparison may take it as empty."
)
_DIGITS = 12
_NO_WAY_IN = (
    "Deploy the account's template, with the role's name as the stack's parameter ReadingRoleName has it; "
    "the role has to trust whoever runs the doctor."
)
_MEND = (
    "Deploy the account's template (accounts/identity-owner.yaml, accounts/delegate-sender.yaml) again, or "
    "add this statement to the role's policy: "
)
