"""Whoever reads what a command prints may stop at any time: the command ends quietly."""

import os
import subprocess
import sys

import pytest

from tests.support.stack_template import ROOT
from tests.support.waiting import HANG_SECONDS

ARN = "arn:aws:ses:us-east-1:111122223333:identity/example.com"
EXAMPLE = ("authorize", "send-example", ARN, "--configuration-set", "news", "--from", "a@example.com")


@pytest.mark.parametrize("arguments", [EXAMPLE, (*EXAMPLE, "--json"), ("--help",)])
def test_a_command_whose_reader_is_gone_ends_quietly(arguments: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "console.main", *arguments],
            cwd=ROOT,
            stdout=write,
            stderr=subprocess.PIPE,
            timeout=HANG_SECONDS,
            check=False,
        )
    finally:
        os.close(write)

    # 128 and the number of SIGPIPE, 13: what a shell says of `yes | head -1`.
    assert (ended.returncode, ended.stderr) == (141, b"")
