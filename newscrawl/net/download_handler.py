"""Scrapy's download handler, with the caps that it has not: headers, connecting, silence.

Scrapy caps the body and the total time. Without these, a server may send headers for as long as
that lasts, and hold a connection that it never accepts or never answers on.
"""

# Twisted is typed in part only.
# mypy: disallow-untyped-calls = False

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twisted.internet import error
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool
from twisted.web.http import _ChunkedTransferDecoder

from newscrawl.net.http11 import HTTP11DownloadHandler, _LenientHTTPClientParser

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress, IReactorTime
    from twisted.internet.protocol import Factory

IDLE_SECONDS: Final = 4
"""How long a connection is kept for the next request: shorter than servers keep theirs, as a rule,
so that a request rarely meets a connection that is just being closed."""

MAX_OVERHEAD: Final = 1.25
"""Bytes on the wire for each byte of the largest body: chunks of one byte take six, and time."""

_END_OF_HEAD: Final = re.compile(rb"\n\r?\n")
_INFORMATIONAL: Final = re.compile(rb"HTTP/1\.[01] 1")
# The HTTP client drops a connection at a line that is longer, and gives no reason.
_TOO_LONG_A_LINE: Final = re.compile(rb"[^\n]{%d}" % LineReceiver.MAX_LENGTH)


class HeadersTooLarge(Exception):
    """A server sent more headers than we take."""


class AnswerTooLarge(Exception):
    """A server sent more bytes than the largest body has, in whatever form."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect (the look-up included), seconds of silence, bytes of headers, and bytes of
    an answer on the wire."""

    connect: float
    silence: float
    head: int
    wire: int


