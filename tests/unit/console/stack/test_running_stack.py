"""Another terminal finds the stack that runs here, and is told what to do when none does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from console.errors import NoStackError
from console.local_stack.stack import LocalStack
from console.stack.running_stack import CurrentStack, announce_stack, read_current_stack

AWS = SimpleNamespace(endpoint_url="http://127.0.0.1:1", account_id="111122223333", region="us-east-1")
LOCAL = cast("LocalStack", SimpleNamespace(aws=AWS, stack=SimpleNamespace(name="ses-reputation")))
CURRENT = CurrentStack("http://127.0.0.1:1", "111122223333", "us-east-1", "ses-reputation", os.getpid())


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


def test_without_a_stack_the_error_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(NoStackError, match=r"demo --keep.*--stack"):
        read_current_stack(tmp_path / "current.json")


def test_a_stack_whose_command_is_gone_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    with announce_stack(LOCAL, path):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"process_id": int(ended.stdout)}))

    with pytest.raises(NoStackError, match="runs no more"):
        read_current_stack(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"unknown": 1}'])
def test_a_file_that_says_nothing_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "current.json"
    path.write_text(content)

    with pytest.raises(NoStackError, match=r"current\.json cannot be read"):
        read_current_stack(path)
