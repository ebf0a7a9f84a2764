"""The project's template on the emulator: deployed as it is, or refused with what is wrong with it."""

from pathlib import Path

import pytest

from console.local_aws.deployment import delete_stack, deploy_template, find_stack
from console.local_aws.emulator import Ministack, start_ministack
from console.local_aws.errors import DeploymentError, MissingStackError
from console.local_aws.template import zip_folder
from tests.support.aws.local_aws import DELEGATES, Ledger, write_template

pytestmark = pytest.mark.local_aws


def test_outputs_and_resources_are_known_by_name(ledger: Ledger) -> None:
    assert ledger.stack.outputs["LedgerTableName"] == ledger.stack.resources["LedgerTable"]
    assert ledger.stack.outputs["FeedbackQueueUrl"] == ledger.stack.resources["FeedbackQueue"]
    assert find_stack(ledger.aws.clients()) == ledger.stack


def test_parameters_reach_the_functions(ledger: Ledger) -> None:
    assert _environment_of(ledger, "JournalFeedbackFunction")["DELEGATE_ACCOUNTS"] == ",".join(DELEGATES)


def test_functions_are_pointed_at_the_stand_in_for_ses(ledger: Ledger) -> None:
    environment = _environment_of(ledger, "ExportSuppressionFunction")
    assert environment["AWS_ENDPOINT_URL_SESV2"] == ledger.ses.endpoint_url


def test_the_layer_is_left_to_the_environment_that_runs_the_functions(ledger: Ledger) -> None:
    functions = ledger.aws.clients().functions
    configuration = functions.get_function_configuration(
        FunctionName=ledger.stack.resources["JournalFeedbackFunction"]
    )
    assert not configuration.get("Layers")


def test_a_resource_that_cannot_be_made_is_named_with_its_reason(
    ministack: Ministack, tmp_path: Path
) -> None:
    workflow = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionS3Location": {"Bucket": "nowhere", "Key": "lost.json"}},
    }
    template = write_template(tmp_path, {"LostWorkflow": workflow}, {})
    with pytest.raises(DeploymentError, match=r"LostWorkflow .*lost\.json"):
        deploy_template(ministack, {}, template_path=template, stack_name="lost")


def test_a_parameter_that_the_template_refuses_is_reported(ministack: Ministack) -> None:
    with pytest.raises(DeploymentError, match="OwnerAccounts"):
        deploy_template(ministack, {"OwnerAccounts": "not an account"}, stack_name="refused")


def test_a_stack_that_is_not_there_is_reported(ministack: Ministack) -> None:
    with pytest.raises(MissingStackError, match="no-such-stack"):
        find_stack(ministack.clients(), "no-such-stack")


def test_a_deleted_stack_takes_its_resources_with_it(ministack: Ministack, tmp_path: Path) -> None:
    template = write_template(tmp_path, {"OnlyQueue": {"Type": "AWS::SQS::Queue"}}, {})
    stack = deploy_template(ministack, {}, template_path=template, stack_name="short-lived")
    delete_stack(ministack.clients(), "short-lived")
    queues = ministack.clients().sqs.list_queues(QueueNamePrefix="short-lived").get("QueueUrls", [])
    assert stack.resources["OnlyQueue"] not in queues


def test_another_region_takes_two_deployments(tmp_path: Path) -> None:
    template = write_template(tmp_path, {"OnlyQueue": {"Type": "AWS::SQS::Queue"}}, {})
    with start_ministack(region="eu-central-1") as aws:
        for name in ("first", "second"):
            stack = deploy_template(aws, {}, template_path=template, stack_name=name)
            assert name in stack.resources["OnlyQueue"]
        assert len(aws.clients().sqs.list_queues()["QueueUrls"]) == 2


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        (folder / "__pycache__").mkdir(parents=True)
        (folder / "__pycache__" / f"{folder.name}.pyc").write_bytes(folder.name.encode())
        (folder / "app.py").write_text("answer = 42\n")
    assert zip_folder(first) == zip_folder(second)


def _environment_of(ledger: Ledger, logical_id: str) -> dict[str, str]:
    functions = ledger.aws.clients().functions
    name = ledger.stack.resources[logical_id]
    return functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
