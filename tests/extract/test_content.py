"""The text: what belongs to an article stays, in order; what stands around it goes."""

import gc
from html import escape
from typing import Any

import pytest

from newscrawl.extract import extract
from newscrawl.extract.content.confidence import confidence_of
from newscrawl.items import Extraction
from tests.extract.pages import PROSE, URL, article, linked, page, paragraphs

LINK = '<a href="/a">The story of the other river and its walls</a>'
LONG = (
    "A paragraph about another matter, long enough to be taken for one of the article's own, as"
    " readers' letters and descriptions of other articles are."
)


PICTURE = '<img src="/a.jpg" alt="A wall">'
SOURCE = 'src="https://news.example/a.jpg"'
CAPTION = "<figcaption>The wall.</figcaption></figure>"
TABLE = (
    "<table><tr><th>Town</th><th>Damage</th></tr><tr><td>Lower</td><td>40</td></tr>"
    "<tr><td>Upper</td><td>2</td></tr></table>"
)
SENTENCE = (
    "<p>The mayor of the <a class='tag-link' href='/t'>lower town</a> spoke of nothing but the"
    " walls for an hour.</p>"
)


def read(html: str) -> Extraction:
    return extract(html, url=URL)


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("a class for teasers", f'<div class="story-teaser"><p>{LONG}</p></div>'),
        ("related", f'<section class="relatedArticles__list__17Yit"><p>{LONG}</p></section>'),
        ("a newsletter", '<div class="newsletter"><p>Every morning in your mailbox.</p></div>'),
        ("a form", f"<form><p>{LONG}</p></form>"),
        ("an aside", f"<aside><p>{LONG}</p></aside>"),
        ("a role", f'<div role="complementary"><p>{LONG}</p></div>'),
        ("hidden by style", f'<div style="display: none"><p>{LONG}</p></div>'),
        ("hidden by attribute", f"<div hidden><p>{LONG}</p></div>"),
        ("hidden by class", f'<div class="hidden"><p>{LONG[:90]}</p></div>'),
        ("hidden from sight", '<p><span style="clip: rect(0, 0, 0, 0)">, opens new tab</span></p>'),
        ("cookies", '<div id="cookie-notice"><p>We use cookies on this site.</p></div>'),
        ("comments", f'<div class="comments"><p>{LONG}</p><p>{LONG}</p></div>'),
        ("a box of links", f"<div><ul><li>{LINK}</li><li>{LINK}</li></ul></div>"),
        ("a linked heading with words", f"<div><h3>{LINK}</h3><p>Short words.</p></div>"),
        ("a line that is a link", f"<p>{LINK}</p>"),
        ("a label and its list", f"<p>Read more:</p><ul><li>{LINK}</li></ul>"),
        ("a box that a label opens", f"<div><p>Read more</p>{LINK}<p>{LONG[:90]}</p></div>"),
        ("a pointer", f"<p>&gt;&gt; All about this: {LINK}</p>"),
        ("an advertisement's label", "<p>Advertisement</p>"),
        ("an offer", "<p>Sign up for our newsletter and get it every morning.</p>"),
        ("a button", "<button>Show all</button>"),
        ("a script", "<script>var gone = 1</script><noscript>Gone</noscript>"),
        ("a frame of anybody", '<iframe src="https://forms.example/1"></iframe>'),
        ("a channel of the house",
         '<p>Join <a href="https://whatsapp.com/channel/1">our channel</a> for the news.</p>'),
        ("the house at two networks",
         '<p>All of it on <a href="https://x.com/a">X</a> and <a href="https://t.me/a">T</a>.</p>'),
        ("a line that ends in a call",
         '<p>Reading us costs nothing, but it does not come free. <a href="/s">Support us</a></p>'),
        ("a box under a newsletter's name",
         f"<div><h3>The Morning Newsletter</h3><p>{LONG[:90]}</p></div>"),
        ("a list of films",
         '<div class="video-playlist"><p>15 videos</p><p>Hear what she said to them</p></div>'),
        ("a heading that leads on", "<h3>Read more: The other river</h3>"),
        ("a box of which the name is left",
         f"<div><h4>All about the walls</h4><ul><li>{LINK}</li><li>{LINK}</li></ul></div>"),
        ("comments in the site's language",
         f'<div id="comentarios_lectores"><p>{LONG}</p><p>{LONG} Sí.</p></div>'),
        ("a time of day", "<div>10:30 AM</div>"),
        ("a time of the last change", "<p>Updated at 1:23 p.m.</p>"),
        ("a picture's number", "<div>3 of 12</div>"),
        ("a film's label", "<p>WATCH | The mayor speaks of the walls:</p>"),
        ("readers' comments that are longer",
         f'<div class="visitors_comment">{"<p>%s</p>" * 3}</div>'
         % (LONG, LONG + " Yes.", LONG + " No.")),
        ("a player's excuse", "<p>Your browser does not support the video tag.</p>"),
    ],
)  # fmt: skip
def test_text_around_the_article_is_in_no_form(name, html):
    found = read(article(middle=html))
    assert found.text.split("\n\n") == list(PROSE)
    assert found.markdown.split("\n\n") == list(PROSE)
    assert found.html.count("<p>") == len(PROSE)


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("a kicker", '<div class="top">Region</div>'),
        ("a byline", "<p>By Ann Example</p>"),
        ("a date", "<p>Tuesday, 10 March 2026, 18:05</p>"),
        ("the title again", "<h2>Walls and water</h2>"),
        ("breadcrumbs", '<div class="breadcrumb"><a href="/">Home</a> Region</div>'),
        ("share buttons", '<div class="share"><a href="/s">Share</a></div>'),
    ],
)
def test_what_stands_over_the_text_is_no_part_of_it(name, html):
    head = "<title>Walls and water</title>" + linked(
        '{"@type":"NewsArticle","headline":"Walls and water","author":"Ann Example"}'
    )
    assert read(article(before=html, head=head)).text.split("\n\n") == list(PROSE)


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("a heading", "<h3>More from this paper</h3>"),
        ("tags", '<p>Tags</p><p><a href="/t/1">river</a>, <a href="/t/2">walls</a></p>'),
        ("rights", "<p>© 2026 Example Times. All rights reserved.</p>"),
        ("credits", "<p>Reporting by Ann Example; editing by Bob Sample</p>"),
        ("a signature", "<p><em>Ann Example</em></p>"),
        ("comments", "<h3>Comments</h3><p>Join the conversation</p>"),
        ("comments in boxes of no name", f"<h4>2 Kommentare</h4><p>{LONG}</p><p>{LONG} No.</p>"),
        ("headlines with their dates", f"<ul>{f'<li>{LINK} 10 March 2026</li>' * 9}</ul>"),
    ],
)
def test_what_stands_under_the_text_is_no_part_of_it(name, html):
    assert read(article(after=html)).text.split("\n\n") == list(PROSE)


