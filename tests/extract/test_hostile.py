"""Pages that are made to take long, to take memory or to break what reads them."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawl.extract import extract
from newscrawl.extract.page import read_page
from newscrawl.extract.page_result import Page
from newscrawl.net.response import Answer
from newscrawl.outcomes import OUTCOMES
from newscrawl.runtime.worker_pool import Workers
from tests.extract.pages import PROSE, URL, article, linked, page

DEEP = 20_000
LONG = 30_000_000

# Each takes a fraction of a second in linear time, and minutes otherwise.
HOSTILE = {
    "deep divisions": article(middle="<div>" * DEEP + "x" + "</div>" * DEEP),
    "deep titles": page("<div>" * DEEP + f"<h1>a</h1><p>{PROSE[0]}</p>" * 2),
    "deep spans": article(middle="<span>" * DEEP + "x"),
    "deep formatting": article(middle="<b><i>" * DEEP + "x"),
    "deep lists": article(middle="<ul><li>" * DEEP + "x"),
    "deep tables": article(middle="<table><tr><td>" * (DEEP // 4) + "x"),
    "deep quotes": article(middle="<blockquote>" * DEEP + "<p>x"),
    "deep bylines": article(middle="<div class='author byline'>" * DEEP + "By Ann Example"),
    "deep drawings": article(middle="<svg>" * DEEP + "<math>" * DEEP),
    "many paragraphs": article(middle="<p>One more of them.</p>" * DEEP),
    "many headings": article(middle="<h2>One more</h2>" * DEEP),
    "many titles": article(middle="<h1>Title - x</h1>" * DEEP),
    "many parts of a title": page(f"<h1>{'<b>a</b>B' * 400_000}</h1>"),
    "many labels": article(middle="<div>Read more</div>" * DEEP),
    "many calls": article(middle="<p>On <a href='//x.com/a'>X</a></p>" * DEEP),
    "many rows of a stream": page(
        f'<script>self.__next_f.push([1,"{"a:T5,hello" * DEEP}"])</script>' * 5
    ),
    "many dates": article(middle="<time>soon</time>" * DEEP),
    "many links": article(middle="<a href='/walls-and/2'>2</a>" * DEEP),
    "many pictures": article(middle="<img src='/a.jpg'>" * DEEP),
    "many breaks": article(middle="word<br><br>" * DEEP),
    "many meta tags": article(head="<meta name=author content='Ann Example'>" * DEEP),
    "many words": article(middle="word " * (LONG // 5)),
    "many zeros": article(middle="\0" * LONG),
    "one word": article(middle="a" * LONG),
    "nothing but spaces": article(middle=" " * LONG),
    "nothing but signs": article(middle="<&" * (LONG // 20)),
    "one attribute": article(middle=f"<p class='{'a ' * (LONG // 2)}'>x</p>"),
    "one title": article(head=f"<title>{'a - ' * (LONG // 40)}</title>"),
    "a style": article(middle=f"<p style='{'display:' * DEEP}'>x</p>"),
    "comments": "<!---->" * 140 + article(),
    "comments of no type": "<!---->" * 140,
    "JSON that nests": article(head=linked("[" * 100_000)),
    "JSON that breaks": article(head=linked('{"a":' + "\n" * 1_900_000)),
    "JSON of commas": article(head=linked('{"a":' + ",  " * 600_000)),
    "JSON of many nodes": article(head=linked("[" + '{"@id":"a","name":"b"},' * DEEP + "{}]")),
    "a stated text of spaces": article(
        head=linked(f'{{"@type":"Article","name":"x","articleBody":"a{" " * 1_900_000}"}}')
    ),
    "a state that nests": page(f"<script>window.S = {'[' * 100_000}</script>"),
    "many states": page(f"<script>{'window.S = {a: 1};' * DEEP}</script>"),
    "a set of sources": article(
        middle=f"<figure><img srcset='{'/abcdefg1 1x, ' * DEEP}'></figure>"
    ),
    "a long refresh": article(head=f"<meta http-equiv=refresh content='0;url={'a' * 10**6}'>"),
    "half a character": article(middle="\ud800"),
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """One worker with the memory that a crawl gives, and time for a slow machine."""
    workers = Workers(1, seconds=30, memory_mib=300)
    yield workers
    asyncio.run(workers.close())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_within_the_limits_of_a_worker(name, workers):
    body = HOSTILE[name].encode(errors="surrogatepass")
    headers = {"content-type": "" if "no type" in name else "text/html; charset=utf-8"}
    answer = Answer(url=URL, status=200, headers=headers, body=body)
    found = asyncio.run(workers.run(read_page, answer, PROSE[0]))
    assert isinstance(found, Page)
    assert found.outcome in OUTCOMES


OPENED = ["article", "p", "div", "table", "tr", "td", "figure", "img", "figcaption", "ul", "li"]
OPENED += ["b", "h1", "h2", "br", "br", "blockquote", "template", "script", "style", "svg"]
OPENED += ["button", "noscript", "time", "select", "form", "title", "body", "a href=/x"]
OPENED += ["section class=related", "p class=byline", "p class=photo-caption"]
OPENED += ["iframe src=https://youtube.com/embed/a"]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in OPENED]),
    st.sampled_from([f"</{tag.split()[0]}>" for tag in OPENED]),
    st.sampled_from([*PROSE, "Photo: Ann", "By Ann Example", "Read more", "&amp;", "\0", "<!--"]),
    st.text(max_size=20),
)


@given(st.lists(PIECES, max_size=60).map("".join))
@example(f"<h1><article>{PROSE[0]}")
@settings(max_examples=150, deadline=None)
def test_no_soup_of_tags_breaks_the_extraction(html):
    found = extract(html, url=URL)
    assert "<script" not in found.html
    assert "\0" not in found.text + found.html + (found.title or "")


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_reading(body):
    answer = Answer(url=URL, status=200, headers={"content-type": "text/html"}, body=body)
    assert read_page(answer).outcome in OUTCOMES
