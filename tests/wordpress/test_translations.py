"""The same post in other languages, as the fields of plugins name it."""

from typing import Any

import pytest

from newscrawl.items import EXTRACTED
from newscrawl.wordpress.site import Site
from newscrawl.wordpress.translations import translations_of

SITE = Site(key="k", home="https://a.example/", root="", v2="")
FRENCH = {"language": "fr-FR", "id": 9, "url": "https://a.example/fr/neuf/"}


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        (
            "ids by language, with the post itself",
            {"id": 7, "lang": "en", "translations": {"en": 7, "fr": 9, "de": "12"}},
            [("fr", 9, None), ("de", 12, None)],
        ),
        (
            "a list with URLs",
            {"id": 7, "wpml_translations": [{"locale": "fr_FR", "id": 9, "href": FRENCH["url"]}]},
            [("fr-FR", 9, FRENCH["url"])],
        ),
        (
            "URLs by language",
            {"id": 7, "translations": {"pt_BR": "/pt/nove/"}},
            [("pt-BR", None, "https://a.example/pt/nove/")],
        ),
        (
            "objects by language",
            {"id": 7, "translations": {"fr": {"id": 9, "link": FRENCH["url"], "title": "Neuf"}}},
            [("fr", 9, FRENCH["url"])],
        ),
        (
            "the page of a post",
            {EXTRACTED: {"translations": [{"language": "fr-FR", "url": FRENCH["url"]}]}},
            [("fr-FR", None, FRENCH["url"])],
        ),
    ],
)
def test_translations_are_read_from(name: str, raw: dict[str, Any], expected: list[Any]) -> None:
    assert [tuple(item.values()) for item in translations_of(raw, SITE)] == expected, name


@pytest.mark.parametrize(
    "value", [None, [], {}, "fr", 3, [None, 4], {"fr": None}, {"fr": False}, {"": 9}, [{"id": 9}]]
)
def test_other_values_name_no_translation(value: Any) -> None:
    assert translations_of({"id": 7, "translations": value}, SITE) == []
