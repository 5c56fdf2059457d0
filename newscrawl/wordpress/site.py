"""Known facts of a WordPress site: the address of its API, its types, its languages."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from newscrawl.urls.hosts import DEFAULT_PORTS
from newscrawl.urls.spelling import ascii_host, spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BUILT_IN_TAXONOMIES: Final = {"category": "categories", "post_tag": "tags"}
"""The taxonomies of every site, and the key of their ids in a post."""

_MULTILINGUAL: Final = frozenset({"pll/v1", "wpml/v1", "trp/v1"})
"""Namespaces of the API that plugins for several languages add."""

ROUTES_OF_ALL: Final = {
    "tribe_events": ("tribe/events/v1", "tribe/events/v1/events?start_date=1970-01-01"),
}
"""Types whose lists in wp/v2 leave out posts: the namespace and the route that lists all."""

NO_CONTENT: Final = frozenset(
    {
        "attachment",
        "nav_menu_item",
        "wp_block",
        "wp_template",
        "wp_template_part",
        "wp_global_styles",
        "wp_navigation",
        "wp_font_family",
        "wp_font_face",
        "elementor_library",
        "e-floating-buttons",
        "elementor_component",
        "jp_mem_plan",
        "jp_pay_order",
        "jp_pay_product",
        "feedback",
    }
)
"""Post types that every reader of the API sees, and that hold no texts of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostType:
    """A post type that the API offers.

    Attributes:
        slug: As in a post's "type".
        rest_base: The last part of its address: "posts" for the type "post".
        taxonomies: Slugs of the taxonomies that its posts may have.
        namespace: "wp/v2" but for a few plugins' types.
    """

    slug: str
    rest_base: str
    name: str = ""
    taxonomies: tuple[str, ...] = ()
    namespace: str = "wp/v2"

    @property
    def is_content(self) -> bool:
        """Whether its posts are writing of the site."""
        return self.slug not in NO_CONTENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """A public taxonomy; *rest_base* is both its address and the key of its ids in a post."""

    slug: str
    rest_base: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of a site.

    Attributes:
        tag: BCP 47.
        home: The address of its posts: ``https://example.org/fr/``, or ``https://example.org/?lang=fr``.
        code: The plugin's own name of it; "" if that is not known.
    """

    tag: str
    home: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The lists of one further language: other routes, or the same ones with ``lang=``."""

    tag: str
    v2: str
    lang: str = ""


