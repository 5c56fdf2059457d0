"""Find the language of an article: the page's statement, unless the text clearly differs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newscrawl.extract import jsonld
from newscrawl.extract.language_detection import detect_language
from newscrawl.extract.words import word_count

if TYPE_CHECKING:
    from newscrawl.extract.document import Document

# A text needs this many words to contradict its page.
MIN_PROOF_WORDS: Final = 40

# Languages that the detector confuses in a few hundred words. Among these, the page decides.
_ALIKE: Final = (
    "af nl",
    "az tk tr uz",
    "ar ckb fa ps ur",
    "ast ca es gl oc pt",
    "be bg kk mk ru uk",
    "bg bs hr me mk sh sl sr",
    "co it",
    "cs sk",
    "da nb nn no sv",
    "he iw yi",
    "hi mr ne",
    "id jv ms su tl",
    "wuu yue zh",
)
_TAG: Final = re.compile(
    r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_].*)?"
)
_LANGUAGE_META: Final = (
    "content-language",
    "og:locale",
    "dc.language",
    "dcterms.language",
    "language",
)


def language_of(document: Document, text: str) -> tuple[str, str] | None:
    """Return the language of *text* as BCP 47, and the source; None if it is unknown.

    Some templates state "en" for German articles, so the text wins if it is surely in another
    language.
    """
    seen = detect_language(text)
    stated = next(
        ((tag, source) for value, source in _stated(document) if (tag := normalized(value))), None
    )
    if stated is None:
        return (seen, "text") if seen else None
    if seen and _contradicts(seen, stated[0]) and word_count(text) >= MIN_PROOF_WORDS:
        return seen, "text"
    return stated


def normalized(value: str) -> str | None:
    """Return a language tag in the letter case of BCP 47; None if it is invalid.

    >>> normalized("pt_br"), normalized("Deutsch")
    ('pt-BR', None)
    """
    match = _TAG.fullmatch(value.strip())
    if not match:
        return None
    language, script, region = match.groups()
    parts = (language.lower(), (script or "").title(), (region or "").upper())
    return "-".join(filter(None, parts))


def _stated(document: Document) -> list[tuple[str, str]]:
    root = document.tree.root
    found = [(root.attr("lang") or root.attr("xml:lang") or "", "html lang")] if root else []
    in_language = document.article.get("inLanguage")
    found.append((jsonld.text_in(in_language, "alternateName", "name"), "json-ld"))
    for name in _LANGUAGE_META:
        found.extend((value, f"meta {name}") for value in document.meta.get(name, ()))
    return found


def _contradicts(seen: str, stated: str) -> bool:
    language = stated.split("-", maxsplit=1)[0]
    seen = seen.split("-", maxsplit=1)[0]
    return language != seen and not any({language, seen} <= set(row.split()) for row in _ALIKE)
