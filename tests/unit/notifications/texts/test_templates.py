"""Every branch of every template renders, and names nothing that it is not given."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import product

import pytest
from jinja2 import Environment, UndefinedError, nodes

from ses_reputation.delivery.delays import DELAY_TYPES, NO_DELAYS, DelayCounts
from ses_reputation.findings.deferrals import DeferralEvidence, DeferralPeriod
from ses_reputation.findings.feed_coverage.detector import CoverageGapEvidence, FeedPlace
from ses_reputation.findings.feed_coverage.missed_share import FeedGap, MissedCounts, Symptom
from ses_reputation.findings.finding import Detection, DetectionState, Evidence, FindingKind
from ses_reputation.findings.missing_outcomes import MissingOutcomes, MissingOutcomesEvidence, SetOutcomes
from ses_reputation.findings.missing_sends import MissingSendsEvidence
from ses_reputation.findings.rate_spikes import RateSpikeEvidence
from ses_reputation.findings.ses_comparison import Compared, Reconciliation
from ses_reputation.findings.stopped_mail import StoppedMailEvidence
from ses_reputation.notifications.context import NotificationContext, SesRate
from ses_reputation.notifications.texts.finding import word_detection, word_finding
from ses_reputation.notifications.texts.layout import Alert
from ses_reputation.notifications.texts.protection import alert_of_protection
from ses_reputation.notifications.texts.reminder import alert_of_ongoing
from ses_reputation.notifications.texts.render import TEMPLATES, TextParts, render
from ses_reputation.notifications.texts.ses_decision import alert_of_decision
from ses_reputation.notifications.texts.standing import (
    AdvisedMail,
    advise,
    alert_of_ended_standing,
    alert_of_standing,
)
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.rates.causes import Cause
from ses_reputation.rates.official import OfficialRate
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import identity_entity
from ses_reputation.rollup.rate_counts import Dimension, RateCounts, Slice
from ses_reputation.standing.changes import (
    AccountDecided,
    DecisionChange,
    Ongoing,
    StandingChange,
    StandingEnded,
    TenantsDecided,
)
from ses_reputation.standing.decision import is_changed
from ses_reputation.standing.state import FindingState, MeasureState, Mute, ProtectionStep
from ses_reputation.statistics.decisions import SesDecision, TenantDecision
from ses_reputation.statistics.send_statistics import HourTotals
from tests.support.digests import worded_digests
from tests.support.evaluated import (
    ACCOUNT,
    IDENTITY,
    KNOWN_BY_OUTCOME,
    NOW,
    RAW_DELIVERY,
    STACK,
    WINDOW,
    bounces,
    complaints,
    coverage_gap,
    firing,
    seen,
)
from tests.support.evaluated import assess as assess_once
from tests.support.pasted_text import check_pasted

CAUSE = Cause(Slice(Dimension.CONFIGURATION_SET, "newsletter"), 9, 12, Rate(9, 400))
QUOTED = (
    RAW_DELIVERY,
    replace(RAW_DELIVERY, command=""),
    replace(RAW_DELIVERY, command="aws ses ... --identity ann@example.com"),
)
SETS: Sequence[tuple[str, ...]] = ((), ("newsletter",), ("newsletter", "offers"))


def spikes() -> Iterator[Evidence]:
    for measure, before, causes in product(Measure, (0, 3), ((), (CAUSE,))):
        yield RateSpikeEvidence(measure, Rate(12, 500), Rate(before, 60_000), causes)


def deferrals() -> Iterator[Evidence]:
    seldom = DelayCounts(7_000, 70, types={"IPFailure": 70}, deliveries={"delivered_within_1m": 6_930})
    for delay_type, usual, is_over, provider in product(
        ["", *DELAY_TYPES.values()], (NO_DELAYS, seldom), (True, False), ("microsoft", "other", "gmx_webde")
    ):
        counts = DelayCounts(400, 90, types={delay_type: 90}) if delay_type else NO_DELAYS
        for figures in (counts, replace(counts, deliveries={"delivered_within_10s": 310})):
            period = DeferralPeriod("2026-11-22T08", "2026-11-22T09", is_over, figures)
            streams = {"444455556666/newsletter": 60, "444455556666/(none)": 30} if delay_type else {}
            since = "2026-11-22T08" if delay_type else ""
            yield DeferralEvidence("example.com", provider, since, period, usual, 0.05, streams)


def gaps() -> Iterator[Evidence]:
    for symptom, account, since, missed, kinds, sets, reported, last in product(
        Symptom,
        ("", "444455556666"),
        ("", "2026-11-22T09"),
        (MissedCounts(1), MissedCounts(30, bounced=8), MissedCounts(bounced=1, complained=9)),
        ((), ("bounced",), ("complained",), ("bounced", "complained")),
        SETS,
        (0, 40),
        ("", "2026-11-20", "2026-11-22T08"),
    ):
        gap = FeedGap(DetectionState.FIRING, symptom, missed, reported, since, last, kinds)
        place = FeedPlace("example.com", "us-east-1", account, sets)
        yield CoverageGapEvidence(gap, place, ("us-east-1",))
        yield CoverageGapEvidence(gap, place, ("us-east-1",), QUOTED)


def missing_outcomes() -> Iterator[Evidence]:
    for last_day, deliveries in product(("2026-11-19", "2026-11-20"), (0, 560)):
        sets = {"newsletter": SetOutcomes(600, 30, deliveries), "offers": SetOutcomes(10, 0, 10)}
        for quoted in ((), QUOTED):
            yield MissingOutcomesEvidence(MissingOutcomes("2026-11-19", last_day, 610, 30, sets), quoted)


def missing_sends() -> Iterator[Evidence]:
    yield MissingSendsEvidence("newsletter", 0, 50, "", "")
    yield MissingSendsEvidence("newsletter", 0, 50, "", "", QUOTED)
    yield MissingSendsEvidence("newsletter", 3, 50, "2026-11-21T09", "2026-11-21T10")


def comparisons() -> Iterator[Evidence]:
    for sent, attempts in ((900, 2_400), (3_000, 2_400), (3_000, 0)):
        compared = Compared(RateCounts(sent=sent, bounced=18), HourTotals(attempts, 72))
        yield Reconciliation("444455556666", "us-east-1", "2026-11-21T09", "2026-11-22T08", compared, NOW)


def stopped_mail() -> Iterator[Evidence]:
    for name, is_around_the_clock, counted in product(("", "newsletter"), (True, False), (None, 0, 400)):
        yield StoppedMailEvidence(
            *("444455556666", "us-east-1", name, "2026-11-19T09", 72, 3, 28, 28, 200),
            is_around_the_clock=is_around_the_clock,
            counted_by_ses=counted,
        )


EVIDENCE: dict[FindingKind, list[Evidence]] = {
    FindingKind.BOUNCE_SPIKE: list(spikes()),
    FindingKind.COMPLAINT_SPIKE: list(spikes()),
    FindingKind.PROVIDER_DEFERRAL: list(deferrals()),
    FindingKind.COVERAGE_GAP: list(gaps()),
    FindingKind.MISSING_OUTCOMES: list(missing_outcomes()),
    FindingKind.SENDS_MISSING: list(missing_sends()),
    FindingKind.RECONCILIATION_GAP: list(comparisons()),
    FindingKind.MAIL_STOPPED: list(stopped_mail()),
}


def worded(kind: FindingKind) -> Iterator[tuple[DetectionState, TextParts]]:
    for state, evidence in product(DetectionState, EVIDENCE[kind]):
        yield state, word_detection(ACCOUNT, Detection(kind, "", state, "", evidence), NOW)


def changes() -> Iterator[StandingChange]:
    before = [None, *(MeasureState(standing, NOW - timedelta(days=1)) for standing in Standing)]
    outcomes = [
        *("bounced_permanent_no_email", "bounced_permanent_suppressed", "bounced_permanent_general"),
        *("complained_abuse", "complained_fraud", "complained_virus"),
    ]
    causes = [
        (),
        *((Cause(Slice(Dimension.BOUNCE, each), 9, 12, None),) for each in outcomes),
        (CAUSE, Cause(Slice(Dimension.SENDING_ACCOUNT, "777788889999"), 9, 12, Rate(9, 400))),
    ]
    for was, standing, evaluate, of in product(before, Standing, (bounces, complaints), causes):
        evaluation = replace(evaluate(standing), causes=of)
        yield StandingChange(NOW, evaluation.measure, was, MeasureState(standing, NOW), evaluation)
        without = replace(evaluation, rate=None, headroom=(), window=replace(WINDOW, is_full=False))
        yield StandingChange(NOW, evaluation.measure, was, MeasureState(standing, NOW), without)
    for official in officials():
        evaluation = replace(bounces(official.worst), official=official)
        yield StandingChange(NOW, Measure.BOUNCES, None, MeasureState(official.worst, NOW), evaluation)


def advice() -> Iterator[str]:
    """What is advised of every standing, to everybody and to who sends, with commands between backticks."""
    entities = (ACCOUNT, IDENTITY, identity_entity("ann@example.com"))
    for change, entity, is_own in product(changes(), entities, (False, True)):
        if change.is_worse:
            causes, standing = change.evaluation.causes, change.after.standing
            yield from advise(entity, change.measure, standing, causes, STACK, AdvisedMail(is_own=is_own))


def decisions() -> Iterator[DecisionChange]:
    ways = [
        SesDecision("444455556666", "us-east-1", NOW, status, is_on, is_out, "", case, quota)
        for status in ("HEALTHY", "PROBATION", "SHUTDOWN", "LIMITED", "")
        for is_on, is_out in product((True, False), (True, False))
        for case, quota in (("", -1.0), ("172000001", 200.0))
    ]
    for before, after in product(ways, ways):
        if is_changed(before, after):
            yield AccountDecided(NOW, before, NOW - timedelta(days=1), after)
    yield AccountDecided(
        NOW, None, None, next(each for each in ways if each.enforcement_status == "SHUTDOWN")
    )
    stopped = [
        TenantDecision("DISABLED", by_ses, cause, at, "")
        for by_ses, cause, at in product((True, False), ("", "why"), (None, NOW))
    ]
    many = {f"t{number}": stopped[number % len(stopped)] for number in range(30)}
    severe = {"hill": TenantDecision("ENABLED", False, "", None, "HIGH")}
    eased = {"hill": TenantDecision("ENABLED", False, "", None, "LOW")}
    for of in ((many, {}, {}), ({}, severe, {}), ({}, {}, many), ({}, {}, severe), (many, severe, many)):
        yield TenantsDecided(NOW, of[0], of[1], {}, of[2])
    yield TenantsDecided(NOW, {}, {}, eased, {})
    yield TenantsDecided(NOW, {}, severe, many, {})


def officials() -> Iterator[OfficialRate]:
    for standing, estimated in product((Standing.WATCH, Standing.PAUSE), (None, *Standing)):
        yield OfficialRate(Fraction(1, 10), NOW, standing, estimated)


def without_sends() -> StandingChange:
    """A standing by final outcomes, beside bounces of nobody knows how much mail."""
    evaluation = bounces(Standing.REVIEW, window=replace(WINDOW, table=KNOWN_BY_OUTCOME))
    return StandingChange(NOW, evaluation.measure, None, MeasureState(Standing.REVIEW, NOW), evaluation)


def said(alert: Alert) -> str:
    return f"{alert.subject}\n{alert.text}"


def alerts() -> Iterator[str]:
    """The texts of every standing, protection step, finding and reminder, as mails have them."""
    rates: Sequence[dict[Measure, SesRate]] = (
        {},
        {measure: SesRate(0.05, NOW) for measure in Measure},
        {Measure.BOUNCES: SesRate(0.05, None)},
    )
    for entity, ses_rates in product((ACCOUNT, IDENTITY), rates):
        context = NotificationContext(entity, NOW, STACK, Standing.PAUSE, ses_rates)
        for change in changes():
            yield said(alert_of_standing(context, change))
    context = NotificationContext(ACCOUNT, NOW, STACK, Standing.PAUSE)
    for decided in decisions():
        yield said(alert_of_decision(context, decided))
    ended = StandingEnded(NOW, Measure.BOUNCES, MeasureState(Standing.REVIEW, NOW), bounces(None))
    yield said(alert_of_ended_standing(context, ended))
    for step, name in product(ProtectionStep, ("newsletter", "(none)")):
        for evidence in ({}, {"measure": "bounces", "by_senders": {"account_events": 9}}):
            action = ProtectionAction(name, step, "why", evidence)
            yield said(alert_of_protection(context, action))
    yield from findings_and_reminders(context)


def findings_and_reminders(context: NotificationContext) -> Iterator[str]:
    for kind in FindingKind:
        state, opened = assess_once(None, seen(detections=(firing(kind),)), NOW)
        over = replace(firing(kind), state=DetectionState.CLEAR)
        _, resolved = assess_once(state, seen(detections=(over,)), NOW + timedelta(hours=5))
        yield from (f"{each.subject}\n{each.text}" for each in (*opened, *resolved))
    yield said(alert_of_standing(context, without_sends()))
    finding = FindingState(FindingKind.COVERAGE_GAP, "", "", NOW, NOW, coverage_gap().evidence_json or {})
    standing = {Measure.BOUNCES: (MeasureState(Standing.REVIEW, NOW), bounces(Standing.REVIEW))}
    unrated = {
        Measure.BOUNCES: (MeasureState(Standing.REVIEW, NOW), replace(bounces(None), rate=None, headroom=()))
    }
    for measures, findings in product(({}, standing, unrated), ({}, {finding.key: finding})):
        alert = alert_of_ongoing(context, Ongoing(NOW, Standing.REVIEW, measures, findings))
        yield said(alert)
    muted = {"bounces": Mute(NOW, NOW, "user ada of 111122223333", "ticket 42")}
    yield from worded_digests()
    grown = Ongoing(NOW, None, {}, {finding.key: finding}, muted, {finding.key})
    yield said(alert_of_ongoing(context, grown))


@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_of_finding_has_a_headline_figures_and_advice_while_it_fires(kind: FindingKind) -> None:
    for state, text in worded(kind):
        if state is DetectionState.FIRING:
            assert text.headline
            assert all(label and figure for label, figure in text.figures)
            assert text.advice
            assert all(step.endswith(".") for step in text.advice)


@pytest.mark.parametrize("kind", FindingKind)
def test_no_text_of_a_finding_shows_how_it_was_made(kind: FindingKind) -> None:
    for _, text in worded(kind):
        whole = " ".join([text.headline, *(part for pair in text.figures for part in pair), *text.advice])
        assert not re.search(r"  |None|\[|\{|\}| [.,;]|Fraction", whole), whole
        assert not text.headline.endswith(".")


def test_a_stored_finding_is_worded_as_it_was_when_it_opened() -> None:
    for kind in FindingKind:
        state, _ = assess_once(None, seen(detections=(firing(kind),)), NOW)
        (stored,) = state.findings.values()
        assert word_finding(ACCOUNT, stored, NOW) == word_detection(ACCOUNT, firing(kind), NOW)


def literals(name: str) -> Iterator[str]:
    """The words in a template that stand between what is filled in."""
    source = (TEMPLATES / name).read_text()
    parsed = Environment(trim_blocks=True, lstrip_blocks=True).parse(source)  # noqa: S701
    for node in parsed.find_all(nodes.TemplateData):
        for line in node.data.splitlines():
            if len(line.strip()) > 3 and not line.startswith("=== "):
                yield line.strip(" .,;:()|")


def without_layout(texts: Iterable[str]) -> str:
    """Texts without what layout adds to them: line breaks, numbers of steps, columns."""
    return " ".join(" ".join(texts).replace("\\\n", " ").split())


def test_every_sentence_of_every_template_is_reached() -> None:
    texts = [*alerts(), *advice()]
    for change in decisions():
        name, more = (
            ("ses_tenants", {"most": 20}) if isinstance(change, TenantsDecided) else ("ses_decision", {})
        )
        texts += render(name, entity=ACCOUNT, change=change, stack_name=STACK, **more).advice
    for kind in FindingKind:
        for _, text in worded(kind):
            texts += [text.headline, *(f"{label} | {figure}" for label, figure in text.figures), *text.advice]
    everything = without_layout(dict.fromkeys(texts))

    unreached = {
        (path.name, literal)
        for path in TEMPLATES.iterdir()
        for literal in literals(path.name)
        for words in literal.split(" | ")
        if without_layout([words]) not in everything
    }
    assert unreached == set()


def test_a_template_that_names_what_it_is_not_given_is_refused() -> None:
    with pytest.raises(UndefinedError, match="'evidence' is undefined"):
        render("sends_missing", entity=ACCOUNT)
    with pytest.raises(UndefinedError, match="share"):
        render(
            "reconciliation_gap",
            entity=ACCOUNT,
            evidence={"account": "444455556666", "region": "us-east-1"},
            is_over=False,
        )


def test_a_share_is_worded_from_its_counts_not_from_its_rounded_value() -> None:
    # 5 / 40,161 = 0.0124499... %; rounded to a millionth first it would read 0.013 %.
    evidence = RateSpikeEvidence(Measure.COMPLAINTS, Rate(5, 40_161), Rate(0, 60_000), ())
    assert float(Fraction(5, 40_161)) < 0.0001245
    text = word_detection(
        ACCOUNT, Detection(FindingKind.COMPLAINT_SPIKE, "", DetectionState.FIRING, "", evidence), NOW
    )

    assert text.headline.startswith("The complaint rate of the last 24 hours is 0.012 %")


def test_an_assessment_without_changes_does_not_load_jinja() -> None:
    program = "import sys, ses_reputation.assessment.assessment; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603


def test_every_command_that_is_advised_exists_with_its_options() -> None:
    """By the command line's own parser, and by botocore's model of the AWS CLI."""
    commands = {
        command for text in advice() for command in re.findall(r"`((?:ses-reputation|aws) [^`]*)`", text)
    }

    assert {" ".join(command.split()[:3]) for command in commands} >= {
        "aws sesv2 put-configuration-set-sending-options",
        "aws sesv2 put-account-suppression-attributes",
        "ses-reputation authorize revoke",
        "ses-reputation suppression list",
    }
    for command in commands:
        check_pasted(command)
