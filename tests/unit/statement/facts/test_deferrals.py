"""What defers the mail of a sender, looked for while its page is made."""

from datetime import timedelta
from typing import Any

import pytest

from ses_reputation.findings.finding import FindingKind
from ses_reputation.standing.state import FindingState
from ses_reputation.statement.facts import deferrals as module
from ses_reputation.statement.facts.deferrals import own_deferrals, view_deferrals
from tests.support.assessed_world import MINE, THEIRS, assessed, inputs_of
from tests.support.evaluated import IDENTITY, deferral
from tests.support.mail import NOW, delayed_mail

THROTTLED = [
    delayed_mail(1, 400, 300, sender=MINE._replace(identity=f"{letter}.example")) for letter in "cab"
]


def test_each_identity_is_looked_through_by_name() -> None:
    inputs = inputs_of(assessed(THROTTLED))

    found = own_deferrals(inputs.senders, inputs)

    assert [each.evidence["identity"] for each in found] == ["a.example", "b.example", "c.example"]
    assert {(each.kind, each.scope, each.since, each.opened_at) for each in found} == {
        (FindingKind.PROVIDER_DEFERRAL, "microsoft", "2026-11-22T09", NOW)
    }


def test_so_many_identities_are_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = inputs_of(assessed(THROTTLED))
    monkeypatch.setattr(module, "MOST_IDENTITIES", 2)

    assert [each.evidence["identity"] for each in own_deferrals(inputs.senders, inputs)] == [
        "a.example",
        "b.example",
    ]


def test_nothing_but_the_senders_own_mail_is_looked_at() -> None:
    """300 of 400 are delayed; beside the 9,000 of a rival they would be less than a limit."""
    hours = [delayed_mail(1, 400, 300, sender=MINE), delayed_mail(1, 9_000, 0, sender=THEIRS)]
    inputs = inputs_of(assessed(hours))

    assert [each.scope for each in own_deferrals([MINE], inputs)] == ["microsoft"]
    assert own_deferrals([MINE, THEIRS], inputs) == []
    assert own_deferrals([THEIRS], inputs) == []


def test_what_is_usual_for_another_sender_is_not_usual_for_this_one() -> None:
    """45 % of an hour's mail are past the limit of 40 %; not past that of a week with 27 % of delays."""
    week = [
        delayed_mail(f"2026-11-{day}T10", sent, delayed, sender=sender)
        for day in range(14, 21)
        for sender, sent, delayed in ((MINE, 1_000, 0), (THEIRS, 9_000, 2_700))
    ]
    latest = [delayed_mail(1, 400, 180, sender=MINE), delayed_mail(1, 10, 0, sender=THEIRS)]
    inputs = inputs_of(assessed([*week, *latest]))

    assert [each.scope for each in own_deferrals([MINE], inputs)] == ["microsoft"]
    assert own_deferrals([MINE, THEIRS], inputs) == []


def opened(provider: str, since: str, *types: str) -> FindingState:
    evidence: dict[str, Any] = dict(deferral().evidence_json or {})
    recent = {**evidence["recent"], "delay_types": dict.fromkeys(types, 1)}
    plain = {**evidence, "provider": provider, "recent": recent}
    return FindingState(FindingKind.PROVIDER_DEFERRAL, provider, since, NOW - timedelta(hours=1), None, plain)


def test_of_a_provider_the_earliest_deferral_is_shown() -> None:
    spike = FindingState(FindingKind.BOUNCE_SPIKE, "", "2026-11-01T08", NOW, None, {})
    found = [
        opened("microsoft", "2026-11-22T08", "IPFailure"),
        opened("microsoft", "2026-11-22T06", "MailboxFull", "General"),
        opened("gmail", "2026-11-22T09", "General"),
        opened("microsoft", "2026-11-22T07", "IPFailure"),
        spike,
    ]

    views = view_deferrals(IDENTITY, found, inputs_of(assessed([])))

    assert {provider: (each.since, each.delay_types) for provider, each in views.items()} == {
        "microsoft": ("2026-11-22T06", ("MailboxFull", "General")),
        "gmail": ("2026-11-22T09", ("General",)),
    }
