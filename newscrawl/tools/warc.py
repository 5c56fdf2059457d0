"""``scrapy export --format warc``: the kept pages of publishers as a web archive.

Source: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final

from newscrawl.archive import page_cache
from newscrawl.archive.codec import decompress
from newscrawl.exceptions import ConfigurationError
from newscrawl.settings import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warcio.recordloader import ArcWarcRecord
    from warcio.warcwriter import WARCWriter

    from newscrawl.archive.database import Archive
    from newscrawl.archive.page_cache import KeptPage

BATCH_SIZE: Final = 20
"""The most pages in memory at once, compressed."""

_INFO: Final = {
    "software": f"newscrawl/{VERSION}",
    "format": "WARC File Format 1.1",
    "description": "Kept pages of publishers: bodies without their transfer and content encoding,"
    f" and only these headers: {', '.join(page_cache.HEADERS)}",
}


def write_warc(archive: Archive, site_ids: Sequence[int], file: IO[bytes], *, gzip: bool) -> int:
    """Write the kept pages of articles; return their number.

    Each page is a response record. The redirects to it are in a metadata record.

    Args:
        site_ids: Only pages of articles of these sites; empty for all sites.
        gzip: Whether each record is compressed, as the name ``.warc.gz`` promises.

    Raises:
        ConfigurationError: If warcio is not installed.
    """
    try:
        from warcio.warcwriter import WARCWriter
    except ImportError as error:
        raise ConfigurationError(
            "--format warc needs warcio: run uv run --extra warc scrapy export ...,"
            " or pip install 'newscrawl[warc]'"
        ) from error
    writer = WARCWriter(file, gzip=gzip, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(None, _INFO))
    number = 0
    for page, fetched in _pages(archive, site_ids):
        response = _response(writer, page, fetched)
        writer.write_record(response)
        if page.answer["hops"]:
            writer.write_record(_metadata(writer, page, response))
        number += 1
    return number


def _pages(archive: Archive, site_ids: Sequence[int]) -> Iterator[tuple[KeptPage, str | None]]:
    """Yield each page once, with the time of its request: articles may share a page."""
    seen: set[tuple[bytes, str]] = set()
    after = (0, 0)
    while batch := archive.read(page_cache.kept_pages, site_ids, after=after, limit=BATCH_SIZE):
        after = batch[-1][0]
        for _, page, fetched in batch:
            key = page.hash, page.answer["url"]
            if key not in seen:
                seen.add(key)
                yield page, fetched


def _response(writer: WARCWriter, page: KeptPage, fetched: str | None) -> ArcWarcRecord:
    from warcio.statusandheaders import StatusAndHeaders

    body, status = decompress(page.body), page.answer["status"]
    # The body has no encoding any more: the header must not name one, and gives its real length.
    headers = [*page.answer["headers"].items(), ("content-length", str(len(body)))]
    return writer.create_warc_record(
        page.answer["url"],
        "response",
        payload=BytesIO(body),
        http_headers=StatusAndHeaders(f"{status} {_reason(status)}", headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": fetched} if fetched else None,
    )


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _metadata(writer: WARCWriter, page: KeptPage, response: ArcWarcRecord) -> ArcWarcRecord:
    fields = "".join(f"redirectedFrom: {status} {url}\r\n" for url, status in page.answer["hops"])
    return writer.create_warc_record(
        page.answer["url"],
        "metadata",
        payload=BytesIO(fields.encode()),
        warc_content_type="application/warc-fields",
        warc_headers_dict={
            "WARC-Date": response.rec_headers.get_header("WARC-Date"),
            "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
        },
    )