@pytest.mark.parametrize(
    ("name", "html", "kept"),
    [
        ("a heading", "<h2>The lower town</h2>", "<h2>The lower town</h2>"),
        ("a heading like a label", "<h2>More about walls</h2>", "<h2>More about walls</h2>"),
        ("a list", "<ul><li>sandbags</li><li>pumps</li></ul>", "<li>pumps</li>"),
        ("steps", "<ol><li>Fill the bags.</li><li>Wait.</li></ol>", "<ol>"),
        ("a quote", "<blockquote><p>It rose.</p></blockquote>", "<blockquote>"),
        ("a table", TABLE, "<td>Lower</td>"),
        ("code", "<pre><code>wall = 1\n  + 2</code></pre>", "wall = 1\n  + 2"),
        ("a figure", f"<figure>{PICTURE}<figcaption>The wall.</figcaption></figure>", CAPTION),
        ("a caption by its class", f"<div>{PICTURE}<b class='photo-caption'>The wall.</b></div>",
         CAPTION),
        ("a caption by its credit", f"<div>{PICTURE}</div><p>The wall. Photo: Ann Example/AFP</p>",
         "<figcaption>The wall. Photo: Ann Example/AFP</figcaption>"),
        ("a picture in a link", f'<p><a href="/big.jpg">{PICTURE}</a></p>', SOURCE),
        ("a picture in a button", f"<button>{PICTURE}</button>", SOURCE),
        ("a lazy picture", '<p><img data-src="/a.jpg" src="data:image/gif;base64,R0"></p>',
         SOURCE),
        ("a picture in a utility's class", f'<p class="overflow-hidden">{PICTURE}</p>', SOURCE),
        ("a film", '<iframe src="https://www.youtube-nocookie.com/embed/abc_DEF1"></iframe>',
         'href="https://www.youtube.com/watch?v=abc_DEF1"'),
        ("a box of sources", '<div><b><a href="https://data.example/walls">Report</a></b></div>',
         'href="https://data.example/walls"'),
        ("a link to a source", '<p><a href="https://data.example/walls">The report</a></p>',
         'href="https://data.example/walls"'),
        ("a sentence with a link named like a label", SENTENCE, "lower town</a> spoke"),
        ("a line break", "<p>Water,<br>water everywhere, as the old song has it.</p>",
         "Water,<br>water"),
        ("verse in a short line", "<p>It rose.</p>", "<p>It rose.</p>"),
    ],
)  # fmt: skip
def test_parts_of_the_article_that_are_not_prose_are_kept(name, html, kept):
    found = read(article(middle=html))
    assert kept in found.html
    assert [text for text in PROSE if text not in found.text] == []


