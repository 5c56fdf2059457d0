"""Recognize elements whose words are not the post's: other posts, forms, share buttons, notices.

The classes are in ``furniture.toml``, by kind, so each removed element has a named reason.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from newscrawl.markup.class_words import MAX_CLASSES, joined

# Kinds that authors put under a heading of their own, which is useless without them.
PLACED: Final = frozenset({"other_posts", "forms", "comments"})
# Words that may follow a phrase in a class: the name of a part of the furniture.
_PARTS: Final = (
    r"(?:-(?:container|content|wrapper|wrap|inner|outer|list|grid|block|section|widget|box|area|"
    r"carousel|slider|module|row|holder|heading|title|header|block-wrap|\d+))*"
)
# Beginnings of the classes by which WordPress's `post_class()` names a post's own terms.
_TERMS: Final = ("category-", "tag-")
# A class of Intelly Related Posts: "u" and a hash, so that ad blockers do not know it.
_HASHED: Final = re.compile(r"u[\da-f]{32}")


class _Table(NamedTuple):
    names: dict[str, str]
    beginnings: tuple[tuple[str, str], ...]
    phrases: re.Pattern[str]  # one named group for each kind


@lru_cache(maxsize=8_192)
def furniture_kind(classes: str) -> str:
    """Return the kind of furniture that these classes name; "" for none.

    >>> furniture_kind("alignwide wp-block-query"), furniture_kind("td_block_related_posts")
    ('other_posts', 'other_posts')
    >>> furniture_kind("post-content"), furniture_kind("hentry category-most-read")
    ('', '')
    """
    table = _table()
    names = classes[:MAX_CLASSES].split()
    for name in names:
        if kind := table.names.get(name):
            return kind
    for name in names:
        if kind := _kind_of_name(name, table):
            return kind
    return ""


def _kind_of_name(name: str, table: _Table) -> str:
    for beginning, kind in table.beginnings:
        if name.startswith(beginning):
            return kind
    if name.startswith(_TERMS):
        return ""
    if _HASHED.fullmatch(name):
        return "other_posts"
    match = table.phrases.search(joined(name))
    return (match.lastgroup or "") if match else ""


@cache
def _table() -> _Table:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    names: dict[str, str] = {}
    beginnings: list[tuple[str, str]] = []
    phrases: list[str] = []
    for kind, rows in tomllib.loads(text).items():
        for name in rows["names"].split():
            if name.endswith("*"):
                beginnings.append((name[:-1], kind))
            else:
                names[name] = kind
        if rows["phrases"].split():
            words = "|".join(phrase.replace("-", "-?") for phrase in rows["phrases"].split())
            phrases.append(f"(?P<{kind}>{words})")
    pattern = re.compile(rf"(?:^|-)(?:{'|'.join(phrases)}){_PARTS}$")
    return _Table(names, tuple(beginnings), pattern)
