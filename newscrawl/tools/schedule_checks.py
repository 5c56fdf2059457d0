"""The spiders and settings that an entry of the schedule may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scrapy.settings import Settings


def spider_homes(settings: Settings) -> dict[str, str | None]:
    """Return the names of the spiders, each with the URL that it crawls by default, or None."""
    from scrapy.spiderloader import get_spider_loader

    from newscrawl.spiders.mint import HOME

    names = get_spider_loader(settings).list()
    return {name: HOME if name == "mint" else None for name in names}


def check_in(settings: Settings) -> Callable[[Mapping[str, str]], None]:
    """Return a function that checks the settings of a site, which are added to the given ones.

    It raises a `ConfigurationError`.
    """

    valid = set()

    def check(given: Mapping[str, str]) -> None:
        from newscrawl.tools.validation import check_settings

        words = frozenset(given.items())
        if words in valid:  # many sites have the same, and a copy of all settings takes long
            return
        changed = settings.copy()
        changed.setdict(given, priority="cmdline")
        check_settings(changed)
        valid.add(words)

    return check
