"""Find the authors of an article: read each place that may name them, the surest first."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from turbohtml import Element

from newscrawl.extract import jsonld
from newscrawl.extract.content.density import text_of
from newscrawl.extract.metadata.near_headline import (
    headline_of,
    holders_of,
    is_elsewhere,
    is_in_teaser,
    lines_near_headline,
)
from newscrawl.extract.person_names import (
    MAX_NAMES,
    is_byline,
    is_company,
    is_desk,
    is_nobody,
    is_other_role,
    is_person,
    is_plain,
    names_in,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from turbohtml import Node

    from newscrawl.extract.document import Document

# Meta tags that name authors, the surest first.
AUTHOR_META: Final = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author",
    "byl", "dc.creator", "dcterms.creator", "dc.contributor", "cxenseparse:author",
    "citation_author", "article.author", "og:article:author",
)  # fmt: skip
# Elements that surely name an author.
_SURE: Final = "[rel~=author], [itemprop~=author]"
# Elements that surely name an author, also by one word: an account, or a first name.
_CARDS: Final = f"{_SURE}, .author.vcard .fn, .p-author, a[href*='/author/'], a[href*='/autor/']"
# Elements that may name an author, by parts of their classes in many languages.
_BYLINES: Final = ", ".join(
    f'[class*="{part}" i]'
    for part in (
        "byline", "author", "autor", "auteur", "writer", "reporter", "journalist", "contributor",
        "person-", "signature", "firma", "yazar", "createdby", "submitted",
    )
)  # fmt: skip
_TESTED: Final = "[data-testid*=byline], [data-testid*=author]"
_PARTS_OF_NAME: Final = ("givenName", "familyName")
# Elements of one selector that are read.
_MAX_LOOKED_AT: Final = 12
# A text with more characters is no byline.
_MAX_CHARS: Final = 200
_NO_SIGNATURE: Final = re.compile(r"[:\d]")
# Characters of a link that names an author; a longer one is a teaser.
_MAX_CARD: Final = 120
# A date and time before a byline in the same line.
_DATE_BEFORE: Final = re.compile(r"^[\d\s.,:/|–—-]{6,}(?:Uhr\W*|[ap]m\W*)?")
# Strings of one element that are read.
_MAX_PARTS: Final = 20


def authors_of(
    document: Document, houses: Iterable[str], title: str | None = None
) -> tuple[list[str], str] | None:
    """Return the names of the article's authors and their source; None without a name.

    Args:
        document: The page.
        houses: The names of the site and its publisher. They are returned only if no person is
            named.
        title: The page's title; a byline may be near it.
    """
    own = {_key(house) for house in houses if house}
    account: tuple[list[str], str] | None = None
    fallback: tuple[list[str], str] | None = None
    for found, source in _candidates(document, title):
        names = [name for name in found if not is_nobody(name)]
        others = [name for name in names if _key(name) not in own]
        others = [name for name in others if not is_company(name)] or others
        if any(map(is_person, others)) and (account is None or _is_same(account[0], others)):
            return others[:MAX_NAMES], source
        if others and account is None and source in {"json-ld", "author link"}:
            account = others[:MAX_NAMES], source
        if names and fallback is None:
            fallback = names[:MAX_NAMES], source
    return account or fallback


def _is_same(account: list[str], names: list[str]) -> bool:
    """Return whether an account is a person's name without spaces: "annexample"."""
    return bool(set(map(_key, account)) & set(map(_key, names)))


def signed(lines: Iterable[str], named: Iterable[str]) -> tuple[list[str], str] | None:
    """Return the names in the signature of a text, and their source; None without one.

    Args:
        lines: The lines after the text that may be its signature.
        named: The authors that the page names. If one is a person, the signature is not read.
    """
    named = list(named)
    if any(map(is_person, named)):
        return None
    found = [name for line in lines if _signs(line) for name in names_in(line.partition(";")[0])]
    people = [name for name in found if is_person(name) or (is_desk(name) and not named)]
    return (list(dict.fromkeys(people)), "signature") if people else None


def _signs(line: str) -> bool:
    """Return whether a line may be a signature: a label must be one such as "Text:", no date."""
    return not _NO_SIGNATURE.search(line) or is_byline(line)


