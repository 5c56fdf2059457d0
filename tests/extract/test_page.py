"""Reading an answer: files that are not pages, pages that lead elsewhere, rights signals."""

import pickle

import pytest

from newscrawl.extract.page import read_page
from newscrawl.extract.page_result import Page
from newscrawl.net.response import Answer, Hop
from tests.extract.pages import URL, article, linked, page

HTML = {"content-type": "text/html; charset=utf-8"}


def read(html: str | bytes, url: str = URL, **others: object) -> Page:
    body = html.encode() if isinstance(html, str) else html
    fields: dict[str, object] = {"status": 200, "headers": HTML, **others}
    return read_page(Answer(url=url, body=body, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "content_type", "what"),
    [
        (b"%PDF-1.7", "application/pdf", "PDF"),
        (b"%PDF-1.7", "text/html", "PDF"),
        (b"\x89PNG\r\n", "text/html", "PNG"),
        (b"\0\0\0\x18ftypmp42", "video/mp4", "MP4"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"plain words", "text/plain", "text/plain"),
        (b"<rss></rss>", "text/xml", "text/xml"),
        (b"", "image/jpeg", "image/jpeg"),
        (b"\0\1\2", "", "unknown"),
    ],
)
def test_what_is_no_page_is_named(body, content_type, what):
    found = read(body, headers={"content-type": content_type})
    assert (found.outcome, found.detail) == ("not_html", what)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/octet-stream"])
def test_a_page_is_read_under_a_vague_type(content_type):
    body = f"<!-- a --> <!-- b -->\n{article()}"
    assert read(body, headers={"content-type": content_type}).outcome == "fetched"


def test_a_status_weighs_more_than_a_type():
    found = read(b"%PDF-1.7", status=404, headers={"content-type": "application/pdf"})
    assert found.outcome == "not_found"


def refresh(target: str, seconds: str = "0") -> str:
    return f'<meta http-equiv="refresh" content="{seconds}; url={target}">'


@pytest.mark.parametrize(
    ("name", "html", "target"),
    [
        ("at once", page("", head=refresh("/2026/walls")), "https://news.example/2026/walls"),
        ("to another site", page("", head=refresh("'https://wire.example/a'")), "https://wire.example/a"),
        ("with words", page("<p>Moved.</p>", head=refresh("/b", "3")), "https://news.example/b"),
        ("by a script", page('<script>window.location.replace("https://wire.example/a")</script>'),
         "https://wire.example/a"),
        ("by another", page('<script>location.href = "https://wire.example/a";</script>'),
         "https://wire.example/a"),
    ],
)  # fmt: skip
def test_a_page_that_sends_its_readers_on_is_followed(name, html, target):
    assert read(html).follow == target


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("to itself", refresh(URL)),
        ("after a while", refresh("/other", "300")),
        ("nowhere", refresh("")),
        ("to a script", refresh("javascript:alert(1)")),
        ("to a file", refresh("file:///etc/passwd")),
        ("in a long program", ('<script>if (x) location.href = "https://x.example/"</script>'
         f"<script>{'var a = 1;' * 600}</script>")),
    ],
)  # fmt: skip
def test_a_page_that_stays_is_read(name, head):
    found = read(article(head=head))
    assert (found.outcome, found.follow) == ("fetched", None)


def test_an_amp_page_without_its_text_leads_to_the_whole_one():
    whole = "https://news.example/2026/03/walls"
    html = page("<p>Open.</p>", head=f'<link rel="canonical" href="{whole}">')
    assert read(html.replace("<html>", "<html amp>"), f"{whole}?amp=1").follow == whole
    assert read(html, f"{whole}?amp=1").follow is None


def test_an_amp_page_with_its_text_is_the_article_under_the_whole_one_s_address():
    head = '<link rel="canonical" href="https://news.example/2026/03/walls">'
    found = read(article(head=head).replace("<html>", "<html ⚡>"))
    assert (found.outcome, found.follow) == ("fetched", None)
    assert found.extraction is not None
    assert found.extraction.url == "https://news.example/2026/03/walls"


@pytest.mark.parametrize(
    ("asked", "got", "outcome"),
    [
        (URL, "https://news.example/", "not_found"),
        (URL, "https://www.news.example", "not_found"),
        (URL, "https://other.example/", "fetched"),
        (URL, "https://news.example/?p=12", "fetched"),
        ("https://news.example/x", "https://news.example/", "fetched"),
    ],
)
def test_an_article_s_address_that_leads_to_the_door_was_not_found(asked, got, outcome):
    assert read(article(), got, hops=(Hop(url=asked, status=301),)).outcome == outcome


@pytest.mark.parametrize("place", ["http://[::1/", "file:///etc/passwd", "javascript:alert(1)"])
def test_a_page_that_sends_its_readers_to_no_web_page_sends_us_nowhere(place: str):
    head = "".join(
        f'<meta http-equiv="refresh" content="0; url={place}"><link rel="{kind}" href="{place}">'
        for kind in ("canonical", "amphtml", "next")
    )
    found = read(article(head=head))
    assert (found.outcome, found.follow, found.next_page) == ("fetched", None, None)
    assert found.extraction is not None
    assert found.extraction.url.startswith("https://")


def test_signals_of_rights_are_recorded_as_they_are():
    head = (
        '<meta name="robots" content="noai, noarchive"><meta name="tdm-reservation" content="1">'
        '<meta name="tdm-policy" content="https://news.example/tdm.json">'
        '<link rel="license" type="application/rsl+xml" href="/rsl.xml">'
        + linked('{"@type":"NewsArticle","headline":"x","isAccessibleForFree":true}')
    )
    assert read(article(head=head)).rights == {
        "meta-robots": "noai, noarchive",
        "tdm-reservation": "1",
        "tdm-policy": "https://news.example/tdm.json",
        "license": "/rsl.xml",
        "is-accessible-for-free": "true",
    }


def test_a_page_does_not_take_back_what_its_headers_reserve():
    head = '<meta name="tdm-reservation" content="0">'
    assert "tdm-reservation" in read(article(head=head)).rights
    assert (
        "tdm-reservation" not in read(article(head=head), signals={"tdm-reservation": "1"}).rights
    )


def test_a_licence_may_stand_in_the_page():
    head = '<script type="application/rsl+xml"><rsl>\n <content url="/"/></rsl></script>'
    assert read(article(head=head)).rights["license"] == '<rsl> <content url="/"/></rsl>'


def test_signals_are_read_of_refusals_too():
    assert read(page(head='<meta name="robots" content="noai">'), status=404).rights


def test_what_comes_back_travels_between_processes():
    found = read(article())
    assert pickle.loads(pickle.dumps(found)) == found
