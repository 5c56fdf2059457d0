"""How we introduce ourselves to every site."""

from __future__ import annotations

import re
from typing import Final

from newscrawl.exceptions import ConfigurationError

_MAX_CONTACT_LENGTH: Final = 200
# What stands in a header's comment must not end it.
_CONTACT: Final = re.compile(r"[!-'*-\[\]-~]+")


def user_agent(contact: str, version: str) -> str:
    """Return the User-Agent header: name, version, and whom to write to.

    Args:
        contact: An e-mail address or URL of the operator of this crawl, or "".
        version: Of newscrawl.

    Raises:
        ConfigurationError: If the contact can't stand in a header.

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
        "NEWSCRAWL_CONTACT is not set: sites can't tell whom to write to, so this crawl runs at"
        " half the rate. Set it to your e-mail address or a page about your crawl:"
        " -s NEWSCRAWL_CONTACT=you@example.org"
    )
