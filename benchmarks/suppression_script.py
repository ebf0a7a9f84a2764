"""The script that everybody writes, in this process: keep all rows of the list, then `json.dumps` them.

The argument is the number of addresses. SES and S3 are stubs, as for the export beside it; memory is of the
whole process, which makes the pages too.
"""

import json
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import boto3

from benchmarks.lambda_calls import function_environment
from benchmarks.peak_memory import peak_bytes
from benchmarks.suppression_aws import StubbedAws, page_body
from benchmarks.suppression_cpu import list_summaries


def main(addresses: int) -> None:
    """Copy the list, check that all of it is there, and print what it took."""
    with function_environment(), tempfile.TemporaryDirectory() as folder:
        aws = StubbedAws(partial(page_body, addresses=addresses), Path(folder))
        with aws.serve():
            began = time.process_time()
            summaries = list(list_summaries(boto3.client("sesv2")))
            body = json.dumps(summaries, default=str)
            boto3.client("s3").put_object(Bucket="bucket", Key="list.json", Body=body.encode())
            seconds = time.process_time() - began - aws.page_seconds
    assert len(summaries) == addresses  # noqa: S101
    print(json.dumps({"micros": round(seconds / addresses * 1e6, 1), "peak": round(peak_bytes() / 1e6)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
