"""Whether a key lets a service use it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ses_reputation.doctor.checks.policies import explain, is_refused, service_request
from ses_reputation.doctor.facts.messaging import EncryptionKey
from ses_reputation.doctor.mends import merged_policy, set_key_policy

ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")
"""What a service needs to write to what is encrypted: Amazon SNS developer guide, "Key management"."""


class KeyFault(NamedTuple):
    """What is wrong with a key: its kind, a clause about it, why, and the command that mends it, or none."""

    kind: str
    problem: str
    why: str
    commands: tuple[str, ...]


def fault_of(key: EncryptionKey, service: str, sources: Sequence[str], read_at: datetime) -> KeyFault | None:
    """Return what keeps a service from using a key for resources, by ARN; None where nothing does."""
    if key.is_managed_by_aws:
        why = (
            f"AWS manages its policy, which does not let {service} use it, and nobody can change it. What is "
            "refused is dropped, not retried."
        )
        return KeyFault("managed_by_aws", "a key that AWS manages", why, ())
    if key.state != "Enabled":
        options = f"Its state is {key.state}, so nobody can use it."
        return KeyFault("unusable", "a key that is not enabled", options, ())
    for source in sources:
        for action in ACTIONS:
            request = service_request(service, action, key.arn, source, read_at)
            if is_refused(key.policy, request):
                command = set_key_policy(key.arn, merged_policy(key.policy, [_statement(service)]))
                why = explain(key.policy, request)
                return KeyFault("without_grant", f"a key that {service} may not use", why, (command,))
    return None


def _statement(service: str) -> dict[str, object]:
    return {
        "Sid": f"Let{service.partition('.')[0].capitalize()}Encrypt",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": list(ACTIONS),
        "Resource": "*",
    }
