"""Whatever strangers call their configuration sets and identities, alerts say only what we say of them."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
import typer.main

from console.application import app
from ses_reputation.authorization.policy_document import policy_text
from ses_reputation.doctor.mends import set_identity_topic, set_topic_policy
from ses_reputation.findings.feed_coverage.missed_share import Symptom
from ses_reputation.findings.finding import FindingKind
from ses_reputation.findings.quoted_diagnoses import QuotedDiagnosis
from ses_reputation.notifications.chat import ChatNotification
from ses_reputation.notifications.context import NotificationContext
from ses_reputation.notifications.events import attributes_of, finding_detail
from ses_reputation.notifications.texts.finding import alert_of_finding, alert_of_resolution, word_finding
from ses_reputation.notifications.texts.layout import Alert
from ses_reputation.notifications.texts.protection import alert_of_protection
from ses_reputation.notifications.texts.reminder import alert_of_ongoing
from ses_reputation.notifications.texts.render import TextParts
from ses_reputation.notifications.texts.standing import alert_of_standing
from ses_reputation.notifications.transitions import transition_of_action
from ses_reputation.protection.actions import ProtectionAction
from ses_reputation.protection.target import choose_target
from ses_reputation.rates.causes import Cause
from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import Measure, Standing
from ses_reputation.rollup.entities import ReputationEntity, account_entity, identity_entity
from ses_reputation.rollup.rate_counts import Dimension, Slice
from ses_reputation.standing.changes import FindingOpened, FindingResolved, Ongoing, StandingChange
from ses_reputation.standing.evaluation import SliceStanding
from ses_reputation.standing.state import FindingState, MeasureState, Mute, ProtectionStep
from ses_reputation.visible_text import visible
from tests.support.evaluated import NOW, bounces, coverage_gap, firing, quoting
from tests.support.hostile import (
    BIDI,
    LINES,
    NAMES,
    OPTION,
    SHELL,
    TEMPLATE,
    acting_characters,
    forged_lines,
    renamed,
)

STRANGERS = ("newsletter", "example.com", "us-east-1", "microsoft", "IPFailure")
COMMAND = re.compile(r"^ *((?:aws|ses-reputation) .*)$", re.MULTILINE)


def entities(name: str) -> tuple[ReputationEntity, ...]:
    return account_entity("444455556666", name), identity_entity(name)


def findings(name: str) -> Iterator[FindingState]:
    """A finding of each kind, of feeds for each symptom, with the name for whatever a stranger names."""
    for kind in FindingKind:
        evidence = renamed(dict(firing(kind).evidence_json or {}), name, *STRANGERS)
        yield FindingState(kind, name, "2026-11-21", NOW, NOW, evidence)
    gap = dict(coverage_gap().evidence_json or {})
    for symptom, account in product(Symptom, ("", "444455556666")):
        evidence = renamed({**gap, "account": account}, name, *STRANGERS) | {"symptom": str(symptom)}
        yield FindingState(FindingKind.COVERAGE_GAP, name, "", NOW, NOW, evidence)
    for command in (set_identity_topic(name, name, name, name), ""):
        quoted = QuotedDiagnosis(NOW, "444455556666", f"Topic {name} is closed.", f"Open {name}.", command)
        for kind in (FindingKind.COVERAGE_GAP, FindingKind.SENDS_MISSING, FindingKind.MISSING_OUTCOMES):
            evidence = quoting(kind, quoted).evidence_json or {}
            yield FindingState(kind, name, "2026-11-21", NOW, NOW, evidence)
    lost = renamed(dict(firing(FindingKind.MISSING_OUTCOMES).evidence_json or {}), name, *STRANGERS)
    yield FindingState(FindingKind.MISSING_OUTCOMES, "", "", NOW, NOW, {**lost, "undelivered_sets": [name]})


def causes(name: str) -> tuple[Cause, ...]:
    return tuple(Cause(Slice(kind, name), 9, 12, Rate(9, 400)) for kind in Dimension)


def changes(name: str) -> Iterator[StandingChange]:
    for standing in Standing:
        evaluation = replace(bounces(standing), causes=causes(name))
        yield StandingChange(NOW, Measure.BOUNCES, None, MeasureState(standing, NOW), evaluation)


def target_cause(name: str) -> str:
    """Why protection chose a set of this name."""
    of_set = SliceStanding(
        Slice(Dimension.CONFIGURATION_SET, name), 4_000, 900, Rate(900, 4_000), Standing.PAUSE
    )
    return choose_target(replace(bounces(Standing.PAUSE), slices=(of_set,))).cause


def actions(name: str) -> list[ProtectionAction]:
    return [ProtectionAction(name, step, target_cause(name)) for step in ProtectionStep]


def alerts(name: str) -> Iterator[Alert]:
    """Every kind of alert about an entity of this name, with all else that strangers name called so too."""
    for entity in entities(name):
        context = NotificationContext(entity, NOW, name, Standing.PAUSE, region=name)
        yield from (alert_of_standing(context, change) for change in changes(name))
        yield from (alert_of_protection(context, action) for action in actions(name))
        for finding in findings(name):
            yield alert_of_finding(context, FindingOpened(NOW, finding))
            over = FindingResolved(NOW + timedelta(hours=1), finding, None)
            yield alert_of_resolution(context, over)
            measures = {Measure.BOUNCES: (MeasureState(Standing.REVIEW, NOW), bounces(Standing.REVIEW))}
            muted = {name: Mute(NOW, NOW, name, name)}
            ongoing = Ongoing(NOW, Standing.REVIEW, measures, {finding.key: finding}, muted)
            yield alert_of_ongoing(context, ongoing)


def texts(name: str) -> Iterator[TextParts]:
    for entity in entities(name):
        yield from (word_finding(entity, finding, NOW) for finding in findings(name))


def commands_in(alert: Alert) -> list[str]:
    """The commands of an alert, each with its lines joined as a shell joins them."""
    return COMMAND.findall(re.sub(r" \\\n *", " ", alert.text))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_acts_in_no_alert_and_writes_no_line_of_its_own(name: str) -> None:
    for alert in alerts(name):
        assert acting_characters(alert.text) == set(), alert.text
        assert forged_lines(alert.text) == []
        assert alert.subject.isprintable()


def test_a_name_with_line_breaks_leaves_an_alert_its_paragraphs() -> None:
    """Both are alike but for the name, which is too long for a line in either."""
    for plain, hostile in zip(alerts("n" * 80), alerts(LINES), strict=True):
        assert plain.text.count("\n\n") == hostile.text.count("\n\n")
        assert plain.text.splitlines()[-1] == hostile.text.splitlines()[-1]


def words_of(command: str, name: str) -> tuple[str, ...]:
    """The words of a command, sorted, with NAME for the name, and without what marks it as no option.

    The key of a finding ends with a name: `mail_stopped#newsletter`.
    """
    words = shlex.split(command.replace(f"={OPTION}", f" {OPTION}"))
    return tuple(sorted(_named(word, visible(name)) for word in words if word != "--"))


def _named(word: str, name: str) -> str:
    kind, _, of = word.partition("#")
    return "NAME" if word == name else f"{kind}#NAME" if of == name else word


@pytest.mark.parametrize("name", NAMES)
def test_every_command_of_an_alert_holds_a_name_as_one_word(name: str) -> None:
    # A command with a short name may stand within its sentence; with a long one, each has lines of its own.
    harmless = "n" * 60
    plain = {words_of(command, harmless) for alert in alerts(harmless) for command in commands_in(alert)}
    found = {words_of(command, name) for alert in alerts(name) for command in commands_in(alert)}

    assert len(found) > 15
    assert found <= plain


@pytest.mark.parametrize("name", NAMES)
def test_every_command_of_an_advice_holds_a_name_as_one_word(name: str) -> None:
    def commands(called: str) -> set[tuple[str, ...]]:
        advice = [each for text in texts(called) for each in text.advice]
        return {words_of(piece.text, called) for each in advice for piece in each.pieces if piece.words}

    assert len(commands("NAME")) > 8
    assert commands(name) == commands("NAME")


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_in_a_command_that_the_doctor_gave_stays_one_word(name: str) -> None:
    given = set_topic_policy(
        "arn:aws:sns:us-east-1:444455556666:news", policy_text({"Sid": f"`{name}` | --x"})
    )
    evidence = quoting(
        FindingKind.COVERAGE_GAP, QuotedDiagnosis(NOW, "444455556666", "Closed.", "Open it.", given)
    ).evidence_json
    finding = FindingState(FindingKind.COVERAGE_GAP, "", "2026-11-21", NOW, NOW, evidence or {})
    alert = alert_of_finding(
        NotificationContext(identity_entity("example.com"), NOW, "prod", None, {}),
        FindingOpened(NOW, finding),
    )

    printed = next(each for each in commands_in(alert) if each.startswith("aws sns"))

    assert shlex.split(printed) == shlex.split(given)
    assert acting_characters(printed) == set()


@pytest.mark.parametrize("name", ["newsletter", SHELL, OPTION, LINES])
def test_our_own_commands_get_the_name_that_an_alert_writes(name: str) -> None:
    context = NotificationContext(account_entity("444455556666", "us-east-1"), NOW, "prod", Standing.PAUSE)
    alert = alert_of_protection(context, ProtectionAction(name, ProtectionStep.PAUSED, "why"))
    (words,) = [shlex.split(each) for each in commands_in(alert) if "protection resume" in each]
    resume = typer.main.get_command(app).commands["protection"].commands["resume"]  # type: ignore[attr-defined]
    given = resume.make_context("resume", words[3:]).params

    assert given["configuration_set"] == visible(name)
    assert (given["account"], given["stack"], given["yes"]) == ("444455556666", "prod", False)


def test_a_name_divides_no_row_and_no_part_of_a_text() -> None:
    evidence = renamed(dict(firing(FindingKind.SENDS_MISSING).evidence_json or {}), TEMPLATE, *STRANGERS)
    finding = FindingState(FindingKind.SENDS_MISSING, TEMPLATE, "", NOW, NOW, evidence)
    text = word_finding(account_entity("444455556666", TEMPLATE), finding, NOW)

    assert text.headline == (
        f"Configuration set {TEMPLATE} of account 444455556666 reports no sends: "
        "its rates have no denominator"
    )
    assert ("Region", TEMPLATE) in text.figures
    assert len(text.advice) == 2
    assert shlex.split(text.advice[0].pieces[1].text)[-4:] == [
        *("--configuration-set-name", TEMPLATE),
        *("--region", TEMPLATE),
    ]


def test_no_text_is_escaped_for_html() -> None:
    name = 'Tom & Jerry\'s <"best"> set'
    whole = "\n".join(f"{alert.subject}\n{alert.text}" for alert in alerts(name))

    assert name in whole
    assert not re.search(r"&(amp|lt|gt|#\d+|quot);", whole)


def test_sentences_of_an_event_hold_no_control_and_its_names_are_exact() -> None:
    context = NotificationContext(identity_entity(BIDI), NOW, "prod", Standing.PAUSE)
    finding = next(each for each in findings(LINES) if each.kind is FindingKind.SENDS_MISSING)
    detail = finding_detail(context, finding)
    (paused, *_) = [
        transition_of_action(NotificationContext(context.entity, NOW, "prod", None), action)
        for action in actions(LINES)
    ]

    assert acting_characters(detail["headline"]) == set()
    assert acting_characters(paused.detail["cause"]) == set()
    assert visible(LINES) in paused.detail["cause"]
    assert paused.detail["configuration_set"] == LINES
    assert json.loads(json.dumps(paused.detail))["entity"]["identity"] == BIDI


CHAT_NAMES = (
    *NAMES,
    "<!channel> <@U012AB3CD> <#C024BE7LR> <!subteam^SAZ94GDB8>",
    "@here @channel <at>everyone</at> :rotating_light:",
    "<https://evil.example|sign in> [sign in](https://evil.example) https://evil.example",
    "&lt;!channel&gt; ``` *bold* _italic_ ~gone~ `code",
)
# What Slack's and Teams' documents, and Amazon Q Developer's guide, say acts in a text.
ACTS_IN_CODE = re.compile(r"<|>|&\w+;|@\w|`")
ACTS = re.compile(rf"{ACTS_IN_CODE.pattern}|\]\(|\w://|:\w+:|\*\w+\*|\b_\w+_\b|~\w+~")


@pytest.mark.parametrize("name", CHAT_NAMES)
def test_a_name_calls_nobody_and_links_to_nothing_in_a_chat(name: str) -> None:
    for alert in alerts(name):
        content = ChatNotification(
            alert.subject, alert.text, alert.steps, name, {"kind": "standing_changed", "identity": name}
        ).to_json()["content"]

        opening, code, closing = content["description"].split("```")
        assert (opening, closing) == ("", "")
        assert ACTS_IN_CODE.findall(code) == []
        assert ACTS.findall(content["title"]) == []
        assert [ACTS.findall(each) for each in content["keywords"]] == [[]] * len(content["keywords"])
        for step in content.get("nextSteps", ()):
            pieces = step.split("`")
            assert len(pieces) % 2, step
            assert [ACTS.findall(each) for each in pieces[::2]] == [[]] * len(pieces[::2]), step
            assert [ACTS_IN_CODE.findall(each) for each in pieces[1::2]] == [[]] * len(pieces[1::2])


def test_an_attribute_of_an_alert_is_text_that_sns_takes() -> None:
    transition = transition_of_action(
        NotificationContext(identity_entity(LINES), NOW, "prod", None), actions("news")[0]
    )

    assert attributes_of(transition)["identity"] == visible(LINES)