class CappedHandler(HTTP11DownloadHandler):
    """The handler of http and https; `DOWNLOAD_HANDLERS` names it."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Outcomes cover its warnings: bodies that are too large, or end early.
        logging.getLogger(HTTP11DownloadHandler.__module__).setLevel(logging.ERROR)
        from twisted.internet import reactor

        settings = crawler.settings
        pool = _CappedPool(reactor, persistent=True)
        pool.maxPersistentPerHost = self._pool.maxPersistentPerHost
        pool.cachedConnectionTimeout = IDLE_SECONDS
        pool._factory = self._pool._factory  # noqa: SLF001 - Scrapy's, lenient on bad header lines
        pool.limits = Limits(
            connect=settings.getfloat("NEWSCRAWL_CONNECT_TIMEOUT"),
            silence=settings.getfloat("NEWSCRAWL_READ_TIMEOUT"),
            head=settings.getint("NEWSCRAWL_HEADERS_MAXSIZE"),
            wire=int(settings.getint("DOWNLOAD_MAXSIZE") * MAX_OVERHEAD),
        )
        self._pool = pool
        parser: Any = _LenientHTTPClientParser
        parser._transferDecoders = {b"chunked": _JoinedChunks}  # noqa: SLF001


class _JoinedChunks(_ChunkedTransferDecoder):
    """Delivers the chunks of one read together.

    Each delivery costs a signal of Scrapy. With a server that sends a chunk for each byte, the
    signals of one page would take minutes of CPU time.
    """

    def __init__(self, deliver: Callable[[bytes], None], finish: Callable[[bytes], None]) -> None:
        self._chunks: list[bytes] = []
        self._deliver = deliver
        self._finish = finish
        super().__init__(self._chunks.append, self._end)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        super().dataReceived(data)
        self._flush()

    def _end(self, rest: bytes) -> None:
        self._flush()
        self._finish(rest)

    def _flush(self) -> None:
        if self._chunks:
            data = b"".join(self._chunks)
            self._chunks.clear()
            self._deliver(data)


class _CappedPool(HTTPConnectionPool):
    """A pool whose new connections are capped."""

    limits: Limits

    def getConnection(self, key: Hashable, endpoint: Any) -> Any:  # noqa: N802 - Twisted's name
        capped: Any = _CappedEndpoint(endpoint, self._reactor, self.limits)
        return super().getConnection(key, capped)


class _CappedEndpoint:
    """An endpoint whose connections are capped, and which gives up in time."""

    def __init__(self, endpoint: Any, reactor: IReactorTime, limits: Limits) -> None:
        self._endpoint = endpoint
        self._reactor = reactor
        self._limits = limits

    def connect(self, factory: Factory) -> Deferred[Any]:
        def give_up(_result: object, seconds: float) -> None:
            raise error.TimeoutError(string=f"not connected after {seconds:g} seconds")

        connected: Deferred[Any] = self._endpoint.connect(_CappedFactory(factory, self._limits))
        connected.addTimeout(self._limits.connect, self._reactor, onTimeoutCancel=give_up)
        return connected.addCallback(lambda wrapper: wrapper.wrappedProtocol)


class _CappedFactory(WrappingFactory["_Capped"]):
    noisy = False

    def __init__(self, factory: Factory, limits: Limits) -> None:
        super().__init__(factory)
        self.limits = limits

    def buildProtocol(self, addr: IAddress | None) -> _Capped:  # noqa: N802
        return _Capped(self, self.wrappedFactory.buildProtocol(addr))


class _Capped(ProtocolWrapper):
    """Sits between a connection and its HTTP client, and cuts what goes on for too long."""

    transport: Any
    wrappedProtocol: Any  # noqa: N815 - an HTTP11ClientProtocol, until the connection is lost

    def __init__(self, factory: Any, protocol: Any) -> None:
        super().__init__(factory, protocol)
        self._limits: Limits = factory.limits
        self._reason: Failure | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._head: bytearray | None = None  # None once the headers are over
        self._block_start = 0
        self._received = 0  # bytes of the present answer

    def writeSequence(self, data: Any) -> None:  # noqa: N802
        self._expect_response()
        super().writeSequence(data)

    def write(self, data: bytes) -> None:
        self._expect_response()
        super().write(data)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self._reason is not None:
            return
        self._restart_timer()
        self._received += len(data)
        if self._limits.wire and self._received > self._limits.wire + self._limits.head:
            self._cut(AnswerTooLarge(f"more than {self._limits.wire} bytes on the wire"))
            return
        if self._head is not None and self._passes_the_cap(data):
            self._cut(HeadersTooLarge(f"more than {self._limits.head} bytes of headers"))
            return
        super().dataReceived(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        self._stop_timer()
        if self._reason is None and self._head and _TOO_LONG_A_LINE.search(self._head):
            self._reason = Failure(HeadersTooLarge("a line of the headers does not end"))
        self._head = None
        super().connectionLost(self._reason or reason)

    def _expect_response(self) -> None:
        self._head, self._block_start = bytearray(), 0
        self._received = 0
        self._restart_timer()

    def _passes_the_cap(self, data: bytes) -> bool:
        """Return whether the headers are too large so far; interim answers count as well."""
        head = self._head
        assert head is not None
        searched = max(self._block_start, len(head) - 2)
        head += data[: self._limits.head + 1]
        while end := _END_OF_HEAD.search(head, searched):
            if not _INFORMATIONAL.match(head, self._block_start):
                self._head = None
                return end.end() > self._limits.head
            searched = self._block_start = end.end()
        return len(head) > self._limits.head

    def _restart_timer(self) -> None:
        self._stop_timer()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._limits.silence, self._time_out)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _time_out(self) -> None:
        # Between two requests, silence is as it should be.
        if self.wrappedProtocol is not None and self.wrappedProtocol.state != "QUIESCENT":
            self._cut(error.TimeoutError(string=f"{self._limits.silence:g} seconds of silence"))

    def _cut(self, reason: Exception) -> None:
        self._stop_timer()
        self._reason = Failure(reason)
        self.transport.abortConnection()
