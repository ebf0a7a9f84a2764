"""The one place where the console makes boto3 clients."""

import os
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_sts import STSClient

_CONNECTIONS = 16
# A busy machine answers late, and what is sent again to SNS or SQS arrives twice.
_READ_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key pair; emulators take a 12-digit key id for the account of that number."""

    access_key_id: str
    secret_access_key: str = field(default="local", repr=False)

    @classmethod
    def of_account(cls, account_id: str) -> "Credentials":
        """The root user of `account_id`, as ministack, LocalStack and moto understand it."""
        return cls(access_key_id=account_id)


class Clients:
    """Clients of one account in one Region, each made on first use and safe to share between threads."""

    def __init__(self, session: boto3.Session, endpoint_url: str | None, ses_endpoint_url: str = "") -> None:
        self._session = session
        self._endpoint_url = endpoint_url
        self._ses_endpoint_url = ses_endpoint_url or endpoint_url
        self._connected: dict[tuple[Any, ...], Any] = {}
        # A session is not thread safe (boto3 guide, guide/session.html), its clients are.
        self._making = Lock()

    @classmethod
    def at_endpoint(
        cls, endpoint_url: str, region: str, credentials: Credentials, ses_endpoint_url: str = ""
    ) -> "Clients":
        """Clients for an emulator, and for the SES beside it; they ignore the user's profile and proxy."""
        core = botocore.session.Session(session_vars=_WITHOUT_USER_FILES)
        core.register_component("data_loader", _open_loader())
        session = boto3.Session(
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            region_name=region,
            botocore_session=core,
        )
        return cls(session, endpoint_url, ses_endpoint_url)

    @property
    def cloudformation(self) -> "CloudFormationClient":
        """CloudFormation."""
        return self.connect("cloudformation")  # type: ignore[no-any-return]

    @property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB."""
        return self.connect("dynamodb")  # type: ignore[no-any-return]

    @property
    def event_bridge(self) -> Any:
        """EventBridge (not its Scheduler), for which no types are installed."""
        return self.connect("events")

    @property
    def functions(self) -> "LambdaClient":
        """Lambda (whose own name is a keyword)."""
        return self.connect("lambda")  # type: ignore[no-any-return]

    @property
    def logs(self) -> "CloudWatchLogsClient":
        """CloudWatch Logs."""
        return self.connect("logs")  # type: ignore[no-any-return]

    @property
    def s3(self) -> "S3Client":
        """S3."""
        return self.connect("s3")  # type: ignore[no-any-return]

    @property
    def scheduler(self) -> "EventBridgeSchedulerClient":
        """EventBridge Scheduler."""
        return self.connect("scheduler")  # type: ignore[no-any-return]

    @property
    def sesv2(self) -> "SESV2Client":
        """SES: the stand-in where one was given, since the emulator's own is a stub."""
        return self.connect("sesv2")  # type: ignore[no-any-return]

    @property
    def sns(self) -> "SNSClient":
        """SNS."""
        return self.connect("sns")  # type: ignore[no-any-return]

    @property
    def sqs(self) -> "SQSClient":
        """SQS."""
        return self.connect("sqs")  # type: ignore[no-any-return]

    @property
    def step_functions(self) -> "SFNClient":
        """Step Functions."""
        return self.connect("stepfunctions")  # type: ignore[no-any-return]

    @property
    def sts(self) -> "STSClient":
        """STS."""
        return self.connect("sts")  # type: ignore[no-any-return]

    def connect(self, service: str, **options: Any) -> Any:
        """A client as `boto3.client` makes it, made once: of another Region, or with other credentials."""
        wanted = (service, *sorted(options.items()))
        with self._making:
            if wanted not in self._connected:
                self._connected[wanted] = self._make(service, **options)
            return self._connected[wanted]

    def _make(self, service: str, **options: Any) -> Any:
        config = Config(
            max_pool_connections=_CONNECTIONS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "max_attempts": 3},
            proxies={} if self._endpoint_url else None,
        )
        if service == "s3":
            config = config.merge(self._s3_config())
        endpoint_url = self._ses_endpoint_url if service in {"ses", "sesv2"} else self._endpoint_url
        return self._session.client(service, endpoint_url=endpoint_url, config=config, **options)

    def _s3_config(self) -> Config:
        """Sign as S3 takes it of every bucket, and ask it in the bucket's own Region.

        Left alone, botocore signs links of older Regions with version 2, which buckets made after 2020-06-24
        refuse (AWS News Blog, "Amazon S3 Update - SigV2 Deprecation Period Extended & Modified"), and for the
        host of all Regions, which sends who asks on to another host (S3 user guide, "Request redirection").
        """
        is_emulator = self._endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
        style = "path" if is_emulator else "virtual"
        hosts: Any = {"addressing_style": style, "us_east_1_regional_endpoint": "regional"}
        return Config(signature_version="s3v4", s3=hosts)


@cache
def _open_loader() -> Loader:
    """Return what reads the descriptions of AWS's services: each is read once, whoever calls."""
    return create_loader()


_WITHOUT_USER_FILES: Any = {
    "profile": (None, [], None, None),
    "config_file": (None, [], os.devnull, None),
    "credentials_file": (None, [], os.devnull, None),
}