REST = "".join(f"<p>{text}</p>" for text in PROSE[3:])


def test_headings_of_the_first_rank_may_part_an_article():
    parts = "".join(f"<h1>Part {i}</h1><p>{text}</p>" for i, text in enumerate(PROSE))
    html = page(f"<article><h1>Walls and water</h1>{parts}</article>")
    assert read(html).text.startswith(f"Part 0\n\n{PROSE[0]}\n\nPart 1\n\n{PROSE[1]}")


def test_the_title_is_left_out_wherever_it_stands_again():
    html = article(middle="<h2>Walls and water</h2>", head="<title>Walls and water</title>")
    assert read(html).text.split("\n\n") == list(PROSE)


def test_captions_are_kept_with_pictures_and_out_of_the_text():
    figure = '<figure><img src="/a.jpg"><figcaption>The wall.</figcaption></figure>'
    found = read(article(middle=figure))
    assert "The wall." not in found.text
    assert "The wall." in found.markdown


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("divisions", "".join(f"<div>{text}</div>" for text in PROSE)),
        ("breaks", "<div>" + "<br><br>".join(PROSE) + "</div>"),
        ("a box for each", "".join(f"<div class='b'><p>{text}</p></div>" for text in PROSE)),
        ("two parts of one class", (f"<div class='part'>{paragraphs(3)}</div><aside>x</aside>"
                                   f"<div class='part'>{REST}</div>")),
        ("a lede beside the body", (f"<div class='lede'>{paragraphs(3)}</div>"
                                   f"<div class='article-body'>{REST}</div>")),
        ("a layout of tables", f"<table><tr><td>Menu</td><td>{paragraphs()}</td></tr></table>"),
        ("custom elements", f"<news-body><news-text>{paragraphs()}</news-text></news-body>"),
        ("a wrapper with a wrong name", f"<div class='sidebar-right'>{paragraphs()}</div>"),
        ("the same text for phones", f"<div>{paragraphs()}</div><div>{paragraphs()}</div>"),
        ("no end tags", "".join(f"<p>{text}" for text in PROSE)),
    ],
)  # fmt: skip
def test_the_text_is_found_however_a_page_is_built(name, html):
    frame = "<nav><a href='/'>Home</a></nav><main><h1>Walls</h1>{}</main><footer>Imprint</footer>"
    assert read(page(frame.format(html))).text.split("\n\n") == list(PROSE)


def test_a_question_put_to_several_people_is_kept_each_time():
    answers = "".join(f"<div><p>{LONG}</p><p>{text}</p></div>" for text in PROSE)
    assert read(page(f"<article>{answers}</article>")).text.count(LONG) == len(PROSE)


