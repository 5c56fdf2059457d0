"""The real WordPress agrees with the seed's truth; else no test against it means anything."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.real.editor import Editor
from tests.real.server import RealWordPress, edit
from tests.real.truth import TruePost

LIST = "/wp-json/wp/v2/{type}?orderby=id&order=asc&per_page=100&page={page}"


def listed(site: RealWordPress, rest_base: str = "posts") -> dict[int, dict[str, Any]]:
    """All that the API lists, page after page."""
    found: list[dict[str, Any]] = []
    pages = 1
    while pages > 0:
        page = len(found) // 100 + 1
        status, headers, body = site.get(LIST.format(type=rest_base, page=page))
        assert status == 200, body[:500]
        found += json.loads(body)
        pages = int(headers["x-wp-totalpages"]) - page
    return {post["id"]: post for post in found}


def test_the_api_lists_exactly_the_public_posts(wordpress: RealWordPress) -> None:
    posts = wordpress.truth.of_type("post")
    assert len(posts) >= 520
    assert listed(wordpress).keys() == posts.keys()
    assert listed(wordpress, "news").keys() == wordpress.truth.of_type("news").keys()


def test_fields_are_as_the_truth_has_them(wordpress: RealWordPress) -> None:
    for number, post in listed(wordpress).items():
        true = wordpress.truth.posts[number]
        seen = {
            "guid": post["guid"]["rendered"],
            "slug": post["slug"],
            "url": post["link"],
            "author": post["author"],
            "categories": frozenset(post["categories"]),
            "tags": frozenset(post["tags"]),
            "regions": frozenset(post["region"]),
            "image": post["featured_media"] or None,
        }
        assert seen == {name: getattr(true, name) for name in seen}, true.note


def test_database_and_seed_agree(wordpress: RealWordPress) -> None:
    def facts(posts: dict[int, TruePost]) -> dict[int, tuple[object, ...]]:
        return {i: (p.guid, p.slug, p.url, p.author, p.tags, p.image) for i, p in posts.items()}

    assert facts(wordpress.published()) == facts(wordpress.truth.posts)


def test_dates_tie_and_their_order_is_not_that_of_the_ids(wordpress: RealWordPress) -> None:
    posts = [post for _, post in sorted(wordpress.truth.of_type("post").items())]
    for name in ("published", "modified"):
        dates = [str(getattr(post, name)) for post in posts]
        assert Counter(dates).most_common(1)[0][1] >= 3
        assert dates != sorted(dates)


def test_nothing_hidden_is_given_away(wordpress: RealWordPress) -> None:
    of_each = [f"{way}{number}" for number in wordpress.truth.hidden for way in ("/", "?include=")]
    for target in ("?slug=secret-5", "?search=SECRET&status=draft", *of_each):
        _, _, body = wordpress.get(f"/wp-json/wp/v2/posts{target}")
        assert b"SECRET" not in body, target


def test_odd_posts_are_odd_on_the_wire(wordpress: RealWordPress) -> None:
    posts = listed(wordpress)

    def post(note: str) -> dict[str, Any]:
        return posts[wordpress.truth.noted(note).id]

    assert len(post("huge")["content"]["rendered"]) > 600_000
    assert post("protected")["content"] == {"rendered": "", "protected": True}
    assert post("zero modified")["modified"].startswith("-0001-11-30")
    assert post("empty guid")["guid"]["rendered"] == ""
    assert "[vc_row]" in post("shortcodes")["content"]["rendered"]
    assert post("shared guid")["guid"] == post("shared guid too")["guid"]


def test_hidden_author_and_media_are_refused(wordpress: RealWordPress) -> None:
    _, _, users = wordpress.get("/wp-json/wp/v2/users?include=2,8,999&per_page=100")
    assert [user["id"] for user in json.loads(users)] == [2]
    _, _, media = wordpress.get("/wp-json/wp/v2/media?include=3001,3200,99999")
    assert [image["id"] for image in json.loads(media)] == [3001]


def test_comments_are_the_approved_ones(wordpress: RealWordPress) -> None:
    _, headers, body = wordpress.get("/wp-json/wp/v2/comments?per_page=100")
    assert int(headers["x-wp-total"]) == len(wordpress.truth.comments) == 60
    assert b"SECRET" not in body


def test_requests_are_noted(wordpress: RealWordPress) -> None:
    wordpress.get("/wp-json/wp/v2/tags?per_page=3&include=201")
    (request,) = wordpress.requests()
    assert (request.method, request.path) == ("GET", "/wp-json/wp/v2/tags")
    assert request.query == {"per_page": "3", "include": "201"}


def test_every_change_shows_in_the_api(small_wordpress: RealWordPress) -> None:
    site = small_wordpress
    first, second, third, fourth = list(site.truth.posts)[:4]
    new = site.insert("New", "<p>Just in.</p>")
    planned = site.schedule("Planned", "<p>Tomorrow.</p>")
    site.edit(first, post_title="Another title")
    site.trash(second)
    site.set_private(third)
    site.delete(fourth)
    posts = listed(site)
    assert posts[new]["title"]["rendered"] == "New"
    assert posts[first]["title"]["rendered"] == "Another title"
    assert not posts.keys() & {second, third, fourth, planned}
    site.restore(second)
    site.publish_now(planned)
    assert {second, planned} <= listed(site).keys() == site.published().keys()


def test_what_appears_quietly_has_an_old_modification_time(small_wordpress: RealWordPress) -> None:
    site = small_wordpress
    post = next(iter(site.truth.posts.values()))
    site.trash(post.id)
    site.php("return Changes::apply('write', $args);", id=post.id, columns={})
    before = site.php("return get_post($args['id'])->post_modified_gmt;", id=post.id)
    site.restore(post.id, quietly=True)
    planned = site.publish_now(site.schedule("Planned", "<p>Tomorrow.</p>"))
    posts = site.published()
    assert posts[post.id].slug == post.slug
    assert posts[post.id].modified == before.replace(" ", "T") + "Z"
    assert (posts[planned].modified or "") < (posts[planned].published or "")


def test_changes_happen_during_the_request_they_were_laid_down_for(
    small_wordpress: RealWordPress,
) -> None:
    site = small_wordpress
    post = next(iter(site.truth.posts))
    site.before_posts_request(2, [edit(post, post_title="Changed meanwhile")])
    before, during = listed(site)[post], listed(site)[post]
    assert before["title"]["rendered"] != during["title"]["rendered"] == "Changed meanwhile"


def test_a_broken_post_breaks_its_page(small_wordpress: RealWordPress) -> None:
    site = small_wordpress
    post = next(iter(site.truth.posts))
    site.break_post(post)
    assert site.get("/wp-json/wp/v2/posts?per_page=100")[0] == 500
    assert site.get("/wp-json/wp/v2/posts?per_page=100&_fields=id")[0] == 200
    site.break_post(post, everywhere=True)
    assert site.get("/wp-json/wp/v2/posts?per_page=100&_fields=id")[0] == 500


@pytest.mark.parametrize(
    ("fault", "status", "total"),
    [
        ("outage", 503, None),
        ("closed", 401, None),
        ("empty", 200, "0"),
        ("shrunken", 200, "3"),
        ("no_total", 200, None),
        ("wrong_total 7", 200, "7"),
    ],
)
def test_faults_spoil_the_listing(
    small_wordpress: RealWordPress, fault: str, status: int, total: str | None
) -> None:
    with small_wordpress.fault(fault):
        answer = small_wordpress.get("/wp-json/wp/v2/posts")
    assert (answer[0], answer[1].get("x-wp-total")) == (status, total)


def test_an_old_site_ignores_modified_after(small_wordpress: RealWordPress) -> None:
    target = "/wp-json/wp/v2/posts?modified_after=2100-01-01T00:00:00Z"
    assert small_wordpress.get(target)[2] == b"[]"
    with small_wordpress.fault("old"):
        assert small_wordpress.get(target)[1]["x-wp-total"] == "40"


@pytest.mark.parametrize("seed", range(2))
def test_an_editors_days_show_in_the_api(small_wordpress: RealWordPress, seed: int) -> None:
    site = small_wordpress
    editor = Editor(site, seed)
    for _ in range(3):
        before = site.published()
        site.before_posts_request(1, editor.day(most=15))
        site.forget_requests()
        assert listed(site).keys() == site.published().keys()
        assert site.published() != before


def test_a_reset_site_is_as_seeded(small_wordpress: RealWordPress) -> None:
    small_wordpress.delete(next(iter(small_wordpress.truth.posts)))
    small_wordpress.reset()
    assert small_wordpress.published().keys() == small_wordpress.truth.posts.keys()
    assert small_wordpress.requests() == []
