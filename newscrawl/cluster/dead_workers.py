"""Find workers that died, without trust in any clock but that of the machine that looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SILENT_SECONDS: Final = 30.0
"""A worker without a heartbeat for so long is dead."""

LOOK_SECONDS: Final = 5.0
"""Between two heartbeats, and between two looks for those of others."""

MAX_GAP: Final = 3 * LOOK_SECONDS
"""After so long without a look, the database may have been away for all workers."""


class DeadWorkers:
    """Watches the heartbeats of workers.

    A heartbeat is not compared with the present time. After a restart of the database, all
    heartbeats are old, also those of workers that live. So each worker gets the full time from the
    moment when this one could first see its silence.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[datetime, float]] = {}
        self._looked = 0.0

    def look(self, heartbeats: Mapping[int, datetime], now: float) -> list[int]:
        """Return the workers that were silent for `SILENT_SECONDS`.

        Args:
            heartbeats: The last heartbeat of each worker.
            now: Monotonic seconds.
        """
        if now - self._looked > MAX_GAP:
            self._seen.clear()
        self._looked = now
        self._seen = {
            worker: self._seen[worker]
            if worker in self._seen and self._seen[worker][0] == at
            else (at, now)
            for worker, at in heartbeats.items()
        }
        return [
            worker for worker, (_, since) in self._seen.items() if now - since >= SILENT_SECONDS
        ]
