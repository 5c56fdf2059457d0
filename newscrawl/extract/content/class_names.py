"""Classes and ids as evidence that a part of a page is the article, or is not.

The words are in ``class_names.toml``.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from newscrawl.extract.words import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterable


class Mark(IntEnum):
    """How sure a name is that an element is no part of the article."""

    NONE = 0
    SOFT = 1  # "promo": often not the article's, but sometimes on its paragraphs
    CAPTION = 2
    HARD = 3  # "comments": never the article's, except on a wrapper around everything


# A mark, and the words that give it.
Meaning: TypeAlias = tuple[Mark, frozenset[str]]
NO_MARK: Final[Meaning] = (Mark.NONE, frozenset())


_TABLES: Final = alternatives(__file__)
_HARD: Final = _TABLES["hard"]
_SOFT: Final = _TABLES["soft"]


def _words(*lists: str) -> frozenset[str]:
    return frozenset(" ".join(lists).replace("|", " ").split())


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


HARD_WORDS: Final = _words(*_HARD.values())
SOFT_WORDS: Final = _words(*_SOFT.values())
CAPTION_WORDS: Final = _words(*_TABLES["caption"].values())
# Words of readers' comments. They may be longer than the article, so length proves nothing.
COMMENT_WORDS: Final = _words(_HARD["comments"], _SOFT["comments"])
# Words of comments, and of consent notices. Notices may be long too: they list partners.
NEVER_ARTICLE: Final = COMMENT_WORDS | _words(_HARD["consent"])
# Words of lists of links.
TAG_WORDS: Final = _words(_SOFT["tags"])
TEASER_WORDS: Final = frozenset({"teaser", "teasers"})
ACCESS_WORDS: Final = _words(_HARD["access"]) | {_TABLES["phrases"]["access"]}
REST_WORDS: Final = frozenset({"readmore", "read more"})
_PHRASES: Final = _any(*_TABLES["phrases"].values())
# A name without any of these words has no such phrase: few names need a search.
_PHRASE_WORDS: Final = frozenset(re.findall(r"[a-z]+", _PHRASES.pattern))
_BODY_NAMES: Final = _any(_TABLES["text"]["body"])
_ARTICLE_NAMES: Final = _any(_TABLES["text"]["article"])
_LEDE_NAMES: Final = _any(*_TABLES["lede"].values())
# A class hides an element only if it is one of these as a whole: "overflow-hidden" does not.
HIDDEN_NAMES: Final = frozenset({"hidden", "is hidden", "js hidden"})
# Elements and roles that are never the article's text.
HARD_TAGS: Final = frozenset({"nav", "footer", "aside", "form", "dialog", "menu"})
HARD_ROLES: Final = frozenset({
    "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "navigation",
    "search", "tablist", "toolbar",
})  # fmt: skip
HIDDEN_STYLE: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(0(?:px)?[, ]", re.IGNORECASE
)

# Characters of one class that are read.
_MAX_NAME: Final = 200
# Characters of all classes of an element that are read.
_MAX_NAMES: Final = 1_000
_PARTS: Final = re.compile(r"[_\-:]+")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_HASH: Final = re.compile(r"(?=.*\d)(?=.*[A-Z])")
# WordPress writes a post's terms and author in its class: "post-12 hentry tag-share author-ann".
# Drupal writes its type and whether comments are open: "node node-blog comment-2".
_POST: Final = re.compile(r"(?:^|\s)(?:hentry|post-\d+|type-[a-z]+|node)(?:\s|$)")
# Such a class names something that is not in the element: "no-share", "has-sidebar".
_BESIDE: Final = re.compile(
    r"(?:no|non|not|without|has|have|with|hide|enable|disable)[-_]", re.IGNORECASE
)
# So does a word after one of these, anywhere in a class: "row-before-navigation", "after-ad".
_NEIGHBOR: Final = re.compile(
    r"(?:^|(?<=[-_]))(?:no|without|before|after)[-_][a-z]+", re.IGNORECASE
)


@lru_cache(maxsize=16_384)
def spoken(name: str) -> str:
    """Return the words of one class or id in lower case, without the hashes of build tools.

    >>> spoken("relatedArticles__list__17Yit")
    'related articles list'
    """
    if name.islower():
        is_word = name.isascii() and name.isalpha()
        return name if is_word else _NO_WORD.sub(" ", name[:_MAX_NAME]).strip()
    parts = [part for part in _PARTS.split(name[:_MAX_NAME]) if not _HASH.match(part)]
    # Two letters count only as a whole part: within a hash ("CiAdR") they mean nothing.
    words = [
        word
        for part in parts
        for word in (_HUMP.sub(" ", part).split() if not part.islower() else (part,))
        if len(word) > 2 or word == part
    ]
    return _NO_WORD.sub(" ", " ".join(words).lower()).strip()


@lru_cache(maxsize=16_384)
def mark_of_name(names: str) -> Meaning:
    """Return the mark that a class attribute or an id gives, and the words that give it.

    >>> mark_of_name("story-related")[0].name, mark_of_name("story-text")[0].name
    ('HARD', 'NONE')
    """
    one_by_one = names[:_MAX_NAMES].split()
    if is_post(names):
        one_by_one = [name for name in one_by_one if "-" not in name]
    if len(one_by_one) == 1:
        return _mark_of_one(one_by_one[0])
    return stronger(map(_mark_of_one, one_by_one))


def stronger(marks: Iterable[Meaning]) -> Meaning:
    """Return the strongest mark, with the words of all marks of that strength."""
    best, words = NO_MARK
    for mark, more in marks:
        if mark > best:
            best, words = mark, more
        elif mark == best:
            words |= more
    return best, words


@lru_cache(maxsize=16_384)
def _mark_of_one(name: str) -> Meaning:
    if _BESIDE.match(name):
        return NO_MARK
    words = spoken(_NEIGHBOR.sub("", name))
    single = words.split()
    if not HARD_WORDS.isdisjoint(single):
        return Mark.HARD, HARD_WORDS.intersection(single)
    phrase = None if _PHRASE_WORDS.isdisjoint(single) else _PHRASES.search(words)
    if phrase:
        return Mark.HARD, frozenset({phrase.group()})
    if not CAPTION_WORDS.isdisjoint(single):
        return Mark.CAPTION, frozenset({"caption"})
    if words in HIDDEN_NAMES:
        return Mark.SOFT, frozenset({words})
    if SOFT_WORDS.isdisjoint(single):
        return NO_MARK
    return Mark.SOFT, SOFT_WORDS.intersection(single)


@lru_cache(maxsize=16_384)
def body_hint(names: str) -> int:
    """Return 2 for a name of an article's text, 1 for a weaker name of it, 0 for another name."""
    words = [spoken(name) for name in names[:_MAX_NAMES].split()]
    if any(map(_BODY_NAMES.search, words)):
        return 2
    return int(any(map(_ARTICLE_NAMES.search, words)))


def is_lede_name(names: str) -> bool:
    """Return whether a class or id names an article's lede."""
    return any(_LEDE_NAMES.search(spoken(name)) for name in names[:_MAX_NAMES].split())


def is_post(names: str) -> bool:
    """Return whether WordPress or Drupal wrote this class for a post.

    >>> is_post("post-12 hentry tag-share"), is_post("post-content")
    (True, False)
    """
    may_be = "hentry" in names or "post-" in names or "type-" in names or "node" in names
    return may_be and bool(_POST.search(names))
