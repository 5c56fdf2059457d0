"""What can be had of a site without its API: its feed, its sitemaps."""

from __future__ import annotations

import asyncio
import gzip
from html import escape
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from newscrawl.net.response import Answer
from newscrawl.wordpress.fallback_posts import feed_post, is_shortened
from newscrawl.wordpress.feed import Channel, Feed, feed_urls, raw_of
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.sitemap import PLACES, Entry, Sitemap
from newscrawl.wordpress.xml import tree_of

if TYPE_CHECKING:
    from newscrawl.items import Post

HOME = "https://example.org"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:f="com-wordpress:feed-additions:1"'
)


def item(number: int, extra: str = "") -> str:
    return (
        f"<item><title>Post {number} &amp; more</title><link>{HOME}/2026/post-{number}/</link>"
        f"<dc:creator><![CDATA[Ann]]></dc:creator>"
        f"<pubDate>Sat, 10 Jan 2026 19:05:00 +0000</pubDate>"
        f"<category><![CDATA[News]]></category><category>AI</category>"
        f'<guid isPermaLink="false">{HOME}/?p={number}</guid>'
        f"<description><![CDATA[<p>Short.</p>]]></description>"
        f"<content:encoded><![CDATA[<p>Text {number}.</p>]]></content:encoded>{extra}</item>"
    )


def rss(*items: str) -> Answer:
    text = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {SPACES}><channel>'
    return xml(f"{text}<title>News</title>{''.join(items)}</channel></rss>")


def xml(text: str, status: int = 200) -> Answer:
    return Answer(url="", status=status, body=text.encode())


NOT_FOUND = xml("<html><title>Not found</title>", 404)


def walk(answers: dict[str, Answer]) -> tuple[Feed, list[Post]]:
    async def fetch(url: str) -> Answer:
        return answers.get(url.removeprefix(f"{HOME}/feed/"), NOT_FOUND)

    feed = Feed(f"{HOME}/feed/", fetch)

    async def run() -> list[Post]:
        return [post async for page in feed.pages() for post in page]

    return feed, asyncio.run(run())


def test_a_feed_is_walked_to_its_last_page_and_doubles_are_left_out() -> None:
    pages = {"": rss(item(5), item(4)), "?paged=2": rss(item(4), item(3)), "?paged=3": rss(item(2))}
    feed, posts = walk(pages)
    assert [post.slug for post in posts] == ["post-5", "post-4", "post-3", "post-2"]
    assert (feed.failure, feed.requests) == (None, 4)


def test_a_post_of_a_feed_has_the_guid_that_the_api_gives() -> None:
    _, [post] = walk({"": rss(item(7, "<f:post-id>7</f:post-id>"))})
    assert (post.guid, post.post_id) == (f"{HOME}/?p=7", 7)
    assert (post.title, post.excerpt) == ("Post 7 & more", "<p>Short.</p>")
    assert (post.content, post.published) == ("<p>Text 7.</p>", "2026-01-10T19:05:00Z")
    assert post.names == {"authors": ["Ann"], "categories": ["News", "AI"]}


def test_a_date_before_year_one_is_refused() -> None:
    zero = item(7).replace("Sat, 10 Jan 2026", "Wed, 30 Nov -0001")
    _, [post] = walk({"": rss(zero)})
    assert post.published is None


def test_a_feed_names_its_site_and_its_first_page_is_requested_once() -> None:
    asked = []

    async def fetch(url: str) -> Answer:
        asked.append(url)
        return NOT_FOUND if "paged" in url else rss(item(5))

    async def run() -> tuple[Channel | Refusal, list[Post]]:
        feed = Feed(f"{HOME}/feed/", fetch)
        return await feed.open(), [post async for page in feed.pages() for post in page]

    channel, posts = asyncio.run(run())
    assert isinstance(channel, Channel)
    assert (channel.title, len(posts), len(asked)) == ("News", 1, 2)


