"""Read sites.toml; an error has the number of its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from newscrawl.crawl.options import Arguments
from newscrawl.exceptions import ConfigurationError
from newscrawl.program import program
from newscrawl.schedule import triggers
from newscrawl.schedule.config_values import OF_FILE, OF_SCHEDULE, OF_SITE, Keys
from newscrawl.schedule.plan import Entry, Plan
from newscrawl.schedule.toml_lines import line_of
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newscrawl.schedule.toml_lines import Place

DEFAULT_PERIOD: Final = timedelta(hours=1)
"""The time between two crawls of a site with neither ``cron`` nor ``every``."""

DEFAULT_ZONE: Final = "UTC"
"""The time zone of sites without ``timezone``."""

ADDED: Final = "added"
"""The first part of the place of a mistake in the archive's table of sites."""

NONE_ADDED: Final[Mapping[str, Mapping[str, Any]]] = {}
"""An archive's table of sites without any."""

_ANY_SITE: Final = "https://example.org/"
"""Stands for a site that is missing or wrong, to check the other values of its entry."""

OF_THE_WHOLE: Final = {
    "NEWSCRAWL_ARCHIVE": "all sites share one archive: set it in the environment, or with -s",
    "LOG_FILE": "each site has a log of its own already",
}
"""Settings that a site can't have, with the reasons."""