def test_a_greeting_after_the_last_paragraph_is_kept():
    assert read(article(after="<p>See you at the river</p>")).text.endswith("See you at the river")


def test_a_short_paragraph_before_the_first_long_one_is_kept():
    html = page(f"<article><h1>Walls</h1><p>Walls cost 40 million</p>{paragraphs()}</article>")
    assert read(html).text.startswith("Walls cost 40 million")


@pytest.mark.parametrize("tag", ["h2", "h3", "h4"])
def test_paragraphs_in_headings_are_the_text(tag):
    body = "".join(f"<{tag}>{text} {LONG}</{tag}>" for text in PROSE)
    assert read(page(f"<h1>Walls and water</h1><div>{body}</div>")).text.count(LONG) == len(PROSE)


@pytest.mark.parametrize("box", ["<header>{}</header>", '<figure class="teaser">{}</figure>'])
def test_a_lede_needs_no_full_stop(box):
    lede = "Nobody knows who will pay for the walls that the water took away in March"
    top = f'<h1>Walls and water</h1><p>{lede}</p><img src="/a.jpg">'
    assert read(page(f"<main>{box.format(top)}<div>{paragraphs()}</div></main>")).text.startswith(
        lede
    )


def test_a_line_of_dates_below_the_headline_is_no_lede():
    dates = "Published Tuesday, 10 March 2026, 18:05 Updated Wednesday, 11 March 2026, 9:15"
    top = f"<header><h1>Walls and water</h1><div>{dates}</div></header>"
    assert read(page(f"<main>{top}<div>{paragraphs()}</div></main>")).text.startswith(PROSE[0])


STATED = " ".join(PROSE)
IN_JSON = '{{"props":{{"article":{{"blocks":[{}]}}}}}}'.format(
    ",".join(f'{{"type":"p","text":"{text}"}}' for text in PROSE)
)


@pytest.mark.parametrize(
    ("name", "html", "extractor"),
    [
        ("the page's statement", page("<p>Loading</p>", head=linked(
            f'{{"@type":"NewsArticle","headline":"x","articleBody":"{STATED}"}}')), "json-ld"),
        ("a script of JSON",
         page(f'<div id="app"></div><script type="application/json">{IN_JSON}</script>'), "state"),
        ("a state that is assigned",
         page(f"<div id='app'></div><script>window.__STATE__ = {IN_JSON};</script>"), "state"),
        ("a state in an attribute",
         page(f"""<div id="app" data-page="{escape(IN_JSON)}"></div>"""), "state"),
    ],
)  # fmt: skip
def test_data_in_the_page_rescues_a_text_that_its_html_lacks(name, html, extractor):
    found = read(html)
    assert [text for text in PROSE if text not in found.text] == []
    assert found.extractor == extractor


def test_a_shortened_statement_takes_no_place_of_the_whole_text():
    head = linked(f'{{"@type":"NewsArticle","headline":"x","articleBody":"{STATED[:150]}..."}}')
    assert read(article(head=head)).extractor == "tree"


def test_a_page_without_text_has_no_confidence():
    assert read(page()).confidence == 1.0
    assert read(page(paragraphs(0))).confidence == 0.0


@pytest.mark.parametrize(
    ("doubt", "changed"),
    [
        ("most of the page's prose is elsewhere", {"prose": 10_000}),
        ("the page's data has another text", {"agreement": 0.0}),
        ("it is short", {"text": "Rain. " * 20, "prose": 120}),
        ("it is from the page's data", {"extractor": "json-ld"}),
    ],
)
def test_each_doubt_lowers_the_confidence(doubt, changed):
    sure: dict[str, Any] = {
        "text": "Rain. " * 200,
        "title": "Rain falls",
        "prose": 2_000,
        "agreement": 1.0,
        "extractor": "tree",
    }
    assert confidence_of(**sure) == 1.0
    assert 0.3 < confidence_of(**sure | changed) < 0.9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please sign in to read on.", 0.4),
        ("The builders rebuilt a wall of the lower town.", 0.8),
        ("Rain. " * 200, 1.0),
    ],
)
def test_a_doubtful_text_without_words_of_its_title_is_hardly_trusted(text, expected):
    title = "Builders repair the walls of the towns"
    rating = confidence_of(text, title=title, prose=0, agreement=1.0, extractor="tree")
    assert rating == expected


