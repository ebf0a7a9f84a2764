"""SES of each sending account, as far as protection may use it: a configuration set's sending, on or off."""

from typing import TYPE_CHECKING

from ses_reputation.accounts.reach import AccountReach
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
    """Pauses and resumes a configuration set, in the ledger's own account or through a role in another."""

    def __init__(self, reach: AccountReach) -> None:
        self._reach = reach

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
        if not self._reach.is_reachable(account):
            raise UnavailableError(NO_ROLE)
        client: SESV2Client = self._reach.connect("sesv2", account, region)
        return client
