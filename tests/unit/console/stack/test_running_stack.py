"""Where no stack runs on this machine, the error says how to get one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from console.errors import NoStackError
from console.stack.running_stack import read_current_stack

CURRENT = {
    "endpoint_url": "http://127.0.0.1:1",
    "account_id": "111122223333",
    "region": "us-east-1",
    "stack_name": "ses-reputation",
}


def test_without_a_stack_the_error_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(NoStackError, match=r"demo --keep.*--stack"):
        read_current_stack(tmp_path / "current.json")


def test_a_stack_whose_command_is_gone_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    path.write_text(json.dumps({**CURRENT, "process_id": int(ended.stdout)}))

    with pytest.raises(NoStackError, match="no longer runs"):
        read_current_stack(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"unknown": 1}'])
def test_a_file_that_says_nothing_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "current.json"
    path.write_text(content)

    with pytest.raises(NoStackError, match=r"current\.json cannot be read"):
        read_current_stack(path)
