"""Articles in parts: finding the next page, joining what came."""

import pytest

from newscrawl.extract.document import parse
from newscrawl.extract.multipage import join_parts, next_page
from newscrawl.items import Extraction
from tests.extract.pages import page

ONE = "https://news.example/walls-and-water"


def link(href: str) -> str:
    return f'<a href="{href}">2</a>'


@pytest.mark.parametrize(
    ("name", "url", "html", "expected"),
    [
        ("rel=next", ONE, f'<link rel="next" href="{ONE}?page=2">', f"{ONE}?page=2"),
        ("a number in the path", ONE, link("/walls-and-water/2/"), f"{ONE}/2/"),
        ("page/2", ONE, link("/walls-and-water/page/2"), f"{ONE}/page/2"),
        ("Seite-2", ONE, link("/walls-and-water/seite-2"), f"{ONE}/seite-2"),
        ("the third", f"{ONE}?page=2&a=b", link("?a=b&page=3"), f"{ONE}?a=b&page=3"),
        ("before an ending", f"{ONE}.html", link(f"{ONE}_2.html"), f"{ONE}_2.html"),
        ("a second post of the same title", ONE, link(f"{ONE}-2"), None),
        ("with an anchor", ONE, link(f"{ONE}?page=2#top"), f"{ONE}?page=2"),
        ("on the other host", ONE, link("https://www.news.example/walls-and-water?page=2"),
         "https://www.news.example/walls-and-water?page=2"),
        ("the next article", ONE, '<link rel="next" href="/the-other-river">', None),
        ("another page's number", ONE, link("/the-other-river-and-its-walls/2"), None),
        ("the last part", f"{ONE}?page=3", link("?page=2"), None),
        ("a jump", ONE, link("?page=5"), None),
        ("a section", "https://news.example/news", link("/news/2"), None),
        ("another site", ONE, link("https://x.example/walls-and-water?page=2"), None),
        ("a broken link", ONE, link("https://[bad/"), None),
        ("none", ONE, "", None),
    ],
)  # fmt: skip
def test_the_next_page_differs_only_in_its_number(name, url, html, expected):
    assert next_page(parse(page(html), url)) == expected


def part(number: int, **others: float) -> Extraction:
    word = f"part {number}"
    fields = {"title": f"Title {number}", "word_count": 2, "confidence": 0.9, **others}
    return Extraction(url=ONE, text=word, html=f"<p>{word}</p>", markdown=word, **fields)  # type: ignore[arg-type]


def test_parts_are_joined_in_order_under_the_first_one_s_metadata():
    whole = join_parts([part(1), part(2), part(3, confidence=0.4)])
    assert whole.title == "Title 1"
    assert whole.text == whole.markdown == "part 1\n\npart 2\n\npart 3"
    assert whole.html == "<p>part 1</p>\n<p>part 2</p>\n<p>part 3</p>"
    assert (whole.word_count, whole.confidence) == (6, 0.4)


def test_an_empty_part_leaves_no_gap():
    assert join_parts([part(1), Extraction(url=ONE), part(3)]).text == "part 1\n\npart 3"


def test_one_part_is_the_whole():
    assert join_parts([part(1)]) == part(1)


def test_no_part_is_an_error():
    with pytest.raises(ValueError, match="unpack"):
        join_parts([])
