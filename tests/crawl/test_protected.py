"""Posts behind a wall: their records are marked, and have no word of the wall."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.crawl.normalize import normalize_post
from newscrawl.testing.site import DemoSite
from tests.archive.conftest import make_post
from tests.crawls import COMPLETE, Crawls

WALL = '<div class="pmpro"><div class="pmpro_content_message"><p>For members only.</p></div></div>'


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


def test_a_wall_is_no_text_and_the_words_come_when_it_goes(site, crawl):
    site.add_post("Tram", article=False, content=WALL, excerpt="<p>For members only.</p>")
    assert crawl() == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["protected"], line["text"], line["excerpt"]) == ("members", "", "")
    assert "Protected posts: 1 (members)" in crawl.log
    site.advance(hours=1)
    site.edit(line["post_id"], content="<p>The tram is late.</p>", excerpt="<p>It is late.</p>")
    assert crawl() == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["revision"], line["protected"]) == (2, None)
    assert line["text"] == "The tram is late."


def test_a_password_protects_the_post(site, crawl):
    site.add_post("Tram", article=False, protected=True)
    crawl()
    (line,) = crawl.new("posts")
    assert (line["protected"], line["text"]) == ("password", "")


def test_a_password_form_in_a_feed_is_no_text(site, crawl):
    form = '<form action="/wp-login.php?action=postpass"><input name="post_password"></form>'
    site.add_post("Open", article=False, content="<p>Free words.</p>")
    site.add_post("Tram", article=False, content=form, excerpt="<p>There is no excerpt.</p>")
    site.set_fault("rest-closed-401")
    crawl()
    lines = {line["title"]: line for line in crawl.new("posts")}
    assert (lines["Tram"]["protected"], lines["Tram"]["text"]) == ("password", "")
    assert lines["Tram"]["excerpt"] == ""
    assert lines["Open"]["protected"] is None


def test_an_empty_text_is_protected_if_a_class_of_the_post_says_so() -> None:
    classes = ["post-password-required", "rcp-no-access"]
    walled = make_post(1, content="", raw={"id": 1, "class_list": classes})
    assert normalize_post(walled).body.protected == "members"
    opened = make_post(1, content="<p>Words.</p>", raw={"id": 1, "class_list": classes})
    assert normalize_post(opened).body.protected is None


def test_a_post_with_a_paid_block_that_leaves_no_trace_is_protected() -> None:
    meta = {"_jetpack_memberships_contains_paid_content": True}
    post = make_post(1, content="<p>Free words.</p>", raw={"id": 1, "meta": meta})
    body = normalize_post(post).body
    assert (body.text, body.protected) == ("Free words.", "members")
