"""The only reader of settings, and what AWS's own names look like: accounts, Regions and roles.

Every function raises SettingsError, which names the variable and says what it takes.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from fractions import Fraction
from re import ASCII
from re import compile as pattern
from typing import TypeVar

from ses_reputation.errors import SettingsError

Environment = Mapping[str, str]
Choice = TypeVar("Choice", bound=StrEnum)

ACCOUNT = "[0-9]{12}"
"""The form of an account's id, as a regular expression."""
is_account = pattern(ACCOUNT).fullmatch
"""Match a text that is an AWS account id."""
_REGION = "[a-z]{2,5}(-[a-z]{2,15}){1,3}-[0-9]{1,2}"
is_region = pattern(_REGION).fullmatch
"""Match a text that may be the name of a Region: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`.

A name of this form that is no Region's has no endpoint: botocore makes a client for it, whose calls fail.
"""
# The characters that IAM allows in a role's name, or nothing.
_is_role_name = pattern(r"[\w+=,.@-]{0,64}", ASCII).fullmatch
# As STS takes it (AWS STS API, AssumeRole), or nothing.
_is_external_id = pattern(r"[\w+=,.@:/-]{0,1224}", ASCII).fullmatch
# As Parameter Store takes it (API reference of Systems Manager, PutParameter), or nothing.
_is_parameter_path = pattern(r"((/[\w.-]+){1,14})?", ASCII).fullmatch
# As SNS names a topic that is not of kind FIFO (API reference, CreateTopic), or nothing.
_is_topic = pattern(r"(arn:[\w-]+:sns:[\w-]+:[0-9]{12}:[\w-]{1,256})?", ASCII).fullmatch
_is_url = pattern(r"(https://[\w.~:/@!$&()*+,;=%-]{1,900}(?<!\.html))?", ASCII).fullmatch
_is_volume_of_an_account = pattern(rf"{ACCOUNT}(/{_REGION})?=[1-9][0-9]{{0,8}}", ASCII).fullmatch
_is_name_of_an_account = pattern(rf"{ACCOUNT}=[^=,\x00-\x1f\x7f]{{1,64}}").fullmatch
_is_owner_of_an_identity = pattern(rf"[a-z0-9.!#$%&'*+/?^_`{{|}}~@-]{{1,320}}={ACCOUNT}", ASCII).fullmatch
_is_percentage = pattern(r"\d{1,3}(\.\d{1,6})?", ASCII).fullmatch


def is_started_by_lambda(environment: Environment) -> bool:
    """Return whether Lambda started this process."""
    return bool(_stripped(environment, "AWS_LAMBDA_FUNCTION_NAME"))


def read_text(environment: Environment, name: str) -> str:
    """Return a variable that must be set, and not be blank."""
    value = _stripped(environment, name)
    if not value:
        raise SettingsError(f"the environment variable {name} is not set: template.yaml sets it")
    return value


def read_list(environment: Environment, name: str) -> list[str]:
    """Return what a variable lists, separated by commas; nothing where it is not set."""
    return [each.strip() for each in _stripped(environment, name).split(",") if each.strip()]


def read_flag(environment: Environment, name: str) -> bool:
    """Return whether a variable is `true`; that it is not set means no."""
    return _stripped(environment, name) == "true"


def read_account(environment: Environment, name: str) -> str:
    """Return an account's id."""
    return _checked(name, read_text(environment, name), is_account, "a 12-digit account id")


def read_accounts(environment: Environment, name: str) -> frozenset[str]:
    """Return the account ids that a variable lists."""
    takes = "12-digit account ids, separated by commas"
    return frozenset(_checked(name, each, is_account, takes) for each in read_list(environment, name))


def read_names(
    environment: Environment, name: str, fits: Callable[[str], object], most: int
) -> frozenset[str]:
    """Return the names that a variable lists; none where it is not set. Raises SettingsError."""
    names = read_list(environment, name)
    if len(names) > most:
        raise SettingsError(f"{name} lists {len(names)} names: it takes {most} at most")
    takes = "names of letters, digits, _ and -, separated by commas"
    return frozenset(_checked(name, each, fits, takes) for each in names)