MORE = f"<div><p>{PROSE[0]} More.</p></div><div><p>{PROSE[1]} More.</p></div>"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("in an aside, and nothing else has prose", "<aside>{}</aside>"),
        ("in own elements", f"<x-story><x-text>{{}}</x-text></x-story><x-more>{MORE}</x-more>"),
    ],
)
def test_the_article_is_found_in_unusual_elements(name, body):
    found = read(page(f"<h1>Walls</h1>{body.format(paragraphs())}"))
    assert found.text.split("\n\n") == list(PROSE), name


def test_words_are_counted_in_every_script():
    assert read(page("<p>水墙和河流。" + "小镇议会星期二开会讨论。" * 10 + "</p>")).word_count > 100
    assert read(page()).word_count == sum(len(text.split()) for text in PROSE)


def test_bytes_are_read_as_utf_8():
    assert "é" in extract(page(f"<p>é {LONG}</p>").encode(), url=URL).text


BODY = '<div class="article-body">'


@pytest.mark.parametrize(
    ("name", "before", "opening"),
    [
        ("in a box that is called a teaser", f'<div class="teaser-content">{BODY}', BODY),
        ("in boxes of their own", '<div class="first"><div>', '<div class="rest">'),
    ],
)
def test_the_first_paragraphs_are_read_wherever_they_stand(name, before, opening):
    parts = paragraphs(3), "".join(f"<p>{text}</p>" for text in PROSE[3:])
    found = read(page(f"<main>{before}{parts[0]}</div></div>{opening}{parts[1]}</div></main>"))
    assert found.text.split("\n\n") == list(PROSE)


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("boxes", f"<x-page><x-text>{paragraphs()}</x-text><x-list>Rain</x-list></x-page>"),
        ("paragraphs", "".join(f"<x-text>{text} {LONG}</x-text>" for text in PROSE)),
    ],
)
def test_custom_elements_are_boxes_and_paragraphs(name, html):
    found = read(page(f"<x-app><h1>Walls and water</h1>{html}</x-app>")).text.split("\n\n")
    assert [text.removesuffix(f" {LONG}") for text in found] == list(PROSE)


@pytest.mark.parametrize("names", [("part-1", "part-2"), ("article-body", "after-the-break")])
def test_a_text_in_two_boxes_is_read_whole(names):
    parts = paragraphs(4), "".join(f"<p>{text}</p>" for text in PROSE[4:])
    boxes = (f'<div class="{n}">{part}</div>' for n, part in zip(names, parts, strict=True))
    assert read(page(f"<main>{''.join(boxes)}</main>")).text.split("\n\n") == list(PROSE)


def test_of_several_articles_below_each_other_the_first_is_read():
    others = "".join(
        f"<article><h1>Another {number}</h1><p>{LONG} {number}.</p><p>{LONG}</p></article>"
        for number in range(3)
    )
    own = f"<article><h1>Walls and water</h1>{paragraphs()}</article>"
    assert read(page(f"<main>{own}{others}</main>")).text.split("\n\n") == list(PROSE)


def test_sections_with_titles_of_the_first_rank_are_one_article():
    section = "<section><h1>{}</h1><p>{}</p></section>"
    html = "".join(section.format(f"Part {n}", text) for n, text in enumerate(PROSE))
    assert PROSE[-1] in read(page(f"<main>{html}</main>")).text


