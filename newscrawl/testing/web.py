"""The requests and replies between the demo's servers and their handlers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

HTML = "text/html; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A client's request.

    Attributes:
        path: Without the query, percent-decoded.
        params: The query as PHP reads it: ``a[]=1&a[]=2`` is ``{"a": ["1", "2"]}``.
        headers: Names in lower case.
        count: 1 the first time this path and query are asked for at this server, then 2, ...
    """

    method: str
    path: str
    query: str
    params: dict[str, list[str]]
    headers: dict[str, str]
    count: int = 1

    def param(self, name: str) -> str | None:
        """Return the last value given for *name*, as PHP would."""
        return self.params[name][-1] if name in self.params else None

    def without(self, *names: str) -> Request:
        """Return the request as if these parameters had not been sent."""
        return replace(self, params={k: v for k, v in self.params.items() if k not in names})


@dataclass(slots=True, kw_only=True)
class Reply:
    """A server's reply.

    Attributes:
        body: Bytes, or pieces of unknown length, which end with the connection.
        delay: Seconds before the first byte.
        pace: Seconds between two pieces.
        raw: Send only the body: no status line, no headers.
        reset: Reset the connection after the body (RST), do not close it (FIN).
    """

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | Iterable[bytes] = b""
    delay: float = 0.0
    pace: float = 0.0
    raw: bool = False
    reset: bool = False

    def has(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.headers)

    def with_header(self, name: str, value: str) -> Reply:
        return replace(self, headers=[*self.headers, (name, value)])

    def without_headers(self, *names: str) -> Reply:
        return replace(self, headers=[h for h in self.headers if h[0].lower() not in names])


Handler = Callable[[Request], Reply]


def html(text: str, status: int = 200) -> Reply:
    """Answer with a page in UTF-8; half a letter becomes a question mark."""
    body = text.encode("utf-8", "replace")
    return Reply(status=status, headers=[("Content-Type", HTML)], body=body)


def plain(text: str, status: int = 200) -> Reply:
    """Answer with plain text, such as a robots.txt."""
    content_type = "text/plain; charset=utf-8"
    return Reply(status=status, headers=[("Content-Type", content_type)], body=text.encode())


def redirect(url: str, status: int = 301) -> Reply:
    """Answer with a redirect to *url*, sent as it is given."""
    return Reply(status=status, headers=[("Location", url), ("Content-Type", HTML)])


def php_params(query: str) -> dict[str, list[str]]:
    """Read a query as PHP does.

    >>> php_params("page=1&page=2&include[]=3&include[1]=4")
    {'page': ['1', '2'], 'include': ['3', '4']}
    """
    params: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=1000):
        params.setdefault(re.sub(r"\[.*", "", name), []).append(value)
    return params
