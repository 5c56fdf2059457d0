"""Read an export of sites.toml, or of the archive's table, and note its mistakes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from newscrawl.schedule.config_entry import DEFAULT_ZONE, Fault, cadence_of, choice_of
from newscrawl.schedule.config_values import OF_EXPORT
from newscrawl.schedule.plan import Entry
from newscrawl.schedule.triggers import Cadence, Every
from newscrawl.tools.export import FILE_FORMATS, WHOLE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.schedule.config_entry import EntryReader
    from newscrawl.schedule.toml_lines import Place

DEFAULT_CADENCE: Final[Cadence] = Every(timedelta(days=1))
"""The times of an export with neither ``cron`` nor ``every``."""

_AS_THEY_ARE: Final = ("jitter", "enabled")
"""Keys of `OF_EXPORT` that are fields of an `Entry`, with the same defaults."""


def read_export(
    reader: EntryReader, place: Place, table: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Entry | None:
    """Return an export, or None if it has mistakes; the reader notes them."""
    before = len(reader.faults)
    common = {name: value for name, value in defaults.items() if name in OF_EXPORT}
    given = {**common, **reader.values(place, table, OF_EXPORT)}
    zone = given.get("timezone") or ZoneInfo(DEFAULT_ZONE)
    cadence = DEFAULT_CADENCE
    with reader.noting():
        cadence = cadence_of(place, given, zone, DEFAULT_CADENCE)
    with reader.noting():
        _check(place, table, given)
    if len(reader.faults) > before:
        return None
    file = Path(given["file"])
    return Entry(
        name=given.get("name") or f"export {file.name}",
        spider="",
        url="",
        key=f"export {file}",
        cadence=cadence,
        zone=zone,
        own_process=True,
        command=_command(given),
        **{name: given[name] for name in _AS_THEY_ARE if name in given},
    )


def _check(place: Place, table: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    if "file" not in table:
        raise Fault(place, 'no file: add a line file = "exports/all.jsonl"')
    name = given.get("format", FILE_FORMATS[0])
    if name not in FILE_FORMATS:
        raise Fault((*place, "format"), f'format = "{name}": {choice_of(name, FILE_FORMATS)}')
    for key in ("type", "latest"):
        if name in WHOLE_FORMATS and key in given:
            raise Fault((*place, key), f"{name} has everything of the sites: remove {key}")


def _command(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words of ``scrapy export``."""
    words = ["export", "-o", given["file"]]
    for key in ("format", "type"):
        words += [f"--{key}", given[key]] if key in given else []
    words += ["--latest"] if given.get("latest") else []
    return (*words, *given.get("sites", ()))
