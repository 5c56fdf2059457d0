"""Jobs for articles: one per publisher, added with the posts that want them."""

import asyncio
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from newscrawl.archive import articles, hosts, matching, posts, runs, sites
from newscrawl.archive import jobs as article_jobs
from newscrawl.archive.database import Archive
from newscrawl.cluster import queue
from newscrawl.cluster.connector import PatientArchive
from newscrawl.cluster.worker import ClusterWorker
from newscrawl.schedule.site_crawl import SiteCrawls
from tests.archive.conftest import make_arrival, make_post
from tests.cluster.conftest import take

LISTED = text("SELECT args->>'host' FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
FETCH = text("SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)")

PAUSE = text(
    "SELECT extract(epoch FROM scheduled_at - (SELECT max(at) FROM procrastinate_events"
    " WHERE type = 'started')) FROM procrastinate_jobs"
)
END_PAUSE = text("UPDATE procrastinate_jobs SET scheduled_at = NULL")


def waiting(jobs: Archive) -> list[str]:
    return list(jobs.read(lambda c: c.execute(LISTED).scalars().all()))


def pause(jobs: Archive) -> float:
    """The time from the start of the only job to its next start, in seconds."""
    return float(jobs.read(lambda c: c.execute(PAUSE).scalar_one()))


def test_articles_of_one_publisher_share_a_job(jobs: Archive):
    for names in (["a.example", "b.example"], ["b.example", "a.example"]):
        jobs.call(article_jobs.want_articles, names)
    assert waiting(jobs) == ["a.example", "b.example"]


def test_the_jobs_that_wait_are_found_with_one_query(jobs: Archive):
    names = [f"{number}.example" for number in range(30)]
    jobs.call(article_jobs.want_articles, names)
    queries: list[str] = []

    def want(connection: Connection) -> None:
        event.listen(connection, "before_cursor_execute", lambda *given: queries.append(given[2]))
        article_jobs.want_articles(connection, names)

    jobs.call(want)
    assert len([query for query in queries if "procrastinate" in query]) == 1
    assert len(waiting(jobs)) == 30


def test_a_job_that_runs_already_gets_a_successor(jobs: Archive):
    jobs.call(article_jobs.want_articles, ["a.example"])
    jobs.call(take)
    jobs.call(article_jobs.want_articles, ["a.example"])
    assert waiting(jobs) == ["a.example"]
    assert jobs.call(lambda c: c.execute(FETCH).scalar()) is None  # it waits for the first


def test_no_worker_takes_the_job_before_the_posts_that_want_it_are_committed(
    jobs: Archive, url: str
):
    jobs.call(article_jobs.want_articles, ["a.example"])
    with closing(Archive.open(url, ordered=False)) as other:

        def want(connection: Connection) -> object:
            article_jobs.want_articles(connection, ["a.example"])
            return other.call(lambda c: c.execute(FETCH).scalar())

        assert jobs.call(want) is None
        assert jobs.call(lambda c: c.execute(FETCH).scalar()) is not None


def test_a_sweep_finds_articles_that_are_due_again(jobs: Archive):
    def queue(connection: Connection) -> None:
        site = sites.enter(connection, "one.example", "https://one.example/", {})
        wanted = [
            articles.WantedArticle(key=f"https://{h}/1", link=f"https://{h}/1", host=h)
            for h in ("now.example", "later.example", "refuses.example")
        ]
        ids = articles.enqueue(connection, site.id, wanted)
        articles.postpone(connection, ids["https://later.example/1"], time.time() + 600)

    jobs.call(queue)
    now = time.time()
    jobs.call(hosts.block, "refuses.example", now, 600.0, in_a_row=1, first=60.0, jitter=0.0)
    for _ in range(2):
        jobs.call(article_jobs.sweep, time.time())
    assert waiting(jobs) == ["now.example"]


def publishing(jobs: Archive) -> list[int]:
    """The sites with a job that publishes their posts."""
    found = text(
        "SELECT (args->>'site_id')::int FROM procrastinate_jobs WHERE task_name = 'publish'"
    )
    return list(jobs.read(lambda c: c.execute(found).scalars().all()))


def test_a_sweep_finds_posts_that_a_killed_process_took(jobs: Archive):
    site = jobs.call(sites.enter, "one.example", "https://one.example/", {})
    run = jobs.call(runs.begin, site.id, started="2026-01-01T00:00:00Z", arguments={}, versions={})
    (claim,) = jobs.call(matching.claim, site.id, run, [make_post(1)])
    jobs.call(posts.save, run, [make_arrival(claim, make_post(1))], set(), taken={claim.row})
    lock = jobs.shared_lock(site.folder)
    assert lock is not None
    assert lock.acquire() is None
    jobs.call(article_jobs.sweep, time.time())
    assert publishing(jobs) == []  # who has the lock publishes them
    lock.release()
    jobs.call(article_jobs.sweep, time.time())
    assert publishing(jobs) == [site.id]


def test_without_the_tables_of_a_cluster_no_job_can_be_added(empty_url: str):
    with closing(Archive.open(empty_url)) as archive:
        assert not archive.read(article_jobs.has_workers)
        with pytest.raises(DBAPIError):
            archive.call(article_jobs.want_articles, ["a.example"])


def fail(jobs: Archive, folder: Path) -> float:
    """Let a worker fail in the only job once; return the pause that the job gets, in seconds."""

    async def work() -> None:
        has_failed = asyncio.Event()

        async def cannot_start(*_: Any, **__: Any) -> Any:
            has_failed.set()
            raise OSError("no process can be started")

        worker = ClusterWorker(
            database=PatientArchive(jobs),
            crawls=SiteCrawls(start=cannot_start, folder=folder),
            read_sites=lambda: None,
            queues=[article_jobs.ARTICLES],
            at_once=1,
        )
        running = asyncio.create_task(worker.run())
        await has_failed.wait()
        worker.stop()
        await running

    asyncio.run(asyncio.wait_for(work(), 60))
    return pause(jobs)


@pytest.mark.slow
def test_a_job_that_fails_has_a_pause_that_grows(jobs: Archive, tmp_path: Path):
    jobs.call(article_jobs.want_articles, ["a.example"])
    first = fail(jobs, tmp_path)
    jobs.call(article_jobs.want_articles, ["a.example"])
    assert waiting(jobs) == ["a.example"]
    assert jobs.call(lambda c: c.execute(FETCH).scalar()) is None
    jobs.call(lambda c: c.execute(END_PAUSE).rowcount)
    assert 30 <= first < 60 <= fail(jobs, tmp_path) < 120


def test_a_job_that_seems_deadly_to_workers_has_a_pause_and_is_not_given_up(jobs: Archive):
    jobs.call(article_jobs.want_articles, ["a.example"])
    for _ in range(queue.DEATHS_BEFORE_PAUSE):
        jobs.call(queue.give_back, [jobs.call(take)])
    assert waiting(jobs) == ["a.example"]
    assert 30 <= pause(jobs) < 60
