"""Workers as processes: they drain, take over, and refuse what they can't do."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from newscrawl.archive.database import Archive
from newscrawl.cluster import queue, site_table
from newscrawl.cluster.connector import PatientArchive
from newscrawl.cluster.worker import ClusterWorker
from newscrawl.commands.schedule import LOCK
from newscrawl.exceptions import ArchiveError
from newscrawl.schedule.due import Memory
from newscrawl.schedule.site_crawl import SiteCrawls
from tests.cluster.workers import SECONDS, cluster, wait_for, write_sites
from tests.cluster.world import serving

pytestmark = pytest.mark.slow


def result(jobs: Archive) -> str | None:
    """The result of the only site."""
    sites = jobs.read(site_table.all_sites)
    return next(iter(sites.values())).memory.result if sites else None


def test_a_worker_drains_and_another_one_continues_its_crawl(
    jobs: Archive, url: str, tmp_path: Path
):
    with (
        serving(1, 8, 1) as world,
        cluster(url, tmp_path, DOWNLOAD_DELAY=1, NEWSCRAWL_ARTICLE_DELAY=1) as found,
    ):
        sites = write_sites(tmp_path / "sites.toml", world.sites)
        first = found.start(str(sites))
        wait_for(lambda: bool(world.requests[world.sites[0]]))
        first.terminate()
        assert first.wait(SECONDS) == 0
        assert "Waiting for the verdicts of" in found.logs()
        found.start(str(sites))
        wait_for(lambda: result(jobs) == "complete")
        wait_for(lambda: sum(data.count(b"\n") for data in found.joined().values()) == 8)


def test_a_second_signal_ends_a_worker_at_once(jobs: Archive, url: str, tmp_path: Path):
    with serving(1, 8, delay=60) as world, cluster(url, tmp_path, DOWNLOAD_DELAY=30) as found:
        worker = found.start(str(write_sites(tmp_path / "sites.toml", world.sites)))
        wait_for(lambda: bool(world.requests[world.sites[0]]))
        worker.send_signal(signal.SIGTERM)
        worker.send_signal(signal.SIGINT)
        assert worker.wait(SECONDS) == 0


def test_an_archive_in_a_file_is_refused(tmp_path: Path):
    with cluster(str(tmp_path / "archive.sqlite"), tmp_path) as found:
        assert found.start().wait(SECONDS) == 1
        assert "A worker needs an archive on PostgreSQL" in found.logs()


def test_a_worker_refuses_an_archive_that_has_a_schedule(jobs: Archive, url: str, tmp_path: Path):
    schedule = jobs.shared_lock(LOCK)
    assert schedule is not None
    assert schedule.acquire() is None
    with cluster(url, tmp_path) as found:
        assert found.start().wait(SECONDS) == 1
        assert "A schedule crawls the sites of this archive (process" in found.logs()
    schedule.release()


def test_a_schedule_refuses_an_archive_that_has_workers(jobs: Archive, url: str, tmp_path: Path):
    register = text("SELECT procrastinate_register_worker_v1()")
    jobs.call(lambda c: c.execute(register).scalar_one())
    with cluster(url, tmp_path) as found:
        ended = found.scrapy("schedule", "--once")
        assert ended.returncode == 1
        assert "Workers of a cluster crawl the sites of this archive (1 of" in ended.stderr.decode()
    silence = text("UPDATE procrastinate_workers SET last_heartbeat = now() - INTERVAL '1 minute'")
    jobs.call(lambda c: c.execute(silence).rowcount)
    assert jobs.read(queue.count_living) == 0


def test_the_list_of_the_schedule_shows_what_workers_did(jobs: Archive, url: str, tmp_path: Path):
    file = write_sites(tmp_path / "sites.toml", ["https://a.example"])
    jobs.call(lambda c: c.execute(text("SELECT procrastinate_register_worker_v1()")).scalar_one())
    now = datetime.now(UTC)
    memory = Memory(since=now, turn=now, ended=now, result="failed", why="no answer", failures=1)
    jobs.call(site_table.save, [(site_table.SiteRow(name="a.example", memory=memory), now)])
    with cluster(url, tmp_path) as found:
        listed = found.scrapy("schedule", "--list", str(file)).stdout.decode()
    assert "Workers of a cluster crawl these sites" in listed
    assert "failed: no answer" in listed


def test_an_unknown_queue_is_an_error_of_the_command_line(tmp_path: Path):
    with cluster(str(tmp_path / "archive.sqlite"), tmp_path) as found:
        worker = found.start("--queues", "walks,others")
        assert worker.wait(SECONDS) == 2
        assert "Unknown queue 'others': expected walks, articles, exports" in found.logs()


def test_a_clock_that_differs_from_the_database_s_is_an_error(
    jobs: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    now = site_table.database_time
    monkeypatch.setattr(site_table, "database_time", lambda c: now(c) + timedelta(minutes=1))
    worker = ClusterWorker(
        database=PatientArchive(jobs),
        crawls=SiteCrawls(start=None, folder=tmp_path, longest=timedelta(hours=1)),  # type: ignore[arg-type]
        read_sites=lambda: None,
        queues=["walks"],
        at_once=1,
    )
    with pytest.raises(ArchiveError, match=r"are 60 s apart.*NTP"):
        asyncio.run(worker.run())
