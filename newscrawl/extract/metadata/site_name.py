"""Cut the name of the site, and of its section, from a title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newscrawl.extract.words import letters_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.extract.document import Document

SEPARATOR: Final = re.compile(
    r"\s+[|·•–—:»«-]+\s+|\s*[|｜：]\s*|\s::\s|,\s(?=\S+$)|[-_–—](?=[^\W\d_]*[^\x00-\u02ff])"
)
# Characters that a part of a title needs to be the whole title.
MIN_PART: Final = 8
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
# Signs beside the site's name at the end and at the start of a title.
_BEFORE_SITE: Final = "|·•–—:»«/›‹~<>⋆★@,(（[【｜："
_AFTER_SITE: Final = "|·•»«/›~>｜"
# A part of a title with more characters is not the site's name.
_MAX_SITE: Final = 60
# A part after or before the title is the site's name if a known name is this share of it:
# "Reuters.com" is, "What Reuters saw" is not.
MIN_SHARE_AFTER: Final = 0.25
MIN_SHARE_BEFORE: Final = 0.5


def without_site(title: str, houses: Iterable[str], shown: str = "") -> str:
    """Return *title* without the site's name at either end.

    Args:
        title: The title as found.
        houses: The names of the site and its publisher.
        shown: The page's heading. If *title* starts with it, it is the title.

    >>> without_site("Rain ends - Example Times", ["Example Times"])
    'Rain ends'
    """
    title = _without_name(title, houses)
    cuts = list(SEPARATOR.finditer(title))
    if not cuts:
        return title
    if shown and title.startswith(shown) and SEPARATOR.match(title[len(shown) :]):
        return shown
    for cut in reversed(cuts):
        if _is_house(title[cut.end() :], houses, MIN_SHARE_AFTER):
            return without_site(title[: cut.start()].strip(), houses, shown)
    first = cuts[0]
    is_house = _is_house(title[: first.start()], houses, MIN_SHARE_BEFORE)
    return title[first.end() :].strip() if is_house else title


def without_section(title: str, document: Document) -> str:
    """Return *title* without the section that stood beside the site's name."""
    head, _, end = title.rpartition("_")
    if head and _CJK.match(end):
        return head.partition("_")[0]
    cuts = list(SEPARATOR.finditer(title))
    folders = urlsplit(document.url).path.split("/")[:-1]
    sections = {letters_of(one) for one in (*folders, *document.meta.get("article:section", ()))}
    if cuts and letters_of(title[cuts[-1].end() :]) in sections:
        return title[: cuts[-1].start()].strip()
    if cuts and letters_of(title[: cuts[0].start()]) in sections:
        return title[cuts[0].end() :].strip()
    return title


def _without_name(title: str, houses: Iterable[str]) -> str:
    """Return *title* without a house's whole name, and a sign beside it, at either end."""
    lowered = title.lower().rstrip(" )）]】")
    for name in map(str.lower, houses):
        head = title[: len(lowered) - len(name)].rstrip() if lowered.endswith(name) else ""
        if len(head) >= MIN_PART and (head[-1] in _BEFORE_SITE or head.endswith(" -")):
            return head.rstrip(f" -{_BEFORE_SITE}")
        tail = title[len(name) :].lstrip() if lowered.startswith(name) else ""
        if len(tail) >= MIN_PART and tail[0] in _AFTER_SITE:
            return tail.lstrip(f" {_AFTER_SITE}")
    return title


def _is_house(part: str, houses: Iterable[str], share: float) -> bool:
    """Return whether *part* is the name of the site, or the name is *share* of it or more."""
    bare = letters_of(part)
    if not 0 < len(part) <= _MAX_SITE:
        return False
    names = [letters_of(house) for house in houses]
    # Three Latin letters are in many words. In scripts with syllables or signs, two are enough.
    found = [name for name in names if name in bare and len(name) > (3 if name.isascii() else 1)]
    return bare in names or any(len(name) >= share * len(bare) for name in found)
