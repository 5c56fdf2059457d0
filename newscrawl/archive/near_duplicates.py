"""Find texts of the same story in an archive, also across sites.

A query finds texts with the same keys in their signatures, and these are compared. Every text with
a signature belongs to a story, in most cases to one of its own, so that even the first record of a
story has the story's name. If a text joins two stories, both get the name of the older one.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sqlalchemy import bindparam, delete, func, insert, select, text, union_all, update

from newscrawl.archive.among import among
from newscrawl.archive.tables import text_keys, texts
from newscrawl.archive.write_locks import lock_stories
from newscrawl.extract.fingerprint import KEYS, Signature, Sketch, is_same_story

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

Owner: TypeAlias = Literal["article_id", "post"]
"""The column that has the owner of a text: an article, or a post without an article."""

MAX_HOLDERS: Final = 100
"""The most texts that one key finds. Words that more texts share are boilerplate."""

MAX_COMPARED: Final = 50
"""A text is compared with this many texts at most: with those that share the most keys with it."""

MAX_ID: Final = 2**31 - 1
"""The largest id of a text."""


def sign(connection: Connection, owner: Owner, signatures: Mapping[int, bytes | None]) -> None:
    """Save the signatures of texts, and find their stories.

    Args:
        owner: The kind of owner that *signatures* is about.
        signatures: Each owner's signature; None removes the text from its story.
    """
    if not any(signatures.values()) and not _known(connection, owner, signatures):
        return
    lock_stories(connection)
    known = _known(connection, owner, signatures)
    for owner_id, row in known.items():
        packed = signatures[owner_id]
        if packed is None:
            _forget_keys(connection, row)
            connection.execute(delete(texts).where(texts.c.id == row.id))
        elif _kept(packed) != Sketch.unpack(row.signature):
            _forget_keys(connection, row)
            _sign_again(connection, row, packed)
    fresh = [(o, packed) for o, packed in signatures.items() if packed and o not in known]
    if fresh:
        _sign_fresh(connection, owner, fresh)


def _known(connection: Connection, owner: Owner, owners: Iterable[int]) -> dict[int, Row[Any]]:
    """Return the rows of texts that have a signature, by owner."""
    rows = connection.execute(select(texts).where(among(connection, texts.c[owner], [*owners])))
    return {getattr(row, owner): row for row in rows}


def of_posts(connection: Connection, rows: Collection[int]) -> dict[int, str]:
    """Return the names of the stories of posts without an article, by the posts' row ids."""
    if not rows:
        return {}
    found = connection.execute(
        select(texts.c.post, texts.c.story).where(among(connection, texts.c.post, rows))
    )
    return {row.post: row.story for row in found}


def _sign_fresh(connection: Connection, owner: Owner, fresh: Sequence[tuple[int, bytes]]) -> None:
    """Save the signatures of new texts in one statement, then find the story of each."""
    added = connection.execute(
        insert(texts).returning(texts.c.id, texts.c[owner]),
        [
            {owner: o, "story": _name(packed), "signature": _kept(packed).pack()}
            for o, packed in fresh
        ],
    )
    ids = {getattr(row, owner): row.id for row in added}
    signatures = {ids[o]: Signature.unpack(packed) for o, packed in fresh}
    _keep_keys(connection, signatures)
    shared = _shared_keys(connection, signatures.values())
    for text_id, signature in sorted(signatures.items()):
        if shared.isdisjoint(signature.keys):
            continue  # most texts are unique; one query has shown it for all of them
        story = _merged(connection, _stories_like(connection, signature, before=text_id))
        if story is not None:
            connection.execute(update(texts).where(texts.c.id == text_id).values(story=story))


def _sign_again(connection: Connection, row: Row[Any], packed: bytes) -> None:
    """Save the new signature of a text whose old keys are deleted."""
    signature = Signature.unpack(packed)
    story = _merged(connection, _stories_like(connection, signature))
    if story is None:
        story = _name(packed) if _has_others(connection, row) else row.story
    values = {"story": story, "signature": signature.sketch().pack()}
    connection.execute(update(texts).where(texts.c.id == row.id).values(values))
    _keep_keys(connection, {row.id: signature})


def _keep_keys(connection: Connection, signatures: Mapping[int, Signature]) -> None:
    # Sorted: so each page of the index is read and written only once.
    keys = sorted((key, t) for t, signature in signatures.items() for key in signature.keys)
    if connection.dialect.name == "postgresql":
        columns = {"keys": [key for key, _ in keys], "texts": [text_id for _, text_id in keys]}
        connection.execute(_KEEP_AT_ONCE, columns)
        return
    connection.exec_driver_sql(_KEEP_EACH, keys)


_KEEP_EACH: Final = "INSERT INTO text_keys (key, text_id) VALUES (?, ?)"
"""SQLite's statement for each row. SQLAlchemy would take three times as long for its checks."""

_KEEP_AT_ONCE: Final = text(
    "INSERT INTO text_keys (key, text_id)"
    " SELECT * FROM unnest(CAST(:keys AS bigint[]), CAST(:texts AS integer[]))"
)
"""One statement of PostgreSQL for all rows; one for each row takes longer than all else here."""


def _shared_keys(connection: Connection, signatures: Iterable[Signature]) -> set[int]:
    """Return the keys of the signatures that more than one text has."""
    column = text_keys.c.key
    keys = {key for signature in signatures for key in signature.keys}
    rows = connection.execute(
        select(column)
        .where(among(connection, column, keys))
        .group_by(column)
        .having(func.count() > 1)
    )
    return set(rows.scalars())


def _stories_like(
    connection: Connection, signature: Signature, *, before: int = MAX_ID
) -> set[str]:
    """Return the stories of similar texts, of those with ids below *before*."""
    keys = {f"key_{n}": key for n, key in enumerate(signature.keys)}
    rows = connection.execute(_NEAREST, {**keys, "before": before})
    own = signature.sketch()
    return {r.story for r in rows if is_same_story(own, Sketch.unpack(r.signature))}


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
    holders = union_all(*(select(found.c.text_id) for found in looked_up)).subquery()
    nearest = (
        select(holders.c.text_id)
        .group_by(holders.c.text_id)
        .order_by(func.count().desc(), holders.c.text_id)
        .limit(MAX_COMPARED)
    )
    return select(texts.c.story, texts.c.signature).where(texts.c.id.in_(nearest))


_NEAREST: Final = _nearest()
"""Built once: building the query takes longer than running it."""


def _merged(connection: Connection, stories: Collection[str]) -> str | None:
    """Merge stories into the oldest one, and return its name; None if there is no story."""
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


def _kept(packed: bytes) -> Sketch:
    """Return the part of a signature that the archive keeps."""
    return Signature.unpack(packed).sketch()


def _name(packed: bytes) -> str:
    """Return the name of a story, made from its first text: 16 hex digits.

    So two archives never give one name to two stories.
    """
    return blake2b(packed, digest_size=8).hexdigest()


def _forget_keys(connection: Connection, row: Row[Any]) -> None:
    one = delete(text_keys).where(
        text_keys.c.key.between(bindparam("least"), bindparam("most")),
        text_keys.c.text_id == row.id,
    )
    spans = Sketch.unpack(row.signature).key_spans()
    connection.execute(one, [{"least": least, "most": most} for least, most in spans])
