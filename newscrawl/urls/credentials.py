"""Messages without the passwords of the URLs in them."""

from __future__ import annotations

import re
from typing import Final

_START: Final = re.compile(r"(?:(?:[a-z][\w+.-]*:)?[/\\]+)*", re.IGNORECASE)
"""Schemes and their slashes, of which a typing error may have left out some."""
_WORD: Final = re.compile(r"[^\s'\"<>]+")
_HOST: Final = re.compile(r"[^:@]*(?::[0-9]*)?|\[[0-9a-f:.]*\](?::[0-9]*)?", re.IGNORECASE)
_PASSWORD: Final = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)


EXAMPLE: Final = "USER:PASSWORD"
"""Stands for credentials in messages that show the form of a URL."""


def without_credentials(message: str) -> str:
    """Return a message whose URLs show neither a user nor a password.

    A password may hold characters that should have been escaped, such as "@" or "/".

    >>> without_credentials("No archive at postgresql://me:p@ss/w@db.test/news")
    'No archive at postgresql://***@db.test/news'
    >>> without_credentials("https://example.org:8080/@user")
    'https://example.org:8080/@user'
    >>> without_credentials("expected postgresql+psycopg://USER:PASSWORD@HOST/NAME")
    'expected postgresql+psycopg://USER:PASSWORD@HOST/NAME'
    """
    if "@" not in message and "password=" not in message:
        return message
    return _WORD.sub(lambda match: shown_url(match[0]) if "//" in match[0] else match[0], message)


def shown_url(url: str) -> str:
    """Return a URL as messages show it; it may be one that a user got wrong.

    >>> shown_url("https://me:p a@ss@example.org/"), shown_url("me:pass@example.org")
    ('https://***@example.org/', '***@example.org')
    >>> shown_url("//me:pass@example.org/"), shown_url("https://http:/me:pass@example.org/")
    ('//***@example.org/', 'https://http:/***@example.org/')
    """
    start = _START.match(url)
    end = start.end() if start else 0
    before, rest = url[:end], url[end:]
    user, at, after = rest.rpartition("@")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if at and user != EXAMPLE and not _HOST.fullmatch(host):
        rest = f"***@{after}"
    return before + _PASSWORD.sub(r"\1***", rest)
