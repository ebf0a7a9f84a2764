"""A person undoes a pause, and sees what was paused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from console.commands import protection
from ses_reputation.standing.state import (
    EntityState,
    ProtectionState,
    ProtectionStep,
    Transition,
    TransitionKind,
)
from tests.unit.console.running import read_json, read_screen, run_on, undocumented
from tests.unit.console.standings import AGENCY_ENTITY, IDENTITY_ENTITY, NOW, OWN_ENTITY, Ledger

OWNER, DELEGATE = "111122223333", "444455556666"
PAUSED_AT = NOW - timedelta(hours=3)
PAUSED = ProtectionState(ProtectionStep.PAUSED, PAUSED_AT, "newsletter bears 900 of 1,000 hard bounces")
RESUME = ("protection", "resume", "newsletter", "--account", DELEGATE, "--region", "us-east-1")


class Aws:
    """SES and STS as commands reach them: notes what is asked, with whose credentials."""

    def __init__(self, arn: str = f"arn:aws:iam::{OWNER}:user/ada") -> None:
        self.arn = arn
        self.asked: list[Any] = []

    @property
    def clients(self) -> SimpleNamespace:
        return SimpleNamespace(sts=self.connect("sts"), connect=self.connect)

    def connect(self, service: str, **options: Any) -> Any:
        self.asked.append((service, options))
        return self

    @property
    def meta(self) -> SimpleNamespace:
        return SimpleNamespace(partition="aws")

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": self.arn.split(":")[4], "Arn": self.arn}

    def assume_role(self, **request: str) -> dict[str, Any]:
        self.asked.append(request["RoleArn"])
        keys = {"AccessKeyId": "id", "SecretAccessKey": "key", "SessionToken": "token"}
        return {"Credentials": {**keys, "Expiration": datetime.now(UTC) + timedelta(hours=1)}}

    def put_configuration_set_sending_options(self, **request: Any) -> None:
        self.asked.append(request)


def make_ledger(step: ProtectionState = PAUSED) -> Ledger:
    ledger = Ledger()
    ledger.states[AGENCY_ENTITY] = ledger.states[AGENCY_ENTITY].with_protection("newsletter", step)
    return ledger


def run(
    monkeypatch: pytest.MonkeyPatch,
    ledger: Ledger,
    aws: Aws,
    *arguments: str,
    typed: str | None = None,
    **parameters: str,
) -> Result:
    stack = SimpleNamespace(name="prod", parameters=parameters)
    known = {"region": "us-east-1", "clients": aws.clients, "stack": stack}
    return run_on(monkeypatch, protection, ledger, *arguments, typed=typed, **known)


def test_show_prints_the_mode_and_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = make_ledger()
    failed = ProtectionState(ProtectionStep.FAILED, PAUSED_AT, "no configuration set to pause")
    ledger.states[OWN_ENTITY] = ledger.states[OWN_ENTITY].with_protection("(none)", failed)

    screen = read_screen_of_long_lines(
        run(monkeypatch, ledger, Aws(), "protection", "show", Protection="enforce")
    )

    assert "Enforce: the configuration set that causes a pause standing is paused." in screen
    assert "Nothing of account 111122223333 in us-east-1 could be paused 3 hours 3 minutes ago (" in screen
    assert "newsletter of account 444455556666 in us-east-1 was paused 3 hours 3 minutes ago (" in screen
    assert "Cause: newsletter bears 900 of 1,000 hard bounces" in screen
    assert "Undo: ses-reputation protection resume newsletter --account 444455556666 --region us-e" in screen


def read_screen_of_long_lines(result: Result) -> str:
    """Commands to copy are never broken, so they may be longer than the screen."""
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_show_without_any_step_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run(monkeypatch, Ledger(), Aws(), "protection", "show"))

    assert "Report: nothing is paused." in screen
    assert "Protection has done nothing about any configuration set." in screen


def test_show_as_json_names_account_region_and_set(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_json(run(monkeypatch, make_ledger(), Aws(), "protection", "show", "--json"))

    assert document["mode"] == "report"
    assert document["steps"] == [
        {
            "account": DELEGATE,
            "region": "us-east-1",
            "configuration_set": "newsletter",
            "step": "paused",
            "at": f"{PAUSED_AT:%Y-%m-%dT%H:%M:%SZ}",
            "cause": PAUSED.cause,
        }
    ]


def test_resuming_calls_ses_and_is_recorded_with_its_transition(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, aws = make_ledger(), Aws(arn=f"arn:aws:iam::{DELEGATE}:user/ada")
    before = ledger.states[AGENCY_ENTITY]

    result = run(monkeypatch, ledger, aws, *RESUME, "--yes")

    assert "was paused 3 hours 3 minutes ago" in " ".join(read_screen_of_long_lines(result).split())
    assert aws.asked[-2:] == [
        ("sesv2", {"region_name": "us-east-1"}),
        {"ConfigurationSetName": "newsletter", "SendingEnabled": True},
    ]
    ((state, (transition,)),) = ledger.saved
    assert state.protection["newsletter"].step is ProtectionStep.RESUMED
    assert state.protection["newsletter"].cause == f"user ada of {DELEGATE} resumed it"
    assert (state.version, state.unpublished) == (before.version + 1, (*before.unpublished, transition.id))
    assert (state.measures, state.findings, state.assessed_at) == (
        before.measures,
        before.findings,
        before.assessed_at,
    )
    assert (transition.kind, transition.entity) == (TransitionKind.PROTECTION, AGENCY_ENTITY)
    assert transition.detail["step"] == "resumed"
    assert transition.text


def test_a_program_resumes_by_its_word_and_reads_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, aws = make_ledger(), Aws(arn=f"arn:aws:iam::{DELEGATE}:user/ada")

    refused = run(monkeypatch, ledger, aws, *RESUME, "--json", typed="y\n")
    assert (refused.exit_code, refused.stdout, ledger.saved) == (2, "", [])
    assert "With --json nobody is asked before it is done: give --yes, too." in refused.stderr

    document = read_json(run(monkeypatch, ledger, aws, *RESUME, "--yes", "--json"))
    assert document == {
        "format_version": 1,
        "account": DELEGATE,
        "region": "us-east-1",
        "configuration_set": "newsletter",
        "paused_at": "2026-11-22T07:05:00Z",
        "cause": PAUSED.cause,
        "resumed_at": "2026-11-22T10:08:00Z",
        "resumed_by": f"user ada of {DELEGATE}",
    }
    assert undocumented(document) == set()
    assert len(ledger.saved) == 1


def test_in_another_account_the_stacks_role_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws()

    run(monkeypatch, make_ledger(), aws, *RESUME, "--yes", ProtectionRoleName="SesReputationProtection")

    assert f"arn:aws:iam::{DELEGATE}:role/SesReputationProtection" in aws.asked
    assert aws.asked[-1] == {"ConfigurationSetName": "newsletter", "SendingEnabled": True}


def test_a_profile_of_the_sending_account_needs_no_role(monkeypatch: pytest.MonkeyPatch) -> None:
    of_delegate, opened = Aws(arn=f"arn:aws:iam::{DELEGATE}:user/ada"), []

    def open_session(**options: str) -> SimpleNamespace:
        opened.append(options)
        return SimpleNamespace(client=of_delegate.connect)

    monkeypatch.setattr(protection, "boto3", SimpleNamespace(Session=open_session))
    own, ledger = Aws(), make_ledger()
    read_screen_of_long_lines(run(monkeypatch, ledger, own, *RESUME, "--yes", "--account-profile", "agency"))

    assert {"profile_name": "agency", "region_name": "us-east-1"} in opened
    assert of_delegate.asked[-1] == {"ConfigurationSetName": "newsletter", "SendingEnabled": True}
    assert not [asked for asked in own.asked if isinstance(asked, dict)]
    assert ledger.saved[0][0].protection["newsletter"].cause == f"user ada of {OWNER} resumed it"


def test_without_a_role_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = make_ledger()

    result = run(monkeypatch, ledger, Aws(), *RESUME, "--yes")

    assert result.exit_code == 1
    assert "Error: no ProtectionRoleName" in result.stderr
    assert not ledger.saved


@pytest.mark.parametrize(("answer", "saved"), [("y\n", 1), ("n\n", 0), ("", 0)])
def test_resuming_asks_first(answer: str, saved: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = make_ledger()
    aws = Aws(arn=f"arn:aws:iam::{DELEGATE}:user/ada")

    result = run(monkeypatch, ledger, aws, *RESUME, typed=answer)

    assert "Let it send again? [y/N]" in result.stdout
    assert (len(ledger.saved), result.exit_code) == (saved, 0 if saved else 1)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (ProtectionStep.WOULD_PAUSE, "the ledger says that it would have been paused."),
        (ProtectionStep.RESUMED, "the ledger says that it was resumed by a person"),
    ],
)
def test_only_what_is_paused_can_be_resumed(
    step: ProtectionStep, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, aws = make_ledger(replace(PAUSED, step=step)), Aws()

    result = run(monkeypatch, ledger, aws, *RESUME, "--yes")

    assert result.exit_code == 1
    assert said in result.stderr
    assert "put-configuration-set-sending-options --sending-enabled --configuration-set-name newsletter" in (
        result.stderr
    )
    assert not any(isinstance(asked, dict) for asked in aws.asked)


def test_an_account_that_is_not_known_has_nothing_to_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("protection", "resume", "x", "--account", "999900001111", "--region", "us-east-1", "--yes")
    result = run(monkeypatch, make_ledger(), Aws(), *arguments)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Nothing is known of account 999900001111 in us-east-1")


def test_an_assessment_in_between_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Busy(rounds=2)

    read_screen_of_long_lines(
        run(monkeypatch, ledger, Aws(arn=f"arn:aws:iam::{DELEGATE}:root"), *RESUME, "--yes")
    )

    ((state, _),) = ledger.saved
    assert state.version == ledger.first_version + 3
    assert state.protection["newsletter"].cause == f"root of {DELEGATE} resumed it"


def test_endless_assessments_are_given_up_on_after_some_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, Busy(rounds=99), Aws(arn=f"arn:aws:iam::{DELEGATE}:root"), *RESUME, "--yes")

    assert result.exit_code == 1
    assert "newsletter sends again, but the ledger does not know it yet" in result.stderr


class Busy(Ledger):
    """An assessment stores the account's state before each of the first saves."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.states[AGENCY_ENTITY] = self.states[AGENCY_ENTITY].with_protection("newsletter", PAUSED)
        self.first_version = self.states[AGENCY_ENTITY].version
        self.rounds = rounds

    def save(self, state: EntityState, transitions: list[Transition]) -> bool:
        if self.rounds:
            self.rounds -= 1
            stored = self.states[AGENCY_ENTITY]
            self.states[AGENCY_ENTITY] = replace(stored, version=stored.version + 1)
        return super().save(state, transitions)


def test_an_identitys_entity_is_not_among_the_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    ledger.states[IDENTITY_ENTITY] = ledger.states[IDENTITY_ENTITY].with_protection("newsletter", PAUSED)

    assert read_json(run(monkeypatch, ledger, Aws(), "protection", "show", "--json"))["steps"] == []
