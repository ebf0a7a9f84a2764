"""Reading what an import job depends on: what cannot be read is not known, and keeps nobody from trying."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.restore.preflight import ImportFacts

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client

Answer = TypeVar("Answer")
# The key that a bucket with `aws:kms` and without a key's name uses (S3 user guide, "Using SSE-KMS").
_KEY_OF_AWS = "alias/aws/s3"


def read_import_facts(s3: "S3Client", kms: Any, ses: "SESV2Client", bucket: str, region: str) -> ImportFacts:
    """Return what is known of the bucket, its key, and the account whose list is changed."""
    key = _try(lambda: _key_of(s3, bucket))
    described = _try(lambda: kms.describe_key(KeyId=key)["KeyMetadata"]) if key else None
    return ImportFacts(
        bucket,
        region,
        s3.meta.partition,
        policy=_try(lambda: _policy_of(s3, bucket)),
        key=described["Arn"] if described else key,
        is_aws_key=key == _KEY_OF_AWS or bool(described and described["KeyManager"] == "AWS"),
        key_policy=_try(lambda: _key_policy_of(kms, key)) if key else None,
        is_out_of_sandbox=_try(lambda: ses.get_account().get("ProductionAccessEnabled")),
    )


def _policy_of(s3: "S3Client", bucket: str) -> str:
    try:
        with translating_aws_errors():
            return s3.get_bucket_policy(Bucket=bucket)["Policy"]
    except UnavailableError as error:
        if str(error) == "NoSuchBucketPolicy":
            return ""
        raise


def _key_of(s3: "S3Client", bucket: str) -> str:
    """Return the key of the bucket's default encryption; "" with SSE-S3, which every new bucket has."""
    with translating_aws_errors("GetBucketEncryption"):
        answer = s3.get_bucket_encryption(Bucket=bucket)
    rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    is_kms = rule["SSEAlgorithm"].startswith("aws:kms")
    return rule.get("KMSMasterKeyID", _KEY_OF_AWS) if is_kms else ""


def _key_policy_of(kms: Any, key: str) -> str:
    with translating_aws_errors("GetKeyPolicy"):
        policy: str = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        return policy


def _try(read: Callable[[], Answer]) -> Answer | None:
    try:
        with translating_aws_errors():
            return read()
    except UnavailableError:
        return None
