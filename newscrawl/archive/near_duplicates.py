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
from newscrawl.extract.fingerprint import KEYS, Signature, is_same_story

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

Owner: TypeAlias = Literal["article_id", "post"]
"""Whose text it is: the column that names it."""

MAX_HOLDERS: Final = 100
"""Texts that are looked up by one key: words that more share are of a form, not of a story."""

MAX_COMPARED: Final = 50
"""Texts that one is compared with, those that share the most keys with it."""

MAX_ID: Final = 2**31 - 1
"""No text has a greater id."""


def sign(connection: Connection, owner: Owner, signatures: Mapping[int, bytes | None]) -> None:
    """Keep the signatures of texts by their owners' ids, and find their stories.

    None takes a text out of its story.
    """
    column = texts.c[owner]
    rows = connection.execute(select(texts).where(column.in_(list(signatures))))
    known = {getattr(row, owner): row for row in rows}
    for owner_id, row in known.items():
        packed = signatures[owner_id]
        if packed is None:
            _forget_keys(connection, row)
            connection.execute(delete(texts).where(texts.c.id == row.id))
        elif packed != row.signature:
            _forget_keys(connection, row)
            _sign_again(connection, row, packed)
    fresh = [(o, packed) for o, packed in signatures.items() if packed and o not in known]
    if fresh:
        _sign_fresh(connection, owner, fresh)


def of_posts(connection: Connection, rows: Collection[int]) -> dict[int, str]:
    """Return the names of the stories of posts that have no article, by their rows."""
    found = connection.execute(select(texts.c.post, texts.c.story).where(texts.c.post.in_(rows)))
    return {row.post: row.story for row in found}


def _sign_fresh(connection: Connection, owner: Owner, fresh: Sequence[tuple[int, bytes]]) -> None:
    """Keep the signatures of new texts: all at once, then story by story."""
    added = connection.execute(
        insert(texts).returning(texts.c.id, texts.c[owner]),
        [{owner: o, "story": _name(packed), "signature": packed} for o, packed in fresh],
    )
    ids = {getattr(row, owner): row.id for row in added}
    signatures = {ids[o]: Signature.unpack(packed) for o, packed in fresh}
    _keep_keys(connection, signatures)
    shared = _shared_keys(connection, signatures.values())
    for text_id, signature in sorted(signatures.items()):
        if shared.isdisjoint(signature.keys):
            continue  # most texts are unique, and one query shows it for all
        story = _merged(connection, _stories_like(connection, signature, before=text_id))
        if story is not None:
            connection.execute(update(texts).where(texts.c.id == text_id).values(story=story))


def _sign_again(connection: Connection, row: Row[Any], packed: bytes) -> None:
    """Keep the new signature of a text whose keys are forgotten."""
    signature = Signature.unpack(packed)
    story = _merged(connection, _stories_like(connection, signature))
    if story is None:
        story = _name(packed) if _has_others(connection, row) else row.story
    values = {"story": story, "signature": packed}
    connection.execute(update(texts).where(texts.c.id == row.id).values(values))
    _keep_keys(connection, {row.id: signature})


def _keep_keys(connection: Connection, signatures: Mapping[int, Signature]) -> None:
    # In their order: so a page of the index is read and written once, however many keys go there.
    keys = sorted((key, t) for t, signature in signatures.items() for key in signature.keys)
    connection.execute(insert(text_keys), [{"key": key, "text_id": t} for key, t in keys])


def _shared_keys(connection: Connection, signatures: Iterable[Signature]) -> set[int]:
    """Return those keys of the signatures that several texts have."""
    column = text_keys.c.key
    keys = {key for signature in signatures for key in signature.keys}
    rows = connection.execute(
        select(column).where(column.in_(keys)).group_by(column).having(func.count() > 1)
    )
    return set(rows.scalars())


def _stories_like(
    connection: Connection, signature: Signature, *, before: int = MAX_ID
) -> set[str]:
    """Return the stories of the texts, those with ids from *before* on apart, that are like it."""
    keys = {f"key_{n}": key for n, key in enumerate(signature.keys)}
    rows = connection.execute(_NEAREST, {**keys, "before": before})
    return {r.story for r in rows if is_same_story(signature, Signature.unpack(r.signature))}


def _nearest() -> Select[Any]:
    """Return the query for the texts that share the most keys with a signature."""
    looked_up = [
        select(text_keys.c.text_id)
        .where(text_keys.c.key == bindparam(f"key_{n}"), text_keys.c.text_id < bindparam("before"))
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
    """Merge several stories, and return the name; None without a story."""
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
