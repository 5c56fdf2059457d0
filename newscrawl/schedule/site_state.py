"""Load and save the state of each site of the schedule, in a small JSON file."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawl.runtime.site_lock import lock_folder
from newscrawl.schedule.due import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newscrawl.schedule.plan import Entry


def folder_of(archive: str) -> Path:
    """Return the folder of the schedule's state and the logs of crawls."""
    return lock_folder(archive).with_name("schedule")


def load(folder: Path, entry: Entry, now: datetime) -> Memory:
    """Return the state of a site; an empty one if the site is new or its file is damaged."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        memory = from_fields(json.loads(_file(folder, entry).read_text()))
        memory.clamp(now)
        return memory
    return Memory(since=now)


def load_all(folder: Path, entries: Iterable[Entry], now: datetime) -> dict[str, Memory]:
    """Return the states of sites by their names."""
    return {entry.name: load(folder, entry, now) for entry in entries}


def save(folder: Path, entry: Entry, memory: Memory) -> None:
    """Save the state of a site. The file is replaced at once, so it is complete at any moment.

    Raises:
        OSError: If the disk is full or gone.
    """
    file = _file(folder, entry)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(as_fields(memory)))
    part.replace(file)


def _file(folder: Path, entry: Entry) -> Path:
    return folder / f"{entry.file_name}.json"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def as_fields(memory: Memory) -> dict[str, Any]:
    """Return a state as JSON."""
    return {k: _text(v) if isinstance(v, datetime) else v for k, v in asdict(memory).items()}


def from_fields(fields: dict[str, Any]) -> Memory:
    """Return the state in JSON.

    Raises:
        KeyError, TypeError, ValueError: If it is damaged.
    """
    moments = {
        name: fields[name] and datetime.fromisoformat(fields[name]).astimezone(UTC)
        for name in ("since", "turn", "ended")
    }
    return Memory(
        since=moments["since"],
        turn=moments["turn"],
        ended=moments["ended"],
        result=fields["result"],
        why=str(fields["why"]),
        failures=int(fields["failures"]),
    )
