"""Pictures, players and frames of a source, told to the builder: what each stands for is shown.

A player has its URL in an attribute, or in a ``source`` to come; what it plays becomes a link.
"""

from collections.abc import Mapping

from turbohtml import tokenize

from newscrawl.markup import media
from newscrawl.markup.builder import Builder
from newscrawl.markup.links import Links
from newscrawl.markup.unicode import one_line

# Sizes of frames that only count readers.
_UNSEEN_SIZES = frozenset({"0", "1"})


class MediaElements:
    """The media of one document.

    Attributes:
        waiting: Whether the source of a player is still to come.
    """

    def __init__(self, builder: Builder, links: Links, base_url: str) -> None:
        self.waiting = False
        self._builder = builder
        self._links = links
        self._base_url = base_url
        self._last_image = ""
        self._last_page = ""
        self._player_title = ""

    def image(self, attrs: Mapping[str, str], *, again: bool = True) -> None:
        """Add a picture; with *again* False, only if it is not the one just added."""
        symbol = media.symbol(attrs)
        if symbol:
            self._builder.text(symbol)
            return
        kept = media.image(attrs, self._base_url)
        if kept and (again or kept["src"] != self._last_image):
            self._last_image = kept["src"]
            self._builder.image(kept)

    def noscript_source(self, source: str) -> None:
        """Take what lazy loading put into a ``noscript``; its words are not shown."""
        for token in tokenize(source):
            if token.tag == "img" and token.attrs:
                self.image(dict(token.attrs), again=False)
            elif token.tag == "iframe" and token.attrs:
                self.frame(dict(token.attrs))

    def embed(self, url: str, title: str = "") -> bool:
        """Add a link to the page of what is played at *url*; False where there is none."""
        page = media.page_of_embed(url, self._base_url) if url else None
        # Old players name one page in their "param", again in their "embed".
        if page and page != self._last_page:
            self._links.paragraph(page, one_line(title) or page)
            self._last_page = page
        return bool(page)

    def frame(self, attrs: Mapping[str, str]) -> None:
        """Add what an ``iframe`` shows."""
        if "wp-embedded-content" in attrs.get("class", ""):
            return  # WordPress's own embed stands beside a quote with the same link
        if _UNSEEN_SIZES.isdisjoint({attrs.get("width"), attrs.get("height")}):
            source = attrs.get("data-src") or attrs.get("data-lazy-src") or attrs.get("src", "")
            self.embed(source, attrs.get("title", ""))

    def player(self, attrs: Mapping[str, str]) -> None:
        """Add what a ``video`` or an ``audio`` plays, or wait for its source."""
        self._player_title = attrs.get("title") or attrs.get("aria-label", "")
        self.waiting = not self.embed(attrs.get("src", ""), self._player_title)

    def source(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Add what the ``source`` names that a player waits for; other elements are none."""
        if tag == "source" and self.embed(attrs.get("src", ""), self._player_title):
            self.waiting = False

    def late(self, kind: str, attrs: Mapping[str, str]) -> None:
        """Add what a script would put in an element's place."""
        title = attrs.get("title") or attrs.get("data-title") or attrs.get("playlabel", "")
        self.embed(media.late_page(kind, attrs), title)

    def script(self, source: str) -> None:
        """Add the code that a script would write."""
        self.embed(media.page_of_script(source))

    def settings(self, settings: str) -> None:
        """Add the video of an Elementor widget, which has nothing but its settings."""
        self.embed(media.elementor_video(settings))
