"""States and transitions come back from their items as they were, or not at all."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.errors import StateError
from ses_reputation.findings.finding import FindingKind
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.day_rows import pieces_of
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.standing.rows import (
    is_same_but_for_the_time,
    row_of_state,
    row_of_transition,
    state_of_row,
    statistics_of_row,
    transition_of_row,
)
from ses_reputation.standing.state import (
    DecisionState,
    EntityState,
    FindingState,
    MeasureState,
    Mute,
    ProtectionState,
    ProtectionStep,
    Transition,
    TransitionKind,
)
from ses_reputation.statistics.decisions import SesDecision, TenantDecision
from tests.support.mail import NOW, SENDER, account_days_of, mail

ENTITY = identity_entity("example.com")
STATE = EntityState(
    ENTITY,
    3,
    NOW,
    {Measure.BOUNCES: MeasureState(Standing.REVIEW, NOW, NOW)},
    view={"measures": {"bounces": {"rate": 0.061}}},
)

texts = st.text(max_size=12)
names = st.text(min_size=1, max_size=12)
times = st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
plain_objects = st.dictionaries(names, plain, max_size=3)
entities = st.builds(identity_entity, st.text(alphabet="ab@.+#é", min_size=1, max_size=12)) | st.just(
    account_entity("444455556666", "us-east-1")
)
findings = st.builds(
    FindingState,
    kind=st.sampled_from(FindingKind),
    scope=texts,
    since=texts,
    opened_at=times,
    notified_at=st.none() | times,
    evidence=plain_objects,
)
tenants = st.dictionaries(
    names,
    st.builds(TenantDecision, names, st.booleans(), texts, st.none() | times, texts),
    max_size=2,
)
decisions = st.builds(
    DecisionState,
    st.builds(
        SesDecision,
        account=names,
        region=names,
        read_at=times,
        enforcement_status=texts,
        is_sending_enabled=st.booleans(),
        is_in_production=st.booleans(),
        review_status=texts,
        review_case=texts,
        daily_quota=st.floats(-1, 1e9),
        send_rate=st.floats(0, 1e4),
        tenants=st.none() | tenants,
        tenants_left_out=st.integers(0, 9),
    ),
    times,
    tenants,
)
states = st.builds(
    EntityState,
    entity=entities,
    version=st.integers(1, 10**6),
    assessed_at=times,
    measures=st.dictionaries(
        st.sampled_from(Measure),
        st.builds(MeasureState, st.sampled_from(Standing), times, st.none() | times),
    ),
    findings=st.dictionaries(names, findings, max_size=2),
    protection=st.dictionaries(
        names, st.builds(ProtectionState, st.sampled_from(ProtectionStep), times, texts), max_size=2
    ),
    mutes=st.dictionaries(
        names, st.builds(Mute, times, times, texts, texts, st.none() | st.floats(0, 9)), max_size=2
    ),
    view=plain_objects,
    unpublished=st.lists(names, max_size=3).map(tuple),
    decision=st.none() | decisions,
)
transitions = st.builds(
    Transition,
    entity=entities,
    at=times,
    kind=st.sampled_from(TransitionKind),
    name=names,
    detail=plain_objects,
    subject=texts,
    text=texts,
    headline=texts,
)


@given(states)
def test_every_field_of_a_state_comes_back(state: EntityState) -> None:
    read = state_of_row(row_of_state(state))

    assert read == state
    assert all(type(name) is Measure for name in read.measures)


@given(transitions)
def test_every_field_of_a_transition_comes_back(transition: Transition) -> None:
    assert transition_of_row(row_of_transition(transition)) == transition


def test_a_transition_of_before_has_its_subject_for_a_title() -> None:
    row = row_of_transition(
        Transition(
            ENTITY, NOW, TransitionKind.FINDING_OPENED, "a", {}, "Found: it...", headline="Found: it is."
        )
    )
    old = {name: value for name, value in json.loads(row["transition"]["S"]).items() if name != "headline"}

    read = transition_of_row({**row, "transition": {"S": json.dumps(old)}})

    assert (read.headline, read.title) == ("", "Found: it...")


@given(states, times, st.integers(1, 9))
def test_a_state_assessed_again_with_the_same_figures_is_the_same(
    state: EntityState, assessed_at: datetime, version: int
) -> None:
    again = replace(state_of_row(row_of_state(state)), assessed_at=assessed_at, version=version)

    assert is_same_but_for_the_time(state, again)


@pytest.mark.parametrize(
    "other",
    [
        replace(STATE, view={"measures": {"bounces": {"rate": 0.062}}}),
        replace(STATE, unpublished=("2026-11-22T10:05:00Z#reminder#review",)),
        replace(STATE, measures={}),
        replace(STATE, measures={Measure.BOUNCES: MeasureState(Standing.REVIEW, NOW)}),
        STATE.with_protection("newsletter", ProtectionState(ProtectionStep.PAUSED, NOW)),
        replace(STATE, mutes={"bounces": Mute(NOW, NOW, "user ada of 111122223333", "known")}),
    ],
)
def test_a_state_that_says_anything_else_is_another(other: EntityState) -> None:
    assert not is_same_but_for_the_time(STATE, other)


def test_what_a_state_says_can_be_read_in_the_table() -> None:
    row = row_of_state(STATE)

    assert (row["pk"], row["sk"], row["version"]) == ({"S": "STANDINGS"}, {"S": ENTITY.key}, {"N": "3"})
    assert row["state"] == {
        "S": '{"assessed_at":"2026-11-22T10:05:00+00:00","decision":null,"findings":{},"measures":{"bounces":'
        '{"notified_at":"2026-11-22T10:05:00+00:00","since":"2026-11-22T10:05:00+00:00","standing":"review"}},'
        '"protection":{},"unpublished":[]}'
    }


def test_what_earlier_versions_kept_is_read_without_what_they_did_not_know() -> None:
    row = row_of_state(STATE)
    row["state"] = {"S": row["state"]["S"].replace('"decision":null,', "")}
    assert state_of_row(row) == STATE

    at = "2026-11-22T09:00:00+00:00"
    before = {"account": "444455556666", "region": "us-east-1", "read_at": at, "hours": {}}
    rates = {"bounce_rate": 0.031, "complaint_rate": None, "rates_at": at}
    kept = statistics_of_row(
        {"pk": {"S": "STATISTICS"}, "sk": {"S": "x"}, "statistics": {"S": json.dumps(before | rates)}}
    )
    assert (kept.bounce_rate, kept.bounce_rate_at) == (0.031, datetime.fromisoformat(at))


def test_a_state_that_was_stored_before_there_were_mutes_has_none() -> None:
    row = row_of_state(STATE)

    assert "mutes" not in row
    assert state_of_row(row).mutes == {}


def test_nothing_kept_has_an_attribute_that_the_ledgers_indexes_look_for() -> None:
    (balance,) = account_days_of([mail("2026-11-20T14", 10)])
    pieces = pieces_of(balance, None)
    days = (pieces.head.to_row(), *pieces.rows_unlike(None))
    reminder = Transition(ENTITY, NOW, TransitionKind.REMINDER, "review", {})
    indexed = {"identity", "posted_on", "posted_at", "recipient", "account_day"}

    for row in (*days, row_of_state(STATE), row_of_transition(reminder)):
        assert indexed.isdisjoint(row)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": {"N": "2"}}, "has format 2, newer than this code: upgrade the functions"),
        ({"state": {"S": "{}"}}, r"cannot be read \(assessed_at: missing\): delete it to rebuild it"),
        ({"state": {"S": "not json"}}, r"cannot be read \(JSONDecodeError\)"),
        ({"view": {"B": b"not packed"}}, r"cannot be read \(error\)"),
    ],
)
def test_a_state_that_cannot_be_read_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(StateError, match=rf"^STANDINGS / identity#example\.com {said}"):
        state_of_row(row_of_state(STATE) | change)


def test_a_standing_that_this_code_does_not_know_is_an_error() -> None:
    row = row_of_state(STATE)
    row["state"]["S"] = row["state"]["S"].replace("review", "suspended")

    with pytest.raises(StateError, match=r"\(measures\.bounces\.standing: enum\)"):
        state_of_row(row)


def test_statistics_that_cannot_be_read_are_named() -> None:
    row = {"pk": {"S": "STATISTICS"}, "sk": {"S": "444455556666#us-east-1"}, "statistics": {"S": "{}"}}

    with pytest.raises(StateError, match=r"^STATISTICS / 444455556666#us-east-1 cannot"):
        statistics_of_row(row)


def test_entities_of_both_kinds_are_read_back() -> None:
    entity: ReputationEntity
    for entity in (ENTITY, account_entity(SENDER.account, SENDER.region)):
        state = EntityState(entity, 1, NOW - timedelta(days=1))
        assert state_of_row(row_of_state(state)) == state
