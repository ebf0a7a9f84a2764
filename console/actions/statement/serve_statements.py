"""Statements over HTTP, to this machine alone, made anew while somebody looks at them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from time import monotonic
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from console.errors import ConsoleError
from ses_reputation.errors import SesReputationError
from ses_reputation.statement.store import INDEX_PAGE, JSON_TYPE, PREFIX

ADDRESS = "127.0.0.1"
"""Pages name accounts, and need no password: nobody but this machine can ask for them."""
_TEXT_TYPE = "text/plain; charset=utf-8"
_TIMES_OF_MAKING = frozenset({"made_at", "assessed_at"})
_POLICY, _HEAD = "default-src 'none'; ", "<head>\n"


class StatementMemory:
    """A StatementStore that ends with the process."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[str, str]] = {}

    def put(self, key: str, text: str, content_type: str, _made_at: datetime) -> None:
        """Keep an object, in place of whatever has its key."""
        self._objects[key] = (text, content_type)

    def fetch(self, key: str) -> str | None:
        """Return an object's text; None where there is none."""
        found = self._objects.get(key)
        return found[0] if found else None

    def served(self, key: str) -> "ServedObject | None":
        """Return an object as it is served; None where there is none."""
        if key not in self._objects:
            return None
        text, content_type = self._objects[key]
        twin = self.fetch(f"{key.removesuffix('.html').removesuffix('.json')}.json")
        return ServedObject(text, content_type, _version_of(twin or text))


class ServedObject(NamedTuple):
    """A page or a twin. version: another once they say something else, not when they are made again."""

    text: str
    content_type: str
    version: str


def _version_of(twin: str) -> str:
    facts = json.loads(
        twin, object_hook=lambda plain: {name: plain[name] for name in plain.keys() - _TIMES_OF_MAKING}
    )
    return blake2b(json.dumps(facts, sort_keys=True).encode(), digest_size=16).hexdigest()


MakeStatements = Callable[[StatementMemory], object]
"""Makes the statements of all parties, and their index, into a store. Raises SesReputationError."""


@dataclass(slots=True)
class LivePages:
    """Statements that are at most `seconds` old when they are asked for, and made by nobody's asking else.

    describe: says why they could not be made, and what to do. say: is called with that; the earlier ones are
    shown then, and say their time.
    """

    make: MakeStatements
    seconds: int
    describe: Callable[[SesReputationError], str]
    say: Callable[[str], None]
    clock: Callable[[], float] = monotonic
    _made: StatementMemory | None = None
    _tried_at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def find(self, path: str) -> ServedObject | None:
        """Return what a path names, `/` the index; None where nothing is there.

        Raises SesReputationError where no statement could be made yet.
        """
        pages = self._pages()
        return pages.served(INDEX_PAGE if path == "/" else f"{PREFIX}{path.removeprefix('/')}")

    def _pages(self) -> StatementMemory:
        with self._lock:
            if self._made is None or self.clock() - self._tried_at >= self.seconds:
                self._made = self._make_anew()
            return self._made

    def _make_anew(self) -> StatementMemory:
        anew = StatementMemory()
        try:
            self.make(anew)
        except SesReputationError as error:
            if self._made is None:
                raise
            self.say(self.describe(error))
            return self._made
        finally:
            self._tried_at = self.clock()
        return anew


class StatementServer(ThreadingHTTPServer):
    """Serves pages on a port of this machine; 0 takes a free one. Raises ConsoleError where it is taken."""

    daemon_threads = True

    def __init__(self, pages: LivePages, port: int) -> None:
        self.pages = pages
        try:
            super().__init__((ADDRESS, port), _PageHandler)
        except OSError as error:
            raise ConsoleError(
                f"Port {port} cannot be used: {error.strerror}. Name another: --port."
            ) from error

    @property
    def link(self) -> str:
        """Where the index is."""
        return f"http://{ADDRESS}:{self.server_port}/"


def renewing(page: ServedObject, seconds: int) -> str:
    """Return a page that asks every so often whether it says something else now, and loads itself anew then.

    Its policy lets its script ask this server, and nobody else (Content Security Policy Level 3,
    connect-src). Without scripts it is loaded anew each time.
    """
    refresh = f'<meta http-equiv="refresh" content="{seconds}">'
    tag = escape(_entity_tag(page))
    renews = f'<noscript data-renew="{seconds}" data-version="{tag}">{refresh}</noscript>\n'
    policy = f"{_POLICY}connect-src 'self'; "
    return page.text.replace(_POLICY, policy, 1).replace(_HEAD, f"{_HEAD}{renews}", 1)


def _entity_tag(page: ServedObject) -> str:
    """Return a weak entity tag (RFC 9110, 8.8.3): pages that say the same have the same."""
    return f'W/"{page.version}"'


class _PageHandler(BaseHTTPRequestHandler):
    server: StatementServer

    def do_GET(self) -> None:
        """Answer with a page, its JSON twin, or what is wrong."""
        # A page of elsewhere whose name leads to this machine must not read what is served (DNS rebinding).
        if self.headers.get("Host") not in self._own_names():
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, "This server is asked by another name.\n")
            return
        try:
            found = self.server.pages.find(urlsplit(self.path).path)
        except SesReputationError as error:
            again = {"Refresh": str(self.server.pages.seconds)}
            text = f"{self.server.pages.describe(error)}\nThis page asks again by itself.\n"
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, text, headers=again)
            return
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, f"There is no such page. All begin with {self.server.link}\n")
            return
        is_page = found.content_type != JSON_TYPE
        text = renewing(found, self.server.pages.seconds) if is_page else found.text
        self._answer(HTTPStatus.OK, text, found.content_type, {"ETag": _entity_tag(found)})

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    def _own_names(self) -> set[str]:
        return {f"{name}:{self.server.server_port}" for name in (ADDRESS, "localhost")}

    def _answer(
        self,
        status: HTTPStatus,
        text: str,
        content_type: str = _TEXT_TYPE,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing of requests."""
