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
from newscrawl.schedule import triggers
from newscrawl.schedule.config_values import OF_FILE, OF_SCHEDULE, OF_SITE, Keys
from newscrawl.schedule.jobs import Entry, Plan
from newscrawl.schedule.toml_lines import line_of
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from newscrawl.schedule.toml_lines import Place

DEFAULT_PERIOD: Final = timedelta(hours=1)
"""The time between two crawls of a site with neither ``cron`` nor ``every``."""

DEFAULT_ZONE: Final = "UTC"
"""The time zone of sites without ``timezone``."""

OF_THE_WHOLE: Final = {
    "NEWSCRAWL_ARCHIVE": "all sites share one archive: set it in the environment, or with -s",
    "LOG_FILE": "each site has a log of its own already",
}
"""Settings that a site can't have, with the reasons."""


class _Fault(Exception):
    """An error in the file.

    Attributes:
        place: The key with the error.
    """

    def __init__(self, place: Place, message: object) -> None:
        super().__init__(" ".join(str(message).split()))  # one line, even if a value has several
        self.place = place


def read_plan(
    path: Path,
    homes: Mapping[str, str | None],
    check_settings: Callable[[Mapping[str, str]], None],
) -> Plan:
    """Read a file of sites.

    Args:
        path: A TOML file like the project's ``sites.toml``.
        homes: The names of the spiders, each with the URL that it crawls by default, or None.
        check_settings: Raises `ConfigurationError` for invalid settings.

    Raises:
        ConfigurationError: If the file can't be read or is invalid. The message has one line: the
            file, the line number, the error and the remedy.
    """
    text = _text_of(path)
    try:
        return _plan(tomllib.loads(text), homes, check_settings)
    except _Fault as fault:
        raise ConfigurationError(f"{path}, line {line_of(text, fault.place)}: {fault}") from fault
    except (tomllib.TOMLDecodeError, RecursionError) as error:
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


def _plan(
    document: Mapping[str, Any],
    homes: Mapping[str, str | None],
    check_settings: Callable[[Mapping[str, str]], None],
) -> Plan:
    whole = _values((), document, OF_FILE)
    common = _values(("schedule",), whole.get("schedule", {}), OF_SCHEDULE)
    tables = whole.get("site")
    if not tables:
        raise _Fault((), "no site: add each site below a line [[site]]")
    defaults = {name: value for name, value in common.items() if name in OF_SITE}
    read = partial(_entry, defaults=defaults, homes=homes, check_settings=check_settings)
    entries = [read(("site", number), table) for number, table in enumerate(tables)]
    _check_names(entries)
    others = {name: value for name, value in common.items() if name not in OF_SITE}
    return Plan(entries=tuple(entries), **others)


def _entry(
    place: Place,
    table: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any],
    homes: Mapping[str, str | None],
    check_settings: Callable[[Mapping[str, str]], None],
) -> Entry:
    given = {**defaults, **_values(place, table, OF_SITE)}
    spider = given.get("spider", "wordpress")
    if spider not in homes:
        raise _Fault((*place, "spider"), f"unknown spider {spider!r}: {_choice(spider, homes)}")
    url = _url(place, given.get("site") or homes[spider])
    key = site_key(url, [url], url)
    zone = given.get("timezone") or ZoneInfo(DEFAULT_ZONE)
    return Entry(
        name=given.get("name") or (key if "site" in given else spider),
        spider=spider,
        url=url,
        key=key,
        cadence=_cadence(place, given, zone),
        zone=zone,
        jitter=given.get("jitter"),
        arguments=dict(_arguments((*place, "arguments"), given, url)),
        settings=dict(_settings((*place, "settings"), given, check_settings)),
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
        return triggers.Every(given.get("every", DEFAULT_PERIOD))
    if "every" in given:
        raise _Fault((*place, "every"), "both cron and every: keep one of the two")
    try:
        return triggers.Cron.parse(given["cron"], zone)
    except ValueError as error:
        raise _Fault((*place, "cron"), f'cron = "{given["cron"]}": {error}') from error


def _arguments(place: Place, given: Mapping[str, Any], url: str) -> Iterator[tuple[str, str]]:
    for name, value in given.get("arguments", {}).items():
        word = _word((*place, name), value)
        if name == "site":
            raise _Fault((*place, name), "the site is not an argument: write a line site = instead")
        try:
            Arguments.parse({"site": url, name: word})
        except ConfigurationError as error:
            raise _Fault((*place, name), error) from error
        yield name, word


def _settings(
    place: Place, given: Mapping[str, Any], check: Callable[[Mapping[str, str]], None]
) -> Iterator[tuple[str, str]]:
    for name, value in given.get("settings", {}).items():
        word = _word((*place, name), value)
        if name in OF_THE_WHOLE:
            raise _Fault((*place, name), f"{name} cannot be set for one site: {OF_THE_WHOLE[name]}")
        try:
            check({name: word})
        except ConfigurationError as error:
            raise _Fault((*place, name), error) from error
        yield name, word


def _word(place: Place, value: Any) -> str:
    """Return a TOML value as a word of a command line."""
    if isinstance(value, bool):
        return str(int(value))
    if not isinstance(value, str | int | float) or "\0" in str(value):
        raise _Fault(place, f"{place[-1]} must be a text, a number, true or false")
    return str(value)


def _check_names(entries: Iterable[Entry]) -> None:
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        if entry.name in seen:
            raise _Fault(
                ("site", number),
                f"another site has the name {entry.name}: add a line name = with a different name",
            )
        seen.add(entry.name)


def _values(place: Place, table: Mapping[str, Any], parsers: Keys) -> dict[str, Any]:
    """Return the values of a table, each parsed by the function of its key."""
    values = {}
    for name, value in table.items():
        if name not in parsers:
            raise _Fault((*place, name), f"unknown key {name!r}: {_choice(name, parsers)}")
        try:
            values[name] = parsers[name](value)
        except ValueError as error:
            shown = f'"{value}"' if isinstance(value, str) else value
            raise _Fault((*place, name), f"{name} = {shown}: {error}") from error
    return values


def _choice(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(known)}"
