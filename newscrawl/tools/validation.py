"""What is checked before the first request: arguments, settings and paths."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from newscrawl.crawl.options import Arguments
from newscrawl.exceptions import ConfigurationError
from newscrawl.output.atomic_files import check_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.settings import BaseSettings

_NUMBERS: Final[dict[str, tuple[float, float]]] = {
    "DOWNLOAD_DELAY": (0, 3600),
    "NEWSCRAWL_ARTICLE_DELAY": (0, 3600),
    "NEWSCRAWL_ARTICLES_SECONDS": (0, 7 * 86_400),
    "NEWSCRAWL_LISTING_DAYS": (0, 3650),
    "NEWSCRAWL_DELETED_SHARE": (0, 1),
    "NEWSCRAWL_WORKERS": (0, 256),
    "NEWSCRAWL_WORKER_SECONDS": (0.1, 600),
    "NEWSCRAWL_WORKER_MEMORY": (100, 100_000),
    "NEWSCRAWL_MAX_REDIRECTS": (0, 50),
    "NEWSCRAWL_PAGES_MIB": (1, 2**20),
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
"""Settings that are numbers, with the least and the largest that makes sense."""


def check_crawl(settings: BaseSettings, spider: str, given: Mapping[str, Any]) -> None:
    """Check a crawl as far as it can be without asking anybody.

    Raises:
        ConfigurationError: With one line that says what is wrong, and what to do.
        ArchiveError: If the archive can't be opened.
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
    """Check the rules for single publishers.

    Raises:
        ConfigurationError: If the file of one can't be used.
    """
    from newscrawl.extract.publisher_rules import PUBLISHERS, BadRule, hosts, rule_of

    for host in sorted(hosts()):
        try:
            rule_of(host)
        except BadRule as error:
            file = PUBLISHERS / f"{host}.toml"
            raise ConfigurationError(f"The rule in {file} can't be used: {error}") from error


def check_settings(settings: BaseSettings) -> None:
    """Check the values of settings.

    Raises:
        ConfigurationError: If one is wrong.
    """
    for name, (least, largest) in _NUMBERS.items():
        _check_number(settings, name, least, largest)
    for name in ("NEWSCRAWL_RAW", "NEWSCRAWL_PAGES"):
        _check_flag(settings, name)
    from newscrawl.net.options import Options

    Options.from_settings(settings)  # networks, policies, hosts: what has a syntax of its own


def _check_flag(settings: BaseSettings, name: str) -> None:
    try:
        settings.getbool(name)
    except ValueError as error:
        raise ConfigurationError(
            f"Wrong setting {name}={settings.get(name)}: it is 0 or 1"
        ) from error


def _check_number(settings: BaseSettings, name: str, least: float, largest: float) -> None:
    value = settings.get(name)
    try:
        right = least <= float(value) <= largest
    except (TypeError, ValueError):
        right = False
    if not right:
        raise ConfigurationError(
            f"Wrong setting {name}={value}: it is a number from {least:g} to {largest:g}"
        )
