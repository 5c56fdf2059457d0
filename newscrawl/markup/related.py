"""Remove a list of links to other posts of the site, with the label above it.

Plugins mark such a list by its class, which ``furniture.toml`` has. This module recognizes one in
the markup of an unknown plugin, by all of these:

- a heading, or a paragraph of a few words, that is in ``related.toml``;
- below it a list, or paragraphs, with no other words than links;
- two links or more, all of them to other pages of the same site.

It also removes the path of the page in the site, "Home » News", whose first link is the home page.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from newscrawl.markup.labels import folded, labels_of
from newscrawl.markup.tree import Node, own_strings, walk, words
from newscrawl.urls.safe import same_page
from newscrawl.urls.same_site import is_same_site

# One link below a label may be what the author recommends.
_MIN_LINKS: Final = 2
_LABELS_IN: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p"})
_LISTS: Final = frozenset({"ol", "p", "ul"})
_MAX_LABEL: Final = 60
# Signs between the parts of a path.
_SEPARATOR: Final = re.compile(r"[»›>|→·•]|\s/\s")
_SIGNS: Final = re.compile(r"[^\w\s'’]|_")


def drop_related(root: Node, base_url: str) -> bool:
    """Remove the lists of other posts from *root*, and the path of the page in the site.

    Returns:
        Whether there were any.
    """
    kept: list[Node | str] = []
    children = root.children
    place = 0
    while place < len(children):
        end = _end_of_list(children, place, base_url)
        if _is_path(children[place], base_url):
            end = place + 1
        if end == place:
            kept.append(children[place])
        place = max(end, place + 1)
    if not kept or len(kept) == len(children):
        return False
    root.children = kept
    return True


def _end_of_list(children: list[Node | str], place: int, base_url: str) -> int:
    """Return the place after a list of other posts that starts with a label; else *place*."""
    if not _is_label(children[place]):
        return place
    count = 0
    for end in range(place + 1, len(children)):
        found = _count_links(children[end], base_url)
        if not found:
            return end if count >= _MIN_LINKS else place
        count += found
    return len(children) if count >= _MIN_LINKS else place


def _is_path(child: Node | str, base_url: str) -> bool:
    """Return whether a paragraph has only links, the first to the home page: "Home » News"."""
    if isinstance(child, str) or child.tag != "p" or not (count := _count_links(child, base_url)):
        return False
    first = next(node for node in walk(child) if isinstance(node, Node) and node.tag == "a")
    is_path = count > 1 and _SEPARATOR.search(words(child)) is not None
    target = urlsplit(first.attrs["href"])
    is_home = target.path in {"", "/"} and not target.query
    return is_home and (is_path or _label(words(first)) in labels_of(__file__, _label, "homes"))


def _is_label(child: Node | str) -> bool:
    if isinstance(child, str) or child.tag not in _LABELS_IN:
        return False
    if len(own_strings(child)) > _MAX_LABEL:
        return False
    text = words(child)
    return len(text) <= _MAX_LABEL and _label(text) in labels_of(__file__, _label, "labels")


def _label(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", folded(text)).split())


def _count_links(child: Node | str, base_url: str) -> int:
    """Return the number of links of a block that has only links to other posts; else 0."""
    if isinstance(child, str) or child.tag not in _LISTS:
        return 0
    if any(map(str.isalnum, own_strings(child))):  # words beside the links, as in most paragraphs
        return 0
    links = [node for node in walk(child) if isinstance(node, Node) and node.tag == "a"]
    linked = sum(len(_letters(words(link))) for link in links)
    if not linked or linked < len(_letters(words(child))):
        return 0
    targets = [link.attrs["href"] for link in links]
    are_of_site = all(
        is_same_site(url, base_url) and not same_page(url, base_url) for url in targets
    )
    return len(links) if are_of_site else 0


def _letters(text: str) -> str:
    return _SIGNS.sub("", text).replace(" ", "")
