"""Finding the API from any URL; without one, the error lists what was tried."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from newscrawl.exceptions import ConfigurationError, SiteError
from newscrawl.net.response import Answer, Hop
from newscrawl.wordpress.discovery import NotWordPress, discover, refresh, web_address
from newscrawl.wordpress.site import BUILT_IN, POST, PostType, Site, Taxonomy, View
from tests.wordpress.fake import answer, error

HOME = "https://example.org"
NAMED = f'<{HOME}/wp-json/>; rel="https://api.w.org/"'
DATE = "Tue, 24 Nov 2026 08:00:00 GMT"


def page(text: str = "<title>News</title>", status: int = 200, **headers: str) -> Answer:
    return Answer(url="", status=status, headers=headers, body=text.encode())


def index(home: str = HOME, **fields: Any) -> Answer:
    facts = {"name": "News", "home": home, "url": home, "namespaces": ["oembed/1.0", "wp/v2"]}
    return answer({**facts, **fields}, date=DATE)


TYPES = answer(
    {
        "post": {"slug": "post", "rest_base": "posts", "taxonomies": ["category", "post_tag"]},
        "page": {"slug": "page", "rest_base": "pages", "taxonomies": []},
    }
)
NOT_FOUND = page("<title>Not found</title>", 404)


class World:
    """Answers by URL, without the list of fields that is asked for; all else is a page 404."""

    def __init__(self, answers: dict[str, Answer], redirects: dict[str, str] | None = None) -> None:
        self.answers = answers
        self.redirects = redirects or {}
        self.asked: list[str] = []

    async def fetch(self, url: str) -> Answer:
        url = url.partition("?_fields=")[0].partition("&_fields=")[0]
        self.asked.append(url)
        hops = []
        while url in self.redirects:
            hops.append(Hop(url=url, status=301))
            url = self.redirects[url]
        found = self.answers.get(url, NOT_FOUND)
        return Answer(
            url=url,
            status=found.status,
            headers=found.headers,
            body=found.body,
            outcome=found.outcome,
            detail=found.detail,
            hops=tuple(hops),
        )


def found(world: World, url: str = f"{HOME}/") -> Site:
    return asyncio.run(discover(url, world.fetch))


def refused(world: World, url: str = f"{HOME}/") -> NotWordPress:
    with pytest.raises(NotWordPress) as caught:
        found(world, url)
    assert "\n" not in str(caught.value)
    return caught.value


API = {f"{HOME}/wp-json/": index(), f"{HOME}/wp-json/wp/v2/types": TYPES}


def test_a_home_page_that_names_its_api_costs_three_requests() -> None:
    world = World({f"{HOME}/": page('<html lang="en-GB">', link=NAMED), **API})
    site = found(world)
    assert (site.key, site.root, site.style) == ("example.org", f"{HOME}/wp-json/", "pretty")
    assert (site.name, site.language, site.date) == ("News", "en-GB", "2026-11-24T08:00:00Z")
    assert [post_type.slug for post_type in site.types] == ["post", "page"]
    assert world.asked == [f"{HOME}/", f"{HOME}/wp-json/", f"{HOME}/wp-json/wp/v2/types"]


@pytest.mark.parametrize(
    "link",
    [
        f'<{HOME}/wp-json/>; rel="https://api.w.org/"',
        f'<https://wp.me/x>; rel=shortlink, <{HOME}/wp-json/>; rel="https://api.w.org/"',
        f'<{HOME}/wp-json/>; rel=https://api.w.org/, <{HOME}/a,b>; rel="alternate"',
        '</wp-json>; rel="https://github.com/WP-API/WP-API"',
    ],
)
def test_the_header_names_the_api_in_any_of_its_forms(link: str) -> None:
    world = World({f"{HOME}/a-post/": page(link=link), **API})
    assert found(world, f"{HOME}/a-post/").root == f"{HOME}/wp-json/"
    assert len(world.asked) == 3


@pytest.mark.parametrize(
    "tag",
    [
        f"<link rel='https://api.w.org/' href='{HOME}/wp-json/' />",
        '<link href=/wp-json/ rel="https://api.w.org/">',
        '<link rel="https://api.w.org/" href="/wp-json/?lang=en&#038;x=1">',
    ],
)
def test_the_page_names_the_api(tag: str) -> None:
    world = World({f"{HOME}/": page(f"<html><head><link rel=x>{tag}"), **API})
    assert found(world).root == f"{HOME}/wp-json/"


@pytest.mark.parametrize("url", [f"{HOME}/", f"{HOME}/2026/01/a-post/", f"{HOME}/index.php?p=7"])
def test_an_api_that_is_not_named_is_found_at_its_usual_address(url: str) -> None:
    assert found(World({url: page(), **API}), url).v2 == f"{HOME}/wp-json/wp/v2/"


@pytest.mark.parametrize("path", ["/blog/", "/blog", "/blog/2026/01/a-post/"])
def test_an_installation_in_a_sub_directory_is_found_from_any_of_its_pages(path: str) -> None:
    world = World(
        {
            f"{HOME}{path}": page(),
            f"{HOME}/blog/wp-json/": index(f"{HOME}/blog"),
            f"{HOME}/blog/wp-json/wp/v2/types": TYPES,
        }
    )
    site = found(world, f"{HOME}{path}")
    assert (site.key, site.home) == ("example.org/blog", f"{HOME}/blog")


PLAIN = {
    f"{HOME}/?rest_route=/": index(),
    f"{HOME}/?rest_route=/wp/v2/types": TYPES,
}


@pytest.mark.parametrize(
    "absent", [NOT_FOUND, page(), error("rest_no_route", 404), answer([], 404)]
)
def test_plain_links_are_tried_if_the_usual_address_is_missing(absent: Answer) -> None:
    world = World({f"{HOME}/": page(), f"{HOME}/wp-json/": absent, **PLAIN})
    site = found(world)
    assert (site.style, site.v2) == ("rest_route", f"{HOME}/?rest_route=/wp/v2/")


def test_a_named_plain_link_is_followed_without_a_redirect() -> None:
    link = f'<{HOME}?rest_route=/>; rel="https://api.w.org/"'
    world = World({f"{HOME}/": page(link=link), **PLAIN})
    assert found(world).root == f"{HOME}/?rest_route=/"
    assert len(world.asked) == 3


@pytest.mark.parametrize(
    "closed",
    [
        error("rest_cannot_access", 401),
        error("rest_forbidden", 403),
        page("<title>Nope</title>", 403),
        page("<title>Just a moment...</title>"),
        page("", 202, **{"sg-captcha": "challenge"}),
        Answer(url="", outcome="robots_disallowed", detail="robots.txt: /wp-json/"),
    ],
)
@pytest.mark.parametrize("link", [NAMED, ""])
def test_no_other_way_is_tried_after_a_no(closed: Answer, link: str) -> None:
    world = World({f"{HOME}/": page(link=link), f"{HOME}/wp-json/": closed, **PLAIN})
    caught = refused(world)
    assert caught.state == "closed"
    assert "does not open its REST API" in str(caught)
    assert world.asked == [f"{HOME}/", f"{HOME}/wp-json/"]
    assert f"{HOME}/wp-json/ → " in str(caught)


def test_a_failing_api_gets_two_requests_and_nothing_else_is_tried() -> None:
    busy = page("<title>503 Service Unavailable</title>", 503)
    world = World({f"{HOME}/": page(link=NAMED), f"{HOME}/wp-json/": busy, **PLAIN})
    caught = refused(world)
    assert caught.state == "failing"
    assert f"names {HOME}/wp-json/" in str(caught)
    assert world.asked == [f"{HOME}/", f"{HOME}/wp-json/", f"{HOME}/wp-json/"]


def test_for_another_site_the_error_lists_all_that_was_tried() -> None:
    caught = refused(World({f"{HOME}/": page("<title>Shop</title>")}))
    assert caught.state == "absent"
    assert str(caught) == (
        "https://example.org/ shows no WordPress REST API: "
        "https://example.org/ → HTTP 200 “Shop”, names no API; "
        "https://example.org/wp-json/ → HTTP 404, a page “Not found”; "
        "https://example.org/wp-json/wp/v2/posts?per_page=1 → HTTP 404, a page “Not found”; "
        "https://example.org/?rest_route=/ → HTTP 404, a page “Not found”"
    )


POSTS = f"{HOME}/wp-json/wp/v2/posts?per_page=1"
A_POST = {"id": 7, "guid": {}, "link": f"{HOME}/a/", "content": {}}


@pytest.mark.parametrize(
    "absent", [NOT_FOUND, error("rest_no_route", 404), answer({"namespaces": ["shop/v1"]})]
)
def test_an_api_that_hides_only_its_index_is_recognized_by_its_posts(absent: Answer) -> None:
    world = World({f"{HOME}/": page(), f"{HOME}/wp-json/": absent, POSTS: answer([A_POST])})
    site = found(world, f"{HOME}/")
    assert (site.key, site.home, site.root) == ("example.org", HOME, f"{HOME}/wp-json/")


@pytest.mark.parametrize("listed", [[], {"id": 7}, [{"id": 7, "name": "a product"}], [5]])
def test_a_list_of_something_else_is_no_api(listed: object) -> None:
    world = World({f"{HOME}/": page(), POSTS: answer(listed)})
    assert f"{POSTS} → HTTP 200, JSON that is no list of posts" in str(refused(world))


def test_a_no_to_the_list_of_posts_ends_the_search() -> None:
    closed = error("rest_cannot_access", 401)
    caught = refused(World({f"{HOME}/": page(), POSTS: closed, **PLAIN}))
    assert caught.state == "closed"


def test_json_that_is_no_index_is_not_taken_for_one() -> None:
    world = World({f"{HOME}/": page(), f"{HOME}/wp-json/": answer({"namespaces": ["shop/v1"]})})
    assert "JSON that is no index" in str(refused(world))


@pytest.mark.parametrize(
    "facts",
    [
        {"namespaces": 5, "routes": {"/wp/v2/posts": {}}},
        {"home": "javascript:x", "url": ["x"], "gmt_offset": "nan"},
        {"home": "https://example.org/ a\n", "gmt_offset": 1e300},
        {"home": "http://[::1"},
        {"home": "http://\u2100.test/"},
        {"home": "https://me:secret@example.org"},
        {"home": f"https://example.org/{'x' * 3000}", "name": 7},
    ],
)
def test_an_index_with_wrong_values_gives_a_site_all_the_same(facts: dict[str, Any]) -> None:
    site = found(World({**API, f"{HOME}/wp-json/": index(**facts)}), f"{HOME}/wp-json/")
    assert (site.key, site.gmt_offset) == ("example.org", 0.0)


def test_an_unreachable_site_gets_one_request() -> None:
    world = World({f"{HOME}/": Answer(url="", outcome="dns_error", detail="no such host")})
    with pytest.raises(SiteError, match="can't be reached: no such host"):
        found(world)
    assert len(world.asked) == 1


@pytest.mark.parametrize(
    "url",
    ["", "news", "example.org", "ftp://example.org", "https://", "https://exa mple.org",
     "https://example.org:port", "https://[bad", "file:///etc/passwd", "https://u:p@example.org"],
)  # fmt: skip
def test_a_wrong_web_address_is_an_error_before_any_request(url: str) -> None:
    world = World({})
    with pytest.raises(ConfigurationError) as caught:
        found(world, url)
    assert "\n" not in str(caught.value)
    assert world.asked == []


def test_a_fragment_is_left_out() -> None:
    assert web_address(" https://example.org#top ") == "https://example.org/"


def test_a_host_that_redirects_is_followed_and_keeps_one_key() -> None:
    world = World(
        {"https://www.example.org/": page(link='</wp-json/>; rel="https://api.w.org/"'),
         "https://www.example.org/wp-json/": index("https://www.example.org"),
         "https://www.example.org/wp-json/wp/v2/types": TYPES},
        redirects={"http://example.org/": "https://www.example.org/"},
    )  # fmt: skip
    site = found(world, "http://example.org/")
    assert (site.key, site.home) == ("example.org", "https://www.example.org")


def test_a_copy_that_names_its_original_gets_a_key_of_its_own() -> None:
    local = "http://127.0.0.1:8080"
    original = "https://www.themintmagazine.com"
    world = World(
        {f"{local}/": page(), f"{local}/wp-json/": index(original),
         f"{local}/wp-json/wp/v2/types": TYPES}
    )  # fmt: skip
    site = found(world, f"{local}/")
    assert (site.key, site.home) == ("127.0.0.1:8080", original)


BLOG = "https://x.wordpress.com"
COM = "https://public-api.wordpress.com"


@pytest.mark.parametrize("home", [HOME, f"{HOME}/en"])
def test_a_root_of_a_language_is_a_site_of_its_own(home: str) -> None:
    """Some plugins give the language's home there, some that of the whole."""
    link = f'<{HOME}/en/wp-json/>; rel="https://api.w.org/"'
    world = World({f"{HOME}/en/": page(link=link), f"{HOME}/en/wp-json/": index(home)})
    site = asyncio.run(discover(f"{HOME}/en/", world.fetch))
    assert (site.key, site.root) == ("example.org/en", f"{HOME}/en/wp-json/")