def read_role_name(environment: Environment, name: str) -> str:
    """Return the name of an IAM role; "" where the variable is not set."""
    takes = "the name of an IAM role, without its path"
    return _checked(name, _stripped(environment, name), _is_role_name, takes)


def read_external_id(environment: Environment, name: str) -> str:
    """Return the external id that roles of other accounts ask for; "" where the variable is not set."""
    takes = "letters, digits and any of +=,.@:/_-"
    return _checked(name, _stripped(environment, name), _is_external_id, takes)


def read_parameter_path(environment: Environment, name: str) -> str:
    """Return a path of Parameter Store, without a slash at its end; "" where the variable is not set."""
    takes = "a path such as /ses-reputation/production/accounts"
    return _checked(name, _stripped(environment, name), _is_parameter_path, takes)


def read_optional_topic(environment: Environment, name: str) -> str:
    """Return the ARN of a topic; "" where the variable is not set."""
    return _checked(name, _stripped(environment, name), _is_topic, "the ARN of an SNS topic")


def read_optional_url(environment: Environment, name: str) -> str:
    """Return the address of a folder, which begins with https://; "" where the variable is not set."""
    takes = "a folder's address that begins with https:// and has no ? or #, nor .html at its end"
    return _checked(name, _stripped(environment, name), _is_url, takes)


def read_number(
    environment: Environment, name: str, least: int, most: int, default: int | None = None
) -> int:
    """Return a whole number; the default, if there is one, where the variable is not set."""
    if default is not None and not _stripped(environment, name):
        return default
    value = read_text(environment, name)
    is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(most))
    is_padded = least > 0 and value.startswith("0")
    if is_padded or not (is_number and least <= int(value) <= most):
        raise SettingsError(f"{name} is {value!r}: it takes a whole number from {least} to {most}")
    return int(value)


def read_volumes(environment: Environment, name: str) -> Mapping[str, int]:
    """Return the volumes that a variable lists by account, or by account and Region: each of 1 or more.

    `444455556666=12378,777788889999/eu-west-1=50000`; none where the variable is not set.
    """
    takes = "volumes such as 444455556666=12378, separated by commas"
    volumes: dict[str, int] = {}
    for each in read_list(environment, name):
        place, _, volume = each.partition("=")
        _checked(name, each, _is_volume_of_an_account, takes)
        if place in volumes:
            raise SettingsError(f"{name} lists {place} twice: it takes one volume for each")
        volumes[place] = int(volume)
    return volumes


def read_account_names(environment: Environment, name: str) -> Mapping[str, str]:
    """Return the names that a variable gives to accounts: `444455556666=Agency North,777788889999=Shop`."""
    takes = "names such as 444455556666=Agency North, separated by commas"
    return _read_pairs(environment, name, _is_name_of_an_account, takes)


def read_owners(environment: Environment, name: str) -> Mapping[str, str]:
    """Return the accounts that a variable names as owners, by identity: `example.net=777788889999`."""
    takes = "owners such as example.net=777788889999, separated by commas"
    return _read_pairs(environment, name, _is_owner_of_an_identity, takes)


def _read_pairs(
    environment: Environment, name: str, fits: Callable[[str], object], takes: str
) -> Mapping[str, str]:
    pairs: dict[str, str] = {}
    for each in read_list(environment, name):
        key, _, value = _checked(name, each, fits, takes).rpartition("=")
        if key in pairs:
            raise SettingsError(f"{name} lists {key} twice: it takes one value for each")
        pairs[key] = value
    return pairs


def read_percentage(environment: Environment, name: str) -> Fraction:
    """Return a percentage as a fraction of 1: `5` as 1/20."""
    value = _checked(name, read_text(environment, name), _is_percentage, "a percentage such as 5 or 0.05")
    return Fraction(value) / 100


def read_choice(environment: Environment, name: str, choices: type[Choice]) -> Choice:
    """Return one of some choices."""
    takes = f"one of {', '.join(choices)}"
    return choices(_checked(name, read_text(environment, name), list(choices).__contains__, takes))


def _stripped(environment: Environment, name: str) -> str:
    return environment.get(name, "").strip()


def _checked(name: str, value: str, fits: Callable[[str], object], takes: str) -> str:
    if not fits(value):
        raise SettingsError(f"{name} is {value!r}: it takes {takes}")
    return value
