"""Send one request through Scrapy's downloader, and return its result as an `Answer`."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy import Request, signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http.request import NO_CALLBACK
from service_identity import VerificationError
from twisted.internet.error import TimeoutError as TwistedTimeoutError

from newscrawl.net.decompression import ENOUGH_BYTES, WIRE_BYTES, BodyTooLarge, BrokenBody
from newscrawl.net.dns_resolver import installed_resolver
from newscrawl.net.download_handler import AnswerTooLarge, HeadersTooLarge
from newscrawl.net.response import Answer
from newscrawl.rights.policy import robots_tag
from newscrawl.urls.hosts import port_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

    from newscrawl.net.dns_resolver import FilteringResolver
    from newscrawl.net.options import Options, RequestType

_ACCEPT: Final[dict[RequestType, str]] = {
    "api": "application/json, text/html;q=0.9, */*;q=0.5",
    "article": "text/html, application/xhtml+xml, */*;q=0.5",
}
# The outcome of each error that the downloader raises, or names as a reason.
_OUTCOMES: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (CannotResolveHostError, "dns_error"),
    (DownloadTimeoutError, "timeout"),
    (TwistedTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "connection_error"),
    (DownloadCancelledError, "too_large"),
    (BodyTooLarge, "too_large"),
    (HeadersTooLarge, "too_large"),
    (AnswerTooLarge, "too_large"),
    (BrokenBody, "connection_error"),
    (SSL.Error, "tls_error"),
    (VerificationError, "tls_error"),
)
# Content types that are no pages: their bodies are not downloaded.
_NO_PAGES: Final = ("audio/", "font/", "image/", "video/", "application/pdf", "application/zip")
# OpenSSL's error for an answer that is not TLS; the words differ by its version.
_NO_TLS: Final = ("wrong version number", "packet length too long", "record layer failure")
_REQUEST_TYPE: Final = "newscrawl_kind"
_SO_FAR: Final = "newscrawl_so_far"
_MAX_DETAIL: Final = 300
# RFC 9110, 5.5: in a header, these become spaces. Twisted lets them pass, and a file of headers,
# such as WARC, would have another header there.
_NO_TEXT: Final = str.maketrans("\0\r\n", "   ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """An answer with its cost: seconds, bytes on the wire, and the address it came from."""

    answer: Answer
    seconds: float
    wire_bytes: int = 0
    address: str | None = None


class Downloader:
    """Hands single requests to Scrapy; knows no hosts, no robots.txt and no redirects."""

    def __init__(self, crawler: Crawler, options: Options) -> None:
        self._crawler = crawler
        self._options = options
        self._resolver: FilteringResolver | None = None
        crawler.signals.connect(self._skip_body, signals.headers_received)
        crawler.signals.connect(self._skip_rest, signals.bytes_received)

    async def send(
        self,
        url: str,
        request_type: RequestType,
        *,
        slot: str,
        headers: Mapping[str, str],
        enough_bytes: int | None = None,
    ) -> Download:
        """Request *url* once; errors of the network are in the answer, never raised.

        Args:
            slot: The name of the host's slot in Scrapy's downloader.
            headers: Of the request, beside our own.
            enough_bytes: Bytes of the body that suffice: what is longer is cut there, not refused.
        """
        # Not earlier: a process installs its resolver only after it has built its spiders.
        resolver = self._resolver = self._resolver or installed_resolver(self._crawler.settings)
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            request = self._request(url, request_type, slot, headers)
            if enough_bytes is not None:
                request.meta.update({"download_maxsize": 0, ENOUGH_BYTES: enough_bytes})
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, only this URL fails
            seconds = loop.time() - started
            parts = urlsplit(url)
            refusal = resolver.take_refusal(parts.hostname or "", port_of(parts))
            outcome, detail = _outcome(error), _detail(error)
            if refusal is not None and isinstance(error, CannotResolveHostError):
                outcome, detail = "unsafe_address", refusal
            # Its frames hold the body, which would stay in memory until the garbage collector runs.
            for reason in _reasons(error):
                traceback.clear_frames(reason.__traceback__)
            return _failed(url, outcome, detail, seconds)
        seconds = loop.time() - started
        if "partial" in response.flags and seconds >= self._options.silence:
            # Without a length, a body that we cut looks like one that is over.
            return _failed(url, "timeout", "silence in the middle of the body", seconds)
        return Download(
            answer=_answer(url, response),
            seconds=seconds,
            wire_bytes=request.meta.get(WIRE_BYTES, len(response.body)),
            address=str(response.ip_address) if response.ip_address else None,
        )

    def _request(
        self, url: str, request_type: RequestType, slot: str, headers: Mapping[str, str]
    ) -> Request:
        options = self._options
        meta: dict[str, object] = {
            "download_slot": slot,
            "download_maxsize": options.max_bytes[request_type],
            "download_timeout": options.timeout,
            _REQUEST_TYPE: request_type,
        }
        if options.proxy is not None:
            meta["proxy"] = options.proxy.url
        own = {"User-Agent": options.user_agent, "Accept": _ACCEPT[request_type]}
        return Request(
            url, headers={**own, **headers}, callback=NO_CALLBACK, dont_filter=True, meta=meta
        )

    def _skip_body(self, headers: Headers, request: Request) -> None:
        """Stop before the body if the headers exclude a page."""
        if request.meta.get(_REQUEST_TYPE) != "article":
            return
        content_type = headers.get(b"Content-Type") or b""
        if content_type.decode("latin-1").strip().lower().startswith(_NO_PAGES):
            raise StopDownload(fail=False)

    def _skip_rest(self, data: bytes, request: Request) -> None:
        """Stop once as much has come as suffices."""
        enough_bytes = request.meta.get(ENOUGH_BYTES)
        if enough_bytes is not None:
            request.meta[_SO_FAR] = request.meta.get(_SO_FAR, 0) + len(data)
            if request.meta[_SO_FAR] >= enough_bytes:
                raise StopDownload(fail=False)


def _answer(url: str, response: Response) -> Answer:
    lines = {
        name.decode("latin-1").lower(): [v.decode("latin-1").translate(_NO_TEXT) for v in values]
        for name, values in response.headers.items()
    }
    headers = {name: ", ".join(values) for name, values in lines.items()}
    if "x-robots-tag" in lines:
        headers["x-robots-tag"] = robots_tag(lines["x-robots-tag"])
    return Answer(url=url, status=response.status, headers=headers, body=response.body)


def _failed(url: str, outcome: str, detail: str, seconds: float) -> Download:
    return Download(answer=Answer(url=url, outcome=outcome, detail=detail), seconds=seconds)


def _outcome(error: BaseException) -> str:
    for reason in _reasons(error):
        for request_type, outcome in _OUTCOMES:
            if isinstance(reason, request_type):
                return outcome
    return "connection_error"


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes: Scrapy's wraps Twisted's, which has a list of reasons."""
    cause: BaseException | None = error
    for _ in range(5):
        if cause is None:
            return
        yield cause
        for reason in getattr(cause, "reasons", ()):
            yield reason.value
        cause = cause.__cause__


def _detail(error: BaseException) -> str:
    """Return one line about an error: its innermost reason has the most information."""
    *_, innermost = _reasons(error)
    if isinstance(error, DownloadTimeoutError) and innermost is error:
        return "no whole answer in time"
    if isinstance(error, DownloadCancelledError):
        return "the body is larger than we take"
    if isinstance(error, ResponseDataLossError):
        return "the body ends early"
    if isinstance(innermost, SSL.Error) and any(sign in str(innermost) for sign in _NO_TLS):
        return "the port does not speak TLS: try http:// instead of https://"
    return f"{type(innermost).__name__}: {innermost}"[:_MAX_DETAIL]
