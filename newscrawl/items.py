"""The values that travel through a crawl: a post, an article, a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, NotRequired, TypedDict, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

P = TypeVar("P")

API: Final = "api"
FEED: Final = "feed"
PAGE: Final = "page"
"""The source of a post: the API or, if it is closed, the site's feed or the post's page."""

EXTRACTED: Final = "extracted"
"""The key of the values from a post's page, in the ``raw`` of a post without an id."""


@dataclass(slots=True, kw_only=True)
class Body:
    """One normalized text in three forms, made from the same tree."""

    html: str
    markdown: str
    text: str


@dataclass(slots=True, kw_only=True)
class PostBody(Body):
    """A post's normalized body, with its title and excerpt as plain text.

    Attributes:
        language: BCP 47, by the words of the text; None if they leave doubt.
        protected: "password" or "members" if a wall hides words of the post; else None.
    """

    title: str
    excerpt: str
    language: str | None = None
    protected: str | None = None


@dataclass(slots=True, kw_only=True)
class Image:
    """A lead image; sizes in pixels."""

    url: str
    alt: str | None = None
    caption: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(slots=True, kw_only=True)
class Link:
    """The full-article link of a post, and why it was chosen.

    Attributes:
        url: As found, made absolute.
        text: The words on the button or anchor.
        score: From 0 to 1.
        evidence: The reasons for it, strongest first, as users read them.
    """

    url: str
    text: str
    score: float
    evidence: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Post:
    """A post as the site gave it, decoded. Absent values are None or empty; times ISO 8601 UTC.

    Attributes:
        raw: The post as it came, for the archive.
        post_id: A negative stand-in if the source has no id.
        guid: As it came; "" if the site hides it.
        title, excerpt, content: HTML, as rendered by the site.
        authors, categories, tags: Ids.
        bylines: Authors as a plugin names them, in order: they replace those of the ids.
        byline_key: The key under which the byline is resolved, if only a route of its own has it.
        terms: Ids by taxonomy, beyond the two above.
        image: Id of the featured image, or None.
        modified_gmt: As the API gave it, for the cursor; may be a zero date.
        source: "api", "feed" or "page".
        names: Of "authors" and "categories", from a source without their ids.
        picture: The featured image, from a source without its id.
    """

    raw: dict[str, Any]
    post_id: int
    guid: str
    type: str
    url: str
    slug: str
    status: str
    published: str | None
    modified: str | None
    modified_gmt: str | None
    title: str
    excerpt: str
    content: str
    authors: list[int] = field(default_factory=list)
    bylines: list[dict[str, Any]] = field(default_factory=list)
    byline_key: int | None = None
    categories: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    terms: dict[str, list[int]] = field(default_factory=dict)
    image: int | None = None
    protected: bool = False
    language: str | None = None
    source: str = API
    names: dict[str, list[str]] = field(default_factory=dict)
    picture: Image | None = None

    @property
    def label(self) -> str:
        """How logs name it."""
        return f"{self.post_id}" if self.post_id > 0 else self.url or self.guid


@dataclass(slots=True, kw_only=True)
class NormalizedPost:
    """A post and its normalized parts.

    Attributes:
        body: Without the full-article button.
        link: Where that button leads; None if the post has no full-article link.
        signature: Of the text, to find near duplicates; None if the text is short, or if the post
            has a link.
        failure: Why newscrawl failed to normalize it; the post is then kept as it came, without a
            body and a record, and tried again. None for all others.
    """

    post: Post
    body: PostBody
    link: Link | None = None
    signature: bytes | None = None
    failure: str | None = None


@dataclass(slots=True, kw_only=True)
class ClaimedPost(NormalizedPost):
    """A normalized post that has its row in the archive.

    Attributes:
        is_new: The row was made for this post: no earlier state of it can be on its way to a
            record.
    """

    row: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class PostBatch(Generic[P]):
    """Posts that pass through the pipelines together.

    They are one item for Scrapy, which needs as much CPU time for each item as the archive needs
    for a post.
    """

    posts: Sequence[P]


@dataclass(slots=True, kw_only=True)
class ReadyPost:
    """An archived post with the parts of its record, except its references.

    Attributes:
        article: The record's ``article``, without its link; None if it was not fetched yet, or the
            post has no link.
        story: The name of its story; None if its text is too short to compare.
    """

    row: int
    post: Post
    body: PostBody
    link: Link | None = None
    article: dict[str, Any] | None = None
    story: str | None = None


@dataclass(slots=True, kw_only=True)
class Extraction:
    """An article as it was read from a page. Times ISO 8601, in UTC if the page has a zone.

    Attributes:
        text, html, markdown: The article's body, normalized; "" if it was not found.
        url: The canonical URL.
        modified, published: "2026-01-10" if the page gives no time of day.
        extractor: The method that won.
        confidence: From 0 to 1.
        sources: For each metadata field, its place in the page: ``{"title": "json-ld"}``.
    """

    url: str
    text: str = ""
    html: str = ""
    markdown: str = ""
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    image: Image | None = None
    publisher: str | None = None
    section: str | None = None
    agency: str | None = None
    word_count: int = 0
    extractor: str = ""
    confidence: float = 0.0
    sources: dict[str, str] = field(default_factory=dict)


class Record(TypedDict):
    """One line of the output: what `newscrawl/record.schema.json` promises to users."""

    schema: str
    site: str
    guid: str
    post_id: int | None
    url: str
    slug: str
    status: str
    revision: int
    change: str
    content_hash: str | None
    type: str
    published: str | None
    modified: str | None
    title: str | None
    excerpt: str | None
    html: str | None
    markdown: str | None
    text: str | None
    authors: list[dict[str, Any]] | None
    categories: list[dict[str, Any]] | None
    tags: list[dict[str, Any]] | None
    image: dict[str, Any] | None
    language: str | None
    terms: dict[str, list[dict[str, Any]]] | None
    article: dict[str, Any] | None
    protected: NotRequired[str | None]
    crawled: str
    run: int
    raw: NotRequired[dict[str, Any]]
    story: NotRequired[str]
    translations: NotRequired[list[dict[str, Any]]]
    links: NotRequired[list[dict[str, Any]]]
