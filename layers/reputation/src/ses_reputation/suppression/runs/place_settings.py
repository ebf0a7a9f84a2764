"""What decides what the suppression lists of an account and Region do, and which tenants it has.

It is recorded as SES answers it (Amazon SES v2 API reference): GetAccount's SuppressionAttributes;
SuppressionOptions of each configuration set, null where the set has none and the account decides, unlike an
empty list of reasons, with which the set neither suppresses nor adds (developer guide, "Overriding the
account-level suppression list"); a tenant's SuppressionAttributes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from ses_reputation.doctor.facts.listing import Unread
from ses_reputation.doctor.reading.account_state import ask_account
from ses_reputation.doctor.reading.asking import Asker
from ses_reputation.doctor.reading.in_order import read_in_order
from ses_reputation.doctor.reading.listings import ask_set, list_sets, list_tenants
from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.targets import Target
from ses_reputation.time_left import OUT_OF_TIME

_SET = "configuration-set"


@dataclass(frozen=True, slots=True)
class PlaceSettings:
    """Settings of a place as far as they were read.

    account: None where it could not be read. sets: by name. set_names, tenants: None where they could not be
    listed. unread: what failed, and why. resume_after: the last set that was read, "" once all are.
    """

    account: Mapping[str, Any] | None
    set_names: tuple[str, ...] | None
    tenants: tuple[str, ...] | None
    sets: Mapping[str, Mapping[str, Any] | None]
    unread: tuple[Mapping[str, str], ...]
    resume_after: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "PlaceSettings":
        """Return what `to_json` wrote. Raises KeyError or TypeError."""
        listed = {
            name: None if fields[name] is None else tuple(fields[name]) for name in ("set_names", "tenants")
        }
        return cls(**{**fields, **listed, "unread": tuple(fields["unread"])})

    def targets(self, place: AccountRegion) -> list[Target]:
        """Return the lists of the place: the account's first, then those of its tenants."""
        return [Target(*place), *(Target(*place, tenant) for tenant in self.tenants or ())]

    def why_tenants_are_unknown(self) -> str:
        """Return why tenants could not be listed; "" where they could."""
        if self.tenants is not None:
            return ""
        why = next((each["why"] for each in self.unread if each["action"] == "ses:ListTenants"), "")
        remedy = " Allow ses:ListTenants on * to the role that reads it." if "AccessDenied" in why else ""
        return f"Its tenants cannot be listed: {why}.{remedy}"

    def of_list(self, tenant_settings: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what a manifest says; configuration sets are in that of the account's own list only."""
        if tenant_settings is None:
            own = {"configuration_sets": self.sets if self.set_names is not None else None}
            return {"account": self.account, **own, "unread": list(self.unread)}
        unread = [each for each in self.unread if each["action"] == "ses:GetAccount"]
        return {
            "account": self.account,
            "tenant": tenant_settings["tenant"],
            "unread": [*unread, *tenant_settings["unread"]],
        }


@dataclass(frozen=True, slots=True)
class SettingsReader:
    """Reads settings of one place, at the pace of its asker."""

    asker: Asker
    place: AccountRegion
    sesv2: Any

    def begin(self) -> PlaceSettings:
        """Read the account's settings, and list its sets and tenants.

        Raises UnavailableError where time is too short even for this.
        """
        fields = ask_account(self.asker, self._subject, self.sesv2)
        names = list_sets(self.asker, self._subject, self.sesv2)
        tenants = list_tenants(self.asker, self._subject, self.sesv2)
        if self.asker.is_out_of_time:
            raise UnavailableError(OUT_OF_TIME)
        account = None if fields is None else fields.get("SuppressionAttributes", {})
        listed = None if tenants is None else tuple(sorted(each["TenantName"] for each in tenants))
        set_names = None if names is None else tuple(sorted(names))
        return self.go_on(PlaceSettings(account, set_names, listed, {}, self._take_unread()))

    def go_on(self, earlier: PlaceSettings) -> PlaceSettings:
        """Read the configuration sets behind those that were read, as far as time goes."""
        read: dict[str, Any] = {_SET: self._set}
        names = {_SET: earlier.set_names}
        found, last = read_in_order(names, read, earlier.resume_after, lambda: self.asker.is_out_of_time)
        sets = {name: wrapped["options"] for name, wrapped in found[_SET].found.items()}
        return PlaceSettings(
            earlier.account,
            earlier.set_names,
            earlier.tenants,
            {**earlier.sets, **sets},
            (*earlier.unread, *self._take_unread()),
            last,
        )

    def of_tenant(self, name: str) -> dict[str, Any]:
        """Read what a tenant decides for itself: `tenant` is null where SES says nothing of it."""
        call = partial(self.sesv2.get_tenant, TenantName=name)
        fields = self.asker.ask("ses:GetTenant", f"tenant {name} of {self._subject}", call)
        tenant = None if fields is None else fields["Tenant"].get("SuppressionAttributes")
        return {"tenant": tenant, "unread": list(self._take_unread())}

    @property
    def _subject(self) -> str:
        return " in ".join(self.place)

    def _set(self, name: str) -> dict[str, Any] | None:
        subject = f"{_SET}/{name} of {self._subject}"
        fields = ask_set(self.asker, subject, self.sesv2, name)
        return None if fields is None else {"options": fields.get("SuppressionOptions")}

    def _take_unread(self) -> tuple[Mapping[str, str], ...]:
        taken = tuple(_described(self.asker.unread))
        self.asker.unread.clear()
        return taken


def _described(unread: Iterable[Unread]) -> Iterable[Mapping[str, str]]:
    return (
        {"action": each.action, "subject": each.subject, "why": each.error_code}
        for each in unread
        if each.error_code != OUT_OF_TIME
    )
