"""A site whose API is closed: its feed and its sitemaps stand in, and every post stays one post."""

from collections import Counter
from pathlib import Path

import pytest

from newscrawl.testing.rows import ZERO
from newscrawl.testing.site import DemoSite
from newscrawl.testing.truth import Expected
from tests.crawls import COMPLETE, FAILED, PARTIAL, Crawls, Line

CLOSED = "rest-closed-401"


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


def asked(site: DemoSite, since: int = 0) -> list[str]:
    return [visit.path for visit in site.log[since:] if visit.server == "magazine"]


def add(site: DemoSite) -> Expected:
    number = site.add_post("Brand new")
    return site.posts[number]


def in_feed(expected: Expected) -> str | None:
    """The time that a feed gives: it is in UTC, and so lacks that of a post without one."""
    return None if expected.post.date_gmt == ZERO else expected.published


def urls(lines: list[Line]) -> list[str]:
    return sorted(line["url"] for line in lines)


def all_urls(site: DemoSite) -> list[str]:
    return sorted(expected.url for expected in site.posts.values())


@pytest.mark.parametrize("fault", [CLOSED, "rest-removed"])
def test_every_post_is_had_from_the_feed(site: DemoSite, crawl: Crawls, fault: str) -> None:
    site.set_fault(fault)
    assert crawl() == PARTIAL
    lines = crawl.new("posts")
    assert urls(lines) == all_urls(site)
    assert "its feed" in crawl.verdict()
    assert "can't show" in crawl.log
    truth = {expected.url: expected for expected in site.posts.values()}
    for line in lines:
        expected = truth[line["url"]]
        is_split = "<!--nextpage-->" in expected.post.content  # its own page was read
        post_id = expected.post.id if is_split else None
        assert (line["guid"], line["post_id"]) == (expected.post.guid, post_id)
        assert line["published"] == in_feed(expected)
        assert expected.title.endswith(line["title"])  # only the API marks a protected post
        assert (line["article"] or {}).get("link") == expected.link