def test_two_posts_that_share_a_guid_are_both_kept() -> None:
    other = item(7).replace("/2026/post-7/", "/2026/post-8/")
    _, posts = walk({"": rss(item(7), other)})
    assert [post.slug for post in posts] == ["post-7", "post-8"]


def test_the_number_in_a_guid_is_not_taken_for_an_id() -> None:
    _, [post] = walk({"": rss(item(7))})
    assert post.post_id < 0


def test_a_feed_that_gives_the_same_page_for_ever_ends() -> None:
    feed, posts = walk({"": rss(item(5)), "?paged=2": rss(item(5))})
    assert (len(posts), feed.requests) == (1, 2)


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (NOT_FOUND, "page"),
        (xml("<title>Nope</title>", 403), "blocked"),
        (xml("[]"), "shape"),
        (xml("<urlset></urlset>"), "shape"),
        (xml("<?xml version='1.0'?>"), "malformed"),
        (Answer(url="", outcome="robots_disallowed"), "robots_disallowed"),
    ],
)
def test_an_answer_that_is_no_feed_is_refused_with_its_reason(first: Answer, reason: str) -> None:
    feed, posts = walk({"": first})
    assert posts == []
    assert feed.failure is not None
    assert feed.failure.reason == reason


def test_a_failure_in_the_middle_is_not_taken_for_the_end() -> None:
    feed, posts = walk({"": rss(item(5)), "?paged=2": xml("<title>Busy</title>", 503)})
    assert len(posts) == 1
    assert feed.failure is not None
    assert feed.requests == 3


@pytest.mark.parametrize(
    "text",
    [
        "\n\n<br />\n<b>Notice</b>: x {0}",
        "{0}<!-- cached -->",
        "\ufeff{0}",
        "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{0}",
    ],
)
def test_junk_around_a_feed_does_no_harm(text: str) -> None:
    document = f"<rss {SPACES}><channel>{item(5)}</channel></rss>"
    _, posts = walk({"": xml(text.format(document))})
    assert [post.slug for post in posts] == ["post-5"]


def test_control_characters_and_damage_cost_no_other_post() -> None:
    damaged = (
        f"<rss {SPACES}><channel>{item(5)}{item(4)}".replace("Text 5", "Te\x02xt 5") + "<item>"
    )
    _, posts = walk({"": xml(damaged)})
    assert [post.content for post in posts[:2]] == ["<p>Text 5.</p>", "<p>Text 4.</p>"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a&#xD83D;&#xDE00;b", "a\U0001f600b"),
        ("a&#55357;&#56832;b", "a\U0001f600b"),
        ("a&#xD800;b", "ab"),
        ("a&#xDE00;&#xD83D;b", "ab"),
    ],
)
def test_references_to_halves_of_a_character_cost_no_feed(text: str, expected: str) -> None:
    feed = f"<rss><channel><item><title>{text}</title><guid>g</guid></item></channel></rss>"
    _, (post,) = walk({"": xml(feed)})
    assert post.title == expected


@pytest.mark.parametrize("body", ["<rss:/>", "<?xml version='1.0'?><:rss/>"])
def test_a_name_that_is_none_is_no_feed(body: str) -> None:
    assert isinstance(tree_of(xml(body), "rss"), Refusal)


def test_no_entity_is_expanded() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    secret = '<!ENTITY e0 "ha"><!ENTITY file SYSTEM "file:///etc/passwd">'
    body = "<item><title>A &e9; &file;</title><guid>g</guid></item>"
    _, posts = walk(
        {
            "": xml(
                f"<?xml version='1.0'?><!DOCTYPE rss [{secret}{bomb}]>"
                f"<rss><channel>{body}</channel></rss>"
            )
        }
    )
    assert all("root:" not in post.title and len(post.title) < 100 for post in posts)


