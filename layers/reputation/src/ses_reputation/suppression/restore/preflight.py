"""Why SES could not carry out an import job: found before one is started, each cause by itself.

SES takes a job that it cannot do, and says later that it FAILED, with a message that is documented nowhere.
Sources: SES developer guide, "Using the Amazon SES account-level suppression list" (production access, policy
of the bucket, customer managed key with kms:Decrypt). That the bucket has to be in the list's Region is not
documented either way; here no other is tried.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ses_reputation.authorization.evaluation import PolicyRequest, evaluate
from ses_reputation.suppression.restore.import_files import import_folder
from ses_reputation.suppression.targets import Target

_SES = "ses.amazonaws.com"
_ACCOUNT_KEYS = ("aws:SourceAccount", "aws:Referer")


class Obstacle(StrEnum):
    """What keeps a list from being changed by an import job."""

    SANDBOX = "sandbox"
    TENANT = "tenant"
    REGION = "region"
    POLICY = "policy"
    AWS_KEY = "aws_key"
    KEY_POLICY = "key_policy"


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """What was read of the bucket and the account. None: could not be read, so nothing is said of it.

    policy: of the bucket, "" where it has none. key: the KMS key that its objects are encrypted with by
    default, "" where it is none. key_policy: of that key. is_out_of_sandbox: whether the account is.
    """

    bucket: str
    region: str
    partition: str
    policy: str | None = None
    key: str | None = ""
    is_aws_key: bool = False
    key_policy: str | None = None
    is_out_of_sandbox: bool | None = None


def find_obstacles(facts: ImportFacts, target: Target) -> Iterator[tuple[Obstacle, str]]:
    """Yield each obstacle to import jobs for a list, with a sentence that says what to do."""
    if facts.is_out_of_sandbox is False:
        yield (
            Obstacle.SANDBOX,
            f"SES keeps {target.account} in its sandbox in {target.region}, where neither import jobs nor "
            "single additions are allowed: request production access.",
        )
    if target.tenant:
        yield Obstacle.TENANT, "SES's import jobs know no tenants."
    if facts.region != target.region:
        yield (
            Obstacle.REGION,
            f"The bucket {facts.bucket} is in {facts.region}, the list in {target.region}.",
        )
    yield from _policy_obstacles(facts, target)
    yield from _key_obstacles(facts, target)


def _policy_obstacles(facts: ImportFacts, target: Target) -> Iterator[tuple[Obstacle, str]]:
    if facts.policy is None:
        return
    folder = f"arn:{facts.partition}:s3:::{facts.bucket}/{import_folder(target)}"
    if not _lets_ses(facts.policy, "s3:GetObject", f"{folder}file", target.account):
        yield (
            Obstacle.POLICY,
            f"The policy of the bucket {facts.bucket} does not let {_SES} read {import_folder(target)}* for "
            f"{target.account}: deploy the stack again, whose template grants it.",
        )


def _key_obstacles(facts: ImportFacts, target: Target) -> Iterator[tuple[Obstacle, str]]:
    if not facts.key:
        return
    if facts.is_aws_key:
        yield (
            Obstacle.AWS_KEY,
            f"The bucket {facts.bucket} encrypts with a KMS key of AWS, which cannot let {_SES} use it: "
            "choose SSE-S3, or a customer managed key.",
        )
    elif facts.key_policy is not None and not _lets_ses(
        facts.key_policy, "kms:Decrypt", facts.key, target.account
    ):
        yield (
            Obstacle.KEY_POLICY,
            f"The policy of the key {facts.key} does not let {_SES} use kms:Decrypt for {target.account}.",
        )


def _lets_ses(policy: Any, action: str, resource: str, account: str) -> bool:
    """Whether a policy lets SES act for an account, by either key that SES's guide has named for it."""
    return any(_allows(policy, action, resource, key, account) for key in _ACCOUNT_KEYS)


def _allows(policy: Any, action: str, resource: str, key: str, account: str) -> bool:
    # The evaluator leaves variables open, but here it is known what this one will be.
    known = policy.replace(f"${{{key}}}", account)
    context: Mapping[str, tuple[str, ...]] = {key: (account,), "aws:SecureTransport": ("true",)}
    try:
        return evaluate(known, PolicyRequest(_SES, action, resource, context)).is_allowed
    except ValueError:
        return False
