"""Who wrote an article: every place of a page that says so, the surest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from turbohtml import Element

from newscrawl.extract import jsonld
from newscrawl.extract.content.class_names import Mark, mark_of_name
from newscrawl.extract.content.density import name_of
from newscrawl.extract.person_names import (
    MAX_NAMES,
    is_desk,
    is_nobody,
    is_person,
    is_plain,
    names_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.extract.document import Document

AUTHOR_META: Final = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "byl",
    "dc.creator", "dcterms.creator", "dc.contributor", "cxenseparse:author", "citation_author",
    "rnews:author", "article.author", "og:article:author", "twitter:data1:author",
)  # fmt: skip
# Elements that name an author, the surest first; the parts of classes are in many languages.
_SURE: Final = "[rel~=author], [itemprop~=author]"
_BYLINES: Final = ", ".join(
    f'[class*="{part}" i]'
    for part in (
        "byline", "author", "autor", "auteur", "writer", "reporter", "journalist", "contributor",
        "person-", "signature", "firma", "penulis", "yazar", "szerzo", "createdby", "submitted",
    )
)  # fmt: skip
_TESTED: Final = "[data-testid*=byline], [data-testid*=author]"
_PARTS_OF_NAME: Final = ("givenName", "familyName")
# So many of them are looked at; a longer text is no byline.
_MAX_LOOKED_AT: Final = 12
_MAX_CHARS: Final = 200
_MAX_UP: Final = 12
# Where names stand that did not write this article.
_ELSEWHERE: Final = frozenset({"nav", "aside"})
# Whose own footer may name its author.
_POSTS: Final = frozenset({"article", "post", "hentry"})
# Words that mark what is none of the text, and may hold its author.
_NOT_ELSEWHERE: Final = frozenset({
    "byline", "bylines", "entry author", "article author", "post author", "author name",
    "author info", "author box", "article info", "article meta", "entry meta", "post meta",
    "entry info", "post info", "post utility", "author bio", "footer", "social", "share",
    "subscribe",
})  # fmt: skip


def authors_of(document: Document, houses: Iterable[str]) -> tuple[list[str], str] | None:
    """Return the names of those who wrote the article, and where they were found.

    Args:
        document: The page.
        houses: Names of the site and its publisher: no author while a person is named.
    """
    own = {_key(house) for house in houses if house}
    fallback: tuple[list[str], str] | None = None
    for found, source in _candidates(document):
        names = [name for name in found if not is_nobody(name)]
        others = [name for name in names if _key(name) not in own]
        if others and (source == "json-ld" or any(map(is_person, others))):
            return others[:MAX_NAMES], source
        if names and fallback is None:
            fallback = names[:MAX_NAMES], source
    return fallback


def signed(lines: Iterable[str], named: Iterable[str]) -> tuple[list[str], str] | None:
    """Return the names of those who sign a text at its end; None where the page named a person.

    Args:
        lines: Those after the text that may be its signature.
        named: Whom the page names.
    """
    named = list(named)
    if any(map(is_person, named)):
        return None
    found = [name for line in lines for name in names_in(line.partition(";")[0])]
    people = [name for name in found if is_person(name) or (is_desk(name) and not named)]
    return (list(dict.fromkeys(people)), "signature") if people else None


def _candidates(document: Document) -> Iterator[tuple[list[str], str]]:
    yield _linked(document), "json-ld"
    for key in AUTHOR_META:
        values = document.meta.get(key, ())
        yield list(dict.fromkeys(n for value in values for n in names_in(value))), f"meta {key}"
    yield _named(document, _SURE), "author link"
    yield _named(document, f"{_BYLINES}, {_TESTED}"), "byline"


def _linked(document: Document) -> list[str]:
    """Return the authors that the page's JSON-LD names."""
    article = document.article
    found: list[str] = []
    for key in ("author", "creator", "contributor"):
        for value in jsonld.resolved(article.get(key), document.nodes):
            found.extend(_names_of_node(value))
        if found:
            break
    return list(dict.fromkeys(found))


def _names_of_node(value: Any) -> list[str]:
    """Return the names in an author of JSON-LD: a node, or a text."""
    if isinstance(value, dict):
        value = (
            value.get("name")
            or value.get("byline")
            or " ".join(filter(None, (jsonld.text_in(value.get(key)) for key in _PARTS_OF_NAME)))
            or value.get("alternateName")
        )
    found: list[str] = []
    for text in value[:MAX_NAMES] if isinstance(value, list) else [value]:
        if isinstance(text, str):
            plain = " ".join(text.split())
            found.extend(names_in(text) or ([plain] if is_plain(plain) else []))
    return found


def _named(document: Document, selector: str) -> list[str]:
    """Return the names in the first element of *selector* that has any, and in its neighbours."""
    found: list[str] = []
    place: Element | None = None
    for element in document.tree.select(selector)[:_MAX_LOOKED_AT]:
        text = element.attr("content") or " ".join(element.stripped_strings)
        if len(text) > _MAX_CHARS or is_elsewhere(element):
            continue
        here = _place(element)
        if found and here != place:
            continue
        names = [name for name in names_in(text) if is_person(name)]
        if names:
            place = here
            found.extend(names)
    return list(dict.fromkeys(found))


def _place(element: Element) -> Element | None:
    """Return the element two levels up, in which several authors stand beside each other."""
    parent = element.parent
    return parent.parent if isinstance(parent, Element) else None  # type: ignore[return-value]


def is_elsewhere(element: Element) -> bool:
    """Say whether an element stands where others than this article's authors are named."""
    in_footer = element.tag == "footer"
    if element.tag in _ELSEWHERE:
        return True
    for count, one in enumerate(element.ancestors):
        if count >= _MAX_UP or not isinstance(one, Element) or one.tag in {"body", "html", "main"}:
            break
        mark, words = mark_of_name(name_of(one))
        if one.tag in _ELSEWHERE or (mark is Mark.HARD and not words & _NOT_ELSEWHERE):
            return True
        in_footer = in_footer or one.tag == "footer" or "footer" in words
        if one.tag == "article" or not _POSTS.isdisjoint((one.attr("class") or "").split()):
            in_footer = False
    return in_footer


def _key(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
