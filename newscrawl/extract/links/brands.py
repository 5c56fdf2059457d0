"""Recognize names of sites in texts: "France Bleu" for francebleu.fr, "BBC" for bbc.co.uk."""

from __future__ import annotations

from newscrawl.extract.links.target import registrable
from newscrawl.extract.links.vocabulary import fold

# Words that are joined to compare them with a host's name.
MAX_WORDS = 5
# Characters that a part of a name needs.
MIN_CHARS = 4
# Words that are no name of their own.
NO_NAMES = frozenset({"news", "blog", "blogs", "online", "media", "post", "site", "here", "com"})


def name_of(host: str | None) -> str:
    """Return the name in a host, folded; "" if it is a general word.

    >>> name_of("www.France-Bleu.fr"), name_of("news.com")
    ('francebleu', '')
    """
    name = fold(registrable(host or "")[1]).replace("-", "")
    return "" if name in NO_NAMES else name


def says(name: str, text_words: list[str]) -> bool:
    """Return whether a text contains a host's name.

    Args:
        name: As `name_of` returns it.
        text_words: The words of the text, folded.

    >>> says("francebleu", ["sur", "france", "bleu"]), says("bleu", ["bleus"])
    (True, False)
    """
    if not name or name not in "".join(text_words).replace("-", ""):
        return False
    for first in range(len(text_words)):
        joined = ""
        for word in text_words[first : first + MAX_WORDS]:
            joined += word.replace("-", "")
            if joined == name:
                return True
    return False


def is_part(name: str, text: str, text_words: list[str]) -> bool:
    """Return whether a link's few words are part of a host's name: "Digby" of digbysblog."""
    return (
        len(text_words) <= MAX_WORDS
        and text[:1].isupper()
        and any(len(w) >= MIN_CHARS and w not in NO_NAMES and w in name for w in text_words)
    )
