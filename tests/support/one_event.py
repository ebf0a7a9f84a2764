"""A program for a bare Python: it starts one function from the layer alone, and gives it one event.

Arguments: the layer's folder, the function's, and a file with the event and what signs envelopes.
It prints the function's answer, the services called, and the file of each module. It imports nothing
of the tests, which are not there.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

LAYER, FUNCTION, GIVEN = sys.argv[1], sys.argv[2], json.loads(Path(sys.argv[3]).read_text())
sys.path[:0] = [FUNCTION, LAYER]
called: list[str] = []


def answer(_: Any, request: Any) -> Any:
    """AWS at the last place before the network: it has nothing, and takes everything."""
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415

    host = request.url.split("/")[2].removeprefix("bucket.")
    called.append(host.partition(".")[0])
    body = content(called[-1], request.body)
    headers: Any = {"content-length": str(len(body))}
    return AWSResponse(request.url, 200, headers, Unread(body))


def content(service: str, asked: Any) -> bytes:
    """Return nothing in the words of a service's protocol."""
    text = asked.decode() if isinstance(asked, (bytes, bytearray)) else str(asked)
    if not text.startswith("{") and "Action=" in text:
        action = parse_qs(text)["Action"][0]
        return f"<{action}Response><{action}Result><Attributes/></{action}Result></{action}Response>".encode()
    if service == "s3":
        return b""
    return b'{"Items":[],"Attributes":{},"UnprocessedItems":{}}' if service == "dynamodb" else b"{}"


def certificate(_: Any, url: str) -> bytes:
    """Return what SNS and Amazon publish under an address."""
    published: str = GIVEN["certificates"][url]
    return published.encode("latin-1")


class Unread:
    """A response's body, still to be read."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Any:
        """Yield what the network brings."""
        yield self._body

    def read(self, *_: Any) -> bytes:
        """Return the rest."""
        rest, self._body = self._body, b""
        return rest


class Context:
    """What Lambda tells a call of itself."""

    function_name = "function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:function"
    aws_request_id = "00000000-0000-4000-9000-000000000000"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return time enough."""
        return 240_000


def main() -> None:
    """Start the function, call it, and tell what came of it."""
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415

    import ses_reputation.signing.authority as signing  # noqa: PLC0415
    from ses_reputation.signing import fetching  # noqa: PLC0415

    put_in_place: Any = setattr
    put_in_place(URLLib3Session, "send", answer)
    put_in_place(fetching.CertificateFetcher, "__call__", certificate)
    signing.AMAZON = signing.SigningAuthority(GIVEN["root"].encode())
    answered = import_module("app").lambda_handler(GIVEN["event"], Context())
    places = {name: getattr(module, "__file__", None) for name, module in sorted(sys.modules.items())}
    print("\n" + json.dumps({"answer": answered, "called": called, "places": places}, default=str))


if __name__ == "__main__":
    main()
