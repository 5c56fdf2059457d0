"""Changes of a page's HTML that leave its article as readers see it.

Each takes the parsed page and the article's own words, and returns the HTML of the changed page.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from turbohtml import Element, Html, Minify, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from turbohtml import Document

# Words of the page's own labels have at most this many characters.
MAX_LABEL = 40
# Elements with this much text are columns of a layout.
MIN_COLUMN = 200
_SEMANTIC = "article, main, section, header, footer, aside, hgroup"
_HINTS = {"itemprop", "itemtype", "itemscope", "property", "role", "rel", "aria-label"}
_BOXES = {"div", "section", "article"}
# Elements whose attributes are not about the page's boxes.
_UNSEEN = {"meta", "link", "script", "img", "iframe"}
_LETTER = re.compile(r"[^\W\d_]")
_ALPHABET = "aeiou", "bcdfgklmnprstvz"


def unchanged(tree: Document, _own: str) -> str:
    """Return the page as it was, parsed and written again."""
    return tree.serialize()


def without_names(tree: Document, _own: str) -> str:
    """Give each class and id a random name, as some build tools do."""
    for element in tree.select("[class], [id]"):
        for key in ("class", "id"):
            value = element.attr(key)
            if value:
                element.attrs[key] = " ".join(
                    f"x{hashlib.md5(one.encode()).hexdigest()[:6]}" for one in value.split()
                )
    return tree.serialize()


def without_metadata(tree: Document, _own: str) -> str:
    """Remove the meta tags and the scripts with data."""
    tree.remove("meta:not([charset]), script")
    return tree.serialize()


def without_hints(tree: Document, _own: str) -> str:
    """Remove microdata, roles, relations and data attributes."""
    for element in tree.select("*"):
        for key in list(element.attrs):
            is_hint = key in _HINTS or key.startswith("data-")
            if is_hint and element.tag not in _UNSEEN:
                del element.attrs[key]
    return tree.serialize()


def without_semantics(tree: Document, _own: str) -> str:
    """Replace elements such as ``article`` and ``aside`` with ``div``."""
    return _renamed(tree, dict.fromkeys(_SEMANTIC.split(", "), "div") | {"time": "span"})


def without_headings(tree: Document, _own: str) -> str:
    """Replace ``h1`` with a ``div``."""
    return _renamed(tree, {"h1": "div"})


def with_second_headings(tree: Document, _own: str) -> str:
    """Write each heading one level lower."""
    return _renamed(tree, {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5"})


def with_custom_elements(tree: Document, _own: str) -> str:
    """Replace ``div`` and ``section`` with custom elements."""
    return _renamed(tree, {"div": "x-box", "section": "x-part"})


def with_div_paragraphs(tree: Document, _own: str) -> str:
    """Write each paragraph as a ``div``."""
    return _renamed(tree, {"p": "div"})


def with_span_paragraphs(tree: Document, _own: str) -> str:
    """Write the text of each paragraph in a ``span``, in a ``div``."""
    for element in tree.select("p"):
        element.wrap_children(Element("span"))
        element.tag = "div"
    return tree.serialize()


def with_wrapped_paragraphs(tree: Document, _own: str) -> str:
    """Put each paragraph into boxes of its own, as page builders do."""
    for element in tree.select("p"):
        element.wrap(Element("div")).wrap(Element("div"))
    return tree.serialize()


def with_wrapped_boxes(tree: Document, _own: str) -> str:
    """Put each box into another one."""
    for element in tree.select("div, section, article"):
        element.wrap(Element("div"))
    return tree.serialize()


def with_breaks(tree: Document, _own: str) -> str:
    """Separate paragraphs by two line breaks only."""
    for element in tree.select("p"):
        if isinstance(element.parent, Element) and element.parent.tag in _BOXES:
            element.insert_after(Element("br"), Element("br"))
            element.unwrap()
    return tree.serialize()


def with_open_paragraphs(tree: Document, _own: str) -> str:
    """Leave out the end tags of paragraphs."""
    return tree.serialize().replace("</p>", "")


def with_tables(tree: Document, _own: str) -> str:
    """Lay out large boxes as the cells of tables."""
    for element in tree.select("div"):
        if len(element.text) >= MIN_COLUMN and element.closest("table, p, li") is None:
            row = element.wrap_children(Element("td"))
            row.wrap(Element("tr")).wrap(Element("tbody")).wrap(Element("table"))
    return tree.serialize()


def minified(tree: Document, _own: str) -> str:
    """Write the page without optional tags, quotes and space."""
    return tree.serialize(Html(layout=Minify()))


def with_foreign_labels(tree: Document, own: str) -> str:
    """Write the site's own short labels in an unknown language."""
    root = tree.find("body")
    for node in list(root.descendants) if root is not None else []:
        if isinstance(node, Text) and _is_label(node, own):
            node.replace_with(Text(_LETTER.sub(_other_letter, node.data)))
    return tree.serialize()


def _is_label(node: Text, own: str) -> bool:
    words = " ".join(node.data.split())
    is_short = 0 < len(words) <= MAX_LABEL and not any(map(str.isdigit, words))
    is_shown = isinstance(node.parent, Element) and node.parent.tag not in {"script", "style"}
    return is_short and is_shown and words not in own


def _other_letter(match: re.Match[str]) -> str:
    letter = match[0]
    kind = next((kind for kind in _ALPHABET if letter.lower() in kind), _ALPHABET[1])
    other = kind[(kind.find(letter.lower()) + 2) % len(kind)]
    return other.upper() if letter.isupper() else other


def _renamed(tree: Document, names: dict[str, str]) -> str:
    for element in tree.select(", ".join(names)):
        element.tag = names[element.tag]
    return tree.serialize()


PERTURBATIONS: dict[str, Callable[[Document, str], str]] = {
    "unchanged": unchanged,
    "random class names": without_names,
    "no metadata": without_metadata,
    "no microdata, roles, data": without_hints,
    "div for article, aside, time": without_semantics,
    "div for h1": without_headings,
    "headings one level lower": with_second_headings,
    "custom elements for div": with_custom_elements,
    "div for p": with_div_paragraphs,
    "span in div for p": with_span_paragraphs,
    "each p in two boxes": with_wrapped_paragraphs,
    "each box in a box": with_wrapped_boxes,
    "br br for p": with_breaks,
    "no end tag of p": with_open_paragraphs,
    "tables for layout": with_tables,
    "minified": minified,
    "labels of an unknown language": with_foreign_labels,
}
