"""Recognize lines that are not part of an article's text, in many languages.

The phrases are in ``phrases.toml``, by language.
"""

from __future__ import annotations

import re
from typing import Final

from newscrawl.extract.words import alternatives

# A line with more characters is a paragraph of the article.
MAX_LINE: Final = 250
# A line with more characters is not a label.
MAX_LABEL: Final = 40
# Signs before the first word of a line that are skipped.
_MAX_BULLETS: Final = 10

_TABLES: Final = alternatives(__file__)


def _any(*tables: str, end: str = "") -> re.Pattern[str]:
    phrases = "|".join(words for table in tables for words in _TABLES[table].values())
    return re.compile(rf"\W{{0,{_MAX_BULLETS}}}(?:{phrases}){end}", re.IGNORECASE)


_LABEL: Final = _any("label", "teaser", end=r"\W*$")
_FURNITURE: Final = _any("furniture")
_TEASER: Final = _any("teaser")
_CALL: Final = _any("call", end=r"\W*$")
_COMMENTS: Final = _any("comments", end=r"\W*$")
_CREDIT: Final = _any("credit")
_AGENCY: Final = _TABLES["picture"]["agency"]
_BEFORE_PHOTOGRAPHER: Final = "|".join(
    words for language, words in _TABLES["picture"].items() if language != "agency"
)
_PICTURE: Final = re.compile(
    rf"(?:(?<!\w)(?:{_BEFORE_PHOTOGRAPHER})\.?\s*[:：/]|©|\bvia getty images)"
    r"[^.!?。]{0,80}[.)）]*$|[摄攝][)）]?$"
    # "(AFP / Ann Example)", "(Ann Example/Getty Images)", but not "(dpa/lno)", which signs a text.
    rf"|[(（\[](?:{_AGENCY})\s*/\s*[^\s()/]+ [^()]{{2,50}}[)）\]]$"
    rf"|[(（\[][^\s()/]+ [^()/]{{2,40}}/\s*(?:{_AGENCY})[^()/]{{0,20}}[)）\]]$",
    re.IGNORECASE,
)
# A line without any of these, and without "Getty", is not searched for a picture's credit.
_PICTURE_SIGNS: Final = ":：/©摄攝"
# Signs at the start of a line that point to its link.
_POINTERS: Final = (">>", "»", "→", "►", "▶", "➡", "☞", "👉")


def is_label(line: str) -> bool:
    """Return whether *line* is only the label of an advertisement, a box or a button.

    >>> is_label("Read more"), is_label("Read more books")
    (True, False)
    """
    return len(line) <= MAX_LABEL and bool(_LABEL.match(line))


def is_furniture(line: str) -> bool:
    """Return whether *line* is about the site, not about the article's subject.

    >>> is_furniture("Sign up for our newsletter"), is_furniture("Signs of spring were seen")
    (True, False)
    """
    return len(line) <= MAX_LINE and bool(_FURNITURE.match(line))


def is_call(words: str) -> bool:
    """Return whether the words of a link ask to subscribe, join or donate.

    >>> is_call("Subscribe now"), is_call("Subscribers")
    (True, False)
    """
    return len(words) <= MAX_LABEL and bool(_CALL.match(words))


def is_comments(line: str) -> bool:
    """Return whether *line* is the heading of the readers' comments.

    >>> is_comments("12 Comments"), is_comments("Comments were made")
    (True, False)
    """
    return len(line) <= MAX_LINE and bool(_COMMENTS.match(line))


def is_teaser(line: str) -> bool:
    """Return whether *line*, which holds a link, leads to another article."""
    return len(line) <= MAX_LINE and (line.startswith(_POINTERS) or bool(_TEASER.match(line)))


def is_caption(line: str) -> bool:
    """Return whether *line* is a picture's caption: it ends with a credit for the picture.

    >>> is_caption("The bridge in May. Photo: Ann Example/AFP"), is_caption("Photo albums sell.")
    (True, False)
    """
    if len(line) > MAX_LINE:
        return False
    may_be = any(map(line.__contains__, _PICTURE_SIGNS)) or "getty" in line.lower()
    return may_be and bool(_PICTURE.search(line))


def is_credit(line: str) -> bool:
    """Return whether *line*, near the end, names people who worked on the article.

    >>> is_credit("(Reporting by Ann Example; editing by Bob Example)")
    True
    """
    return bool(_CREDIT.match(line))
