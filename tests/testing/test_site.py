"""The demo's servers: pages, the log, the changes that tests make, the truth that they check."""

import gzip
import threading
from collections import Counter

import pytest

from newscrawl.outcomes import OUTCOMES
from newscrawl.testing.publisher_faults import FAULTS
from newscrawl.testing.site import DemoSite
from tests.testing.conftest import Rest, get


def test_two_sites_hold_the_same_posts(site: DemoSite) -> None:
    with DemoSite() as other:
        assert site.posts.keys() == other.posts.keys()
        same = [(a.post.title, a.post.date) for a in other.posts.values()]
    assert [(a.post.title, a.post.date) for a in site.posts.values()] == same


def test_every_fault_has_a_post_and_an_outcome_of_the_closed_list(site: DemoSite) -> None:
    articles = [a for publisher in site.publishers.values() for a in publisher.articles.values()]
    assert {a.fault for a in articles if a.fault} == set(FAULTS)
    assert {fault.outcome for fault in FAULTS.values()} <= OUTCOMES


def test_guids_are_as_odd_as_in_the_wild(site: DemoSite) -> None:
    guids = Counter(item.post.guid for item in site.posts.values())
    assert guids[""] == 2
    assert sorted(guids.values())[-2:] == [2, 2]
    assert sum("pinestreet.staging.example" in guid for guid in guids) == 8


def test_two_posts_share_one_article(site: DemoSite) -> None:
    links = Counter(item.link for item in site.posts.values() if item.link)
    assert sorted(links.values())[-2:] == [1, 2]


def test_a_post_shows_the_beginning_of_its_article(site: DemoSite, rest: Rest) -> None:
    [item] = rest("posts", include=101).data
    article = site.posts[101].article
    assert article is not None
    assert article.paragraphs[1].split()[-1] in item["content"]["rendered"]
    assert article.paragraphs[-1] not in item["content"]["rendered"]


def test_a_page_holds_its_whole_article(site: DemoSite) -> None:
    for item in site.posts.values():
        if item.article and not item.article.fault and item.link:
            answer = get(item.link)
            charset = answer.headers["content-type"].partition("charset=")[2]
            assert item.article.paragraphs[-1][-20:] in answer.body.decode(charset).replace(
                "&#x27;", "'"
            ).replace("&amp;", "&").replace("&quot;", '"')


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("wall", 403),
        ("javascript-wall", 200),
        ("not-found", 404),
        ("soft-not-found", 200),
        ("gone", 410),
        ("rate-limited", 429),
        ("redirect-chain", 301),
        ("redirect-loop", 302),
        ("pdf", 200),
        ("server-error", 500),
        ("unsafe-redirect", 302),
        ("meta-refresh", 200),
    ],
)
def test_a_fault_answers_as_its_name_suggests(site: DemoSite, fault: str, status: int) -> None:
    [url] = [
        f"{publisher.url}{article.path}"
        for publisher in site.publishers.values()
        for article in publisher.articles.values()
        if article.fault == fault
    ]
    assert get(url).status == status


def test_a_busy_page_comes_the_second_time(site: DemoSite) -> None:
    [article] = site.publishers["queue"].articles.values()
    url = f"{site.publishers['queue'].url}{article.path}"
    assert get(url).headers["retry-after"] == "1"
    assert get(url).status == 200


def test_a_torn_connection_is_torn(site: DemoSite) -> None:
    [article] = site.publishers["cut"].articles.values()
    with pytest.raises(ConnectionResetError):
        get(f"{site.publishers['cut'].url}{article.path}")


def test_a_page_is_not_sent_again_to_who_has_it(site: DemoSite) -> None:
    link = site.posts[101].link or ""
    tag = get(link).headers["etag"]
    answer = get(link, If_None_Match=tag)
    assert (answer.status, answer.body) == (304, b"")
    site.edit_article(101, paragraphs=("Something else.",))
    assert get(link, If_None_Match=tag).status == 200


