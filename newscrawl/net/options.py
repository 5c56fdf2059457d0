"""The settings of fetching, read and checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from newscrawl.exceptions import ConfigurationError
from newscrawl.net.address_filter import Networks
from newscrawl.net.proxy import Proxy
from newscrawl.net.user_agent import user_agent
from newscrawl.rights.policy import Policies
from newscrawl.settings import VERSION

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

Kind: TypeAlias = Literal["api", "article"]
"""What is asked for: something of a site's API, or a page of a publisher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to fetch. Delays and times in seconds, sizes in bytes.

    Attributes:
        delays: Between two requests to a host; all 0 if waiting is switched off.
        max_bytes: Of a body, inflated.
        backoff: The first step of the back-off.
        patience: How long a run waits for a host that refuses us, in all.
        retries: Further tries of a request to an API.
        places: Requests under way at once.
        ignored_hosts: Hosts whose robots.txt is not read, with or without a port.
    """

    user_agent: str
    has_contact: bool
    delays: dict[Kind, float]
    max_bytes: dict[Kind, int]
    timeout: float
    silence: float
    backoff: float
    patience: float
    retries: int
    max_redirects: int
    places: int
    ignored_hosts: frozenset[str]
    networks: Networks
    proxy: Proxy | None

    def delay(self, kind: Kind, *, is_opened: bool) -> float:
        """Return the seconds between two requests to a host that asks for no more.

        The open web is asked half as often by who gives no contact.
        """
        delay = self.delays[kind]
        return delay if self.has_contact or is_opened else delay * 2

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: If one of them has a wrong value.
        """
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise ConfigurationError(
                "ROBOTSTXT_OBEY can't be switched off: name hosts of your own in"
                " NEWSCRAWL_ROBOTS_IGNORED_HOSTS"
            )
        Policies.parse(settings["NEWSCRAWL_POLICY"])
        contact = settings["NEWSCRAWL_CONTACT"]
        api_delay = settings.getfloat("DOWNLOAD_DELAY")
        max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        ignored = settings["NEWSCRAWL_ROBOTS_IGNORED_HOSTS"].lower().split(",")
        return cls(
            user_agent=user_agent(contact, VERSION),
            has_contact=bool(contact.strip()),
            delays={
                "api": api_delay,
                "article": settings.getfloat("NEWSCRAWL_ARTICLE_DELAY") if api_delay else 0.0,
            },
            max_bytes={
                "api": max_bytes,
                "article": min(max_bytes, settings.getint("NEWSCRAWL_ARTICLE_MAXSIZE")),
            },
            timeout=settings.getfloat("DOWNLOAD_TIMEOUT"),
            silence=settings.getfloat("NEWSCRAWL_READ_TIMEOUT"),
            backoff=settings.getfloat("NEWSCRAWL_BACKOFF"),
            patience=settings.getfloat("NEWSCRAWL_HOST_PATIENCE"),
            retries=settings.getint("RETRY_TIMES"),
            max_redirects=settings.getint("NEWSCRAWL_MAX_REDIRECTS"),
            places=settings.getint("CONCURRENT_REQUESTS"),
            ignored_hosts=frozenset(filter(None, map(str.strip, ignored))),
            networks=Networks.parse(settings["NEWSCRAWL_ALLOWED_NETWORKS"]),
            proxy=Proxy.parse(settings["NEWSCRAWL_PROXY"]),
        )
