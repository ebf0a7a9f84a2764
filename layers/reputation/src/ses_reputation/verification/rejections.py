"""Refusals other than AccessDenied explained: identities that fail the check, sets, pauses, limits, keys."""

from collections.abc import Callable, Mapping

from ses_reputation.shell_words import shell_command, shell_option
from ses_reputation.verification.explanation import ActingSide, KnownOfSends, RefusalExplanation
from ses_reputation.verification.marker_mail import MarkerMail, SendingWay
from ses_reputation.verification.refusal_text import Unverified, read_unverified
from ses_reputation.visible_text import visible

_SENDER = ActingSide.SENDER


def explain_unverified(mail: MarkerMail, message: str, known: KnownOfSends) -> RefusalExplanation | None:
    """Return why identities failed SES's check: the list that SES gives tells the cause. None of others.

    A recipient in it: sandbox. A whole ARN: no such identity. The From address: the ARN was not named for
    it, or the identity is not verified in this Region.
    """
    failed = read_unverified(message)
    if failed is None:
        return None
    if any(each.startswith("arn:") for each in failed.identities):
        return _no_such_identity(mail, failed)
    if any(_is_a_recipient(mail, each) for each in failed.identities):
        return _sandbox(mail, failed)
    if mail.party.is_delegate and mail.way is not SendingWay.SIMPLE and SendingWay.SIMPLE in known.accepted:
        return _from_header_not_covered(mail)
    return _not_verified_here(mail, failed)


def _is_a_recipient(mail: MarkerMail, address: str) -> bool:
    """Return whether an address that failed is not the sender's: a mail has no others but its recipients."""
    return "@" in address and address.lower() != mail.party.from_address.lower()


def _no_such_identity(mail: MarkerMail, failed: Unverified) -> RefusalExplanation:
    identity, region = mail.party.identity, failed.region
    cause = f"{identity.account} has no verified identity {identity.name} in {region}."
    mend = (
        f"Name the ARN of the domain, .../identity/{identity.domain}: addresses of a verified domain need no "
        "identity of their own."
        if identity.is_address
        else f"The owner verifies it in {region}, or the sender sends in the Region where it is verified."
    )
    side = ActingSide.SENDER if identity.is_address else ActingSide.OWNER
    return RefusalExplanation(visible(cause), side, visible(mend))


def _sandbox(mail: MarkerMail, failed: Unverified) -> RefusalExplanation:
    cause = f"{mail.party.account} is in the sandbox in {failed.region}: SES mails verified recipients only."
    return RefusalExplanation(cause, _SENDER, "Ask SES for production access there.")


def _from_header_not_covered(mail: MarkerMail) -> RefusalExplanation:
    cause = "SourceArn covers the sender of the envelope; the From header of raw mail is not covered."
    mend = (
        "Pass FromArn too (header X-SES-FROM-ARN), and ReturnPathArn (X-SES-RETURN-PATH-ARN) where the mail "
        "has a Return-Path. This command prints all three."
    )
    words = [shell_option("--configuration-set", mail.party.configuration_set)]
    command = shell_command("ses-reputation authorize send-example", words, str(mail.party.identity))
    return RefusalExplanation(cause, _SENDER, mend, (" ".join(command),))


def _not_verified_here(mail: MarkerMail, failed: Unverified) -> RefusalExplanation:
    identity = mail.party.identity
    cause = (
        f"SES in {failed.region} does not take {identity.name} as a verified identity of {identity.account}."
    )
    mend = (
        "The owner checks that it is verified in this Region. A delegate's send must name its ARN, in the "
        "capitals in which it was verified, and be made in the ARN's Region."
    )
    where = f"{shell_option('--email-identity', identity.name)} {shell_option('--region', failed.region)}"
    command = f"aws sesv2 get-email-identity {where}"
    return RefusalExplanation(visible(cause), ActingSide.OWNER, mend, (command,))


def explain_by_code(code: str, mail: MarkerMail, message: str) -> RefusalExplanation | None:
    """Return what a refusal's code says, or its text where one code says several things; None of others."""
    explain = _BY_CODE.get(code)
    return explain(mail, message) if explain else None


def _missing(mail: MarkerMail, message: str) -> RefusalExplanation | None:
    """v2 calls a missing set and a missing tenant alike NotFoundException."""
    if "tenant" in message.lower():
        cause = f"{mail.party.account} has no such tenant in {mail.party.region}."
        return RefusalExplanation(cause, _SENDER, "Send without a tenant, or create it.")
    return _no_set(mail, message) if "onfiguration set" in message else None


