"""The stack works in every partition of AWS: no ARN that it makes or prints names `aws`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack_template import ROOT, render_stack

LIBRARY = ROOT / "layers/reputation/src/ses_reputation"
DEPLOYED = [
    ROOT / "template.yaml",
    *sorted((ROOT / "accounts").glob("*.yaml")),
    *sorted((ROOT / "functions").rglob("*.json")),
    *sorted((ROOT / "functions").rglob("*.py")),
    *sorted(LIBRARY.rglob("*.py")),
    *sorted((ROOT / "console").rglob("*.py")),
]
# The emulator answers for the partition `aws` only, and so does what runs on it.
LOCAL_ONLY = ("console/local_aws/", "console/demo/")
EXAMPLES = {
    "console/usage/examples.py": "an example of a command",
    "layers/reputation/src/ses_reputation/feedback/provenance.py": "a docstring's example",
    "layers/reputation/src/ses_reputation/authorization/identity_arn.py": "an error's example",
}
OF_ONE_PARTITION = re.compile(r"arn:aws:")
# Service principals have this suffix in all partitions, China too (IAM user guide, "AWS service principals").
HOST = re.compile(
    r"(?<![\w.-])(?!(?:ses|sns|events|lambda|scheduler|states|cloudwatch)\.amazonaws)[\w.${}:-]+\.amazonaws\.com"
)
HOSTS = {
    "layers/reputation/src/ses_reputation/accounts/regions.py": "SNS in opt-in Regions: only `aws` has such",
    "layers/reputation/src/ses_reputation/authorization/send_examples.py": "SES's SMTP: not in China",
    "layers/reputation/src/ses_reputation/signing/authority.py": "a table by partition",
    "template.yaml": "SNS in opt-in Regions",
}


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def matching(pattern: re.Pattern[str]) -> Iterator[str]:
    """Which files have a match, but for the local AWS."""
    for path in DEPLOYED:
        if not place(path).startswith(LOCAL_ONLY) and pattern.search(path.read_text(encoding="utf-8")):
            yield place(path)


def test_no_arn_names_a_partition_but_in_examples() -> None:
    assert set(matching(OF_ONE_PARTITION)) == set(EXAMPLES)


def test_no_address_of_a_service_has_the_suffix_of_one_partition() -> None:
    assert set(matching(HOST)) == set(HOSTS)


@pytest.mark.parametrize(("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("us-east-1", "aws")])
def test_every_arn_of_a_stack_is_of_its_own_partition(region: str, partition: str) -> None:
    stack = render_stack(
        region=region,
        OwnerAccounts="222233334444",
        Protection="enforce",
        ProtectionRoleName="protection",
        ReadingRoleName="reading",
        Identities="orchard.example",
    )
    partitions = set(re.findall(r"\barn:([a-z-]+|\*):", str([stack.resources, stack.outputs])))

    # The queue's policy names topics of any partition: an account exists in one only.
    assert partitions == {partition, "*"}


def test_the_workflow_calls_lambda_in_the_stacks_own_partition() -> None:
    workflow = render_stack(region="us-gov-west-1").properties("ExportSuppressionWorkflow")
    assert workflow["DefinitionSubstitutions"]["Partition"] == "aws-us-gov"
