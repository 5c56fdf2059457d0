"""The language: the one that the page states, unless its text is surely in another."""

import pytest

from newscrawl.extract.document import parse
from newscrawl.extract.metadata.language import language_of, normalized

ENGLISH = "The council met on Tuesday to discuss what comes next for the towns by the river. " * 5
GERMAN = "Der Rat hat am Dienstag darüber beraten, wie es mit den Orten am Fluss weitergeht. " * 5
JAPANESE = "滋賀県の湖畔にある小さな町で四日、約百年ぶりに渡し船の運航が始まった。" * 5
NORWEGIAN = (
    "Kommunestyret møttes tirsdag for å drøfte hva som skjer videre med byene ved elven. " * 5
)


@pytest.mark.parametrize(
    ("html", "text", "expected"),
    [
        ('<html lang="en-GB">', ENGLISH, ("en-GB", "html lang")),
        ('<html lang="en">', GERMAN, ("de", "text")),
        ('<html lang="en">', JAPANESE, ("ja", "text")),
        ("<html>", GERMAN, ("de", "text")),
        ('<html><meta property="og:locale" content="de_AT">', GERMAN, ("de-AT", "meta og:locale")),
        ('<html lang="no">', NORWEGIAN, ("no", "html lang")),
        ('<html lang="English">', ENGLISH, ("en", "text")),
        ('<html lang="en">', "Kurz.", ("en", "html lang")),
        ("<html>", "Kurz.", None),
        ("<html>", "", None),
    ],
)
def test_the_language_is_stated_or_proven(html, text, expected):
    assert language_of(parse(html, "https://a.example/"), text) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("pt_br", "pt-BR"), ("ZH-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"), (" en ", "en"),
     ("de-DE-1996", "de-DE"), ("Deutsch", None), ("", None), ("x" * 300, None)],
)  # fmt: skip
def test_tags_are_written_as_bcp_47_recommends(tag, expected):
    assert normalized(tag) == expected
