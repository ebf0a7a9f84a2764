"""Objects that SES reads and writes for import jobs: whether it may read is for bucket and key to say.

SES developer guide, "Using the Amazon SES account-level suppression list": the bucket's policy lets
ses.amazonaws.com read, under a condition on the account; of KMS keys, only customer managed ones can let SES
use them. SES says whose job it is: `aws:SourceAccount`, as in its other policies. (The guide's example of
2023 has `aws:Referer` for the same.)
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from console.local_aws.ses_stand_in.calls import Call
from console.local_aws.ses_stand_in.policy_evaluation import lets_ses

_DEFAULT_REGION = "us-east-1"
_SES_ACCOUNT = "888888888888"
"""Whose bucket SES keeps failed records in: nobody's that calls it."""


class ObjectUnreadableError(Exception):
    """SES cannot read the object, and why; SES's own words for it are documented nowhere."""


def read_object(call: Call, bucket: str, key: str) -> bytes:
    """Read an object as SES would for the caller. Raises ObjectUnreadableError."""
    owner, s3 = _find_bucket(call, bucket)
    region = s3.get_bucket_location(Bucket=bucket).get("LocationConstraint") or _DEFAULT_REGION
    if region != call.caller.region:
        raise ObjectUnreadableError(f"The bucket is in {region}.")
    arn, account = f"arn:aws:s3:::{bucket}/{key}", call.caller.account_id
    source = call.arn("import-job/*")
    if not lets_ses(_policy_of(s3, bucket, account), "s3:GetObject", arn, source, account):
        raise ObjectUnreadableError("Access to the S3 object was denied.")
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except ClientError:
        raise ObjectUnreadableError("The S3 object does not exist.") from None
    _check_key(call, owner, answer)
    body: bytes = answer["Body"].read()
    return body


def sign_failed_records(call: Call, job_id: str, lines: Iterable[str]) -> str:
    """Keep the lines that a job did not take, and return a URL by which whoever has it reads them."""
    region = call.caller.region
    s3: Any = call.world.client("s3", _SES_ACCOUNT, region)
    bucket = f"amazon-ses-failed-records-{region}"
    place = {} if region == _DEFAULT_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=bucket, **place)
    where = {"Bucket": bucket, "Key": f"{job_id}.ndjson"}
    rows = (json.dumps({"record": line, "error": "The record is not valid."}) for line in lines)
    s3.put_object(**where, Body="".join(f"{row}\n" for row in rows).encode())
    url: str = s3.generate_presigned_url("get_object", Params=where)
    return url


def _find_bucket(call: Call, bucket: str) -> tuple[str, Any]:
    """Return whose bucket it is, and a client of that account: the emulator shows a bucket to its owner."""
    known = [call.caller.account_id, *sorted({account for account, _ in call.world.accounts})]
    for account in known:
        s3 = call.world.client("s3", account, call.caller.region)
        try:
            if s3 is not None:
                s3.head_bucket(Bucket=bucket)
                return account, s3
        except ClientError:
            continue
    raise ObjectUnreadableError("The S3 bucket does not exist.")


def _policy_of(s3: Any, bucket: str, account: str) -> str:
    """Return the bucket's policy for this request: the evaluator knows no variables, so they are put in."""
    try:
        policy: str = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    except ClientError:
        return ""
    return policy.replace("${aws:SourceAccount}", account)


def _check_key(call: Call, owner: str, answer: Any) -> None:
    key_id = answer.get("SSEKMSKeyId", "")
    if answer.get("ServerSideEncryption") != "aws:kms":
        return
    kms = call.world.client("kms", owner, call.caller.region)
    try:
        key = kms.describe_key(KeyId=key_id)["KeyMetadata"]  # type: ignore[union-attr]
        policy = kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]  # type: ignore[union-attr]
    except ClientError:
        raise ObjectUnreadableError("The key of the S3 object cannot be used.") from None
    account = call.caller.account_id
    if key.get("KeyManager") == "AWS" or not lets_ses(
        policy, "kms:Decrypt", key["Arn"], call.arn("import-job/*"), account
    ):
        raise ObjectUnreadableError("The key of the S3 object cannot be used.")
