"""A crawl as a process: its log, and how its end is read."""

import asyncio
from pathlib import Path

import pytest

from newscrawl.exceptions import ArchiveError
from newscrawl.run_summary import COMPLETE, FAILED, PARTIAL
from newscrawl.runtime.run_lock import RunLock, holder
from newscrawl.schedule.crawl_process import (
    LOG_BYTES,
    OLD_LOGS,
    CrawlProcess,
    crawl_command,
    ending,
)
from newscrawl.schedule.due import HELD, Ending
from tests.schedule.conftest import exits, make_entry

ERROR = "2026-01-01 00:00:00 [newscrawl.crawl.crawl] ERROR: "
INFO = "2026-01-01 00:00:00 [newscrawl.crawl.crawl] INFO: "


def run(command: list[str], log: Path) -> Ending:
    async def started_and_ended() -> Ending:
        process = await CrawlProcess.start(command, log)
        return await process.wait()

    return asyncio.run(started_and_ended())


@pytest.mark.parametrize(
    ("code", "lines", "expected"),
    [
        (0, [f"{ERROR}passing"], Ending(COMPLETE)),
        (3, [f"{ERROR}x", f"{INFO}Verdict: PARTIAL; a; b", f"{INFO}Next: y"], (PARTIAL, "a; b")),
        (3, [f"{INFO}Verdict: PARTIAL, as asked: only the 5 newest posts"], Ending(PARTIAL)),
        (3, [], Ending(PARTIAL)),
        (1, [f"{ERROR}first", f"{ERROR}last", f"{INFO}Spider closed"], (FAILED, "last")),
        (1, ["scrapy crawl: No site: add -a site="], (FAILED, "No site: add")),
        (1, [f"{ERROR}\x1b[31mred"], (FAILED, r"\x1b[31mred")),
        (1, [f"{ERROR}{'x' * 999}"], Ending(FAILED, "x" * 300)),
        (1, [], Ending(FAILED, "it ended with exit code 1")),
        (2, ["usage: scrapy"], Ending(FAILED, "it ended with exit code 2")),
        (-9, [f"{ERROR}x"], Ending(FAILED, "signal 9 ended it")),
        (1, [f"{ERROR}The page says: a walk is under way (5)"], (FAILED, "The page")),
    ],
)
def test_the_end_of_a_crawl_is_read(
    code: int, lines: list[str], expected: Ending | tuple[str, str]
) -> None:
    found = ending(code, lines)
    if isinstance(expected, Ending):
        assert found == expected
    else:
        assert found.result == expected[0]
        assert found.why.startswith(expected[1])


def test_a_refused_lock_is_recognised(tmp_path: Path) -> None:
    lock = RunLock(tmp_path, "example.org_blog-0123")
    lock.acquire()
    with pytest.raises(ArchiveError) as refusal:
        RunLock(tmp_path, "example.org_blog-0123").acquire()
    lock.release()
    assert ending(1, [f"{ERROR}{refusal.value}"]).result == HELD


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
    log.write_text(f"{ERROR}of an earlier crawl\n")
    found = run(["sh", "-c", f'echo out; echo "{ERROR}of this" >&2; exit 1'], log)
    assert found == Ending(FAILED, "of this")
    assert "earlier crawl\n$ sh -c" in log.read_text()
    assert log.read_text().endswith(f"out\n{ERROR}of this\n")


def test_an_earlier_reason_is_not_taken_for_this_one(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(f"{ERROR}of an earlier crawl\n")
    assert run(exits(1), log) == Ending(FAILED, "it ended with exit code 1")


def test_the_reason_is_found_at_the_end_of_a_large_log(tmp_path: Path) -> None:
    script = f'yes "{INFO}line" | head -c 200000; echo "{ERROR}at last"; exit 1'
    assert run(["sh", "-c", script], tmp_path / "a.log") == Ending(FAILED, "at last")


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
