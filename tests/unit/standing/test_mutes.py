"""A mute silences what is repeated, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.assessment.evaluate_entity import EntityEvaluation
from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.standing.mutes import keys_to_mute, with_mute, without_mute
from ses_reputation.standing.state import EntityState, Mute, Transition, TransitionKind
from tests.support.evaluated import NOW, assess, bounces, complaints, coverage_gap, deferral, seen

DAY = timedelta(days=1)
DEFERRAL, GAP = "provider_deferral#microsoft", "coverage_gap#444455556666"
HEALTHY, WATCH, REVIEW, PAUSE = Standing
LASTS = seen(bounces(REVIEW), detections=(deferral(),))


def muted(state: EntityState, *keys: str, days: float = 10) -> EntityState:
    """The state after an operator muted some keys, at NOW."""
    for key in keys:
        state = with_mute(state, key, Mute(NOW + days * DAY, NOW, "user ada of 111122223333", "ticket 42"))
    return state


def opened(step: EntityEvaluation = LASTS) -> EntityState:
    return assess(None, step, NOW)[0]


def names(transitions: Sequence[Transition]) -> list[str]:
    return [f"{each.kind} {each.name}" for each in transitions]


def test_standings_below_healthy_and_open_findings_can_be_muted() -> None:
    state = opened(seen(bounces(WATCH), complaints(HEALTHY), detections=(deferral(), coverage_gap())))

    assert keys_to_mute(state) == ["bounces", GAP, DEFERRAL]


def test_what_is_muted_is_not_repeated_until_its_time() -> None:
    state, at, published = muted(opened(), "bounces", DEFERRAL), NOW, []
    while at < NOW + 12 * DAY:
        at += timedelta(hours=1)
        state, transitions = assess(state, LASTS, at)
        published += transitions

    assert [(each.kind, each.at) for each in published] == [
        (TransitionKind.REMINDER, NOW + 10 * DAY),
        (TransitionKind.REMINDER, NOW + 11 * DAY),
        (TransitionKind.REMINDER, NOW + 12 * DAY),
    ]
    assert state.mutes == {}


def test_a_reminder_of_the_rest_names_what_is_muted() -> None:
    state, (reminder,) = assess(muted(opened(), DEFERRAL), LASTS, NOW + DAY)

    assert reminder.subject == "Reminder: bounces at review, account 444455556666 in us-east-1"
    section = reminder.text.partition("1 muted: it lasts too, and is not repeated\n")[2].partition("\n\n")[0]
    assert " ".join(section.split()) == (
        f"{DEFERRAL}: until 2026-12-02 10:05 UTC, by user ada of 111122223333: ticket 42"
    )
    assert state.findings[DEFERRAL].notified_at == NOW
    assert list(state.mutes) == [DEFERRAL]


def test_a_reminder_where_nothing_is_muted_says_nothing_of_mutes() -> None:
    _, (reminder,) = assess(opened(), LASTS, NOW + DAY)

    assert "muted" not in reminder.text


@pytest.mark.parametrize(("after", "is_over"), [(WATCH, False), (REVIEW, False), (PAUSE, True)])
def test_a_standing_that_worsens_is_published_and_ends_its_mute(after: Standing, is_over: bool) -> None:
    state, transitions = assess(muted(opened(), "bounces"), seen(bounces(after)), NOW + timedelta(hours=1))

    changed = [] if after is REVIEW else ["standing_changed bounces"]
    assert names(transitions) == [*changed, f"finding_resolved {DEFERRAL}"]
    assert list(state.mutes) == ([] if is_over else ["bounces"])


def test_a_measure_that_worsens_leaves_the_mute_of_the_other() -> None:
    before = opened(seen(bounces(WATCH), complaints(WATCH)))
    state, _ = assess(muted(before, "bounces", "complaints"), seen(bounces(PAUSE), complaints(WATCH)), NOW)

    assert list(state.mutes) == ["complaints"]


@pytest.mark.parametrize("after", [HEALTHY, None])
def test_the_mute_of_a_standing_ends_with_it(after: Standing | None) -> None:
    state, _ = assess(muted(opened(), "bounces"), seen(bounces(after)), NOW + timedelta(hours=1))
    assert state.mutes == {}

    state, (again,) = assess(state, seen(bounces(REVIEW)), NOW + timedelta(hours=2))
    assert names([again]) == ["standing_changed bounces"]
    assert state.mutes == {}


def test_a_finding_that_ends_is_published_and_its_new_opening_is_news() -> None:
    state, over = assess(muted(opened(), DEFERRAL), seen(bounces(REVIEW)), NOW + timedelta(hours=1))
    state, again = assess(state, LASTS, NOW + timedelta(hours=2))
    _, reminder = assess(state, LASTS, NOW + DAY + timedelta(hours=2))

    assert (names(over), names(again)) == ([f"finding_resolved {DEFERRAL}"], [f"finding_opened {DEFERRAL}"])
    assert state.mutes == {}
    assert "1 finding open" in reminder[0].subject


# 31 % of the mail was delayed when it was muted: twice that is 62 %.
@pytest.mark.parametrize("state", [DetectionState.FIRING, DetectionState.INCONCLUSIVE])
@pytest.mark.parametrize(("share", "is_worse"), [(31, False), (61, False), (62, True), (100, True)])
def test_a_muted_finding_that_concerns_much_more_mail_is_published_at_once(
    share: int, is_worse: bool, state: DetectionState
) -> None:
    worse = seen(detections=(deferral(state, share),))
    before = muted(opened(seen(detections=(deferral(),))), DEFERRAL)
    after, transitions = assess(before, worse, NOW + timedelta(hours=1))

    assert names(transitions) == (["reminder unrated"] if is_worse else [])
    assert list(after.mutes) == ([] if is_worse else [DEFERRAL])
    if is_worse:
        assert "it concerns much more mail than when it was muted" in transitions[0].text
        assert "Nothing has changed" not in transitions[0].text
        assert after.findings[DEFERRAL].notified_at == NOW + timedelta(hours=1)


def test_a_mute_that_is_made_again_goes_by_what_is_found_then() -> None:
    worse = seen(detections=(deferral(share=60),))
    state, _ = assess(muted(opened(seen(detections=(deferral(),))), DEFERRAL), worse, NOW)
    state, silence = assess(muted(state, DEFERRAL), seen(detections=(deferral(share=70),)), NOW + DAY)

    assert silence == []
    assert state.mutes[DEFERRAL].extent == 0.6


def test_what_is_unmuted_is_repeated_when_its_day_is_over() -> None:
    state = without_mute(muted(opened(), "bounces", DEFERRAL), DEFERRAL)
    _, silence = assess(state, LASTS, NOW + DAY - timedelta(seconds=1))
    _, (reminder,) = assess(state, LASTS, NOW + DAY)

    assert silence == []
    assert reminder.subject.startswith("Reminder: 1 finding open")


def test_muting_replaces_the_state_as_an_assessment_does() -> None:
    state = opened()

    assert muted(state, "bounces").version == state.version + 1
    assert without_mute(muted(state, "bounces"), "bounces") == replace(state, version=state.version + 2)


STEPS = st.lists(
    st.tuples(
        st.sampled_from([None, *Standing]),
        st.sampled_from([None, *Standing]),
        st.sampled_from([None, *DetectionState]),
        st.integers(1, 100),
        st.sampled_from([timedelta(minutes=5), timedelta(hours=7), timedelta(hours=25)]),
        # What an operator mutes before the step, if it is there to be muted, and for how many days.
        st.sets(st.sampled_from(["bounces", "complaints", DEFERRAL])),
        st.sampled_from([0.1, 3, 100]),
    ),
    max_size=30,
)


@given(STEPS)
def test_whatever_is_muted_every_change_is_published_as_it_would_be_without(
    steps: list[
        tuple[Standing | None, Standing | None, DetectionState | None, int, timedelta, set[str], float]
    ],
) -> None:
    with_mutes, without = EntityState(seen().entity, 0, NOW), EntityState(seen().entity, 0, NOW)
    now = NOW
    for by_bounces, by_complaints, deferred, share, wait, keys, days in steps:
        for key in sorted(keys & set(keys_to_mute(with_mutes))):
            with_mutes = with_mute(with_mutes, key, Mute(now + days * DAY, now, "ada", "known"))
        now += wait
        detections: tuple[Detection, ...] = (deferral(deferred, share),) if deferred else ()
        step = seen(bounces(by_bounces), complaints(by_complaints), detections=detections)
        with_mutes, published = assess(with_mutes, step, now)
        without, expected = assess(without, step, now)

        assert changes(published) == changes(expected)
        for transition in published:
            if transition.kind is TransitionKind.STANDING_CHANGED and is_worse(transition):
                assert transition.name not in with_mutes.mutes
        assert set(with_mutes.mutes) <= set(keys_to_mute(with_mutes))
        assert all(now < mute.until for mute in with_mutes.mutes.values())
        # Whatever lasts and is not muted was published within a day.
        lasting = set(keys_to_mute(with_mutes)) - set(with_mutes.mutes)
        notified = {str(name): each.notified_at for name, each in with_mutes.measures.items()}
        notified |= {key: each.notified_at for key, each in with_mutes.findings.items()}
        assert all((at := notified[key]) is not None and now - at < DAY for key in lasting)


def changes(published: Sequence[Transition]) -> list[tuple[str, str, object, object]]:
    """All but reminders, with what programs read of the change."""
    return [
        (each.id, each.kind, each.detail.get("from"), each.detail.get("to"))
        for each in published
        if each.kind is not TransitionKind.REMINDER
    ]


def is_worse(transition: Transition) -> bool:
    before, after = transition.detail["from"], transition.detail["to"]
    order: list[str | None] = [None, *map(str, Standing)]
    return order.index(after) > order.index(before)


def test_measures_and_kinds_of_findings_share_no_key() -> None:

    assert not set(map(str, Measure)) & set(map(str, FindingKind))
