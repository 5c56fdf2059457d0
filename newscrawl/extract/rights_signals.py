"""Read the rights signals in the HTML of a page, unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newscrawl.rights.policy import reserves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.extract.document import Document

# Characters of a signal that are kept; several signals of one name are joined first.
MAX_VALUE: Final = 500
# Names of the meta tags for all crawlers, and for this one.
_ROBOTS: Final = ("robots", "newscrawl")
# The type of a link to a license in RSL, or of a script that contains one.
_RSL_TYPE: Final = "application/rsl+xml"


def signals_of(
    document: Document, *, known: Mapping[str, str], is_free: bool | None
) -> dict[str, str]:
    """Return the rights signals in a page's HTML, by name.

    Args:
        document: The page.
        known: Signals seen before, in headers and files. The page can't weaken them.
        is_free: Its ``isAccessibleForFree``; None if it has no such value.
    """
    found = {
        "meta-robots": ", ".join(v for name in _ROBOTS for v in document.meta.get(name, ())),
        "tdm-policy": next(iter(document.meta.get("tdm-policy", ())), ""),
        "license": _license(document),
        "is-accessible-for-free": "" if is_free is None else str(is_free).lower(),
    }
    if not reserves(known.get("tdm-reservation", "")):
        found["tdm-reservation"] = ", ".join(document.meta.get("tdm-reservation", ()))
    return {name: value[:MAX_VALUE] for name, value in found.items() if value}


def _license(document: Document) -> str:
    for link in document.tree.find_all("link", limit=200):
        relations = (link.attr("rel") or "").lower().split()
        if "license" in relations or (link.attr("type") or "").lower() == _RSL_TYPE:
            return link.attr("href") or ""
    inline = document.tree.find("script", type=_RSL_TYPE)
    return " ".join(inline.text.split()) if inline is not None else ""
