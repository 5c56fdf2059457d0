"""Crawls side by side in one process: apart in logs, locks and ends."""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from newscrawl.archive.database import Archive
from newscrawl.archive.runs import latest
from newscrawl.schedule import shared_process as module
from newscrawl.schedule.crawl_process import CrawlProcess
from newscrawl.schedule.plan import Entry, Plan
from newscrawl.schedule.scheduler import Environment, Scheduler
from newscrawl.schedule.shared_process import LOG_NAME, Crawls, SharedCrawl
from newscrawl.testing.site import DemoSite
from tests.schedule.conftest import WAIT_SECONDS, Gate, make_entry

pytestmark = pytest.mark.slow


@pytest.fixture
def sites() -> Iterator[tuple[DemoSite, DemoSite]]:
    with DemoSite(prefix="/one") as one, DemoSite(prefix="/two") as two:
        yield one, two


def entry_of(name: str, url: str) -> Entry:
    return make_entry(name, url=url, arguments={"limit": "5"})


def run(folder: Path, work: Callable[[Crawls], Awaitable[None]]) -> None:
    """Do some work with crawls, and let their processes end."""

    async def worked() -> None:
        crawls = Crawls(folder, ["DOWNLOAD_DELAY=0"])
        try:
            await work(crawls)
        finally:
            crawls.kill()
            await crawls.close()

    asyncio.run(asyncio.wait_for(worked(), WAIT_SECONDS))


def processes() -> list[psutil.Process]:
    """The shared processes that run."""
    return _children("newscrawl.schedule.shared_process_main")


def _children(word: str) -> list[psutil.Process]:
    running = [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]
    return [process for process in running if word in process.cmdline()]


def test_two_sites_share_a_process_but_no_log_and_no_run(
    project: Path, sites: tuple[DemoSite, DemoSite]
) -> None:
    logs = [project / "one.log", project / "two.log"]

    async def work(crawls: Crawls) -> None:
        running = [
            await crawls.start(entry_of(log.stem, site.url), log)
            for log, site in zip(logs, sites, strict=True)
        ]
        assert len(processes()) == 1
        assert [await crawl.wait() for crawl in running] == [3, 3]  # samples are partial
        # The process still has the archive open, but a plain copy of its file is complete.
        shutil.copy(project / "archive.sqlite", project / "copy.sqlite")
        again = await crawls.start(entry_of("one", sites[0].url), logs[0])
        assert await again.wait() == 3

    run(project, work)
    assert (project / LOG_NAME).read_text() == ""
    for log, own, other in zip(logs, sites, reversed(sites), strict=True):
        assert log.read_text().startswith("$ ")
        assert f"Found The Pine Street Review at {own.url}" in log.read_text()
        assert "Verdict: PARTIAL" in log.read_text()
        assert other.url not in log.read_text()
    with closing(Archive.open(str(project / "copy.sqlite"))) as archive:
        assert [run.verdict for run in archive.call(latest)] == ["partial", "partial"]


def test_a_crawl_that_can_not_start_costs_no_other(
    project: Path, sites: tuple[DemoSite, DemoSite]
) -> None:
    async def work(crawls: Crawls) -> None:
        good = await crawls.start(entry_of("good", sites[0].url), project / "good.log")
        bad = await crawls.start(make_entry("bad", spider="none"), project / "bad.log")
        assert [await bad.wait(), await good.wait()] == [1, 3]

    run(project, work)
    assert "The crawl can't be started" in (project / "bad.log").read_text()


def test_a_stop_ends_one_crawl_and_leaves_the_other(project: Path, gate: Gate) -> None:
    with Gate() as other:

        async def work(crawls: Crawls) -> None:
            stopped = await crawls.start(entry_of("a", gate.url), project / "a.log")
            going_on = await crawls.start(entry_of("b", other.url), project / "b.log")
            await asyncio.to_thread(gate.accept)
            await asyncio.to_thread(other.accept)
            stopped.stop()
            assert await stopped.wait() == 3
            waiting = asyncio.ensure_future(going_on.wait())
            assert not waiting.done()
            processes()[0].terminate()  # ends all its crawls, each with a verdict
            assert await waiting == 3

        run(project, work)
    for name in "ab":
        log = (project / f"{name}.log").read_text()
        assert log.index("Stopping: ") < log.index("Stopped before the site was found")
    assert (project / LOG_NAME).read_text() == ""


