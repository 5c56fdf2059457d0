"""The lines of comments and media, and the changes that are worth a new line."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from newscrawl.records.record import DELETED
from newscrawl.wordpress.children import COMMENTS, MEDIA

if TYPE_CHECKING:
    from collections.abc import Mapping


SCHEMA: Final = "1.0"
"""The version of `comment.schema.json` and `media.schema.json` that lines follow."""

_KEPT: Final = frozenset({"url", "published", "modified"})
"""The keys of a tombstone beside the identity."""

_UNNOTICED: Final = {COMMENTS.name: frozenset({"url"}), MEDIA.name: frozenset({"modified"})}
"""What may change without a new line: a comment's URL is its post's."""


def make_line(
    kind: str,
    fields: Mapping[str, Any],
    *,
    head: Mapping[str, Any],
    foot: Mapping[str, Any],
    deleted: bool,
) -> dict[str, Any]:
    """Return a line.

    Args:
        kind: "comments" or "media".
        fields: Those of a `newscrawl.wordpress.children.Child`, and a comment's "html" and "text".
        head: Its "site", "id", "post_id", "post_guid", "revision" and "change".
        foot: When it was "crawled", and in which "run".
        deleted: Whether it is a tombstone: identity, URL and dates.
    """
    told = {name: value if name in _KEPT else None for name, value in fields.items()}
    return {
        "schema": SCHEMA,
        **head,
        "status": DELETED if deleted else "publish",
        "content_hash": None if deleted else _content_hash(kind, head["post_id"], fields),
        **(told if deleted else fields),
        **foot,
    }


def _content_hash(kind: str, post_id: int | None, fields: Mapping[str, Any]) -> str:
    """Return the digest of what a reader would notice."""
    noticed = {name: value for name, value in fields.items() if name not in _UNNOTICED[kind]}
    return sha256(json.dumps([post_id, noticed], sort_keys=True).encode()).hexdigest()
