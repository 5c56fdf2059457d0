"""A crawl that asks for URLs and prints their answers: run by the tests as a process of its own.

Reads ``{"settings": {}, "names": {}, "steps": [[ask, ...], ...]}`` from standard input. The asks of
a step run together, one step after the other.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from newscrawl.archive.store import Archive
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
        archive = Archive.open(self.settings["NEWSCRAWL_ARCHIVE"], durable=False)
        try:
            await self._carry_out(Fetcher.from_crawler(self.crawler, archive))
        except* NewscrawlError as errors:
            REPORT["errors"] += [str(error) for error in errors.exceptions]
        finally:
            archive.close()
        for nothing in ():
            yield nothing

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
        kind = ask.get("kind", "article")
        answer = await fetcher.fetch(ask["url"], ask.get("headers"), kind=kind)
        if "note" in ask:
            await fetcher.note_outcome(answer.url, ask["note"])
        told = asdict(answer) | {"size": len(answer.body), "seconds": time.monotonic() - started}
        told["body"] = answer.body[:10_000].decode("latin-1")
        return told


def resolve_by(names: dict[str, list[list[str]]]) -> None:
    """Make names resolve to the addresses given for each look-up, the last ones for all further."""
    original = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in names:
            if str(host).endswith((".invalid", ".example")):
                raise socket.gaierror(socket.EAI_NONAME, "unknown name")
            return original(host, port, *args, **kwargs)
        turns = names[host]
        addresses = turns.pop(0) if len(turns) > 1 else turns[0]
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))
            for address in addresses
        ]

    socket.getaddrinfo = getaddrinfo


if __name__ == "__main__":
    PLAN.update(json.load(sys.stdin))
    resolve_by(PLAN["names"])
    settings = Settings()
    settings.setmodule("newscrawl.settings", priority="project")
    # Of the project, fetching alone.
    settings.update({"SPIDER_MODULES": [], "EXTENSIONS": {}, "ITEM_PIPELINES": {}}, "cmdline")
    settings.update(PLAN["settings"], "cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(Probe)
    process.start()
    REPORT["peak_rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    json.dump(REPORT, sys.stdout)