def test_names_of_authors_and_terms_come_without_ids(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault(CLOSED)
    crawl()
    line = next(line for line in crawl.new("posts") if line["categories"])
    assert {thing["id"] for thing in line["authors"] + line["categories"]} == {None}
    names = {term.name for term in site.magazine.terms.values()}
    assert {thing["name"] for thing in line["categories"]} <= names


def test_a_second_run_adds_no_line_and_walks_no_feed(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault(CLOSED)
    crawl()
    crawl.new("posts")
    before = len(site.log)
    assert crawl() == PARTIAL
    assert crawl.new("posts") == []
    assert len(asked(site, before)) <= 5
    before = len(site.log)
    assert crawl("-a", "full=1") == PARTIAL
    assert crawl.new("posts") == []
    assert "/feed/?paged=7" in asked(site, before)


def test_new_and_edited_posts_are_found(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault(CLOSED)
    crawl()
    crawl.new("posts")
    newest = max(site.posts.values(), key=lambda each: each.published or "").post
    site.edit(newest.id, title="Edited")
    added = add(site)
    crawl()
    found = {line["guid"]: (line["change"], line["revision"]) for line in crawl.new("posts")}
    assert found == {newest.guid: ("updated", 2), added.post.guid: ("created", 1)}


@pytest.mark.parametrize("faults", [(CLOSED,), (CLOSED, "feed-gone"), (CLOSED, "feed-short")])
def test_closed_today_and_open_tomorrow_every_post_is_one(
    site: DemoSite, crawl: Crawls, faults: tuple[str, ...]
) -> None:
    for fault in faults:
        site.set_fault(fault)
    assert crawl() == PARTIAL
    closed = crawl.new("posts")
    assert urls(closed) == all_urls(site)
    for fault in faults:
        site.set_fault(fault, on=False)
    before = len(site.log)
    assert crawl() == COMPLETE
    # The page that leads to the API, then what proves that the list of posts is whole.
    others = [path for path in asked(site, before) if not path.startswith("/wp-json/")]
    assert others == ["/", "/feed/", "/wp-sitemap.xml", "/wp-sitemap-posts-post-1.xml"]
    told = crawl.new("posts")
    assert {line["post_id"] for line in told} <= site.posts.keys()
    assert {(line["change"], line["revision"]) for line in told} == {("updated", 2)}
    assert urls(told) == all_urls(site)
    site.set_fault(CLOSED)
    assert crawl() == PARTIAL
    assert crawl.new("posts") == []


def test_an_api_that_closes_later_shows_only_new_posts(site: DemoSite, crawl: Crawls) -> None:
    assert crawl() == COMPLETE
    crawl.new("posts")
    site.set_fault(CLOSED)
    added = add(site)
    assert crawl() == PARTIAL
    (line,) = crawl.new("posts")
    assert (line["guid"], line["change"]) == (added.post.guid, "created")
    site.set_fault(CLOSED, on=False)
    assert crawl() == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["guid"], line["post_id"], line["revision"]) == (added.post.guid, added.post.id, 2)


def test_a_post_deleted_while_the_api_was_closed_gets_its_tombstone_later(
    site: DemoSite, crawl: Crawls
) -> None:
    site.set_fault(CLOSED)
    crawl()
    crawl.new("posts")
    site.set_fault(CLOSED, on=False)
    gone = site.posts[min(site.posts)]
    site.delete(gone.post.id)
    assert crawl() == COMPLETE
    deleted = [line for line in crawl.new("posts") if line["change"] == "deleted"]
    assert [line["url"] for line in deleted] == [gone.url]
    assert crawl() == COMPLETE
    assert crawl.new("posts") == []


def test_what_the_feed_leaves_out_is_read_from_its_page(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault(CLOSED)
    site.set_fault("feed-short")
    assert crawl() == PARTIAL
    lines = crawl.new("posts")
    assert urls(lines) == all_urls(site)
    assert "51 posts read from their pages" in crawl.verdict()
    by_url = {expected.url: expected for expected in site.posts.values()}
    pages = [line for line in lines if not line["guid"]]
    for line in pages:
        expected = by_url[line["url"]]
        assert (line["post_id"] or 0) in (expected.post.id, 0)
        assert (line["article"] or {}).get("link") == expected.link
    before = len(site.log)
    assert crawl() == PARTIAL
    assert crawl.new("posts") == []
    assert len(asked(site, before)) <= 6


def test_a_page_is_read_again_if_its_sitemap_has_a_new_date(site: DemoSite, crawl: Crawls) -> None:
    for fault in (CLOSED, "feed-gone"):
        site.set_fault(fault)
    crawl()
    crawl.new("posts")
    post = site.posts[min(site.posts)]
    site.edit(post.post.id, content="<p>" + "Quite another text, and a long one. " * 9 + "</p>")
    before = len(site.log)
    assert crawl() == PARTIAL
    (line,) = crawl.new("posts")
    assert (line["url"], line["change"], line["revision"]) == (post.url, "updated", 2)
    assert sum("sitemap" not in path for path in asked(site, before)) == 4


@pytest.mark.parametrize("fault", ["feed-gone", "feed-excerpts"])
def test_a_page_with_the_password_form_is_a_protected_post(
    site: DemoSite, crawl: Crawls, fault: str
) -> None:
    for name in (CLOSED, fault):
        site.set_fault(name)
    assert crawl() == PARTIAL
    locked = {each.url for each in site.posts.values() if each.post.protected}
    found = {line["url"]: line["text"] for line in crawl.new("posts") if line["protected"]}
    assert found == dict.fromkeys(locked, "")


PAGES = ("First words of it.", "Second words of it.", "Third words of it.")


def add_pages(site: DemoSite) -> Expected:
    """Add a post of three pages: the feed and its own page show one at a time."""
    content = "\n<!--nextpage-->\n".join(f"<p>{words}</p>" for words in PAGES)
    number = site.add_post("In three pages", content=content)
    return site.posts[number]


@pytest.mark.parametrize(
    "faults",
    [(CLOSED,), (CLOSED, "feed-short"), (CLOSED, "feed-excerpts"), (CLOSED, "feed-gone")],
)
def test_a_post_of_several_pages_has_the_words_of_all(
    site: DemoSite, crawl: Crawls, faults: tuple[str, ...]
) -> None:
    for fault in faults:
        site.set_fault(fault)
    added = add_pages(site)
    assert crawl("-a", "limit=3") == PARTIAL
    (line,) = [line for line in crawl.new("posts") if line["url"] == added.url]
    assert line["text"].split("\n\n") == list(PAGES)
    assert "cut" not in crawl.verdict()


def test_only_a_post_that_goes_on_costs_requests_of_its_pages(
    site: DemoSite, crawl: Crawls
) -> None:
    site.set_fault(CLOSED)
    added = add_pages(site)
    assert crawl("-a", "limit=10") == PARTIAL
    split = [each for each in site.posts.values() if "<!--nextpage-->" in each.post.content]
    paths = [each.url.removeprefix(site.url) for each in split]
    every = tuple(each.url.removeprefix(site.url) for each in site.posts.values())
    own = Counter(seen for seen in asked(site) if seen.startswith(every))
    assert {path for path in own if path in every} <= set(paths)
    path = added.url.removeprefix(site.url)
    of_it = {seen: count for seen, count in own.items() if seen.startswith(path)}
    assert of_it == {path: 1, f"{path}2/": 1, f"{path}3/": 1}
    before = len(site.log)
    assert crawl("-a", "limit=10") == PARTIAL
    assert [seen for seen in asked(site, before) if seen.startswith((*every, "/feed/?page"))] == []


def test_a_feed_that_ignores_the_page_is_completed_from_the_pages(
    site: DemoSite, crawl: Crawls
) -> None:
    for fault in (CLOSED, "feed-without-query"):
        site.set_fault(fault)
    added = add_pages(site)
    assert crawl("-a", "limit=2") == PARTIAL
    lines = {line["url"]: line["text"] for line in crawl.new("posts")}
    assert lines[added.url].split("\n\n") == list(PAGES)


def test_a_post_whose_further_page_fails_is_cut_until_it_is_there(
    site: DemoSite, crawl: Crawls
) -> None:
    for fault in (CLOSED, "second-page-500"):
        site.set_fault(fault)
    added = add_pages(site)
    for new in (1, 0):
        assert crawl("-a", "limit=1") == PARTIAL
        assert "1 posts may be cut" in crawl.verdict()
        assert f"{added.url} (page 2: server_error)" in crawl.verdict()
        assert len(crawl.new("posts")) == new
    site.set_fault("second-page-500", on=False)
    assert crawl("-a", "limit=1") == PARTIAL
    assert "cut" not in crawl.verdict()
    (line,) = crawl.new("posts")
    assert (line["revision"], line["text"].split("\n\n")) == (2, list(PAGES))


def test_a_shortened_text_is_completed_from_its_page(site: DemoSite, crawl: Crawls) -> None:
    for fault in (CLOSED, "feed-shortened"):
        site.set_fault(fault)
    words = "A long tale of ropes and lamps, told to its end. " * 9
    number = site.add_post("A tale", content=f"<p>{words}</p>")
    assert crawl("-a", "limit=1") == PARTIAL
    (line,) = crawl.new("posts")
    assert (line["url"], line["text"]) == (site.posts[number].url, words.strip())


def test_a_feed_of_excerpts_is_completed_from_the_pages(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault(CLOSED)
    site.set_fault("feed-excerpts")
    crawl()
    links = {line["url"]: (line["article"] or {}).get("link") for line in crawl.new("posts")}
    assert links == {expected.url: expected.link for expected in site.posts.values()}
    before = len(site.log)
    crawl()
    assert crawl.new("posts") == []
    assert len(asked(site, before)) <= 5


@pytest.mark.parametrize(
    "faults",
    [
        (CLOSED, "feed-gone", "sitemap-gone"),
        ("rest-removed", "feed-gone", "sitemap-gone"),
    ],
)
def test_without_feed_and_sitemaps_one_message_lists_what_was_tried(
    site: DemoSite, crawl: Crawls, faults: tuple[str, ...]
) -> None:
    for fault in faults:
        site.set_fault(fault)
    assert crawl() == FAILED
    errors = [line for line in crawl.log.splitlines() if "] ERROR:" in line]
    (error,) = [line for line in errors if "Verdict:" not in line]
    assert all(tried in error for tried in ("REST API", "/feed/", "/wp-sitemap.xml"))


@pytest.mark.parametrize("fault", ["challenge-202", "drop"])
def test_nothing_replaces_an_api_that_bars_or_fails(
    site: DemoSite, crawl: Crawls, fault: str
) -> None:
    site.set_fault(fault)
    assert crawl() == FAILED
    assert [path for path in asked(site) if "feed" in path or "sitemap" in path] == []


def test_if_robots_txt_forbids_only_the_api_the_feed_is_read(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault("robots-forbid-api")
    assert crawl() == PARTIAL
    assert "robots.txt disallows it" in crawl.verdict()
    assert urls(crawl.new("posts")) == all_urls(site)
    assert not [path for path in asked(site) if "wp-json" in path or "rest_route" in path]


def test_an_api_that_shows_its_index_and_no_posts_is_closed(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault("lists-closed-401")
    assert crawl() == PARTIAL
    assert "rest_cannot_access" in crawl.verdict()
    assert "its feed" in crawl.verdict()
    assert urls(crawl.new("posts")) == all_urls(site)
    site.set_fault("lists-closed-401", on=False)
    assert crawl() == COMPLETE
    assert {line["revision"] for line in crawl.new("posts")} == {2}
    site.set_fault("lists-closed-401")
    added = add(site)
    assert crawl() == PARTIAL
    assert [line["guid"] for line in crawl.new("posts")] == [added.post.guid]


def test_robots_txt_holds_for_the_feed(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault(CLOSED)
    site.set_fault("robots-forbid-feed")
    assert crawl() == PARTIAL
    assert not [path for path in asked(site) if "/feed/" in path]
    assert urls(crawl.new("posts")) == all_urls(site)


def test_the_second_style_of_the_api_is_whole(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault("plain-permalinks")
    assert crawl() == COMPLETE
    assert "reached only at ?rest_route=" in crawl.log
    assert len(crawl.new("posts")) == len(site.posts)


@pytest.mark.parametrize(
    ("part", "count"), [("limit=13", 13), ("since=2026-02-01", None), ("limit=200", 61)]
)
def test_the_arguments_select_a_part_of_a_closed_site(
    site: DemoSite, crawl: Crawls, part: str, count: int | None
) -> None:
    site.set_fault(CLOSED)
    assert crawl("-a", part) == PARTIAL
    newest = sorted(site.posts.values(), key=lambda e: (e.post.date, e.post.id), reverse=True)
    if part.startswith("since"):
        wanted = [each for each in newest if (in_feed(each) or "") >= "2026-02-01"]
    else:
        wanted = newest[:count]
    assert urls(crawl.new("posts")) == sorted(each.url for each in wanted)
    assert asked(site).count("/feed/?paged=3") == (len(wanted) > 20)


def test_a_sample_of_the_sitemaps_is_the_same_sample_again(site: DemoSite, crawl: Crawls) -> None:
    for fault in (CLOSED, "feed-gone"):
        site.set_fault(fault)
    assert crawl("-a", "limit=7") == PARTIAL
    assert len(crawl.new("posts")) == 7
    before = len(site.log)
    assert crawl("-a", "limit=7") == PARTIAL
    assert crawl.new("posts") == []
    assert len(asked(site, before)) <= 5


def test_a_part_of_the_feed_is_not_taken_for_all_of_it(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault(CLOSED)
    site.set_fault("sitemap-gone")
    crawl("-a", "limit=5")
    assert crawl() == PARTIAL
    assert Counter(urls(crawl.new("posts"))) == Counter(all_urls(site))


def test_types_that_a_feed_does_not_have_are_named(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault(CLOSED)
    assert crawl("-a", "types=post,news") == PARTIAL
    assert "not requested: news" in crawl.verdict()
    assert crawl("-a", "types=news") == FAILED
