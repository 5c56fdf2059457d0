"""An archive that several machines share."""

import multiprocessing
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl.archive import hosts, sites, transactions
from newscrawl.archive.database import Archive
from newscrawl.exceptions import ArchiveError, ConfigurationError
from newscrawl.net.host_store import RobotsRow
from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, Crawls
from tests.postgresql import PostgreSQL


def test_a_site_is_archived_and_followed(postgres: PostgreSQL, site: DemoSite, tmp_path: Path):
    crawls, url = Crawls(site.url, tmp_path), postgres.new_database()
    words = ("-a", "articles=1", "-a", "comments=1", "-a", "media=1")
    assert crawls(*words, NEWSCRAWL_ARCHIVE=url) == COMPLETE
    assert {line["post_id"] for line in crawls.new("posts")} == site.posts.keys()
    edited, gone = sorted(site.posts)[:2]
    site.advance(hours=2)
    site.edit(edited, title="Another title")
    site.delete(gone)
    assert crawls(*words, NEWSCRAWL_ARCHIVE=url) == COMPLETE
    told = {line["post_id"]: line["change"] for line in crawls.new("posts")}
    assert told == {edited: "updated", gone: "deleted"}


def enter(url: str, names: list[str]) -> None:
    archive = Archive.open(url)
    for name in names:
        archive.call(sites.enter, name, f"https://{name}/", {})
    archive.close()


def test_processes_may_set_it_up_and_write_to_it_at_once(postgres: PostgreSQL):
    url, context = postgres.new_database(), multiprocessing.get_context("spawn")
    names = [f"{number}.example" for number in range(20)]
    writers = [context.Process(target=enter, args=(url, names)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]


def test_a_missing_server_is_an_error_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transactions, "OPEN_SECONDS", 0.1)
    url = f"postgresql+psycopg://ann:secret@/archive?host={tmp_path}"
    with pytest.raises(ArchiveError, match="does not answer") as caught:
        Archive.open(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_server_that_swallows_all_that_is_sent_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transactions, "OPEN_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(ArchiveError, match=r"does not answer .*timeout"):
            Archive.open(f"postgresql+psycopg://ann@127.0.0.1:{port}/x?connect_timeout=2")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///a.sqlite",
        "mysql://127.0.0.1/x",
        "postgres://host/x",
        "postgresql+asyncpg://host/x",
    ],
)
def test_another_database_is_refused(url: str):
    with pytest.raises(ConfigurationError, match=r"Expected a path, or .* postgresql\+psycopg://"):
        Archive.open(url)


def test_a_database_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match="--extra postgresql"):
        Archive.open("postgresql+psycopg://host/x")


def test_a_url_that_cannot_be_read_repeats_no_password():
    with pytest.raises(ConfigurationError) as caught:
        Archive.open("postgresql+psycopg://ann:secret@[::1/x")
    assert "secret" not in str(caught.value)


def test_two_machines_save_the_rules_of_the_same_hosts_in_any_order(postgres: PostgreSQL):
    location = postgres.new_database()
    rules = [(f"{number}.example", RobotsRow(200, "", 0.0)) for number in range(100)]
    with (
        closing(Archive.open(location, durable=False, ordered=False)) as first,
        closing(Archive.open(location, durable=False, ordered=False)) as second,
        ThreadPoolExecutor(2) as threads,
    ):
        for _ in range(10):
            calls = [
                threads.submit(first.call, hosts.write_robots, rules),
                threads.submit(second.call, hosts.write_robots, rules[::-1]),
            ]
            for call in calls:
                call.result()  # raises if PostgreSQL ended a deadlock
