"""A publisher's page, parsed once: its tree, its meta tags, the data that is embedded in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import turbohtml
from turbohtml import Element

from newscrawl.extract import jsonld
from newscrawl.extract.publisher_rules import Rule, rule_for
from newscrawl.markup import safe_url
from newscrawl.urls.same_site import site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# Characters of a page that are parsed: a page may take 30 times its size in memory, and a worker
# has 240 MiB. The largest articles, scripts included, have 3 million.
MAX_CHARS: Final = 4_000_000
# Tags of a page that other readers of HTML are asked to read too; they take ten times the memory
# for each, and articles have 40,000 at most.
MAX_TAGS: Final = 150_000
# So many of its meta tags, and so many characters of each.
MAX_META: Final = 500
MAX_VALUE: Final = 10_000

# What no reader reads. Buttons are looked at one by one: some hold the picture that they enlarge.
_CODE: Final = (
    "script, style, template, svg, math > annotation, object, embed, canvas, audio, video, input,"
    " select, textarea, map, progress, meter, meta, link, del"
)
# What leads through a site: a quarter of a page's elements, and never its article.
_NAVIGATION: Final = "nav, [role=navigation], [role=menu], [role=search]"
# Sites of players, posts and charts: a frame of any other one is an advertisement or a form, as
# likely as not, unless it has a title.
PLAYERS: Final = frozenset({
    "acast.com", "apple.com", "audioboom.com", "bandcamp.com", "bsky.app", "dailymotion.com",
    "datawrapper.de", "documentcloud.org", "dwcdn.net", "flourish.studio", "infogram.com",
    "instagram.com", "libsyn.com", "megaphone.fm", "simplecast.com", "soundcloud.com",
    "spotify.com", "tableau.com", "tiktok.com", "truthsocial.com", "twitter.com", "vimeo.com",
    "x.com", "youtube-nocookie.com", "youtube.com",
})  # fmt: skip
_META_KEYS: Final = ("property", "name", "itemprop", "http-equiv")


@dataclass(slots=True)
class Document:
    """A parsed page.

    Attributes:
        tree: The whole page; without scripts, styles and controls once `strip` ran.
        url: The URL that it came from.
        source: Its HTML, as far as `MAX_CHARS`.
        meta: Contents of the meta tags by name, property, itemprop or http-equiv in lower case,
            in the page's order.
        nodes: The nodes of its JSON-LD.
        article: The node of the article, empty if there is none.
        refresh: Seconds after which it sends its readers elsewhere, and the URL; or None.
        rule: The rule for its publisher; None for most.
    """

    tree: turbohtml.Document
    url: str
    source: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[jsonld.Node] = field(default_factory=list)
    article: jsonld.Node = field(default_factory=dict)
    refresh: tuple[float, str] | None = None
    rule: Rule | None = None
    _stripped: bool = False
    _scripts: list[Element] = field(default_factory=list)

    @property
    def root(self) -> Element | None:
        """The element of the page that a reader sees."""
        return self.tree.find("body") or self.tree.root

    def first(self, *names: str) -> tuple[str, str] | None:
        """Return the first meta tag of *names* that has a content, and its name."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value, name
        return None

    @property
    def is_endless(self) -> bool:
        """Whether its values are final, without another reader."""
        return self.source.count("<") > MAX_TAGS

    def scripts(self) -> Iterator[Element]:
        """Yield the page's scripts, also after `strip`."""
        return iter(self._scripts)

    def strip(self) -> None:
        """Take out of the tree what no reader reads."""
        if self._stripped:
            return
        self._stripped = True
        for button in self.tree.find_all("button"):
            # Some hold the picture that they enlarge, or open the section of their heading.
            if button.find(["img", "h2", "h3", "h4"]) or button.closest("h2, h3, h4"):
                button.tag = "span"
            else:
                button.decompose()
        own = self.rule.remove if self.rule else []
        self.tree.remove(", ".join([_CODE, _NAVIGATION, *own]))
        for frame in self.tree.find_all("iframe"):
            source = safe_url(frame.attr("src") or frame.attr("data-src") or "", self.url) or ""
            if not (frame.attr("title") or "").strip() and site_of(source) not in PLAYERS:
                frame.decompose()


def parse(html: str, url: str) -> Document:
    """Return *html* parsed, as far as `MAX_CHARS`; nothing in it can make this fail."""
    source = html[:MAX_CHARS]
    tree = turbohtml.parse(source, positions=False)
    scripts = tree.find_all("script")
    linked = (s.text for s in scripts if "ld+json" in (s.attr("type") or "").lower())
    nodes = jsonld.nodes_of(linked)
    meta = _meta(tree)
    return Document(
        tree=tree,
        url=url,
        source=source,
        meta=meta,
        nodes=nodes,
        article=jsonld.article_of(nodes, _said(tree, meta)),
        refresh=_refresh(tree, url),
        rule=rule_for(url),
        _scripts=scripts,
    )


def _refresh(tree: turbohtml.Document, url: str) -> tuple[float, str] | None:
    try:
        return tree.meta_refresh(url)
    except ValueError:  # of an invalid address: "http://[::1/"
        return None


def _said(tree: turbohtml.Document, meta: dict[str, list[str]]) -> str:
    """Return the titles that the page gives itself."""
    title = tree.find("title")
    titles = [title.text[:MAX_VALUE] if title is not None else "", *meta.get("og:title", ())[:1]]
    return " ".join(titles)


def _meta(tree: turbohtml.Document) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.find_all("meta", limit=MAX_META):
        content = element.attr("content")
        if content is None:
            continue
        for key in _META_KEYS:
            name = element.attr(key)
            if name:
                value = " ".join(content[:MAX_VALUE].split())
                found.setdefault(name.strip().lower(), []).append(value)
    return found
