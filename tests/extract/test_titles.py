"""The title: the editors' headline, without the name of the site."""

import pytest

from newscrawl.extract.document import parse
from newscrawl.extract.metadata.site_name import without_site
from newscrawl.extract.metadata.title import MAX_TITLE, title_of
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
        ("the heading that the social title repeats",
         HEADLINE + '<meta property="og:title" content="Who pays for the walls">',
         "<h1>Who pays for the walls</h1>", ("Who pays for the walls", "h1")),
        ("a part of the menu", "<title>Walls</title>", "<h1>Learn |</h1>", ("Walls", "title")),
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
        ("a kicker in the heading, and a site that no place names", TAB.replace("Example", "A"),
         "<h1><span>Traffic</span><span>Walls and water</span></h1>", ("Walls and water", "h1")),
        ("a topic in the heading, and a site that no place names", TAB.replace("Example", "A"),
         "<h1>Traffic: Walls and water</h1>", ("Traffic: Walls and water", "h1")),
        ("a kicker in the heading", '<meta property="og:title" content="Walls and water">',
         "<h1><span>Floods</span>Walls and water</h1>", ("Walls and water", "h1")),
        ("a line that only style breaks", "", "<h1><b>Floods</b><b>Walls</b></h1>",
         ("Floods Walls", "h1")),
        ("a description of the subject", TAB + linked(
            '{"@type":"Article","name":"Walls and water","headline":"article of a list"}'
        ), "", ("Walls and water", "json-ld")),
        ("the section and the site after it",
         TAB.replace("|", "| World |") + "<meta property=article:section content=World>", "",
         ("Walls and water", "title")),
        ("a channel before the site", "<title>老桥需要修理_新闻频道_Example Times</title>", "",
         ("老桥需要修理", "title")),
        ("an invisible space", "", "<h1>Walls\u200b and water</h1>", ("Walls and water", "h1")),
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
        ("The rain ends › Example Times", "The rain ends"),
        ("The rain ends ★ Example Times", "The rain ends"),
        ("The rain ends, Example Times", "The rain ends"),
        ("The rain ends (Example Times)", "The rain ends"),
        ("Example Times › The rain ends", "The rain ends"),
        ("Readers praise Example Times", "Readers praise Example Times"),
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


@pytest.mark.parametrize(
    ("name", "head", "body"),
    [
        ("a style in the heading", "", "<h1><style>.a{color:red}</style>Walls and water</h1>"),
        ("a kicker by its class", "", '<h1><b class="kicker">Flood</b> Walls and water</h1>'),
        ("a date in the heading", "", "<h1><small>1 May 2026</small> Walls and water</h1>"),
        ("a label for screen readers", "", "<h1><i class=sr-only>Story: </i>Walls and water</h1>"),
        ("a link to itself", "", "<h1>Walls and water <a class=headerlink href=#w>#</a></h1>"),
        ("a line break", "", "<h1>Walls<br>and water</h1>"),
        ("a block for each line", "", "<h1><div>Walls</div><div>and water</div></h1>"),
        ("a line below", "", "<h1>Walls and water <i class=subline>The end</i></h1>"),
        ("a button", "", "<h1>Walls and water <button>Share</button></h1>"),
        ("a post of a blog", "<title>A Blog: Walls and water</title>", "<h3>Walls and water</h3>"),
        ("a social title for all pages",
         "<title>Walls and water</title><meta property=og:title content=Home>", ""),
        ("a count", "", "<h1>Walls and water <b class=comments-count>12</b></h1>"),
        ("a part named so", "", '<h1>Flood <b class="headline">Walls and water</b></h1>'),
        ("a section as h1", TAB, "<h1>Opinion</h1><h2>Walls and water</h2>"),
        ("a site that names itself nowhere", "<title>Walls and water - X1</title>",
         '<div class="t">Walls and water</div>'),
        ("the title as the name of an application",
         "<title>Walls and water</title><meta name=application-name content='Walls and water'>",
         "<h1><a href='/'>msn</a></h1><h1>Walls and water</h1>"),
        ("a headline about something else",
         linked('{"@type":"Article","headline":"town on the coast"}') + TAB,
         "<h1>Walls and water</h1>"),
        ("a headline that describes the subject",
         linked('{"@type":"Article","name":"Walls and water","headline":"list of water"}') + TAB,
         "<h1>Walls and water</h1>"),
    ],
)  # fmt: skip
def test_the_title_is_only_the_words_of_the_heading(name, head, body):
    document = parse(page(body, head=head), "https://x1.example/a")
    found = title_of(document, ["Walls and water"] if "application" in head else [])
    assert found is not None
    assert found[0] == "Walls and water"


def test_a_title_that_a_quote_cut_is_read_elsewhere():
    head = (
        '<title>Mayor calls it "a friend"</title>'
        '<meta property="og:title" content="Mayor calls it "a friend"">'
    )
    found = title_of(parse(page("<p>x</p>", head=head), URL), [])
    assert found == ('Mayor calls it "a friend"', "title")


def test_the_name_of_the_site_before_a_colon_is_cut_if_the_page_shows_the_rest():
    head = "<title>Globe Times: Walls and water</title>"
    html = page("<div>Walls and water</div>", head=head)
    assert title_of(parse(html, URL), ["Globe Times"]) == ("Walls and water", "title")
    other = page("<div>Rain and water</div>", head=head)
    assert title_of(parse(other, URL), ["Globe Times"]) == ("Globe Times: Walls and water", "title")


@pytest.mark.parametrize(
    "tab", ["Walls and water - A River - The Blog", "Walls and water @ A River - The Blog"]
)
def test_a_heading_that_links_to_the_front_page_is_the_name_of_the_site(tab):
    html = page("<h1><a href=/>A River - The Blog</a></h1>", head=f"<title>{tab}</title>")
    assert title_of(parse(html, URL), []) == ("Walls and water", "title")


def test_a_heading_with_the_name_of_the_site_is_no_title_of_a_page_named_as_its_site():
    body = "<h1>Walls and water</h1><form><h1>Globe newsletter</h1></form>"
    document = parse(page(body, head="<title>Globe</title>"), "https://globe.example/a")
    assert title_of(document, ["Globe"]) == ("Walls and water", "h1")


@pytest.mark.parametrize("heading", ["Aktuell", "News", "Home"])
def test_a_heading_of_one_word_that_no_title_has_is_a_section(heading):
    html = page(f"<h1>{heading}</h1>", head="<title>Walls and water: a town repairs</title>")
    assert title_of(parse(html, URL), []) == ("Walls and water: a town repairs", "title")


def test_a_social_title_that_is_only_the_name_of_the_site_is_no_title():
    name = "<meta property=og:title content='Example Times'>"
    document = parse(page("", head=TAB.replace("and", "and the") + name), URL)
    assert title_of(document, HOUSES) == ("Walls and the water", "title")
