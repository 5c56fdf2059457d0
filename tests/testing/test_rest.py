"""The replica of the REST API answers as WordPress does."""

import pytest

from newscrawl.testing.site import DemoSite
from tests.testing.conftest import Rest, get


def walked(rest: Rest, per_page: int, order_by: str) -> set[int]:
    pages = int(rest("posts", per_page=per_page).headers["x-wp-totalpages"])
    answers = [
        rest("posts", per_page=per_page, page=page + 1, orderby=order_by, order="asc")
        for page in range(pages)
    ]
    return {post_id for answer in answers for post_id in answer.ids}


def test_totals_count_the_public_posts_only(site: DemoSite, rest: Rest) -> None:
    answer = rest("posts", per_page=100)
    assert answer.total == len(answer.ids) == len(site.posts) == 61
    assert answer.headers["x-wp-totalpages"] == "1"


def test_a_walk_by_id_sees_every_post(site: DemoSite, rest: Rest) -> None:
    assert walked(rest, 2, "id") == set(site.posts)


def test_a_walk_by_a_date_that_posts_share_loses_some(site: DemoSite, rest: Rest) -> None:
    lost = [set(site.posts) - walked(rest, size, "date") for size in (2, 3, 4)]
    assert any(lost)


def test_offset_overrides_page(rest: Rest) -> None:
    by_id = {"orderby": "id", "order": "asc", "per_page": 3}
    assert rest("posts", offset=3, page=1, **by_id).ids == rest("posts", page=2, **by_id).ids


def test_a_page_past_the_end_by_offset_is_empty_and_counts_nothing(rest: Rest) -> None:
    answer = rest("posts", offset=1000)
    assert (answer.status, answer.data, answer.total) == (200, [], 0)


@pytest.mark.parametrize(
    ("route", "params", "status", "code"),
    [
        ("posts", {"page": 1000}, 400, "rest_post_invalid_page_number"),
        ("posts", {"per_page": 101}, 400, "rest_invalid_param"),
        ("posts", {"per_page": 0}, 400, "rest_invalid_param"),
        ("posts", {"per_page": "many"}, 400, "rest_invalid_param"),
        ("posts", {"orderby": "guid"}, 400, "rest_invalid_param"),
        ("posts", {"status": "draft"}, 400, "rest_invalid_param"),
        ("posts", {"after": "yesterday"}, 400, "rest_invalid_param"),
        ("posts", {"after": "2026-13-41T00:00:00"}, 400, "rest_invalid_param"),
        ("posts", {"include": "1,two"}, 400, "rest_invalid_param"),
        ("posts", {"orderby": "include"}, 400, "rest_orderby_include_missing_include"),
        ("posts", {"context": "edit"}, 401, "rest_forbidden_context"),
        ("media", {"page": 1000}, 400, "rest_post_invalid_page_number"),
        ("posts/999999", {}, 404, "rest_post_invalid_id"),
        ("posts/951", {}, 401, "rest_forbidden"),
        ("posts/101/revisions", {}, 401, "rest_cannot_read"),
        ("news/101", {}, 404, "rest_post_invalid_id"),
        ("users/14", {}, 401, "rest_user_cannot_view"),
        ("users/999", {}, 404, "rest_user_invalid_id"),
        ("media/99", {}, 404, "rest_post_invalid_id"),
        ("comments/17", {}, 401, "rest_cannot_read"),
        ("comments/9999", {}, 404, "rest_comment_invalid_id"),
        ("categories/9999", {}, 404, "rest_term_invalid"),
        ("types/recipe", {}, 404, "rest_type_invalid"),
        ("podcasts", {}, 404, "rest_no_route"),
    ],
)
def test_errors_have_wordpress_codes(
    rest: Rest, route: str, params: dict[str, str], status: int, code: str
) -> None:
    answer = rest(route, **params)
    assert (answer.status, answer.data["code"]) == (status, code)
    assert answer.data["data"]["status"] == status


def test_a_plus_that_is_not_escaped_is_no_date(site: DemoSite) -> None:
    asked = f"{site.url}/wp-json/wp/v2/posts?after=2026-02-01T00:00:00"
    assert get(f"{asked}+01:00").status == 400
    assert get(f"{asked}%2B01:00").status == 200


@pytest.mark.parametrize("name", ["after", "modified_after"])
def test_dates_are_local_unless_they_end_in_z(rest: Rest, name: str) -> None:
    local = rest("posts", per_page=100, **{name: "2026-01-20T00:00:00"}).ids
    utc = rest("posts", per_page=100, **{name: "2026-01-20T05:00:00Z"}).ids
    assert local == utc
    assert 0 < len(local) < 61


