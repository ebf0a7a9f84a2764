"""Reads SES of one account in one Region."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ses_reputation.doctor.facts.sending import (
    DEFAULT_POOL,
    SHARED_POOL,
    AccountState,
    ConfigurationSet,
    DedicatedPool,
    Destination,
    IdentityFacts,
    Place,
    Recommendation,
    Tenant,
)
from ses_reputation.doctor.reading.account_state import read_account_state, threshold_of
from ses_reputation.doctor.reading.asking import Asker
from ses_reputation.doctor.reading.in_order import read_in_order
from ses_reputation.doctor.reading.listings import ask_set, list_sets, list_tenants

_NOTIFIED_AT_ONCE = 100
"""Identities in one call: Amazon SES API reference, GetIdentityNotificationAttributes."""
_TOPICS = {"Bounce": "BounceTopic", "Complaint": "ComplaintTopic", "Delivery": "DeliveryTopic"}
SUPPRESSION_LIST = "ses:ListSuppressedDestinations"


@dataclass(frozen=True, slots=True)
class PlaceReader:
    """Reads one account and Region, with clients of both SES APIs; its asker keeps what failed.

    state: the account's, where it was just read.
    """

    asker: Asker
    account: str
    region: str
    sesv2: Any
    ses: Any
    state: AccountState | None = None

    def read(self, resume_after: str = "") -> Place:
        """Return all facts of the place, once it is known whether its suppression list may be read.

        Resources are read in the order of their names, those after `resume_after` only; where time runs out,
        the place says after which.
        """
        self._try_suppression_list()
        state = self.state or read_account_state(self.asker, self._subject, self.sesv2)
        recommendations = self._recommendations()
        identities, tenants = self._identity_names(), self._tenant_statuses()
        topics = self._topics(identities or [])
        names = {
            "configuration-set": list_sets(self.asker, self._subject, self.sesv2),
            "dedicated-ip-pool": self._pool_names(),
            "identity": identities,
            "tenant": tenants,
        }
        read_one: dict[str, Callable[[str], Any]] = {
            "configuration-set": self._set,
            "dedicated-ip-pool": self._pool,
            "identity": lambda name: self._identity(name, topics.get(name)),
            "tenant": lambda name: self._tenant(name, (tenants or {})[name]),
        }
        found, last = read_in_order(names, read_one, resume_after, lambda: self.asker.is_out_of_time)
        return Place(
            partition=self.sesv2.meta.partition,
            account=self.account,
            region=self.region,
            state=state,
            identities=found["identity"],
            sets=found["configuration-set"],
            pools=found["dedicated-ip-pool"],
            tenants=found["tenant"],
            recommendations=recommendations,
            resume_after=last,
        )

    @property
    def _subject(self) -> str:
        return f"{self.account} in {self.region}"

    def _about(self, resource: str) -> str:
        return f"arn:{self.sesv2.meta.partition}:ses:{self.region}:{self.account}:{resource}"

    def _try_suppression_list(self) -> None:
        """Ask for one entry, and keep nothing of it: snapshots need the list to be read."""
        self.asker.ask(
            SUPPRESSION_LIST, self._subject, partial(self.sesv2.list_suppressed_destinations, PageSize=1)
        )

    def _identity_names(self) -> list[str] | None:
        call = self.sesv2.list_email_identities
        listed = self.asker.ask_for_all("ses:ListEmailIdentities", self._subject, call, "EmailIdentities")
        return None if listed is None else [each["IdentityName"] for each in listed]

    def _identity(self, name: str, topics: Mapping[str, str] | None) -> IdentityFacts | None:
        subject = self._about(f"identity/{name}")
        fields = self.asker.ask(
            "ses:GetEmailIdentity", subject, lambda: self.sesv2.get_email_identity(EmailIdentity=name)
        )
        if fields is None:
            return None
        return IdentityFacts(
            name=name,
            is_verified=fields.get("VerifiedForSendingStatus", False),
            is_forwarding=fields.get("FeedbackForwardingStatus", False),
            topics=topics,
            policies=fields.get("Policies", {}),
            default_set=fields.get("ConfigurationSetName", ""),
        )

    def _topics(self, names: list[str]) -> dict[str, dict[str, str]]:
        """Return the topics of each identity, by type; an identity that is not there could not be read."""
        topics: dict[str, dict[str, str]] = {}
        for start in range(0, len(names), _NOTIFIED_AT_ONCE):
            chunk = names[start : start + _NOTIFIED_AT_ONCE]
            fields = self.asker.ask(
                "ses:GetIdentityNotificationAttributes",
                self._subject,
                partial(self.ses.get_identity_notification_attributes, Identities=chunk),
            )
            for name, attributes in (fields or {}).get("NotificationAttributes", {}).items():
                topics[name] = {kind: attributes[key] for kind, key in _TOPICS.items() if attributes.get(key)}
        return topics

    def _set(self, name: str) -> ConfigurationSet | None:
        subject = self._about(f"configuration-set/{name}")
        fields = ask_set(self.asker, subject, self.sesv2, name)
        published = self.asker.ask(
            "ses:GetConfigurationSetEventDestinations",
            subject,
            lambda: self.sesv2.get_configuration_set_event_destinations(ConfigurationSetName=name),
        )
        if fields is None:
            return None
        suppression, delivery = fields.get("SuppressionOptions"), fields.get("DeliveryOptions", {})
        reasons = None if suppression is None else suppression.get("SuppressedReasons")
        return ConfigurationSet(
            name=name,
            destinations=None
            if published is None
            else tuple(map(_destination, published.get("EventDestinations", ()))),
            is_sending_enabled=fields.get("SendingOptions", {}).get("SendingEnabled", True),
            suppressed_reasons=None if reasons is None else tuple(reasons),
            suppression_scope=(suppression or {}).get("SuppressionScope", ""),
            validation=_own_threshold((suppression or {}).get("ValidationOptions")),
            pool=delivery.get("SendingPoolName", ""),
            delivery_mode=delivery.get("SharedPoolDeliveryMode", ""),
        )

    def _pool_names(self) -> list[str] | None:
        call = self.sesv2.list_dedicated_ip_pools
        names = self.asker.ask_for_all("ses:ListDedicatedIpPools", self._subject, call, "DedicatedIpPools")
        return None if names is None else [name for name in names if name != SHARED_POOL]

    def _pool(self, name: str) -> DedicatedPool | None:
        if name == DEFAULT_POOL:
            return DedicatedPool(name, False, self._warm_ups(name))
        subject = self._about(f"dedicated-ip-pool/{name}")
        fields = self.asker.ask(
            "ses:GetDedicatedIpPool", subject, lambda: self.sesv2.get_dedicated_ip_pool(PoolName=name)
        )
        if fields is None:
            return None
        is_managed = fields["DedicatedIpPool"].get("ScalingMode") == "MANAGED"
        return DedicatedPool(name, is_managed, self._warm_ups(name, PoolName=name))

    def _warm_ups(self, pool: str, **of_pool: str) -> dict[str, int] | None:
        """Return how warm addresses of a pool are. of_pool: nothing where SES is asked for all of them."""
        call, subject = self.sesv2.get_dedicated_ips, self._about(f"dedicated-ip-pool/{pool}")
        addresses = self.asker.ask_for_all("ses:GetDedicatedIps", subject, call, "DedicatedIps", **of_pool)
        if addresses is None:
            return None
        return {
            each["Ip"]: each["WarmupPercentage"]
            for each in addresses
            if each["WarmupStatus"] == "IN_PROGRESS" and each.get("PoolName", DEFAULT_POOL) == pool
        }

    def _tenant_statuses(self) -> dict[str, str] | None:
        listed = list_tenants(self.asker, self._subject, self.sesv2)
        if listed is None:
            return None
        return {each["TenantName"]: each.get("SendingStatus", "") for each in listed}

    def _tenant(self, name: str, status: str) -> Tenant:
        resources = self.asker.ask_for_all(
            "ses:ListTenantResources",
            self._about(f"tenant/{name}"),
            self.sesv2.list_tenant_resources,
            "TenantResources",
            TenantName=name,
        )
        arns = None if resources is None else frozenset(each["ResourceArn"] for each in resources)
        return Tenant(name, status, arns)

    def _recommendations(self) -> tuple[Recommendation, ...]:
        listed = self.asker.ask_for_all(
            "ses:ListRecommendations",
            self._subject,
            self.sesv2.list_recommendations,
            "Recommendations",
            Filter={"STATUS": "OPEN"},
        )
        return tuple(
            Recommendation(
                each["Type"], each["ResourceArn"], each.get("Description", ""), each.get("Impact", "")
            )
            for each in listed or ()
        )


def _destination(fields: Mapping[str, Any]) -> Destination:
    return Destination(
        fields["Name"],
        fields.get("Enabled", False),
        frozenset(fields.get("MatchingEventTypes", ())),
        fields.get("SnsDestination", {}).get("TopicArn", ""),
    )


def _own_threshold(fields: Mapping[str, Any] | None) -> str:
    """Return what a set asks for, `OFF` where it switches validation off, "" where the account decides."""
    return "" if not fields else threshold_of(fields) or "OFF"
