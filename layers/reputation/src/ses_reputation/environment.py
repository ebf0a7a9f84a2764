"""How settings are read from a function's environment."""

from collections.abc import Mapping

from ses_reputation.errors import SettingsError
from ses_reputation.feedback.provenance import is_account


def read_text(environment: Mapping[str, str], name: str) -> str:
    """Return a variable that must be set. Raises SettingsError where it is not, or is blank."""
    value = environment.get(name, "").strip()
    if not value:
        raise SettingsError(f"the environment variable {name} is not set: template.yaml sets it")
    return value


def read_account(environment: Mapping[str, str], name: str) -> str:
    """Return an account's id. Raises SettingsError where it is missing or is none."""
    return check_account(read_text(environment, name), name)


def check_account(value: str, name: str) -> str:
    """Return `value` if it is an account's id; else raise SettingsError naming the variable."""
    if not is_account(value):
        raise SettingsError(f"{name} is {value!r}: it takes a 12-digit account id")
    return value
