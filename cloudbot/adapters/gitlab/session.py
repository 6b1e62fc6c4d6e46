"""The way to one GitLab server and to no other: pinned to its address, paced, with a deadline and a size limit.

python-gitlab follows a pagination link or a redirect to any host and sends the token along. Here only the base URL is
mounted, so such a request cannot be made. A timeout in `requests` is per read, so a server that drips one byte a second
never meets it: `abort` closes the sockets under the worker's feet instead, which also ends slow headers.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from requests.structures import CaseInsensitiveDict

    from cloudbot.adapters.gitlab.settings import Settings

CHUNK = 65536


class TooLarge(requests.RequestException):
    """An answer grew beyond the limit, unpacked."""


class LinkElsewhere(requests.RequestException):
    """The answer's next page is on another host."""


class Pinned(requests.Session):
    """A session that can reach `settings.url` only. Used by one thread; `abort` may be called from any."""

    def __init__(self, settings: Settings) -> None:
        """Mount the base URL alone; ignore proxies, netrc and certificates named by the environment."""
        super().__init__()
        self.trust_env = False
        self.base = settings.url.rstrip("/") + "/"
        self.way = _Way(self.base, settings)
        self.adapters.clear()
        self.mount(self.base, self.way)

    @property
    def last_headers(self) -> Mapping[str, str]:
        """Headers of the last answer: python-gitlab's exceptions do not carry them."""
        return self.way.last_headers

    @property
    def last_path(self) -> str:
        """Path of the last request, without its query: it says what was refused."""
        return self.way.last_path

    @property
    def over(self) -> bool:
        """True when the time given by `begin` has passed, or `abort` ended it early."""
        return self.way.stop.is_set() or time.monotonic() >= self.way.end

    def begin(self, seconds: float) -> None:
        """Start a look of so many seconds: requests are possible again."""
        self.way.last_headers = {}
        self.way.end = time.monotonic() + seconds
        self.way.stop.clear()

    @contextlib.contextmanager
    def keeping_the_end(self, size: int) -> Iterator[None]:
        """Keep only the last bytes of what is answered meanwhile, however long it is within the limit."""
        self.way.end_only = size
        try:
            yield
        finally:
            self.way.end_only = None

    def abort(self) -> None:
        """End whatever is being waited for, now: pause, connect, headers or body."""
        self.way.abort()


class _Way(HTTPAdapter):
    """One transport adapter: pace, deadline, size and links are minded here, below redirects and above sockets."""

    def __init__(self, base: str, settings: Settings) -> None:
        self.stop = threading.Event()
        self.end = float("inf")
        self.last_headers: Mapping[str, str] = {}
        self.last_path = ""
        self.end_only: int | None = None
        self._base = base
        self._settings = settings
        self._next_start = 0.0
        self._open: list[HTTPConnection] = []
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's signature
        """Let every new connection be known to `abort`."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _watched_pools(self._connected)

    def _connected(self, connection: HTTPConnection) -> None:
        self._open[:] = [other for other in self._open if other.sock is not None and other is not connection]
        self._open.append(connection)
        if self.stop.is_set():  # `abort` came while we were connecting and found no socket to shut
            connection.close()
            raise Timeout("the look was ended")

    def abort(self) -> None:
        """Shut down the sockets; the reading thread gets a connection error at once."""
        self.stop.set()
        for connection in list(self._open):
            if (sock := connection.sock) is not None:
                with contextlib.suppress(OSError):
                    # The plain socket's method: SSLSocket.shutdown would forget its TLS object under the reader.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 - passed on
        """Send one request after the pause, read its body under the size limit, refuse links to elsewhere."""
        self._wait()
        # `abort` finds no socket during a TLS handshake, so connecting may not take longer than the look has left.
        left = max(0.01, self.end - time.monotonic())
        timeout = (min(self._settings.connect_timeout, left), min(self._settings.read_timeout, left))
        kwargs |= {"stream": True, "timeout": timeout}
        response = super().send(request, **kwargs)
        self.last_headers = response.headers
        self.last_path = urlsplit(request.url or "").path
        response._content = self._body(response)  # noqa: SLF001 - where `requests` keeps a body read by itself
        response._content_consumed = True  # noqa: SLF001 - as above
        self._check_links(response.headers)
        return response

    def _wait(self) -> None:
        if self.stop.wait(max(0.0, self._next_start - time.monotonic())):
            raise Timeout("the look was ended")
        self._next_start = time.monotonic() + self._settings.pause

    def _body(self, response: requests.Response) -> bytes:
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_content(CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if self.end_only is not None:
                chunks = [b"".join(chunks[-2:])[-self.end_only :]]
            if size > self._settings.largest_answer:
                response.close()
                raise TooLarge(f"an answer of more than {self._settings.largest_answer} bytes")
        return b"".join(chunks)

    def _check_links(self, headers: CaseInsensitiveDict[str]) -> None:
        for link in requests.utils.parse_header_links(headers.get("Link", "")):
            if link.get("rel") == "next" and not link["url"].lower().startswith(self._base.lower()):
                raise LinkElsewhere("the next page of a list is on another host")


def _watched_pools(connected: Callable[[HTTPConnection], None]) -> dict[str, type[HTTPConnectionPool]]:
    """Return pool classes whose connections report themselves once they stand."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            connected(self)

    class Tls(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            connected(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}
