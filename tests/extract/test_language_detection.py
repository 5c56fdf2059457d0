"""The language of a text by its words, and the language of a post's record."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from newscrawl.extract.language_detection import detect_language
from newscrawl.items import PostBody, ReadyPost
from newscrawl.records.record import Provenance, make_record
from newscrawl.wordpress.posts import decode_post
from tests.wordpress.fake import SITE

TEXTS = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
ENGLISH, FRENCH = TEXTS["en"], TEXTS["fr"]
CROATIAN = TEXTS.pop("hr")
ASTURIAN = (
    "El Conceyu aprobó'l llunes la nueva llinia de tranvía que va xunir el puertu col centru de la "
    "ciudá. Les obres van entamar na primavera y van durar dos años, dixo l'alcaldesa."
)


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_in_a_known_language_is_recognized(language: str) -> None:
    assert detect_language(TEXTS[language]) == language


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Croatian and Bosnian share their words", CROATIAN),
        ("Asturian is not known", ASTURIAN),
        ("Upper Sorbian is not known", "Měšćanska rada je póndźelu nowu čaru tramwajki schwaliła."),
        ("filler text", "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod."),
        (
            "names",
            "Ann Bell, Cy Dunn, Maria Garcia, Hans Meier, Li Wei, Olga Ivanova, Sven Larsson",
        ),
        ("scores", "1:0 2:1 3:3 34 (12) 90' 4:2 5:5 6:1 1. 0; 34 (12) 90' 11 22 33 44 55 66"),
        ("a short text", "Breaking news"),
        ("no text", ""),
        ("control characters", "\x00\x01\x02" * 50),
        ("surrogates", "\ud800" * 100),
    ],
)
def test_a_text_in_doubt_has_no_language(name: str, text: str) -> None:
    assert detect_language(text) is None, name


@pytest.mark.parametrize(
    ("said", "words", "site", "namespaces", "language"),
    [
        ("fr_FR", ENGLISH, "en-US", (), "fr-FR"),  # the API knows best
        (None, FRENCH, "en-US", (), "fr"),  # the words contradict the site
        (None, ENGLISH, "en-US", (), "en-US"),  # they agree with it: it has the region
        (None, "Breaking news", "en-US", (), "en-US"),
        (None, "Breaking news", "en-US", ("pll/v1",), None),  # one of several languages
        (None, CROATIAN, None, (), None),
        (None, FRENCH, None, (), "fr"),
    ],
)
def test_the_language_of_a_record(
    said: str | None,
    words: str,
    site: str | None,
    namespaces: tuple[str, ...],
    language: str | None,
) -> None:
    found = SITE.replaced(language=site, namespaces=namespaces)
    post = decode_post({"id": 8, "lang": said}, found)
    body = PostBody(
        html="", markdown="", text=words, title="", excerpt="", language=detect_language(words)
    )
    provenance = Provenance(site=found, crawled="2026-01-01T00:00:00Z", run=1)
    line = make_record(ReadyPost(row=1, post=post, body=body), {}, provenance)
    assert line["language"] == language
