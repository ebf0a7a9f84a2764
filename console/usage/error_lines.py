"""What went wrong, in one line that says what to do about it."""

from collections.abc import Mapping

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own: no network
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from console.stack.place import AskedPlace
from console.usage.place_options import own_profiles
from ses_reputation.errors import UnavailableError
from ses_reputation.visible_text import visible

_LOG_IN = "log in (for example `aws sso login`), or choose a profile that is (--profile, or AWS_PROFILE)"
_EXPIRED = f"Your AWS credentials have expired: {_LOG_IN}."
_UNKNOWN_KEY = f"AWS does not know your credentials: {_LOG_IN}."
_DENIED = (
    "Ask who manages the account for that permission; docs/command-line.md names what each command needs."
)
_SLOW = "AWS asks to go slower: run the command again in a minute."
_AGAIN = "AWS failed: run the command again in a minute."
_CLOCK = "Is the clock of this machine right?"
_GONE = "Was the stack deleted, or changed by hand?"
_CODES: Mapping[str, str] = {
    # AWS General Reference and IAM User Guide, common errors: each service has its own spelling.
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _EXPIRED,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "UnrecognizedClientException": _UNKNOWN_KEY,
    "InvalidAccessKeyId": _UNKNOWN_KEY,
    "AuthFailure": _UNKNOWN_KEY,
    "SignatureDoesNotMatch": _UNKNOWN_KEY,
    "AccessDenied": _DENIED,
    "AccessDeniedException": _DENIED,
    "UnauthorizedOperation": _DENIED,
    "Throttling": _SLOW,
    "ThrottlingException": _SLOW,
    "TooManyRequestsException": _SLOW,
    "ProvisionedThroughputExceededException": _SLOW,
    "RequestLimitExceeded": _SLOW,
    "SlowDown": _SLOW,
    "InternalServerError": _AGAIN,
    "InternalFailure": _AGAIN,
    "InternalError": _AGAIN,
    "ServiceUnavailable": _AGAIN,
    "RequestTimeTooSkewed": _CLOCK,
    "InvalidSignatureException": _CLOCK,
    # DynamoDB, S3 and Lambda, of what an output of the stack names.
    "ResourceNotFoundException": _GONE,
    "NoSuchBucket": _GONE,
    # HeadObject has no body to say why: Amazon S3 API Reference, HeadObject.
    "403": _DENIED,
}
_BOTOCORE: tuple[tuple[type[Exception], str], ...] = (
    (NoCredentialsError, f"No AWS credentials found: {_LOG_IN}."),
    (PartialCredentialsError, f"Your AWS credentials are incomplete: {_LOG_IN}."),
    (UnauthorizedSSOTokenError, _EXPIRED),
    (SSOError, _EXPIRED),
    (TokenRetrievalError, _EXPIRED),
    (
        NoRegionError,
        "No AWS Region chosen: give --region, set AWS_REGION, or name one in your profile.",
    ),
)


def describe_error(error: BaseException, place: AskedPlace) -> str:
    """Return one line: what went wrong, whom AWS was asked as and where, and what to do about it.

    Of what a store could not do, AWS's own refusal is described: what the store raises holds its code alone.
    """
    match error:
        case UnavailableError(__cause__=ClientError() | BotoCoreError() as cause):
            return describe_error(cause, place)
        case ProfileNotFound():
            name = error.kwargs["profile"]
            return visible(f"There is no AWS profile {name}. {_profiles()}{_asked(place)}")
        case ClientError():
            return visible(f"{_describe_refusal(error)}{_asked(place)}")
        case BotoCoreError():
            known = next((text for kind, text in _BOTOCORE if isinstance(error, kind)), "")
            return visible(f"{known or _describe_unreached(error)}{_asked(place)}")
        case _:
            return str(error)


def _describe_refusal(error: ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "")
    message = error.response.get("Error", {}).get("Message", "no reason given").rstrip(".")
    hint = _CODES.get(code, "")
    return f"AWS refused {error.operation_name} ({code}): {message}.{f' {hint}' if hint else ''}"


def _describe_unreached(error: BotoCoreError) -> str:
    hint = (
        " Is there a network, and a proxy to name (HTTPS_PROXY)?"
        if isinstance(error, ConnectionError)
        else ""
    )
    return f"AWS could not be asked: {error}{hint}"


def _asked(place: AskedPlace) -> str:
    title = place.title()
    return f" (Asked: {title}.)" if title else ""


def _profiles() -> str:
    names = ", ".join(own_profiles())
    return f"There are: {names}." if names else "No profile is configured: `aws configure sso` makes one."
