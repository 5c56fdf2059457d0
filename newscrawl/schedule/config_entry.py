"""Read an entry of sites.toml, or of the archive's table of sites, and note its mistakes."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from newscrawl.crawl.options import Arguments
from newscrawl.exceptions import ConfigurationError
from newscrawl.schedule.config_values import OF_SITE, Keys
from newscrawl.schedule.plan import Entry
from newscrawl.schedule.triggers import Cadence, Cron, Every
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

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

_ANY_SITE: Final = "https://example.org/"
"""Stands for a site that is missing or wrong, to check the other values of its entry."""


class Fault(Exception):
    """A mistake.

    Attributes:
        place: The key with the mistake.
    """

    def __init__(self, place: Place, message: object) -> None:
        super().__init__(" ".join(str(message).split()))  # one line, even if a value has several
        self.place = place


@dataclass(frozen=True, slots=True)
class EntryReader:
    """Reads entries.

    Attributes:
        homes: The names of the spiders, each with the URL that it crawls by default, or None.
        check_settings: Raises `ConfigurationError` for invalid settings.
        faults: The mistakes of all entries.
    """

    homes: Mapping[str, str | None]
    check_settings: Callable[[Mapping[str, str]], None]
    faults: list[Fault] = field(default_factory=list)

    def read(
        self, place: Place, table: Mapping[str, Any], defaults: Mapping[str, Any]
    ) -> Entry | None:
        """Return an entry, or None if it has mistakes."""
        before = len(self.faults)
        given = {**defaults, **self.values(place, table, OF_SITE)}
        # Without "site", an unknown key may be meant for it: then only that key is named.
        has_url = "site" in given or ("site" not in table and len(self.faults) == before)
        spider = self._spider(place, given)
        zone = given.get("timezone") or ZoneInfo(DEFAULT_ZONE)
        url, cadence = _ANY_SITE, _DEFAULT_CADENCE
        with self.noting():
            if has_url and spider in self.homes:
                url = _url(place, given.get("site") or self.homes[spider])
        with self.noting():
            cadence = cadence_of(place, given, zone, _DEFAULT_CADENCE)
        arguments = self._words(place, "arguments", given, partial(_argument, url))
        settings = self._words(place, "settings", given, self._setting)
        if len(self.faults) > before:
            return None
        key = site_key(url, [url], url)
        return Entry(
            name=given.get("name") or (key if "site" in given else spider),
            spider=spider,
            url=url,
            key=key,
            cadence=cadence,
            zone=zone,
            arguments=arguments,
            settings=settings,
            **{name: given[name] for name in _AS_THEY_ARE if name in given},
        )

    def values(self, place: Place, table: Mapping[str, Any], parsers: Keys) -> dict[str, Any]:
        """Return the values of a table, each parsed by the function of its key."""
        values = {}
        for name, value in table.items():
            if name not in parsers:
                message = f"unknown key {name!r}: {choice_of(name, parsers)}"
                self.faults.append(Fault((*place, name), message))
                continue
            try:
                values[name] = parsers[name](value)
            except ValueError as error:
                shown = f'"{value}"' if isinstance(value, str) else value
                self.faults.append(Fault((*place, name), f"{name} = {shown}: {error}"))
        return values

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note the mistake that ends a block."""
        try:
            yield
        except Fault as fault:
            self.faults.append(fault)

    def _spider(self, place: Place, given: Mapping[str, Any]) -> str:
        spider: str = given.get("spider", "wordpress")
        if spider not in self.homes:
            message = f"unknown spider {spider!r}: {choice_of(spider, self.homes)}"
            self.faults.append(Fault((*place, "spider"), message))
        return spider

    def _words(
        self,
        place: Place,
        key: str,
        given: Mapping[str, Any],
        word_of: Callable[[Place, Any], str],
    ) -> dict[str, str]:
        """Return the arguments or the settings of an entry, as words of a command line."""
        words = {}
        for name, value in given.get(key, {}).items():
            with self.noting():
                words[name] = word_of((*place, key, name), value)
        return words

    def _setting(self, place: Place, value: Any) -> str:
        name, word = str(place[-1]), _word(place, value)
        if name in OF_THE_WHOLE:
            raise Fault(place, f"{name} cannot be set for one site: {OF_THE_WHOLE[name]}")
        try:
            self.check_settings({name: word})
        except ConfigurationError as error:
            raise Fault(place, error) from error
        return word


_DEFAULT_CADENCE: Final[Cadence] = Every(DEFAULT_PERIOD)

_AS_THEY_ARE: Final = ("jitter", "own_process", "enabled")
"""Keys of `OF_SITE` that are fields of an `Entry`, with the same defaults."""


def _url(place: Place, given: str | None) -> str:
    if given is None:
        raise Fault(place, 'no site: add a line site = "https://example.org"')
    try:
        return Arguments.parse({"site": given}).site
    except ConfigurationError as error:
        raise Fault((*place, "site"), error) from error


def cadence_of(place: Place, given: Mapping[str, Any], zone: ZoneInfo, default: Cadence) -> Cadence:
    """Return the times of an entry's turns.

    Raises:
        Fault: If it has both ``cron`` and ``every``, or a wrong expression.
    """
    if "cron" not in given:
        cadence: Cadence = given.get("every") or default
        return cadence
    if "every" in given:
        raise Fault((*place, "every"), "both cron and every: keep one of the two")
    try:
        return Cron.parse(given["cron"], zone)
    except ValueError as error:
        raise Fault((*place, "cron"), f'cron = "{given["cron"]}": {error}') from error


def _argument(url: str, place: Place, value: Any) -> str:
    word = _word(place, value)
    if place[-1] == "site":
        raise Fault(place, "the site is not an argument: write a line site = instead")
    try:
        Arguments.parse({"site": url, str(place[-1]): word})
    except ConfigurationError as error:
        raise Fault(place, error) from error
    return word


def _word(place: Place, value: Any) -> str:
    """Return a TOML value as a word of a command line."""
    if isinstance(value, bool):
        return str(int(value))
    if not isinstance(value, str | int | float) or "\0" in str(value):
        raise Fault(place, f"{place[-1]} must be a text, a number, true or false")
    return str(value)


def choice_of(name: str, known: Collection[str]) -> str:
    """Return the known name that is meant, or all known names, for an error message."""
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(known)}"
