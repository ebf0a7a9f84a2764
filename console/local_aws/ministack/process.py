"""ministack as a subprocess: its own port, folders and environment, and nothing left when it ends."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from console.local_aws.ministack.consumed_record import RECORD_NAME, ConsumedMessage, read_record

_SERVER = "console.local_aws.ministack"
_PROJECT = Path(__file__).parents[3]
_INHERITED = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
_READY_SECONDS = 120.0
_ANSWER_SECONDS = 60.0
_ATTEMPTS = 3
_PORT_TAKEN = "is already in use"


class NotReadyError(Exception):
    """The server did not become ready, or ended; the text has the end of its log."""


class MinistackProcess:
    """A context manager: the server is ready inside the block, and gone with workers and folders after it.

    It also ends on SIGTERM, which is turned into SystemExit as Python turns SIGINT into KeyboardInterrupt,
    and on SIGKILL, because the server watches its standard input.
    """

    def __init__(
        self,
        *,
        account_id: str,
        region: str,
        auth: bool,
        interpreter: Path | None,
        folder: Path | None,
        ses_endpoint_url: str = "",
    ) -> None:
        self.port = 0
        self._account_id = account_id
        self._region = region
        self._auth = auth
        self._ses_endpoint_url = ses_endpoint_url
        self._interpreter = interpreter or Path(sys.executable)
        self._kept_folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._log_path = Path(os.devnull)
        self._record_path = Path(os.devnull)
        self._exit = ExitStack()

    @property
    def process_id(self) -> int:
        """Id of the server's process and process group; 0 when it is not running."""
        return self._process.pid if self._process else 0

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            starting.enter_context(_SigtermAsExit())
            state = Path(tempfile.mkdtemp(prefix="ses-reputation-"))
            starting.callback(shutil.rmtree, state, ignore_errors=True)
            self._record_path = state / RECORD_NAME
            log_folder = self._kept_folder or state
            log_folder.mkdir(parents=True, exist_ok=True)
            self._log_path = log_folder / "ministack.log"
            starting.callback(self._stop)
            self._start(state)
            self._exit = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def count_unread_stream_records(self) -> int:
        """Records of tables' streams that no function has finished with yet."""
        return int(json.loads(_read(self.port, "/_ses_reputation/unread-stream-records"))["unread"])

    def read_consumed_messages(self, queue_arn: str) -> Iterator[ConsumedMessage]:
        """Yield the messages of a queue that functions are done with, each once."""
        return read_record(self._record_path, queue_arn)

    def log_tail(self, lines: int) -> str:
        """The last `lines` lines of the server's log."""
        if not self._log_path.exists():
            return ""
        return "\n".join(self._log_path.read_text(errors="replace").splitlines()[-lines:])

    def _start(self, state: Path) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            self.port = _find_free_port()
            with self._log_path.open("wb") as log:
                self._process = self._spawn(state, log)
            if _becomes_ready(self._process, self.port):
                return
            self._stop()
            if attempt == _ATTEMPTS or _PORT_TAKEN not in self.log_tail(20):
                raise NotReadyError(f"ministack did not start. The end of its log:\n{self.log_tail(20)}")

    def _spawn(self, state: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603
            [self._interpreter, "-m", _SERVER],
            cwd=state,
            env=self._environment(state),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _environment(self, state: Path) -> dict[str, str]:
        temporary = state / "tmp"
        temporary.mkdir(exist_ok=True)
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {
            **inherited,
            **self._ses_endpoints(),
            "AUTH": str(self._auth).lower(),
            "AWS_ACCESS_KEY_ID": self._account_id,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": self._region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "BIND_HOST": "127.0.0.1",
            "DOCKER_HOST": f"unix://{state}/no-docker.sock",
            "GATEWAY_PORT": str(self.port),
            "HOME": str(state),
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_ACCOUNT_ID": self._account_id,
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": self._region,
            "PYTHONPATH": str(_PROJECT),
            "PYTHONUNBUFFERED": "1",
            "S3_DATA_DIR": str(state / "s3"),
            "SFTP_ENABLED": "0",
            "STATE_DIR": str(state / "state"),
            "TMPDIR": str(temporary),
            "TZ": "UTC",
        }

    def _ses_endpoints(self) -> dict[str, str]:
        """Return where CloudFormation and the functions find SES; without these they call ministack's own."""
        names = ("AWS_ENDPOINT_URL_SES", "AWS_ENDPOINT_URL_SESV2")
        return dict.fromkeys(names, self._ses_endpoint_url) if self._ses_endpoint_url else {}

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # Its state goes with its folder, so it need not end gracefully. Its workers are in its process group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


class _SigtermAsExit:
    """Turns SIGTERM into SystemExit while it is entered, unless the program handles SIGTERM itself."""

    def __enter__(self) -> None:
        self._installed = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        )
        if self._installed:
            signal.signal(signal.SIGTERM, _exit_on_signal)

    def __exit__(self, *_: object) -> None:
        if self._installed:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _exit_on_signal(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _becomes_ready(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if _is_healthy(port):
            return process.poll() is None
        time.sleep(0.05)
    return False


def _is_healthy(port: int) -> bool:
    try:
        _read(port, "/_ministack/health")
    except (OSError, http.client.HTTPException):
        return False
    return True


def _read(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK:
            raise http.client.HTTPException(f"{path} answered {answer.status}")
        return answer.read()
    finally:
        connection.close()
