"""The emulator's process: ready when it says so, alone in its folders, and gone without a trace."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from console.local_aws.emulator import LEDGER_ACCOUNT, ExternalAws, open_local_aws, start_ministack
from console.local_aws.errors import AccountUnreachableError, EmulatorError
from tests.support.aws.local_aws import DELEGATES
from tests.support.waiting import HANG_SECONDS

pytestmark = pytest.mark.local_aws

_HOLD_ONE = """
import sys, time
from pathlib import Path
from console.local_aws.emulator import start_ministack
from console.local_aws.template import zip_folder
with start_ministack() as aws:
    functions = aws.clients().functions
    functions.create_function(
        FunctionName="held", Runtime="python3.13", Handler="app.answer", Timeout=600,
        Role="arn:aws:iam::111122223333:role/any",
        Code={"ZipFile": zip_folder(Path(sys.argv[1]))},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="held")
    functions.invoke(FunctionName="held")
    print(aws.process_id, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_every_account_is_reached_by_its_number() -> None:
    with start_ministack() as aws:
        seen = {aws.clients(account).sts.get_caller_identity()["Account"] for account in DELEGATES}
        assert seen == set(DELEGATES)
        assert aws.clients().sts.get_caller_identity()["Account"] == aws.account_id == LEDGER_ACCOUNT


def test_nothing_is_left_when_the_block_ends(temporary_folder: Path) -> None:
    with start_ministack() as aws:
        process = psutil.Process(aws.process_id)
        assert list(temporary_folder.iterdir())
    assert not process.is_running()
    assert list(temporary_folder.iterdir()) == []


def test_nothing_is_left_when_the_block_raises(temporary_folder: Path) -> None:
    seen = []

    def fail_inside() -> None:
        with start_ministack() as aws:
            seen.append(psutil.Process(aws.process_id))
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail_inside()
    assert not seen[0].is_running()
    assert list(temporary_folder.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_its_folder(number: signal.Signals, tmp_path: Path) -> None:
    holder, temporary_folder = _hold_one(tmp_path)
    processes = _list_processes(holder)
    assert list(temporary_folder.iterdir())
    holder.send_signal(number)
    assert holder.wait(timeout=HANG_SECONDS) != 0
    assert psutil.wait_procs(processes, timeout=HANG_SECONDS)[1] == []
    assert list(temporary_folder.iterdir()) == []


def test_it_does_not_outlive_a_process_that_was_killed(tmp_path: Path) -> None:
    holder, _ = _hold_one(tmp_path)
    processes = _list_processes(holder)
    holder.kill()
    holder.wait(timeout=HANG_SECONDS)
    assert psutil.wait_procs(processes, timeout=HANG_SECONDS)[1] == []


def test_two_run_side_by_side_and_share_nothing() -> None:
    with start_ministack() as one, start_ministack() as other:
        one.clients().s3.create_bucket(Bucket="only-in-one")
        assert one.endpoint_url != other.endpoint_url
        assert other.clients().s3.list_buckets()["Buckets"] == []


def test_the_users_profile_proxy_and_endpoints_have_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_PROFILE": "nobody",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "AWS_SESSION_TOKEN": "stale",
        "AUTH": "true",
        "PERSIST_STATE": "1",
    }.items():
        monkeypatch.setenv(name, value)
    with start_ministack() as aws:
        assert aws.clients().sts.get_caller_identity()["Account"] == LEDGER_ACCOUNT
        inherited = psutil.Process(aws.process_id).environ()
    assert inherited["AUTH"] == "false"
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_STS", "HTTP_PROXY", "PERSIST_STATE"} & inherited.keys()


def test_a_failed_start_reports_the_end_of_its_log(temporary_folder: Path) -> None:
    not_python = temporary_folder / "python"
    not_python.write_text("#!/bin/sh\necho there is no ministack here\nexit 3\n")
    not_python.chmod(0o700)
    with (
        pytest.raises(EmulatorError, match="there is no ministack here"),
        start_ministack(interpreter=not_python),
    ):
        pytest.fail("it must not become ready")
    assert list(temporary_folder.iterdir()) == [not_python]


def test_a_folder_of_ones_own_keeps_the_log(tmp_path: Path) -> None:
    with start_ministack(folder=tmp_path) as aws:
        assert "Ready" in aws.log_tail()
    assert "Ready" in (tmp_path / "ministack.log").read_text()


def test_an_endpoint_in_the_environment_is_used_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    with start_ministack() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        with open_local_aws() as aws:
            assert isinstance(aws, ExternalAws)
            assert aws.endpoint_url == running.endpoint_url
            assert aws.account_id == LEDGER_ACCOUNT
            seen = aws.clients(DELEGATES[0]).sts.get_caller_identity()["Account"]
        assert seen == DELEGATES[0]
        assert running.clients().sts.get_caller_identity()["Account"] == LEDGER_ACCOUNT


def test_an_endpoint_where_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    with (
        open_local_aws({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}) as aws,
        pytest.raises(EmulatorError, match=r"127\.0\.0\.1:9"),
    ):
        _ = aws.account_id


def test_aws_itself_is_not_asked_to_be_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = ExternalAws("https://sts.us-east-1.amazonaws.com", "us-east-1")
    monkeypatch.setattr(ExternalAws, "account_id", LEDGER_ACCOUNT)
    with pytest.raises(AccountUnreachableError, match=DELEGATES[0]):
        aws.clients(DELEGATES[0])


def _hold_one(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that holds an emulator with a function that has run, and its temporary folder."""
    code, temporary_folder = folder / "code", folder / "temporary"
    code.mkdir()
    temporary_folder.mkdir()
    (code / "app.py").write_text("def answer(event, context):\n    return 42\n")
    holder = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _HOLD_ONE, code],
        env=os.environ | {"TMPDIR": str(temporary_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return holder, temporary_folder


def _list_processes(holder: subprocess.Popen[str]) -> list[psutil.Process]:
    """The emulator's process and the function's."""
    assert holder.stdout is not None
    with holder.stdout as output:
        server = psutil.Process(int(output.readline()))
    processes = [server, *server.children(recursive=True)]
    assert len(processes) > 1
    return processes
