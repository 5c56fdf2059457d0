"""A crawl as a process: its log, and how its end is read."""

import asyncio
from pathlib import Path

import pytest

from newscrawl.run_summary import COMPLETE, FAILED, HELD, PARTIAL
from newscrawl.runtime.site_lock import RunLock, holder
from newscrawl.schedule.crawl_process import (
    LOG_BYTES,
    OLD_LOGS,
    CrawlProcess,
    crawl_command,
    ending_of,
    open_log,
)
from newscrawl.schedule.due import Ending
from tests.schedule.conftest import make_entry


def run(command: list[str], log: Path) -> int:
    """Return the exit code of a program that was run to its end."""

    async def started_and_ended() -> int:
        process = await CrawlProcess.start(command, log)
        return await process.wait()

    return asyncio.run(started_and_ended())


@pytest.mark.parametrize(
    ("code", "reasons", "expected"),
    [
        (0, ["a note"], Ending(COMPLETE)),
        (3, ["a", "b"], Ending(PARTIAL, "a; b")),
        (3, [], Ending(PARTIAL)),
        (1, ["no answer from the site"], Ending(FAILED, "no answer from the site")),
        (1, ["\x1b[31mred"], Ending(FAILED, r"\x1b[31mred")),
        (1, ["x" * 999], Ending(FAILED, "x" * 300)),
        (1, [], Ending(FAILED, "it ended with exit code 1, see a.log")),
        (2, [], Ending(FAILED, "it ended with exit code 2, see a.log")),
        (4, [], Ending(HELD, "another process is at it")),
        (-9, ["a"], Ending(FAILED, "signal 9 ended it")),
    ],
)
def test_the_end_of_a_crawl_is_its_exit_code_and_the_reasons_of_its_run(
    code: int, reasons: list[str], expected: Ending
) -> None:
    assert ending_of(code, reasons, Path("a.log")) == expected


def test_the_holder_of_a_lock_is_known_while_its_process_lives(tmp_path: Path) -> None:
    lock = RunLock(tmp_path, "a.org")
    assert holder(tmp_path, "a.org") is None
    lock.acquire()
    assert "process" in (holder(tmp_path, "a.org") or "")
    note = tmp_path / "a.org.holder.json"
    note.write_text('{"pid": 4194999, "since": "2026-01-01T00:00:00Z"}')
    assert holder(tmp_path, "a.org") is None
    lock.release()


def test_output_and_errors_go_to_the_end_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("an earlier crawl\n")
    assert run(["sh", "-c", "echo out; echo error >&2; exit 7"], log) == 7
    assert "earlier crawl\n$ sh -c" in log.read_text()
    assert log.read_text().endswith("out\nerror\n")


def test_a_full_disk_costs_the_log_and_not_the_crawl(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.symlink_to("/dev/full")
    open_log(log, ["scrapy", "crawl"]).close()


def test_large_logs_are_put_aside_and_few_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    for number in range(OLD_LOGS + 2):
        log.write_text(f"{number}\n".ljust(LOG_BYTES))
        run(["true"], log)
    kept = {file.name: file.read_text()[:2].strip() for file in tmp_path.iterdir()}
    assert kept == {"a.log": "$", "a.log.1": "4", "a.log.2": "3", "a.log.3": "2"}


def test_a_site_adds_to_the_settings_of_the_schedule() -> None:
    entry = make_entry(arguments={"limit": "5"}, settings={"DOWNLOAD_DELAY": "2"})
    given = ["DOWNLOAD_DELAY=0", "LOG_FILE=x", "A=b=c"]
    assert crawl_command(entry, given)[3:] == [
        *("crawl", "wordpress", "-a", f"site={entry.url}", "-a", "limit=5"),
        *("-s", "DOWNLOAD_DELAY=0", "-s", "A=b=c", "-s", "DOWNLOAD_DELAY=2"),
    ]
