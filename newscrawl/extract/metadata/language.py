"""The language of an article, as BCP 47: what its page says, unless its text says otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from turbohtml.detect import detect_language

from newscrawl.extract import jsonld
from newscrawl.extract.words import word_count

if TYPE_CHECKING:
    from newscrawl.extract.document import Document

# Characters of the text that are looked at, and fewer than which prove nothing.
SAMPLE: Final = 2_000
MIN_SAMPLE: Final = 80
MIN_PROOF_WORDS: Final = 40
# How sure the detector must be to contradict the page, and to speak where the page is silent.
PROOF: Final = 0.95
LIKELY: Final = 0.5

# What the detector calls a language (ISO 639-3), and BCP 47's word for it. What is not in here it
# doesn't know, so that it can't tell a page of it wrong.
_CODES: Final = """
    afr:af aka:ak amh:am ara:ar aze:az bel:be ben:bn bul:bg cat:ca ces:cs cmn:zh cym:cy
    dan:da deu:de ell:el eng:en epo:eo est:et fin:fi fra:fr guj:gu heb:he hin:hi hrv:hr
    hun:hu hye:hy ind:id ita:it jav:jv jpn:ja kan:kn kat:ka khm:km kor:ko lat:la lav:lv
    lit:lt mal:ml mar:mr mkd:mk mya:my nep:ne nld:nl nob:nb ori:or pan:pa pes:fa pol:pl
    por:pt ron:ro rus:ru sin:si slk:sk slv:sl sna:sn spa:es srp:sr swe:sv tam:ta tel:te
    tgl:tl tha:th tuk:tk tur:tr ukr:uk urd:ur uzb:uz vie:vi yid:yi zul:zu
"""
_KNOWN: Final = dict(pair.split(":") for pair in _CODES.split())
# Languages that a few hundred words hardly tell apart: there the page is believed.
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
    """Return the language of *text*, and where that was found; None where nothing tells.

    Templates say "en" of German articles, so a text that is surely of another language wins.
    """
    seen, surety = _recognised(text)
    stated = next(
        ((tag, source) for value, source in _stated(document) if (tag := normalized(value))), None
    )
    if stated is None:
        return (seen, "text") if seen and surety >= LIKELY else None
    proven = surety >= PROOF and word_count(text) >= MIN_PROOF_WORDS
    if seen and proven and _contradicts(seen, stated[0]):
        return seen, "text"
    return stated


def normalized(value: str) -> str | None:
    """Return a language tag in the case that BCP 47 recommends; None if it is none.

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


def _recognised(text: str) -> tuple[str | None, float]:
    if len(text) < MIN_SAMPLE:
        return None, 0.0
    match = detect_language(text[:SAMPLE])
    return _KNOWN.get(match.language or ""), match.confidence


def _contradicts(seen: str, stated: str) -> bool:
    language = stated.split("-", maxsplit=1)[0]
    return (
        language in _KNOWN.values()
        and language != seen
        and not any({language, seen} <= set(alike.split()) for alike in _ALIKE)
    )
