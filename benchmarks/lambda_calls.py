"""The functions called as Lambda would, in this process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from benchmarks.metered_tables import LEDGER_TABLE
from benchmarks.sender_hour import DELEGATE, OWNER

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_SESSION_TOKEN": "example" * 50,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "LEDGER_TABLE": LEDGER_TABLE,
    "REPUTATION_BUCKET": "bucket",
    "OWNER_ACCOUNTS": OWNER,
    "DELEGATE_ACCOUNTS": f"{DELEGATE},777788889999",
    "OWN_DOMAINS": "",
    "ENTRY_RETENTION_DAYS": "400",
    "POSTING_WINDOW_SECONDS": "60",
    "LONGEST_WAIT_MINUTES": "120",
    "POSTPONED_HOURS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/PostponedHoursQueue",
    "LEDGER_ACCOUNT": "111122223333",
    "FEEDBACK_QUEUE_ARN": "arn:aws:sqs:us-east-1:111122223333:FeedbackQueue",
    "FEEDBACK_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/FeedbackQueue",
    "STACK_NAME": "ses-reputation",
    "ALERT_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:AlertTopic",
    "ALARM_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:AlarmTopic",
    "EVENT_BUS_NAME": "default",
    "PROTECTION": "report",
    # What is measured is CPU: at SES's usual pace, most of an export is waiting.
    "SUPPRESSION_FIRST_RATE": "50",
    "VOLUME_WINDOW": "10000",
    "WATCH_BOUNCE_RATE": "2",
    "REVIEW_BOUNCE_RATE": "5",
    "PAUSE_BOUNCE_RATE": "10",
    "WATCH_COMPLAINT_RATE": "0.05",
    "REVIEW_COMPLAINT_RATE": "0.1",
    "PAUSE_COMPLAINT_RATE": "0.5",
    "ENTITIES_WITH_METRICS": "5",
    "POWERTOOLS_SERVICE_NAME": "journal_feedback",
    "POWERTOOLS_METRICS_NAMESPACE": "SesReputation",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a call of itself."""

    function_name: str = "function"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:111122223333:function:function"
    aws_request_id: str = "00000000-0000-4000-9000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return that there is time enough."""
        return 60_000


@contextmanager
def function_environment() -> Iterator[None]:
    """Set what the template sets, and keep standard output, which is paid for, off the terminal."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(_ENVIRONMENT)
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as unread, redirect_stdout(unread):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