def test_an_api_on_another_host_is_accepted_if_the_site_names_it() -> None:
    root = f"{COM}/wp-json/?rest_route=/sites/x.wordpress.com"
    world = World(
        {f"{BLOG}/": page(link=f'<{root}>; rel="https://api.w.org/"'), f"{root}/": index(BLOG),
         f"{COM}/wp/v2/sites/x.wordpress.com/types": TYPES}
    )  # fmt: skip
    site = found(world, f"{BLOG}/")
    assert (site.key, site.v2) == ("x.wordpress.com", f"{COM}/wp/v2/sites/x.wordpress.com/")


def test_an_api_on_another_host_is_not_accepted_from_a_redirect() -> None:
    other = "https://other.example"
    world = World(
        {f"{HOME}/": page(), f"{other}/wp-json/": index(other)},
        redirects={f"{HOME}/wp-json/": f"{other}/wp-json/"},
    )
    assert "a redirect to another host" in str(refused(world))


def test_the_address_of_the_api_itself_is_good() -> None:
    site = found(World(API), f"{HOME}/wp-json/")
    assert (site.root, site.key) == (f"{HOME}/wp-json/", "example.org")


def test_public_taxonomies_are_read_if_there_are_more_than_two() -> None:
    types = answer(
        {
            "post": {"slug": "post", "rest_base": "posts", "taxonomies": ["category", "region"]},
            "wp_block": {"slug": "wp_block", "rest_base": "blocks", "taxonomies": ["wp_pattern"]},
        }
    )
    taxonomies = answer({"region": {"slug": "region", "rest_base": "regions", "types": ["post"]}})
    v2 = f"{HOME}/wp-json/wp/v2"
    world = World({**API, f"{v2}/types": types, f"{v2}/taxonomies": taxonomies})
    site = found(world, f"{HOME}/wp-json/")
    assert [tax.rest_base for tax in site.taxonomies] == ["regions", "categories", "tags"]
    assert [tax.slug for tax in site.taxonomies_of(site.types[0])] == ["region", "category"]


