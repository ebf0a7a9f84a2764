"""SES, as far as a stack sets its identities: topics, policies, and default configuration sets.

Each store reads settings by identity, leaving out identities that SES does not know, and writes one change
a call. SES takes one such call a second (Amazon SES API, SetIdentityNotificationTopic), so `pace` is called
before each. A refusal is raised with SES's own text.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import ClientError

from ses_reputation.accounts.errors import IdentityGoneError, IdentitySettingError
from ses_reputation.accounts.identity_settings import FORWARDING, HEADERS, OFF, ON, SettingChange
from ses_reputation.accounts.identity_topics import NOTIFICATION_TYPES
from ses_reputation.authorization.policy_comparison import normal_policy
from ses_reputation.authorization.policy_document import read_policy
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.regions import is_opt_in
from ses_reputation.visible_text import visible

CONFIGURATION_SET = "configuration set"
_BAD_REQUEST = "BadRequestException"
_REFUSALS = frozenset(
    {
        "InvalidParameterValue",
        _BAD_REQUEST,
        "AlreadyExistsException",
        "LimitExceededException",
        "ConcurrentModificationException",
        "AccessDenied",
        "AccessDeniedException",
    }
)
# hashicorp/terraform-provider-aws issue 22549: "invalid principal", for as long as that is so.
_NOT_ENABLED = (
    "Has the delegate's account enabled {0}? Accounts have to enable that Region, and SES there takes no "
    "policy for one that has not: enable it, or verify the identity in a default Region"
)
_MOST_AT_ONCE = 100
Found = dict[str, dict[str, str]]


class IdentityTopics:
    """Topics, headers and e-mail forwarding, by SES's older API: the newer one has none.

    explain: what is wrong with a topic that SES refused, by its ARN and the identity.
    """

    def __init__(
        self, ses: Any, pace: Callable[[], None], explain: Callable[[str, str], Iterable[str]]
    ) -> None:
        self._ses = ses
        self._pace = pace
        self._explain = explain

    def read(self, identities: Iterable[str]) -> Found:
        """Read the settings of identities; SES leaves out those that it does not know."""
        names = list(identities)
        found: Found = {}
        for first in range(0, len(names), _MOST_AT_ONCE):
            self._pace()
            with _translating():
                answer = self._ses.get_identity_notification_attributes(
                    Identities=names[first : first + _MOST_AT_ONCE]
                )
            found |= {name: _topic_settings(each) for name, each in answer["NotificationAttributes"].items()}
        return found

    def write(self, change: SettingChange) -> None:
        """Make one change. Raises IdentityGoneError, IdentitySettingError, UnavailableError."""
        self._pace()
        try:
            with _translating():
                self._write(change)
        except IdentitySettingError as error:
            if change.identity not in self.read([change.identity]):
                raise IdentityGoneError(str(error)) from error
            is_topic = change.setting in NOTIFICATION_TYPES and change.value
            faults = list(self._explain(change.value, change.identity)) if is_topic else []
            raise IdentitySettingError("; ".join([f"{change.identity}: {error}", *faults])) from error

    def _write(self, change: SettingChange) -> None:
        if change.setting == FORWARDING:
            self._ses.set_identity_feedback_forwarding_enabled(
                Identity=change.identity, ForwardingEnabled=change.value == ON
            )
        elif change.setting.startswith(HEADERS):
            self._ses.set_identity_headers_in_notifications_enabled(
                Identity=change.identity,
                NotificationType=change.setting.removeprefix(HEADERS),
                Enabled=change.value == ON,
            )
        else:
            # Without a topic, SES clears the one that it has.
            topic = {"SnsTopic": change.value} if change.value else {}
            self._ses.set_identity_notification_topic(
                Identity=change.identity, NotificationType=change.setting, **topic
            )


class IdentityPolicyTexts:
    """The policies of identities; documents are compared by what they say, not by their white space."""

    def __init__(self, ses: Any, pace: Callable[[], None]) -> None:
        self._ses = ses
        self._pace = pace

    def read(self, identities: Iterable[str]) -> Found:
        """Read the documents by identity and policy name."""
        return _read_each(identities, self._pace, self._policies_of)

    def _policies_of(self, identity: str) -> dict[str, str]:
        policies = self._ses.get_email_identity_policies(EmailIdentity=identity)["Policies"]
        return {name: plain_document(text) for name, text in policies.items()}

    def write(self, change: SettingChange) -> None:
        """Make one change. Raises IdentityGoneError, IdentitySettingError, UnavailableError."""
        self._pace()
        try:
            self._write(change)
        except IdentitySettingError as error:
            region = self._ses.meta.region_name
            if not (change.value and _BAD_REQUEST in str(error) and is_opt_in(region)):
                raise
            raise IdentitySettingError(f"{error}. {_NOT_ENABLED.format(region)}") from error

    def _write(self, change: SettingChange) -> None:
        named = {"EmailIdentity": change.identity, "PolicyName": change.setting}
        with _translating(f"{change.identity}: "):
            if not change.value:
                self._ses.delete_email_identity_policy(**named)
            elif change.previous:
                self._ses.update_email_identity_policy(**named, Policy=change.value)
            else:
                self._ses.create_email_identity_policy(**named, Policy=change.value)


class DefaultSets:
    """The configuration set that SES takes for mail of an identity that names none."""

    def __init__(self, ses: Any, pace: Callable[[], None]) -> None:
        self._ses = ses
        self._pace = pace

    def read(self, identities: Iterable[str]) -> Found:
        """Read the default sets of identities."""
        return _read_each(identities, self._pace, self._default_set_of)

    def _default_set_of(self, identity: str) -> dict[str, str]:
        answer = self._ses.get_email_identity(EmailIdentity=identity)
        return {CONFIGURATION_SET: answer.get("ConfigurationSetName") or ""}

    def write(self, change: SettingChange) -> None:
        """Make one change. Raises IdentityGoneError, IdentitySettingError, UnavailableError.

        SES answers NotFoundException where the identity is gone, and where the set is.
        """
        self._pace()
        chosen = {"ConfigurationSetName": change.value} if change.value else {}
        try:
            with _translating(f"{change.identity}: "):
                self._ses.put_email_identity_configuration_set_attributes(
                    EmailIdentity=change.identity, **chosen
                )
        except IdentityGoneError as error:
            if change.identity in self.read([change.identity]):
                raise IdentitySettingError(str(error)) from error
            raise


def plain_document(text: str) -> str:
    """Return a policy's JSON as all that say the same are spelled; a text that is none, as it is."""
    try:
        return json.dumps(normal_policy(read_policy(text)), sort_keys=True, separators=(",", ":"))
    except ValueError:
        return text