class BadPlan(ConfigurationError):
    """The file has mistakes.

    Attributes:
        lines: One line for each mistake: the file, the line number, the error and the remedy.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class _Fault(Exception):
    """An error in the file.

    Attributes:
        place: The key with the error.
    """

    def __init__(self, place: Place, message: object) -> None:
        super().__init__(" ".join(str(message).split()))  # one line, even if a value has several
        self.place = place


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
    faults: list[_Fault] = []
    try:
        document = tomllib.loads(text)
        plan = _plan(document, homes, check_settings, faults, added)
        if plan is not None:
            return plan
        of_table = [fault for fault in faults if fault.place[:1] == (ADDED,)]
        of_file = [fault for fault in faults if fault not in of_table]
        numbered = sorted(
            (line_of(text, fault.place), str(fault), fault.place) for fault in of_file
        )
        raise BadPlan(
            [
                f"{path}, line {line}: {message}{_entry_of(document, place)}"
                for line, message, place in numbered
            ]
            + [f"the archive's site {fault.place[1]}: {fault}" for fault in of_table]
        )
    except (ValueError, RecursionError) as error:  # also for a number with too many digits
        line, reason = _syntax(text, str(error))
        raise ConfigurationError(f"{path}, line {line}: {reason}: correct the TOML") from (error)


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


# --- The tables -----------------------------------------------------------------------------------


def _entry_of(document: Mapping[str, Any], place: Place) -> str:
    """Return the number and the name of the entry that a mistake is in; "" for other places."""
    if len(place) < 2 or not isinstance(place[1], int):
        return ""
    table = document["site"][place[1]]
    name = table.get("name") or table.get("site") or table.get("spider")
    named = f", {' '.join(name.split())}" if isinstance(name, str) else ""
    return f" (entry {place[1] + 1}{named})"


def _plan(
    document: Mapping[str, Any],
    homes: Mapping[str, str | None],
    check_settings: Callable[[Mapping[str, str]], None],
    faults: list[_Fault],
    added: Mapping[str, Mapping[str, Any]],
) -> Plan | None:
    """Return the plan, or None if there are faults; they are added to *faults*."""
    whole = _values((), document, OF_FILE, faults)
    common = _values(("schedule",), whole.get("schedule", {}), OF_SCHEDULE, faults)
    tables = whole.get("site", [])
    if not tables and not added and not faults:
        message = f"no site: add each site below a line [[site]], or with {program()} sites add"
        faults.append(_Fault((), message))
    defaults = {name: value for name, value in common.items() if name in OF_SITE}
    read = partial(
        _entry, defaults=defaults, homes=homes, check_settings=check_settings, faults=faults
    )
    entries = [read(("site", number), table) for number, table in enumerate(tables)]
    _check_names(entries, faults)
    names = {entry.name for entry in entries if entry}
    entries += [read((ADDED, name), table) for name, table in added.items() if name not in names]
    if faults:
        return None
    others = {name: value for name, value in common.items() if name not in OF_SITE}
    return Plan(entries=tuple(entry for entry in entries if entry), **others)


def _entry(
    place: Place,
    table: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any],
    homes: Mapping[str, str | None],
    check_settings: Callable[[Mapping[str, str]], None],
    faults: list[_Fault],
) -> Entry | None:
    """Return an entry, or None if it has faults."""
    before = len(faults)
    given = {**defaults, **_values(place, table, OF_SITE, faults)}
    spider = given.get("spider", "wordpress")
    if spider not in homes:
        message = f"unknown spider {spider!r}: {_choice(spider, homes)}"
        faults.append(_Fault((*place, "spider"), message))
    url = _ANY_SITE
    zone = given.get("timezone") or ZoneInfo(DEFAULT_ZONE)
    cadence: triggers.Cadence = triggers.Every(DEFAULT_PERIOD)
    try:
        # Without "site", an unknown key may be meant for it: then only that key is named.
        is_missing = "site" not in table and len(faults) == before
        if spider in homes and ("site" in given or is_missing):
            url = _url(place, given.get("site") or homes[spider])
    except _Fault as fault:
        faults.append(fault)
    try:
        cadence = _cadence(place, given, zone)
    except _Fault as fault:
        faults.append(fault)
    arguments = dict(_arguments((*place, "arguments"), given, url, faults))
    settings = dict(_settings((*place, "settings"), given, check_settings, faults))
    if len(faults) > before:
        return None
    key = site_key(url, [url], url)
    return Entry(
        name=given.get("name") or (key if "site" in given else spider),
        spider=spider,
        url=url,
        key=key,
        cadence=cadence,
        zone=zone,
        jitter=given.get("jitter"),
        arguments=arguments,
        settings=settings,
        own_process=given.get("own_process", False),
        enabled=given.get("enabled", True),
    )


def _url(place: Place, given: str | None) -> str:
    if given is None:
        raise _Fault(place, 'no site: add a line site = "https://example.org"')
    try:
        return Arguments.parse({"site": given}).site
    except ConfigurationError as error:
        raise _Fault((*place, "site"), error) from error


def _cadence(place: Place, given: Mapping[str, Any], zone: ZoneInfo) -> triggers.Cadence:
    if "cron" not in given:
        cadence: triggers.Cadence = given.get("every") or triggers.Every(DEFAULT_PERIOD)
        return cadence
    if "every" in given:
        raise _Fault((*place, "every"), "both cron and every: keep one of the two")
    try:
        return triggers.Cron.parse(given["cron"], zone)
    except ValueError as error:
        raise _Fault((*place, "cron"), f'cron = "{given["cron"]}": {error}') from error


def _arguments(
    place: Place, given: Mapping[str, Any], url: str, faults: list[_Fault]
) -> Iterator[tuple[str, str]]:
    for name, value in given.get("arguments", {}).items():
        try:
            yield name, _argument((*place, name), value, url)
        except _Fault as fault:
            faults.append(fault)


def _argument(place: Place, value: Any, url: str) -> str:
    word = _word(place, value)
    if place[-1] == "site":
        raise _Fault(place, "the site is not an argument: write a line site = instead")
    try:
        Arguments.parse({"site": url, str(place[-1]): word})
    except ConfigurationError as error:
        raise _Fault(place, error) from error
    return word


def _settings(
    place: Place,
    given: Mapping[str, Any],
    check: Callable[[Mapping[str, str]], None],
    faults: list[_Fault],
) -> Iterator[tuple[str, str]]:
    for name, value in given.get("settings", {}).items():
        try:
            yield name, _setting((*place, name), value, check)
        except _Fault as fault:
            faults.append(fault)


def _setting(place: Place, value: Any, check: Callable[[Mapping[str, str]], None]) -> str:
    name, word = str(place[-1]), _word(place, value)
    if name in OF_THE_WHOLE:
        raise _Fault(place, f"{name} cannot be set for one site: {OF_THE_WHOLE[name]}")
    try:
        check({name: word})
    except ConfigurationError as error:
        raise _Fault(place, error) from error
    return word


def _word(place: Place, value: Any) -> str:
    """Return a TOML value as a word of a command line."""
    if isinstance(value, bool):
        return str(int(value))
    if not isinstance(value, str | int | float) or "\0" in str(value):
        raise _Fault(place, f"{place[-1]} must be a text, a number, true or false")
    return str(value)


def _check_names(entries: Iterable[Entry | None], faults: list[_Fault]) -> None:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        if entry is None:
            continue
        if entry.name in seen:
            message = (
                f"another site has the name {entry.name}: add a line name = with a different name"
            )
            faults.append(_Fault(("site", number), message))
        seen.add(entry.name)


def _values(
    place: Place, table: Mapping[str, Any], parsers: Keys, faults: list[_Fault]
) -> dict[str, Any]:
    """Return the values of a table, each parsed by the function of its key."""
    values = {}
    for name, value in table.items():
        if name not in parsers:
            message = f"unknown key {name!r}: {_choice(name, parsers)}"
            faults.append(_Fault((*place, name), message))
            continue
        try:
            values[name] = parsers[name](value)
        except ValueError as error:
            shown = f'"{value}"' if isinstance(value, str) else value
            faults.append(_Fault((*place, name), f"{name} = {shown}: {error}"))
    return values


def _choice(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(known)}"
