"""The suppression lists that snapshots are made of."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

ROOT = "suppression/"
"""The folder of all snapshots in the bucket."""

ACCOUNT_LEVEL = "account"
_TENANT_LEVEL = "tenant-"


@dataclass(frozen=True, slots=True)
class Target:
    """One suppression list: SES keeps one for each account and Region, and one for each tenant there.

    tenant: "" for the list of the account itself. SES allows tenants letters, digits, hyphens and underscores
    (SES v2 API reference, CreateTenant); its model of the API does not, so names are quoted in keys.
    """

    account: str
    region: str
    tenant: str = ""

    @property
    def list_name(self) -> str:
        """What keys call the list, among those of its account and Region."""
        return f"{_TENANT_LEVEL}{quote(self.tenant, safe='')}" if self.tenant else ACCOUNT_LEVEL

    @property
    def path(self) -> str:
        """The list's place among all lists; ends in a slash."""
        return f"{self.account}/{self.region}/{self.list_name}/"

    @property
    def prefix(self) -> str:
        """Where the snapshots of this list are."""
        return f"{ROOT}{self.path}"

    @property
    def latest_key(self) -> str:
        """The object that points to the newest finished snapshot."""
        return f"{self.prefix}latest.json"

    @property
    def name(self) -> str:
        """The list as people call it: account, Region, and the tenant if it is one's."""
        return " ".join([self.account, self.region, *([f"tenant {self.tenant}"] if self.tenant else [])])


def target_of_folder(account: str, region: str, list_name: str) -> Target | None:
    """Return the list that a folder is of, or None where the folder is none of a list."""
    if list_name == ACCOUNT_LEVEL:
        return Target(account, region)
    tenant = unquote(list_name.removeprefix(_TENANT_LEVEL))
    target = Target(account, region, tenant)
    return target if tenant and target.list_name == list_name else None
