"""Read the metadata of an article: each value with its source in the page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from newscrawl.extract import jsonld
from newscrawl.extract.content.density import text_of
from newscrawl.extract.metadata import authors, dates, title
from newscrawl.extract.metadata.date_formats import normalized
from newscrawl.extract.metadata.image import lead_image
from newscrawl.extract.person_names import names_in
from newscrawl.items import Image
from newscrawl.markup import safe_url
from newscrawl.markup.unicode import cleaned
from newscrawl.urls.same_site import is_same_site, names_of_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extract.document import Document

# Characters of a section or a publisher that are kept.
MAX_LABEL: Final = 200
# A longer section is a list of several.
MAX_SECTION: Final = 60
# Meta tags with the section, the surest first.
SECTION_META: Final = (
    "article:section",
    "parsely-section",
    "cxenseparse:section",
    "section",
)
# Meta tags with the name of the site, the surest first.
SITE_META: Final = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "dc.publisher",
    "twitter:app:name:iphone",
)


@dataclass(slots=True, kw_only=True)
class Metadata:
    """The fields of `newscrawl.items.Extraction` that don't need the text.

    Attributes:
        sources: The source of each value that was found, by field: "json-ld", "meta og:title".
    """

    url: str
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    published: str | None = None
    modified: str | None = None
    section: str | None = None
    language: str | None = None
    agency: str | None = None
    publisher: str | None = None
    image: Image | None = None
    sources: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, found: tuple[Any, str] | None) -> None:
        """Set the field *name* and its source, if a value was found."""
        if found:
            setattr(self, name, _clean(found[0]))
            self.sources[name] = found[1]


def _clean(value: Any) -> Any:
    """Return a value without control characters; a page may write them as references."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, Image):
        return replace(
            value,
            alt=cleaned(value.alt or "") or None,
            caption=cleaned(value.caption or "") or None,
        )
    return value


def read(document: Document) -> Metadata:
    """Return the metadata of the page. Its tree must not be reduced to the text yet."""
    metadata = Metadata(url=document.url)
    houses = houses_of(document)
    metadata.put("url", canonical_url(document))
    metadata.put("publisher", _publisher(document))
    metadata.put("title", title.title_of(document, houses))
    metadata.put("authors", authors.authors_of(document, houses, metadata.title))
    metadata.put("published", dates.published(document, metadata.title))
    metadata.put("modified", dates.modified(document))
    metadata.put("section", _section(document))
    metadata.put("image", lead_image(document))
    for name, value in _ruled(document):
        metadata.put(name, (value, "rule") if value else None)
    return metadata


def _ruled(document: Document) -> Iterator[tuple[str, Any]]:
    """Yield the values that the publisher's rule finds; they replace all others."""
    rule = document.rule
    if rule is None:
        return

    def said(selector: str) -> list[str]:
        found = document.tree.select(selector) if selector else []
        return [one.attr("content") or one.attr("datetime") or text_of(one) for one in found]

    yield "title", next(iter(said(rule.title)), None)
    yield "authors", [name for words in said(rule.authors) for name in names_in(words)]
    yield "published", next(filter(None, map(normalized, said(rule.published))), None)


def houses_of(document: Document) -> list[str]:
    """Return the names of the page's site: in its metadata, as its publisher, in its domain."""
    names = [value for key in SITE_META for value in document.meta.get(key, ())]
    names.append(_name(document.article.get("publisher"), document))
    names.extend(
        jsonld.text_in(node.get("name"))
        for node in document.nodes
        if {"WebSite", "Organization", "NewsMediaOrganization"} & set(jsonld.types_of(node))
    )
    names.extend(names_of_host(document.url))
    return [name for name in dict.fromkeys(names) if name and len(name) <= MAX_LABEL]


def canonical_url(document: Document) -> tuple[str, str] | None:
    """Return the canonical URL that the page states, and its source; None if it is not credible.

    A URL on the page's own site is credible unless it is the front page. A URL on another site, as
    of a syndicated article, is credible only if two places of the page name that site.
    """
    found = [(url, source) for url, source in _own_urls(document) if url]
    for url, source in found:
        witnesses = sum(is_same_site(url, other) for other, _ in found)
        if _has_path(url, document.url) and (is_same_site(url, document.url) or witnesses > 1):
            return url, source
    return None


def stated_url(document: Document) -> str | None:
    """Return the canonical URL that the page states, credible or not; None without one."""
    return next((url for url, _ in _own_urls(document) if url), None)


def _own_urls(document: Document) -> list[tuple[str | None, str]]:
    links = document.tree.find_all("link", limit=200)
    found = [
        (safe_url(link.attr("href") or "", document.url), "link canonical")
        for link in links
        if "canonical" in (link.attr("rel") or "").lower().split()
    ][:1]
    social = document.first("og:url")
    if social:
        found.append((safe_url(social[0], document.url), "meta og:url"))
    for key in ("mainEntityOfPage", "url"):
        stated = jsonld.text_in(document.article.get(key), "@id", "url")
        if stated.startswith("http"):
            found.append((safe_url(stated, document.url), "json-ld"))
    return found


def _has_path(url: str, own: str) -> bool:
    """Return whether *url* is not a front page, or *own* is one too."""
    return bool(urlsplit(url).path.strip("/") or urlsplit(url).query) or not urlsplit(
        own
    ).path.strip("/")


def _publisher(document: Document) -> tuple[str, str] | None:
    name = _name(document.article.get("publisher"), document)
    if name:
        return name[:MAX_LABEL], "json-ld"
    found = document.first(*SITE_META)
    return (found[0][:MAX_LABEL], f"meta {found[1]}") if found else None


def _section(document: Document) -> tuple[str, str] | None:
    name = jsonld.text_in(document.article.get("articleSection"), "name")
    if len(name) > MAX_SECTION:  # several sections
        name = name.split(",")[0][:MAX_LABEL]
    if name:
        return name, "json-ld"
    found = document.first(*SECTION_META)
    return (found[0][:MAX_LABEL], f"meta {found[1]}") if found else None


def _name(value: Any, document: Document) -> str:
    return jsonld.text_in(jsonld.resolved(value, document.nodes), "name", "legalName")
