"""The files of media: fetched in parts, each once, within a budget."""

import asyncio
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newscrawl.archive import children, files, sites
from newscrawl.archive.children import Arrival
from newscrawl.archive.database import Archive
from newscrawl.crawl import file_sync
from newscrawl.crawl.file_sync import FileSync
from newscrawl.exceptions import NewscrawlError
from newscrawl.net.response import Answer
from newscrawl.run_summary import Tally
from newscrawl.testing.site import DemoSite
from newscrawl.wordpress.children import Child
from tests.crawls import COMPLETE, Crawls

URL = "https://example.org/wp-content/uploads/film.mp4"
DATA = bytes(range(256)) * 10


class Server:
    """Answers as a server that has one file, and goes down after some requests."""

    def __init__(self, data: bytes = DATA, *, ranges: bool = True, up_for: int = 99) -> None:
        self.data, self.ranges, self.up_for = data, ranges, up_for
        self.asked: list[str] = []

    async def fetch(self, url: str, headers: dict[str, str], *, request_type: str) -> Answer:
        assert request_type == "api"
        self.asked.append(headers["Range"])
        if len(self.asked) > self.up_for:
            return Answer(url=url, outcome="connection_error")
        found = {"etag": f'"{sha256(self.data).hexdigest()}"', "content-type": "video/mp4"}
        start, end = (int(n) for n in headers["Range"].removeprefix("bytes=").split("-"))
        if not self.ranges or headers.get("If-Range", found["etag"]) != found["etag"]:
            return Answer(url=url, status=200, headers=found, body=self.data)
        body = self.data[start : end + 1]
        size = len(self.data)
        found["content-range"] = f"bytes {start}-{start + len(body) - 1}/{size}"
        return Answer(url=url, status=206, headers=found, body=body)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(file_sync, "PART_BYTES", 1000)
    archive = Archive.open(str(tmp_path / "archive.sqlite"))
    site_id = archive.call(sites.enter, "example.org", "https://example.org/", {}).id
    child = Child(id=7, post_id=1, fields={"url": URL})
    archive.call(children.save, site_id, "media", [Arrival(child=child, raw_hash=b"1")])
    (tmp_path / "site").mkdir()
    yield SimpleNamespace(
        archive=archive, site_id=site_id, folder=tmp_path / "site", taken=False, tally=Tally()
    )
    archive.close()


def run(context: Any, server: Server, budget: int = 10_000, passes: int = 1) -> str:
    context.tally = Tally()
    sync = FileSync(context, server, budget)  # type: ignore[arg-type]
    for _ in range(passes):
        asyncio.run(sync.run())
    sync.note()
    return "; ".join(context.tally.notes)


def kept(context: Any) -> list[tuple[str, bytes]]:
    folder = context.folder
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in found]


NAME = sha256(DATA).hexdigest()
PATH = f"files/{NAME[:2]}/{NAME}.mp4"


@pytest.mark.parametrize("ranges", [True, False])
def test_a_file_is_named_by_its_hash_and_fetched_once(context: Any, ranges: bool):
    server = Server(ranges=ranges)
    assert run(context, server) == "Files: 1 fetched"
    assert kept(context) == [(PATH, DATA)]
    assert len(server.asked) == (3 if ranges else 1)
    (found,) = context.archive.read(files.of_urls, context.site_id, [URL]).values()
    assert found == {"path": PATH, "sha256": NAME, "size": len(DATA)}
    assert run(context, server) == ""
    assert len(server.asked) == (3 if ranges else 1)


def test_an_interrupted_file_continues_where_it_ended(context: Any):
    assert run(context, Server(up_for=2)) == "Files: 1 connection_error"
    context.archive.call(_make_due)
    server = Server()
    assert run(context, server) == "Files: 1 fetched"
    assert server.asked == ["bytes=2000-2999"]
    assert kept(context) == [(PATH, DATA)]


def test_a_file_that_changed_in_between_is_fetched_from_its_start(context: Any):
    run(context, Server(up_for=2))
    context.archive.call(_make_due)
    new = DATA[::-1]
    assert run(context, Server(new)) == "Files: 1 fetched"
    assert [data for _, data in kept(context)] == [new]


def test_a_second_look_in_a_run_counts_no_file_twice(context: Any):
    assert run(context, Server(), passes=2) == "Files: 1 fetched"


