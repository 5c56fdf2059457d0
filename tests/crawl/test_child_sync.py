"""Comments and media: archived by the same rules as posts, in files of their own."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newscrawl.testing.rows import Comment, Picture
from newscrawl.testing.site import DemoSite
from newscrawl.testing.site_faults import SITE_FAULTS, Exchange, SiteFault
from newscrawl.testing.web import Reply
from tests.crawls import COMPLETE, PARTIAL, Crawls, Line

BOTH = ("-a", "comments=1", "-a", "media=1")


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


@pytest.fixture
def archived(crawl: Crawls) -> Crawls:
    """After the first run, with its lines read."""
    assert crawl(*BOTH) == COMPLETE
    crawl.new("comments")
    crawl.new("media")
    return crawl


def shown(site: DemoSite) -> dict[int, Comment]:
    """The comments that anybody may read."""
    public = {post.id for kind in ("post", "news") for post in site.magazine.public(kind)}
    comments = site.magazine.comments.values()
    posts = site.magazine.posts
    return {
        c.id: c for c in comments if c.approved and c.post in public and not posts[c.post].protected
    }


def edit_comment(site: DemoSite, number: int, **columns: Any) -> None:
    comments = site.magazine.comments
    comments[number] = replace(comments[number], **columns)


def edit_picture(site: DemoSite, number: int, **columns: Any) -> None:
    pictures = site.magazine.pictures
    pictures[number] = replace(pictures[number], **columns)


def changes(lines: list[Line]) -> list[tuple[int, str, int]]:
    return [(line["id"], line["change"], line["revision"]) for line in lines]


def test_each_approved_comment_is_one_line(site: DemoSite, crawl: Crawls) -> None:
    assert crawl("-a", "comments=1") == COMPLETE
    lines = crawl.new("comments")
    assert {line["id"] for line in lines} == shown(site).keys()
    for line in lines:
        comment = shown(site)[line["id"]]
        assert line["author_name"] == comment.author_name
        assert line["text"].split() == comment.text.split()
        assert line["post_guid"] == site.posts[comment.post].post.guid
        assert (line["parent"] or 0, line["published"]) == (comment.parent, f"{comment.date_gmt}Z")
    assert crawl.new("media") == []


def test_each_image_of_a_post_is_one_line(site: DemoSite, crawl: Crawls) -> None:
    assert crawl("-a", "media=1") == COMPLETE
    lines = crawl.new("media")
    assert {line["id"] for line in lines} == site.magazine.pictures.keys()
    for line in lines:
        picture = site.magazine.pictures[line["id"]]
        assert (line["alt"], line["width"], line["height"]) == (picture.alt, 1200, 800)
        assert line["post_guid"] == site.magazine.posts[picture.post].guid
        assert line["sizes"]["medium"]["width"] == 300
    assert crawl.new("comments") == []


def test_comments_and_media_are_fetched_only_on_request(site: DemoSite, crawl: Crawls) -> None:
    crawl()
    assert not site.visits("magazine", "/wp-json/wp/v2/comments")
    assert crawl.new("comments") + crawl.new("media") == []


def test_a_second_run_adds_no_line_and_costs_a_request_each(
    site: DemoSite, archived: Crawls
) -> None:
    before = len(site.log)
    assert archived(*BOTH) == COMPLETE
    assert archived.new("comments") + archived.new("media") == []
    asked = [visit.path for visit in site.log[before:]]
    assert sum("/comments" in path or "/media" in path for path in asked) == 2


def test_every_change_is_one_line(site: DemoSite, archived: Crawls) -> None:
    first, second = sorted(shown(site))[:2]
    added = site.add_comment(site.magazine.comments[first].post, "<b>New</b> here.")
    edit_comment(site, first, text="Edited.")
    edit_comment(site, second, approved=False)
    picture = min(site.magazine.pictures)
    edit_picture(site, picture, caption="Another caption")
    assert archived(*BOTH) == COMPLETE
    expected = [(first, "updated", 2), (second, "deleted", 2), (added, "created", 1)]
    assert sorted(changes(archived.new("comments"))) == sorted(expected)
    assert changes(archived.new("media")) == [(picture, "updated", 2)]
    assert archived(*BOTH, "-a", "full=1") == COMPLETE
    assert archived.new("comments") + archived.new("media") == []


def test_a_deleted_comment_has_no_text_any_more(site: DemoSite, archived: Crawls) -> None:
    comment = site.magazine.comments.pop(min(shown(site)))
    archived(*BOTH)
    (line,) = archived.new("comments")
    assert (line["id"], line["status"]) == (comment.id, "deleted")
    assert (line["text"], line["html"], line["author_name"]) == (None, None, None)
    assert line["published"] == f"{comment.date_gmt}Z"


def test_a_comment_that_comes_back_is_the_next_revision(site: DemoSite, archived: Crawls) -> None:
    number = min(shown(site))
    for approved in (False, True):
        edit_comment(site, number, approved=approved)
        assert archived(*BOTH) == COMPLETE
    expected = [(number, "deleted", 2), (number, "updated", 3)]
    assert changes(archived.new("comments")) == expected


def test_comments_go_with_their_post(site: DemoSite, archived: Crawls) -> None:
    post = max(site.posts)
    ids = {site.add_comment(post, f"Number {n}.") for n in range(60)}
    archived(*BOTH)
    assert {line["id"] for line in archived.new("comments")} == ids
    site.trash(post)
    before = len(site.log)
    assert archived(*BOTH) == COMPLETE
    assert {(line["id"], line["change"]) for line in archived.new("comments")} == {
        (number, "deleted") for number in ids
    }
    asked = [visit.path for visit in site.log[before:] if "/comments/" in visit.path]
    assert asked == []  # the answer for their post covers all of them


def test_a_list_that_is_suddenly_short_deletes_no_post(site: DemoSite, archived: Crawls) -> None:
    post = site.magazine.comments[min(shown(site))].post
    for number in range(60):
        site.add_comment(post, f"Number {number}.")
    archived(*BOTH)
    archived.new("comments")
    kept = dict(site.magazine.comments)
    for number in sorted(kept)[:40]:
        del site.magazine.comments[number]
    for _ in range(2):
        assert archived(*BOTH) == PARTIAL
        assert "nothing was deleted" in archived.verdict()
    site.magazine.comments.update(kept)
    assert archived(*BOTH) == COMPLETE
    assert archived.new("comments") == []


def test_many_new_comments_are_all_found(site: DemoSite, archived: Crawls) -> None:
    post = site.magazine.comments[min(shown(site))].post
    ids = [site.add_comment(post, f"Number {n}.") for n in range(250)]
    assert archived("-a", "comments=1") == COMPLETE
    assert sorted(line["id"] for line in archived.new("comments")) == ids


def test_an_image_on_no_post_waits_until_one_shows_it(site: DemoSite, crawl: Crawls) -> None:
    picture = Picture(
        id=9000, slug="p", title="P", alt="", caption="", date="2026-01-01T00:00:00",
        date_gmt="2026-01-01T05:00:00",
    )  # fmt: skip
    site.magazine.pictures[9000] = picture
    assert crawl(*BOTH) == COMPLETE
    assert 9000 not in {line["id"] for line in crawl.new("media")}
    site.edit(min(site.posts), featured_media=9000)
    assert crawl(*BOTH) == COMPLETE
    assert changes(crawl.new("media")) == [(9000, "created", 1)]


@pytest.mark.parametrize("part", ["limit=9", "since=2026-02-01"])
def test_a_part_of_the_site_has_its_comments_and_media(
    site: DemoSite, crawl: Crawls, part: str
) -> None:
    for post in site.posts:
        site.add_comment(post, f"On {post}.")
    assert crawl(*BOTH, "-a", part) == PARTIAL
    posts = {line["post_id"] for line in crawl.new("posts")}
    expected = {c.id for c in shown(site).values() if c.post in posts}
    assert {line["id"] for line in crawl.new("comments")} == expected
    pictures = {p.id for p in site.magazine.pictures.values() if p.post in posts}
    assert {line["id"] for line in crawl.new("media")} == pictures


def test_that_the_history_is_not_public_is_noted_and_no_fault(crawl: Crawls) -> None:
    assert crawl() == COMPLETE
    assert crawl.sql("SELECT tally ->> 'history' FROM runs") == [("not public",)]


def test_a_comment_without_a_clear_answer_stays_missing(site: DemoSite, archived: Crawls) -> None:
    number = min(shown(site))
    kept = site.magazine.comments.pop(number)
    site.set_fault("comment-hidden")
    for _ in range(2):
        assert archived("-a", "comments=1") == PARTIAL
        assert f"missing: comment {number}" in archived.log
    site.set_fault("comment-hidden", on=False)
    assert archived("-a", "comments=1", "-a", "full=1") == COMPLETE
    assert changes(archived.new("comments")) == [(kept.id, "deleted", 2)]


@pytest.mark.slow
def test_a_row_that_is_nested_too_deep_costs_only_itself(
    site: DemoSite, crawl: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deep(exchange: Exchange) -> Reply:
        reply = exchange.honest()
        if exchange.route not in ("/wp/v2/comments", "/wp/v2/media", "/wp/v2/categories"):
            return reply
        assert isinstance(reply.body, bytes)
        rows = json.loads(reply.body)
        if rows and isinstance(rows, list):
            rows[0]["meta"] = {"a": json.loads("[" * 300 + "]" * 300)}
        return replace(reply, body=json.dumps(rows).encode())

    monkeypatch.setitem(SITE_FAULTS, "deep-rows", SiteFault("a row is nested deep", deep))
    site.set_fault("deep-rows")
    assert crawl(*BOTH, "-a", "terms=1") == PARTIAL
    assert "1 rows of categories are nested too deep" in crawl.verdict()
    assert len(crawl.new("comments")) == len(shown(site)) - 1
    assert len(crawl.new("terms")) == len(site.magazine.terms) - 1
