"""AccessDenied explained: which of two accounts refused, and where.

Both sides must allow a delegated send: the policies of the owner's identity, and IAM in the sender's account
(AWS knowledge center, "Unauthorized error" of SES: role, explicit deny, boundary, SCP, identity policy).
"""

from ses_reputation.shell_words import shell_option, shell_word
from ses_reputation.verification.explanation import (
    ActingSide,
    KnownOfSends,
    RefusalExplanation,
    sender_statement,
)
from ses_reputation.verification.marker_mail import MarkerMail, SendingWay
from ses_reputation.verification.refusal_text import Denial, read_denial, read_not_of_tenant
from ses_reputation.visible_text import visible

CODES = frozenset({"AccessDenied", "AccessDeniedException"})


def explain_denial(mail: MarkerMail, message: str, known: KnownOfSends) -> RefusalExplanation | None:
    """Return why a send was not authorized; None where the message does not say on which resource."""
    if arns := read_not_of_tenant(message):
        return _not_of_tenant(mail, arns)
    denial = read_denial(message)
    if denial is None:
        return None
    if denial.kind == "configuration-set":
        return _no_configuration_set(mail, denial)
    if denial.kind != "identity":
        return None
    if denial.resource != str(mail.party.identity):
        return _other_identity(mail, denial)
    return _delegated(mail, denial, known) if mail.party.is_delegate else _own_identity(mail, denial)


def _not_of_tenant(mail: MarkerMail, arns: tuple[str, ...]) -> RefusalExplanation:
    """A tenant sends with what is associated with it: identity, configuration set and template."""
    whose = [
        shell_option("--region", mail.party.region),
        shell_option("--tenant-name", mail.party.tenant or "TENANT"),
    ]
    commands = (
        " ".join(
            ("aws sesv2 create-tenant-resource-association", *whose, shell_option("--resource-arn", arn))
        )
        for arn in arns
    )
    cause = "The send is a tenant's, and these are not associated with the tenant: " + ", ".join(arns) + "."
    return RefusalExplanation(
        visible(cause), ActingSide.SENDER, "Associate them with the tenant.", tuple(commands)
    )


def _no_configuration_set(mail: MarkerMail, denial: Denial) -> RefusalExplanation:
    cause = (
        f"The identity is allowed; the configuration set is not. IAM in {mail.party.account} does not let "
        f"the caller use {denial.resource} with {denial.action}."
    )
    mend = "Add the configuration set's ARN to the statement that lets the caller send."
    statement = sender_statement(mail.party, [denial.resource])
    return RefusalExplanation(visible(cause), ActingSide.SENDER, mend, (visible(statement),))


def _other_identity(mail: MarkerMail, denial: Denial) -> RefusalExplanation:
    """SES checked an identity that the mail does not name as its sender's."""
    cause = (
        f"{denial.action} was refused on an identity that is not {mail.party.identity.name}. In the sandbox "
        f"SES may check the caller's IAM policy for the recipient's identity too. The owner's policy is not "
        "the cause."
    )
    mend = (
        "Ask SES for production access in this Region, or let the caller's IAM policy name `identity/*` of "
        f"its own account {mail.party.account}."
    )
    return RefusalExplanation(cause, ActingSide.SENDER, mend)


def _own_identity(mail: MarkerMail, denial: Denial) -> RefusalExplanation:
    cause = f"IAM in {mail.party.account} does not let the caller use {denial.action} with its own identity."
    mend = "Add this statement to the policy of the caller's user or role."
    return RefusalExplanation(cause, ActingSide.SENDER, mend, (sender_statement(mail.party),))


def _delegated(mail: MarkerMail, denial: Denial, known: KnownOfSends) -> RefusalExplanation:
    if known.policies is None:
        return _either(mail, denial)
    return _sender_refuses(mail, denial) if known.policies.is_allowed else _owner_refuses(mail, denial, known)


def _sender_refuses(mail: MarkerMail, denial: Denial) -> RefusalExplanation:
    cause = (
        f"The owner's policy allows {denial.action} to {mail.party.account}; IAM in {mail.party.account} "
        f"refuses it: the caller's policy, a permissions boundary, or a service control policy (SCP)."
    )
    mend = f"Let the caller in {mail.party.account} use the owner's identity, not only its own."
    return RefusalExplanation(cause, ActingSide.SENDER, mend, (sender_statement(mail.party),))


def _owner_refuses(mail: MarkerMail, denial: Denial, known: KnownOfSends) -> RefusalExplanation:
    account = mail.party.account
    if denial.action.lower() == "ses:sendrawemail" and SendingWay.SIMPLE in known.accepted:
        cause = (
            f"The identity's policy lets {account} send simple mail (ses:SendEmail) and not raw mail "
            "(ses:SendRawEmail), which raw content of the v2 API, SMTP and most mail libraries need."
        )
    else:
        reasons = known.policies.reasons if known.policies else ()
        why = " ".join(reasons) or "It has no statement for this account."
        cause = visible(f"The identity's policies do not let {account} use {denial.action}. {why}")
    mend = "The owner grants both actions to the delegate. `authorize show` says what is allowed."
    commands = (_authorize("show", mail), _authorize("draft", mail, shell_option("--delegate", account)))
    return RefusalExplanation(cause, ActingSide.OWNER, mend, commands)


def _either(mail: MarkerMail, denial: Denial) -> RefusalExplanation:
    cause = (
        f"{denial.action} was refused on the owner's identity. Either its policy does not allow it to "
        f"{mail.party.account}, or IAM in {mail.party.account} does not. The policy could not be read."
    )
    mend = "The owner looks at the policy. If it allows the send, the sender adds this statement."
    return RefusalExplanation(
        cause, ActingSide.EITHER, mend, (_authorize("show", mail), sender_statement(mail.party))
    )


def _authorize(verb: str, mail: MarkerMail, *options: str) -> str:
    return " ".join((f"ses-reputation authorize {verb}", shell_word(str(mail.party.identity)), *options))
