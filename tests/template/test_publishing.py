"""What the Serverless Application Repository would show of this stack, and what it takes."""

import re
import tomllib

from tests.support.stack_template import ROOT, read_source

METADATA = read_source()["Metadata"]["AWS::ServerlessRepo::Application"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# SAM developer guide, "AWS SAM template Metadata section properties"; labels: SAR, CreateApplication.
ALLOWED = {
    "Name": r"[a-zA-Z0-9\-]{1,140}",
    "Description": r".{1,256}",
    "Author": r"(?=.{1,127}$)[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?",
    "SpdxLicenseId": r"Apache-2\.0",
    "SemanticVersion": r"[0-9]+\.[0-9]+\.[0-9]+",
}
LABEL = r"[a-zA-Z0-9+\-_:/@]{1,127}"
MOST_LABELS = 10
LARGEST_FILE = 5 * 1024 * 1024


def test_the_metadata_has_what_publishing_asks_for() -> None:
    assert [name for name, pattern in ALLOWED.items() if not re.fullmatch(pattern, METADATA[name])] == []
    assert 0 < len(METADATA["Labels"]) <= MOST_LABELS
    assert all(re.fullmatch(LABEL, label) for label in METADATA["Labels"])


def test_no_address_is_named_that_does_not_exist() -> None:
    assert METADATA.keys() - ALLOWED.keys() == {"Labels", "LicenseUrl", "ReadmeUrl"}
    for name in ("LicenseUrl", "ReadmeUrl"):
        assert 0 < (ROOT / METADATA[name]).stat().st_size < LARGEST_FILE


def test_the_licence_is_the_one_that_is_named() -> None:
    text = " ".join((ROOT / METADATA["LicenseUrl"]).read_text(encoding="utf-8").split())

    assert text.startswith("Apache License Version 2.0, January 2004 http://www.apache.org/licenses/")
    assert text.count("END OF TERMS AND CONDITIONS") == 1
    assert PROJECT["license"] == METADATA["SpdxLicenseId"]


def test_one_version_is_named_everywhere() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)

    assert newest
    assert {METADATA["SemanticVersion"], PROJECT["version"], newest[1]} == {PROJECT["version"]}


# Types of ours that the repository takes (SAR developer guide, "List of Supported AWS Resources").
LISTED = {
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",
    "AWS::Events::Rule",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Parameter",
    "AWS::Serverless::Function",
    "AWS::Serverless::LayerVersion",
    "AWS::Serverless::StateMachine",
}
# The same guide, "Application Capabilities: IAM Roles, Resource Policies, and Nested Applications".
CAPABILITIES = {
    "CAPABILITY_IAM": {"AWS::IAM::Policy", "AWS::IAM::Role"},
    "CAPABILITY_RESOURCE_POLICY": {
        "AWS::IAM::Policy",
        "AWS::Lambda::Permission",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    },
    "CAPABILITY_AUTO_EXPAND": {"AWS::Serverless::Application"},
}
RELEASING = (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")


def test_the_page_names_each_type_of_resource_that_the_repository_would_refuse() -> None:
    used = {resource["Type"] for resource in read_source()["Resources"].values()}
    named = {
        each
        for line in RELEASING.splitlines()
        if line.startswith(("| `AWS::", "| `Custom::"))
        for each in re.findall(r"`(\w+::[\w:]+)`", line)
    }

    assert named == used - LISTED


def test_the_page_names_what_has_to_be_acknowledged() -> None:
    resources = read_source()["Resources"].values()
    used = {resource["Type"] for resource in resources}
    custom_names = [
        each for each in resources if each["Type"] == "AWS::IAM::Role" and "RoleName" in each["Properties"]
    ]

    assert custom_names == []  # with one, CAPABILITY_NAMED_IAM
    assert set(re.findall(r"`(CAPABILITY_\w+)`", RELEASING)) == {
        capability for capability, types in CAPABILITIES.items() if types & used
    }
