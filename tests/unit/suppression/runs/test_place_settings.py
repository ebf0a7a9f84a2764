"""What decides what a place's lists do, as SES answers it and as a manifest has it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ses_reputation.doctor.reading.asking import Asker
from ses_reputation.errors import UnavailableError
from ses_reputation.statistics.send_statistics import AccountRegion
from ses_reputation.suppression.listing.pace import Pace
from ses_reputation.suppression.runs.place_settings import PlaceSettings, SettingsReader
from ses_reputation.suppression.targets import Target
from ses_reputation.time_left import OUT_OF_TIME
from tests.support.suppression_function import SesOfAPlace

PLACE = AccountRegion("444455556666", "eu-west-1")
# Amazon SES v2 API reference, SuppressionAttributes, SuppressionOptions and their validation members.
ACCOUNT = {
    "SuppressedReasons": ["COMPLAINT"],
    "ValidationAttributes": {
        "ConditionThreshold": {
            "ConditionThresholdEnabled": "ENABLED",
            "OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": "HIGH"},
        }
    },
}
SETS: dict[str, Any] = {
    "account decides": None,
    "adds nothing": {"SuppressedReasons": []},
    "of tenants": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"], "SuppressionScope": "TENANT"},
    "validated": {
        "ValidationOptions": {"ConditionThreshold": {"ConditionThresholdEnabled": "DISABLED"}},
    },
}
TENANTS: dict[str, Any] = {
    "acme": {"SuppressedReasons": ["BOUNCE"], "SuppressionScope": "TENANT"},
    "zeta": None,
}


def reader(ses: SesOfAPlace, *, wait: Callable[[], None] = lambda: None) -> SettingsReader:
    pace = Pace(sleep=lambda _: wait())
    return SettingsReader(Asker("the export", pace), PLACE, ses)


def ses_with_everything() -> SesOfAPlace:
    # GetAccount says much else, which is no setting of the list.
    account = {"SuppressionAttributes": ACCOUNT, "SendingEnabled": True, "EnforcementStatus": "HEALTHY"}
    return SesOfAPlace({}, SETS, TENANTS, account)


def test_the_manifest_of_the_accounts_list_has_what_ses_answered_word_by_word() -> None:
    described = reader(ses_with_everything()).begin()

    assert described.of_list(None) == {"account": ACCOUNT, "configuration_sets": SETS, "unread": []}


def test_that_of_a_tenant_has_its_own_and_its_accounts_settings_and_no_sets() -> None:
    settings = reader(ses_with_everything())
    described = settings.begin()

    recorded = {name: described.of_list(settings.of_tenant(name)) for name in TENANTS}
    assert recorded == {
        name: {"account": ACCOUNT, "tenant": decided, "unread": []} for name, decided in TENANTS.items()
    }


def test_settings_travel_between_calls_as_json() -> None:
    described = reader(ses_with_everything()).begin()

    assert PlaceSettings.from_json(json.loads(json.dumps(described.to_json()))) == described


def test_the_accounts_list_comes_first_then_each_tenants_by_name() -> None:
    described = reader(ses_with_everything()).begin()

    assert described.targets(PLACE) == [Target(*PLACE), Target(*PLACE, "acme"), Target(*PLACE, "zeta")]


def test_an_account_that_was_never_asked_to_suppress_has_settings_without_reasons() -> None:
    """Accounts older than 25 November 2019 may have the list off: an empty answer is known, not unread."""
    described = reader(SesOfAPlace({}, account={})).begin()

    assert (described.account, described.unread) == ({}, ())


def test_sets_that_cannot_be_listed_are_unknown_and_not_none() -> None:
    refusals: dict[str, Exception] = {"list_configuration_sets": UnavailableError("AccessDeniedException")}
    described = reader(SesOfAPlace({}, SETS, refusals=refusals)).begin()

    assert described.of_list(None)["configuration_sets"] is None
    assert [each["action"] for each in described.unread] == ["ses:ListConfigurationSets"]


def test_a_tenants_manifest_says_that_the_accounts_settings_are_unread_and_nothing_of_sets() -> None:
    refused = UnavailableError("AccessDeniedException")
    refusals: dict[str, Exception] = {"get_account": refused, "get_configuration_set": refused}
    settings = reader(SesOfAPlace({}, SETS, TENANTS, refusals=refusals))
    described = settings.begin()
    refusals["get_tenant"] = refused

    recorded = described.of_list(settings.of_tenant("acme"))
    assert (recorded["account"], recorded["tenant"]) == (None, None)
    assert [each["action"] for each in recorded["unread"]] == ["ses:GetAccount", "ses:GetTenant"]


def test_sets_that_time_did_not_suffice_for_are_read_by_the_next_call_each_once() -> None:
    left = iter([True] * 5 + [False])

    def wait() -> None:
        if not next(left, False):
            raise UnavailableError(OUT_OF_TIME)

    ses = ses_with_everything()
    some = reader(ses, wait=wait).begin()
    assert 0 < len(some.sets) < len(SETS)
    assert some.resume_after == f"configuration-set/{max(some.sets)}"
    assert some.unread == ()

    whole = reader(ses).go_on(some)
    assert (whole.sets, whole.resume_after) == (SETS, "")


def test_where_time_is_too_short_for_the_lists_themselves_nothing_is_described() -> None:
    def wait() -> None:
        raise UnavailableError(OUT_OF_TIME)

    with pytest.raises(UnavailableError, match=OUT_OF_TIME):
        reader(ses_with_everything(), wait=wait).begin()
