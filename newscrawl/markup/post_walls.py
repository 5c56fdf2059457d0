"""Find walls in a post: elements in place of its words, for members or behind a password.

A wall has the class or id that a plugin writes (``post_walls.toml``), a class that says so, such as
"restricted-message", or the password field of WordPress. The words around a wall are the post's
own. Only a few words beside a form without a notice belong to it: they are the notice of a plugin
that hides the whole post.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from turbohtml import Token, tokenize

from newscrawl.markup.allowlist import VOID
from newscrawl.markup.class_words import joined, words_in

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
# Elements that are no wall: those without content, and those around a page.
_WHOLE: Final = VOID | {"body", "html", "main"}
_LOGIN: Final = frozenset({"login", "reg"})
_FIELD: Final = "post_password"
_ACTION: Final = "action=postpass"
# The words of a class that names the notice of any plugin: what is shut, then what says so.
_SHUT: Final = (
    "content-gate", "denied", "locked", "logged-out", "members-only", "memberships", "no-access",
    "not-accessible", "not-logged-in", "paywall", "restricted", "restriction", "unauthorized",
)  # fmt: skip
_NOTICE: Final = re.compile(
    rf"(?:^|-)(?:{'|'.join(_SHUT)})(?:-[a-z]+)?-(?:gate|message|msg|notice|prompt|warning)$|"
    r"(?:^|-)(?:message|msg|notice)-(?:denied|locked|paywall|restricted|unauthorized)$|"
    r"(?:^|-)protection-not-logged-in$"
)
# Parts of these classes that are found without reading the tags.
_SIGNS: Final = (
    "-gate", "_gate", "access-", "access_", "accessible", "denied", "locked", "logged-", "logged_",
    "members-only", "memberships", "paywall", "restrict", "unauthorized",
)  # fmt: skip
_MARKS: Final = tuple(sorted({*_NAMES, _FIELD, _ACTION, *_SIGNS}))
_TAG: Final = re.compile(r"<[^<>]*>")
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
    kinds, is_form = _walls(_tokens(html))
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
    if is_form and len(beside.split()) <= MAX_WORDS_BESIDE:
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
    """Return the kind of each wall by the number of its start tag, and whether all are forms."""
    kinds: dict[int, str] = {}
    form: int | None = None
    has_form = has_notice = False
    for place, token in enumerate(tokens):
        if token.tag == "form":
            form = place if token.type.name == "START_TAG" else None
        if token.type.name != "START_TAG" or not token.attrs:
            continue
        attrs = {name: value or "" for name, value in token.attrs}
        if token.tag == "form" and _ACTION in attrs.get("action", ""):
            kinds[place] = PASSWORD
        elif attrs.get("name") == _FIELD and form is not None:
            kinds[form] = PASSWORD
        names = [*attrs.get("class", "").split(), attrs.get("id", "")]
        if token.tag not in _WHOLE and any(map(_is_wall, names)):
            kinds.setdefault(place, MEMBERS)
            has_form |= not _FORMS.isdisjoint(names)
            has_notice |= any(map(_is_notice, names))
    return kinds, (has_form and not has_notice) or PASSWORD in kinds.values()


@lru_cache(maxsize=8_192)
def _is_wall(name: str) -> bool:
    """Return whether a class or an id is of a wall.

    >>> _is_wall("su-members"), _is_wall("any-restricted__message"), _is_wall("paywall-content")
    (True, True, False)
    """
    return name in _NAMES or _says_so(name)


def _is_notice(name: str) -> bool:
    """Return whether a class or an id is of a wall with words of its own, not only a form."""
    return _is_wall(name) and name not in _FORMS and _LOGIN.isdisjoint(words_in(name))


def _says_so(name: str) -> bool:
    return bool(_NOTICE.search(joined(name)))


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
