"""Data that pages embed: JSON-LD however broken, and the states of frameworks."""

import json
from html import escape

import pytest

from newscrawl.extract.content.embedded_state import article_html
from newscrawl.extract.document import parse
from newscrawl.extract.jsonld import (
    MAX_NODES,
    article_of,
    nodes_of,
    resolved,
    text_in,
    types_of,
)
from newscrawl.extract.walls import is_free, truth
from tests.extract.pages import PROSE, linked, page

NEWS = {"@type": "NewsArticle", "headline": "x"}


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("plain", '{"@type": "NewsArticle", "headline": "x"}'),
        ("a comma too many", '{"@type": "NewsArticle", "headline": "x",}'),
        ("in a comment", '<!-- {"@type": "NewsArticle", "headline": "x"} -->'),
        ("in CDATA", '//<![CDATA[\n{"@type": "NewsArticle", "headline": "x"}\n//]]>'),
        ("with a semicolon", '{"@type": "NewsArticle", "headline": "x"};'),
        ("escaped", escape('{"@type": "NewsArticle", "headline": "x"}')),
    ],
)
def test_broken_scripts_are_mended(name, script):
    assert article_of(nodes_of([script])) == NEWS


def test_a_line_break_in_a_string_does_no_harm():
    assert article_of(nodes_of(['{"@type": "Article", "headline": "a\nb"}']))["headline"] == "a\nb"


@pytest.mark.parametrize(
    "script", ["", "null", "[]", "12", '"x"', "{", "{]}", "[" * 100_000, '{"a":' * 50_000, "\0"]
)
def test_scripts_beyond_mending_are_left_out(script):
    assert article_of(nodes_of([script])) == {}


def test_the_surest_type_with_a_name_is_the_article():
    page_of_it = {"@type": "WebPage", "name": "x"}
    nameless = {"@type": "NewsArticle"}
    listed = {"@type": ["Thing", "https://schema.org/BlogPosting"], "headline": "y"}
    assert article_of([page_of_it, nameless, listed]) == listed
    assert article_of([page_of_it, listed, NEWS]) == NEWS
    assert article_of([{"@type": "Person", "name": "Ann"}]) == {}


OTHER = '{"@type": "NewsArticle", "headline": "Another"}'
LIST = f'{{"@type": "ItemList", "itemListElement": [{{"item": {OTHER}}}]}}'


@pytest.mark.parametrize(
    ("scripts", "headline"),
    [
        ([LIST, '{"@type": "Article", "headline": "Walls and water"}'], "Walls and water"),
        ([OTHER, '{"@type": "Article", "headline": "Walls and water"}'], "Walls and water"),
        ([OTHER], "Another"),
        ([LIST], None),
        ([LIST.replace("Another", "Walls and Water")], "Walls and Water"),
    ],
)
def test_an_article_that_the_page_only_lists_is_not_its_own(scripts, headline):
    found = article_of(nodes_of(scripts), "Walls and water | Example Times")
    assert found.get("headline") == headline


def test_nodes_are_found_in_graphs_lists_and_entities():
    script = '[{"@graph": [{"@type": "WebPage", "mainEntity": {"@type": "Article", "name": "x"}}]}]'
    assert article_of(nodes_of([script]))["name"] == "x"


def test_nodes_have_a_limit():
    assert len(nodes_of(["[" + "{}," * 10_000 + "{}]"])) == MAX_NODES


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a  b", "a b"), (["", "a"], "a"), ({"name": "a"}, "a"), ([{"x": 1}, {"name": "a"}], "a"),
     (None, ""), (12, ""), ([[["a"]]], ""), ({"name": ["a"]}, "")],
)  # fmt: skip
def test_text_is_found_in_what_should_be_one(value, expected):
    assert text_in(value, "name") == expected


def test_references_are_followed_once():
    nodes = [{"@id": "#a", "name": "Ann"}, {"@id": "#b"}]
    assert resolved([{"@id": "#a"}, {"@id": "#b"}, {"@id": "#c"}, "x", None], nodes) == [
        nodes[0], {"@id": "#b"}, {"@id": "#c"}, "x",
    ]  # fmt: skip


def test_types_come_without_their_namespace():
    assert types_of({"@type": ["http://schema.org/Article", None, 3]}) == ["Article"]
    assert types_of({}) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("False", False), ("http://schema.org/True", True), ("yes", None), (None, None),
     (1, None), ([True], None)],
)  # fmt: skip
def test_truth_is_read_however_it_is_written(value, expected):
    assert truth(value) is expected


LOCKED = '"hasPart":{"isAccessibleForFree":false}'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (linked('{"@type":"Article","name":"x","isAccessibleForFree":true}'), True),
        (linked(f'{{"@type":"Article","name":"x","isAccessibleForFree":true,{LOCKED}}}'), False),
        ('<meta property="article:content_tier" content="locked">', False),
        ('<meta property="article:content_tier" content="metered">', None),
        ("", None),
    ],
)  # fmt: skip
def test_a_page_may_be_marked_as_free(head, expected):
    assert is_free(parse(page(head=head), "https://news.example/")) is expected


def state(script: str) -> str:
    return article_html(parse(script, "https://news.example/").scripts(), script, "Walls")


PARAGRAPHS = ", ".join(f'"{text}"' for text in PROSE)
HTML = "".join(f"<p>{text}</p>" for text in PROSE)
ELEMENTS = json.dumps([["$", "p", str(i), {"children": text}] for i, text in enumerate(PROSE)])


def pushed(*parts: str) -> str:
    calls = (f"self.__next_f.push([1,{json.dumps(part)}])" for part in parts)
    return "".join(f"<script>{call}</script>" for call in calls)


@pytest.mark.parametrize(
    ("name", "script"),
    [
        (
            "a list of paragraphs",
            f"<script>window.A = {{b: 1}}; window.B = [{PARAGRAPHS}]</script>",
        ),
        (
            "one string of HTML",
            f'<script type="application/json">{{"bodyHtml": "{HTML}"}}</script>',
        ),
        ("a stream's elements", pushed('0:{"a":1}\n5:["$","div",null,', f"{ELEMENTS}]\n")),
        ("a stream's text", pushed(f"1:[]\n2:T{len(HTML):x},{HTML[:40]}", f"{HTML[40:]}3:[]")),
        ("by a key in brackets", f'<script>window["S"] = {{"content": "{HTML}"}}; foo()</script>'),
    ],
)
def test_an_article_is_found_in_a_state(name, script):
    assert [text for text in PROSE if text not in state(script)] == []


def test_the_text_below_the_title_is_preferred_to_a_longer_one():
    other = {"title": "Rain", "body": "<p>The rain of another story fell all day.</p>" * 40}
    data = {"related": [other], "story": {"title": "Walls", "parts": list(PROSE)}, "more": other}
    assert state(f"<script>window.A = {json.dumps(data)}</script>") == "\n".join(
        f"<p>{escape(text, quote=False)}</p>" for text in PROSE
    )


@pytest.mark.parametrize(
    "script",
    ["<script>window.A = {broken</script>", pushed(f"1:Tfffffff,{HTML[:80]}"), pushed("x"),
     "<script>self.__next_f.push([</script>", f"<script>var a = [{PARAGRAPHS}]</script>",
     f'<script type="application/json">["{"x" * 5_000}"]</script>',
     '<script type="application/json">["A sentence that is much too short."]</script>',
     linked(f'{{"articleBody": "{HTML}"}}')],
)  # fmt: skip
def test_other_scripts_hold_no_article(script):
    assert state(script) == ""
