"""Another terminal finds the stack that is kept here until its command ends."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from console.local_stack.announce import announce_stack
from console.local_stack.stack import LocalStack
from console.stack.running_stack import CurrentStack, read_current_stack

AWS = SimpleNamespace(endpoint_url="http://127.0.0.1:1", account_id="111122223333", region="us-east-1")
SES = SimpleNamespace(endpoint_url="http://127.0.0.1:2")
LOCAL = cast("LocalStack", SimpleNamespace(aws=AWS, stack=SimpleNamespace(name="ses-reputation"), ses=SES))
CURRENT = CurrentStack(
    "http://127.0.0.1:1", "111122223333", "us-east-1", "ses-reputation", os.getpid(), "http://127.0.0.1:2"
)


def test_an_announced_stack_is_found_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / ".local-aws" / "current.json"

    with announce_stack(LOCAL, path):
        assert read_current_stack(path) == CURRENT

    assert not path.exists()


def test_a_stack_is_withdrawn_when_its_command_is_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "current.json"

    with pytest.raises(KeyboardInterrupt), announce_stack(LOCAL, path):
        raise KeyboardInterrupt

    assert not path.exists()


def test_a_stack_announced_later_stays_announced(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    later = {
        "endpoint_url": "http://127.0.0.1:2",
        "account_id": "111122223333",
        "region": "us-east-1",
        "stack_name": "ses-reputation",
        "process_id": os.getpid(),
    }

    with announce_stack(LOCAL, path):
        path.write_text(json.dumps(later))

    assert read_current_stack(path).endpoint_url == "http://127.0.0.1:2"
