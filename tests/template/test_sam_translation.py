"""What SAM makes of the templates: all that was written, and nothing beside it that grants anything."""

import copy
from typing import Any

import pytest

from console.local_aws.template import read_template
from tests.support.stack_template import TEMPLATE_PATH, TEMPLATES, translate_source

Resources = dict[str, dict[str, Any]]
FUNCTION, WORKFLOW = "AWS::Serverless::Function", "AWS::Serverless::StateMachine"
# What SAM says in other words in CloudFormation's resource, or makes resources of their own from.
SAID_OTHERWISE = {
    "CodeUri",
    "DefinitionUri",
    "Events",
    "EventInvokeConfig",
    "Layers",
    "Role",
    "Tracing",
    "Type",
}
# The same of an event: the source's name depends on its kind.
SOURCES = {"SQS": "Queue", "DynamoDB": "Stream"}
MADE_OF_EVENTS = {"AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"}


def translate(source: dict[str, Any]) -> Resources:
    """What SAM makes of the defaults; a parameter without one names a queue."""
    queue = "arn:aws:sqs:us-east-1:111122223333:feedback"
    values = {name: str(each.get("Default", queue)) for name, each in source["Parameters"].items()}
    resources: Resources = translate_source(source, values)["Resources"]
    return resources


SOURCES_OF_TEMPLATES = {path.stem: read_template(path) for path in TEMPLATES}
TRANSLATED = {name: translate(source) for name, source in SOURCES_OF_TEMPLATES.items()}
LEDGER, LEDGERS_SOURCE = TRANSLATED[TEMPLATE_PATH.stem], SOURCES_OF_TEMPLATES[TEMPLATE_PATH.stem]


def of_sam(template: str, *types: str) -> list[str]:
    """The logical ids of what SAM translates."""
    resources = SOURCES_OF_TEMPLATES[template]["Resources"]
    return [name for name, each in resources.items() if each["Type"] in (types or (FUNCTION, WORKFLOW))]


def written(template: str, name: str) -> dict[str, Any]:
    """The properties of a function or workflow as written, with those that all functions have."""
    source = SOURCES_OF_TEMPLATES[template]
    shared = source.get("Globals", {}).get("Function", {}) if name in of_sam(template, FUNCTION) else {}
    properties: dict[str, Any] = merged(copy.deepcopy(shared), source["Resources"][name]["Properties"])
    return properties


def merged(shared: Any, own: Any) -> Any:
    """Globals are merged with a function's own properties, map by map (AWS SAM guide, "Globals section")."""
    if not isinstance(shared, dict) or not isinstance(own, dict):
        return own
    return shared | {key: merged(shared.get(key), value) for key, value in own.items()}


def grants_of_sam(source: dict[str, Any], translated: Resources) -> set[str]:
    """What the translation has and the template has not: a role, a permission, a policy, managed or not."""
    added = {
        name
        for name, each in translated.items()
        if name not in source["Resources"]
        and each["Type"].startswith(("AWS::IAM::", "AWS::Lambda::Permission", "AWS::SQS::", "AWS::SNS::"))
    }
    return added | {name for name, each in translated.items() if "ManagedPolicyArns" in each["Properties"]}


@pytest.mark.parametrize("template", TRANSLATED)
def test_sam_grants_nothing_of_its_own(template: str) -> None:
    assert grants_of_sam(SOURCES_OF_TEMPLATES[template], TRANSLATED[template]) == set()


def test_a_function_without_a_role_would_be_seen() -> None:
    """SAM makes a role with managed policies for it, which may write to every trace and every log group."""
    source = read_template(TEMPLATE_PATH)
    del source["Resources"]["JournalFeedbackFunction"]["Properties"]["Role"]
    translated = translate(source)

    assert grants_of_sam(source, translated) == {"JournalFeedbackFunctionRole"}
    policies = translated["JournalFeedbackFunctionRole"]["Properties"]["ManagedPolicyArns"]
    assert any(policy.endswith("XrayWriteOnlyAccess") for policy in policies)


@pytest.mark.parametrize("template", TRANSLATED)
def test_what_is_not_sams_is_left_as_it_was_written(template: str) -> None:
    source = SOURCES_OF_TEMPLATES[template]["Resources"]
    others = {name: each for name, each in source.items() if not each["Type"].startswith("AWS::Serverless::")}

    assert others
    assert {name: TRANSLATED[template][name] for name in others} == others