@pytest.mark.parametrize("hidden", [error("rest_forbidden", 401), page(), answer([])])
def test_a_site_that_hides_its_types_has_posts(hidden: Answer) -> None:
    site = found(World({**API, f"{HOME}/wp-json/wp/v2/types": hidden}), f"{HOME}/wp-json/")
    assert (site.types, site.taxonomies) == ((POST,), BUILT_IN)


@pytest.mark.parametrize(
    ("fields", "timezone", "offset"),
    [
        ({"timezone_string": "Europe/Berlin", "gmt_offset": 1}, "Europe/Berlin", 1.0),
        ({"timezone_string": "", "gmt_offset": "5.5"}, "", 5.5),
        ({"timezone_string": None, "gmt_offset": ""}, "", 0.0),
        ({}, "", 0.0),
    ],
)
def test_the_zone_of_a_site_is_read(fields: dict[str, Any], timezone: str, offset: float) -> None:
    site = found(World({**API, f"{HOME}/wp-json/": index(**fields)}), f"{HOME}/wp-json/")
    assert (site.timezone, site.gmt_offset) == (timezone, offset)


def test_a_known_site_costs_one_request() -> None:
    world = World({f"{HOME}/": page(link=NAMED), **API})
    before = found(world).replaced(has_modified_after=True, date=None, language="de")
    world.asked.clear()
    after = asyncio.run(refresh(before, f"{HOME}/", world.fetch))
    assert after == before.replaced(date="2026-11-24T08:00:00Z")
    assert world.asked == [f"{HOME}/wp-json/"]


