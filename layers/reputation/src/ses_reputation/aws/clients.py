"""Clients of AWS: how patient each is. For those of another account see accounts/reach.py.

Nothing else configures botocore.
"""

from functools import cache
from typing import Any

from botocore import UNSIGNED
from botocore.config import Config
from botocore.session import Session

from ses_reputation.aws.errors import translating_aws_errors


def _patient(attempts: int, read_timeout: int) -> Config:
    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    return Config(retries=retries, connect_timeout=5, read_timeout=read_timeout)


# A batch of feedback has a minute, and comes again from its queue.
JOURNALING = _patient(3, read_timeout=10)
# botocore renders its user agent twice a call, and checks shapes that the tests check: a third of its time.
JOURNALING_FAST = JOURNALING.merge(Config(user_agent="ses-reputation", parameter_validation=False))
# A call for each ten registered accounts, before a batch of feedback, which has a minute.
READING_ACCOUNTS = _patient(5, read_timeout=5)
# SNS asks for the token only; a signed call would need the consent of each topic's own policy.
CONFIRMING = JOURNALING.merge(Config(signature_version=UNSIGNED))
# A batch of postings has two minutes, and few calls in each.
POSTING = _patient(5, read_timeout=20)
# The longest step of an assessment makes many calls, and the next run takes up what failed.
ASSESSING = _patient(4, read_timeout=20)
# SES lets an account call GetSendStatistics once a second; another reader may be at it.
READING_STATISTICS = _patient(4, read_timeout=15)
# CloudFormation waits for an answer, and a refusal is read up with a few more calls.
SETTING_IDENTITIES = _patient(3, read_timeout=8)
# The pace of a suppression list is ours to find: botocore's retries would hide that SES throttles.
LISTING = _patient(1, read_timeout=15)
# A part of a snapshot has megabytes; these are botocore's own timeouts.
KEEPING_SNAPSHOTS = Config(retries={"mode": "standard", "total_max_attempts": 5})


_session = cache(Session)


def connect(service: str, **options: Any) -> Any:
    """Return a client, made as `boto3.client` makes it: of one session, with the same options.

    botocore makes boto3's clients too. Importing boto3 would load resources and the transfer of files on top:
    a seventh of a cold start, and nothing here uses them. Raises UnavailableError where botocore makes none:
    a Region's name may come from a message, and fails whoever asked for it, not those after it.
    """
    with translating_aws_errors(f"connecting to {service}"):
        return _session().create_client(service, **options)
