"""The title: the editors' headline, without the name of the site."""

import pytest

from newscrawl.extract.document import parse
from newscrawl.extract.metadata.title import MAX_TITLE, title_of, without_site
from tests.extract.pages import URL, linked, page

HOUSES = ["Example Times"]
HEADLINE = linked('{"@type":"NewsArticle","headline":"Walls and water"}')
CUT = linked('{"@type":"NewsArticle","headline":"Walls and …"}')
SOCIAL = '<meta property="og:title" content="You won\'t believe these walls">'
TAB = "<title>Walls and water | Example Times</title>"


@pytest.mark.parametrize(
    ("name", "head", "body", "expected"),
    [
        ("JSON-LD first", HEADLINE + SOCIAL, "<h1>Other</h1>", ("Walls and water", "json-ld")),
        ("the heading before og:title", SOCIAL, "<h1>Walls</h1>", ("Walls", "h1")),
        ("a cut headline", CUT, "<h1>Walls and water</h1>", ("Walls and water", "h1")),
        ("the one of several that is repeated", TAB, "<h1>Menu</h1><h1>Walls and water</h1>",
         ("Walls and water", "h1")),
        ("og:title where no heading is",
         '<meta property="og:title" content="Walls">', "<p>x</p>", ("Walls", "meta og:title")),
        ("the tab at last", TAB, "<p>x</p>", ("Walls and water", "title")),
        ("the site's name", TAB, "<h1>Example Times</h1>", ("Walls and water", "title")),
        ("a logo", TAB, '<h1><a href="/">The Paper</a></h1>', ("Walls and water", "title")),
        ("a link to elsewhere", TAB, '<h1><a href="https://a.example/x">Not this</a></h1>',
         ("Walls and water", "title")),
        ("a link to the page itself", "", f'<h1><a href="{URL}">Walls</a></h1>', ("Walls", "h1")),
        ("a kicker in the heading", '<meta property="og:title" content="Walls and water">',
         "<h1><span>Floods</span>Walls and water</h1>", ("Walls and water", "h1")),
        ("a line that only style breaks", "", "<h1><b>Floods</b><b>Walls</b></h1>",
         ("Floods Walls", "h1")),
        ("tags and entities", "", "<h1>Walls &amp;amp; <em>water</em>\n</h1>",
         ("Walls & water", "h1")),
    ],
)  # fmt: skip
def test_the_title_is_the_surest_of_what_the_page_gives(name, head, body, expected):
    assert title_of(parse(page(body, head=head), URL), HOUSES) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rain ends - Example Times", "Rain ends"),
        ("Rain ends | News | Example Times", "Rain ends | News"),
        ("Example Times: Rain ends", "Example Times: Rain ends"),
        ("Example Times | Rain ends", "Rain ends"),
        ("Rain ends · exampletimes", "Rain ends"),
        ("Rain ends – and the sun returns", "Rain ends – and the sun returns"),
        ("雨が止む｜Example Times", "雨が止む"),
        (
            "Example Times tells what is known of the rain | 2026",
            "Example Times tells what is known of the rain | 2026",
        ),
        ("Rain", "Rain"),
        ("", ""),
    ],
)
def test_the_name_of_the_site_is_cut_at_either_end(title, expected):
    assert without_site(title, HOUSES) == expected


@pytest.mark.parametrize(
    ("title", "house"),
    [("雨が止む：例新聞", "例新聞"), ("雨停了-例新网", "例新网"), ("雨停了_例新新闻", "例新")],
)
def test_a_title_without_spaces_is_cut_too(title, house):
    assert without_site(title, [house]) == title[:4].removesuffix("：").rstrip("-_")


def test_a_page_without_words_has_no_title():
    assert title_of(parse("", URL), []) is None


def test_a_title_has_a_limit():
    found = title_of(parse(page(f"<h1>{'wall ' * 5_000}</h1>"), URL), [])
    assert found is not None
    assert len(found[0]) == MAX_TITLE
