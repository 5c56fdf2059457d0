"""The rows of the demo's database: frozen values, replaced when they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ZERO = "-0001-11-30T00:00:00"
"""MySQL's zero date, as WordPress returns it."""

NO_TERMS: dict[str, tuple[int, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post, in any status.

    Attributes:
        date, modified: In the site's time zone, ``2026-01-10T14:05:00``; their ``_gmt`` twins UTC.
        title: Plain text.
        content, excerpt: HTML, as WordPress renders it.
        terms: Ids by taxonomy, beyond categories and tags.
        acf: The custom fields; None is served as ``[]``, as WordPress does.
        link: The full-article link that is in *content*; None for the magazine's own writing.
    """

    id: int
    type: str = "post"
    status: str = "publish"
    slug: str
    guid: str
    title: str
    content: str
    excerpt: str
    date: str
    date_gmt: str
    modified: str
    modified_gmt: str
    author: int
    categories: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    terms: dict[str, tuple[int, ...]] = field(default_factory=lambda: NO_TERMS)
    featured_media: int = 0
    sticky: bool = False
    protected: bool = False
    acf: dict[str, Any] | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A category, a tag, or a term of the magazine's own taxonomy."""

    id: int
    taxonomy: str
    name: str
    slug: str
    description: str = ""
    parent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A user; a *hidden* one is named by posts but shown to nobody."""

    id: int
    name: str
    slug: str
    description: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An uploaded image of *width* x *height* pixels, attached to the post *post* (0: no post)."""

    id: int
    slug: str
    title: str
    alt: str
    caption: str
    date: str
    date_gmt: str
    width: int = 1200
    height: int = 800
    post: int = 0
    author: int = 0

    @property
    def file(self) -> str:
        """The path below the uploads folder."""
        return f"{self.date[:4]}/{self.date[5:7]}/{self.slug}.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A reader's comment, plain text; shown once it is *approved*."""

    id: int
    post: int
    parent: int = 0
    author_name: str
    text: str
    date: str
    date_gmt: str
    approved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PostType:
    """A kind of post that the REST API shows, at ``/wp/v2/<rest_base>``."""

    slug: str
    name: str
    rest_base: str
    description: str = ""
    taxonomies: tuple[str, ...] = ()
    has_archive: bool = False
    hierarchical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """A way of sorting posts; its ids are in a post's ``<rest_base>`` key."""

    slug: str
    name: str
    rest_base: str
    types: tuple[str, ...]
    hierarchical: bool = False


POST_TYPES = (
    PostType(
        slug="post", name="Posts", rest_base="posts", taxonomies=("category", "post_tag", "region")
    ),
    PostType(slug="page", name="Pages", rest_base="pages", hierarchical=True),
    PostType(slug="attachment", name="Media", rest_base="media"),
    PostType(
        slug="news",
        name="News in brief",
        rest_base="news",
        description="Short items of the day.",
        taxonomies=("region",),
        has_archive=True,
    ),
    PostType(slug="wp_block", name="Patterns", rest_base="blocks"),
)

TAXONOMIES = (
    Taxonomy(
        slug="category",
        name="Categories",
        rest_base="categories",
        types=("post",),
        hierarchical=True,
    ),
    Taxonomy(slug="post_tag", name="Tags", rest_base="tags", types=("post",)),
    Taxonomy(slug="region", name="Regions", rest_base="regions", types=("post", "news")),
)
