"""Numbers that a site chooses have bounds: types, terms, names, pages of a feed, sitemaps."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.net.response import Answer
from newscrawl.wordpress import feed, sitemap
from newscrawl.wordpress.api_index import (
    MAX_ENTRIES,
    MAX_NAME,
    MAX_NAMESPACES,
    facts_of,
    taxonomies_of,
    types_of,
)
from newscrawl.wordpress.bylines import bylines_of
from newscrawl.wordpress.children import MAX_SIZES, decode_media
from newscrawl.wordpress.feed import Feed
from newscrawl.wordpress.fields import MAX_IDS, MAX_TEXT, MAX_VALUES
from newscrawl.wordpress.json_document import MAX_JUNK, MAX_SEARCHED_COMMAS, find_document
from newscrawl.wordpress.list_endpoint import MAX_ROWS, Listing, Piece
from newscrawl.wordpress.pagination import most_rows
from newscrawl.wordpress.posts import MAX_TERMS, decode_post
from newscrawl.wordpress.requested_fields import requested_only
from newscrawl.wordpress.site import Taxonomy
from newscrawl.wordpress.sitemap import Entry, Sitemap
from tests.wordpress.fake import HOME, SITE, answer

if TYPE_CHECKING:
    from newscrawl.items import Post

NOT_FOUND = Answer(url="", status=404, body=b"<title>Not found</title>")


def entries(count: int) -> dict[str, Any]:
    return {f"t{n}": {"slug": f"t{n}", "rest_base": f"t{n}"} for n in range(count)}


def test_types_and_taxonomies_have_a_largest_number() -> None:
    assert len(types_of(entries(MAX_ENTRIES + 9))) == MAX_ENTRIES
    built_in = {taxonomy.slug for taxonomy in taxonomies_of({})}
    found = taxonomies_of(entries(MAX_ENTRIES + 9))
    assert len(found) == MAX_ENTRIES + len(built_in)


def test_a_type_with_an_endless_name_is_no_type() -> None:
    long = "x" * (MAX_NAME + 1)
    listed = {"a": {"slug": long}, "b": {"slug": "b", "rest_base": long}, "c": {"slug": "c"}}
    assert [kind.slug for kind in types_of(listed)] == ["c"]


def test_the_facts_of_an_index_are_short() -> None:
    names = [f"n/{n}" for n in range(MAX_NAMESPACES + 9)]
    facts = facts_of({"name": "x" * 10**6, "description": "y" * 10**6, "namespaces": names})
    assert (len(facts["name"]), len(facts["description"])) == (MAX_NAME, MAX_TEXT)
    assert len(facts["namespaces"]) == MAX_NAMESPACES


def test_a_post_has_at_most_500_terms_of_a_taxonomy() -> None:
    post = decode_post({"id": 1, "tags": list(range(1, 9_000)), "author": [1] * 9_000}, SITE)
    assert post.tags == list(range(1, MAX_IDS + 1))
    assert post.authors == [1]


def test_a_post_has_a_largest_number_of_terms_in_all() -> None:
    names = [f"x{n}" for n in range(100)]
    site = SITE.replaced(taxonomies=tuple(Taxonomy(slug=n, rest_base="same") for n in names))
    post = decode_post({"id": 1, "same": list(range(1, 400))}, site)
    assert sum(map(len, post.terms.values())) == MAX_TERMS


@pytest.mark.parametrize(
    "fields",
    [
        {"authors": [{"display_name": f"A{n}"} for n in range(MAX_IDS + 9)]},
        {
            "meta": {
                "_newspack_byline_active": True,
                "_newspack_byline": "".join(f"[Author id={n}]{n}[/Author]" for n in range(9_000)),
            }
        },
    ],
)
def test_a_post_has_at_most_500_authors(fields: dict[str, Any]) -> None:
    assert 0 < len(bylines_of(fields, SITE)) <= MAX_IDS


def test_of_an_endless_list_of_authors_the_first_are_archived() -> None:
    authors = [{"display_name": f"A{n}"} for n in range(MAX_VALUES + 9)]
    assert len(requested_only({"authors": authors}, ["authors"])["authors"]) == MAX_VALUES


def test_an_image_has_a_largest_number_of_copies() -> None:
    sizes = {f"s{n}": {"width": 9} for n in range(MAX_SIZES + 9)} | {"x" * 999: {"width": 9}}
    read = decode_media({"id": 1, "media_details": {"sizes": sizes}}, SITE)
    assert len(read.fields["sizes"]) == MAX_SIZES


def test_of_an_answer_with_too_many_rows_the_first_are_read() -> None:
    async def ask(_: str) -> Answer:
        return answer([{"id": n} for n in range(1, MAX_ROWS + 9)])

    piece = asyncio.run(Listing(ask, lambda **_: HOME).piece(0, 100))
    assert isinstance(piece, Piece)
    assert piece.ids == list(range(1, MAX_ROWS + 1))


def test_a_large_body_is_not_searched_for_a_document() -> None:
    rows = b"[" + b"1," * (MAX_SEARCHED_COMMAS + 1) + b"1]"
    assert not isinstance(find_document(rows), str)
    assert find_document(b"Notice: a hook\n" + rows) == "too_large"


@pytest.mark.parametrize("junk", ["<!-- a -->", "<!--", "<?php ?>", "<script></script>"])
def test_a_document_after_endless_junk_is_not_searched(junk: str) -> None:
    document = b'[{"id": 1}]'
    assert find_document(junk.encode() * 5 + document) != "page"
    assert find_document(junk.encode() * (MAX_JUNK + 1) + document) == "page"


def test_no_total_makes_a_walk_endless() -> None:
    assert most_rows(10**12) < 10**8


# --- Feeds -----------------------------------------------------------------------------------


def rss(*numbers: int) -> Answer:
    items = "".join(f"<item><link>{HOME}/{n}/</link><guid>{n}</guid></item>" for n in numbers)
    body = f"<?xml version='1.0'?><rss><channel><link>{HOME}</link>{items}</channel></rss>"
    return Answer(url="", status=200, body=body.encode())


def walked(pages: list[Answer]) -> tuple[Feed, list[Post]]:
    """Walk a feed of these pages; the last one has a new post each time."""
    asked = []

    async def ask(_: str) -> Answer:
        asked.append(1)
        return pages[len(asked) - 1] if len(asked) <= len(pages) else rss(10**6 + len(asked))

    async def run() -> tuple[Feed, list[Post]]:
        found = Feed(f"{HOME}/feed/", ask)
        return found, [post async for page in found.pages() for post in page]

    return asyncio.run(run())


@pytest.mark.parametrize(("name", "most"), [("MAX_PAGES", 7), ("MAX_POSTS", 6)])
def test_a_feed_that_always_has_new_posts_ends_and_says_so(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, name, most)
    found, posts = walked([])
    assert 5 < len(posts) <= most + 1
    assert "goes on after" in str(found.failure)


def test_of_a_page_of_a_feed_the_first_items_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MAX_ITEMS", 3)
    found, posts = walked([rss(1, 2, 3, 4, 5)])
    assert [post.guid for post in posts] == ["1", "2", "3"]
    assert "goes on after 1 pages with 3 posts" in str(found.failure)


# --- Sitemaps --------------------------------------------------------------------------------


def index(*names: str) -> bytes:
    maps = "".join(f"<sitemap><loc>{HOME}/{name}</loc></sitemap>" for name in names)
    return f"<sitemapindex>{maps}</sitemapindex>".encode()


def urls(*names: str) -> bytes:
    found = "".join(f"<url><loc>{HOME}/{name}</loc></url>" for name in names)
    return f"<urlset>{found}</urlset>".encode()


class Maps:
    """Sitemaps by name; names that start with a letter of *endless* lead to two new ones each."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {"robots.txt": b"", "wp-sitemap.xml": index("post-sitemap.xml"), **files}
        self.asked: list[str] = []

    async def ask(self, url: str) -> Answer:
        name = url.removeprefix(f"{HOME}/")
        self.asked.append(name)
        body = self.files.get(name) or self.made(name)
        return Answer(url=url, status=200, body=body) if body is not None else NOT_FOUND

    def made(self, name: str) -> bytes | None:
        return None

    def read(self) -> tuple[Sitemap, list[Entry]]:
        found = Sitemap(HOME, self.ask)

        async def run() -> list[Entry]:
            return [entry async for page in found.pages() for entry in page]

        return found, asyncio.run(run())


