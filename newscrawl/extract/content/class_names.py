"""Classes and ids as evidence that a part of a page is the article, or is not."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


class Mark(IntEnum):
    """How sure a name is that an element is no part of the article."""

    NONE = 0
    SOFT = 1  # "promo": often not the article's, but sometimes on its paragraphs
    CAPTION = 2
    HARD = 3  # "comments": never the article's, except on a wrapper around everything


NO_MARK: Final[tuple[Mark, frozenset[str]]] = (Mark.NONE, frozenset())


# Words that are never in the class or id of an article's text.
HARD_WORDS: Final = frozenset({
    "addthis", "breadcrumb", "breadcrumbs", "byline", "bylines", "cmp", "commentlist",
    "comments", "consent", "cookie", "cookies", "disqus", "footer", "login", "menu", "nav",
    "navbar", "navigation", "newsletter", "outbrain", "pagination", "readmore",
    "recommendation", "related", "replies", "respond", "share", "sharedaddy", "sharing",
    "sidebar", "signup", "social", "socials", "sponsored", "subscribe", "subscription",
    "taboola", "teaser", "teasers", "trending",
})  # fmt: skip
# The same in other languages.
HARD_WORDS_ABROAD: Final = frozenset({
    "comentarios", "commentaires", "commenti", "komentarze", "kommentare", "kommentarer",
    "publicidade", "reacties", "yorumlar",
})  # fmt: skip
# Words that count unless much of the article's text is under them.
SOFT_WORDS: Final = frozenset({
    "ad", "ads", "author", "authors", "banner", "bio", "carousel", "comment", "copyright",
    "credit", "credits", "cta", "dateline", "disclaimer", "donate", "follow", "kicker", "label",
    "like", "livefyre", "meta", "metadata", "modal", "overlay", "playlist", "poll", "popular",
    "popup", "print", "promo", "promotion", "published", "rail", "rating", "ratings", "screen",
    "skip", "tag", "tagged", "tags", "timestamp", "toolbar", "tooltip", "topics", "visually",
})  # fmt: skip
_HARD: Final = HARD_WORDS | HARD_WORDS_ABROAD
# Hard names of two or more words. They match a name in lower case with spaces between its words.
HARD_PHRASES: Final = re.compile(
    r"\b(?:read (?:more|next|also)|most (?:read|popular|viewed)"
    r"|more (?:on|from|stories|news|like|in)|also (?:read|like)|see also|sign up|up next"
    r"|screen reader|sr only|visually hidden"
    r"|(?:entry|post|article) (?:meta|tags|footer|nav|navigation|utility|info|author)"
    r"|next prev|prev next|previous next|video (?:details|headline|info|meta|resource|title)"
    r"|(?:leia|veja) (?:mais|tambem)|lee (?:mas|tambien)|lire (?:aussi|plus)|voir aussi"
    r"|leggi anche|lees (?:ook|meer)|baca juga|czytaj (?:tez|takze|wiecej)|mehr zum thema"
    r"|lesen sie auch|las (?:mer|ocksa)|les (?:mer|ogsa)|ilgili (?:haber|icerik)\w*"
    r"|author (?:bio|box|info|name)|editors? picks?|you may|call to action)\b"
)
# A class hides an element only if it is one of these as a whole: "overflow-hidden" does not.
HIDDEN_NAMES: Final = frozenset({"hidden", "is hidden", "js hidden"})
CAPTIONS: Final = re.compile(
    r"\b(?:captions?|figcaption|photo ?credit|image credit|bildunterschrift|legende|legenda|leyenda"
    r"|pie (?:de )?foto|didascalia|bildtext|billedtekst|bildetekst)\b"
)
# Names of the element that holds the article's text.
BODY_NAMES: Final = re.compile(
    r"\b(?:(?:article|story|post|news|body|content) ?(?:body|text|copy)"
    r"|(?:article|story|entry|post|body) content|field name body)\b"
)
# Names that are weaker evidence of the same.
ARTICLE_NAMES: Final = re.compile(
    r"\b(?:article|articulo|artikel|story|(?:main|page|single) content|rich ?text|wysiwyg)\b"
)
# Names of the lede: the sentences between the title and the text.
LEDE_NAMES: Final = re.compile(
    r"\b(?:summary|abstract|lede|lead(?: text)?|intro(?: text)?|introduction|standfirst|dek|deck"
    r"|excerpt|sub ?title|sub ?head(?:line)?|sub ?line|vorspann|chapo|chapeau|entradilla|bajada"
    r"|sapo|occhiello|sottotitolo|ingress|manchet|perex|anons|podtytul|resumen|synopsis"
    r"|description)\b"
)
# Elements and roles that are never the article's text.
HARD_TAGS: Final = frozenset({"nav", "footer", "aside", "form", "dialog", "menu"})
HARD_ROLES: Final = frozenset({
    "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "navigation",
    "search", "tablist", "toolbar",
})  # fmt: skip
HIDDEN_STYLE: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(0(?:px)?[, ]", re.IGNORECASE
)

# Words of readers' comments. They may be longer than the article, so length proves nothing.
COMMENT_WORDS: Final = frozenset({
    "comentarios", "comment", "commentaires", "commenti", "commentlist", "comments", "disqus",
    "komentarze", "kommentare", "kommentarer", "livefyre", "reacties", "replies", "respond",
    "yorumlar",
})  # fmt: skip

# Words about who may read a part of the text, or how much of it: "teaser-content".
ACCESS_WORDS: Final = frozenset({
    "login", "read more", "readmore", "signup", "sponsored", "subscribe", "subscription",
    "teaser",
})  # fmt: skip
TEASER_WORDS: Final = frozenset({"teaser", "teasers"})
# Words of consent notices. These may be long too: they list purposes and partners.
CONSENT_WORDS: Final = frozenset({
    "cmp", "consent", "cookie", "cookies",
})  # fmt: skip
NEVER_ARTICLE: Final = COMMENT_WORDS | CONSENT_WORDS

# Characters of one class that are read.
_MAX_NAME: Final = 200
# Characters of all classes of an element that are read.
_MAX_NAMES: Final = 1_000
_PARTS: Final = re.compile(r"[_\-:]+")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_HASH: Final = re.compile(r"(?=.*\d)(?=.*[A-Z])")
# WordPress writes a post's terms and author in its class: "post-12 hentry tag-share author-ann".
_POST: Final = re.compile(r"(?:^|\s)(?:hentry|post-\d+|type-[a-z]+)(?:\s|$)")
# Such a class names something that is not in the element: "no-share", "has-sidebar".
# "cmp-" starts the names of all components of Adobe's CMS, and of some consent boxes.
_BESIDE: Final = re.compile(
    r"(?:no|non|not|without|has|have|with|hide|enable|disable)[-_]"
    r"|cmp-(?:article|container|contentfragment|layout|page|richtext|section|text|title)",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def spoken(name: str) -> str:
    """Return the words of one class or id in lower case, without the hashes of build tools.

    >>> spoken("relatedArticles__list__17Yit")
    'related articles list'
    """
    if name.islower() and name.isalpha():
        return name
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
def mark_of_name(names: str) -> tuple[Mark, frozenset[str]]:
    """Return the mark that a class attribute or an id gives, and the words that give it.

    >>> mark_of_name("story-related")[0].name, mark_of_name("story-text")[0].name
    ('HARD', 'NONE')
    """
    one_by_one = [name for name in names[:_MAX_NAMES].split() if not _BESIDE.match(name)]
    if is_post(names):
        one_by_one = [name for name in one_by_one if "-" not in name]
    return stronger(map(_mark_of_one, one_by_one))


def stronger(marks: Iterable[tuple[Mark, frozenset[str]]]) -> tuple[Mark, frozenset[str]]:
    """Return the strongest mark, with the words of all marks of that strength."""
    best, words = NO_MARK
    for mark, more in marks:
        if mark > best:
            best, words = mark, more
        elif mark == best:
            words |= more
    return best, words


@lru_cache(maxsize=16_384)
def _mark_of_one(name: str) -> tuple[Mark, frozenset[str]]:
    words = spoken(name)
    single = set(words.split())
    hard = single & _HARD
    if hard:
        return Mark.HARD, frozenset(hard)
    phrase = HARD_PHRASES.search(words)
    if phrase:
        return Mark.HARD, frozenset({phrase.group()})
    if CAPTIONS.search(words):
        return Mark.CAPTION, frozenset({"caption"})
    soft = {words} if words in HIDDEN_NAMES else single & SOFT_WORDS
    return (Mark.SOFT, frozenset(soft)) if soft else NO_MARK


@lru_cache(maxsize=16_384)
def body_hint(names: str) -> int:
    """Return 2 for a name of an article's text, 1 for a weaker name of it, 0 for another name."""
    words = [spoken(name) for name in names[:_MAX_NAMES].split()]
    if any(map(BODY_NAMES.search, words)):
        return 2
    return int(any(map(ARTICLE_NAMES.search, words)))


def is_lede_name(names: str) -> bool:
    """Return whether a class or id names an article's lede."""
    return any(LEDE_NAMES.search(spoken(name)) for name in names[:_MAX_NAMES].split())


def is_post(names: str) -> bool:
    """Return whether WordPress wrote this class for a post.

    >>> is_post("post-12 hentry tag-share"), is_post("post-content")
    (True, False)
    """
    return bool(_POST.search(names))