def test_a_date_filter_leaves_its_own_bound_out(site: DemoSite, rest: Rest) -> None:
    newest = max(item.post.date for item in site.posts.values())
    assert rest("posts", after=newest).data == []


@pytest.mark.parametrize("written", ["include=101,108", "include[]=101&include[]=108"])
def test_lists_are_written_with_commas_or_brackets(site: DemoSite, written: str) -> None:
    answer = get(f"{site.url}/wp-json/wp/v2/posts?{written}&orderby=include")
    assert answer.ids == [101, 108]


def test_a_search_finds_words(rest: Rest) -> None:
    assert rest("posts", search="bicycle").total == 1
    assert rest("posts", search="zeppelin").total == 0


def test_fields_cut_items_down_and_drop_the_links(rest: Rest) -> None:
    [item] = rest("posts", include=101, _fields="id,title.rendered,acf,nonsense").data
    assert item == {
        "id": 101,
        "title": {"rendered": "Ferry to Gull Island runs again after eleven years"},
        "acf": {"kicker": "Harbor", "credits": []},
    }


def test_nothing_that_is_asked_for_is_an_empty_php_array(rest: Rest) -> None:
    assert rest("posts", include=101, _fields="nonsense").data == [[]]
    assert rest("types", _fields="slug").data == []


def test_neighbouring_pages_are_linked(rest: Rest) -> None:
    links = rest("posts", per_page=20, page=2).headers["link"]
    assert 'per_page=20&page=1>; rel="prev"' in links
    assert 'per_page=20&page=3>; rel="next"' in links
    assert "api.w.org" not in links


def test_a_protected_post_is_listed_without_its_text(rest: Rest) -> None:
    [item] = [post for post in rest("posts", per_page=100).data if post["content"]["protected"]]
    assert item["content"]["rendered"] == item["excerpt"]["rendered"] == ""
    assert item["title"]["rendered"].startswith("Protected: ")


def test_dates_that_are_missing_come_as_php_writes_them(rest: Rest) -> None:
    items = rest("posts", per_page=100).data
    zero = [item for item in items if item["date_gmt"] == "-0001-11-30T00:00:00"]
    assert [item["date"][:4] for item in zero] == ["2026", "-000"]


def test_hidden_and_idle_users_are_not_listed(rest: Rest) -> None:
    assert rest("users", include="2,5,9,14", orderby="id").ids == [2, 5, 9]


def test_terms_past_the_end_are_an_empty_page(rest: Rest) -> None:
    answer = rest("tags", page=50)
    assert (answer.status, answer.data) == (200, [])
    assert answer.total > 20


def test_types_name_their_routes(rest: Rest) -> None:
    bases = {slug: kind["rest_base"] for slug, kind in rest("types").data.items()}
    assert bases["news"] == "news"
    assert rest("news").total == 4
    assert set(rest("taxonomies").data) == {"category", "post_tag", "region"}


def test_comments_show_what_was_approved_and_no_address(rest: Rest) -> None:
    items = rest("comments").data
    assert [item["id"] for item in items] == sorted((item["id"] for item in items), reverse=True)
    assert {item["id"] for item in items} == {11, 12, 15, 16, 18}
    assert not any("email" in key or "ip" in key.split("_") for item in items for key in item)


def test_the_index_names_the_site_and_its_time_zone(site: DemoSite) -> None:
    index = get(f"{site.url}/wp-json/").data
    assert index["home"] == site.url
    assert index["timezone_string"] == "America/New_York"
    assert "modified_after" in index["routes"]["/wp/v2/posts"]["endpoints"][0]["args"]


@pytest.mark.parametrize(
    "path", ["/wp-json", "/wp-json/", "/?rest_route=/", "/index.php?rest_route=%2F"]
)
def test_the_api_has_several_doors(site: DemoSite, path: str) -> None:
    assert get(f"{site.url}{path}").data["name"] == "The Pine Street Review"


def test_a_site_may_live_in_a_folder() -> None:
    with DemoSite(prefix="/blog") as site:
        assert get(f"{site.url}/wp-json/").data["home"].endswith("/blog")
        assert get(f"{site.url.removesuffix('/blog')}/wp-json/").status == 200
        assert b"Ropes and lamps" in get(f"{site.url.removesuffix('/blog')}/").body
