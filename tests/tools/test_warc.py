"""Kept pages as a web archive, read by two readers."""

from __future__ import annotations

import gzip
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.checker import Checker

from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, FAILED, Crawls

if TYPE_CHECKING:
    from pathlib import Path

Pages = dict[str, tuple[int, bytes]]


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    with DemoSite(empty=True) as site:
        crawl = Crawls(site.url, tmp_path_factory.mktemp("warc"))
        for _ in range(2):
            site.add_post()
        assert crawl("-a", "articles=1") == COMPLETE
    assert crawl.scrapy("export", "--format", "warc", "-o", str(file_of(crawl))) == COMPLETE
    assert "2 pages in" in crawl.log
    return crawl


def file_of(crawl: Crawls) -> Path:
    return crawl.folder / "pages.warc.gz"


def by_warcio(file: Path) -> Pages:
    with file.open("rb") as opened:
        return {
            record.rec_headers.get_header("WARC-Target-URI"): (
                int(record.http_headers.get_statuscode()),
                record.content_stream().read(),
            )
            for record in WarcioIterator(opened)
            if record.rec_type == "response"
        }


def by_fastwarc(file: Path) -> Pages:
    with file.open("rb") as opened:
        return {
            record.headers["WARC-Target-URI"]: (
                record.http_headers.status_code or 0,
                record.reader.read(),
            )
            for record in ArchiveIterator(
                opened, record_types=WarcRecordType.response, verify_digests=True
            )
        }


def test_two_readers_find_the_same_pages(crawl: Crawls) -> None:
    pages = by_warcio(file_of(crawl))
    assert by_fastwarc(file_of(crawl)) == pages
    assert len(pages) == 2
    assert {status for status, _ in pages.values()} == {200}


def test_the_pages_are_those_of_the_archive(crawl: Crawls) -> None:
    kept = {row[0] for row in crawl.sql("SELECT hash FROM pages")}
    assert {sha256(body).digest() for _, body in by_warcio(file_of(crawl)).values()} == kept


def test_each_record_is_compressed_alone_and_has_its_digest(crawl: Crawls) -> None:
    whole = gzip.decompress(file_of(crawl).read_bytes())
    assert whole.startswith(b"WARC/1.1\r\n")
    checker = Checker(type("Options", (), {"inputs": [str(file_of(crawl))], "verbose": False})())
    assert checker.process_all() == 0


def test_a_slice_or_no_file_is_refused(crawl: Crawls) -> None:
    assert crawl.scrapy("export", "--format", "warc") == FAILED
    assert "add -o FILE" in crawl.log
    words = ("export", "--format", "warc", "-o", str(crawl.folder / "x.warc"), "--latest")
    assert crawl.scrapy(*words) == FAILED
    assert "leave out --since" in crawl.log
