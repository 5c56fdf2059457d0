"""What the archive must hold of a site: values that the seed and the database both give."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueImage:
    """A featured image as the record gives it; sizes in pixels."""

    url: str
    alt: str | None
    caption: str | None
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueName:
    """A term or an author. *url* is its page on the site."""

    name: str
    slug: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TruePost:
    """A public post. Times are ISO 8601 UTC, or None if the site has no time.

    Attributes:
        note: What is odd about it; "" for an ordinary one.
        title: As a reader sees it, entities decoded; None if it is not worth comparing.
        text: All words of the body, one space between two; None if markup makes it ambiguous.
        excerpt: As *text*; None if WordPress generates it.
        image: The id of its featured image, which need not exist.
        link: The full-article link, or None.
    """

    id: int
    type: str
    guid: str
    slug: str
    url: str
    title: str | None
    published: str | None
    modified: str | None
    author: int
    categories: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    regions: frozenset[int] = frozenset()
    image: int | None = None
    text: str | None = None
    excerpt: str | None = None
    link: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueComment:
    """An approved comment on a public post."""

    id: int
    post: int
    author: str
    text: str


@dataclass(slots=True)
class Truth:
    """Everything public of a site, by id; and the ids of posts that must never appear."""

    posts: dict[int, TruePost] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    authors: dict[int, TrueName] = field(default_factory=dict)
    terms: dict[str, dict[int, TrueName]] = field(default_factory=dict)
    images: dict[int, TrueImage] = field(default_factory=dict)
    comments: dict[int, TrueComment] = field(default_factory=dict)

    def of_type(self, post_type: str) -> dict[int, TruePost]:
        """The public posts of one type."""
        return {i: post for i, post in self.posts.items() if post.type == post_type}

    def noted(self, note: str) -> TruePost:
        """The one post that is odd in this way."""
        (post,) = (post for post in self.posts.values() if post.note == note)
        return post
