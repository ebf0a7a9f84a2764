"""The functions: their runtime, their logs, and an environment that their settings can read."""

import ast
import os
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest

from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.environment import read_text
from ses_reputation.errors import SettingsError
from ses_reputation.journaling_settings import JournalSettings
from ses_reputation.posting_settings import PostingSettings
from ses_reputation.rates.thresholds import Measure, StandingRules, Thresholds
from ses_reputation.statement.settings import StatementSettings
from ses_reputation.statistics.settings import StatisticsSettings
from ses_reputation.statistics.unheard_channels import ChannelNames
from ses_reputation.suppression.settings import ExportSettings
from tests.support.runtime_python import RUNTIME_VERSION
from tests.support.stack_template import ROOT, read_source, render_stack

STACK = render_stack(
    DelegateAccounts="444455556666",
    OwnDomains="example.com",
    LogRetentionDays="14",
    OrganizationId="o-exampleorgid",
    AnalystDatabaseName="mail",
)
FUNCTIONS = STACK.of_type("AWS::Lambda::Function")
LAYERS = STACK.of_type("AWS::Lambda::LayerVersion")
SETTINGS: dict[str, Callable[[Mapping[str, str]], Any]] = {
    "JournalFeedbackFunction": JournalSettings.from_environment,
    "PostBalancesFunction": PostingSettings.from_environment,
    "ReadSesStatisticsFunction": lambda environment: (
        StatisticsSettings.from_environment(environment),
        ChannelNames.from_environment(environment),
    ),
    "AssessReputationFunction": AssessmentSettings.from_environment,
    "PublishStatementFunction": StatementSettings.from_environment,
    "ExportSuppressionFunction": ExportSettings.from_environment,
    "ConvertSnapshotFunction": lambda environment: read_text(environment, "REPUTATION_BUCKET"),
}


class AskedEnvironment(Mapping[str, str]):
    """An environment that remembers which variables it was asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def code_folder(function: str) -> str:
    folder: str = read_source()["Resources"][function]["Properties"]["CodeUri"]
    return folder


def test_every_function_is_known_here() -> None:
    # This one has no settings: what it checks comes with the request.
    assert FUNCTIONS.keys() == {*SETTINGS, "CheckStackFunction"}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_runs_on_the_runtime_that_the_layer_is_built_for(name: str) -> None:
    (layer,) = LAYERS.values()
    assert FUNCTIONS[name]["Runtime"] == f"python{RUNTIME_VERSION}"
    assert FUNCTIONS[name]["Architectures"] == ["arm64"]
    assert layer["CompatibleRuntimes"] == [f"python{RUNTIME_VERSION}"]
    assert [reference.strip("<>") for reference in FUNCTIONS[name]["Layers"]] == list(LAYERS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_is_traced_only_if_asked_and_logs_json_to_a_group_that_forgets(name: str) -> None:
    traced = render_stack(Tracing="Active", AnalystDatabaseName="mail").properties(name)["TracingConfig"]
    assert (FUNCTIONS[name]["TracingConfig"], traced) == ({"Mode": "PassThrough"}, {"Mode": "Active"})
    logging = FUNCTIONS[name]["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    assert STACK.properties(logging["LogGroup"].strip("<>")) == {"RetentionInDays": "14"}


def test_no_two_functions_share_a_log_group() -> None:
    groups = {function["LoggingConfig"]["LogGroup"].strip("<>") for function in FUNCTIONS.values()}
    assert groups == STACK.of_type("AWS::Logs::LogGroup").keys()
    assert len(groups) == len(FUNCTIONS)


def test_the_functions_have_the_megabytes_and_seconds_that_their_work_was_given() -> None:
    assert {name: (function["MemorySize"], function["Timeout"]) for name, function in FUNCTIONS.items()} == {
        "JournalFeedbackFunction": (1024, 60),
        "PostBalancesFunction": (1769, 120),
        "ReadSesStatisticsFunction": (512, 900),
        "AssessReputationFunction": (1769, 240),
        "PublishStatementFunction": (1769, 600),
        "ExportSuppressionFunction": (512, 300),
        "ConvertSnapshotFunction": (1024, 900),
        "CheckStackFunction": (256, 90),
    }


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_can_be_read_and_ask_for_every_variable(name: str) -> None:
    variables = FUNCTIONS[name]["Environment"]["Variables"]
    # Powertools and telemetry read theirs themselves.
    ours = {each for each in variables if not each.startswith("POWERTOOLS_")} - {"DETAILED_METRICS"}
    environment = AskedEnvironment(variables)
    SETTINGS[name](environment)
    assert ours
    assert ours <= environment.asked


@pytest.mark.parametrize("name", SETTINGS)
def test_powertools_is_given_service_and_namespace(name: str) -> None:
    variables = FUNCTIONS[name]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == os.path.basename(code_folder(name).rstrip("/"))
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "SesReputation/reputation"


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_the_log_level_is_lambdas_own_for_every_function(level: str) -> None:
    stack = render_stack(LogLevel=level, Identities="example.com", AnalystDatabaseName="mail")
    functions = stack.of_type("AWS::Lambda::Function")
    assert functions.keys() == {*FUNCTIONS, "ManageIdentityTopicsFunction"}
    for function in functions.values():
        assert function["LoggingConfig"]["ApplicationLogLevel"] == level
        # It would have no effect: Powertools prefers the level that Lambda gives it.
        assert "POWERTOOLS_LOG_LEVEL" not in function["Environment"]["Variables"]


def test_no_level_may_be_chosen_that_drops_metrics() -> None:
    # Lambda takes a line without a level for INFO. Its levels, from the most detail to the least, are these.
    levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
    allowed = read_source()["Parameters"]["LogLevel"]["AllowedValues"]
    assert allowed
    assert all(levels.index(level) <= levels.index("INFO") for level in allowed)


def test_two_stacks_count_in_namespaces_of_their_own() -> None:
    function = render_stack("staging").properties("AssessReputationFunction")
    assert function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == "SesReputation/staging"


def test_the_thresholds_reach_the_assessment_as_fractions_of_their_percents() -> None:
    percents = {
        "WatchBounceRate": "1",
        "ReviewBounceRate": "2.5",
        "PauseBounceRate": "5",
        "WatchComplaintRate": "0.01",
        "ReviewComplaintRate": "0.08",
        "PauseComplaintRate": "0.3",
    }
    rules = assessment_settings(VolumeWindow="5000", **percents).rules
    assert rules.volume == 5000
    assert rules.thresholds == {
        Measure.BOUNCES: Thresholds(Fraction(1, 100), Fraction(25, 1000), Fraction(5, 100)),
        Measure.COMPLAINTS: Thresholds(Fraction(1, 10_000), Fraction(8, 10_000), Fraction(3, 1_000)),
    }


def test_the_defaults_are_the_rules_of_ses() -> None:
    assert assessment_settings().rules == StandingRules()


def test_thresholds_that_do_not_ascend_are_refused_when_the_function_starts() -> None:
    with pytest.raises(SettingsError, match="BOUNCE_RATE"):
        assessment_settings(WatchBounceRate="6")


def assessment_settings(**parameters: str) -> AssessmentSettings:
    function = render_stack(**parameters).properties("AssessReputationFunction")
    return AssessmentSettings.from_environment(function["Environment"]["Variables"])


@pytest.mark.parametrize("name", SETTINGS)
def test_the_handler_is_where_lambda_looks_for_it(name: str) -> None:
    module, _, handler = FUNCTIONS[name]["Handler"].partition(".")
    tree = ast.parse((ROOT / code_folder(name) / f"{module}.py").read_text())
    assert handler in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