@pytest.mark.parametrize("moved", [index(f"{HOME}/new"), NOT_FOUND])
def test_a_known_site_that_moved_is_found_anew(moved: Answer) -> None:
    world = World({f"{HOME}/": page(link=NAMED), **API})
    before = found(world)
    world.answers[f"{HOME}/wp-json/"] = moved
    world.answers |= PLAIN
    after = asyncio.run(refresh(before, f"{HOME}/", world.fetch))
    assert after.home == (f"{HOME}/new" if moved is not NOT_FOUND else HOME)


def test_a_site_survives_json() -> None:
    site = found(World(API), f"{HOME}/wp-json/")
    assert Site.from_dict(json.loads(json.dumps(site.as_dict()))) == site


def test_a_hostile_page_is_searched_in_one_pass() -> None:
    text = "<link " * 100_000 + "<html " * 100_000 + 'a="' * 100_000
    with pytest.raises(NotWordPress):
        found(World({f"{HOME}/": page(text, link="<" * 100_000)}))


OPEN = answer({"name": "S", "home": HOME, "namespaces": ["wp/v2"]})
NAMES_ANOTHER = '<link rel="https://api.w.org/" href="{}">'


@pytest.mark.parametrize(
    "dead",
    [
        Answer(url="", outcome="connection_error", detail="refused"),
        Answer(url="", outcome="unsafe_address", detail="private"),
        Answer(url="", outcome="dns_error", detail="no such host"),
        Answer(url="", outcome="timeout", detail="timeout"),
        Answer(url="", status=404, body=b"<title>Not found</title>"),
        Answer(url="", status=200, body=b"<html><title>Staging</title>"),
        Answer(url="", status=401, body=b"<title>Password, please</title>"),
        Answer(url="", status=502, body=b"<title>Bad gateway</title>"),
    ],
)
def test_a_named_root_that_is_dead_does_not_hide_the_open_one(dead: Answer) -> None:
    inner = "https://inner.example/wp-json/"
    page = Answer(url=f"{HOME}/", status=200, body=NAMES_ANOTHER.format(inner).encode())

    async def fetch(url: str) -> Answer:
        if url.startswith(inner):
            return dead
        return replace(OPEN, url=url) if url.startswith(f"{HOME}/wp-json/?") else page

    assert asyncio.run(discover(HOME, fetch)).root == f"{HOME}/wp-json/"


