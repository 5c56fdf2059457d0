"""Fields of a post that nobody asked for are dropped."""

from typing import Any

import pytest

from newscrawl.testing.site import DemoSite
from newscrawl.wordpress.posts import decode_post
from newscrawl.wordpress.requested_fields import requested_only
from newscrawl.wordpress.site import Site
from tests.crawls import COMPLETE, Crawls

NAMES = ("id", "title", "content", "author", "authors", "meta", "password_hint")
SITE = Site(key="a.test", home="https://a.test/", root="", v2="")


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"id": 1, "author_email": "a@b.test", "_embedded": {}}, {"id": 1}),
        ({"author": {"ID": 7, "login": "ann", "email": "a@b.test"}}, {"author": [7]}),
        ({"authors": [{"name": "Ann", "user_email": "a@b.test"}]}, {"authors": [{"name": "Ann"}]}),
        ({"meta": {"email": "desk@a.test"}}, {"meta": {"email": "desk@a.test"}}),
        ({"title": {"rendered": "A", "raw": "[a]"}}, {"title": {"rendered": "A"}}),
        ({"title": {"raw": "A"}}, {"title": {"raw": "A"}}),
        ({"chosen": {"email": "a@b.test"}}, {"chosen": {"email": "a@b.test"}}),
        ({"ID": 8, "URL": "https://a.test/8/"}, {"ID": 8, "URL": "https://a.test/8/"}),
    ],
)
def test_a_post_keeps_the_requested_fields(raw: dict[str, Any], kept: dict[str, Any]) -> None:
    assert requested_only(raw, NAMES, chosen=("chosen",)) == kept


def test_a_password_is_dropped_and_the_post_stays_protected() -> None:
    kept = requested_only({"id": 1, "password": "secret", "content": "<p>A</p>"}, NAMES)
    assert "secret" not in str(kept)
    assert decode_post(kept, SITE).protected


def test_no_private_field_reaches_the_archive_or_the_output(site: DemoSite, tmp_path) -> None:
    site.set_fault("leaks-fields")
    crawl = Crawls(site.url, tmp_path)
    assert crawl(NEWSCRAWL_RAW=1) == COMPLETE
    kept = "".join(str(line["raw"]) for line in crawl.new("posts"))
    assert "featured_media" in kept
    for leak in ("leak@private.test", "192.0.2.77", "leak-secret", "_embedded"):
        assert leak not in kept


def test_only_the_classes_of_a_wall_are_kept() -> None:
    names = [*NAMES, "class_list"]
    walled = ["post-3", "hentry", "post-password-required", "rcp-no-access"]
    kept = requested_only({"id": 3, "class_list": walled}, names)
    assert kept == {"id": 3, "class_list": ["post-password-required", "rcp-no-access"]}
    assert requested_only({"id": 3, "class_list": ["post-3"]}, names) == {"id": 3}