def test_a_file_that_is_left_twice_is_one(context: Any):
    assert "Files: 1 left;" in run(context, Server(), budget=2000, passes=2)


def test_a_file_beyond_the_budget_is_left_and_named(context: Any):
    assert "1 left; set NEWSCRAWL_FILES_MIB" in run(context, Server(), budget=2000)
    assert kept(context) == []
    assert run(context, Server()) == "Files: 1 fetched"


def test_a_file_that_was_deleted_is_fetched_again(context: Any):
    run(context, Server())
    (context.folder / PATH).unlink()
    assert run(context, Server()) == "Files: 1 fetched"


def test_a_page_in_the_place_of_a_file_is_no_file(context: Any):
    class Wall(Server):
        async def fetch(self, url: str, headers: dict[str, str], *, request_type: str) -> Answer:
            return Answer(url=url, status=200, headers={"content-type": "text/html"}, body=b"<p>")

    assert run(context, Wall()) == "Files: 1 not_found"
    assert kept(context) == []


class Odd(Server):
    """Changes the headers of each answer; {end} is the byte after its part."""

    def __init__(self, status: int = 206, **headers: str) -> None:
        super().__init__()
        self.status, self.odd = status, headers

    async def fetch(self, url: str, headers: dict[str, str], *, request_type: str) -> Answer:
        answer = await super().fetch(url, headers, request_type=request_type)
        if "If-Range" in headers and headers["If-Range"].startswith("W/"):  # RFC 9110, 13.1.5
            answer = Answer(url=url, status=200, body=self.data)
        start = int(headers["Range"].removeprefix("bytes=").split("-")[0])
        places = {"start": start, "end": start + len(answer.body)}
        odd = {name.replace("_", "-"): text.format(**places) for name, text in self.odd.items()}
        status = self.status if answer.status == 206 else answer.status
        return replace(answer, status=status, headers={**answer.headers, **odd})


@pytest.mark.parametrize(
    "server",
    [
        Odd(content_range="bytes {start}-9/" + "9" * 5000),
        Odd(content_range="bytes " + "9" * 5000 + "-9/9"),
        Odd(content_range="bytes {start}-{end}/{end}9"),
        Odd(416, content_range="bytes */0"),
    ],
    ids=["long total", "long start", "ever longer", "empty"],
)
def test_a_wrong_size_costs_only_its_file(context: Any, server: Odd):
    assert run(context, server, budget=10**30) == "Files: 1 client_error"
    assert kept(context) == []
    assert len(server.asked) <= 2


def test_a_weak_etag_names_no_version_of_a_file(context: Any):
    date = "Thu, 01 Jan 2026 00:00:00 GMT"
    server = Odd(etag='W/"1"', last_modified=date)
    server.up_for = 1
    run(context, server)
    (found,) = context.archive.read(files.wanted, context.site_id, 0, float("inf"))
    assert found.validator == date


def test_a_full_disk_is_an_error_with_its_remedy(context: Any):
    (context.folder / "files").write_text("no folder")
    with pytest.raises(NewscrawlError, match="mend that and run again"):
        run(context, Server())


def _make_due(connection: Any) -> None:
    connection.exec_driver_sql("UPDATE files SET due = 0")


@pytest.mark.slow
def test_the_line_of_an_image_has_the_path_of_its_file(tmp_path: Path):
    with DemoSite() as site:
        crawl = Crawls(site.url, tmp_path)
        assert crawl("-a", "media=files") == COMPLETE, crawl.log
        lines = crawl.new("media")
        have = [line for line in lines if line["file"]]
        assert have, crawl.log
        for line in have:
            (path,) = (tmp_path / "output").glob(f"*/{line['file']['path']}")
            assert sha256(path.read_bytes()).hexdigest() == line["file"]["sha256"]
        assert {line["revision"] for line in lines} == {1}
        assert crawl("-a", "media=files") == COMPLETE, crawl.log
        assert crawl.new("media") == []
        one = have[0]
        assert crawl.scrapy("verify") == COMPLETE, crawl.said
        if one["post_guid"]:
            assert crawl.scrapy("forget", one["post_guid"]) == COMPLETE, crawl.log
            others = [line for line in have if line["post_guid"] != one["post_guid"]]
            is_shared = one["file"]["path"] in {line["file"]["path"] for line in others}
            found_files = list((tmp_path / "output").glob(f"*/{one['file']['path']}"))
            assert bool(found_files) is is_shared
