"""Protection step by step: report, dry run, enforce, failures, a person's resuming, and crashes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.ledger.balance import NO_CONFIGURATION_SET
from ses_reputation.protection.actions import (
    ProtectionAction,
    apply_protection,
    resume_sending,
)
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.thresholds import Measure, Standing, StandingRules
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.standing.evaluation import Evaluation, evaluate_standing
from ses_reputation.standing.state import EntityState, MeasureState, ProtectionState, ProtectionStep
from tests.support.mail import ENTITY, NOW, history_of, mail

REPORT, DRY_RUN, ENFORCE = ProtectionMode
OFFERS_AT_PAUSE = [mail(1, 3000, 900, name="offers"), mail(2, 5000, 25, name="receipts")]
TOO_SMALL_AT_PAUSE = [mail(1, 19, 19, name="offers"), mail(2, 20, 2, name="receipts")]
CAUSE = (
    "configuration set offers bears 900 of 925 hard bounces, its own bounce rate is 30.00 %; "
    "without it the account's would be 0.50 %"
)
Evaluations = Mapping[Measure, Evaluation]


@dataclass
class FakeSes:
    """Remembers what it was asked, and refuses with `error` while there is one."""

    error: str = ""
    paused: list[tuple[str, str, str]] = field(default_factory=list)
    resumed: list[tuple[str, str, str]] = field(default_factory=list)

    def pause(self, account: str, region: str, configuration_set: str) -> None:
        self._ask(self.paused, (account, region, configuration_set))

    def resume(self, account: str, region: str, configuration_set: str) -> None:
        self._ask(self.resumed, (account, region, configuration_set))

    def _ask(self, asked: list[tuple[str, str, str]], what: tuple[str, str, str]) -> None:
        asked.append(what)
        if self.error:
            raise UnavailableError(self.error)


OFFERS = ("444455556666", "us-east-1", "offers")


@pytest.fixture
def ses() -> FakeSes:
    return FakeSes()


def evaluate(mails: list = OFFERS_AT_PAUSE) -> Evaluations:  # type: ignore[type-arg]
    return evaluate_standing(history_of(mails), {}, StandingRules())


def classify(evaluations: Evaluations, since: datetime = NOW, **steps: ProtectionState) -> EntityState:
    measures = {
        measure: MeasureState(evaluation.standing, since)
        for measure, evaluation in evaluations.items()
        if evaluation.standing
    }
    return EntityState(ENTITY, 1, NOW, measures, protection=steps)


def step(state: EntityState, name: str = "offers") -> ProtectionStep | None:
    known = state.protection.get(name)
    return known.step if known else None


def steps_of(actions: list[ProtectionAction]) -> list[tuple[str, ProtectionStep]]:
    return [(action.configuration_set, action.step) for action in actions]


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def test_report_does_nothing(ses: FakeSes) -> None:
    state = classify(evaluate())
    assert apply_protection(state, evaluate(), REPORT, ses, NOW) == (state, [])
    assert ses.paused == []


def test_a_dry_run_publishes_once_what_it_would_pause_and_calls_nothing(ses: FakeSes) -> None:
    state, actions = apply_protection(classify(evaluate()), evaluate(), DRY_RUN, ses, NOW)

    assert steps_of(actions) == [("offers", ProtectionStep.WOULD_PAUSE)]
    assert actions[0].cause == CAUSE
    assert actions[0].evidence["events"] == 900
    assert state.protection == {"offers": ProtectionState(ProtectionStep.WOULD_PAUSE, NOW, CAUSE)}
    assert apply_protection(state, evaluate(), DRY_RUN, ses, minutes(5)) == (state, [])
    assert ses.paused == []


def test_enforcing_pauses_the_set_once_in_the_accounts_region(ses: FakeSes) -> None:
    state, actions = apply_protection(classify(evaluate()), evaluate(), ENFORCE, ses, NOW)

    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED)]
    assert state.protection == {"offers": ProtectionState(ProtectionStep.PAUSED, NOW, CAUSE)}
    assert apply_protection(state, evaluate(), ENFORCE, ses, minutes(5)) == (state, [])
    assert ses.paused == [OFFERS]


def test_a_dry_run_that_is_switched_to_enforce_pauses(ses: FakeSes) -> None:
    before, _ = apply_protection(classify(evaluate()), evaluate(), DRY_RUN, ses, NOW)
    state, actions = apply_protection(before, evaluate(), ENFORCE, ses, minutes(5))

    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED)]
    assert state.protection["offers"].at == minutes(5)
    assert ses.paused == [OFFERS]


def test_going_back_to_a_dry_run_leaves_a_paused_set_as_it_is(ses: FakeSes) -> None:
    paused, _ = apply_protection(classify(evaluate()), evaluate(), ENFORCE, ses, NOW)
    assert apply_protection(paused, evaluate(), DRY_RUN, ses, minutes(5)) == (paused, [])


def test_a_failure_is_published_once_and_tried_again_until_it_works(ses: FakeSes) -> None:
    ses.error = "AssumeRole AccessDenied"
    state, actions = apply_protection(classify(evaluate()), evaluate(), ENFORCE, ses, NOW)
    assert steps_of(actions) == [("offers", ProtectionStep.FAILED)]
    assert actions[0].cause == f"AssumeRole AccessDenied: {CAUSE}"
    assert actions[0].evidence["error"] == "AssumeRole AccessDenied"
    assert state.protection == {
        "offers": ProtectionState(ProtectionStep.FAILED, NOW, "AssumeRole AccessDenied")
    }

    assert apply_protection(state, evaluate(), ENFORCE, ses, minutes(5)) == (state, [])

    ses.error = ""
    state, actions = apply_protection(state, evaluate(), ENFORCE, ses, minutes(10))
    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED)]
    assert step(state) is ProtectionStep.PAUSED
    assert ses.paused == [OFFERS] * 3


def test_a_failure_that_is_switched_to_a_dry_run_publishes_what_it_would_do(ses: FakeSes) -> None:
    ses.error = "AssumeRole AccessDenied"
    failed, _ = apply_protection(classify(evaluate()), evaluate(), ENFORCE, ses, NOW)

    state, actions = apply_protection(failed, evaluate(), DRY_RUN, ses, minutes(5))

    assert steps_of(actions) == [("offers", ProtectionStep.WOULD_PAUSE)]
    assert apply_protection(state, evaluate(), DRY_RUN, ses, minutes(10)) == (state, [])
    assert ses.paused == [OFFERS]


def test_a_failure_with_another_error_is_published_again_but_not_with_other_figures(ses: FakeSes) -> None:
    ses.error = "AssumeRole AccessDenied"
    state, _ = apply_protection(classify(evaluate()), evaluate(), ENFORCE, ses, NOW)

    worse = evaluate([*OFFERS_AT_PAUSE, mail(3, 100, 100, name="offers")])
    assert apply_protection(state, worse, ENFORCE, ses, minutes(5)) == (state, [])

    ses.error = "PutConfigurationSetSendingOptions NotFoundException"
    state, actions = apply_protection(state, evaluate(), ENFORCE, ses, minutes(10))
    assert steps_of(actions) == [("offers", ProtectionStep.FAILED)]
    assert state.protection["offers"].cause == "PutConfigurationSetSendingOptions NotFoundException"


def test_a_crash_between_the_call_and_the_save_pauses_again_and_publishes_once(ses: FakeSes) -> None:
    before = classify(evaluate())
    apply_protection(before, evaluate(), ENFORCE, ses, NOW)  # SES was called; the state was never saved.

    state, actions = apply_protection(before, evaluate(), ENFORCE, ses, minutes(5))

    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED)]
    assert step(state) is ProtectionStep.PAUSED
    assert ses.paused == [OFFERS, OFFERS]
    assert before.protection == {}


def test_what_a_person_resumed_is_not_paused_again_while_the_standing_lasts(ses: FakeSes) -> None:
    paused, _ = apply_protection(classify(evaluate()), evaluate(), ENFORCE, ses, NOW)

    resumed, action = resume_sending(paused, "offers", "resumed by a person", ses, minutes(30))

    assert (action.configuration_set, action.step, action.cause) == (
        "offers",
        ProtectionStep.RESUMED,
        "resumed by a person",
    )
    assert ses.resumed == [OFFERS]
    assert resumed.protection["offers"] == ProtectionState(
        ProtectionStep.RESUMED, minutes(30), "resumed by a person"
    )
    for mode in ProtectionMode:
        assert apply_protection(resumed, evaluate(), mode, ses, minutes(60)) == (resumed, [])
    assert ses.paused == [OFFERS]


def test_resuming_that_fails_changes_nothing(ses: FakeSes) -> None:
    paused, _ = apply_protection(classify(evaluate()), evaluate(), ENFORCE, ses, NOW)
    ses.error = "AccessDeniedException"

    with pytest.raises(UnavailableError, match="AccessDeniedException"):
        resume_sending(paused, "offers", "resumed by a person", ses, minutes(30))


@pytest.mark.parametrize("mode", ProtectionMode)
def test_below_pause_all_but_what_is_paused_is_forgotten(ses: FakeSes, mode: ProtectionMode) -> None:
    known = {each: ProtectionState(each, NOW) for each in ProtectionStep}
    at_review = EntityState(
        ENTITY,
        4,
        NOW,
        {Measure.BOUNCES: MeasureState(Standing.REVIEW, NOW)},
        protection={str(each): before for each, before in known.items()},
    )

    state, actions = apply_protection(at_review, evaluate(), mode, ses, minutes(5))

    assert state.protection == {"paused": known[ProtectionStep.PAUSED]}
    assert (actions, ses.paused) == ([], [])
    assert replace(state, protection=at_review.protection) == at_review


def test_an_entity_that_lost_its_standing_forgets_too(ses: FakeSes) -> None:
    before = EntityState(
        ENTITY, 4, NOW, protection={"offers": ProtectionState(ProtectionStep.WOULD_PAUSE, NOW)}
    )
    state, _ = apply_protection(before, {}, ENFORCE, ses, NOW)
    assert state.protection == {}


def test_a_set_that_sends_again_unheard_is_paused_at_the_next_pause_standing(ses: FakeSes) -> None:
    """Somebody resumed it in SES itself, which no step records, and it drove the account back to pause."""
    long_ago = ProtectionState(ProtectionStep.PAUSED, NOW - timedelta(days=9), CAUSE)
    state = classify(evaluate(), since=NOW, offers=long_ago)

    again, actions = apply_protection(state, evaluate(), ENFORCE, ses, minutes(5))

    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED)]
    assert again.protection["offers"].at == minutes(5)
    assert apply_protection(again, evaluate(), ENFORCE, ses, minutes(10)) == (again, [])


def test_after_a_resumed_standing_ended_the_next_one_pauses_again(ses: FakeSes) -> None:
    resumed = classify(evaluate(), offers=ProtectionState(ProtectionStep.RESUMED, NOW))
    healthy = replace(resumed, measures={Measure.BOUNCES: MeasureState(Standing.HEALTHY, NOW)})
    forgotten, _ = apply_protection(healthy, evaluate(), ENFORCE, ses, minutes(5))
    relapsed = replace(forgotten, measures=classify(evaluate(), since=minutes(10)).measures)

    _, actions = apply_protection(relapsed, evaluate(), ENFORCE, ses, minutes(10))

    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED)]


@pytest.mark.parametrize("mode", [DRY_RUN, ENFORCE])
def test_where_nothing_can_be_paused_this_is_published_once(ses: FakeSes, mode: ProtectionMode) -> None:
    evaluations = evaluate(TOO_SMALL_AT_PAUSE)

    state, actions = apply_protection(classify(evaluations), evaluations, mode, ses, NOW)

    assert steps_of(actions) == [(NO_CONFIGURATION_SET, ProtectionStep.FAILED)]
    assert actions[0].cause == (
        "no configuration set to pause: configuration set offers bears 19 of 21 hard bounces, but only a "
        "person pauses a set for fewer than 20"
    )
    more = evaluate([*TOO_SMALL_AT_PAUSE, mail(2, 10, 1, name="receipts")])
    assert apply_protection(state, more, mode, ses, minutes(5)) == (state, [])
    assert ses.paused == []


def test_an_identity_is_never_acted_on(ses: FakeSes) -> None:
    state = replace(classify(evaluate()), entity=identity_entity("example.com"))
    assert apply_protection(state, evaluate(), ENFORCE, ses, NOW) == (state, [])
    assert ses.paused == []


def test_each_measure_at_pause_may_have_its_own_set(ses: FakeSes) -> None:
    evaluations = evaluate(
        [mail(1, 3000, 900, 0, name="offers"), mail(2, 3000, 10, 90, name="surveys")],
    )

    state, actions = apply_protection(classify(evaluations), evaluations, ENFORCE, ses, NOW)

    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED), ("surveys", ProtectionStep.PAUSED)]
    assert [action.evidence["measure"] for action in actions] == ["bounces", "complaints"]
    assert state.protection.keys() == {"offers", "surveys"}


def test_a_set_that_causes_both_measures_is_paused_once(ses: FakeSes) -> None:
    evaluations = evaluate([mail(1, 3000, 900, 90, name="offers")])

    _, actions = apply_protection(classify(evaluations), evaluations, ENFORCE, ses, NOW)

    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED)]
    assert actions[0].evidence["measure"] == "bounces"
    assert ses.paused == [OFFERS]


def test_only_the_measure_at_pause_chooses(ses: FakeSes) -> None:
    """Surveys stand at pause by their complaints, 1.5 %, but the account does not, at 0.27 %."""
    evaluations = evaluate([mail(1, 2000, 0, 30, name="surveys"), mail(2, 9000, 1300, 0, name="offers")])
    assert evaluations[Measure.COMPLAINTS].standing is Standing.REVIEW

    _, actions = apply_protection(classify(evaluations), evaluations, ENFORCE, ses, NOW)

    assert steps_of(actions) == [("offers", ProtectionStep.PAUSED)]


def test_other_sets_steps_stay_as_they_are(ses: FakeSes) -> None:
    kept = ProtectionState(ProtectionStep.RESUMED, NOW, "resumed by a person")
    state, _ = apply_protection(classify(evaluate(), receipts=kept), evaluate(), ENFORCE, ses, NOW)
    assert state.protection["receipts"] == kept
