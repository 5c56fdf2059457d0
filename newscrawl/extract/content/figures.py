"""Making each picture of an article a figure with one caption, whatever boxes it came in."""

from __future__ import annotations

from typing import Final

from turbohtml import Element, Text

from newscrawl.extract.content.density import Block, text_of

# Words of a figure that are no caption: buttons of galleries and viewers.
_NO_CAPTION: Final = frozenset(
    {"caption", "close", "enlarge", "image", "open", "view", "zoom", "/"}
)
_PICTURES: Final = ("img", "amp-img")
MAX_PICTURES: Final = 50
# A figure may be in another one, with the caption beside it; more of them are a gallery.
MAX_NESTED: Final = 2


def tidy_figures(block: Block) -> None:
    """Leave in each figure of *block* its pictures and its caption."""
    stack = [block]
    while stack:
        current = stack.pop()
        if current.is_picture and current.figures <= MAX_NESTED:
            _tidy(current.element)
        else:
            stack.extend(current.children)


def caption_picture(caption: Element, figure: Element | None) -> None:
    """Make *caption* that of *figure*, or of the picture just before it; else take it out."""
    if figure is None:
        figure = _figure_before(caption)
    words = text_of(caption)
    caption.decompose()
    if figure is not None and figure.find("figcaption") is None:
        figure.append(Element("figcaption", children=[Text(words)]))


def _figure_before(caption: Element) -> Element | None:
    """Return the picture that stands just before *caption*, made a figure, or None."""
    before = caption.previous_sibling
    while isinstance(before, Text) and not before.data.strip():
        before = before.previous_sibling
    if not isinstance(before, Element):
        return None
    if before.tag in _PICTURES:
        figure = Element("figure")
        before.replace_with(figure)
        figure.append(before)
        return figure
    if before.find("img") is None:
        return None
    before.tag = "figure"
    return before


def _tidy(figure: Element) -> None:
    caption = figure.find("figcaption")
    words = text_of(figure)
    captioned = text_of(caption) if caption is not None else ""
    if words == captioned and figure.find("figure") is None:
        return
    pictures = [one for tag in _PICTURES for one in figure.find_all(tag, limit=MAX_PICTURES)]
    if not captioned:
        captioned = " ".join(w for w in words.split() if w.lower() not in _NO_CAPTION)
        caption = Element("figcaption", children=[Text(captioned)])
    kept = [*pictures, caption] if caption is not None and captioned else pictures
    for one in kept:
        one.extract()
    figure.clear()
    figure.extend(kept)
