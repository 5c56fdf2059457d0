"""Checks before the first request: arguments, settings and paths."""

from __future__ import annotations

import difflib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scrapy.settings import SETTINGS_PRIORITIES, default_settings

from newscrawl import settings as settings_module
from newscrawl.crawl.options import Arguments
from newscrawl.exceptions import ConfigurationError
from newscrawl.output.atomic_files import check_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.settings import BaseSettings

_RANGES: Final[dict[str, tuple[float, float]]] = {
    "DOWNLOAD_DELAY": (0, 3600),
    "NEWSCRAWL_ARTICLE_DELAY": (0, 3600),
    "NEWSCRAWL_ARTICLES_SECONDS": (0, 7 * 86_400),
    "NEWSCRAWL_LISTING_DAYS": (0, 3650),
    "NEWSCRAWL_RUNS_DAYS": (1, 36_500),
    "NEWSCRAWL_DELETED_SHARE": (0, 1),
    "NEWSCRAWL_WORKERS": (0, 256),
    "NEWSCRAWL_WORKER_SECONDS": (0.1, 600),
    "NEWSCRAWL_WORKER_MEMORY": (100, 100_000),
    "NEWSCRAWL_MAX_REDIRECTS": (0, 50),
    "NEWSCRAWL_PAGES_MIB": (1, 2**20),
    "NEWSCRAWL_FILES_MIB": (1, 2**30),
    "CONCURRENT_REQUESTS": (1, 1000),
    "DOWNLOAD_TIMEOUT": (1, 3600),
    "DNS_TIMEOUT": (1, 3600),
    "RETRY_TIMES": (0, 20),
    "NEWSCRAWL_BACKOFF": (0, 86_400),
    "NEWSCRAWL_HOST_PATIENCE": (0, 86_400),
    "NEWSCRAWL_CONNECT_TIMEOUT": (1, 3600),
    "NEWSCRAWL_READ_TIMEOUT": (1, 3600),
    "NEWSCRAWL_ARTICLE_MAXSIZE": (1024, 2**31),
    "NEWSCRAWL_HEADERS_MAXSIZE": (1024, 2**24),
    "DOWNLOAD_MAXSIZE": (1024, 2**31),
}
"""The smallest and the largest useful value of each numeric setting."""


MAX_SLIPS: Final = 2
"""An unknown name with at most so many wrong letters counts as a misspelled one."""


def check_crawl(settings: BaseSettings, spider: str, given: Mapping[str, Any]) -> None:
    """Check everything about a crawl that needs no request.

    Raises:
        ConfigurationError: If something is wrong; one line with what to do.
        ArchiveError: If the archive cannot be opened.
    """
    check_settings(settings)
    Arguments.parse(_with_default_site(spider, given))
    check_folder(Path(settings["NEWSCRAWL_OUTPUT"]))
    check_rules()
    from newscrawl.archive.database import Archive

    Archive.open(settings["NEWSCRAWL_ARCHIVE"]).close()


def _with_default_site(spider: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    from newscrawl.spiders.mint import HOME

    return {"site": HOME, **given} if spider == "mint" else given


def check_rules() -> None:
    """Check the files of rules for single publishers.

    Raises:
        ConfigurationError: If one of the files cannot be used.
    """
    from newscrawl.extract.publisher_rules import PUBLISHERS, BadRule, hosts, rule_of

    for host in sorted(hosts()):
        try:
            rule_of(host)
        except BadRule as error:
            file = PUBLISHERS / f"{host}.toml"
            raise ConfigurationError(f"The rule in {file} cannot be used: {error}") from error


def check_settings(settings: BaseSettings) -> None:
    """Check the names and the values of settings.

    Raises:
        ConfigurationError: If one is wrong.
    """
    _check_names(settings)
    for name, (least, largest) in _RANGES.items():
        _check_number(settings, name, least, largest)
    for name in ("NEWSCRAWL_RAW", "NEWSCRAWL_PAGES", "NEWSCRAWL_OUTPUT_TAKEN"):
        _check_flag(settings, name)
    from newscrawl.extensions.verdict_hook import check_hook
    from newscrawl.net.options import Options

    check_hook(settings["NEWSCRAWL_ON_VERDICT"])
    if settings["NEWSCRAWL_LOG_FORMAT"] not in ("text", "json"):
        given = settings["NEWSCRAWL_LOG_FORMAT"]
        raise ConfigurationError(
            f"Invalid setting NEWSCRAWL_LOG_FORMAT={given}: expected text or json"
        )
    Options.from_settings(
        settings
    )  # networks, policies, hosts: settings with a syntax of their own


def _check_names(settings: BaseSettings) -> None:
    """Check the names that a user gave, as Scrapy ignores a name that it does not know.

    Every name with our prefix has to be known. Another one may belong to an add-on, so it is
    refused only if it is nearly a known name.
    """
    lowercase = next((name for name in settings_module.of_file if not name.isupper()), None)
    if lowercase is not None:  # Scrapy would ignore it
        raise ConfigurationError(
            f"Unknown setting {lowercase} in newscrawl.toml: names of settings are in capitals"
        )
    known = {name for name in dir(default_settings) if name.isupper()} | settings_module.names
    for name in sorted(set(settings) - known):
        if name.upper().startswith("NEWSCRAWL_"):
            nearest = difflib.get_close_matches(name.upper(), sorted(known), 1, cutoff=0)[0]
        elif (
            name in settings_module.of_file
            or settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]
        ):
            nearest = min(sorted(known), key=partial(_distance, name.upper()))
            if _distance(name.upper(), nearest) > MAX_SLIPS:
                continue
        else:
            continue
        raise ConfigurationError(f"Unknown setting {name}: did you mean {nearest}?")


def _distance(first: str, second: str) -> int:
    """Return the edit distance: the number of letters to add, remove or replace.

    >>> _distance("DOWNLAOD_DELAY", "DOWNLOAD_DELAY")
    2
    """
    row = list(range(len(second) + 1))
    for number, letter in enumerate(first, 1):
        left, row[0] = row[0], number
        for column, other in enumerate(second, 1):
            replaced = left + (letter != other)
            left, row[column] = row[column], min(replaced, row[column] + 1, row[column - 1] + 1)
    return row[-1]


def _check_flag(settings: BaseSettings, name: str) -> None:
    try:
        settings.getbool(name)
    except ValueError as error:
        raise ConfigurationError(
            f"Invalid setting {name}={settings.get(name)}: expected 0 or 1"
        ) from error


def _check_number(settings: BaseSettings, name: str, least: float, largest: float) -> None:
    value = settings.get(name)
    try:
        right = least <= float(value) <= largest
    except (TypeError, ValueError):
        right = False
    if not right:
        raise ConfigurationError(
            f"Invalid setting {name}={value}: expected a number from {least:g} to {largest:g}"
        )