@pytest.mark.parametrize("piece", ["<a/>", '<a b=""/>', "<a>"])
def test_a_tree_that_memory_has_no_room_for_is_refused(piece: str) -> None:
    refused = tree_of(xml(f"<rss>{piece * 900_000}</rss>"), "rss")
    assert isinstance(refused, Refusal)
    assert refused.reason == "too_large"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["/topics/rivers/feed/"], ["/feed/", "/topics/rivers/feed/"]),
        (["javascript:x"], ["/feed/"]),
        ([], ["/feed/"]),
        (["/comments/feed/"], ["/feed/"]),
        (["/comments/feed/", "/feed/podcast/", "/category/news/feed/"], ["/feed/"]),
        (["/a-page/feed/", "/feed/"], ["/feed/", "/a-page/feed/"]),
        (["/?feed=comments-rss2", "/?feed=rss2"], ["/?feed=rss2", "/feed/"]),
    ],
)
def test_the_feed_of_posts_is_tried_first(named: list[str], expected: list[str]) -> None:
    page = "".join(f'<link type="application/rss+xml" href="{url}">' for url in named)
    found = feed_urls(Answer(url=f"{HOME}/", body=page.encode()), [HOME])
    assert found == [f"{HOME}{path}" for path in expected]


COMMENT = f"<item><link>{HOME}/a/#comment-7</link><guid>{HOME}/?p=1#comment-7</guid></item>"
EPISODE = f"<item><link>{HOME}/e/</link><enclosure url='{HOME}/e.mp3' type='audio/mpeg'/></item>"
ARTICLE = f"<item><link>{HOME}/a/</link></item>"


@pytest.mark.parametrize(
    ("items", "content"),
    [
        (COMMENT * 3, "comments"),
        (EPISODE * 2, "recordings"),
        (EPISODE + ARTICLE, "posts"),
        (ARTICLE + COMMENT, "posts"),
        ("", "nothing"),
    ],
)
def test_a_feed_is_judged_by_its_items(items: str, content: str) -> None:
    async def fetch(url: str) -> Answer:
        return xml(f"<rss><channel><link>{HOME}</link>{items}</channel></rss>")

    channel = asyncio.run(Feed(f"{HOME}/feed/", fetch).open())
    assert isinstance(channel, Channel)
    assert channel.content == content


def test_the_form_of_a_protected_post_is_no_text() -> None:
    form = (
        '<form action="/wp-login.php?action=postpass" class="post-password-form"><p>Dieser Inhalt'
        ' ist geschützt.</p><input name="post_password" type="password"></form>'
    )
    raw = raw_of(etree.fromstring("<item><link>https://example.org/a/</link></item>"))
    post = feed_post({**raw, "content": form})
    assert (post.content, post.protected) == ("", True)


def urls(*entries: str) -> str:
    return (
        f"<urlset>{''.join(f'<url><loc>{HOME}/{entry}</loc></url>' for entry in entries)}</urlset>"
    )


def index(*names: str) -> str:
    maps = "".join(f"<sitemap><loc>{HOME}/{escape(name)}</loc></sitemap>" for name in names)
    return f"<?xml version='1.0'?><sitemapindex>{maps}</sitemapindex>"


