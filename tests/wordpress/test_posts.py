"""Posts as imports, plugins and old releases left them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.net.response import Answer
from newscrawl.wordpress.posts import PostError, decode_post
from newscrawl.wordpress.responses import Decoded, decode, objects
from newscrawl.wordpress.site import BUILT_IN, Taxonomy
from tests.wordpress.fake import HOME, SITE, post

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.items import Post

TORONTO = SITE.replaced(timezone="America/Toronto", gmt_offset=-4)
ZERO = "-0001-11-30T00:00:00"
NEVER = "0000-00-00T00:00:00"
SHORTCODE = "[vc_row css=&#8221;.a&#8221;]A[/vc_row]<!--nextpage-->B"


def decoded(**fields: Any) -> Post:
    """A good post with some fields replaced; None takes one away."""
    raw = {name: value for name, value in post(7, **fields).items() if value is not None}
    return decode_post(raw, TORONTO)


def test_a_good_post_is_read_field_by_field() -> None:
    raw = post(7, author=3, featured_media=9, categories=[1, 2], tags=[5], sticky=True)
    read = decode_post(raw, SITE)
    assert read.raw is raw
    assert (read.post_id, read.guid, read.slug) == (7, f"{HOME}/?p=7", "post-7")
    assert (read.type, read.status, read.url) == ("post", "publish", f"{HOME}/post-7/")
    assert (read.published, read.modified) == ("2026-01-01T00:07:00Z", "2026-01-01T00:07:00Z")
    assert (read.title, read.content, read.excerpt) == ("Post 7", "<p>Text.</p>", "")
    assert (read.authors, read.image, read.categories, read.tags) == ([3], 9, [1, 2], [5])
    assert (read.protected, read.language, read.terms) == (False, None, {})


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ({"date_gmt": "2026-01-10T19:05:00"}, "2026-01-10T19:05:00Z"),
        ({"date_gmt": ZERO, "date": "2026-01-10T19:05:00"}, "2026-01-11T00:05:00Z"),
        ({"date_gmt": NEVER, "date": "2026-07-10T19:05:00"}, "2026-07-10T23:05:00Z"),
        ({"date_gmt": "0001-01-01T00:00:00", "date": "0001-01-01T00:00:00"}, None),
        ({"date_gmt": ZERO, "date": ZERO}, None),
        ({"date_gmt": None, "date": None}, None),
        ({"date_gmt": False, "date": ["2026"]}, None),
        ({"date_gmt": "1969-12-31T23:00:12"}, "1969-12-31T23:00:12Z"),
        ({"date_gmt": "2026-01-10T19:05:00Z"}, "2026-01-10T19:05:00Z"),
        ({"date_gmt": None, "date": "2016-07-26T22:10:20+04:00"}, "2016-07-26T18:10:20Z"),
        ({"date_gmt": "9999-12-31T23:59:59"}, "9999-12-31T23:59:59Z"),
        ({"date_gmt": None, "date": "9999-12-31T23:59:59"}, None),
        ({"date_gmt": "yesterday", "date": "2026-01-10"}, "2026-01-10T05:00:00Z"),
    ],
)  # fmt: skip
def test_a_time_is_utc_or_the_local_one_or_nothing(
    fields: dict[str, Any], published: str | None
) -> None:
    assert decoded(**fields).published == published


@pytest.mark.parametrize(
    ("timezone", "gmt_offset", "published"),
    [
        ("Asia/Kolkata", 0, "2026-01-10T06:30:00Z"),
        ("", 5.5, "2026-01-10T06:30:00Z"),
        ("", -3, "2026-01-10T15:00:00Z"),
        ("../../etc/passwd", 1, "2026-01-10T11:00:00Z"),
        ("No/Such", 1e9, "2026-01-10T12:00:00Z"),
        ("\0", float("nan"), "2026-01-10T12:00:00Z"),
    ],
)
def test_a_local_time_is_read_in_the_sites_zone(
    timezone: str, gmt_offset: float, published: str
) -> None:
    site = SITE.replaced(timezone=timezone, gmt_offset=gmt_offset)
    read = decode_post({"id": 1, "date": "2026-01-10T12:00:00", "date_gmt": ZERO}, site)
    assert read.published == published


def test_the_modification_time_is_kept_as_it_came_too() -> None:
    read = decoded(modified_gmt=ZERO, modified=ZERO)
    assert (read.modified, read.modified_gmt) == (None, ZERO)


@pytest.mark.parametrize(
    ("guid", "expected"),
    [
        ({"rendered": "https://staging.example/?page_id=12414"}, "https://staging.example/?page_id=12414"),
        ({"rendered": "HTTP://Old.example/A"}, "HTTP://Old.example/A"),
        ({"rendered": "/?p=3578"}, "/?p=3578"),
        ({"rendered": ""}, ""),
        ({"rendered": "a\0b"}, "ab"),
        ("urn:x", "urn:x"),
        (None, ""),
        (False, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_a_guid_is_kept_as_it_came(guid: Any, expected: str) -> None:
    assert decoded(guid=guid).guid == expected


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://example.org/a/", "https://example.org/a/"),
        ("/2016/04/06/le-numerique/", "https://example.org/2016/04/06/le-numerique/"),
        ("//cdn.example.org/a", "https://cdn.example.org/a"),
        ("", "https://example.org/?p=7"),
        ("javascript:alert(1)", "https://example.org/?p=7"),
        ("https://[bad", "https://example.org/?p=7"),
        (None, "https://example.org/?p=7"),
        (False, "https://example.org/?p=7"),
    ],
)
def test_a_link_is_absolute(link: Any, url: str) -> None:
    assert decoded(link=link).url == url


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"rendered": "A &amp; <em>B</em>"}, "A &amp; <em>B</em>"),
        ({"raw": "A"}, "A"),
        ({"rendered": None, "raw": "A"}, "A"),
        ("A", "A"),
        (False, ""),
        (None, ""),
        ([], ""),
        ({"rendered": {"x": 1}}, ""),
        ({"rendered": SHORTCODE}, SHORTCODE),
        ({"rendered": "a\x02b\x07\x08\x1dc\n\td\x00"}, "abc\n\td"),
        ({"rendered": "x" * 700_000}, "x" * 700_000),
    ],
)  # fmt: skip
def test_texts_come_in_many_shapes(value: Any, text: str) -> None:
    read = decoded(title=value, content=value, excerpt=value)
    assert read.title == read.content == read.excerpt == text


@pytest.mark.parametrize("hidden", ["content", "excerpt"])
def test_a_protected_post_is_marked(hidden: str) -> None:
    assert decoded(**{hidden: {"rendered": "", "protected": True}}).protected


@pytest.mark.parametrize("acf", [[], {"subtitle": "x"}, False, None])
@pytest.mark.parametrize("meta", [[], {"footnotes": ""}, None])
def test_acf_and_meta_stay_with_the_post_in_any_shape(acf: Any, meta: Any) -> None:
    read = decoded(acf=acf, meta=meta)
    assert (read.raw.get("acf"), read.raw.get("meta")) == (acf, meta)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"author": 0}, []),
        ({"author": "25"}, [25]),
        ({"author": {"ID": 25, "name": "Ann"}}, [25]),
        ({"author": [3, 4, 3]}, [3, 4]),
        ({"author": None}, []),
        ({"author": True}, []),
    ],
)
def test_authors_are_ids(fields: dict[str, Any], expected: list[int]) -> None:
    assert decoded(**fields).authors == expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([1, "2", 2, 0, -1, None, 1.5, 2**70], [1, 2]),
        ({"0": 4, "2": 5}, [4, 5]),
        ([{"id": 8}, {"id": "9"}], [8, 9]),
        (False, []),
        ("", []),
    ],
)
def test_terms_are_ids_in_any_shape(ids: Any, expected: list[int]) -> None:
    read = decoded(categories=ids, tags=ids)
    assert read.categories == read.tags == expected


def test_terms_of_other_public_taxonomies_are_kept_by_taxonomy() -> None:
    region = Taxonomy(slug="region", rest_base="regions")
    odd = Taxonomy(slug="meta", rest_base="meta")
    site = SITE.replaced(taxonomies=(*BUILT_IN, region, odd, Taxonomy(slug="none", rest_base="n")))
    read = decode_post(post(7, regions=[4, 5], meta={"a": 1}, n=[]), site)
    assert read.terms == {"region": [4, 5]}


@pytest.mark.parametrize("field", ["coauthors", "ppma_author"])
def test_terms_that_stand_for_authors_are_no_terms(field: str) -> None:
    site = SITE.replaced(taxonomies=(*BUILT_IN, Taxonomy(slug="author", rest_base=field)))
    assert decode_post(post(7, **{field: [4]}), site).terms == {}


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({"lang": "de"}, "de"),
        ({"lang": "pt_BR"}, "pt-BR"),
        ({"translation": {"provider": "WPGlobus", "language": "uk"}}, "uk"),
        ({"wpml_current_locale": "en_GB"}, "en-GB"),
        ({"lang": "", "locale": "fr_FR"}, "fr-FR"),
        ({"meta": {"_locale": "fr_FR"}}, "fr-FR"),
        ({"lang": "../x"}, None),
        ({"lang": 7, "translation": []}, None),
    ],
)
def test_plugins_give_a_post_its_own_language(fields: dict[str, Any], language: str | None) -> None:
    assert decoded(**fields).language == language


def test_an_id_is_enough() -> None:
    read = decode_post({"id": "12"}, SITE)
    assert (read.post_id, read.guid, read.published, read.content) == (12, "", None, "")
    assert (read.type, read.status, read.url) == ("post", "publish", f"{HOME}/?p=12")


@pytest.mark.parametrize(
    "raw",
    [{}, {"id": 0}, {"id": -4}, {"id": "x"}, {"id": True}, {"id": 2**63}, [], None, "post", 7],
)
def test_what_is_no_post_is_refused_by_name(raw: Any) -> None:
    with pytest.raises(PostError):
        decode_post(raw, SITE)


def test_a_post_nested_without_end_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"acf": deep}
    with pytest.raises(PostError, match="post 7"):
        decode_post({"id": 7, "acf": deep}, SITE)


def test_a_post_of_the_first_plug_in_is_read() -> None:
    raw = {
        "id": 3578,
        "date_gmt": "2016-04-06T11:29:28",
        "guid": {"rendered": "/?p=3578"},
        "link": "/2016/04/06/a/",
        "featured_image": 3591,
        "acf": False,
    }
    read = decode_post(raw, SITE)
    assert (read.guid, read.url, read.image) == ("/?p=3578", f"{HOME}/2016/04/06/a/", 3591)
    assert (read.status, read.categories) == ("publish", [])


def test_a_post_of_wordpress_coms_older_api_is_read() -> None:
    raw = {
        "ID": 8,
        "date": "2016-07-26T22:10:20+04:00",
        "URL": "https://x.wordpress.com/2016/07/26/a/",
        "title": "Auto",
        "content": "<p>Text</p>",
        "guid": "https://x.wordpress.com/?p=8",
        "author": {"ID": 107, "name": "x"},
        "featured_image": "",
        "password": "",
        "terms": {"category": {"News": {"ID": 80, "name": "News"}}, "post_tag": {}},
    }
    read = decode_post(raw, SITE)
    assert (read.post_id, read.title, read.authors) == (8, "Auto", [107])
    assert (read.published, read.categories) == ("2016-07-26T18:10:20Z", [80])


def test_the_seed_of_the_mint_is_read(corpus: Path) -> None:
    raw = json.loads(next((corpus / "seeds").iterdir()).read_text("utf-8"))
    read = decode_post(raw, SITE)
    assert (read.post_id, read.image, read.authors) == (137535, 137539, [1549])
    assert read.guid == "https://www.themintmagazine.com/?p=137535"
    assert read.published == "2026-01-10T19:05:00Z"
    assert "su-button" in read.content


def test_every_recorded_post_is_read(corpus: Path) -> None:
    count = 0
    for path in sorted((corpus / "wpjson").glob("*.json")):
        if path.name == "index.json" or ".headers." in path.name:
            continue
        body = decode(Answer(url="", status=200, body=path.read_bytes()))
        if not isinstance(body, Decoded):
            continue
        rows = objects(body) if "id" not in body.value else [body.value]
        assert isinstance(rows, list), path.name
        for raw in rows:
            read = decode_post(raw, TORONTO)
            assert read.published or "date" not in raw
            assert read.url.startswith("http")
            count += 1
    assert count > 230


PAGE = "https://paper.example/2026/01/02/tram?a=1&#038;b=2"


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"link": PAGE, "meta": {"_links_to": PAGE.replace("#038", "amp")}}, f"{HOME}/?p=7"),
        ({"link": f"{HOME}/b/", "meta": {"_links_to": f"{HOME}/b/"}}, f"{HOME}/?p=7"),
        ({"link": PAGE, "meta": []}, f"{HOME}/?p=7"),
        ({"link": PAGE, "guid": "urn:x"}, f"{HOME}/?p=7"),
        ({"link": "https://front.example/news/post-7/"}, "https://front.example/news/post-7/"),
        ({"link": "https://front.example/?p=7"}, "https://front.example/?p=7"),
        ({"link": f"{HOME}/a/?x=1&#038;y=2"}, f"{HOME}/a/?x=1&y=2"),
    ],
)
def test_a_post_whose_link_leads_elsewhere_keeps_an_address_of_its_own(
    fields: dict[str, Any], url: str
) -> None:
    assert decoded(**fields).url == url
