"""Exports as jobs of a cluster."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from newscrawl.archive.database import Archive
from newscrawl.cluster import site_table
from newscrawl.cluster.metrics import metrics_of
from newscrawl.cluster.planner import Planner
from newscrawl.cluster.status import lines, status_of
from newscrawl.run_summary import COMPLETE, FAILED
from newscrawl.schedule.due import Ending
from newscrawl.schedule.plan import Entry, Plan
from tests.cluster.workers import Cluster, cluster, wait_for, write_sites
from tests.cluster.world import serving
from tests.schedule.conftest import make_entry

LISTED = text("SELECT id, queue_name, task_name, status, args FROM procrastinate_jobs")
GONE = text("DELETE FROM procrastinate_jobs")
LONG_AGO = text("UPDATE cluster_sites SET next_start = next_start - INTERVAL '9 days'")


def make_export(name: str = "export all.jsonl") -> Entry:
    return make_entry(name, command=("export", "-o", "all.jsonl"), own_process=True)


def started(jobs: Archive, *entries: Entry) -> Planner:
    planner = Planner(Plan(entries=entries))
    jobs.call(planner.publish)
    jobs.call(planner.tick)
    return planner


def the_job(jobs: Archive) -> Any:
    (job,) = jobs.read(lambda c: c.execute(LISTED).all())
    return job


def finish(jobs: Archive, name: str, ending: Ending) -> None:
    """End the only job as a worker does."""
    jobs.call(site_table.note_ending, name, the_job(jobs).id, ending)
    jobs.call(lambda c: c.execute(GONE).rowcount)


def test_an_export_has_a_queue_of_its_own(jobs: Archive):
    started(jobs, make_export())
    job = the_job(jobs)
    assert (job.queue_name, job.task_name) == ("exports", "export")
    assert job.args["command"] == ["export", "-o", "all.jsonl"]


def test_an_export_never_overlaps_itself_and_catches_up_once(jobs: Archive):
    planner = started(jobs, make_export())
    jobs.call(lambda c: c.execute(LONG_AGO).rowcount)
    assert jobs.call(planner.tick) == 0
    finish(jobs, "export all.jsonl", Ending(COMPLETE))
    assert jobs.call(planner.tick) == 0
    jobs.call(lambda c: c.execute(LONG_AGO).rowcount)
    assert [jobs.call(planner.tick), jobs.call(planner.tick)] == [1, 0]


def test_exports_are_counted_apart_from_sites(jobs: Archive):
    planner = started(jobs, make_export())
    finish(jobs, "export all.jsonl", Ending(FAILED, "the disk is full"))
    jobs.call(planner.tick)
    status = jobs.read(status_of)
    assert (status.sites, status.failing, status.verdicts) == (0, 0, {})
    assert "1 exports: 1 failing" in lines(status)
    assert "newscrawl_cluster_exports_failing 1" in metrics_of(status).splitlines()


def exports_are_up_to_date(folder: Path) -> bool:
    """Whether both files have the three posts."""
    names = ("all.jsonl.gz", "all.sqlite")
    if not all((folder / name).exists() for name in names):
        return False
    with closing(sqlite3.connect(folder / "all.sqlite")) as database:
        (count,) = database.execute("SELECT count(*) FROM posts").fetchone()
    return bool(count == gzip.decompress((folder / names[0]).read_bytes()).count(b"\n") == 3)


def crawl(found: Cluster, site: str) -> None:
    words = ("crawl", "wordpress", "-a", f"site={site}", "-a", "articles=0")
    assert found.scrapy(*words, DOWNLOAD_DELAY=0).returncode == 0


@pytest.mark.slow
def test_a_worker_writes_exports_and_writes_them_again(jobs: Archive, url: str, tmp_path: Path):
    with serving(1, 3) as world, cluster(url, tmp_path) as found:
        file = write_sites(tmp_path / "sites.toml", ())
        with file.open("a") as more:
            more.writelines(
                f'\n[[export]]\nfile = "{tmp_path}/all.{name}"\nformat = "{name}"\n'
                for name in ("jsonl.gz", "sqlite")
            )
        worker = found.start(str(file), "--queues", "exports")
        wait_for(
            lambda: (tmp_path / "all.jsonl.gz").exists() and (tmp_path / "all.sqlite").exists()
        )
        crawl(found, world.sites[0])
        wait_for(lambda: found.status()["queues"] == [])
        jobs.call(lambda c: c.execute(LONG_AGO).rowcount)
        wait_for(lambda: exports_are_up_to_date(tmp_path))
        wait_for(lambda: found.status()["queues"] == [])
        listed = found.scrapy("schedule", "--list", str(file)).stdout.decode()
        worker.terminate()
        assert worker.wait(60) == 0
    shown = [line.split() for line in listed.splitlines() if line.startswith("export all.sqlite")]
    assert [words[:4] for words in shown] == [["export", "all.sqlite", "every", "1d"]]
    assert "complete" in shown[0]