class Branching(Maps):
    """Each sitemap of posts leads to two new ones."""

    def made(self, name: str) -> bytes | None:
        return index(f"{name}1-post.xml", f"{name}2-post.xml")


class Growing(Maps):
    """An index of a thousand sitemaps, each with a hundred posts."""

    def made(self, name: str) -> bytes | None:
        if name == "post-sitemap.xml":
            return index(*(f"post-{n}.xml" for n in range(1000)))
        return urls(*(f"{name}/{n}/" for n in range(100)))


class Failing(Growing):
    """The same, and no sitemap of posts can be read."""

    def made(self, name: str) -> bytes | None:
        return super().made(name) if name == "post-sitemap.xml" else b"<urlset"


def test_an_index_that_names_itself_is_read_once() -> None:
    maps = Maps({"post-sitemap.xml": index("post-sitemap.xml", "post-2.xml"), "post-2.xml": b""})
    maps.files["post-2.xml"] = index("post-sitemap.xml", "post-2.xml")
    maps.read()
    assert maps.asked.count("post-sitemap.xml") == maps.asked.count("post-2.xml") == 1


def test_indexes_within_indexes_end_and_are_named() -> None:
    maps = Branching({})
    found, posts = maps.read()
    assert posts == []
    assert len(maps.asked) < 2 ** (sitemap.MAX_DEPTH + 2)
    assert any("an index within" in str(failure) for failure in found.failures.values())


@pytest.mark.parametrize(
    ("name", "most", "reason"),
    [("MAX_MAPS", 50, "after 50 files"), ("MAX_ADDRESSES", 700, "after 800 addresses")],
)
def test_sitemaps_without_an_end_are_named(
    name: str, most: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, name, most)
    maps = Growing({})
    found, posts = maps.read()
    assert 0 < len(posts) <= 5000
    assert len(maps.asked) < 60
    assert any(reason in str(failure) for failure in found.failures.values())


def test_after_sitemaps_that_fail_the_others_are_not_requested() -> None:
    maps = Failing({})
    found, _ = maps.read()
    assert len(maps.asked) < sitemap.MAX_FAILURES + 9
    assert any("were not requested" in str(failure) for failure in found.failures.values())


def test_an_address_that_cannot_be_requested_is_left_out() -> None:
    maps = Maps({"post-sitemap.xml": urls("a/", "b" * 5_000)})
    _, posts = maps.read()
    assert [entry.url for entry in posts] == [f"{HOME}/a/"]


def test_of_many_sitemaps_in_robots_txt_few_are_tried() -> None:
    lines = "\n".join(f"Sitemap: {HOME}/none-{n}.xml" for n in range(10_000))
    maps = Maps({"robots.txt": lines.encode(), "wp-sitemap.xml": b"no"})
    found, _ = maps.read()
    assert len([name for name in maps.asked if name.startswith("none-")]) == sitemap.MAX_NAMED
    assert found.place is None