def test_its_crawls_go_on_if_the_schedule_is_killed(project: Path, gate: Gate) -> None:
    command = [sys.executable, "-m", "newscrawl.schedule.shared_process_main", "DOWNLOAD_DELAY=0"]
    logs = [project / "dead.log", project / "silent.log"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        for number, url in enumerate(("http://127.0.0.1:1/", gate.url)):
            order = {"crawl": number, "spider": "wordpress", "arguments": {"site": url}}
            process.stdin.write(json.dumps({**order, "log": str(logs[number])}).encode() + b"\n")
        process.stdin.close()
        gate.accept()
        deadline = time.monotonic() + WAIT_SECONDS
        while not (logs[0].exists() and "Verdict: FAILED" in logs[0].read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.terminate()
        assert process.wait(WAIT_SECONDS) == 0
    assert "Stopped before the site was found" in logs[1].read_text()


def test_a_crawl_that_is_given_up_costs_its_process_no_other_crawl(
    project: Path, gate: Gate, sites: tuple[DemoSite, DemoSite]
) -> None:
    async def work(crawls: Crawls) -> None:
        stuck = await crawls.start(entry_of("stuck", gate.url), project / "stuck.log")
        await asyncio.to_thread(gate.accept)
        good = await crawls.start(entry_of("good", sites[0].url), project / "good.log")
        stuck.kill()
        assert await stuck.wait() == -9
        later = await crawls.start(entry_of("later", sites[1].url), project / "later.log")
        assert len(processes()) == 2
        assert [await good.wait(), await later.wait()] == [3, 3]

    run(project, work)


def test_a_process_without_crawls_ends(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.0)

    async def work(crawls: Crawls) -> None:
        crawl = await crawls.start(entry_of("a", "http://127.0.0.1:1/"), project / "a.log")
        assert await crawl.wait() == 1
        while processes():  # noqa: ASYNC110 - the end of a process is no event
            await asyncio.sleep(0.01)

    run(project, work)


def test_logs_are_json_if_the_setting_says_so(project: Path) -> None:
    async def work(crawls: Crawls) -> None:
        entry = make_entry(
            "a", url="http://127.0.0.1:1/", settings={"NEWSCRAWL_LOG_FORMAT": "json"}
        )
        crawl = await crawls.start(entry, project / "a.log")
        assert await crawl.wait() == 1

    run(project, work)
    command, *lines = (project / "a.log").read_text().splitlines()
    assert command.startswith("$ ")
    assert "Verdict: FAILED" in json.loads(lines[-1])["message"]


def test_a_site_can_have_a_process_of_its_own(project: Path) -> None:
    async def work(crawls: Crawls) -> None:
        entry = make_entry("a", url="http://127.0.0.1:1/", own_process=True)
        crawl = await crawls.start(entry, project / "a.log")
        assert isinstance(crawl, CrawlProcess)
        assert await crawl.wait() == 1

    run(project, work)


def test_sites_with_other_settings_have_another_process(project: Path, gate: Gate) -> None:
    async def work(crawls: Crawls) -> None:
        for name, settings in (("a", {}), ("b", {"NEWSCRAWL_RAW": "1"}), ("c", {})):
            entry = make_entry(name, url=gate.url, settings=settings)
            crawl = await crawls.start(entry, project / f"{name}.log")
            assert isinstance(crawl, SharedCrawl)
        assert len(processes()) == 2

    run(project, work)


def test_the_crawls_of_a_lost_process_get_one_each(project: Path, gate: Gate) -> None:
    async def scheduled() -> int:
        crawls = Crawls(project, ["DOWNLOAD_DELAY=0"])
        environment = Environment(start=crawls.start, folder=project)
        plan = Plan(entries=(entry_of("a", gate.url),))
        running = asyncio.create_task(Scheduler(plan, environment, once=True).run())
        await asyncio.to_thread(gate.accept)
        (lost,) = processes()
        lost.kill()
        caller = await asyncio.to_thread(gate.accept)  # it is crawled again
        (alone,) = _children("crawl")
        alone.terminate()
        caller.close()
        code = await running
        await crawls.close()
        return code

    assert asyncio.run(asyncio.wait_for(scheduled(), WAIT_SECONDS)) == 3
