"""How the demo's tests ask: plain HTTP, one connection for each request, nothing followed."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from newscrawl.testing.site import DemoSite

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Got:
    """An answer; names of headers in lower case, a repeated one joined."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def ids(self) -> list[int]:
        return [item["id"] for item in self.data]

    @property
    def total(self) -> int:
        return int(self.headers["x-wp-total"])


def get(url: str, **headers: str) -> Got:
    """Ask for *url*, without following anything; a header's name is written with ``_``."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("GET", path, headers=named)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    joined: dict[str, str] = {}
    for name, value in answer.getheaders():
        joined[name.lower()] = (
            f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
        )
    return Got(answer.status, joined, body)


Rest = Callable[..., Got]


@pytest.fixture
def rest(site: DemoSite) -> Rest:
    """Ask the magazine's API: ``rest("posts", per_page=5)``."""

    def ask(route: str, **params: Any) -> Got:
        query = f"?{urlencode(params)}" if params else ""
        return get(f"{site.url}/wp-json/wp/v2/{route}{query}")

    return ask
