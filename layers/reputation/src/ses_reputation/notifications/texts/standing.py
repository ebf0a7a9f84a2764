"""The alert about a changed standing."""

from datetime import timedelta
from fractions import Fraction

from ses_reputation.notifications.context import NotificationContext, SesRate
from ses_reputation.notifications.texts.layout import (
    Alert,
    Section,
    command,
    entity_options,
    make_subject,
    make_text,
    rows,
    steps,
)
from ses_reputation.notifications.texts.standing_advice import (
    advise_on_standing,
    configuration_set_of,
    delegate_of,
)
from ses_reputation.rates.causes import Cause
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.changes import StandingChange
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.wording import (
    count,
    duration,
    event_noun,
    moment,
    moment_of,
    percent,
    rate_percent,
    slice_title,
)

ESTIMATE = (
    "Rates are estimates: SES does not say how it computes its own. What they assume is listed in "
    "docs/ledger.md. A standing is left when the rate is a tenth below its threshold."
)
_Rows = list[tuple[str, str]]


def alert_of_standing(context: NotificationContext, change: StandingChange) -> Alert:
    """Return the alert about an entity whose standing changed by one measure."""
    return Alert(
        make_subject(_subject(context.entity, change)),
        make_text(
            _opening(context.entity, change),
            [
                Section("The figures", rows(_figures(change, context.ses_rates.get(change.measure)))),
                Section("Where it comes from", rows(_causes(change))),
                Section("What to do", steps(advise_on_standing(change, context.entity))),
                *_commands(context, change),
            ],
            ESTIMATE,
        ),
    )


def made_of(measure: Measure, rate: Rate) -> str:
    """Return a rate's numerator and denominator: `513 hard bounces / 10,021 eligible sends`."""
    return f"{count(rate.numerator, event_noun(measure))} / {count(rate.denominator, 'eligible send')}"


def headroom_rows(measure: Measure, standing: Standing, evaluation: Evaluation) -> _Rows:
    """Return how far it is to the next worse standing, and how much clean mail leads back."""
    told: _Rows = []
    worse = [each for each in evaluation.headroom if each.standing.severity > standing.severity]
    reached = [each for each in evaluation.headroom if each.clean_sends]
    for each in worse[:1]:
        noun, threshold = event_noun(measure), rate_percent(measure, each.threshold)
        told.append((f"to {each.standing}", f"{count(each.more_events, f'more {noun}')} reach {threshold}"))
    for each in reached[-1:]:
        threshold = rate_percent(measure, each.threshold)
        told.append(("way back", f"{count(each.clean_sends, 'clean send')} bring it under {threshold}"))
    return told


def _subject(entity: ReputationEntity, change: StandingChange) -> str:
    rate = change.evaluation.rate
    at = f" at {rate_percent(change.measure, rate.value)}" if rate else ""
    return f"{_title(change)}: {change.measure} of {entity.title}{at} ({_before(change)})"


def _title(change: StandingChange) -> str:
    standing = change.after.standing
    if standing is Standing.HEALTHY:
        return "Healthy again"
    return standing.title() if change.is_worse else f"Back to {standing}"


def _before(change: StandingChange) -> str:
    return f"was {change.before.standing}" if change.before else "first rating"


def _opening(entity: ReputationEntity, change: StandingChange) -> str:
    standing = change.after.standing
    title = entity.title[0].upper() + entity.title[1:]
    if change.before is None:
        return f"{title} is at {standing.upper()} by its {change.measure}. It had no standing before."
    held, since = change.before.standing.upper(), moment(change.before.since)
    moved = f"has fallen to {standing.upper()}" if change.is_worse else f"is back at {standing.upper()}"
    if standing is Standing.HEALTHY:
        moved = "is HEALTHY again"
    return f"{title} {moved} by its {change.measure}. It was at {held} since {since}."


def _figures(change: StandingChange, ses_rate: SesRate | None) -> _Rows:
    measure, evaluation = change.measure, change.evaluation
    told = [("since", moment(change.after.since)), *_rate_rows(measure, evaluation)]
    if evaluation.feedback_loop_rate:
        told.append(
            ("with loops", _beside(measure, evaluation.feedback_loop_rate, evaluation.feedback_loop_standing))
        )
    if ses_rate:
        at = f", {moment(ses_rate.at)}" if ses_rate.at else ""
        told.append(("SES's own", f"{rate_percent(measure, ses_rate.rate)} (CloudWatch{at})"))
    return told + headroom_rows(measure, change.after.standing, evaluation)


def _rate_rows(measure: Measure, evaluation: Evaluation) -> _Rows:
    rate, window = evaluation.rate, evaluation.window
    span, first = duration(timedelta(hours=window.hours)), moment_of(window.first_hour)
    mail = count(evaluation.sends, "send") if window.is_full else f"all {count(evaluation.sends, 'send')}"
    told = [("window", f"{mail} in {span}, since {first}")]
    if rate is None:
        return told
    low, high = (rate_percent(measure, end) for end in rate.interval)
    estimate = f"{rate_percent(measure, rate.value)} (estimate; 95 % interval {low} to {high})"
    return [("rate", estimate), ("made of", made_of(measure, rate)), *told]


def _beside(measure: Measure, rate: Rate, standing: Standing | None) -> str:
    share = f"{rate_percent(measure, rate.value)} ({count(rate.numerator)} / {count(rate.denominator)})"
    meaning = f"; by itself that would be {standing}" if standing else ""
    return f"{share} of mail to providers that report complaints{meaning}"


def _causes(change: StandingChange) -> _Rows:
    """Return how many events each cause has, and which it is; nothing where it is of no interest any more."""
    if not change.is_worse:
        return []
    return [(_share(cause), _cause(change.measure, cause)) for cause in change.evaluation.causes]


def _share(cause: Cause) -> str:
    return f"{count(cause.events)} of {count(cause.of)} ({percent(Fraction(cause.events, cause.of))})"


def _cause(measure: Measure, cause: Cause) -> str:
    own = f", own rate {rate_percent(measure, cause.rate.value)}" if cause.rate else ""
    return f"{slice_title(cause.mail_slice)}{own}"


def _commands(context: NotificationContext, change: StandingChange) -> list[Section]:
    entity, options = context.entity, entity_options(context.entity)
    stack = f"--stack {context.stack_name}"
    sections = [Section("To see more", command("ses-reputation standing explain", *options, stack))]
    if change.after.standing is not Standing.PAUSE:
        return sections
    causes = change.evaluation.causes
    delegate, name = delegate_of(causes, entity), configuration_set_of(causes)
    if delegate:
        draft = command("ses-reputation protection draft", *options, f"--delegate {delegate}", stack)
        sections.append(Section(f"To draft the policy that no longer lets {delegate} send", draft))
    elif name:
        sections.append(Section(f"To pause {name} at once, as account {entity.name}", _pausing(name, entity)))
    return sections


def _pausing(configuration_set: str, entity: ReputationEntity) -> list[str]:
    return command(
        "aws sesv2 put-configuration-set-sending-options",
        f"--configuration-set-name {configuration_set}",
        "--no-sending-enabled",
        f"--region {entity.region}",
    )
