"""``scrapy schedule`` itself, with real crawls of the embedded site."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from newscrawl.archive.database import Archive
from newscrawl.archive.runs import latest
from newscrawl.archive.sites import folder_name
from newscrawl.commands.schedule import LOCK
from newscrawl.runtime.site_lock import RunLock, lock_folder
from newscrawl.testing.site import DemoSite
from tests import forks
from tests.schedule.conftest import WAIT_SECONDS, Gate

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(project: Path) -> Iterator[Start]:
    """Start ``scrapy schedule`` for sites, a TOML text; its output can be read from it."""
    started: list[subprocess.Popen[str]] = []

    def start_schedule(sites: str, *options: str) -> subprocess.Popen[str]:
        file = project / "sites.toml"
        file.write_text(sites)
        words = [sys.executable, "-m", "scrapy", "schedule", str(file), "-s", "DOWNLOAD_DELAY=0"]
        process = subprocess.Popen(
            [*words, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        return process

    yield start_schedule
    for process in started:
        with process:
            process.kill()


def run_in_a_fork(project: Path, sites: str, *options: str) -> tuple[int, str]:
    """Run ``scrapy schedule`` to its end, in a fork; return its exit code and all it wrote."""
    file = project / "sites.toml"
    file.write_text(sites)
    ended = forks.scrapy("schedule", str(file), "-s", "DOWNLOAD_DELAY=0", *options)
    return ended.returncode, ended.stdout + ended.stderr


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a process; return its exit code and all it wrote."""
    output, _ = process.communicate(timeout=WAIT_SECONDS)
    return process.returncode, output


def state(project: Path, name: str) -> dict[str, object]:
    file = project / "schedule" / f"{folder_name(name)}.json"
    told: dict[str, object] = json.loads(file.read_text())
    return told


def key_of(url: str) -> str:
    return url.removeprefix("http://").rstrip("/")


def test_two_schedules_at_once_start_one_run(project: Path, site: DemoSite, start: Start) -> None:
    sites = f'[[site]]\nname = "demo"\nsite = "{site.url}"\narguments.limit = 3\n'
    both = [ended(each) for each in [start(sites, "--once"), start(sites, "--once")]]
    assert sorted(code for code, _ in both) == [0, 3]  # one crawled a sample, one had nothing to do
    assert sum("demo: crawling" in output for _, output in both) == 1
    archive = Archive.open(str(project / "archive.sqlite"))
    (run,) = archive.call(latest)
    archive.close()
    assert (run.verdict, run.key) == ("partial", key_of(site.url))
    assert len(list((project / "output" / run.folder).glob("*.jsonl"))) == 1

    code, output = run_in_a_fork(project, sites, "--list")
    assert code == 0
    headings, row = output.splitlines()[-2:]
    assert " ".join(headings.split()) == "SITE WHEN NEXT LAST RUN WHAT IS WRONG"
    assert row.startswith("demo  every 1h  20")
    assert "partial 20" in row


def test_a_site_that_is_held_is_skipped(project: Path, site: DemoSite) -> None:
    lock = RunLock(lock_folder(str(project / "archive.sqlite")), folder_name(key_of(site.url)))
    lock.acquire()
    sites = f'[[site]]\nname = "demo"\nsite = "{site.url}"\n'
    code, output = run_in_a_fork(project, sites, "--once")
    lock.release()
    assert code == 0
    assert "demo: skipped, held: another process is at it" in output
    assert (state(project, "demo")["result"], state(project, "demo")["failures"]) == ("held", 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_command_ends_after_its_crawls(
    project: Path, gate: Gate, start: Start, number: int
) -> None:
    schedule = start(f'[[site]]\nname = "silent"\nsite = "{gate.url}"\n')
    gate.accept()  # the crawl asks for robots.txt, and gets no answer
    schedule.send_signal(number)
    code, output = ended(schedule)
    assert code == 0
    assert "silent: stopped" in output
    assert "Stopped before the site was found" in (project / "schedule" / "silent.log").read_text()


def test_killed_it_leaves_its_lock_and_a_crawl_that_may_finish(
    project: Path, gate: Gate, start: Start
) -> None:
    sites = f'[[site]]\nname = "silent"\nsite = "{gate.url}"\n'
    schedule = start(sites)
    caller = gate.accept()
    crawls = psutil.Process(schedule.pid).children()
    schedule.kill()
    schedule.wait(WAIT_SECONDS)
    assert [crawl.is_running() for crawl in crawls] == [True]

    code, output = ended(start(sites, "--once"))
    assert code == 0
    assert "silent: crawling" not in output  # its turn was taken

    crawls[0].terminate()
    caller.close()
    crawls[0].wait(WAIT_SECONDS)


def test_a_second_schedule_refuses(project: Path) -> None:
    lock = RunLock(lock_folder(str(project / "archive.sqlite")), LOCK)
    lock.acquire()
    sites = '[[site]]\nspider = "mint"\nenabled = false\n'
    code, output = run_in_a_fork(project, sites)
    assert code == 4
    expected = f"Another schedule of this archive is under way (process {os.getpid()}, since"
    assert expected in output
    code, output = run_in_a_fork(project, sites, "--list")
    lock.release()
    assert output.splitlines()[0].startswith(f"The schedule is up: process {os.getpid()}")
    assert output.splitlines()[-1].split() == ["mint", "every", "1h", "off", "never"]


@pytest.mark.parametrize(
    ("sites", "says"),
    [
        (
            '[[site]]\nspider = "mint"\nevry = 1\n',
            "sites.toml, line 3: unknown key 'evry': did you mean 'every'?",
        ),
        ('[[site]]\nspider = "mind"\n', "line 2: unknown spider 'mind': did you mean 'mint'?"),
        (
            '[[site]]\nspider = "mint"\nsettings.DOWNLOAD_DELAY = -1\n',
            "line 3: Invalid setting DOWNLOAD_DELAY=-1: expected a number from 0 to 3600",
        ),
        (
            '[[site]]\nspider = "mint"\nsettings.NEWSCRAWL_RAWW = true\n',
            "line 3: Unknown setting NEWSCRAWL_RAWW: did you mean NEWSCRAWL_RAW?",
        ),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_1(project: Path, sites: str, says: str) -> None:
    code, output = run_in_a_fork(project, sites)
    assert code == 1
    assert output.startswith("scrapy schedule: ")
    assert says in output
    assert len(output.splitlines()) == 1
