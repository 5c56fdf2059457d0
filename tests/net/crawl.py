"""Crawls that ask for URLs and write down their answers, each in a process of its own.

Reads plans from standard input, one a line: ``{"settings": {}, "names": {}, "environment": {},
"steps": [[ask, ...], ...], "report": path, "log": path}``. The asks of a step run together, one
step after the other. Each plan is carried out in a fork, so that only the first has to import.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from newscrawl.archive.database import Archive
from newscrawl.crawl.host_store import ArchivedHosts
from newscrawl.exceptions import NewscrawlError
from newscrawl.net.fetcher import Fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PLAN: dict[str, Any] = {}
REPORT: dict[str, Any] = {"answers": [], "errors": []}


class Probe(Spider):
    """Carries out the plan."""

    name = "probe"

    async def start(self) -> AsyncIterator[Any]:
        archive = Archive.open(self.settings["NEWSCRAWL_ARCHIVE"], durable=False, ordered=False)
        try:
            await self._carry_out(Fetcher.from_crawler(self.crawler, ArchivedHosts(archive)))
        except* NewscrawlError as errors:
            REPORT["errors"] += [str(error) for error in errors.exceptions]
        finally:
            archive.close()
        for item in list[Any]():
            yield item

    async def _carry_out(self, fetcher: Fetcher) -> None:
        for step in PLAN["steps"]:
            async with asyncio.TaskGroup() as tasks:
                under_way = [tasks.create_task(self._ask(fetcher, ask)) for ask in step]
                if any(ask.get("close_after") is not None for ask in step):
                    await asyncio.sleep(max(ask.get("close_after", 0) for ask in step))
                    REPORT["waiting"] = fetcher.waiting()
                    await fetcher.close()
            REPORT["answers"] += [task.result() for task in under_way]
        REPORT["traffic"] = fetcher.traffic()

    async def _ask(self, fetcher: Fetcher, ask: dict[str, Any]) -> dict[str, Any]:
        started = time.monotonic()
        request_type = ask.get("kind", "article")
        answer = await fetcher.fetch(ask["url"], ask.get("headers"), request_type=request_type)
        if request_type == "article" and answer.outcome != "pending":  # as who reads articles does
            outcome = ask.get("note") or answer.outcome or "fetched"
            await fetcher.note_outcome(answer.url, outcome)
        told = asdict(answer) | {"size": len(answer.body), "seconds": time.monotonic() - started}
        told["body"] = answer.body[:10_000].decode("latin-1")
        return told


def resolve_by(names: dict[str, list[list[str]]]) -> None:
    """Make names resolve to what is given for each look-up, the last for all further; [] hangs."""
    original = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in names:
            if str(host).endswith((".invalid", ".example")):
                raise socket.gaierror(socket.EAI_NONAME, "unknown name")
            return original(host, port, *args, **kwargs)
        turns = names[host]
        addresses = turns.pop(0) if len(turns) > 1 else turns[0]
        if not addresses:
            time.sleep(5)  # a name server that does not answer
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))
            for address in addresses
        ]

    socket.getaddrinfo = getaddrinfo


def carry_out(plan: dict[str, Any]) -> None:
    """Run the crawl of a plan, and write its report."""
    PLAN.update(plan)
    os.environ.update(plan["environment"])
    resolve_by(plan["names"])
    settings = Settings()
    settings.setmodule("newscrawl.settings", priority="project")
    # Of the project, only fetching.
    settings.update({"SPIDER_MODULES": [], "EXTENSIONS": {}, "ITEM_PIPELINES": {}}, "cmdline")
    settings.update(plan["settings"], "cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(Probe)
    process.start()
    REPORT["peak_rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    Path(plan["report"]).write_text(json.dumps(REPORT))


def fork(plan: dict[str, Any]) -> int:
    """Carry out a plan in a child; return its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    signal.alarm(120)
    with Path(plan["log"]).open("wb") as log:
        os.dup2(log.fileno(), 2)
    code = 1
    try:
        carry_out(plan)
        code = 0
    except BaseException:  # noqa: BLE001 - the log has it, and the parent fails the test
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    for line in sys.stdin:
        print(fork(json.loads(line)), flush=True)