def read(files: dict[str, str]) -> tuple[Sitemap, list[Entry]]:
    async def fetch(url: str) -> Answer:
        name = url.removeprefix(f"{HOME}/")
        if name == "robots.txt" and name in files:
            return Answer(url=url, status=200, body=files[name].encode())
        return xml(files[name]) if name in files else NOT_FOUND

    sitemap = Sitemap(HOME, fetch)

    async def run() -> list[Entry]:
        return [entry async for page in sitemap.pages() for entry in page]

    return sitemap, asyncio.run(run())


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ("wp-sitemap.xml", ("wp-sitemap-posts-post-1.xml", "wp-sitemap-posts-post-2.xml")),
        ("sitemap_index.xml", ("post-sitemap.xml", "post-sitemap2.xml")),
        ("sitemap.xml", ("sitemap-posttype-post.2025.xml", "sitemap-posttype-post.2026.xml")),
        ("sitemap.xml", ("sitemap-pt-post-2025-01.xml", "sitemap-pt-post-2026-01.xml")),
        ("sitemaps.xml", ("post-sitemap1.xml", "post-sitemap2.xml")),
        (
            "?sitemap=index",
            (
                "?sitemap=posts&sitemap-subtype=post&paged=1",
                "?sitemap=posts&sitemap-subtype=post&paged=2",
            ),
        ),
    ],
)
def test_posts_are_read_from_the_sitemaps_of_posts(first: str, names: tuple[str, str]) -> None:
    others = (
        *("wp-sitemap-posts-page-1.xml", "wp-sitemap-posts-book-1.xml", "category-sitemap.xml"),
        *("?sitemap=posts&sitemap-subtype=page", "post_tag-sitemap.xml", "image-sitemap-1.xml"),
    )
    files = {first: index(*names, *others), names[0]: urls("a/", "b/"), names[1]: urls("c/")}
    sitemap, entries = read(files)
    assert [entry.url for entry in entries] == [f"{HOME}/a/", f"{HOME}/b/", f"{HOME}/c/"]
    assert (sitemap.place, sitemap.failures) == (f"{HOME}/{first}", {})


def test_times_are_read_and_other_hosts_left_out() -> None:
    text = (
        f"<urlset><url><loc>{HOME}/a/</loc><lastmod>2026-01-10T19:05:00+01:00</lastmod></url>"
        "<url><loc>https://other.example/b/</loc></url><url><loc>https://[x</loc></url></urlset>"
    )
    _, entries = read({"wp-sitemap.xml": index("post-sitemap.xml"), "post-sitemap.xml": text})
    assert entries == [Entry(f"{HOME}/a/", "2026-01-10T18:05:00Z")]


def test_for_a_site_without_sitemaps_the_error_lists_what_was_tried() -> None:
    sitemap, entries = read({})
    assert (entries, sitemap.place) == ([], None)
    assert [url.rpartition("/")[2] for url in sitemap.failures] == list(PLACES)


@pytest.mark.parametrize(
    "files",
    [
        {"sitemap.xml": index("sitemap-1.xml", "image-sitemap-1.xml"), "sitemap-1.xml": urls("a/")},
        {
            "sitemap.xml": index("sitemap.xml?yyyy=2026&mm=01"),
            "sitemap.xml?yyyy=2026&mm=01": urls("a/"),
        },
        {"sitemap.xml": urls("", "a/", "category/news/")},
        {
            "robots.txt": f"User-agent: *\n\nsitemap: {HOME}/maps/all.xml\n",
            "maps/all.xml": index("maps/inner.xml"),
            "maps/inner.xml": index("maps/1.xml"),
            "maps/1.xml": urls("a/"),
        },
    ],
    ids=["jetpack", "msm-sitemap", "flat", "robots.txt, nested"],
)
def test_sitemaps_that_name_all_pages_are_read_and_noted_as_mixed(files: dict[str, str]) -> None:
    sitemap, entries = read(files)
    assert [entry.url for entry in entries] == [f"{HOME}/a/"]
    assert sitemap.is_mixed


@pytest.mark.parametrize("home", ["http://[::1", "http://\u2100.test/", "javascript:x"])
def test_a_feed_of_a_home_that_is_no_address_names_none(home: str) -> None:
    async def fetch(url: str) -> Answer:
        return xml(f"<rss><channel><link>{home}</link>{ARTICLE}</channel></rss>")

    channel = asyncio.run(Feed(f"{HOME}/feed/", fetch).open())
    assert isinstance(channel, Channel)
    assert channel.home == ""


