"""A server of this process, beside the test, for as long as a `with` lasts."""

import threading
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Self


class ServedBeside:
    """Serves on a port of its own in a thread, from entering to leaving."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)

    @property
    def endpoint_url(self) -> str:
        """The value for AWS_ENDPOINT_URL, or for that of one service."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
