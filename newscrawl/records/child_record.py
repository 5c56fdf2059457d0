"""Make the lines of comments and media; their content hash shows which change needs a new line."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from newscrawl.records.record import DELETED
from newscrawl.wordpress.children import COMMENTS, MEDIA

if TYPE_CHECKING:
    from collections.abc import Mapping


SCHEMA: Final = "1.0"
"""The version of `comment.schema.json` and `media.schema.json` that the lines follow."""

_KEPT: Final = frozenset({"url", "published", "modified"})
"""The fields that a tombstone keeps."""

_UNNOTICED: Final = {COMMENTS.name: frozenset({"url"}), MEDIA.name: frozenset({"modified"})}
"""The fields that may change without a new line. A comment's URL changes if its post's does."""


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
        kind: "comments" or "media".
        fields: The fields of a `newscrawl.wordpress.children.Child`; for a comment also "html" and
            "text".
        head: The keys "site", "id", "post_id", "post_guid", "revision" and "change".
        foot: The keys "crawled" (ISO 8601 in UTC) and "run" (its number).
        deleted: Whether the line is a tombstone: then it has only identity, URL and dates.
    """
    kept = {name: value if name in _KEPT else None for name, value in fields.items()}
    return {
        "schema": SCHEMA,
        **head,
        "status": DELETED if deleted else "publish",
        "content_hash": None if deleted else _content_hash(child_type, head["post_id"], fields),
        **(kept if deleted else fields),
        **foot,
    }


def _content_hash(child_type: str, post_id: int | None, fields: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of the fields whose change a reader would notice."""
    noticed = {name: value for name, value in fields.items() if name not in _UNNOTICED[child_type]}
    return sha256(json.dumps([post_id, noticed], sort_keys=True).encode()).hexdigest()
