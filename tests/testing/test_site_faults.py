"""Each fault of the magazine's own server has the effect of its name, and can be switched off."""

import json

import pytest

from newscrawl.testing.site import DemoSite
from newscrawl.testing.site_faults import SITE_FAULTS, broken_id
from tests.testing.conftest import Got, Rest, get


def posts(site: DemoSite, query: str = "per_page=100") -> Got:
    return get(f"{site.url}/wp-json/wp/v2/posts?{query}")


@pytest.mark.parametrize(
    ("fault", "status", "begins"),
    [
        ("outage", 503, b"<h1>Maintenance"),
        ("rest-closed-401", 401, b'{"code":"rest_cannot_access"'),
        ("rest-removed", 404, b"<!DOCTYPE"),
        ("plain-permalinks", 404, b"<!DOCTYPE"),
        ("html-not-json", 200, b"<h1>"),
        ("challenge-202", 202, b"<!DOCTYPE"),
        ("429-then-ok", 429, b"<h1>429"),
        ("503-then-ok", 503, b"<h1>503"),
        ("flaky", 500, b'{"code":"internal_server_error"'),
        ("junk-before-json", 200, b"<br />\n<b>Notice"),
        ("junk-after-json", 200, b"[{"),
        ("bom", 200, b"\xef\xbb\xbf[{"),
        ("wrong-content-type", 200, b"[{"),
        ("valid-body-500", 500, b"[{"),
        ("small-pages", 400, b'{"code":"rest_invalid_param"'),
        ("empty-listing", 200, b"[]"),
        ("one-broken-post", 500, b'{"code":"internal_server_error"'),
    ],
)
def test_a_list_of_posts_under_a_fault(
    site: DemoSite, fault: str, status: int, begins: bytes
) -> None:
    site.set_fault(fault)
    answer = posts(site)
    assert (answer.status, answer.body[: len(begins)]) == (status, begins)
    site.set_fault(fault, on=False)
    assert posts(site).status == 200


@pytest.mark.parametrize("fault", ["429-then-ok", "503-then-ok", "flaky"])
def test_a_passing_fault_passes(site: DemoSite, fault: str) -> None:
    site.set_fault(fault)
    assert [posts(site).status for _ in range(3)][-1] == 200


def test_a_broken_post_breaks_only_what_renders_it(site: DemoSite, rest: Rest) -> None:
    site.set_fault("one-broken-post")
    broken = broken_id(site.magazine)
    assert rest("posts", include=broken).status == 500
    assert rest(f"posts/{broken}").status == 500
    assert rest("posts", include=broken, _fields="id").ids == [broken]
    assert rest("posts", exclude=broken, per_page=100).status == 200


def test_plain_permalinks_leave_one_door(site: DemoSite) -> None:
    site.set_fault("plain-permalinks")
    link = get(site.url).headers["link"]
    assert link == f'<{site.url}/index.php?rest_route=/>; rel="https://api.w.org/"'
    assert get(f"{site.url}/?rest_route=/wp/v2/posts").total == 61


def test_if_rest_is_removed_rest_route_leads_to_the_home_page(site: DemoSite) -> None:
    site.set_fault("rest-removed")
    answer = get(f"{site.url}/?rest_route=/")
    assert (answer.status, b"<!DOCTYPE html>" in answer.body) == (200, True)
    assert b"api.w.org" not in answer.body
    assert get(f"{site.url}/feed/").status == 200


def test_missing_and_wrong_totals(site: DemoSite) -> None:
    site.set_fault("wrong-total")
    assert posts(site).total == 101
    site.set_fault("no-total-header")
    assert "x-wp-total" not in posts(site).headers


def test_a_shrunken_listing_is_consistent_with_itself(site: DemoSite) -> None:
    site.set_fault("shrunken-listing")
    answer = posts(site)
    assert answer.total == len(answer.ids) < 40


def test_short_pages_count_what_they_leave_out(site: DemoSite) -> None:
    site.set_fault("short-pages")
    answer = posts(site, "per_page=100&_fields=slug")
    assert len(json.loads(answer.body)) < answer.total == 61


def test_an_old_wordpress_returns_everything(site: DemoSite) -> None:
    site.set_fault("old-wordpress")
    assert posts(site, "modified_after=2100-01-01T00:00:00").total == 61
    assert b"modified_after" not in get(f"{site.url}/wp-json/").body


def test_cached_lists_lag_behind(site: DemoSite) -> None:
    site.set_fault("cached-lists")
    added = site.add_post()
    assert added not in posts(site).ids
    assert get(f"{site.url}/wp-json/wp/v2/posts/{added}").status == 200


def test_an_ignored_offset_gives_the_first_page_again(site: DemoSite) -> None:
    site.set_fault("ignores-offset")
    assert (
        posts(site, "per_page=5&offset=5&orderby=id").ids
        == posts(site, "per_page=5&orderby=id").ids
    )


def test_german_errors_keep_their_codes(site: DemoSite, rest: Rest) -> None:
    site.set_fault("german-errors")
    answer = rest("posts/999999").data
    assert answer["code"] == "rest_post_invalid_id"
    assert answer["message"].startswith("Das")


def test_users_can_be_closed(site: DemoSite, rest: Rest) -> None:
    site.set_fault("users-closed")
    assert rest("users", include=2).status == rest("users/2").status == 401


def test_connections_can_be_dropped(site: DemoSite, rest: Rest) -> None:
    site.set_fault("drop")
    with pytest.raises((ConnectionResetError, ConnectionError)):
        rest("posts")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("robots-forbid-api", b"Disallow: /wp-json/"),
        ("robots-error", b"try later"),
        ("crawl-delay", b"Crawl-delay: 1"),
    ],
)
def test_robots_under_a_fault(site: DemoSite, fault: str, says: bytes) -> None:
    site.set_fault(fault)
    assert says in get(f"{site.url}/robots.txt").body


def test_faults_add_up(site: DemoSite) -> None:
    site.set_fault("no-total-header")
    site.set_fault("bom")
    answer = posts(site)
    assert answer.body.startswith(b"\xef\xbb\xbf")
    assert "x-wp-total" not in answer.headers


def test_an_unknown_fault_is_a_mistake(site: DemoSite) -> None:
    with pytest.raises(KeyError):
        site.set_fault("no-such-fault")


def test_every_fault_has_a_description() -> None:
    assert all(fault.about for fault in SITE_FAULTS.values())