def test_a_host_that_refuses_its_own_api_is_not_tried_at_another_address() -> None:
    asked = []
    named = f"{HOME}/api/"
    page = Answer(url=f"{HOME}/", status=200, body=NAMES_ANOTHER.format(named).encode())

    async def fetch(url: str) -> Answer:
        asked.append(url)
        return error("rest_forbidden", 401) if url.startswith(named) else page

    with pytest.raises(NotWordPress):
        asyncio.run(discover(HOME, fetch))
    assert len(asked) == 2


@pytest.mark.parametrize(
    "front",
    [
        Answer(url="https://front.example/", status=200, body=b"<title>Front</title>"),
        Answer(url="https://front.example/", status=404, body=b"<title>Nothing</title>"),
        Answer(url="https://front.example/", outcome="dns_error", detail="no such host"),
        Answer(url="https://front.example/", outcome="unsafe_address", detail="private"),
        Answer(url="https://front.example/", outcome="redirect_loop", detail="in a circle"),
    ],
)
def test_a_home_page_that_leads_to_another_host_does_not_hide_the_api(front: Answer) -> None:
    page = replace(front, hops=(Hop(url="https://cms.example/", status=302),))
    wrong = Answer(
        url="https://front.example/wp-json/", status=403, body=b"<title>Forbidden</title>"
    )

    async def fetch(url: str) -> Answer:
        if url.startswith("https://cms.example/wp-json/?"):
            facts = {"name": "S", "home": "https://front.example", "namespaces": ["wp/v2"]}
            return replace(answer(facts), url=url)
        return page if url == "https://cms.example/" else wrong

    site = asyncio.run(discover("https://cms.example", fetch))
    assert (site.root, site.key) == ("https://cms.example/wp-json/", "front.example")


