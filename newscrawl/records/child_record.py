"""Make the lines of comments and media; their content hash shows which change needs a new line."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from newscrawl.records.record import DELETED
from newscrawl.wordpress.children import COMMENTS, MEDIA
from newscrawl.wordpress.terms import TERMS

if TYPE_CHECKING:
    from collections.abc import Mapping


SCHEMA: Final = "1.0"
SCHEMA_OF_MEDIA: Final = "1.1"
"""The versions of the schemas of comments, terms and authors, and of media, that lines follow.

1.1 added ``file``."""

_KEPT: Final = frozenset({"url", "published", "modified", "taxonomy"})
"""The fields that a tombstone keeps."""

_UNNOTICED: Final = {
    COMMENTS.name: frozenset({"url"}),
    MEDIA.name: frozenset({"modified"}),
    TERMS: frozenset({"count"}),
}
"""The fields that may change without a new line. A comment's URL changes if its post's does; the
count of a term changes with each of its posts."""


def make_line(
    child_type: str,
    fields: Mapping[str, Any],
    *,
    head: Mapping[str, Any],
    foot: Mapping[str, Any],
    deleted: bool,
) -> dict[str, Any]:
    """Return the line of a comment or an image, as the keys and values of a JSON object.

    Args:
        child_type: "comments", "media", "terms" or "authors".
        fields: The fields of a `newscrawl.wordpress.children.Child`; for a comment also "html" and
            "text".
        head: The keys "site", "id", "revision" and "change"; for comments and media also "post_id"
            and "post_guid".
        foot: The keys "crawled" (ISO 8601 in UTC) and "run" (its number).
        deleted: Whether the line is a tombstone: then it has only identity, URL and dates.
    """
    kept = {name: value if name in _KEPT else None for name, value in fields.items()}
    return {
        "schema": SCHEMA_OF_MEDIA if child_type == MEDIA.name else SCHEMA,
        **head,
        "status": DELETED if deleted else "publish",
        "content_hash": None if deleted else _content_hash(child_type, head, fields),
        **(kept if deleted else fields),
        **foot,
    }


def _content_hash(child_type: str, head: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of the fields whose change a reader would notice."""
    unnoticed = _UNNOTICED.get(child_type, frozenset())
    noticed = {name: value for name, value in fields.items() if name not in unnoticed}
    if noticed.get("file", ...) is None:  # as before there were files, so it makes no new line
        del noticed["file"]
    return sha256(json.dumps([head.get("post_id"), noticed], sort_keys=True).encode()).hexdigest()
