"""Authors as plugins for several authors name them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.items import PostBody, ReadyPost
from newscrawl.net.response import Answer
from newscrawl.records.record import Provenance, make_record
from newscrawl.wordpress.byline_pages import has_bylines, has_translations
from newscrawl.wordpress.bylines import (
    MAX_FAILURES,
    POST_BYLINES,
    names_by_yoast,
    resolve_bylines,
)
from newscrawl.wordpress.posts import decode_post
from newscrawl.wordpress.site import Language
from tests.wordpress.fake import HOME, SITE, answer, error

if TYPE_CHECKING:
    from newscrawl.items import Post

ANN = {"term_id": 71, "user_id": 5, "is_guest": 0, "slug": "ann-bell", "display_name": "Ann Bell"}
CY = {"term_id": 72, "user_id": 0, "is_guest": 1, "slug": "cy-dunn", "display_name": "Cy Dunn"}
COAUTHORS = SITE.replaced(namespaces=("wp/v2", "coauthors/v1"))
YOAST = SITE.replaced(namespaces=("wp/v2", "yoast/v1"))
DESK = {"users": {1: {"id": 1, "name": "Desk", "slug": "desk", "url": None}}}


def post(**fields: Any) -> Post:
    return decode_post({"id": 8, "author": 1, **fields}, SITE)


def authors(item: Post, **related: Any) -> list[tuple[int | None, str | None]]:
    body = PostBody(html="", markdown="", text="", title="", excerpt="")
    ready = ReadyPost(row=1, post=item, body=body)
    provenance = Provenance(site=SITE, crawled="2026-01-01T00:00:00Z", run=1)
    line = make_record(ready, {**DESK, **related}, provenance)
    return [(author["id"], author["name"]) for author in line["authors"] or []]


def coauthored(*terms: int, post_id: int = 8) -> Post:
    return decode_post({"id": post_id, "author": 1, "coauthors": list(terms)}, COAUTHORS)


def test_authors_of_a_plugin_replace_the_account_that_published() -> None:
    assert authors(post(authors=[ANN, CY])) == [(5, "Ann Bell"), (None, "Cy Dunn")]


def test_the_account_is_the_author_if_no_plugin_names_one() -> None:
    assert authors(post(authors=[], coauthors=[71])) == [(1, "Desk")]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("a name in HTML", {"authors": [{"display_name": "Ann <b>Bell</b>"}]}),
        ("another key of the name", {"authors": [{"name": "Ann Bell", "slug": "ann"}]}),
        ("one author twice", {"authors": [{"name": "Ann Bell"}, {"name": "Ann Bell"}]}),
        ("a plugin's own field", {"newspack_author_info": [{"display_name": "Ann Bell"}]}),
        ("objects for co-authors", {"coauthors": [{"display_name": "Ann Bell"}]}),
        ("a custom field", {"acf": {"byline": "By Ann Bell"}}),
        ("a meta field", {"meta": {"guest_author": "Ann Bell"}}),
        (
            "a byline with marks",
            {"meta": {"_newspack_byline_active": True, "_newspack_byline": "By: Ann Bell"}},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_byline_is_found_in(name: str, fields: dict[str, Any]) -> None:
    assert [found for _, found in authors(post(**fields))] == ["Ann Bell"], name


def test_users_in_a_byline_text_keep_their_ids_and_order() -> None:
    text = "By [Author id=7]Cy Dunn[/Author] with [Author id=5]Ann Bell[/Author]"
    meta = {"_newspack_byline_active": True, "_newspack_byline": text}
    assert authors(post(meta=meta)) == [(7, "Cy Dunn"), (5, "Ann Bell")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By [Author id=7]Cy Dunn[/Author] and Ann Bell", [(7, "Cy Dunn"), (None, "Ann Bell")]),
        ("By Ann Bell and [Author id=7]Cy Dunn[/Author]", [(None, "Ann Bell"), (7, "Cy Dunn")]),
        (
            "[Author id=7]Cy Dunn[/Author], Ann Bell and [Author id=5]Eva Fox[/Author]",
            [(7, "Cy Dunn"), (None, "Ann Bell"), (5, "Eva Fox")],
        ),
        ("By [Author id=7]Cy Dunn[/Author], The Tribune", [(7, "Cy Dunn")]),
        ("By Ann Bell and Cy Dunn", [(None, "Ann Bell"), (None, "Cy Dunn")]),
        ("By Andy Ander", [(None, "Andy Ander")]),
    ],
)
def test_guests_in_a_byline_text_are_authors(
    text: str, names: list[tuple[int | None, str]]
) -> None:
    meta = {"_newspack_byline_active": True, "_newspack_byline": text}
    assert authors(post(meta=meta)) == names


def test_a_byline_that_is_switched_off_names_nobody() -> None:
    meta = {"_newspack_byline_active": False, "_newspack_byline": "By Ann Bell"}
    assert authors(post(meta=meta)) == [(1, "Desk")]


def test_several_ids_of_users_are_several_authors() -> None:
    users = {n: {"id": n, "name": f"User {n}", "slug": None, "url": None} for n in (5, 7)}
    assert authors(post(authorship=[7, 5]), users=users) == [(7, "User 7"), (5, "User 5")]


def test_terms_of_a_taxonomy_of_authors_are_authors() -> None:
    item = post()
    item.terms = {"byline": [31]}
    terms = {31: {"id": 31, "name": "Ann Bell", "slug": "ann-bell", "url": None}}
    assert authors(item, byline=terms) == [(None, "Ann Bell")]


@pytest.mark.parametrize("value", [None, "", 7, {}, [[]], [None], ["x"], {"0": ANN}, [{}]])
def test_a_strange_value_names_no_author(value: Any) -> None:
    assert authors(post(authors=value, newspack_author_info=value, meta=value)) == [(1, "Desk")]


def test_co_authors_are_fetched_by_post_and_keep_their_order() -> None:
    asked: list[str] = []

    async def fetch(url: str) -> Answer:
        asked.append(url)
        return answer([{"id": 7, "display_name": "Cy Dunn"}, {"id": 5, "display_name": "Ann Bell"}])

    item = coauthored(71, 72)
    assert item.byline_key is not None
    found = asyncio.run(resolve_bylines(COAUTHORS, {item.byline_key: 8}, fetch))
    assert asked == [f"{HOME}/wp-json/coauthors/v1/coauthors?post_id=8"]
    assert authors(item, **{POST_BYLINES: found}) == [(None, "Cy Dunn"), (None, "Ann Bell")]


def test_one_co_author_is_fetched_once_and_several_for_each_post() -> None:
    assert coauthored(71, post_id=8).byline_key == coauthored(71, post_id=9).byline_key
    assert coauthored(71, 72, post_id=8).byline_key != coauthored(71, 72, post_id=9).byline_key


def test_a_site_that_hides_co_authors_leaves_the_account() -> None:
    async def fetch(url: str) -> Answer:
        return error("rest_forbidden", 401)

    item = coauthored(71)
    found = asyncio.run(resolve_bylines(COAUTHORS, {item.byline_key or 0: 8}, fetch))
    assert authors(item, **{POST_BYLINES: found}) == [(1, "Desk")]


def test_a_passing_failure_leaves_co_authors_to_a_later_run() -> None:
    async def fetch(url: str) -> Answer:
        return error("busy", 503)

    assert asyncio.run(resolve_bylines(COAUTHORS, {1: 8, 2: 9}, fetch)) == {}


def test_yoast_names_the_users_that_a_site_hides() -> None:
    asked: list[str] = []

    async def fetch(url: str) -> Answer:
        asked.append(url)
        heads = {8: "Ann Bell", 9: "Ann Bell, Cy Dunn"}
        return answer(
            [{"id": n, "author": n, "yoast_head_json": {"author": who}} for n, who in heads.items()]
        )

    posts = [decode_post({"id": n, "author": n, "type": "post"}, YOAST) for n in (8, 9)]
    assert asyncio.run(names_by_yoast(YOAST, posts, fetch)) == {8: "Ann Bell"}
    assert len(asked) == 1


def test_a_site_without_yoast_gets_no_request_for_its_data() -> None:
    async def fetch(url: str) -> Answer:
        raise AssertionError(url)

    assert asyncio.run(names_by_yoast(SITE, [post()], fetch)) == {}


IN_PAGES = SITE.replaced(has_byline_pages=True)
PAGE = f"""<!DOCTYPE html><html lang="en"><head>
<meta name="author" content="Theme">
<!-- Author Meta Tags by Molongui Authorship, visit: https://example.org/ -->
<meta name="author" content="Ann &#8220;A&#8221; Bell"><meta name="author" content="Cy Dunn">
<!-- /Molongui Authorship -->
<link rel="alternate" hreflang="en" href="{HOME}/tram/">
<link rel="alternate" hreflang="fr-FR" href="{HOME}/fr/tram/">
<link rel="alternate" hreflang="x-default" href="{HOME}/tram/">
</head><body></body></html>"""


def of_page(number: int = 8, modified: str = "2026-01-01T00:00:00") -> Post:
    return decode_post({"id": number, "author": 1, "modified_gmt": modified}, IN_PAGES)


def test_authors_and_translations_are_read_on_the_page_of_a_post() -> None:
    asked: list[str] = []

    async def fetch(url: str) -> Answer:
        asked.append(url)
        return Answer(url=f"{HOME}/tram/", status=200, headers={}, body=PAGE.encode())

    key = of_page().byline_key or 0
    found = asyncio.run(resolve_bylines(IN_PAGES, {key: 8}, fetch, {8: f"{HOME}/tram/"}))
    assert asked == [f"{HOME}/tram/"]
    assert authors(of_page(), **{POST_BYLINES: found}) == [
        (None, "Ann “A” Bell"),
        (None, "Cy Dunn"),
    ]
    assert found[key]["translations"] == [
        {"language": "fr-FR", "id": None, "url": f"{HOME}/fr/tram/"}
    ]


def test_a_page_is_read_again_only_if_its_post_changes() -> None:
    assert of_page().byline_key == of_page().byline_key
    assert of_page().byline_key != of_page(modified="2026-01-02T00:00:00").byline_key
    assert of_page().byline_key != of_page(9).byline_key


@pytest.mark.parametrize(("status", "is_known"), [(404, True), (403, True), (503, False)])
def test_a_page_that_fails_leaves_the_account_or_waits(status: int, *, is_known: bool) -> None:
    async def fetch(url: str) -> Answer:
        return Answer(url=url, status=status, headers={}, body=b"<html>")

    found = asyncio.run(resolve_bylines(IN_PAGES, {1: 8}, fetch))
    assert found == ({1: {"authors": []}} if is_known else {})


def test_only_a_page_with_the_mark_of_the_plugin_shows_that_pages_name_authors() -> None:
    assert has_bylines(Answer(url=HOME, status=200, headers={}, body=PAGE.encode()))
    plain = PAGE.replace("Molongui", "Another")
    assert not has_bylines(Answer(url=HOME, status=200, headers={}, body=plain.encode()))
    assert not has_bylines(Answer(url=HOME, status=500, headers={}, body=PAGE.encode()))


LANGUAGES = (Language(tag="en-US", home=f"{HOME}/"), Language(tag="fr-FR", home=f"{HOME}/fr/"))
TRANSLATED = SITE.replaced(has_translation_pages=True, languages=LANGUAGES)


def links(**paths: str) -> str:
    return "<html>" + "".join(
        f'<link rel="alternate" hreflang="{tag}" href="{HOME}{path}">'
        for tag, path in paths.items()
    )


def translations(pages: dict[int, str], html: str) -> tuple[list[list[Any]], int]:
    """Return what the posts with these paths get from pages of this HTML, and the requests."""
    asked: list[str] = []

    async def fetch(url: str) -> Answer:
        asked.append(url)
        return Answer(url=url, status=200, headers={}, body=html.encode())

    urls = {number: f"{HOME}{path}" for number, path in pages.items()}
    found = asyncio.run(resolve_bylines(TRANSLATED, {n: n for n in pages}, fetch, urls))
    named = [
        [(item["language"], item["url"].removeprefix(HOME)) for item in byline["translations"]]
        for byline in found.values()
    ]
    return named, len(asked)


def test_one_page_names_the_translations_of_all_its_languages() -> None:
    pages = {8: "/port-%d9%88/", 9: "/fr/le-port/"}
    found, requests = translations(pages, links(en="/port-%D9%88/", fr="/fr/le-port/"))
    assert found == [[("fr-FR", "/fr/le-port/")], [("en-US", "/port-%D9%88/")]]
    assert requests == 1


@pytest.mark.parametrize(
    "html",
    [links(en="/", fr="/fr/"), links(en="/harbour/", fr="/fr/"), links(en="/a/", fr="/fr/b/")],
    ids=["homes", "one home", "other pages"],
)
def test_links_that_only_switch_the_language_are_no_translations(html: str) -> None:
    assert translations({8: "/harbour/"}, html) == ([[]], 1)


def test_a_page_is_read_only_if_the_api_names_no_translations() -> None:
    raw: dict[str, Any] = {"id": 8, "authors": [{"display_name": "Ann Bell"}]}
    assert decode_post(raw, TRANSLATED).byline_key
    assert decode_post({**raw, "translations": {}}, TRANSLATED).byline_key is None


def test_a_post_that_leads_elsewhere_has_no_page() -> None:
    raw = {"id": 8, "slug": "tram", "link": "https://paper.example/2026/line"}
    assert decode_post(raw, TRANSLATED).byline_key is None
    assert decode_post(raw, IN_PAGES).byline_key is None


def test_a_page_of_another_site_names_nothing() -> None:
    async def fetch(url: str) -> Answer:
        other = "https://paper.example"
        html = f'<html><link rel="alternate" hreflang="en" href="{other}">{PAGE}'
        return Answer(url=other, status=200, headers={}, body=html.encode())

    urls = {8: f"{HOME}/harbour/"}
    assert asyncio.run(resolve_bylines(TRANSLATED, {8: 8}, fetch, urls)) == {8: {"authors": []}}


def test_a_home_page_with_links_to_other_languages_shows_that_pages_name_translations() -> None:
    pages = {html: answer_page(html) for html in (links(en="/", fr="/fr/"), links(en="/"))}
    assert [has_translations(page) for page in pages.values()] == [True, False]


def answer_page(html: str) -> Answer:
    return Answer(url=HOME, status=200, headers={}, body=html.encode())


def test_a_page_that_fails_costs_only_its_own_byline_until_the_site_fails() -> None:
    asked: list[str] = []

    async def fetch(url: str) -> Answer:
        asked.append(url)
        status = 503 if "/1/" in url else 200
        return Answer(url=url, status=status, headers={}, body=b"<html>")

    urls = {number: f"{HOME}/{number}/" for number in range(1, 6)}
    ids = {number: number for number in urls}
    assert list(asyncio.run(resolve_bylines(TRANSLATED, ids, fetch, urls))) == [2, 3, 4, 5]
    asked.clear()
    failing = {number: f"{HOME}/1/{number}/" for number in urls}
    assert asyncio.run(resolve_bylines(TRANSLATED, ids, fetch, failing)) == {}
    assert len(asked) == MAX_FAILURES
