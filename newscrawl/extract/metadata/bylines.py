"""Read the names in the elements of a page that name its authors."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from turbohtml import Element, Text

from newscrawl.extract.document import OTHER_ITEMS
from newscrawl.extract.metadata.near_headline import is_elsewhere, is_in_teaser, is_listed
from newscrawl.extract.person_names import is_credit, is_other_role, people_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from turbohtml import Node

    from newscrawl.extract.document import Document

# Elements that may name an author, by parts of their classes in many languages.
_CLASSES: Final = ", ".join(
    f'[class*="{part}" i]'
    for part in (
        "byline", "author", "autor", "auteur", "writer", "reporter", "journalist", "contributor",
        "person-", "signature", "firma", "yazar", "createdby", "submitted",
    )
)  # fmt: skip
BYLINES: Final = f"{_CLASSES}, [data-testid*=byline], [data-testid*=author]"
# Elements of one selector that are read.
MAX_LOOKED_AT: Final = 12
# A text with more characters is no byline.
MAX_CHARS: Final = 200
# Characters of a link that names an author; a longer one is a teaser.
_MAX_CARD: Final = 120
# Strings of one element that are read.
_MAX_PARTS: Final = 20
# The way to the page through the sections of its site.
_TRAIL: Final = '[class*="breadcrumb" i]'
# A picture or a film, whose author is another.
_MEDIA: Final = f"figcaption, {OTHER_ITEMS}"
_OF_PICTURE: Final = re.compile(
    r"(?:^|[\s_-])(?:bild|caption|foto|image|img|media|photo|picture|video)[_-]{0,2}"
    r"(?:author|autor|auteur|byline)",
    re.IGNORECASE,
)
# Characters of a role before a name.
_MAX_ROLE: Final = 40
# Nodes before an element that are searched for a text.
_MAX_BEFORE: Final = 5
# Elements that start a line: texts of two are not one name.
_LINES: Final = "p, div, h2, h3, h4, h5, h6, li"
_PROSE: Final = re.compile(r"[^\W\d_]{3}[.!?](?:\s|$)")


def named_in(document: Document, selector: str, holders: Collection[Node]) -> list[str]:
    """Return the names in the first element of *selector* with names, and in its neighbors."""
    found: list[str] = []
    place: Element | None = None
    for element in document.tree.select(selector)[:MAX_LOOKED_AT]:
        parts = _parts(element)
        if sum(map(len, parts)) > MAX_CHARS or _is_of_other(element, holders):
            continue
        if is_of_picture(element) or is_credit(" ".join(parts)):
            continue
        if element.select_one(_TRAIL) is not None:
            continue  # its names are of sections
        here = _place(element)
        if found and (here != place or _has_other_role(element)):
            continue
        names = _people(parts, is_one_line=element.select_one(_LINES) is None)
        if names:
            place = here
            found.extend(names)
    return list(dict.fromkeys(found))


def is_of_picture(element: Element) -> bool:
    """Return whether an element names the author of a picture or a film."""
    return (
        _OF_PICTURE.search(element.attr("class") or "") is not None
        or element.closest(_MEDIA) is not None
    )


def _has_other_role(element: Element) -> bool:
    """Return whether the text before an element is the role of an illustrator or an editor."""
    nodes = islice(element.preceding, _MAX_BEFORE)
    texts = (one.data for one in nodes if isinstance(one, Text) and one.data.strip())
    before = next(texts, "")
    return len(before) <= _MAX_ROLE and is_other_role(before)


def _is_of_other(element: Element, holders: Collection[Node]) -> bool:
    """Return whether an element names the author of another article."""
    return (
        is_elsewhere(element, holders)
        or is_listed(element, holders)
        or _is_teased(element, holders)
    )


def _is_teased(element: Element, holders: Collection[Node]) -> bool:
    """Return whether an element names the author of another article, in a teaser of it.

    A link on the name is the author's own, whatever its length.
    """
    link = element.closest("a") or element.find("a")
    is_own = link is not None and len(link.text.strip()) <= _MAX_CARD
    return not is_own and is_in_teaser(element, holders)


def _parts(element: Element) -> list[str]:
    """Return the texts of an element; microdata may state them in an attribute."""
    stated = element.attr("content")
    if not stated and (name := element.select_one("meta[itemprop=name]")) is not None:
        stated = name.attr("content")
    if stated:
        return [stated]
    buttons = element.find_all("button")
    controls = {text for button in buttons for text in button.stripped_strings}
    return [t for t in islice(element.stripped_strings, _MAX_PARTS) if t not in controls]


def _people(parts: list[str], *, is_one_line: bool) -> list[str]:
    """Return the people in the parts of a byline: of each part, else of the joined parts.

    After the authors may come photographers and editors, below a label of theirs. A sentence about
    an author may name others, so it is read only if no other part has a name.
    """
    label = next((i for i, part in enumerate(parts) if i and is_other_role(part)), len(parts))
    parts = parts[:label]
    short = [part for part in parts if not _PROSE.search(part)]
    apart = _people_of(short) or _people_of(parts)
    return apart or (people_in(" ".join(parts)) if is_one_line else [])


def _people_of(parts: Iterable[str]) -> list[str]:
    return [name for part in parts for name in people_in(part)]


def _place(element: Element) -> Element | None:
    """Return the element two levels up: elements of several authors share it."""
    parent = element.parent
    return parent.parent if isinstance(parent, Element) else None  # type: ignore[return-value]
