"""Open findings, and what to do, in their order."""

from datetime import datetime, timedelta

from ses_reputation.findings.finding import FindingKind
from ses_reputation.notifications.texts.standing import AdvisedMail
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.state import (
    DecisionState,
    EntityState,
    FindingState,
    ProtectionState,
    ProtectionStep,
)
from ses_reputation.statement.facts.findings import view_findings, view_protection, view_steps
from ses_reputation.statement.naming import Naming
from ses_reputation.statement.view.entity import AdviceStep
from ses_reputation.statistics.decisions import SesDecision
from tests.support.evaluated import ACCOUNT, IDENTITY, NOW, bounces, deferral, firing
from tests.support.stood import stood

NAMING = Naming("reputation")
HOUR = timedelta(hours=1)


def opened(kind: FindingKind, scope: str, at: datetime) -> FindingState:
    found = deferral() if kind is FindingKind.PROVIDER_DEFERRAL else firing(kind)
    return FindingState(kind, scope, "2026-11-22T08", at, None, found.evidence_json or {})


def account_with(status: str) -> EntityState:
    decision = SesDecision(ACCOUNT.name, ACCOUNT.region, NOW, status, True, True)
    return EntityState(ACCOUNT, 1, NOW, decision=DecisionState(decision, NOW))


def words(steps: tuple[AdviceStep, ...]) -> list[str]:
    return ["".join(part.text for part in step.parts) for step in steps]


def test_findings_stand_oldest_first_and_those_of_a_time_by_kind() -> None:
    found = [
        opened(FindingKind.PROVIDER_DEFERRAL, "a", NOW),
        opened(FindingKind.PROVIDER_DEFERRAL, "z", NOW - HOUR),
        opened(FindingKind.BOUNCE_SPIKE, "z", NOW),
    ]

    views = view_findings(IDENTITY, found, NOW, NAMING)

    assert [(each.kind, each.opened_at) for each in views] == [
        ("provider_deferral", NOW - HOUR),
        ("bounce_spike", NOW),
        ("provider_deferral", NOW),
    ]


def test_a_finding_says_whether_it_is_of_feeds_and_which_command_shows_more() -> None:
    gap, throttled = view_findings(
        IDENTITY,
        [
            opened(FindingKind.COVERAGE_GAP, "", NOW - HOUR),
            opened(FindingKind.PROVIDER_DEFERRAL, "microsoft", NOW),
        ],
        NOW,
        NAMING,
    )

    assert (gap.is_of_feeds, throttled.is_of_feeds) == (True, False)
    assert gap.command == "ses-reputation feeds --identity example.com --stack reputation"
    assert throttled.command == "ses-reputation providers --identity example.com --stack reputation"


def test_what_is_found_in_a_part_was_found_by_nobody_before() -> None:
    (view,) = view_findings(
        IDENTITY,
        [opened(FindingKind.PROVIDER_DEFERRAL, "microsoft", NOW)],
        NOW,
        NAMING,
        {"account": "444455556666"},
    )

    assert (view.opened_at, view.since) == (None, "2026-11-22T08")
    assert "--account 444455556666" in view.command


def test_what_ses_does_comes_before_what_the_standing_asks_for() -> None:
    mail = stood(ACCOUNT, bounces(Standing.REVIEW))

    by_standing = words(view_steps(account_with("HEALTHY"), mail, NAMING, AdvisedMail(is_own=True)))
    both = words(view_steps(account_with("SHUTDOWN"), mail, NAMING, AdvisedMail(is_own=True)))

    assert by_standing
    assert both[-len(by_standing) :] == by_standing
    assert len(both) > len(by_standing)


def test_a_paused_account_that_is_healthy_is_advised_all_the_same() -> None:
    well = stood(ACCOUNT, bounces(Standing.HEALTHY))

    assert view_steps(account_with("HEALTHY"), well, NAMING, AdvisedMail(is_own=True)) == ()
    assert view_steps(None, well, NAMING, AdvisedMail(is_own=True)) == ()
    assert view_steps(account_with("SHUTDOWN"), well, NAMING, AdvisedMail(is_own=True)) != ()


def test_each_step_of_protection_is_named_with_its_set_by_name() -> None:
    steps = {
        "promotions": ProtectionState(ProtectionStep.PAUSED, NOW),
        "news": ProtectionState(ProtectionStep.RESUMED, NOW - HOUR),
    }

    assert view_protection(EntityState(ACCOUNT, 1, NOW, protection=steps)) == (
        "Configuration set news sends again on 2026-11-22 09:05 UTC.",
        "Configuration set promotions was paused on 2026-11-22 10:05 UTC.",
    )
    assert view_protection(None) == ()


def test_commands_name_the_region_where_all_mail_is_of_one() -> None:
    """AWS's own commands: for which reasons SES holds mail back, and how its shared addresses send."""
    mail = stood(IDENTITY, bounces(Standing.REVIEW))
    found = [opened(FindingKind.PROVIDER_DEFERRAL, "microsoft", NOW)]

    for region, said in (("eu-west-1", "--region eu-west-1"), ("", "--region REGION")):
        steps = words(view_steps(None, mail, NAMING, AdvisedMail(region)))
        (finding,) = view_findings(IDENTITY, found, NOW, NAMING, region=region)
        assert [said in step for step in steps if "aws sesv2 put-account-suppression" in step] == [True]
        assert [said in step for step in words(finding.advice) if "aws sesv2 get-account" in step] == [True]
