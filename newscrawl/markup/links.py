"""Pass the links of a source to the builder: to other pages, within the page, to the article."""

from typing import Final

from newscrawl.markup.builder import Builder, Format
from newscrawl.markup.controls import BUTTON, CONTROL, SWITCH
from newscrawl.urls.canonical import canonical_url
from newscrawl.urls.safe import safe_url, same_page

# The path of links to email addresses that Cloudflare hides from robots.
_HIDDEN_EMAIL: Final = "/cdn-cgi/l/email-protection"

# Links that builders write if an editor sets no other.
_NOWHERE: Final = frozenset({"#", "#!", "#0"})


class Links:
    """The links of one document.

    Attributes:
        within_page: Whether the current words are in a link within the page.
        buttons: The anchors that lead to the URL to drop, in order.
        built: The anchors among them that look like buttons.
    """

    def __init__(self, builder: Builder, base_url: str, drop_url: str | None) -> None:
        self.within_page = False
        self.buttons: list[Format] = []
        self.built: list[Format] = []
        self._builder = builder
        self._base_url = base_url
        self._drop_url = drop_url

    def start(
        self, href: str, *, is_button: bool = False, can_be_dead: bool = False
    ) -> Format | None:
        """Start a link. A link to no other page is a control, which may be removed with its words.

        Args:
            href: As written in the source.
            is_button: Whether it looks like a button.
            can_be_dead: Whether it opens nothing on the page.
        """
        url = safe_url(href, self._base_url) if _HIDDEN_EMAIL not in href else None
        if can_be_dead and href.strip() in _NOWHERE:
            return self.start_control(BUTTON)
        if url and "#" in href and same_page(url, self._base_url):
            self.within_page = True
            return self.start_control()
        if can_be_dead and (not url or _is_same(url, self._base_url)):
            return self.start_control(BUTTON)
        if not url or href.strip() == "":
            return self.start_control()
        return self._start(url, is_button=is_button)

    def start_control(self, kind: str = SWITCH) -> Format | None:
        """Start a control."""
        self._builder.has_controls = True
        return self._builder.start_format(CONTROL, {"kind": kind})

    def end(self, started: Format | None) -> None:
        """End a link or a control from `start`."""
        if started:
            self._builder.end_format(started)
        if not started or started.tag == CONTROL:
            self.within_page = False

    def paragraph(self, url: str, words: str) -> None:
        """Add a paragraph that is only a link."""
        builder = self._builder
        builder.end_block()
        around, builder.formats = builder.formats, []
        self._start(url)
        builder.text(words)
        builder.end_block()
        builder.formats = around

    def _start(self, url: str, *, is_button: bool = False) -> Format | None:
        started = self._builder.start_format("a", {"href": url})
        if started and self._drop_url and _is_same(url, self._drop_url):
            self.buttons.append(started)
            if is_button:
                self.built.append(started)
        return started


def _is_same(url: str, other: str) -> bool:
    """Return whether two URLs are of one page, whatever their scheme."""
    if url == other:
        return True
    host, other_host = _bare(url).partition("/")[0], _bare(other).partition("/")[0]
    return host == other_host and _bare(canonical_url(url)) == _bare(canonical_url(other))


def _bare(url: str) -> str:
    """Return the common part of the URLs of one page."""
    return url.partition("#")[0].partition("//")[2].removeprefix("www.").rstrip("/")
