"""Find the lead image of an article, with its caption."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from newscrawl.extract import jsonld
from newscrawl.extract.content.density import text_of
from newscrawl.items import Image
from newscrawl.markup import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.extract.document import Document

# Characters of a caption or an alternative text that are kept.
MAX_WORDS: Final = 2_000
# Figures of a page that are searched for the lead image's caption.
MAX_FIGURES: Final = 8
# A larger width or height, in pixels, is ignored.
MAX_PIXELS: Final = 50_000

# Characters of a picture's URL that are compared.
MAX_ADDRESS: Final = 1_000
# URLs of one picture that are compared.
MAX_SIZES: Final = 20

# File names of pictures that a site gives to all its articles. A folder does not count:
# image servers of Brightspot have "/dims4/default/" in all URLs.
_OF_THE_SITE: Final = re.compile(
    r"(?:^|[_.-])(?:logo|placeholder|default|fallback|no-?image|blank|spacer|share-?image|social-?share|favicon)"
    r"(?:[_.-]|\d|$)",
    re.IGNORECASE,
)
_HOST: Final = re.compile(r"^(?:\w+:)?//[^/]*")
_STEM: Final = re.compile(r"[A-Za-z0-9]{6,}")
_SIZES: Final = re.compile(
    r"\d{1,4}(?:x\d{1,4})?|(?:large|small|medium|master|width|height|format|image|upload|uploads|content)s?"
)


def lead_image(document: Document) -> tuple[Image, str] | None:
    """Return the page's lead image and its source; None without one."""
    for image, source in _stated(document):
        name = urlsplit(image.url).path.rpartition("/")[2] if image else ""
        if image and not _OF_THE_SITE.search(name):
            _add_caption(image, document)
            return image, source
    return None


def _stated(document: Document) -> Iterator[tuple[Image | None, str]]:
    for value in jsonld.resolved(document.article.get("image"), document.nodes):
        yield _of_node(value, document.url), "json-ld"
    for prefix in (
        "og:image",
        "og:image:url",
        "og:image:secure_url",
        "twitter:image",
        "twitter:image:src",
    ):
        found = document.first(prefix)
        if found:
            yield _of_meta(found[0], document), f"meta {prefix}"


def _of_node(value: Any, base_url: str) -> Image | None:
    node = value if isinstance(value, dict) else {}
    named = jsonld.text_in(node, "@id")
    # An id with a fragment names a missing node, not a picture.
    words = jsonld.text_in(value, "url", "contentUrl") or ("" if "#" in named else named)
    url = safe_url(words, base_url)
    if not url:
        return None
    return Image(
        url=url,
        caption=jsonld.text_in(node.get("caption"))[:MAX_WORDS] or None,
        width=_pixels(node.get("width")),
        height=_pixels(node.get("height")),
    )


def _of_meta(value: str, document: Document) -> Image | None:
    url = safe_url(value, document.url)
    if not url:
        return None
    alt = document.first("og:image:alt", "twitter:image:alt")
    sides = [document.first(f"og:image:{side}") for side in ("width", "height")]
    width, height = (_pixels(side[0]) if side else None for side in sides)
    return Image(url=url, alt=alt[0][:MAX_WORDS] if alt else None, width=width, height=height)


def _add_caption(image: Image, document: Document) -> None:
    """Set the caption and alternative text of *image* from the figure that shows it."""
    stems = _stems(image.url)
    for figure in document.tree.find_all("figure", limit=MAX_FIGURES):
        picture = figure.find("img") or figure.find("amp-img")
        if picture is None or not stems & _stems(f"{picture.attr('src')} {picture.attr('srcset')}"):
            continue
        caption = figure.find("figcaption")
        if image.caption is None and caption is not None:
            image.caption = text_of(caption)[:MAX_WORDS] or None
        image.alt = image.alt or " ".join((picture.attr("alt") or "").split())[:MAX_WORDS] or None
        return


def _stems(url: str) -> set[str]:
    """Return the parts of a picture's URLs that are the same in all its sizes."""
    stems: set[str] = set()
    for address in url.split()[:MAX_SIZES]:
        path = _HOST.sub("", address[:MAX_ADDRESS]).partition("?")[0]
        name = path.rpartition("/")[2]
        stems.add(name.partition(".")[0])
        stems |= {part for part in _STEM.findall(path) if not part.isalpha() or part in name}
    return {stem for stem in stems if stem and not _SIZES.fullmatch(stem.lower())}


def _pixels(value: Any) -> int | None:
    if isinstance(value, dict):
        value = value.get("value")
    match = re.match(r"\s*(\d{1,5})", str(value)) if isinstance(value, str | int | float) else None
    return int(match[1]) if match and 1 < int(match[1]) <= MAX_PIXELS else None
