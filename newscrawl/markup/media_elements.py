"""Pass the pictures, players and frames of a source to the builder.

A player has its URL in an attribute, or in a later ``source``. It becomes a link.
"""

from collections.abc import Mapping

from turbohtml import tokenize

from newscrawl.markup import embeds, media
from newscrawl.markup.builder import Builder
from newscrawl.markup.links import Links
from newscrawl.markup.unicode import one_line

# Widths and heights of tracking frames.
_UNSEEN_SIZES = frozenset({"0", "1"})


class MediaElements:
    """The media of one document.

    Attributes:
        waiting: Whether a player still needs its ``source``.
    """

    def __init__(self, builder: Builder, links: Links, base_url: str) -> None:
        self.waiting = False
        self._builder = builder
        self._links = links
        self._base_url = base_url
        self._last_image = ""
        self._was_noscript = False  # whether that image was in a ``noscript``
        self._candidate = ""  # the ``source`` of a picture whose ``img`` follows
        self._last_page = ""
        self._film: tuple[str, str] | None = None  # a page and its title, not added yet
        self._player_title = ""

    def image(self, attrs: Mapping[str, str], *, again: bool = True) -> None:
        """Add a picture; if *again* is False, only if it is not the last one added."""
        symbol = media.symbol(attrs)
        if symbol:
            self._builder.text(symbol)
            return
        if self._candidate:
            attrs = {"data-candidate-srcset": self._candidate, **attrs}
            self._candidate = ""
        kept = media.image(attrs, self._base_url)
        if not kept:
            return
        if self._is_still(kept["src"]):
            return
        key = media.picture_key(kept["src"])
        is_twin = key == self._last_image and (self._was_noscript or not again)
        self._last_image, self._was_noscript = key, not again
        if not is_twin:
            self._builder.image(kept)

    def _is_still(self, source: str) -> bool:
        """Return whether a picture is the still one of the film just added or waiting."""
        page = embeds.page_of_preview(source)
        return bool(page) and page in {self._last_page, self._film[0] if self._film else ""}

    def candidate(self, attrs: Mapping[str, str]) -> None:
        """Remember a ``source`` of a ``picture``, for an ``img`` without its own URL."""
        sets = [value for name, value in attrs.items() if name.endswith("srcset")]
        self._candidate = self._candidate or next(filter(None, sets), "")

    def noscript_source(self, source: str) -> None:
        """Add the media that lazy loading put in a ``noscript``; its words are not shown."""
        for token in tokenize(source):
            if token.tag == "img" and token.attrs:
                self._noscript_image(dict(token.attrs))
            elif token.tag == "iframe" and token.attrs:
                self.frame(dict(token.attrs))

    def _noscript_image(self, attrs: Mapping[str, str]) -> None:
        """Add a picture of a ``noscript``; the still picture of a film stands for the film."""
        if page := embeds.page_of_preview(attrs.get("src") or ""):
            self._wait_for(page, {})
            self.end_film()
        else:
            self.image(attrs, again=False)

    def embed(self, url: str, title: str = "") -> bool:
        """Add a link to the page of the embed at *url*; return False if it has no page."""
        page = embeds.page_of_embed(url, self._base_url) if url else None
        if page and self._film:
            before, self._film = self._film, None
            if before[0] != page:
                self._add(*before)
            title = title or before[1]
        # Old players name the same page in "param" and in "embed".
        if page:
            self._add(page, title)
        return bool(page)

    def _add(self, page: str, title: str) -> None:
        if page != self._last_page:
            self._links.paragraph(page, one_line(title) or page)
            self._last_page = page

    def frame(self, attrs: Mapping[str, str]) -> None:
        """Add a link to the content of an ``iframe``."""
        if "wp-embedded-content" in attrs.get("class", ""):
            return  # WordPress's own embed is beside a quote with the same link
        if _UNSEEN_SIZES.isdisjoint({attrs.get("width"), attrs.get("height")}):
            self.embed(embeds.frame_source(attrs), attrs.get("title", ""))

    def film(self, attrs: Mapping[str, str]) -> None:
        """Add the film that any element has in its attributes for a script."""
        self._wait_for(embeds.film(attrs, self._base_url), attrs)

    def consent(self, attrs: Mapping[str, str]) -> None:
        """Add the film that an element of a consent box leads to."""
        pages = [embeds.film(attrs, self._base_url)]
        pages += [embeds.film_at(attrs.get(name, ""), self._base_url) for name in ("href", "src")]
        self._wait_for(next(filter(None, pages), ""), attrs)

    def _wait_for(self, page: str, attrs: Mapping[str, str]) -> None:
        if page:
            self.end_film()
            self._film = page, attrs.get("title") or attrs.get("data-title", "")

    def template(self, source: str) -> None:
        """Add the films of a template, which may be encoded."""
        for token in tokenize(embeds.decoded(source.strip())):
            if token.tag == "iframe" and token.attrs:
                address = dict(token.attrs).get("src") or ""
                self._wait_for(embeds.film_at(address, self._base_url), {})
                self.end_film()

    @property
    def has_film(self) -> bool:
        """Whether a film is waiting to be added."""
        return self._film is not None

    def has_address(self, attrs: Mapping[str, str]) -> bool:
        """Return whether an attribute other than ``src`` has a film."""
        return bool(embeds.film(attrs, self._base_url))

    def end_film(self) -> None:
        """Add the waiting film, as no frame with a better title has followed."""
        if self._film:
            page, title = self._film
            self._film = None
            self._add(page, title)

    def player(self, attrs: Mapping[str, str]) -> None:
        """Add a link to the media of a ``video`` or an ``audio``, or wait for its ``source``."""
        self._player_title = attrs.get("title") or attrs.get("aria-label", "")
        self.waiting = not self.embed(attrs.get("src", ""), self._player_title)

    def source(self, tag: str, attrs: Mapping[str, str]) -> None:
        """Add the media of the ``source`` that a player waits for; ignore other elements."""
        if tag == "source" and self.embed(attrs.get("src", ""), self._player_title):
            self.waiting = False

    def late(self, kind: str, attrs: Mapping[str, str]) -> None:
        """Add the content that a script would put in an element's place."""
        title = attrs.get("title") or attrs.get("data-title") or attrs.get("playlabel", "")
        self.embed(embeds.late_page(kind, attrs), title)

    def script(self, source: str) -> None:
        """Add the code that a script would show."""
        self.embed(embeds.page_of_script(source))

    def settings(self, settings: str) -> None:
        """Add the video of an Elementor widget, which is only in its settings."""
        self.embed(embeds.elementor_video(settings))
