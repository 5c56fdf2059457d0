"""What servers do wrong: each answer ends in time, in its outcome, within its cap."""

from __future__ import annotations

import gzip
import zlib
from contextlib import ExitStack
from typing import TYPE_CHECKING

import brotli
from scrapy.http import Response

from newscrawl.net.download_handler import _JoinedChunks
from newscrawl.net.downloader import _answer
from tests.net.server import Server, Visitor, page

if TYPE_CHECKING:
    from tests.net.conftest import Crawl
    from tests.net.server import Route

MIB = 1024 * 1024
HTML = b"<p>" + b"words " * 200 + b"</p>"


def endless_headers(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\n")
    visitor.drip(b"X-Filler: " + b"x" * 1000 + b"\r\n", 0)


def endless_interim_answers(visitor: Visitor) -> None:
    visitor.drip(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20, 0)


def one_endless_header(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    visitor.drip(b"x" * 10_000, 0)


def dripping_headers(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    visitor.drip(b"x", 0.2)


def dripping_body(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    visitor.drip(b"x", 0.2)


def endless_body(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    visitor.drip(b"x" * 65536, 0)


def endless_chunks(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    visitor.drip(b"10000\r\n" + b"x" * 65536 + b"\r\n", 0)


def endless_trailers(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    visitor.drip(b"X-Trailer: " + b"x" * 1000 + b"\r\n", 0)


def endless_chunk_extensions(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
    visitor.drip(b"x=y;" * 1000, 0)


def silence_at_first(visitor: Visitor) -> None:
    visitor.hang()


def silence_in_the_body(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>And then")
    visitor.hang()


def silence_in_a_body_with_a_length(visitor: Visitor) -> None:
    visitor.send(page(HTML)[:-20])
    visitor.hang()


def reset_in_the_body(visitor: Visitor) -> None:
    visitor.send(page(HTML)[:-20])
    visitor.reset()


def slow_but_steady(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n")
    visitor.drip(b"xx", 0.1, seconds=0.45)


def cut(answer: bytes) -> Route:
    """Send *answer* and close."""
    return lambda visitor: visitor.send(answer)


def bomb(encoding: str, packed: bytes) -> bytes:
    return page(packed, Content_Encoding=encoding)


def zeros_in_gzip(mebibytes: int) -> bytes:
    """Return a bomb; its blocks are alike, so one is packed for all."""
    packer = zlib.compressobj(9, wbits=31)
    first, next_one = (
        packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    return first + next_one * (mebibytes - 1) + packer.flush()


CASES: list[tuple[str, Route, str | int]] = [
    ("a page", page(HTML), 200),
    ("a page in pieces", slow_but_steady, 200),
    ("a page in gzip", page(gzip.compress(HTML), Content_Encoding="gzip"), 200),
    ("a page in an encoding unknown", page(HTML, Content_Encoding="utf-8"), 200),
    ("no content", page(b"", "204 No Content"), 204),
    ("not modified", b"HTTP/1.1 304 Not Modified\r\n\r\n", 304),
    ("an odd status", page(HTML, "999 Denied"), 999),
    ("a header without a colon", b"HTTP/1.1 200 OK\r\nodd\r\nContent-Length: 1\r\n\r\nx", 200),
    ("odd bytes in headers", page(HTML, X_Odd="\x00\xff\x1b[1m"), 200),
    ("a redirect that leads nowhere", page(b"", "302 Found"), 302),
    ("headers without an end", endless_headers, "too_large"),
    ("interim answers without an end", endless_interim_answers, "too_large"),
    ("a header without an end", one_endless_header, "too_large"),
    ("a header without an end, in one piece", cut(
        b"HTTP/1.1 200 OK\r\nX-Filler: " + b"x" * 40_000), "too_large"),
    ("a body without an end", endless_body, "too_large"),
    ("chunks without an end", endless_chunks, "too_large"),
    ("chunks of one byte", cut(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n"), 200),
    ("trailers without an end", endless_trailers, "connection_error"),
    ("a chunk's extension without an end", endless_chunk_extensions, "connection_error"),
    ("a length past the cap", page(b"", Content_Length=10**13), "too_large"),
    ("a bomb in gzip", bomb("gzip", zeros_in_gzip(300)), "too_large"),
    ("a bomb in deflate", bomb("deflate", zlib.compress(bytes(40 * MIB))), "too_large"),
    ("a bomb in br", bomb("br", brotli.compress(bytes(40 * MIB), quality=3)), "too_large"),
    ("encodings on encodings", page(HTML, Content_Encoding=", ".join(["gzip"] * 99)), "too_large"),
    ("headers by the drop", dripping_headers, "timeout"),
    ("a body by the drop", dripping_body, "timeout"),
    ("no word at all", silence_at_first, "timeout"),
    ("silence in a body", silence_in_the_body, "timeout"),
    ("silence in a body with a length", silence_in_a_body_with_a_length, "timeout"),
    ("a body that ends early", cut(page(HTML)[:-20]), "connection_error"),
    ("chunks that end early", cut(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<p>"), "connection_error"),
    ("chunks of no size", cut(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<p>"), "connection_error"),
    ("gzip that ends early", page(
        gzip.compress(HTML)[:-12], Content_Encoding="gzip"), "connection_error"),
    ("gzip that is none", page(HTML, Content_Encoding="gzip"), 200),
    ("a reset in the body", reset_in_the_body, "connection_error"),
    ("a reset at first", Visitor.reset, "connection_error"),
    ("nothing at all", cut(b""), "connection_error"),
    ("garbage", cut(b"\x00\x01\x02 garbage \xff\xfe\r\n\r\n"), "connection_error"),
    ("a status that is none", cut(b"HTTP/1.1 abc OK\r\n\r\n"), "connection_error"),
    ("two lengths", cut(
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"), "connection_error"),
    ("a length that is none", cut(
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nxx"), "connection_error"),
]  # fmt: skip


def test_each_answer_ends_in_its_outcome(crawl: Crawl) -> None:
    # A server that is silent or endless gives up in the end. Only a request that ended before, by
    # a timeout or a cap of ours, has the outcome that is expected.
    with ExitStack() as stack:
        # A server each, as requests to one host wait for each other.
        servers = [stack.enter_context(Server({"/": route})) for _, route, _ in CASES]
        report = crawl(
            [f"{server.url}/" for server in servers],
            DOWNLOAD_TIMEOUT=3,
            NEWSCRAWL_READ_TIMEOUT=1.5,
            NEWSCRAWL_ARTICLE_MAXSIZE=2 * MIB,
            CONCURRENT_REQUESTS=100,
        )
    told = {case[0]: outcome for case, outcome in zip(CASES, report.outcomes, strict=True)}
    assert told == {name: outcome for name, _, outcome in CASES}
    assert report.peak_rss < 250 * MIB, "of the whole process, with all of these at once"
    assert "\x1b" not in report.log


def test_the_chunks_of_one_read_are_delivered_together() -> None:
    parts: list[bytes] = []
    decoder = _JoinedChunks(parts.append, lambda rest: parts.append(b"end:" + rest))
    decoder.dataReceived(b"1\r\nx\r\n" * 1000 + b"1\r\ny")
    decoder.dataReceived(b"\r\n2\r\nzz\r\n0\r\n\r\nrest")
    assert parts == [b"x" * 1000 + b"y", b"zz", b"end:rest"]


def test_a_body_ends_at_the_length_that_the_header_gives(crawl: Crawl, server: Server) -> None:
    server.routes["/"] = cut(page(b"whole" + b"HTTP/1.1 200 forged", Content_Length=5))
    assert crawl([f"{server.url}/"]).answers[0]["body"] == "whole"


def test_a_redirect_with_utf8_in_its_location_is_followed(crawl: Crawl, server: Server) -> None:
    server.routes |= {
        "/": b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: /caf\xc3\xa9\r\n\r\n",
        "/caf%C3%A9": page("There."),
    }
    assert crawl([f"{server.url}/"]).answers[0]["body"] == "There."


def test_a_header_has_one_line_and_no_nul() -> None:
    response = Response("https://example.org/", headers={"ETag": b'"a\rX-Forged: 1\0"'})
    assert _answer(response.url, response).headers == {"etag": '"a X-Forged: 1 "'}


def test_a_response_of_another_type_is_not_downloaded(crawl: Crawl, server: Server) -> None:
    server.routes["/"] = page(bytes(MIB), Content_Type="application/pdf")
    report = crawl([f"{server.url}/", {"url": f"{server.url}/", "kind": "api"}])
    assert report.outcomes == [200, 200]
    assert [answer["size"] for answer in report.answers] == [0, MIB]
