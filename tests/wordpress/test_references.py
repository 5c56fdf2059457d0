"""Authors, terms and images, resolved in bulk."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from newscrawl.net.response import Answer
from newscrawl.wordpress.references import resolve
from newscrawl.wordpress.site import Taxonomy
from tests.wordpress.fake import HOME, SITE, FakeSite, answer, error


def term(number: int, **fields: Any) -> dict[str, Any]:
    link = f"{HOME}/category/t{number}/"
    return {"id": number, "name": f"Term {number}", "slug": f"t{number}", "link": link, **fields}


def site_with(route: str, *rows: dict[str, Any], **faults: Any) -> FakeSite:
    return FakeSite(others={route: {row["id"]: row for row in rows}}, **faults)


def resolved(site: FakeSite, reference_type: str, ids: list[int]) -> dict[int, dict[str, Any]]:
    return asyncio.run(resolve(SITE, reference_type, ids, site.fetch))


def test_terms_come_a_hundred_at_a_time_and_each_once() -> None:
    site = site_with("categories", *map(term, range(1, 251)))
    found = resolved(site, "categories", [*range(1, 251), 7, 7])
    assert len(found) == 250
    assert found[7] == {"id": 7, "name": "Term 7", "slug": "t7", "url": f"{HOME}/category/t7/"}
    assert len(site.asked) == 3


def test_names_are_plain_text_and_links_absolute() -> None:
    row = term(1, name="Arts &amp;\n<b>Culture</b>", link="/category/arts/")
    found = resolved(site_with("tags", row), "tags", [1])
    assert found[1] == {
        "id": 1,
        "name": "Arts & Culture",
        "slug": "t1",
        "url": f"{HOME}/category/arts/",
    }


def test_a_hidden_reference_keeps_only_its_id() -> None:
    found = resolved(site_with("users", term(1)), "users", [1, 2])
    assert found[2] == {"id": 2, "name": None, "slug": None, "url": None}


def test_a_closed_list_of_users_hides_them_all_at_one_request() -> None:
    asked = []

    async def fetch(url: str) -> Any:
        asked.append(url)
        return error("rest_user_cannot_view", 401)

    found = asyncio.run(resolve(SITE, "users", range(1, 300), fetch))
    assert len(found) == 299
    assert found[5]["name"] is None
    assert len(asked) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        Answer(url=HOME, status=403, body=b"<html><title>403 Forbidden</title></html>"),
        Answer(url=HOME, status=404, body=b"<html><title>Page not found</title></html>"),
        Answer(url=HOME, outcome="robots_disallowed"),
    ],
    ids=["firewall", "page", "robots"],
)
def test_a_route_that_a_site_refuses_in_any_way_hides_all_its_users(refusal: Answer) -> None:
    async def fetch(url: str) -> Answer:
        return refusal

    found = asyncio.run(resolve(SITE, "users", [7, 8], fetch))
    assert found == {n: {"id": n, "name": None, "slug": None, "url": None} for n in (7, 8)}


def test_a_taxonomy_is_found_by_its_slug() -> None:
    site = site_with("regions", term(4))
    known = SITE.replaced(taxonomies=(Taxonomy(slug="region", rest_base="regions"),))
    assert asyncio.run(resolve(known, "region", [4], site.fetch))[4]["slug"] == "t4"


def picture(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "source_url": f"{HOME}/wp-content/{number}.jpg",
        "alt_text": "A bridge",
        "caption": {"rendered": "<p>The bridge &#8211; today</p>\n"},
        "media_details": {"width": 800, "height": "600"},
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"alt": "A bridge", "caption": "The bridge – today", "width": 800, "height": 600}),
        ({"alt_text": "", "caption": {"rendered": ""}}, {"alt": None, "caption": None}),
        ({"media_details": []}, {"width": None, "height": None}),
        ({"media_details": {"width": 0, "height": True}}, {"width": None, "height": None}),
        ({"source_url": "/a.jpg"}, {"url": f"{HOME}/a.jpg"}),
        ({"source_url": "javascript:alert(1)"}, {"url": None}),
        ({"source_url": "https://[bad/a.jpg"}, {"url": None}),
        ({"source_url": False}, {"url": None}),
    ],
)
def test_an_image_is_read_whatever_its_fields_are(
    fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    site = site_with("media", picture(1, **fields))
    found = asyncio.run(resolve(SITE, "media", [1], lambda _: whole(site)))[1]
    assert expected.items() <= found.items()


async def whole(site: FakeSite) -> Any:
    """A site that ignores ``_fields``."""
    return answer(list(site.others["media"].values()))


def test_a_broken_image_does_not_cost_others() -> None:
    site = site_with("media", *map(picture, range(1, 101)), broken={42}, broken_everywhere=True)
    found = resolved(site, "media", list(range(1, 101)))
    assert found.keys() == set(range(1, 101)) - {42}
    assert len(site.asked) <= 18


@pytest.mark.parametrize("faults", [{"cap": 10}, {"refused_above": 30}])
def test_a_site_that_gives_fewer_at_once_gives_all(faults: dict[str, Any]) -> None:
    site = site_with("tags", *map(term, range(1, 101)), **faults)
    assert all(found["name"] for found in resolved(site, "tags", list(range(1, 101))).values())


def test_an_outage_leaves_ids_for_a_later_run() -> None:
    site = site_with("tags", *map(term, range(1, 301)), down_after=1)
    found = resolved(site, "tags", list(range(1, 301)))
    assert found.keys() == set(range(1, 101))
    assert len(site.asked) <= 20