@pytest.mark.parametrize(
    "html",
    [
        (
            f'<figure class="lead"><div><figure>{PICTURE}</figure></div><figcaption>The wall.'
            "</figcaption></figure>"
        ),
        (
            f'<div class="lead"><div><figure>{PICTURE}</figure></div>'
            '<p class="photo-caption">The wall.</p></div>'
        ),
        '<img src="/a.jpg" alt="A wall in the lower town"><p>A wall in the lower town</p>',
        (
            '<figure><div class="lazy"></div><figcaption class="no-caption">The wall.</figcaption>'
            "</figure>"
        ),
    ],
    ids=["a figure in a figure", "beside a figure", "the words in its place", "no picture"],
)
def test_a_caption_is_no_line_of_the_text_however_its_picture_came(html):
    assert read(article(middle=html)).text.split("\n\n") == list(PROSE)


def test_a_player_without_a_title_is_in_the_forms_with_links_only():
    found = read(article(middle='<iframe src="https://www.youtube.com/embed/x1y2z3"></iframe>'))
    assert found.text.split("\n\n") == list(PROSE)
    assert "youtube.com/watch?v=x1y2z3" in found.html
    assert "youtube.com/watch?v=x1y2z3" in found.markdown


def test_a_link_to_the_comments_over_the_text_ends_nothing():
    lede = f"<p>{LONG}</p><p>{LONG} And more of it.</p><div><a href='#c'>12 Comments</a></div>"
    assert read(article(before=lede)).text.endswith(PROSE[-1])


def test_a_notice_about_consent_is_no_article_however_long_it_is():
    notice = "".join(f"<p>{LONG} For purpose {number}.</p>" for number in range(30))
    html = f"<main><article>{paragraphs()}</article></main><div class=consent-layer>{notice}</div>"
    assert read(page(html)).text.split("\n\n") == list(PROSE)


def test_an_id_made_of_the_words_of_a_heading_is_no_sign_of_its_place():
    heading = '<h2 id="social-media">Social media rose with the water</h2>'
    assert "Social media rose with the water" in read(article(middle=heading)).text


def test_a_post_beside_a_longer_bar_is_the_article():
    bar = f"<div><h4>Guides</h4><p>{LONG}</p><p>{LONG} Yes.</p><p>{LONG} No.</p></div>"
    post = f'<div class="post-7 type-post hentry"><p>{PROSE[0]}</p><p>{PROSE[1]}</p></div>'
    html = page(f"<h1>Walls and water</h1><div>{post}{bar}</div>")
    assert PROSE[0] in read(html).text


@pytest.mark.parametrize("words", ["Related work", "Social media", "Share prices"])
def test_an_id_made_of_the_words_of_its_heading_is_no_name(words):
    name = words.lower().replace(" ", "-")
    section = f'<div id="{name}"><h2>{words}</h2><p>{LONG}</p><p>{LONG} Yes.</p></div>'
    assert f"{words}\n\n{LONG}" in read(article(middle=section)).text


def test_a_date_beside_the_text_is_no_part_of_it_and_a_calendar_is():
    lines = "<p>10 March 2026 | 18:05</p>", "<p>11 March 2026 | 18:05</p>"
    start, rest = f"<p>{PROSE[0]}</p>", f"<p>{PROSE[1]}</p>"
    assert "2026" not in read(page(f"<article>{start}{lines[0]}{rest}</article>")).text
    assert "10 March 2026" in read(page(f"<article>{start}{''.join(lines)}{rest}</article>")).text


NOTES = "".join(f"<p>{LONG} Note {number}.</p>" for number in range(9))


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("a plugin is off", '<div class="entry-content no-share">{}</div>'),
        ("a teaser of the site's lists", '<div class="teaser_text" id="article_content">{}</div>'),
        ("the system's promoted articles", '<div class="node--promoted label-hidden">{}</div>'),
        ("an aside around the article", "<aside>{}</aside>"),
        ("a word that is furniture in posts", '<div class="single-share-article">{}</div>'),
        (
            "a post in a column",
            '<div class="columns"><div class="post-7 hentry">{}</div><p>The end of it.</p></div>',
        ),
        ("a term of the site", '<div class="post-7 type-post hentry topic-login">{}</div>'),
    ],
)
def test_a_name_is_no_evidence_against_the_text_below_the_headline(name, box):
    text = box.format(f"<h1>Walls and water</h1>{paragraphs()}")
    html = f'<div class="page">{text}</div><div class="about">{NOTES}</div>'
    assert read(page(html)).text.split("\n\n") == list(PROSE)