def _no_set(mail: MarkerMail, _message: str) -> RefusalExplanation:
    party = mail.party
    cause = f"{party.account} has no configuration set {party.configuration_set} in {party.region}."
    mend = "Name one that exists: sets are of one account and Region, and the owner's are not the delegate's."
    command = f"aws sesv2 list-configuration-sets {shell_option('--region', party.region)}"
    return RefusalExplanation(visible(cause), _SENDER, mend, (command,))


def _bad_request(mail: MarkerMail, message: str) -> RefusalExplanation | None:
    """A mail that names no set gets its identity's default, and fails where that was deleted.

    Developer guide, "Managing configuration sets": sends then fail with a "bad request".
    """
    if mail.party.configuration_set or "onfiguration set" not in message or "not exist" not in message:
        return None
    identity = mail.party.identity
    cause = (
        f"The mail names no configuration set, and the default one of {identity.name} was deleted: every "
        "send that names none fails."
    )
    mend = "Take the default from the identity, or give it another with `--configuration-set-name NAME`."
    words = (
        "aws sesv2 put-email-identity-configuration-set-attributes",
        shell_option("--email-identity", identity.name),
        shell_option("--region", mail.party.region),
    )
    return RefusalExplanation(visible(cause), ActingSide.OWNER, mend, (" ".join(words),))


def _paused(mail: MarkerMail, message: str) -> RefusalExplanation:
    if "onfiguration set" not in message:
        return _account_paused(mail, message)
    party = mail.party
    cause = (
        f"Sending with the configuration set {party.configuration_set} is paused: by hand, or by protection."
    )
    mend = "Find out why before it sends again: `ses-reputation protection show` lists what the stack paused."
    resume = " ".join(
        (
            "aws sesv2 put-configuration-set-sending-options --sending-enabled",
            shell_option("--configuration-set-name", party.configuration_set),
            shell_option("--region", party.region),
        )
    )
    return RefusalExplanation(visible(cause), _SENDER, mend, (resume,))


def _account_paused(mail: MarkerMail, _message: str) -> RefusalExplanation:
    party = mail.party
    cause = f"All sending of {party.account} in {party.region} is paused: by the account itself, or by SES."
    mend = (
        "`get-account` says which: with EnforcementStatus SHUTDOWN it was SES, and only its support lets the "
        "account send again."
    )
    command = f"aws sesv2 get-account {shell_option('--region', party.region)}"
    return RefusalExplanation(cause, _SENDER, mend, (command,))


def _mail_from(mail: MarkerMail, _message: str) -> RefusalExplanation:
    identity = mail.party.identity
    cause = (
        f"The MAIL FROM domain of {identity.name} has no valid MX record, and the identity rejects mail then."
    )
    mend = "The owner publishes the MX record that SES shows, or lets SES use its own MAIL FROM domain."
    return RefusalExplanation(visible(cause), ActingSide.OWNER, mend)


def _limit(mail: MarkerMail, message: str) -> RefusalExplanation:
    is_of_a_day = "daily" in message.lower()
    cause = f"{mail.party.account} has reached its sending {'quota of a day' if is_of_a_day else 'rate'}."
    mend = (
        "Wait until mail of the last 24 hours is fewer, or ask for a higher quota: the sandbox has 200 a day."
        if is_of_a_day
        else "Try again when the account sends less: the sandbox allows one mail a second."
    )
    return RefusalExplanation(cause, _SENDER, mend)


def _no_credentials(mail: MarkerMail, _message: str) -> RefusalExplanation:
    cause = f"AWS does not accept the credentials of the profile for {mail.party.account}."
    return RefusalExplanation(cause, _SENDER, "Log in again, for example `aws sso login --profile NAME`.")


_BY_CODE: Mapping[str, Callable[[MarkerMail, str], RefusalExplanation | None]] = {
    "NotFoundException": _missing,
    "BadRequestException": _bad_request,
    "ConfigurationSetDoesNotExist": _no_set,
    "ConfigurationSetDoesNotExistException": _no_set,
    "SendingPausedException": _paused,
    "ConfigurationSetSendingPausedException": _paused,
    "AccountSendingPausedException": _account_paused,
    "AccountSuspendedException": _account_paused,
    "MailFromDomainNotVerifiedException": _mail_from,
    "Throttling": _limit,
    "ThrottlingException": _limit,
    "TooManyRequestsException": _limit,
    "LimitExceededException": _limit,
    **dict.fromkeys(
        (
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
        ),
        _no_credentials,
    ),
}
