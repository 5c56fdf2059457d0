"""Call a command or a webhook when the verdict of a site changes."""

from __future__ import annotations

import asyncio
import logging
import shlex
import shutil
import subprocess
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

import orjson
from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.exceptions import ConfigurationError
from newscrawl.run_summary import COMPLETE, HELD
from newscrawl.spiders.wordpress import WordPressSpider
from newscrawl.urls.hosts import is_web_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

SETTING: Final = "NEWSCRAWL_ON_VERDICT"

COMMAND_SECONDS: Final = 60
WEBHOOK_SECONDS: Final = 10
"""How long the end of a run waits for a command, or for each step of a webhook."""


class VerdictHook:
    """Tell a command, on its standard input, or a webhook how the verdict of a site changed.

    The first verdict of a site counts as a change if it is not "complete". What the hook does never
    changes the verdict or the exit code.
    """

    def __init__(self, crawler: Crawler, hook: str) -> None:
        self.crawler = crawler
        self.hook = hook

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        hook = crawler.settings.get(SETTING)
        if not hook:
            raise NotConfigured
        extension = cls(crawler, hook)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    async def engine_stopped(self) -> None:
        spider = self.crawler.spider
        if not isinstance(spider, WordPressSpider) or spider.crawl is None:
            return
        crawl = spider.crawl
        before, after = crawl.last_verdict, crawl.verdict
        if not crawl.context.run_id or after == HELD or after == (before or COMPLETE):
            return
        value = {
            "site": crawl.arguments.site,
            "run": crawl.context.run_id,
            "before": before,
            "verdict": after,
            "reasons": crawl.context.tally.reasons(),
            "text": f"{crawl.arguments.site}: {before or 'new'} -> {after}",
        }
        try:
            await asyncio.to_thread(call, self.hook, value)
        except (OSError, HTTPException, subprocess.SubprocessError, ValueError) as error:
            logger.error("%s (%s) failed: %s", SETTING, _shown(self.hook), error)


def check_hook(hook: str) -> None:
    """Check the setting before a crawl.

    Raises:
        ConfigurationError: If it is neither a URL nor a command that exists.
    """
    if not hook:
        return
    if _is_url(hook):
        if not is_web_url(hook):
            raise ConfigurationError(
                f"Invalid setting {SETTING}={_shown(hook)}: expected http://HOST/PATH or"
                " https://HOST/PATH, without a user name"
            )
        return
    try:
        words = shlex.split(hook)
    except ValueError as error:
        raise ConfigurationError(f"Invalid setting {SETTING}={hook}: {error}") from error
    if not words or shutil.which(words[0]) is None:
        raise ConfigurationError(
            f"Invalid setting {SETTING}={hook}: expected http://, https:// or a command that exists"
        )


def call(hook: str, value: dict[str, Any]) -> None:
    """Send a JSON value to a webhook, or to the standard input of a command.

    Raises:
        OSError, HTTPException, SubprocessError, ValueError: If it fails, or answers with an error.
    """
    body = orjson.dumps(value)
    if not _is_url(hook):
        subprocess.run(
            shlex.split(hook),
            input=body,
            stdout=subprocess.DEVNULL,  # ours may be a feed: -o -
            check=True,
            timeout=COMMAND_SECONDS,
        )
        return
    parts = urlsplit(hook)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=WEBHOOK_SECONDS)
    try:
        path = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise ValueError(f"it answered {status}")


def _is_url(hook: str) -> bool:
    return hook.startswith(("http://", "https://"))


def _shown(hook: str) -> str:
    """Return the part of a hook without secrets: the path of a webhook often has one.

    >>> _shown("https://hooks.example/T00/s3cret"), _shown("notify --token s3cret")
    ('https://hooks.example/…', 'notify …')
    """
    if _is_url(hook):
        scheme, _, rest = hook.partition("://")
        return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}/…"
    command, *rest_of_words = hook.split(maxsplit=1)
    return f"{command} …" if rest_of_words else command
