"""Links of a source, told to the builder: to other pages, within the page, to the full article."""

from newscrawl.markup.builder import Builder, Format
from newscrawl.urls.safe import safe_url, same_page


class Links:
    """The links of one document.

    Attributes:
        within_page: Whether the words at hand are those of a link within the page.
        buttons: The anchors that lead to the URL to drop, as they came.
    """

    def __init__(self, builder: Builder, base_url: str, drop_url: str | None) -> None:
        self.within_page = False
        self.buttons: list[Format] = []
        self._builder = builder
        self._base_url = base_url
        self._drop_url = drop_url

    def start(self, href: str) -> Format | None:
        """Start a link; None where its words are none: within the page, or without a safe URL."""
        url = safe_url(href, self._base_url)
        if "#" in href and url and same_page(url, self._base_url):
            self.within_page = True
            return None
        return self._start(url) if url else None

    def end(self, started: Format | None) -> None:
        """End what `start` gave."""
        if started:
            self._builder.end_format(started)
        else:
            self.within_page = False

    def paragraph(self, url: str, words: str) -> None:
        """Add a paragraph that is a link."""
        builder = self._builder
        builder.end_block()
        around, builder.formats = builder.formats, []
        self._start(url)
        builder.text(words)
        builder.end_block()
        builder.formats = around

    def _start(self, url: str) -> Format | None:
        started = self._builder.start_format("a", {"href": url})
        if started and url == self._drop_url:
            self.buttons.append(started)
        return started