def _candidates(document: Document, title: str | None) -> Iterator[tuple[list[str], str]]:
    people, houses = _linked(document)
    yield people, "json-ld"
    holders = holders_of(headline_of(document, title))
    yield _named(document, _SURE, holders), "author link"
    for key in AUTHOR_META:
        values = document.meta.get(key, ())
        yield list(dict.fromkeys(n for value in values for n in names_in(value))), f"meta {key}"
    yield _labelled(document), "meta twitter:data1"
    yield _named(document, f"{_BYLINES}, {_TESTED}", holders), "byline"
    yield _near_headline(document, title), "headline"
    yield houses, "json-ld"
    yield _plain(document, holders), "author link"


def _labelled(document: Document) -> list[str]:
    """Return the names under an author label in the page's Twitter card."""
    for number in ("1", "2"):
        label = document.first(f"twitter:label{number}")
        value = document.first(f"twitter:data{number}")
        if label and value and is_byline(f"{label[0]} {value[0]}"):
            return names_in(value[0])
    return []


def _near_headline(document: Document, title: str | None) -> list[str]:
    """Return the names in the first line near the headline that starts like a byline."""
    label = ""
    for text, element in lines_near_headline(document, title):
        # Words of two elements may have no space between them: "By<a>Ann</a>".
        for words in (text, " ".join(islice(element.stripped_strings, _MAX_CHARS))[:_MAX_CHARS]):
            line = _DATE_BEFORE.sub("", f"{label}{words}")
            names = [name for name in names_in(line) if is_person(name)] if is_byline(line) else []
            if names:
                return names
        label = f"{text} " if text.endswith(":") else ""
    return []


def _plain(document: Document, holders: Collection[Node]) -> list[str]:
    """Return an author's name of one word: an account, or a first name."""
    for element in document.tree.select(_CARDS)[:_MAX_LOOKED_AT]:
        name = next(iter(names_in(text_of(element)[:_MAX_CHARS])), "")
        if is_plain(name) and len(name.split()) == 1 and not is_elsewhere(element, holders):
            return [name]
    return []


def _linked(document: Document) -> tuple[list[str], list[str]]:
    """Return the authors that the page's JSON-LD names: people or accounts, and organizations."""
    article = document.article
    people: list[str] = []
    houses: list[str] = []
    for key in ("author", "creator", "contributor"):
        for value in jsonld.resolved(article.get(key), document.nodes):
            is_house = isinstance(value, dict) and "Organization" in jsonld.types_of(value)
            (houses if is_house else people).extend(_names_of_node(value))
        if people or houses:
            break
    return list(dict.fromkeys(people)), list(dict.fromkeys(houses))


def _names_of_node(value: Any) -> list[str]:
    """Return the names in an author of JSON-LD, which is a node or a text."""
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


def _named(document: Document, selector: str, holders: Collection[Node]) -> list[str]:
    """Return the names in the first element of *selector* with names, and in its neighbors."""
    found: list[str] = []
    place: Element | None = None
    for element in document.tree.select(selector)[:_MAX_LOOKED_AT]:
        parts = _parts(element)
        if sum(map(len, parts)) > _MAX_CHARS or is_elsewhere(element, holders):
            continue
        if element.closest("figcaption"):
            continue  # the picture's author
        if _is_teased(element, holders):
            continue
        here = _place(element)
        if found and here != place:
            continue
        names = _people(parts)
        if names:
            place = here
            found.extend(names)
    return list(dict.fromkeys(found))


def _is_teased(element: Element, holders: Collection[Node]) -> bool:
    """Return whether an element names the author of another article, in a teaser of it.

    A link on the name is the author's own, whatever its length.
    """
    link = element.closest("a") or element.find("a")
    is_own = link is not None and len(link.text.strip()) <= _MAX_CARD
    return not is_own and is_in_teaser(element, holders)


def _parts(element: Element) -> list[str]:
    """Return the texts of an element; microdata may state them in an attribute."""
    stated = element.attr("content")
    if not stated and (name := element.select_one("meta[itemprop=name]")) is not None:
        stated = name.attr("content")
    return [stated] if stated else list(islice(element.stripped_strings, _MAX_PARTS))


def _people(parts: list[str]) -> list[str]:
    """Return the people in the parts of a byline: of each part, else of the joined parts.

    After the authors may come photographers and editors, below a label of theirs.
    """
    label = next((i for i, part in enumerate(parts) if i and is_other_role(part)), len(parts))
    apart = [name for part in parts[:label] for name in names_in(part) if is_person(name)]
    return apart or [name for name in names_in(" ".join(parts)) if is_person(name)]


def _place(element: Element) -> Element | None:
    """Return the element two levels up: elements of several authors share it."""
    parent = element.parent
    return parent.parent if isinstance(parent, Element) else None  # type: ignore[return-value]


def _key(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
