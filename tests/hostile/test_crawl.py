"""A whole crawl of the hostile server: every page ends as it should, and nobody is harmed."""

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from newscrawl.demo.tour import read_records
from tests.hostile.pages import all_pages
from tests.hostile.places import LINKED, Canaries, forbidden_places
from tests.hostile.server import ALLOWED, OWN_POSTS, HostileServer

SECONDS_FOR_ALL = 240
SETTINGS = {
    "NEWSCRAWL_ALLOWED_NETWORKS": ALLOWED,
    "DOWNLOAD_DELAY": "0",
    "DOWNLOAD_TIMEOUT": "6",
    "NEWSCRAWL_READ_TIMEOUT": "4",
    "NEWSCRAWL_BACKOFF": "1",
}
MIB = 1024 * 1024
MAX_TURN_SECONDS = 0.5
MAIN_MIB, WORKER_MIB, ALL_MIB = 250, 300, 700
NAMES = [
    *all_pages(forbidden_places(Canaries(ipv4_port=1, ipv6_port=1, allowed_port=1))),
    *(f"link-to-{name}" for name in LINKED),
]
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What no text holds, a guid apart, which is kept as it came."""
UNSEEN = re.compile(f"{CONTROL.pattern}|[\u202a-\u202e\u2066-\u2069]")
"""What no log line holds: also what turns the direction of writing."""
TEXTS = ("title", "excerpt", "text", "markdown", "html")
ALIVE = re.compile(
    r"<script|<style|<iframe|<form|<svg|<math|\son\w+\s*=|javascript:", re.IGNORECASE
)


@dataclass
class Crawled:
    """What came of the crawl; memory in MiB, as the proportional set size.

    Attributes:
        doors: Ports at which it listened.
        turn: CPU seconds of the longest turn of the event loop, and its callback.
    """

    server: HostileServer
    code: int
    log: str
    records: dict[int, dict[str, Any]]
    archive: Path
    output: Path
    main: float = 0.0
    worker: float = 0.0
    together: float = 0.0
    doors: set[int] = field(default_factory=set)
    turn: str = ""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("hostile")
    with HostileServer() as server:
        yield crawl(server, folder)


def crawl(server: HostileServer, folder: Path) -> Crawled:
    output = folder / "output"
    settings = SETTINGS | {
        "NEWSCRAWL_ARCHIVE": str(folder / "archive.sqlite"),
        "NEWSCRAWL_OUTPUT": str(output),
    }
    turn = folder / "turn"
    watched = [sys.executable, "-m", "tests.hostile.watched", str(turn)]
    command = [*watched, "crawl", "wordpress", "-a", f"site={server.url}"]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        peaks, doors = watch(process)
    return Crawled(
        server=server,
        code=process.returncode,
        log=(folder / "log").read_text("utf-8", "surrogateescape"),
        records={record["post_id"]: record for record in read_records(output)},
        archive=folder / "archive.sqlite",
        output=output,
        main=peaks[0],
        worker=peaks[1],
        together=peaks[2],
        doors=doors,
        turn=turn.read_text(),
    )


def watch(process: subprocess.Popen[bytes]) -> tuple[tuple[float, float, float], set[int]]:
    """Wait for the crawl; return the most memory of it, of a worker, and of all, and its doors."""
    main = worker = together = 0.0
    doors: set[int] = set()
    deadline = time.monotonic() + SECONDS_FOR_ALL
    crawler = psutil.Process(process.pid)
    while process.poll() is None:
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            pytest.fail(f"the crawl did not end within {SECONDS_FOR_ALL} s")
        try:
            own = memory(crawler)
            workers = [memory(child) for child in crawler.children(recursive=True)]
            doors |= listening(crawler)
        except psutil.Error:
            continue
        main, worker = max(main, own), max([worker, *workers])
        together = max(together, own + sum(workers))
        time.sleep(0.1)
    return (main, worker, together), doors


def listening(process: psutil.Process) -> set[int]:
    connections = process.net_connections("inet")
    return {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}


def memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / MIB
    except psutil.NoSuchProcess:
        return 0.0


def parts(crawled: Crawled) -> Iterator[dict[str, Any]]:
    """Return every record, and every article in one."""
    for record in crawled.records.values():
        yield record
        yield record["article"] or {}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_ends_as_it_should(crawled: Crawled, name: str) -> None:
    page = crawled.server.pages[name]
    article = crawled.records[page.post_id]["article"]
    assert (article["outcome"] if article else None) in page.outcomes


@pytest.mark.parametrize("name", OWN_POSTS)
def test_a_hostile_post_is_archived(crawled: Crawled, name: str) -> None:
    assert crawled.records[crawled.server.own_posts[name]]["article"] is None


def test_no_string_is_as_long_as_it_came(crawled: Crawled) -> None:
    record = crawled.records[crawled.server.own_posts["long"]]
    assert len(record["excerpt"]) <= 100_000
    texts = [record[key] for key in ("title", "slug", "guid", "url")]
    assert max(map(len, texts)) <= 10_000
    assert record["url"].startswith(crawled.server.url)


def test_the_run_ends_with_a_verdict(crawled: Crawled) -> None:
    assert crawled.code in {0, 3}
    assert "Traceback" not in crawled.log


def test_the_canaries_count_no_connection(crawled: Crawled) -> None:
    assert crawled.server.connections == {"127.0.0.2": 0, "::1": 0}


def test_the_traffic_of_the_run_is_what_the_server_saw(crawled: Crawled) -> None:
    with closing(sqlite3.connect(crawled.archive)) as connection:
        (told,) = connection.execute("SELECT traffic FROM runs").fetchone()
    traffic = json.loads(told)[urlsplit(crawled.server.url).netloc]
    asked = sum(visit.server == "magazine" for visit in crawled.server.log)
    assert traffic["requests"] == asked >= traffic["peak_per_minute"] > asked / 2
    assert traffic["bytes"] > 10_000


def test_memory_stays_within_its_bounds(crawled: Crawled) -> None:
    print(f"{crawled.main:.0f} MiB, a worker {crawled.worker:.0f}, all {crawled.together:.0f}")
    assert 0 < crawled.main < MAIN_MIB
    assert crawled.worker < WORKER_MIB
    assert crawled.together < ALL_MIB


def test_no_turn_of_the_event_loop_is_long(crawled: Crawled) -> None:
    print(f"the longest turn: {crawled.turn}")
    assert 0 < float(crawled.turn.split()[0]) < MAX_TURN_SECONDS


def test_no_port_is_open_to_others(crawled: Crawled) -> None:
    assert crawled.doors == set(), "a telnet console, a remote control"


def test_no_control_character_gets_out(crawled: Crawled) -> None:
    assert not UNSEEN.search(crawled.log)
    texts = [part.get(key) or "" for part in parts(crawled) for key in TEXTS]
    assert [text[:80] for text in texts if CONTROL.search(text)] == []


def test_published_html_is_dead(crawled: Crawled) -> None:
    assert not any(ALIVE.search(part.get("html") or "") for part in parts(crawled))


def test_files_are_in_their_folders(crawled: Crawled) -> None:
    files = [file for file in crawled.output.rglob("*") if file.is_file()]
    assert files
    assert all(len(file.relative_to(crawled.output).parts) == 2 for file in files)
