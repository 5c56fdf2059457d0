"""Find walls in a post: elements in place of its words, for members or behind a password.

A wall has the class or id that a plugin writes (``post_walls.toml``), or the password field of
WordPress. The words around a wall are the post's own. Only a few words beside a form belong to it:
they are the notice of a plugin that hides the whole post.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from turbohtml import Token, tokenize

from newscrawl.markup.allowlist import VOID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PASSWORD: Final = "password"  # noqa: S105 - the kind of a wall
MEMBERS: Final = "members"

# Up to this many words beside a form belong to it: the whole post is hidden.
MAX_WORDS_BESIDE: Final = 40
# Letters at the end of an excerpt that must be equal to a wall's.
MIN_LETTERS: Final = 12
# Letters of a wall that are compared with an excerpt, which has about 300.
MAX_LETTERS: Final = 500
_TABLES: Final[dict[str, dict[str, list[str]]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text("utf-8")
)
_FORMS: Final = frozenset(name for names in _TABLES["forms"].values() for name in names)
_NAMES: Final = _FORMS.union(*_TABLES["plugins"].values())
_FIELD: Final = "post_password"
_ACTION: Final = "action=postpass"
_MARKS: Final = tuple(sorted({*_NAMES, _FIELD, _ACTION}))
_TAG: Final = re.compile(r"<[^>]*>")
_LETTERS: Final = re.compile(r"[^\W_]+")


class Cut(NamedTuple):
    """HTML without its walls.

    Attributes:
        wall: The kind of the walls, `PASSWORD` or `MEMBERS`; None if there is no wall.
        words: The words of the walls, as text.
    """

    html: str
    wall: str | None = None
    words: str = ""


def without_walls(html: str) -> Cut:
    """Return HTML without its walls.

    >>> without_walls('<p>Free.</p><div class="su-members">Please <a href="/">log in</a></div>')
    Cut(html='<p>Free.</p>', wall='members', words='Please log in')
    """
    if not _has_mark(html):
        return Cut(html)
    kinds, has_form = _walls(_tokens(html))
    if not kinds:
        return Cut(html)
    kept: list[str] = []
    texts: dict[bool, list[str]] = {True: [], False: []}
    for token, is_inside in _marked(_tokens(html), kinds):
        if token.type.name == "TEXT":
            texts[is_inside].append(token.data or "")
        if not is_inside:
            kept.append(token.source or token.data or "")
    wall = PASSWORD if PASSWORD in kinds.values() else MEMBERS
    words, beside = (" ".join(" ".join(texts[key]).split()) for key in (True, False))
    if has_form and len(beside.split()) <= MAX_WORDS_BESIDE:
        return Cut("", wall, f"{beside} {words}".strip())
    return Cut("".join(kept), wall, words)


def _has_mark(html: str) -> bool:
    tags = _TAG.findall(html)
    # If all "<" and ">" belong to tags, no attribute contains ">": the words need no search.
    is_plain = html.count("<") == html.count(">") == len(tags)
    searched = "".join(tags) if is_plain else html
    # A pattern with all marks would take twenty times as long: it tries each at every letter.
    return any(mark in searched for mark in _MARKS)


def excerpt_before(excerpt: str, wall: str) -> str:
    """Return an excerpt without the words of a wall at its end.

    WordPress makes an excerpt from the first visible words, a wall included. It removes tags
    without a space between the words, so only letters are compared.

    >>> excerpt_before("Late. For members only.Log in […]", "For members only. Log in here")
    'Late.'
    """
    letters = "".join(_LETTERS.findall(wall.lower()))[:MAX_LETTERS]
    parts = list(_LETTERS.finditer(excerpt))
    tail, position = "".join(part[0].lower() for part in parts), 0
    for part in parts:
        rest = tail[position : position + len(letters)]
        if len(rest) >= min(MIN_LETTERS, len(letters)) and rest and letters.startswith(rest):
            return excerpt[: part.start()].rstrip()
        position += len(part[0].lower())
    return excerpt


def _tokens(html: str) -> Iterator[Token]:
    """Yield the tokens of a text; a list of them would take much more memory."""
    return tokenize(html, capture_source=True, resolve_references=False)


def _walls(tokens: Iterable[Token]) -> tuple[dict[int, str], bool]:
    """Return the kind of each wall by the number of its start tag, and whether one is a form."""
    kinds: dict[int, str] = {}
    form: int | None = None
    has_form = False
    for place, token in enumerate(tokens):
        if token.tag == "form":
            form = place if token.type.name == "START_TAG" else None
        if token.type.name != "START_TAG":
            continue
        attrs = {name: value or "" for name, value in token.attrs or ()}
        if token.tag == "form" and _ACTION in attrs.get("action", ""):
            kinds[place] = PASSWORD
        elif attrs.get("name") == _FIELD and form is not None:
            kinds[form] = PASSWORD
        names = {*attrs.get("class", "").split(), attrs.get("id", "")}
        if token.tag not in VOID and names & _NAMES:
            kinds.setdefault(place, MEMBERS)
            has_form |= not names.isdisjoint(_FORMS)
    return kinds, has_form or PASSWORD in kinds.values()


def _marked(tokens: Iterable[Token], kinds: Mapping[int, str]) -> Iterator[tuple[Token, bool]]:
    """Yield each token, and whether it belongs to a wall."""
    tag, depth = "", 0
    for place, token in enumerate(tokens):
        if not depth and place in kinds:
            tag = token.tag or ""
        is_same = (depth > 0 or place in kinds) and token.tag == tag
        if is_same and token.type.name == "START_TAG":
            depth += 1
        yield token, depth > 0
        if is_same and token.type.name == "END_TAG":
            depth -= 1