def test_sam_adds_the_sources_and_retries_of_functions_and_names_the_layer_by_its_content() -> None:
    added = {name: each["Type"] for name, each in LEDGER.items() if name not in LEDGERS_SOURCE["Resources"]}
    (layer,) = (name for name, kind in added.items() if kind == "AWS::Lambda::LayerVersion")

    assert layer.startswith("ReputationLayer")
    assert set(added.values()) == MADE_OF_EVENTS | {"AWS::Lambda::LayerVersion"}
    assert len(added) == len(events()) + len(invocation_rules()) + 1


@pytest.mark.parametrize("template", [name for name in TRANSLATED if name != TEMPLATE_PATH.stem])
def test_sam_adds_nothing_to_the_stacks_of_other_accounts(template: str) -> None:
    assert TRANSLATED[template].keys() == SOURCES_OF_TEMPLATES[template]["Resources"].keys()


@pytest.mark.parametrize(("template", "name"), [(each, name) for each in TRANSLATED for name in of_sam(each)])
def test_every_property_of_a_function_or_workflow_arrives(template: str, name: str) -> None:
    """LoggingConfig, RecursiveLoop and the like: what SAM does not know it would drop without a word."""
    asked = {key: value for key, value in written(template, name).items() if key not in SAID_OTHERWISE}
    given = TRANSLATED[template][name]["Properties"]

    assert {key: given.get(key) for key in asked} == asked


@pytest.mark.parametrize(("template", "name"), [(each, name) for each in TRANSLATED for name in of_sam(each)])
def test_a_function_or_workflow_has_the_role_and_the_tracing_that_were_written(
    template: str, name: str
) -> None:
    asked, given = written(template, name), TRANSLATED[template][name]["Properties"]

    assert given.get("Role", given.get("RoleArn")) == asked["Role"]
    if name in of_sam(template, FUNCTION):
        tracing = {"TracingConfig": {"Mode": asked["Tracing"]}} if "Tracing" in asked else {}
        assert {key: given[key] for key in given if key == "TracingConfig"} == tracing


def events() -> dict[str, dict[str, Any]]:
    """The event sources that the ledger's functions were written with, by the logical id of SAM."""
    return {
        f"{function}{name}": event
        for function in of_sam(TEMPLATE_PATH.stem, FUNCTION)
        for name, event in written(TEMPLATE_PATH.stem, function).get("Events", {}).items()
    }


def invocation_rules() -> dict[str, dict[str, Any]]:
    """What each function was written with for calls that nobody waits for, by SAM's logical id."""
    asked = {name: written(TEMPLATE_PATH.stem, name) for name in of_sam(TEMPLATE_PATH.stem, FUNCTION)}
    return {
        f"{name}EventInvokeConfig": each["EventInvokeConfig"]
        for name, each in asked.items()
        if "EventInvokeConfig" in each
    }


@pytest.mark.parametrize("name", events())
def test_an_event_source_mapping_is_what_was_written(name: str) -> None:
    """Batches, windows, filters, partial failures, concurrency, where failures go: all, and no more."""
    event, given = events()[name], dict(LEDGER[name]["Properties"])
    asked = dict(event["Properties"])
    source = asked.pop(SOURCES[event["Type"]])

    assert given.pop("EventSourceArn") == source
    assert name.startswith(given.pop("FunctionName")["Ref"])
    assert given == on_failure_as_cloudformation_has_it(asked)


def on_failure_as_cloudformation_has_it(properties: dict[str, Any]) -> dict[str, Any]:
    """SAM's destination names its kind, from which SAM would make a queue or a policy if there were none."""
    destination = copy.deepcopy(properties.get("DestinationConfig", {}))
    destination.get("OnFailure", {}).pop("Type", None)
    return properties | ({"DestinationConfig": destination} if destination else {})


@pytest.mark.parametrize("name", invocation_rules())
def test_retries_of_calls_that_nobody_waits_for_are_what_was_written(name: str) -> None:
    given = dict(LEDGER[name]["Properties"])

    assert given.pop("FunctionName") == {"Ref": name.removesuffix("EventInvokeConfig")}
    assert given.pop("Qualifier") == "$LATEST"
    assert given == {"DestinationConfig": {}} | invocation_rules()[name]
