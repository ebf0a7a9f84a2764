"""Checks of what a statement is about: exactly one resource, the ARN of the identity itself.

Amazon SES developer guide, "Amazon SES policy anatomy".
"""

from collections.abc import Iterator

from ses_reputation.authorization.identity_arn import EVERY_REGION, IdentityArn, parse_identity_arn
from ses_reputation.authorization.lint.finding import LintedStatement, LintFinding, error, warning
from ses_reputation.authorization.policy_document import texts


def check_resource(statement: LintedStatement) -> Iterator[LintFinding]:
    """Yield what is wrong with a statement's Resource."""
    mend = f'write "Resource": "{statement.identity}"'
    resources = texts(statement.fields.get("Resource"))
    if len(resources) != 1:
        yield error("one-resource", f"it names {len(resources)} resources, and SES takes exactly one", mend)
        return
    try:
        named = parse_identity_arn(resources[0])
    except ValueError:
        yield error("other-identity", f"{resources[0]} is not the ARN of the identity", mend)
        return
    yield from _compare(named, statement.identity, mend)


def _compare(named: IdentityArn, identity: IdentityArn, mend: str) -> Iterator[LintFinding]:
    if named.account != identity.account:
        problem = f"{named} is an identity of account {named.account}, and this one is {identity.account}'s"
        yield error("other-account", problem, mend)
    if named.region == EVERY_REGION:
        problem = "a Region of * is for what delegates name; SES may not take it in a policy"
        yield warning("wrong-region", problem, f"{mend}, and add a policy in each Region of the identity")
    elif named.region != identity.region:
        problem = f"it is about the identity in {named.region}, and the policy's is in {identity.region}"
        yield error("wrong-region", problem, mend)
    if named.partition != identity.partition:
        yield error("other-identity", f"{named} is in another partition of AWS", mend)
    if named.name != identity.name:
        yield error("other-identity", f"it is about {named.name}, and the policy's is {identity.name}", mend)
