"""Make the record: one line with a post, its authors, terms and image, and its article."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from newscrawl.outcomes import PENDING, POLICY_SKIPPED
from newscrawl.records.links import links_in
from newscrawl.wordpress.bylines import AUTHOR_TAXONOMIES, POST_BYLINES
from newscrawl.wordpress.translations import translations_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawl.items import Link, Post, PostBody, ReadyPost, Record
    from newscrawl.wordpress.site import Site

SCHEMA: Final = "1.3"
"""The version of `newscrawl/record.schema.json` that records follow.

1.1 added ``story``; 1.2 added ``protected``, ``translations`` and ``links``. Since 1.3 these three
are in every record, and no list is null.
"""

DELETED: Final = "deleted"
"""The status of a post that the site no longer has."""

NAMELESS: Final = {"name": None, "slug": None, "url": None}
"""The fields of an author or a term of which only the id is known."""

_NO_CONTENT: Final[Any] = {
    "title": None,
    "excerpt": None,
    "html": None,
    "markdown": None,
    "text": None,
    "authors": [],
    "categories": [],
    "tags": [],
    "image": None,
    "language": None,
    "terms": {},
    "article": None,
    "protected": None,
    "translations": [],
    "links": [],
    "content_hash": None,
}
"""The content of a tombstone."""

_ARTICLE: Final[dict[str, Any]] = {
    "link": None,
    "link_text": None,
    "link_score": None,
    "link_evidence": None,
    "url": None,
    "hops": [],
    "outcome": PENDING,
    "http_status": None,
    "publisher": None,
    "title": None,
    "authors": [],
    "published": None,
    "modified": None,
    "html": None,
    "markdown": None,
    "text": None,
    "language": None,
    "image": None,
    "word_count": None,
    "extractor": None,
    "confidence": None,
    "rights": {},
    "fetched": None,
}
"""The ``article`` of a record before it is fetched. Every ``article`` has all these keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The origin of records, the same for all records of a run.

    Attributes:
        site: The site. Its language is used for posts without a language of their own.
        crawled: The time of the run, ISO 8601 in UTC.
        run: The run's number.
        raw: Whether records contain the posts as the site sent them.
    """

    site: Site
    crawled: str
    run: int
    raw: bool = False


def make_record(
    ready: ReadyPost,
    related: Mapping[str, Mapping[int, Mapping[str, Any]]],
    provenance: Provenance,
) -> Record:
    """Return the post's record; the archive sets its revision, change and content hash.

    Args:
        related: The known authors, terms and images, by type and id.
    """
    post, body, site = ready.post, ready.body, provenance.site
    record: Record = {
        "schema": SCHEMA,
        "site": site.home,
        "guid": post.guid,
        "post_id": post.post_id if post.post_id > 0 else None,
        "url": post.url,
        "slug": post.slug,
        "status": "publish",
        "revision": 0,
        "change": "created",
        "content_hash": None,
        "type": post.type,
        "published": post.published,
        "modified": post.modified,
        "title": body.title,
        "excerpt": body.excerpt,
        "html": body.html,
        "markdown": body.markdown,
        "text": body.text,
        "authors": _authors(post, related),
        "categories": _categories(post, related.get("categories", {})),
        "tags": _things(post.tags, related.get("tags", {})),
        "image": _image(post, related.get("media", {})),
        "language": post.language or _language(body, site),
        "terms": {name: _things(ids, related.get(name, {})) for name, ids in post.terms.items()},
        "article": None if ready.link is None else make_article(ready.link, ready.article),
        "protected": body.protected,
        "translations": translations_of(post.raw, site)
        or _byline(post, related).get("translations", []),
        "links": links_in(body.html, site.home),
        "crawled": provenance.crawled,
        "run": provenance.run,
    }
    if post.status == DELETED:
        return make_tombstone(record)
    if provenance.raw:
        record["raw"] = post.raw
    if ready.story:
        record["story"] = ready.story
    return record


def make_tombstone(record: Record) -> Record:
    """Return the record of a deleted post: its identity, URL and dates, without content."""
    return {**record, "status": DELETED, **_NO_CONTENT}


def make_article(link: Link, article: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the record's ``article``: this post's link, and the fetched article if there is one.

    Posts with different links may share one article.
    """
    found = article or {}
    return {
        **_ARTICLE,
        **found,
        "authors": found.get("authors") or [],  # an archived article may have null
        "link": link.url,
        "link_text": link.text,
        "link_score": link.score,
        "link_evidence": link.evidence,
    }


def stripped_article(article: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record's ``article`` with its link only, and the outcome "policy_skipped"."""
    own = ("link", "link_text", "link_score", "link_evidence")
    return {**_ARTICLE, **{key: article[key] for key in own}, "outcome": POLICY_SKIPPED}


def _language(body: PostBody, site: Site) -> str | None:
    """Return the language that was detected in a post's text, or the site's language.

    The site's language is returned if it is the same language ("en-GB" for "en"), or if no language
    was detected. If the site is multilingual, None is returned in the second case.
    """
    seen = body.language
    if seen is None or site.language is None:
        return seen or (None if site.is_multilingual else site.language)
    is_same = seen.split("-")[0] == site.language.split("-")[0]
    return site.language if is_same else seen


def _authors(post: Post, related: Mapping[str, Mapping[int, Any]]) -> list[dict[str, Any]]:
    """Return the authors of the byline if there is one, else the account that published."""
    if named := post.bylines or _byline(post, related).get("authors"):
        return [{"id": None, **NAMELESS, **author} for author in named]
    for taxonomy in AUTHOR_TAXONOMIES:
        terms = _things(post.terms.get(taxonomy, ()), related.get(taxonomy, {}))
        if named := [{**term, "id": None} for term in terms if term["name"]]:
            return named
    return _things(post.authors, related.get("users", {})) + _named(post, "authors")


def _byline(post: Post, related: Mapping[str, Mapping[int, Any]]) -> Mapping[str, Any]:
    """Return the values that a request of its own gave for a post; empty without such a request."""
    found: Mapping[str, Any] = related.get(POST_BYLINES, {}).get(post.byline_key or 0, {})
    return found


def _things(ids: Sequence[int], known: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": thing_id, **NAMELESS, **known.get(thing_id, {})} for thing_id in ids]


def _named(post: Post, key: str) -> list[dict[str, Any]]:
    return [{"id": None, **NAMELESS, "name": name} for name in post.names.get(key, ())]


def _categories(post: Post, known: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return _things(post.categories, known) + _named(post, "categories")


def _image(post: Post, media: Mapping[int, Mapping[str, Any]]) -> dict[str, Any] | None:
    if post.picture:
        return asdict(post.picture)
    image = media.get(post.image or 0)
    if not image or not image.get("url"):
        return None
    return {key: image.get(key) for key in ("url", "alt", "caption", "width", "height")}


def extracted(extraction: Any) -> dict[str, Any]:
    """Return the fields of an extraction (a dataclass) that the record's ``article`` has."""
    return {key: value for key, value in asdict(extraction).items() if key in _ARTICLE}