POST: Final = PostType(
    slug="post", rest_base="posts", name="Posts", taxonomies=tuple(BUILT_IN_TAXONOMIES)
)
BUILT_IN: Final = tuple(
    Taxonomy(slug=slug, rest_base=base) for slug, base in BUILT_IN_TAXONOMIES.items()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A WordPress site as its own API describes it.

    Attributes:
        key: The name of this site: host without "www.", port, path of its home.
        home: The home URL that the API gives, else the requested URL.
        root: The API's index: ``https://example.org/wp-json/``; "" if it was never open.
        v2: The URL to which a route is appended: ``https://example.org/wp-json/wp/v2/``, or
            ``https://example.org/?rest_route=/wp/v2/``.
        timezone: An IANA name, or "".
        gmt_offset: Hours that local times are ahead of UTC, without a name; may be wrong
            for a part of the year.
        language: BCP 47, of the requested page or the home page; None if it does not declare one.
        is_page_read: Whether that page was read, also if it declares no language.
        date: The server's clock when it answered, RFC 9110's Date header as ISO 8601 in UTC.
        types: The types in ``/wp/v2/types``; only ("post",) if the site hides it.
        taxonomies: The public ones, with categories and tags.
        has_modified_after: Whether lists can be limited by time of change; None until it was tried.
        per_page: Rows to request of a list; fewer than 100 if the site allows no more.
        full_per_page: Rows to request of a list of whole posts, which are more work for a server.
        languages: All languages; empty for a site in one.
        views: Lists of languages that the site's own lists leave out.
        unreachable: Languages whose posts no list shows, a line for each.
        selective: Slugs of types whose lists leave out posts that are there.
        has_byline_pages: Whether only the page of a post names its authors.
        has_translation_pages: Whether only the page of a post names its translations.
        lang: The value of ``lang=`` in every request, for a view of a language; else "".
    """

    key: str
    home: str
    root: str
    v2: str
    name: str = ""
    description: str = ""
    timezone: str = ""
    gmt_offset: float = 0.0
    language: str | None = None
    is_page_read: bool = False
    date: str | None = None
    namespaces: tuple[str, ...] = ()
    types: tuple[PostType, ...] = (POST,)
    taxonomies: tuple[Taxonomy, ...] = field(default=BUILT_IN)
    has_modified_after: bool | None = None
    per_page: int = 100
    full_per_page: int = 100
    languages: tuple[Language, ...] = ()
    views: tuple[View, ...] = ()
    unreachable: tuple[str, ...] = ()
    selective: tuple[str, ...] = ()
    has_byline_pages: bool = False
    has_translation_pages: bool = False
    lang: str = ""

    @property
    def was_open(self) -> bool:
        """Whether its API was ever found."""
        return bool(self.root)

    @property
    def is_multilingual(self) -> bool:
        """Whether a plugin for several languages is active: then a post's is not the site's."""
        return not _MULTILINGUAL.isdisjoint(self.namespaces)

    @property
    def style(self) -> str:
        """How URLs of the API look: "pretty" or "rest_route"."""
        return "rest_route" if "rest_route=" in self.v2 else "pretty"

    def type(self, slug: str) -> PostType | None:
        """Return the post type of this slug or rest base, or None."""
        return next(
            (
                post_type
                for post_type in self.types
                if slug in (post_type.slug, post_type.rest_base)
            ),
            None,
        )

    def taxonomies_of(self, post_type: PostType) -> tuple[Taxonomy, ...]:
        """Return the public taxonomies that posts of this type may have."""
        return tuple(tax for tax in self.taxonomies if tax.slug in post_type.taxonomies)

    def seen_by(self, view: View) -> Site:
        """Return this site with the lists of a further language."""
        return replace(self, v2=view.v2, lang=view.lang)

    @property
    def all_views(self) -> tuple[tuple[str | None, Site], ...]:
        """The site as each of its lists shows it, with the language of those posts if it is one."""
        return ((None, self), *((view.tag, self.seen_by(view)) for view in self.views))

    def language_home(self, link: str) -> str | None:
        """Return the home of the language that a post's address belongs to; None for no other."""
        place = f"{spelling_key(link)}/"
        found = [lang.home for lang in self.languages if _is_within(place, lang.home)]
        return max(found, key=len, default=None)

    def language_of(self, link: str) -> str | None:
        """Return the language of a post by its address; None for a site in one language."""
        home = self.language_home(link)
        return next((lang.tag for lang in self.languages if lang.home == home), None)

    def replaced(self, **changes: Any) -> Site:
        """Return this site with some facts changed."""
        return replace(self, **changes)

    def with_learned(self, known: Site) -> Site:
        """Return this site with the facts that a crawl of the *known* one has learned.

        Types and taxonomies that no answer named this time are the known ones: a list that fails
        once deletes no terms.
        """
        views = tuple(
            replace(view, v2=self.v2) if view.v2 == known.v2 else view for view in known.views
        )
        return replace(
            self,
            types=known.types if self.types == (POST,) else self.types,
            taxonomies=known.taxonomies if self.taxonomies == BUILT_IN else self.taxonomies,
            has_modified_after=known.has_modified_after,
            per_page=known.per_page,
            full_per_page=known.full_per_page,
            views=views,
            unreachable=known.unreachable,
            selective=known.selective,
            has_byline_pages=self.has_byline_pages
            or (known.has_byline_pages and not self.is_page_read),
            has_translation_pages=self.has_translation_pages
            or (known.has_translation_pages and not self.is_page_read),
            lang=known.lang,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the site as JSON types, for :meth:`from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Self:
        """Build a site from the value of :meth:`as_dict`, also if JSON made lists of tuples."""
        types = tuple(
            PostType(**{**post_type, "taxonomies": tuple(post_type["taxonomies"])})
            for post_type in facts["types"]
        )
        taxonomies = tuple(Taxonomy(**taxonomy) for taxonomy in facts["taxonomies"])
        return cls(
            **{
                **facts,
                "types": types,
                "taxonomies": taxonomies,
                "namespaces": tuple(facts["namespaces"]),
                "languages": tuple(Language(**each) for each in facts.get("languages", ())),
                "views": tuple(View(**each) for each in facts.get("views", ())),
                "unreachable": tuple(facts.get("unreachable", ())),
                "selective": tuple(facts.get("selective", ())),
            }
        )


def _is_within(place: str, home: str) -> bool:
    """Return whether a place, ending in a slash, is below the home of a language."""
    bare, _, query = spelling_key(home).partition("?")
    if query:
        return place.startswith(bare) and query in place
    return place.startswith(bare.rstrip("/") + "/")


def site_key(home: str, asked: Iterable[str], base: str) -> str:
    """Return the key of a site: host without "www.", port, path; the scheme does not matter.

    The host is written as DNS does it, in punycode.

    Args:
        home: As the API gives it. A copy of a site often names the original, so its host counts
            only if it was *asked* for or redirected to.
        asked: The URLs of the request that found the site: the first one, redirects, the final.
        base: The address of the site for us, if *home* does not count.

    >>> site_key("https://www.Example.org/blog/", ["http://example.org/blog/?p=1"], "")
    'example.org/blog'
    >>> site_key("https://example.org", ["http://127.0.0.1:8080/"], "http://127.0.0.1:8080/")
    '127.0.0.1:8080'
    """
    place = _place(home)
    if place is None or place[0] not in {known[0] for url in asked if (known := _place(url))}:
        place = _place(base)
    return "".join(place or ("",))


def _place(url: str) -> tuple[str, str] | None:
    """Return (host and port, path) as they are in a key; None if it is no web address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not host:
        return None
    host = ascii_host(host.rstrip(".")).removeprefix("www.")
    host = f"[{host}]" if ":" in host else host
    is_default = port is None or port == DEFAULT_PORTS[parts.scheme]
    return host if is_default else f"{host}:{port}", parts.path.rstrip("/")
