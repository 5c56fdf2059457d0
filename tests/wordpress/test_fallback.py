"""What may stand in for an API that is closed, and when nothing may."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from newscrawl.net.response import Answer
from newscrawl.wordpress.discovery import NotWordPress, discover
from newscrawl.wordpress.fallback import FallbackSources, fallback_sources
from tests.wordpress.fake import HOME, SITE, answer, error
from tests.wordpress.test_feed import NOT_FOUND, index, item, urls, xml

if TYPE_CHECKING:
    from newscrawl.wordpress.site import Site

PAGE = '<html lang="en-GB"><link rel="https://api.w.org/" href="/wp-json/"></html>'
FEED = (
    "<?xml version='1.0'?><rss xmlns:atom='a'><channel><title>News</title>"
    f"<atom:link href='{HOME}/feed/'/><link>https://www.example.org</link>"
    f"<generator>https://wordpress.org/?v=6.8</generator>{item(7).replace('dc:', '')}"
    "</channel></rss>"
).replace("content:", "")
CHALLENGE = Answer(url=HOME, status=403, headers={"cf-mitigated": "challenge"}, body=b"<html>")
SITEMAP = {"wp-sitemap.xml": xml(index("post-sitemap.xml")), "post-sitemap.xml": xml(urls("a/"))}


def look(
    answers: dict[str, Answer], known: Site | None = None
) -> tuple[FallbackSources | None, list[str]]:
    """Look for the API, which must fail, and then for what may stand in."""
    asked: list[str] = []

    async def fetch(url: str) -> Answer:
        path = url.removeprefix(f"{HOME}/")
        asked.append(path)
        return answers.get(path.partition("?")[0], NOT_FOUND)

    async def run() -> FallbackSources | None:
        with pytest.raises(NotWordPress) as caught:
            await discover(HOME, fetch)
        asked.clear()
        return await fallback_sources(caught.value, fetch, known)

    return asyncio.run(run()), asked


def page(text: str = PAGE, status: int = 200) -> Answer:
    return Answer(url=f"{HOME}/", status=status, body=text.encode())


REFUSED = error("rest_cannot_access", 401)


def test_a_feed_is_found_with_one_request_and_names_its_site() -> None:
    found, asked = look({"": page(), "wp-json/": REFUSED, "feed/": xml(FEED)})
    assert found is not None
    assert asked == ["feed/"]
    assert (found.site.key, found.site.home) == ("example.org", "https://www.example.org")
    assert (found.site.name, found.site.language, found.site.was_open) == ("News", "en-GB", False)
    assert found.why == "HTTP 401 rest_cannot_access"


def test_a_site_that_was_open_before_is_still_that_site() -> None:
    found, _ = look({"": page(), "wp-json/": REFUSED, "feed/": xml(FEED)}, known=SITE)
    assert found is not None
    assert found.site == SITE


def test_without_a_feed_the_sitemaps_are_looked_for() -> None:
    found, asked = look({"": page(), "wp-json/": REFUSED, **SITEMAP})
    assert found is not None
    assert found.feed is None
    assert asked == ["feed/", "robots.txt", "wp-sitemap.xml"]


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("neither", {"": page(), "wp-json/": REFUSED}),
        ("challenge at the API", {"": page(), "wp-json/": CHALLENGE, "feed/": xml(FEED)}),
        ("challenge at the page", {"": CHALLENGE, "wp-json/": REFUSED, "feed/": xml(FEED)}),
        ("challenge at the feed", {"": page(), "wp-json/": REFUSED, "feed/": CHALLENGE, **SITEMAP}),
        (
            "robots.txt against all",
            {
                "": Answer(url=HOME, outcome="robots_disallowed"),
                "wp-json/": Answer(url=HOME, outcome="robots_disallowed"),
                "feed/": xml(FEED),
            },
        ),
        ("an outage", {"": page(), "wp-json/": xml("<h1>Busy</h1>", 503), "feed/": xml(FEED)}),
        ("no WordPress", {"": page("<html>"), "feed/": xml(FEED.replace("wordpress", "other"))}),
        ("another's API", {"": page("<html>"), "wp-json/": answer({"version": 1}), **SITEMAP}),
    ],
)
def test_nothing_replaces_the_api(name: str, answers: dict[str, Answer]) -> None:
    found, _ = look(answers)
    assert found is None, name


@pytest.mark.parametrize(
    "answers",
    [
        {"": page("<html><link href='/wp-content/themes/x.css'>"), "feed/": xml(FEED)},
        {"": page("<html>"), "feed/": xml(FEED)},
        {
            "": page(),
            "wp-json/": Answer(url=HOME, outcome="robots_disallowed"),
            "feed/": xml(FEED),
        },
        {"": page(), "wp-json/": xml("<title>Forbidden</title>", 403), "feed/": xml(FEED)},
        {
            "": page(),
            "wp-json/": REFUSED,
            "feed/": Answer(url=HOME, outcome="robots_disallowed"),
            **SITEMAP,
        },
    ],
)
def test_a_fallback_replaces_the_api(answers: dict[str, Answer]) -> None:
    found, _ = look(answers)
    assert found is not None
