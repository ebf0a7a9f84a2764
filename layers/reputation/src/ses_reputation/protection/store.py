"""SES of each sending account, as far as protection may use it: a configuration set's sending, on or off."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ses_reputation.aws.clients import assume_role
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

SESSION_NAME = "ses-reputation-protection"
NO_ROLE = (
    "no ProtectionRoleName: the stack needs the name of a role in the sending account that may call "
    "ses:PutConfigurationSetSendingOptions"
)


class SendingPause:
    """Pauses and resumes a configuration set, in the ledger's own account or through a role in another.

    connect: makes clients as aws/clients.py does, and is not called before there is something to pause.
    role_name: of the role to assume in other accounts; "" where there is none.
    """

    def __init__(self, connect: Callable[..., Any], ledger_account: str, role_name: str) -> None:
        self._connect = connect
        self._ledger_account = ledger_account
        self._role_name = role_name

    def pause(self, account: str, region: str, configuration_set: str) -> None:
        """Stop a configuration set from sending: SES then rejects what is sent with it.

        Raises UnavailableError with the action and the code of the error, or without a role to assume.
        """
        self._set_sending(account, region, configuration_set, is_enabled=False)

    def resume(self, account: str, region: str, configuration_set: str) -> None:
        """Let a configuration set send again. Raises UnavailableError as `pause` does."""
        self._set_sending(account, region, configuration_set, is_enabled=True)

    def _set_sending(self, account: str, region: str, configuration_set: str, *, is_enabled: bool) -> None:
        ses = self._ses_of(account, region)
        with translating_aws_errors("PutConfigurationSetSendingOptions"):
            ses.put_configuration_set_sending_options(
                ConfigurationSetName=configuration_set, SendingEnabled=is_enabled
            )

    def _ses_of(self, account: str, region: str) -> "SESV2Client":
        credentials: dict[str, str] = {}
        if account != self._ledger_account:
            if not self._role_name:
                raise UnavailableError(NO_ROLE)
            credentials = assume_role(self._connect, (account, self._role_name), region, SESSION_NAME)
        with translating_aws_errors("connecting"):
            client: SESV2Client = self._connect("sesv2", region_name=region, **credentials)
        return client