LEDE = "The walls that shield the lower town from the river will be built anew."


@pytest.mark.parametrize(
    ("name", "top"),
    [
        ("in the header", f"<header><h1>Walls and water</h1><p>{LEDE}</p></header>"),
        ("as a heading", f"<div><h1>Walls and water</h1><h2>{LEDE}</h2></div>"),
        ("named as a teaser", f'<h1>Walls and water</h1><div class="teaser-text">{LEDE}</div>'),
        ("named as a lead", f'<h1>Walls and water</h1><p class="lead">{LEDE}</p><hr>'),
    ],
)
def test_the_sentence_below_the_headline_is_the_start_of_the_text(name, top):
    html = f'<article>{top}<div class="article-body">{paragraphs()}</div></article>'
    assert read(page(html)).text.split("\n\n") == [LEDE, *PROSE]


def test_a_subtitle_is_no_sentence_of_the_text():
    top = "<header><h1>Walls and water</h1><p>Council meets about the lower town again</p></header>"
    html = f'<article>{top}<div class="article-body">{paragraphs()}</div></article>'
    assert read(page(html)).text.split("\n\n") == list(PROSE)


def test_a_box_that_a_click_opens_is_the_rest_of_the_text():
    rest = "".join(f"<p>{text}</p>" for text in PROSE[2:])
    html = f"<article><h1>Walls and water</h1>{paragraphs(2)}<div class=read-more>{rest}</div>"
    assert read(page(html)).text.split("\n\n") == list(PROSE)


def test_a_box_of_paragraphs_is_no_caption_whatever_its_name():
    html = f"<article><h1>Walls and water</h1><div class=no-caption-text>{paragraphs()}</div>"
    assert read(page(html)).text.split("\n\n") == list(PROSE)


def test_a_short_article_around_its_title_is_read_without_the_stories_below_it():
    story = f"<div><a href=/b>Rain falls</a><p>{LONG}</p></div>"
    html = f"<main><h1>Walls and water</h1><p>{' '.join(PROSE[:3])}</p></main>{story * 8}"
    assert read(page(html)).text == " ".join(PROSE[:3])


def test_the_text_in_noscript_is_the_article_if_it_stands_nowhere_else():
    html = f"<h1>Walls and water</h1><div><noscript>{paragraphs()}</noscript></div>"
    assert read(page(html)).text.split("\n\n") == list(PROSE)


@pytest.mark.parametrize("hidden", ['style="display:none"', "hidden"])
def test_hidden_slides_of_a_kind_are_parts_of_the_text(hidden):
    slides = "".join(f'<div class="slide" {hidden}><p>{text}</p></div>' for text in PROSE[3:])
    first = f'<div class="slide">{paragraphs(3)}</div>'
    html = f"<article><h1>Walls and water</h1>{first}{slides}</article>"
    assert read(page(html)).text.split("\n\n") == list(PROSE)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>6</sup> crowns for 25 m<sup>2</sup>", "10⁶ crowns for 25 m²"),
        ("<del>March</del><ins>April</ins>", "April"),
        ("<ruby>港<rt>みなと</rt></ruby>の壁", "港の壁"),
    ],
)
def test_what_stands_above_the_line_is_not_run_into_it(markup, text):
    assert text in read(article(middle=f"<p>{PROSE[0]} {markup}.</p>")).text


def test_a_button_that_holds_a_heading_is_that_heading():
    section = f"<button><h3>Who pays?</h3></button><div><p>{LONG}</p></div>"
    assert "Who pays?" in read(article(middle=section)).text


@pytest.mark.parametrize("is_enabled", [True, False])
def test_reading_a_page_leaves_the_collector_of_cycles_as_it_was(is_enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if is_enabled else gc.disable)()
        read(page())
        assert gc.isenabled() is is_enabled
    finally:
        (gc.enable if before else gc.disable)()
