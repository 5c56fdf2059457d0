"""The page of a post on its own site: the values that it gives without API and feed."""

from dataclasses import replace
from typing import Any

import pytest

from newscrawl.extract.wordpress_page import page_number, read_further_page, read_own_page
from newscrawl.net.response import Answer

URL = "https://example.org/2026/a-post/"
TEXT = "The harbour council met on Tuesday and talked for a long time about the price of rope. " * 4


def page(
    content: str = f"<p>{TEXT}</p>",
    *,
    head: str = "",
    body: str = "single postid-7",
    title: str = "<h1 class='entry-title'>Rope &amp; more</h1>",
    status: int = 200,
    **headers: str,
) -> Answer:
    html = (
        f"<html lang='en'><head><title>Rope – News</title>{head}</head><body class='{body}'>"
        f"<article>{title}<div class='entry-content'>{content}</div></article></body></html>"
    )
    return Answer(url=URL, status=status, headers=headers, body=html.encode())


def read(answer: Answer) -> dict[str, Any]:
    found = read_own_page(answer)
    assert isinstance(found, dict), found
    return found


def test_the_content_is_what_the_theme_marks_with_its_button() -> None:
    button = '<a class="su-button" href="https://wire.example/x">Click here for full article</a>'
    found = read(page(f"<p>{TEXT}</p>{button}"))
    assert button in found["content"]
    assert (found["title"], found["language"]) == ("Rope & more", "en")


def test_a_page_has_a_date_and_an_author() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Rope",'
        ' "author": {"@type": "Person", "name": "Ada Marsh"},'
        ' "datePublished": "2026-01-10T20:05:00+01:00"}</script>'
    )
    found = read(page(head=head))
    assert (found["published"], found["authors"]) == ("2026-01-10T19:05:00Z", ["Ada Marsh"])


def test_a_date_without_a_time_is_not_used() -> None:
    head = '<meta property="article:published_time" content="2026-01-10">'
    assert read(page(head=head))["published"] is None


@pytest.mark.parametrize(
    "answer",
    [
        page(body="single", head='<link rel="shortlink" href="https://example.org/?p=7">'),
        page(body="single", link="<https://example.org/?p=7>; rel=shortlink"),
        page(body="single", link='<https://a.example/>; rel="x", </?p=7>; rel="shortlink"'),
        page(body="post-template-default single single-post postid-7 logged-out"),
    ],
)
def test_the_id_is_the_one_that_the_page_names(answer: Answer) -> None:
    assert read(answer)["id"] == 7


@pytest.mark.parametrize("body", ["single", "page-id-7", "single postid-0", "x-postid-7"])
def test_no_id_is_made_up(body: str) -> None:
    assert read(page(body=body))["id"] is None


@pytest.mark.parametrize("content", ["<p>Short.</p>", ""])
def test_a_short_post_is_a_post(content: str) -> None:
    assert read(page(content))["content"] == content


def test_what_a_password_hides_is_not_the_form() -> None:
    form = "<form class='post-password-form'><p>Password: <input type='password'></p></form>"
    found = read(page(form))
    assert (found["content"], found["is_locked"]) == ("", True)
    assert not read(page())["is_locked"]


def test_the_form_is_known_by_its_address_without_the_marks_of_a_theme() -> None:
    form = "<form action='/wp-login.php?action=postpass'><p>Passwort: <input name=p></p></form>"
    answer = page(f"{form}<p>{TEXT}</p>", body="single postid-7")
    answer = replace(answer, body=answer.body.replace(b"entry-content", b"words"))
    found = read(answer)
    assert (found["content"], found["is_locked"]) == ("", True)


def test_a_login_of_another_kind_hides_words_and_is_no_password_of_the_post() -> None:
    found = read(page("<form action='/members/'><input type='password'></form>"))
    assert (found["content"], found["is_locked"]) == ("", False)


def test_an_article_is_found_without_the_marks_of_a_theme() -> None:
    html = f"<html><body><main><h1>Rope</h1><p>{TEXT}</p><p>{TEXT}</p></main></body></html>"
    found = read(Answer(url=URL, status=200, body=html.encode()))
    assert "price of rope" in found["content"]
    assert found["title"] == "Rope"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (page(body="home blog"), "not_found"),
        (page(status=404), "not_found"),
        (page(status=500), "server_error"),
        (page(status=403), "forbidden"),
        (Answer(url=URL, status=200, body=b"%PDF-1.7", headers={}), "not_html"),
        (Answer(url=URL, status=200, body=b"<html><body><p>Hi.</p></body></html>"), None),
    ],
)
def test_what_is_no_post_is_refused_in_a_word(answer: Answer, word: str | None) -> None:
    assert read_own_page(answer) == (word or "extraction_failed")


@pytest.mark.parametrize(
    "body", [b"", b"<br />\n<b>Fatal error</b>: Uncaught Error in /a.php:3", b" "]
)
def test_a_page_that_died_of_a_fault_is_no_post_without_words(body: bytes) -> None:
    headers = {"content-type": "text/html", "link": "<https://example.org/?p=7>; rel=shortlink"}
    answer = Answer(url=URL, status=200, headers=headers, body=body)
    assert read_own_page(answer) == "extraction_failed"


LINKS = (
    '<div class="page-links">Pages: <a class="post-page-numbers" href="/2026/a-post/2/">2</a>'
    ' <a class="post-page-numbers" href="/2026/a-post/3/">3</a></div>'
)


def test_a_post_of_several_pages_names_its_second_and_has_no_links_to_pages() -> None:
    found = read(page(f"<p>{TEXT}</p>{LINKS}"))
    assert (found["next_page"], found["content"]) == (f"{URL}2/", f"<p>{TEXT}</p>")
    assert read(page())["next_page"] is None


def test_a_further_page_names_the_page_after_it() -> None:
    answer = page(f"<p>{TEXT}</p>{LINKS}")
    second = read_further_page(replace(answer, url=f"{URL}2/"), 2, URL)
    assert second == {"content": f"<p>{TEXT}</p>", "next_page": f"{URL}3/"}
    third = read_further_page(replace(answer, url=f"{URL}3/"), 3, URL)
    assert third == {"content": f"<p>{TEXT}</p>", "next_page": None}


def test_a_further_page_that_leads_back_to_the_post_is_no_page() -> None:
    assert read_further_page(page(), 2, URL) == "not_found"


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (f"{URL}2/", 2),
        (f"{URL}2", 2),
        (f"{URL}?page=3", 3),
        (URL, None),
        (f"{URL}comment-page-2/", None),
        (f"{URL}2/3/", None),
        ("https://example.org/2026/another-post/2/", None),
        ("https://other.example/2026/a-post/2/", None),
        (f"{URL}0/", None),
    ],
)
def test_only_the_address_of_a_post_with_a_number_is_its_further_page(
    url: str, number: int | None
) -> None:
    assert page_number(url, URL) == number


def test_a_page_names_its_translations() -> None:
    head = (
        f"<link rel='alternate' hreflang='en-GB' href='{URL}'>"
        "<link rel='alternate' hreflang='fr-fr' href='/fr/un-article/'>"
        f"<link rel='alternate' hreflang='x-default' href='{URL}'>"
        "<link rel='alternate' type='application/rss+xml' href='/feed/'>"
    )
    expected = [{"language": "fr-FR", "url": "https://example.org/fr/un-article/"}]
    assert read(page(head=head))["translations"] == expected
    assert read(page())["translations"] == []
