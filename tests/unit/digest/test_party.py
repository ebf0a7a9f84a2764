"""Who gets a digest, and what each may see of it."""

from ses_reputation.digest.party import OWNERS, DigestParty, parties_of
from ses_reputation.findings.finding import FindingKind
from ses_reputation.rates.thresholds import Standing
from tests.support.digests import OTHER_ACCOUNT, state_of
from tests.support.evaluated import IDENTITY, bounces, coverage_gap, deferral

OWN = state_of(bounces(Standing.WATCH))
OTHER = state_of(bounces(Standing.PAUSE), entity=OTHER_ACCOUNT)
SHARED = state_of(bounces(Standing.REVIEW), entity=IDENTITY, detections=(deferral(), coverage_gap()))
STATES = [OWN, OTHER, SHARED]


def test_the_owners_and_each_sending_account_get_one() -> None:
    assert parties_of(STATES) == [OWNERS, DigestParty("444455556666"), DigestParty("777788889999")]


def test_where_nothing_is_known_nobody_gets_one() -> None:
    assert parties_of([]) == []


def test_owners_see_everything() -> None:
    assert OWNERS.own(STATES) == STATES
    assert len(OWNERS.findings(STATES)) == 2


def test_a_delegate_sees_its_account_and_what_its_own_feed_misses() -> None:
    delegate = DigestParty("444455556666")

    assert delegate.own(STATES) == [OWN]
    assert [(entity, finding.kind) for entity, finding in delegate.findings(STATES)] == [
        (IDENTITY, FindingKind.COVERAGE_GAP)
    ]
    assert DigestParty("777788889999").findings(STATES) == []


def test_the_filter_of_a_delegates_alerts_takes_its_digest_and_no_other() -> None:
    # docs/alerts.md, "For an agency that may see its own account only".
    assert DigestParty("444455556666").attributes["account"] == "444455556666"
    assert "account" not in OWNERS.attributes
    assert {OWNERS.attributes["kind"], DigestParty("444455556666").attributes["kind"]} == {
        "digest",
        "delegate_digest",
    }
