"""The archive and the worker processes of a crawl, or of all crawls of a process."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from newscrawl.archive.database import Archive
from newscrawl.crawl.warm_up import WARM_UPS
from newscrawl.net.fair_slots import FairSlots
from newscrawl.runtime.worker_pool import Workers

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What crawls can share if they have the same settings.

    Attributes:
        clock: The same archive without the wait for the disk, for the clocks of hosts.
        memory_slots: Bound the pages in memory; see `newscrawl.net.memory_slots`.
    """

    archive: Archive
    clock: Archive
    workers: Workers
    memory_slots: FairSlots

    @classmethod
    def open(cls, settings: BaseSettings) -> Self:
        """Open the archive; no process is started yet.

        Raises:
            ConfigurationError, ArchiveError: If the archive can't be used.
        """
        location = settings["NEWSCRAWL_ARCHIVE"]
        # The garbage collector skips all that is imported so far. To look through it again and
        # again would take 8 % of the CPU time of the process.
        gc.freeze()
        return cls(
            archive=Archive.open(location),
            clock=Archive.open(location, durable=False, ordered=False),
            workers=workers_of(settings),
            memory_slots=FairSlots(settings.getint("CONCURRENT_REQUESTS")),
        )

    def retry_briefly(self, *, is_brief: bool = True) -> None:
        """Retry a lost connection to the archive for a few seconds only, from now on."""
        self.archive.retry_briefly(is_brief=is_brief)
        self.clock.retry_briefly(is_brief=is_brief)

    async def close(self) -> None:
        """Release everything; committed data is durable."""
        await self.workers.close()
        self.archive.close()
        self.clock.close()


def workers_of(settings: BaseSettings) -> Workers:
    """Return the workers for the settings; no process is started yet."""
    return Workers(
        settings.getint("NEWSCRAWL_WORKERS") or os.cpu_count() or 1,
        settings.getfloat("NEWSCRAWL_WORKER_SECONDS"),
        settings.getint("NEWSCRAWL_WORKER_MEMORY"),
        warm_ups=WARM_UPS,
    )
