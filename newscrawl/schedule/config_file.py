"""Read sites.toml; an error has the number of its line."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from newscrawl.exceptions import ConfigurationError
from newscrawl.program import program
from newscrawl.schedule.config_entry import EntryReader, Fault
from newscrawl.schedule.config_values import OF_FILE, OF_SCHEDULE, OF_SITE
from newscrawl.schedule.plan import Plan
from newscrawl.schedule.toml_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from newscrawl.schedule.plan import Entry
    from newscrawl.schedule.toml_lines import Place

ADDED: Final = "added"
"""The first part of the place of a mistake in the archive's table of sites."""

NONE_ADDED: Final[Mapping[str, Mapping[str, Any]]] = {}
"""An archive's table of sites without any."""


class BadPlan(ConfigurationError):
    """The file has mistakes.

    Attributes:
        lines: One line for each mistake: the file, the line number, the error and the remedy.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def read_plan(
    path: Path | None,
    homes: Mapping[str, str | None],
    check_settings: Callable[[Mapping[str, str]], None],
    added: Mapping[str, Mapping[str, Any]] = NONE_ADDED,
) -> Plan:
    """Read a file of sites.

    Args:
        path: A TOML file like the project's ``sites.toml``; None if only *added* counts.
        homes: The names of the spiders, each with the URL that it crawls by default, or None.
        check_settings: Raises `ConfigurationError` for invalid settings.
        added: The entries of the archive's table, by name. The file's entry is used if both have
            one of the same name.

    Raises:
        ConfigurationError: If the file can't be read or is no TOML.
        BadPlan: If it has other mistakes; it names all of them.
    """
    text = "" if path is None else _text_of(path)
    reader = EntryReader(homes, check_settings)
    try:
        document = tomllib.loads(text)
        plan = _plan(document, reader, added)
        if plan is not None:
            return plan
        raise BadPlan(_lines(path, text, document, reader.faults))
    except (ValueError, RecursionError) as error:  # also for a number with too many digits
        line, reason = _syntax(text, str(error))
        raise ConfigurationError(f"{path}, line {line}: {reason}: correct the TOML") from error


def _text_of(path: Path) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be read ({error.strerror or error}): write the sites into"
            " it, each below a line [[site]]"
        ) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}, line {line}: not UTF-8: save the file as UTF-8") from (
            error
        )


def _syntax(text: str, message: str) -> tuple[int, str]:
    """Return the line number and the reason in a message of the TOML parser."""
    match = re.search(r" \(at (?:line ([0-9]+), column [0-9]+|end of document)\)$", message)
    if match is None:
        return 1, message
    return int(match[1] or text.count("\n") + 1), message[: match.start()]


# --- Mistakes -------------------------------------------------------------------------------------


def _lines(
    path: Path | None, text: str, document: Mapping[str, Any], faults: Sequence[Fault]
) -> list[str]:
    """Return a line for each mistake: those of the file in its order, then those of the table."""
    of_table = [fault for fault in faults if fault.place[:1] == (ADDED,)]
    of_file = [fault for fault in faults if fault not in of_table]
    numbered = sorted((line_of(text, fault.place), str(fault), fault.place) for fault in of_file)
    return [
        f"{path}, line {line}: {message}{_entry_of(document, place)}"
        for line, message, place in numbered
    ] + [f"the archive's site {fault.place[1]}: {fault}" for fault in of_table]


def _entry_of(document: Mapping[str, Any], place: Place) -> str:
    """Return the number and the name of the entry that a mistake is in; "" for other places."""
    if len(place) < 2 or not isinstance(place[1], int):
        return ""
    table = document[str(place[0])][place[1]]
    keys = ("name", "site", "spider", "file")
    name = next((table[key] for key in keys if table.get(key)), None)
    named = f", {' '.join(name.split())}" if isinstance(name, str) else ""
    return f" (entry {place[1] + 1}{named})"


# --- The tables -----------------------------------------------------------------------------------


def _plan(
    document: Mapping[str, Any], reader: EntryReader, added: Mapping[str, Mapping[str, Any]]
) -> Plan | None:
    """Return the plan, or None if there are mistakes; the reader notes them."""
    faults = reader.faults
    whole = reader.values((), document, OF_FILE)
    common = reader.values(("schedule",), whole.get("schedule", {}), OF_SCHEDULE)
    tables: dict[Place, Mapping[str, Any]] = {
        (kind, number): table
        for kind in ("site", "export")
        for number, table in enumerate(whole.get(kind, []))
    }
    if not tables and not added and not faults:
        message = f"no site: add each site below a line [[site]], or with {program()} sites add"
        faults.append(Fault((), message))
    defaults = {name: value for name, value in common.items() if name in OF_SITE}
    entries = {place: _entry(reader, place, table, defaults) for place, table in tables.items()}
    _check_names(entries, faults)
    names = {entry.name for entry in entries.values() if entry}
    for name, table in added.items():
        if name not in names:
            entries[ADDED, name] = _entry(reader, (ADDED, name), table, defaults)
    if faults:
        return None
    others = {name: value for name, value in common.items() if name not in OF_SITE}
    return Plan(entries=tuple(entry for entry in entries.values() if entry), **others)


def _entry(
    reader: EntryReader, place: Place, table: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Entry | None:
    """Return a site or an export, or None if it has mistakes; the reader notes them."""
    is_export = "file" in table if place[0] == ADDED else place[0] == "export"
    if not is_export:
        return reader.read(place, table, defaults)
    from newscrawl.schedule.export_entry import read_export  # slow, and most files have no export

    return read_export(reader, place, table, defaults)


def _check_names(entries: Mapping[Place, Entry | None], faults: list[Fault]) -> None:
    seen: set[str] = set()
    for place, entry in entries.items():
        if entry is None:
            continue
        if entry.name in seen:
            message = (
                f"another entry has the name {entry.name}: add a line name = with a different name"
            )
            faults.append(Fault(place, message))
        seen.add(entry.name)
