"""The arguments of jobs: all that a worker needs to do them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from newscrawl.crawl.host_articles import NAME as HOST_ARTICLES
from newscrawl.crawl.options import LATER
from newscrawl.schedule.plan import Entry
from newscrawl.schedule.triggers import Every

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_TURNS: Final[Any] = {"cadence": Every(timedelta(0)), "zone": ZoneInfo("UTC")}
"""When a site is due is the plan's business, not the worker's."""


def job_of(entry: Entry) -> dict[str, Any]:
    """Return the arguments of the job of an entry; a worker needs no more to do it."""
    return {
        "site": entry.name,
        "spider": entry.spider,
        "url": entry.url,
        "key": entry.key,
        "arguments": dict(entry.arguments),
        "settings": dict(entry.settings),
        "own_process": entry.own_process,
        "command": list(entry.command),
    }


def entry_of(given: Mapping[str, Any]) -> Entry:
    """Return the entry of a job; see `job_of`."""
    return Entry(
        name=given["site"],
        spider=given["spider"],
        url=given["url"],
        key=given["key"],
        arguments={**_articles_of(given), **given["arguments"]},
        settings=given["settings"],
        own_process=given["own_process"],
        command=tuple(given["command"]),
        **_NO_TURNS,
    )


def _articles_of(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the argument that leaves articles to other jobs, if a site has no settings of its own.

    Settings of a site also hold for its articles, so its own crawl fetches them.
    """
    return {} if given["settings"] or given["own_process"] else {"articles": LATER}


def entry_of_articles(name: str, arguments: Mapping[str, str]) -> Entry:
    """Return what a job that follows a walk crawls; see `newscrawl.crawl.host_articles`."""
    return Entry(name=name, spider=HOST_ARTICLES, url="", key="", arguments=arguments, **_NO_TURNS)
