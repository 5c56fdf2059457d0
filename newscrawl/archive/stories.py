"""Which texts of an archive are of one story, whoever published them.

Texts are looked up by the keys of their signatures, and compared. Each text that has a signature
is of a story, mostly of its own, so that the first line of a story has its name already. When a
text joins two stories, the one that the archive knew first gives both its name.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sqlalchemy import bindparam, delete, func, insert, select, union_all, update

from newscrawl.archive.tables import text_keys, texts
from newscrawl.article.story import KEYS, Signature, is_same_story

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection, Row, Select

Owner: TypeAlias = Literal["article_id", "post"]
"""Whose text it is: the column that names it."""

MAX_HOLDERS: Final = 100
"""Texts that are looked up by one key: words that more share are of a form, not of a story."""

MAX_COMPARED: Final = 50
"""Texts that one is compared with, those that share the most keys with it."""


def sign(connection: Connection, owner: Owner, signatures: Mapping[int, bytes | None]) -> None:
    """Keep the signatures of texts by their owners' ids, and find their stories.

    None takes a text out of its story.
    """
    column = texts.c[owner]
    rows = connection.execute(select(texts).where(column.in_(list(signatures))))
    known = {getattr(row, owner): row for row in rows}
    for owner_id, packed in signatures.items():
        row = known.get(owner_id)
        if row is not None and row.signature != packed:
            _forget_keys(connection, row)
        if packed is None:
            if row is not None:
                connection.execute(delete(texts).where(texts.c.id == row.id))
        elif row is None or row.signature != packed:
            _sign(connection, {owner: owner_id}, packed, row)


def _sign(
    connection: Connection, owner: dict[str, int], packed: bytes, row: Row[Any] | None
) -> None:
    signature = Signature.unpack(packed)
    story = _merged(connection, _stories_like(connection, signature))
    if story is None:
        is_alone = row is not None and not _has_others(connection, row)
        story = row.story if row is not None and is_alone else _name(packed)
    values = {"story": story, "signature": packed}
    if row is None:
        added = insert(texts).values(**owner, **values).returning(texts.c.id)
        text_id = int(connection.execute(added).scalar_one())
    else:
        text_id = row.id
        connection.execute(update(texts).where(texts.c.id == text_id).values(values))
    connection.execute(
        insert(text_keys), [{"key": key, "text_id": text_id} for key in signature.keys]
    )


def _stories_like(connection: Connection, signature: Signature) -> set[str]:
    """Return the stories of the texts that are of one story with it."""
    rows = connection.execute(_NEAREST, {f"key_{n}": key for n, key in enumerate(signature.keys)})
    return {r.story for r in rows if is_same_story(signature, Signature.unpack(r.signature))}


def _nearest() -> Select[Any]:
    """Return the query for the texts that share the most keys with a signature."""
    looked_up = [
        select(text_keys.c.text_id)
        .where(text_keys.c.key == bindparam(f"key_{n}"))
        .order_by(text_keys.c.text_id)
        .limit(MAX_HOLDERS)
        .subquery()
        for n in range(KEYS)
    ]
    holders = union_all(*(select(one.c.text_id) for one in looked_up)).subquery()
    nearest = (
        select(holders.c.text_id)
        .group_by(holders.c.text_id)
        .order_by(func.count().desc(), holders.c.text_id)
        .limit(MAX_COMPARED)
    )
    return select(texts.c.story, texts.c.signature).where(texts.c.id.in_(nearest))


_NEAREST: Final = _nearest()
"""Put together once: it would take longer than to run it."""


def _merged(connection: Connection, stories: Collection[str]) -> str | None:
    """Make one story of several, and return its name; None where there is none."""
    if len(stories) < 2:
        return next(iter(stories), None)
    oldest = (
        select(texts.c.story)
        .where(texts.c.story.in_(stories))
        .group_by(texts.c.story)
        .order_by(func.min(texts.c.id))
        .limit(1)
    )
    name = str(connection.execute(oldest).scalar_one())
    connection.execute(update(texts).where(texts.c.story.in_(stories)).values(story=name))
    return name


def _has_others(connection: Connection, row: Row[Any]) -> bool:
    others = select(texts.c.id).where(texts.c.story == row.story, texts.c.id != row.id).limit(1)
    return connection.execute(others).first() is not None


def _name(packed: bytes) -> str:
    """Return the name of a story by its first text: no other archive gives it to another story."""
    return blake2b(packed, digest_size=8).hexdigest()


def _forget_keys(connection: Connection, row: Row[Any]) -> None:
    keys = Signature.unpack(row.signature).keys
    connection.execute(
        delete(text_keys).where(text_keys.c.text_id == row.id, text_keys.c.key.in_(keys))
    )