def _topic_settings(attributes: dict[str, Any]) -> dict[str, str]:
    topics = {kind: attributes.get(f"{kind}Topic") or "" for kind in NOTIFICATION_TYPES}
    headers = {
        f"{HEADERS}{kind}": ON if attributes.get(f"HeadersIn{kind}NotificationsEnabled") else OFF
        for kind in NOTIFICATION_TYPES
    }
    return {**topics, **headers, FORWARDING: ON if attributes["ForwardingEnabled"] else OFF}


@contextmanager
def _translating(prefix: str = "") -> Iterator[None]:
    """Turn refusals into our errors, with SES's own text; failures and throttling into UnavailableError."""
    with translating_aws_errors("SES:"):
        try:
            yield
        except ClientError as error:
            code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            said = visible(f"{prefix}{error.operation_name}: {code}: {text}")
            if code == "NotFoundException":
                raise IdentityGoneError(said) from error
            if code in _REFUSALS:
                raise IdentitySettingError(said) from error
            raise


def _read_each(
    identities: Iterable[str], pace: Callable[[], None], settings_of: Callable[[str], dict[str, str]]
) -> Found:
    """Read identities one by one; those that SES does not know are left out."""
    found: Found = {}
    for identity in identities:
        pace()
        with suppress(IdentityGoneError), _translating():
            found[identity] = settings_of(identity)
    return found