def test_long_answers_are_compressed_for_who_asks(site: DemoSite) -> None:
    answer = get(f"{site.url}/", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == get(f"{site.url}/").body


def test_pages_name_the_api(site: DemoSite) -> None:
    answer = get(site.posts[101].url)
    assert f'<{site.url}/wp-json/>; rel="https://api.w.org/"' in answer.headers["link"]
    assert b'rel="https://api.w.org/"' in answer.body


def test_the_old_host_redirects_to_the_home(site: DemoSite) -> None:
    answer = get(f"{site.alias_url}/wp-json/?a=b")
    assert answer.headers["location"] == f"{site.url}/wp-json/?a=b"


def test_the_feed_has_pages_and_an_end(site: DemoSite) -> None:
    pages = [get(f"{site.url}/feed/?paged={page}") for page in range(1, 9)]
    assert [page.status for page in pages] == [200] * 7 + [404]
    assert sum(page.body.count(b"<item>") for page in pages) == 61


def test_the_sitemap_names_every_post(site: DemoSite) -> None:
    index = get(f"{site.url}/wp-sitemap.xml").body.decode()
    assert f"{site.url}/wp-sitemap-posts-post-1.xml" in index
    listed = get(f"{site.url}/wp-sitemap-posts-post-1.xml").body.decode()
    assert all(item.url in listed for item in site.posts.values())


def test_every_public_url_leads_to_its_page(site: DemoSite) -> None:
    items = site.expected("post", "news").values()
    assert all(get(item.url).status == 200 for item in items)


def test_the_log_has_client_path_and_time_of_each_request(site: DemoSite) -> None:
    get(f"{site.url}/wp-json/wp/v2/posts?per_page=1", User_Agent="newscrawl test")
    get(f"{site.publishers['faro'].url}/robots.txt")
    first, second = site.log
    assert (first.server, first.status, first.user_agent) == ("magazine", 200, "newscrawl test")
    assert first.path == "/wp-json/wp/v2/posts?per_page=1"
    assert second.host in site.publishers["faro"].url
    assert first.started <= first.ended <= second.started
    assert site.visits("faro", "/robots") == [second]


def test_publishers_have_hosts_of_their_own(site: DemoSite) -> None:
    assert len({publisher.url for publisher in site.publishers.values()}) == 15


def test_a_changed_article_is_served_from_then_on(site: DemoSite) -> None:
    healed = next(i for i, item in site.posts.items() if item.outcome == "server_error")
    site.edit_article(healed, fault=None)
    assert site.posts[healed].outcome == "fetched"
    assert get(site.posts[healed].link or "").status == 200


def test_a_new_post_has_an_article(site: DemoSite, rest: Rest) -> None:
    added = site.add_post()
    assert rest("posts", per_page=1).ids == [added]
    assert get(site.posts[added].link or "").status == 200
    assert site.posts[added].outcome == "fetched"


def test_an_edit_is_seen_by_modified_after(site: DemoSite, rest: Rest) -> None:
    _, before = site.magazine.stamps()
    site.advance(hours=1)
    site.edit(101, title="Another title")
    assert rest("posts", modified_after=f"{before}Z").ids == [101]


def test_a_scheduled_post_appears_with_an_old_modified_date(site: DemoSite, rest: Rest) -> None:
    _, before = site.magazine.stamps()
    waiting = site.schedule()
    assert rest("posts").total == 61
    site.advance(hours=1)
    site.publish(waiting)
    assert rest("posts", modified_after=f"{before}Z").data == []
    assert rest("posts", after=f"{before}Z").ids == [waiting]


def test_a_trashed_post_is_forbidden_and_comes_back_unseen(site: DemoSite, rest: Rest) -> None:
    site.trash(101)
    assert rest("posts/101").status == 401
    assert 101 not in site.posts
    modified = site.magazine.posts[101].modified
    site.restore(101)
    assert (rest("posts/101").status, site.posts[101].post.modified) == (200, modified)


def test_a_deleted_post_is_unknown(site: DemoSite, rest: Rest) -> None:
    site.delete(101)
    assert rest("posts/101").data["code"] == "rest_post_invalid_id"
    assert rest("posts").total == 60


def test_a_comment_can_be_added(site: DemoSite, rest: Rest) -> None:
    added = site.add_comment(101, "Well said.")
    assert rest("comments", post=101).ids[0] == added


def test_the_clock_can_be_set_ahead(site: DemoSite, rest: Rest) -> None:
    year = rest("types").headers["date"].split()[3]
    site.advance(days=400)
    assert int(rest("types").headers["date"].split()[3]) > int(year)


def test_changes_from_many_threads_are_all_kept(site: DemoSite, rest: Rest) -> None:
    threads = [threading.Thread(target=site.add_post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rest("posts").total == 81


def test_an_empty_site_has_no_posts() -> None:
    with DemoSite(empty=True) as site:
        answer = get(f"{site.url}/wp-json/wp/v2/posts")
    assert (answer.status, answer.data, answer.headers["x-wp-total"]) == (200, [], "0")