SWEDISH = page('<html lang="sv-SE"><title>News</title></html>')


def test_the_language_is_of_the_home_page_if_the_given_url_is_the_api() -> None:
    world = World(
        {f"{HOME}/wp-json/": index(), f"{HOME}/wp-json/wp/v2/types": TYPES, HOME: SWEDISH}
    )
    assert found(world, f"{HOME}/wp-json/").language == "sv-SE"


def test_the_language_comes_in_a_later_run_if_the_home_page_failed_before() -> None:
    failed = page('<html lang="en-US">Error</html>', 500)
    world = World(
        {
            f"{HOME}/wp-json/": index(),
            f"{HOME}/wp-json/wp/v2/types": TYPES,
            f"{HOME}/": failed,
            HOME: failed,
        }
    )
    before = found(world)
    world.answers[HOME] = SWEDISH
    after = asyncio.run(refresh(before, f"{HOME}/", world.fetch))
    assert (before.language, after.language) == (None, "sv-SE")


def test_a_home_page_without_a_language_is_not_requested_again() -> None:
    world = World(
        {f"{HOME}/wp-json/": index(), f"{HOME}/wp-json/wp/v2/types": TYPES, f"{HOME}/": page()}
    )
    before = found(world)
    world.asked.clear()
    asyncio.run(refresh(before, f"{HOME}/", world.fetch))
    assert world.asked == [f"{HOME}/wp-json/"]


def test_an_index_that_fails_once_does_not_cost_what_was_learned() -> None:
    known = found(World({f"{HOME}/": page(), **API}), f"{HOME}/")
    french = View(tag="fr", v2=known.v2, lang="fr")
    known = known.replaced(views=(french,), per_page=10, selective=("event",), lang="all")
    answers = [Answer(url=f"{HOME}/wp-json/", status=503)]
    world = World({f"{HOME}/": page(), **API})

    async def fetch(url: str) -> Answer:
        return answers.pop() if answers and "wp-json" in url else await world.fetch(url)

    site = asyncio.run(refresh(known, f"{HOME}/", fetch))
    assert site.replaced(date=known.date) == known


def test_lists_of_types_and_taxonomies_that_fail_once_do_not_cost_what_is_known() -> None:
    topics = Taxonomy(slug="topic", rest_base="topics", name="Topics")
    event = PostType(slug="event", rest_base="events", name="Events", taxonomies=("topic",))
    known = found(World({f"{HOME}/": page(), **API}), f"{HOME}/")
    known = known.replaced(types=(POST, event), taxonomies=(*known.taxonomies, topics))
    closed = known.replaced(types=(POST,), taxonomies=BUILT_IN)
    assert closed.with_learned(known) == known


@pytest.mark.parametrize("target", ["https://[::1", "https://[a]/x", "http://a]b/"])
def test_a_home_page_that_redirects_to_no_address_is_no_site(target: str) -> None:
    bad = Answer(url=target, outcome="unsafe_address", detail="not a URL")
    with pytest.raises(SiteError, match="not a URL"):
        found(World({target: bad}, redirects={f"{HOME}/": target}))
