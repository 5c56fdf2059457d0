"""Parse a publisher's page once: its tree, its meta tags, its embedded data."""

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

# Characters of a page that are parsed. A page may take 30 times its size in memory, and a worker
# has 240 MiB. The largest articles have 3 million characters, scripts included.
MAX_CHARS: Final = 4_000_000
# A page with more tags is not given to other HTML libraries, which take ten times the memory for
# each tag. Articles have at most 40,000.
MAX_TAGS: Final = 150_000
# Meta tags of a page that are read.
MAX_META: Final = 500
# Characters of a meta tag that are read.
MAX_VALUE: Final = 10_000

# Elements that readers don't read. Buttons are judged one by one: some hold a picture to enlarge.
_CODE: Final = (
    "script, style, template, svg, math > annotation, object, embed, canvas, audio, video, input,"
    " select, textarea, map, progress, meter, meta, link, del"
)
# Navigation: about a quarter of a page's elements, and never the article.
_NAVIGATION: Final = "nav, [role=navigation], [role=menu], [role=search]"
# Sites of players, posts and charts. A frame from another site is probably an advertisement or a
# form, unless it has a title.
PLAYERS: Final = frozenset({
    "acast.com", "apple.com", "audioboom.com", "bandcamp.com", "bsky.app", "dailymotion.com",
    "datawrapper.de", "documentcloud.org", "dwcdn.net", "flourish.studio", "infogram.com",
    "instagram.com", "libsyn.com", "megaphone.fm", "simplecast.com", "soundcloud.com",
    "spotify.com", "tableau.com", "tiktok.com", "truthsocial.com", "twitter.com", "vimeo.com",
    "x.com", "youtube-nocookie.com", "youtube.com",
})  # fmt: skip
# Items of microdata within an article. Their dates and authors are not the article's.
OTHER_ITEMS: Final = ", ".join(
    f"[itemscope][itemtype$={kind}]"
    for kind in ("ImageObject", "VideoObject", "AudioObject", "Comment", "UserComments")
)
_META_KEYS: Final = ("property", "name", "itemprop", "http-equiv")


@dataclass(slots=True)
class Document:
    """A parsed page.

    Attributes:
        tree: The whole page; after `strip` without scripts, styles, navigation and controls.
        url: The URL that the page came from.
        source: Its HTML, the first `MAX_CHARS` characters.
        meta: The contents of the meta tags in the page's order, by name, property, itemprop or
            http-equiv in lower case.
        nodes: The nodes of its JSON-LD.
        article: The node of the article; empty without one.
        refresh: The delay in seconds and the URL of a refresh that sends the reader on, or None.
        rule: The rule for its publisher, or None.
        headlines: The headline for each title that `near_headline.headline_of` was asked for.
    """

    tree: turbohtml.Document
    url: str
    source: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[jsonld.Node] = field(default_factory=list)
    article: jsonld.Node = field(default_factory=dict)
    refresh: tuple[float, str] | None = None
    rule: Rule | None = None
    headlines: dict[str | None, Element | None] = field(default_factory=dict)
    _stripped: bool = False
    _scripts: list[Element] = field(default_factory=list)

    @property
    def root(self) -> Element | None:
        """The ``body``; without one, the root of the tree; None for an empty page."""
        return self.tree.find("body") or self.tree.root

    def first(self, *names: str) -> tuple[str, str] | None:
        """Return the content of the first non-empty meta tag of *names*, and its name; or None."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value, name
        return None

    @property
    def is_endless(self) -> bool:
        """Whether it has too many tags for other HTML libraries."""
        return self.source.count("<") > MAX_TAGS

    def scripts(self) -> Iterator[Element]:
        """Yield the page's scripts, also after `strip`."""
        return iter(self._scripts)

    def strip(self) -> None:
        """Remove from the tree the elements that readers don't read."""
        if self._stripped:
            return
        self._stripped = True
        for button in self.tree.find_all("button"):
            # Some buttons hold a picture to enlarge, or a heading that opens its section.
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
    """Return the parsed page, up to `MAX_CHARS` characters. No input makes this fail."""
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
        article=jsonld.article_of(nodes, _said(tree, meta), url),
        refresh=_refresh(tree, url),
        rule=rule_for(url),
        _scripts=scripts,
    )


def _refresh(tree: turbohtml.Document, url: str) -> tuple[float, str] | None:
    try:
        return tree.meta_refresh(url)
    except ValueError:  # an invalid URL: "http://[::1/"
        return None


def _said(tree: turbohtml.Document, meta: dict[str, list[str]]) -> str:
    """Return the titles in the page's head, as one text."""
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
            if name and not (key == "itemprop" and element.closest(OTHER_ITEMS)):
                value = " ".join(content[:MAX_VALUE].split())
                found.setdefault(name.strip().lower(), []).append(value)
    return found
