"""The suppression lists that snapshots are made of."""

from dataclasses import dataclass

ROOT = "suppression/"
"""The folder of all snapshots in the bucket."""


@dataclass(frozen=True, slots=True)
class Target:
    """One suppression list: SES keeps one for each account and Region."""

    account: str
    region: str

    @property
    def prefix(self) -> str:
        """Where the snapshots of this list are."""
        return f"{ROOT}{self.account}/{self.region}/"

    @property
    def latest_key(self) -> str:
        """The object that points to the newest finished snapshot."""
        return f"{self.prefix}latest.json"
