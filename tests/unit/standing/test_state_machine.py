"""What changes in an entity, and that each change is published once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.findings.finding import Detection, DetectionState
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.standing.state import (
    EntityState,
    MeasureState,
    ProtectionState,
    ProtectionStep,
    Transition,
    TransitionKind,
)
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    NOW,
    bounces,
    complaints,
    coverage_gap,
    deferral,
    seen,
)
from tests.support.evaluated import (
    assess as assess_once,
)

FIVE_MINUTES = timedelta(minutes=5)
DAY = timedelta(days=1)
HEALTHY, WATCH, REVIEW, PAUSE = Standing


def assess(
    *steps: EntityEvaluation, every: timedelta = FIVE_MINUTES, state: EntityState | None = None
) -> tuple[EntityState, list[list[Transition]]]:
    """Assess one thing after the other; the first at NOW."""
    published: list[list[Transition]] = []
    for number, step in enumerate(steps):
        state, transitions = assess_once(state, step, NOW + number * every)
        published.append(transitions)
    assert state is not None
    return state, published


def names(transitions: Sequence[Transition]) -> list[str]:
    return [f"{each.kind} {each.name}" for each in transitions]


def test_a_first_rating_of_healthy_is_kept_in_silence() -> None:
    state, published = assess(seen(bounces(HEALTHY)))

    assert published == [[]]
    assert state.measures == {Measure.BOUNCES: MeasureState(HEALTHY, NOW, None)}
    assert (state.version, state.assessed_at, state.unpublished) == (1, NOW, ())


@pytest.mark.parametrize("standing", [WATCH, REVIEW, PAUSE])
def test_a_first_rating_of_anything_else_is_a_change(standing: Standing) -> None:
    state, [[transition]] = assess(seen(bounces(standing)))

    assert transition.id == "2026-11-22T10:05:00Z#standing_changed#bounces"
    assert (transition.detail["from"], transition.detail["to"]) == (None, standing)
    assert state.measures == {Measure.BOUNCES: MeasureState(standing, NOW, NOW)}
    assert state.unpublished == (transition.id,)


@pytest.mark.parametrize(
    ("before", "after"), [(before, after) for before in Standing for after in Standing if before != after]
)
def test_every_change_of_standing_is_published_once(before: Standing, after: Standing) -> None:
    state, published = assess(seen(bounces(before)), seen(bounces(after)), seen(bounces(after)))

    ((transition,), silence) = published[1:]
    assert silence == []
    assert transition.kind is TransitionKind.STANDING_CHANGED
    assert transition.detail["from"] == before
    assert transition.detail["from_since"] == "2026-11-22T10:05:00Z"
    assert transition.detail["to"] == after
    assert state.measures[Measure.BOUNCES] == MeasureState(after, NOW + FIVE_MINUTES, NOW + FIVE_MINUTES)


@pytest.mark.parametrize("standing", list(Standing))
def test_a_standing_that_lasts_keeps_its_since(standing: Standing) -> None:
    state, published = assess(*[seen(bounces(standing))] * 4)

    assert published[1:] == [[], [], []]
    assert state.measures[Measure.BOUNCES].since == NOW
    assert (state.version, state.assessed_at) == (4, NOW + 3 * FIVE_MINUTES)


@pytest.mark.parametrize("standing", list(Standing))
def test_a_standing_is_lost_in_silence_for_want_of_volume(standing: Standing) -> None:
    state, published = assess(seen(bounces(standing)), seen(bounces(None)))

    assert published[1] == []
    assert state.measures == {}
    assert state.standing is None


def test_a_standing_that_comes_back_is_rated_as_for_the_first_time() -> None:
    _, published = assess(seen(bounces(REVIEW)), seen(bounces(None)), seen(bounces(HEALTHY)))
    assert published[1:] == [[], []]

    _, published = assess(seen(bounces(REVIEW)), seen(bounces(None)), seen(bounces(REVIEW)))
    assert [each.detail["from"] for each in published[2]] == [None]


def test_an_entity_that_was_never_rated_has_no_standing_and_publishes_nothing() -> None:
    state, published = assess(seen(bounces(None), complaints(None)))

    assert published == [[]]
    assert state.measures == {}


def test_measures_change_independently() -> None:
    state, published = assess(
        seen(bounces(WATCH), complaints(HEALTHY)),
        seen(bounces(WATCH), complaints(REVIEW)),
        seen(bounces(PAUSE), complaints(HEALTHY)),
    )

    assert [names(each) for each in published] == [
        ["standing_changed bounces"],
        ["standing_changed complaints"],
        ["standing_changed bounces", "standing_changed complaints"],
    ]
    assert state.standing is PAUSE


def test_every_event_says_the_worst_standing_of_its_entity() -> None:
    _, published = assess(seen(bounces(WATCH), complaints(REVIEW), detections=(deferral(),)))

    assert [each.detail["standing"] for each in published[0]] == [REVIEW, REVIEW, REVIEW]


def test_a_finding_is_opened_once() -> None:
    state, published = assess(*[seen(detections=(deferral(),))] * 3)

    assert [names(each) for each in published] == [["finding_opened provider_deferral#microsoft"], [], []]
    finding = state.findings["provider_deferral#microsoft"]
    assert (finding.since, finding.opened_at, finding.notified_at) == ("2026-11-22T08", NOW, NOW)


def test_an_open_finding_is_kept_up_to_date_in_silence() -> None:
    later = replace(deferral(share=45), since="2026-11-22T09")
    state, published = assess(seen(detections=(deferral(share=31),)), seen(detections=(later,)))

    assert published[1] == []
    finding = state.findings["provider_deferral#microsoft"]
    assert finding.evidence == later.evidence_json
    assert finding.evidence["recent"]["delayed_share"] == 0.45
    assert (finding.since, finding.opened_at) == ("2026-11-22T08", NOW)


@pytest.mark.parametrize("gone", [(deferral(DetectionState.CLEAR),), ()], ids=["clear", "not sighted"])
def test_a_finding_that_is_clear_or_not_detected_at_all_is_over(gone: tuple[Detection, ...]) -> None:
    state, published = assess(seen(detections=(deferral(),)), seen(detections=gone), seen(detections=gone))

    assert [names(each) for each in published[1:]] == [["finding_resolved provider_deferral#microsoft"], []]
    assert state.findings == {}


def test_what_is_unsure_opens_nothing_and_ends_nothing() -> None:
    inconclusive = seen(detections=(deferral(DetectionState.INCONCLUSIVE),))
    state, published = assess(inconclusive, seen(detections=(deferral(),)), inconclusive, inconclusive)

    assert [names(each) for each in published] == [[], ["finding_opened provider_deferral#microsoft"], [], []]
    assert list(state.findings) == ["provider_deferral#microsoft"]


def test_a_detection_without_evidence_leaves_what_is_known() -> None:
    silent = Detection(deferral().kind, "microsoft", DetectionState.INCONCLUSIVE)
    state, _ = assess(seen(detections=(deferral(),)), seen(detections=(silent,)))

    assert state.findings["provider_deferral#microsoft"].evidence == deferral().evidence_json


def test_a_view_is_as_it_was_evaluated_where_no_finding_is_left_out() -> None:
    state, _ = assess_once(None, seen(detections=(deferral(),), view={"open": {}}), NOW)

    assert state.view == {"open": {}}


def test_what_was_never_found_does_not_end() -> None:
    state, published = assess(seen(detections=(deferral(DetectionState.CLEAR),)))

    assert published == [[]]
    assert state.findings == {}


def test_a_finding_that_comes_again_is_a_new_one() -> None:
    _, published = assess(seen(detections=(deferral(),)), seen(), seen(detections=(deferral(),)))

    assert names(published[2]) == ["finding_opened provider_deferral#microsoft"]
    assert published[2][0].detail["opened_at"] == "2026-11-22T10:15:00Z"
    assert published[2][0].id != published[0][0].id


def test_findings_of_one_kind_differ_by_what_they_are_about() -> None:
    other = replace(deferral(), scope="yahoo")
    state, published = assess(seen(detections=(deferral(),)), seen(detections=(deferral(), other)))

    assert names(published[1]) == ["finding_opened provider_deferral#yahoo"]
    assert list(state.findings) == ["provider_deferral#microsoft", "provider_deferral#yahoo"]


def test_what_lasts_is_repeated_after_a_day_and_not_before() -> None:
    ongoing = seen(bounces(REVIEW))
    state, _ = assess(ongoing)

    early, silence = assess_once(state, ongoing, NOW + DAY - timedelta(seconds=1))
    late, (reminder,) = assess_once(early, ongoing, NOW + DAY)

    assert silence == []
    assert (reminder.kind, reminder.name, reminder.detail) == (TransitionKind.REMINDER, "review", {})
    assert late.measures[Measure.BOUNCES] == MeasureState(REVIEW, NOW, NOW + DAY)
    assert late.unpublished[-1] == "2026-11-23T10:05:00Z#reminder#review"


def test_a_reminder_comes_once_a_day_for_as_long_as_it_lasts() -> None:
    ongoing = seen(bounces(PAUSE), detections=(coverage_gap(),))
    _, published = assess(*[ongoing] * (24 * 7 + 1), every=timedelta(hours=1))

    reminders = [each for transitions in published[1:] for each in transitions]
    assert [each.at for each in reminders] == [NOW + day * DAY for day in range(1, 8)]
    assert {each.kind for each in reminders} == {TransitionKind.REMINDER}


def test_one_reminder_gathers_all_that_lasts_in_an_entity() -> None:
    state, _ = assess(
        seen(bounces(REVIEW)),
        seen(bounces(REVIEW), complaints(WATCH)),
        seen(bounces(REVIEW), complaints(WATCH), detections=(deferral(), coverage_gap())),
        every=timedelta(hours=6),
    )
    ongoing = seen(bounces(REVIEW), complaints(WATCH), detections=(deferral(), coverage_gap()))
    state, (reminder,) = assess_once(state, ongoing, NOW + DAY)

    assert reminder.subject.startswith("Reminder: bounces at review, complaints at watch, 2 findings open,")
    published = [each.notified_at for each in state.measures.values()]
    published += [each.notified_at for each in state.findings.values()]
    assert published == [NOW + DAY] * 4


def test_a_reminder_never_repeats_what_changed_in_the_same_assessment() -> None:
    state, _ = assess(seen(bounces(REVIEW), complaints(WATCH)))
    changed = seen(bounces(PAUSE), complaints(WATCH))
    _, (change, reminder) = assess_once(state, changed, NOW + DAY)

    assert change.kind is TransitionKind.STANDING_CHANGED
    assert "Complaints: WATCH" in reminder.text
    assert "Bounces" not in reminder.text


def test_what_ended_is_not_reminded_of() -> None:
    state, _ = assess(seen(bounces(REVIEW), detections=(deferral(),)))
    state, ended = assess_once(state, seen(bounces(HEALTHY)), NOW + DAY)
    _, silence = assess_once(state, seen(bounces(HEALTHY)), NOW + 3 * DAY)

    assert names(ended) == ["standing_changed bounces", "finding_resolved provider_deferral#microsoft"]
    assert silence == []


def test_a_reminder_of_an_entity_without_a_standing_is_named_so() -> None:
    state, _ = assess(seen(detections=(coverage_gap(),)))
    _, (reminder,) = assess_once(state, seen(detections=(coverage_gap(),)), NOW + DAY)

    assert (reminder.kind, reminder.name) == (TransitionKind.REMINDER, "unrated")


def test_what_is_unpublished_and_what_protection_did_are_carried_over() -> None:
    state, _ = assess(seen(bounces(PAUSE)))
    paused = ProtectionState(ProtectionStep.PAUSED, NOW, "bounces")
    state = state.with_protection("newsletter", paused)
    view: dict[str, Any] = {"measures": {"bounces": {}}}
    later, (change,) = assess_once(state, seen(bounces(REVIEW), view=view), NOW + DAY)

    assert later.protection == {"newsletter": paused}
    assert later.unpublished == (*state.unpublished, change.id)
    assert later.view == view


def test_an_assessment_made_again_publishes_the_same() -> None:
    state, _ = assess(seen(bounces(WATCH)))
    step = seen(bounces(PAUSE), detections=(deferral(),))

    assert assess_once(state, step, NOW + DAY) == assess_once(state, step, NOW + DAY)


def test_the_entity_of_an_identity_goes_through_the_same() -> None:
    state, [[transition]] = assess(seen(bounces(REVIEW), entity=IDENTITY))

    assert (state.entity, transition.entity) == (IDENTITY, IDENTITY)
    assert transition.detail["entity"] == {"kind": "identity", "identity": "example.com"}


STEPS = st.lists(
    st.tuples(
        st.sampled_from([None, *Standing]),
        st.sampled_from([None, *Standing]),
        st.sampled_from([None, *DetectionState]),
        st.sampled_from([timedelta(minutes=5), timedelta(hours=7), timedelta(hours=25)]),
    ),
    max_size=30,
)


@given(STEPS)
def test_whatever_happens_each_thing_is_published_when_it_changes_and_daily_while_it_lasts(
    steps: list[tuple[Standing | None, Standing | None, DetectionState | None, timedelta]],
) -> None:
    state: EntityState | None = None
    now, published = NOW, list[Transition]()
    for by_bounces, by_complaints, deferred, wait in steps:
        now += wait
        detections = (deferral(deferred),) if deferred else ()
        step = seen(bounces(by_bounces), complaints(by_complaints), detections=detections)
        state, transitions = assess_once(state, step, now)
        published += transitions
        assert {name: each.standing for name, each in state.measures.items()} == {
            name: each.standing for name, each in step.evaluations.items() if each.standing
        }
        assert at_most_a_day_old(state, now)

    ids = [each.id for each in published]
    assert len(set(ids)) == len(ids)
    assert (state.unpublished if state else ()) == tuple(ids)
    assert all(each.subject and each.text for each in published)
    assert_changes_follow_each_other(published)
    reminded = [each.at for each in published if each.kind is TransitionKind.REMINDER]
    assert all(later - earlier >= DAY for earlier, later in pairwise(reminded))
    opened = [each.kind for each in published if each.name == "provider_deferral#microsoft"]
    kinds = [TransitionKind.FINDING_OPENED, TransitionKind.FINDING_RESOLVED]
    assert opened == (kinds * len(opened))[: len(opened)]


def at_most_a_day_old(state: EntityState, now: datetime) -> bool:
    """A notification of whatever lasts is less than a day old."""
    ongoing = [each.notified_at for each in state.measures.values() if each.standing is not HEALTHY]
    ongoing += [each.notified_at for each in state.findings.values()]
    return all(at is not None and now - at < DAY for at in ongoing)


def assert_changes_follow_each_other(published: Sequence[Transition]) -> None:
    """Each change begins where the one before ended, or anew after the volume was lost; none is empty."""
    for measure in Measure:
        changes = [each.detail for each in published if each.name == measure]
        assert all(each["from"] != each["to"] for each in changes)
        for earlier, later in pairwise(changes):
            # An entity that lost its standing is HEALTHY again in silence, and may fall from there.
            assert later["from"] in (earlier["to"], None, HEALTHY)


def test_the_entity_is_the_one_that_was_evaluated() -> None:
    assert assess(seen(bounces(HEALTHY)))[0].entity == ACCOUNT
