"""Decide from an element's attributes if a reader sees it: always, never, or after a click.

Style sheets are not read, so words that only a style sheet hides are kept. Words that the element
itself hides are kept too if a click can open them, as in a ``<details>``: tabs, toggles,
accordions, the rest behind "read more".
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from newscrawl.markup.class_words import MAX_CLASSES, class_words, joined, words_in
from newscrawl.markup.furniture import PLACED, furniture_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN: Final = "hidden"
# The words of a box that asks for consent before it shows a film.
CONSENT: Final = "consent"
# Furniture that authors put under a heading of its own.
GONE: Final = "gone"
PANEL: Final = "panel"
# A panel that only the page's controls mark; hidden spam links look the same.
DOUBTFUL_PANEL: Final = "doubtful panel"
# Words for one kind of screen; the same words may follow for another.
TWIN: Final = "twin"
# An item of a list of posts, in the classes that WordPress gives to each post.
POST: Final = "post"
# The labels of tabs; each may come again above its tab.
LABELS: Final = "labels"

# Classes whose words are repeated in a second class. If the page has both, the first is removed.
_DOUBLES: Final = {
    "elementor-tab-desktop-title": "elementor-tab-mobile-title",
    "footnote_tooltip": "footnote_plugin_text",
    "katex-html": "katex-mathml",
    "MathJax_Preview": "math/tex",
    "math": "MJX_Assistive_MathML",
    "mwe-math-fallback-image-inline": "mwe-math-mathml-inline",
}
# A bar of Divi has its number twice, in two colors.
_OVERLAY: Final = frozenset({"et_pb_counter_amount", "overlay"})
# Words in the classes of tooltips that are footnotes.
_NOTES: Final = frozenset({"footnote", "footnotes", "note", "notes", "sidenote"})
_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTROL: Final = re.compile(
    r"<(?:button|label|summary)\b|\bonclick\s*=|\brole\s*=\s*[\"']?(?:button|tab)\b|"
    r"\bhref\s*=\s*[\"']?(?:#|javascript:)|\baria-(?:controls|expanded)\b|\bdata-(?:bs-)?toggle\b|"
    r"\bclass\s*=\s*[\"'][^\"'<>]*(?:tabs[\s_-]|toggle|accordion|collaps|spoiler|read-?more|reveal)",
    re.IGNORECASE,
)
_OPENED_BY_SCRIPT: Final = re.compile(r"^(?:x-show|v-show|ng-show|:hidden|data-.*hidden.*)$")
_PANEL_ROLES: Final = frozenset({"tabpanel", "region", "definition", "note", "doc-footnote"})
# Elements around a whole page: their classes describe the page.
_WHOLE_PAGES: Final = frozenset({"body", "html", "main"})
# Properties of hidden elements that repeat the page's metadata for machines.
_DATA: Final = frozenset(
    {"author", "dateModified", "datePublished", "image", "logo", "mainEntityOfPage", "publisher"}
)
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "em", "font", "i", "label", "small", "span", "strong", "sub", "sup", "u"}
)
_DEVICES: Final = (
    "mobile|phone|tablet|tab|mob|desktop|desk|laptop|widescreen|handheld|xs|sm|md|lg|xl|xxl"
)
_SIZES: Final = f"(?:{_DEVICES}|small|medium|large)"
# Classes that show or hide an element on some screens, with "-" between all words.
_FOR_SCREENS: Final = re.compile(
    rf"(?:^|-)(?:hidden|hide|disabled|visible|show|only|no|not)-(?:on-|for-|in-)?{_SIZES}(?:$|-)|"
    rf"(?:^|-){_SIZES}-(?:only|hidden|hide|visible|show|view|version|none|false)(?:$|-)|"
    rf"^d-(?:none|{_SIZES}-(?:none|block|flex|grid|inline))$|"
    rf"^(?:2?{_SIZES}):(?:hidden|block|flex|grid|inline)"
)


# Two of the classes that WordPress's `post_class()` gives to the element around a post.
_POST_ID: Final = re.compile(r"post-\d+")
_POST_CLASS: Final = re.compile(r"hentry|type-[a-z]\S*|status-publish")


_TAB_LIST: Final = re.compile(
    r"(?:^|-)tabs?-(?:nav|menu|list|labels?|titles?|controls?|headings?|buttons|links)(?:$|-)|"
    r"(?:^|-)nav-tabs(?:$|-)"
)
_DESCRIBED_BY: Final = re.compile(r"aria-describedby=([\"'])([^\"']*)\1")


class Classes(NamedTuple):
    """The meaning of an element's classes.

    Attributes:
        kind: The kind of furniture, or "".
        is_for_screens: Whether the element is only for some kinds of screens.
        is_post: Whether the element is a whole post of a list.
        is_tab_list: Whether the element has the labels of tabs.
    """

    kind: str
    is_for_screens: bool
    is_post: bool
    is_tab_list: bool


# Attributes that may hide an element. Most elements have none of them.
_TELLING: Final = frozenset({
    "aria-label", "display", "hidden", "id", "itemtype", "role", "style", "visibility",
})  # fmt: skip
_BREADCRUMBS: Final = frozenset({"breadcrumb", "breadcrumbs"})
_HIDDEN_KINDS: Final = {"consent": CONSENT}
_NO_CLASSES: Final = Classes("", is_for_screens=False, is_post=False, is_tab_list=False)


class Visibility:
    """The visibility of the elements of one document."""

    def __init__(self, html: str) -> None:
        self._html = html

    def of(self, tag: str, attrs: Mapping[str, str], classes: list[str]) -> str:
        """Return one of the constants above; "" for an element that all readers see."""
        if classes:
            found = classes_of(attrs["class"])
            if found.kind and tag not in _WHOLE_PAGES:
                return GONE if found.kind in PLACED else _HIDDEN_KINDS.get(found.kind, HIDDEN)
            if not self._doubles.isdisjoint(classes) or _OVERLAY.issubset(classes):
                return HIDDEN
        else:
            found = _NO_CLASSES
        if tag == "mjx-math" and self._has_assistive_mathml:
            return HIDDEN
        if not _TELLING.isdisjoint(attrs):
            seen = self._by_attributes(tag, attrs)
            if seen is not None:
                return seen
        if found.is_post:  # an item of a list of other posts, or perhaps this post
            return HIDDEN if tag == "li" else POST
        if found.is_tab_list or attrs.get("role") == "tablist":
            return LABELS
        return TWIN if found.is_for_screens else ""

    def _by_attributes(self, tag: str, attrs: Mapping[str, str]) -> str | None:
        """Return the visibility by other attributes than the class; None if they do not decide."""
        if _is_breadcrumb(attrs):
            return HIDDEN
        if attrs.get("role") == "tooltip" and tag in _INLINE:
            is_note = not _NOTES.isdisjoint(words_in(attrs.get("class", "")))
            return "" if is_note or self._is_of_words(attrs.get("id", "")) else HIDDEN
        return self._opened(tag, attrs) if is_hidden(attrs) else None

    @cached_property
    def _doubles(self) -> frozenset[str]:
        """The classes of this document whose words are repeated in another class."""
        html = self._html
        return frozenset(
            double for double, other in _DOUBLES.items() if double in html and other in html
        )

    def _is_of_words(self, tooltip: str) -> bool:
        """Return whether words of the document, not a control without words, have a tooltip."""
        return bool(tooltip) and tooltip in self._described

    @cached_property
    def _described(self) -> frozenset[str]:
        """The ids of the tooltips that elements of this document name."""
        return frozenset(match[2] for match in _DESCRIBED_BY.finditer(self._html))

    @cached_property
    def _has_assistive_mathml(self) -> bool:
        return "mjx-assistive-mml" in self._html

    def _opened(self, tag: str, attrs: Mapping[str, str]) -> str:
        """Return the constant for a hidden element: a panel that a click opens, or hidden."""
        if attrs.get("display") == "none" or attrs.get("visibility") == "hidden":  # of SVG
            return HIDDEN
        words = words_in(f"{attrs.get('class', '')} {attrs.get('id', '')}")
        named = class_words()
        if attrs.get("itemprop") in _DATA or not named.closed.isdisjoint(words):
            return HIDDEN
        has_name = not named.panels.isdisjoint(words)
        if tag in _INLINE:
            return PANEL if has_name and self._has_controls else HIDDEN
        if has_name or _is_marked(attrs):
            return PANEL
        return DOUBTFUL_PANEL if self._has_controls else HIDDEN

    @cached_property
    def _has_controls(self) -> bool:
        """Whether the document has controls other than links."""
        return bool(_CONTROL.search(self._html))


@lru_cache(maxsize=8_192)
def classes_of(classes: str) -> Classes:
    """Return the meaning of a class attribute.

    >>> classes_of("elementor-hidden-mobile").is_for_screens
    True
    """
    classes = classes[:MAX_CLASSES]
    names = classes.split()
    joined_names = [joined(name) for name in names]
    return Classes(
        kind=furniture_kind(classes),
        is_for_screens=any(map(_FOR_SCREENS.search, joined_names)),
        is_tab_list=any(map(_TAB_LIST.search, joined_names)),
        is_post=any(map(_POST_ID.fullmatch, names)) and any(map(_POST_CLASS.fullmatch, names)),
    )


def _is_breadcrumb(attrs: Mapping[str, str]) -> bool:
    """Return whether an element is the path of the page in the site, by other attributes."""
    names = (attrs.get("aria-label", "").lower(), attrs.get("id", "").lower())
    return not _BREADCRUMBS.isdisjoint(names) or "BreadcrumbList" in attrs.get("itemtype", "")


def is_hidden(attrs: Mapping[str, str]) -> bool:
    """Return whether an element's own attributes hide it."""
    if "hidden" in attrs and attrs["hidden"] != "until-found":
        return True
    style = attrs.get("style")
    if style and _HIDING_STYLE.search(style):
        return True
    return attrs.get("display") == "none" or attrs.get("visibility") == "hidden"


def _is_marked(attrs: Mapping[str, str]) -> bool:
    """Return whether the attributes mark an element that something on the page opens."""
    if attrs.get("role") in _PANEL_ROLES or "aria-labelledby" in attrs or "aria-hidden" in attrs:
        return True
    return any(_OPENED_BY_SCRIPT.match(name) for name in attrs)
