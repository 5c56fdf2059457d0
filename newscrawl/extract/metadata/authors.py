"""Find the authors of an article: read each place that may name them, the surest first."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from newscrawl.extract import jsonld
from newscrawl.extract.content.density import text_of
from newscrawl.extract.metadata.bylines import (
    BYLINES,
    MAX_CHARS,
    MAX_LOOKED_AT,
    is_of_picture,
    named_in,
)
from newscrawl.extract.metadata.near_headline import (
    headline_of,
    holders_of,
    is_elsewhere,
    lines_near_headline,
)
from newscrawl.extract.metadata.written_dates import written_date
from newscrawl.extract.person_names import (
    MAX_NAMES,
    is_byline,
    is_company,
    is_desk,
    is_label,
    is_nobody,
    is_person,
    is_plain,
    labelled_parts,
    names_in,
    people_in,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from turbohtml import Element, Node

    from newscrawl.extract.document import Document

# Meta tags that name authors, the surest first.
AUTHOR_META: Final = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author",
    "byl", "dc.creator", "dcterms.creator", "dc.contributor", "cxenseparse:author",
    "citation_author", "article.author", "og:article:author",
)  # fmt: skip
# Those of libraries, which have one author each and may write the family name first.
_LIBRARY_META: Final = frozenset(
    {"dc.creator", "dc.contributor", "dcterms.creator", "citation_author"}
)
_FAMILY_FIRST: Final = re.compile(r"([^\W\d]\S+),\s+([^\W\d]\S*(?:\s[^\W\d]\S*)?)")
# Elements that surely name an author.
_SURE: Final = (
    "[rel~=author], [itemprop~=author], [rel~='schema:author'], [property~='schema:author'],"
    " [property~=author]:not(meta)"
)
# Elements that surely name an author, also by one word: an account, or a first name.
_CARDS: Final = (
    f"{_SURE}, .author.vcard .fn, .p-author, a[href*='/author/'], a[href*='/autor/'],"
    " .author-name, .author__name, .author-title, .byline-name, .byline__name"
)
# Elements that name an account, and how many words it has.
_ACCOUNTS: Final = f"{_SURE}, .author.vcard a, .author-name, .author__name, .byline__name"
_ACCOUNT_WORDS: Final = range(2, 4)
# Between the parts of a line near the headline.
_BETWEEN: Final = re.compile(r"\s+[|·•–—-]\s+")
# A first name as the whole byline.
_FIRST_NAME: Final = re.compile(
    r"(?:Posted |Written )?(?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or) ([A-Z][\w-]{2,20})"
    r"(?: (?:on|am|le|el) .*\d)?"
)
_PARTS_OF_NAME: Final = ("givenName", "familyName")
_NO_SIGNATURE: Final = re.compile(r"[:\d]")
# A date and time before a byline in the same line.
_DATE_BEFORE: Final = re.compile(r"^[\d\s.,:/|–—-]{6,}(?:Uhr\W*|[ap]m\W*)?")


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
    stated = _stated(document, title)
    for found, source in chain(stated, _shown(document, title)):
        names = [name for name in found if not is_nobody(name)]
        others = [name for name in names if _key(name) not in own]
        others = [name for name in others if not is_company(name)] or others
        if any(map(is_person, others)) and (account is None or _is_same(account[0], others)):
            fuller = _fuller(others, stated, own) if source == "json-ld" else None
            return fuller or (others[:MAX_NAMES], source)
        if others and account is None and source in {"json-ld", "author link"}:
            account = others[:MAX_NAMES], source
        if names and fallback is None:
            fallback = names[:MAX_NAMES], source
    return account or fallback


def _fuller(
    names: list[str], others: Iterable[tuple[list[str], str]], own: Collection[str]
) -> tuple[list[str], str] | None:
    """Return better names than those in JSON-LD, and their source; None if these are the best.

    Some systems state only the first author, or the account that published the article. The links
    and meta tags of the page name the others.
    """
    known = set(map(_key, names))
    words = {word for name in names for word in name.casefold().split()}
    for found, source in others:
        people = [name for name in found if is_person(name) and _key(name) not in own]
        is_other = bool(people) and words.isdisjoint(" ".join(people).casefold().split())
        if known < set(map(_key, people)) or (source == "author link" and is_other):
            return people[:MAX_NAMES], source
    return None


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


def _stated(document: Document, title: str | None) -> Iterator[tuple[list[str], str]]:
    """Yield the names that the page's data and links state, each with its source."""
    yield _linked(document)[0], "json-ld"
    yield named_in(document, _SURE, holders_of(headline_of(document, title))), "author link"
    for key in AUTHOR_META:
        values = [_given_first(value, key) for value in document.meta.get(key, ())]
        yield list(dict.fromkeys(n for value in values for n in names_in(value))), f"meta {key}"
    yield _labelled(document), "meta twitter:data1"


def _shown(document: Document, title: str | None) -> Iterator[tuple[list[str], str]]:
    """Yield the names that the page shows, each with its source. To find them takes longer."""
    holders = holders_of(headline_of(document, title))
    yield named_in(document, BYLINES, holders), "byline"
    yield _near_headline(document, title), "headline"
    yield _linked(document)[1], "json-ld"
    yield _plain(document, title, holders), "author link"
    yield _account(document, holders), "byline"


def _given_first(value: str, key: str) -> str:
    """Return the author in a library's meta tag with the given name first: "Example, Ann"."""
    match = _FAMILY_FIRST.fullmatch(value) if key in _LIBRARY_META else None
    return f"{match[2]} {match[1]}" if match else value


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
        for words in (text, " ".join(islice(element.stripped_strings, MAX_CHARS))[:MAX_CHARS]):
            line = _DATE_BEFORE.sub("", f"{label}{words}")
            parts = (line, *_BETWEEN.split(line)[1:])
            bylines = [part for part in parts if is_byline(part)] or labelled_parts(line)
            names = people_in(bylines[0]) if bylines else []
            names = names or _beside_date(words, element)
            if names:
                return names
        label = f"{text} " if text.endswith(":") or is_label(text) else ""
    return []


def _beside_date(line: str, element: Element) -> list[str]:
    """Return the person in a line of a date and a name, such as "2 May 2024 | Ann Example"."""
    if element.find("a") is not None:
        return []  # a section or a place
    parts = _BETWEEN.split(line)
    others = [part for part in parts if not written_date(part) and not part[:1].isdigit()]
    is_signed = len(others) == 1 and len(parts) > 1 and is_person(others[0])
    return people_in(others[0]) if is_signed else []


def _plain(document: Document, title: str | None, holders: Collection[Node]) -> list[str]:
    """Return an author's name of one word: an account, or a first name."""
    for line, _ in lines_near_headline(document, title):
        first_name = _FIRST_NAME.fullmatch(line)
        if first_name:
            return [first_name[1]]
    for element in document.tree.select(_CARDS)[:MAX_LOOKED_AT]:
        name = next(iter(names_in(text_of(element)[:MAX_CHARS])), "")
        if is_plain(name) and len(name.split()) == 1 and not is_elsewhere(element, holders):
            return [name]
    return []


def _account(document: Document, holders: Collection[Node]) -> list[str]:
    """Return the account that a byline names, such as "Support Team"."""
    for element in document.tree.select(_ACCOUNTS)[:MAX_LOOKED_AT]:
        name = next(iter(names_in(text_of(element)[:MAX_CHARS])), "")
        is_other = is_of_picture(element) or is_elsewhere(element, holders)
        # A name all in lower case is a login.
        if len(name.split()) in _ACCOUNT_WORDS and name != name.lower() and not is_other:
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


def _key(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
