"""Turn each picture of an article into a figure with at most one caption."""

from __future__ import annotations

from typing import Final

from turbohtml import Element, Text

from newscrawl.extract.content.density import Block, text_of

# Words in a figure that are not its caption: the buttons of galleries and viewers.
_NO_CAPTION: Final = frozenset(
    {"caption", "close", "enlarge", "image", "open", "view", "zoom", "/"}
)
_PICTURES: Final = ("img", "amp-img")
# Pictures of a figure that are kept.
MAX_PICTURES: Final = 50
# A figure may be in another figure that has the caption. More figures are a gallery.
MAX_NESTED: Final = 2


def tidy_figures(block: Block) -> None:
    """Reduce each figure of *block* to its pictures and its caption."""
    stack = [block]
    while stack:
        current = stack.pop()
        if current.is_picture and current.figures <= MAX_NESTED:
            _tidy(current.element)
        else:
            stack.extend([child for child in current.children if child.pictures])


def caption_picture(caption: Element, figure: Element | None) -> None:
    """Move *caption* into *figure*, or into the picture just before it; without one, remove it."""
    if figure is None:
        figure = _figure_before(caption)
    words = text_of(caption)
    caption.decompose()
    if figure is not None and figure.find("figcaption") is None:
        figure.append(Element("figcaption", children=[Text(words)]))


def _figure_before(caption: Element) -> Element | None:
    """Return the picture just before *caption*, turned into a figure; None without a picture."""
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
