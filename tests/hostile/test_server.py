"""The hostile server does what its table describes: else a crawl of it would prove nothing."""

import gzip
import http.client
import socket
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import brotli
import pytest

from newscrawl.outcomes import OUTCOMES
from newscrawl.zstd import zstd
from tests.hostile import bombs
from tests.hostile.server import HostileServer, Page
from tests.testing.conftest import get


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


def wire_bytes(page: Page, most: int) -> bytes:
    """Read up to *most* bytes of an answer as they come over the wire."""
    parts = urlsplit(page.url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=20) as client:
        client.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        read = b""
        while len(read) < most:
            piece = client.recv(65536)
            if not piece:
                break
            read += piece
        return read


def test_every_page_has_a_post_and_an_outcome_of_the_closed_list(hostile: HostileServer) -> None:
    outcomes = {outcome for page in hostile.pages.values() for outcome in page.outcomes}
    assert outcomes - {None} <= OUTCOMES
    listed = get(f"{hostile.url}/wp-json/wp/v2/posts?per_page=100&orderby=id&order=asc")
    assert listed.total == len(hostile.pages) + len(hostile.own_posts)


def test_posts_lead_to_their_pages(hostile: HostileServer) -> None:
    page = hostile.pages["garbage"]
    post = get(f"{hostile.url}/wp-json/wp/v2/posts/{page.post_id}").data
    assert post["slug"] == "garbage"
    assert page.url in post["content"]["rendered"]


@pytest.mark.parametrize("name", ["gzip-bomb", "deflate-bomb", "br-bomb", "zstd-bomb"])
def test_a_bomb_is_a_thousand_times_larger_than_it_comes(hostile: HostileServer, name: str) -> None:
    _, _, body = wire_bytes(hostile.pages[name], 2_000).partition(b"\r\n\r\n")
    inflaters = {
        "gzip-bomb": zlib.decompressobj(31).decompress,
        "deflate-bomb": zlib.decompressobj().decompress,
        "br-bomb": brotli.Decompressor().process,
        "zstd-bomb": zstd.ZstdDecompressor().decompress,
    }
    assert len(inflaters[name](body)) > 500 * len(body)


def test_a_nested_bomb_is_small_even_when_it_is_inflated_once() -> None:
    bomb = bombs.nested_gzip_bomb()
    assert len(bomb) < 100_000
    assert len(gzip.decompress(bomb)) < 2_000_000


def test_canaries_count_who_connects() -> None:
    with HostileServer() as server:
        assert server.connections == {"127.0.0.2": 0, "::1": 0}
        for address, canary in server.canaries.items():
            socket.create_connection((address, canary.port)).close()
        assert server.connections == {"127.0.0.2": 1, "::1": 1}


def test_places_are_sent_as_they_stand(hostile: HostileServer) -> None:
    head = wire_bytes(hostile.pages["redirect-to-full-width"], 10_000)
    assert "Location: http://１２７".encode() in head


def test_a_redirect_goes_on_and_on(hostile: HostileServer) -> None:
    page = hostile.pages["redirect-on-and-on"]
    assert get(page.url).headers["location"] == "/?step=1"
    assert get(f"{page.url}?step=7").headers["location"] == "/?step=8"


@pytest.mark.parametrize("name", ["length-too-long", "reset-in-body"])
def test_a_body_ends_before_its_length(hostile: HostileServer, name: str) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        get(hostile.pages[name].url)


@pytest.mark.parametrize("name", ["headers-endless", "chunk-line-endless", "page-endless"])
def test_what_is_endless_does_not_end_early(hostile: HostileServer, name: str) -> None:
    assert len(wire_bytes(hostile.pages[name], 3_000_000)) >= 3_000_000


def test_a_drip_has_no_end_in_sight(hostile: HostileServer) -> None:
    first = wire_bytes(hostile.pages["drip-body"], 20)
    assert first.startswith(b"HTTP/1.1 200 OK")
    assert b"\r\n\r\n" in first
    assert len(first) < 200