def test_all_sitemaps_of_robots_txt_are_read_unless_one_is_an_index_of_posts() -> None:
    robots = f"\ufeffSitemap: {HOME}/news.xml\nSitemap: {HOME}/more.xml\n"
    files = {"robots.txt": robots, "news.xml": urls("a/"), "more.xml": urls("b/")}
    _, entries = read(files)
    assert [entry.url for entry in entries] == [f"{HOME}/a/", f"{HOME}/b/"]
    files |= {"more.xml": index("post-sitemap.xml"), "post-sitemap.xml": urls("a/", "c/")}
    sitemap, entries = read(files)
    assert [entry.url for entry in entries] == [f"{HOME}/a/", f"{HOME}/c/"]
    assert not sitemap.is_mixed


def test_a_sitemap_may_have_a_prefix_for_its_names() -> None:
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<s:urlset xmlns:s="{name}"><s:url><s:loc>{HOME}/a/</s:loc></s:url></s:urlset>'
    _, entries = read({"wp-sitemap.xml": body})
    assert [entry.url for entry in entries] == [f"{HOME}/a/"]


def test_a_compressed_sitemap_is_read() -> None:
    packed = gzip.compress(urls("a/").encode())

    async def fetch(url: str) -> Answer:
        if url.endswith("post-sitemap.xml.gz"):
            return Answer(url=url, status=200, body=packed)
        return xml(index("post-sitemap.xml.gz")) if url.endswith("wp-sitemap.xml") else NOT_FOUND

    async def run() -> list[Entry]:
        return [entry async for page in Sitemap(HOME, fetch).pages() for entry in page]

    assert [entry.url for entry in asyncio.run(run())] == [f"{HOME}/a/"]


SELF = '<link xmlns="http://www.w3.org/2005/Atom" rel="self" href="https://example.org/feed/?{}"/>'


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("page=2", {(f"{HOME}/?p=5", f"{HOME}/2026/post-5/")}),
        ("", None),
        ("page=21", None),
    ],
)
def test_a_post_whose_second_page_differs_goes_on_if_the_feed_proves_its_page(
    query: str, found: set[tuple[str, str]] | None
) -> None:
    second = rss(SELF.format(query), item(5).replace("Text 5", "The rest"), item(4))
    answers = {f"{HOME}/feed/": rss(item(5), item(4)), f"{HOME}/feed/?page=2": second}

    async def fetch(url: str) -> Answer:
        return answers.get(url, NOT_FOUND)

    async def run() -> set[tuple[str, str]] | None:
        feed = Feed(f"{HOME}/feed/", fetch)
        async for posts in feed.pages():
            return await feed.continued(posts)
        return None

    assert asyncio.run(run()) == found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>Lead [&hellip;]</p>", True),
        ("<p>Lead […]</p><p>The post <a href='https://a.org/x/'>X</a> appeared first.</p>", True),
        ("<p>Lead [...] <a href='https://a.org/x/'>Weiterlesen</a></p>", True),
        ("<p>Lead&#8230; <a class='more-link' href='/x/'>More</a></p>", True),
        ("<p>Lead <a href='https://a.org/x/#more-7'>(more&hellip;)</a></p>", True),
        ("<p>Lead&hellip;</p><p><a href='https://a.org/x/'>Continue reading</a></p>", True),
        ("<p>He said: “It [&hellip;] is over.”</p>", False),
        ("<p>And so on &hellip; <a href='https://b.org/'>another page</a></p>", False),
        ("<p>All.</p><p>The post <a href='https://a.org/x/'>X</a> appeared first.</p>", False),
        ('<p>Lead.</p><span id="more-7"></span><p>Rest.</p>', False),
    ],
)
def test_a_shortened_text_is_known_by_its_end(content: str, expected: bool) -> None:
    fields = {"guid": "g", "link": "https://a.org/x/", "content": content, "categories": []}
    names = ("title", "pubDate", "creator", "description", "post-id")
    assert is_shortened(feed_post(dict.fromkeys(names, "") | fields)) is expected
