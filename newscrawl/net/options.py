"""The settings of fetching, read and checked once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from newscrawl.exceptions import ConfigurationError
from newscrawl.net.address_filter import Networks, url_problem
from newscrawl.rights.policy import Policies
from newscrawl.settings import VERSION

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

RequestType: TypeAlias = Literal["api", "article"]
"""The type of a request: to the API of a site, or for a page of a publisher."""

_MAX_CONTACT_LENGTH: Final = 200
# Characters that can't end the comment of a header.
_CONTACT: Final = re.compile(r"[!-'*-\[\]-~]+")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy; the resolver allows connections to it at any address.

    Through a proxy the resolver sees only the proxy's address. A URL whose host is a forbidden
    literal address is still refused. But the proxy resolves names: it must refuse private ones.
    """

    host: str
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @classmethod
    def parse(cls, setting: str) -> Proxy | None:
        """Return the proxy of a setting such as ``"http://10.0.0.1:3128"``; None if it is empty.

        Raises:
            ConfigurationError: If it is not of that form.
        """
        if not setting:
            return None
        problem = url_problem(setting)
        parts = urlsplit(setting) if problem is None else None
        if parts is None or parts.scheme != "http" or parts.port is None or parts.path.strip("/"):
            raise ConfigurationError(
                "NEWSCRAWL_PROXY must be http://HOST:PORT, without credentials, or empty"
            )
        return cls(parts.hostname or "", parts.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to fetch. Delays and times in seconds, sizes in bytes.

    Attributes:
        delays: Between two requests to a host; all 0 if waiting is switched off.
        max_bytes: Of a body, inflated.
        backoff: The first step of the back-off.
        patience: How long a run waits for a host that refuses us, in all.
        retries: Further tries of a request to an API.
        concurrency: Requests under way at once.
        ignored_hosts: Hosts whose robots.txt is not read, with or without a port.
    """

    user_agent: str
    has_contact: bool
    delays: dict[RequestType, float]
    max_bytes: dict[RequestType, int]
    timeout: float
    silence: float
    backoff: float
    patience: float
    retries: int
    max_redirects: int
    concurrency: int
    ignored_hosts: frozenset[str]
    networks: Networks
    proxy: Proxy | None

    def delay(self, request_type: RequestType, *, is_opened: bool) -> float:
        """Return the seconds between two requests to a host without a crawl-delay.

        Without a contact, requests to public hosts are sent half as often.
        """
        delay = self.delays[request_type]
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
            concurrency=settings.getint("CONCURRENT_REQUESTS"),
            ignored_hosts=frozenset(filter(None, map(str.strip, ignored))),
            networks=Networks.parse(settings["NEWSCRAWL_ALLOWED_NETWORKS"]),
            proxy=Proxy.parse(settings["NEWSCRAWL_PROXY"]),
        )


def user_agent(contact: str, version: str) -> str:
    """Return the User-Agent header: name, version, and the contact.

    Args:
        contact: An e-mail address or URL of the operator of this crawl, or "".
        version: Of newscrawl.

    Raises:
        ConfigurationError: If a header can't contain the contact.

    >>> user_agent("https://example.org/crawler", "1.0")
    'newscrawl/1.0 (+https://example.org/crawler)'
    """
    contact = contact.strip()
    if not contact:
        return f"newscrawl/{version}"
    if len(contact) > _MAX_CONTACT_LENGTH or not _CONTACT.fullmatch(contact):
        raise ConfigurationError(
            "NEWSCRAWL_CONTACT must be an e-mail address or URL: plain characters, no spaces or"
            f" parentheses, at most {_MAX_CONTACT_LENGTH}"
        )
    return f"newscrawl/{version} (+{contact})"


def contact_notice(contact: str) -> str | None:
    """Return the warning for a crawl of the open internet without a contact; None with one."""
    if contact.strip():
        return None
    return (
        "NEWSCRAWL_CONTACT is not set: sites have no contact for complaints, so this crawl runs at"
        " half the rate. Set it to your e-mail address or a page about your crawl:"
        " -s NEWSCRAWL_CONTACT=you@example.org"
    )
