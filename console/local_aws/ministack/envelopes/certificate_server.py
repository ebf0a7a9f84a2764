"""Where SNS and Amazon publish certificates, on this machine: one address for HTTPS, one for HTTP.

Whoever connects asks for the host that it means, and gets that host's TLS certificate, made when first asked
for and certified by the run's own root.
"""

import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from console.local_aws.ministack.envelopes.signer import Certified, make_leaf

Answers = Callable[[str, str], tuple[int, bytes]]
"""Return status and content by host and path."""


class Addresses(NamedTuple):
    """Host and port of each scheme."""

    https: tuple[str, int]
    http: tuple[str, int]


def answer_from(published: Mapping[str, bytes]) -> Answers:
    """Answer with what is published under a path, whichever the host; like S3, with 403 for all else."""

    def answer(_host: str, path: str) -> tuple[int, bytes]:
        return (200, published[path]) if path in published else (403, b"")

    return answer


@contextmanager
def serve_certificates(root: Certified, answers: Answers, named: str = "") -> Iterator[Addresses]:
    """Serve until the block ends. TLS certificates come straight from the root.

    named: the host whose certificate is shown, whichever is asked for.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, content = answers(self.headers.get("Host", ""), self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002 - the base's name
            """Say nothing: the emulator's log is for what its functions print."""

    with (
        tempfile.TemporaryDirectory() as folder,
        _Server(("127.0.0.1", 0), Handler) as secure,
        _Server(("127.0.0.1", 0), Handler) as plain,
    ):
        secure.socket = _tls(root, Path(folder), named).wrap_socket(
            secure.socket, server_side=True, do_handshake_on_connect=False
        )
        for server in (secure, plain):
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield Addresses(("127.0.0.1", secure.server_port), ("127.0.0.1", plain.server_port))
        finally:
            secure.shutdown()
            plain.shutdown()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """A client that hangs up, or trusts another root, is no news."""


def _tls(root: Certified, folder: Path, named: str) -> ssl.SSLContext:
    @cache
    def context_of(host: str) -> ssl.SSLContext:
        leaf = make_leaf(root, [host], key=ec.generate_private_key(ec.SECP256R1()))
        path = folder / f"{len(list(folder.iterdir()))}.pem"
        path.write_bytes(leaf.key_pem + leaf.pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, host: str | None, _own: ssl.SSLContext) -> None:
        connection.context = context_of(named or host or "localhost")

    context = context_of("localhost")
    context.sni_callback = choose
    return context
