"""Comments and media of a real WordPress: as its database has them, through all changes."""

from pathlib import Path

import pytest

from tests.crawls import COMPLETE, Crawls, Line
from tests.real.server import RealWordPress

BOTH = ("-a", "comments=1", "-a", "media=1")


@pytest.fixture
def crawl(wordpress: RealWordPress, tmp_path: Path) -> Crawls:
    return Crawls(wordpress.url, tmp_path)


def by_id(lines: list[Line]) -> dict[int, Line]:
    found = {line["id"]: line for line in lines}
    assert len(found) == len(lines)
    return found


def test_comments_are_as_the_site_has_them(wordpress: RealWordPress, crawl: Crawls) -> None:
    assert crawl(*BOTH, "-a", "types=post,news") == COMPLETE, crawl.log
    lines, truth = by_id(crawl.new("comments")), wordpress.truth
    assert lines.keys() == truth.comments.keys()
    for number, true in truth.comments.items():
        line = lines[number]
        assert (line["author_name"], line["text"]) == (true.author, true.text)
        assert (line["post_id"], line["post_guid"]) == (true.post, truth.posts[true.post].guid)
        assert line["published"] == "2025-06-01T06:30:00Z"


def test_images_are_as_the_site_has_them(wordpress: RealWordPress, crawl: Crawls) -> None:
    assert crawl(*BOTH) == COMPLETE, crawl.log
    lines, truth = by_id(crawl.new("media")), wordpress.truth
    assert lines.keys() == truth.images.keys()
    for number, true in truth.images.items():
        line = lines[number]
        assert (line["url"], line["alt"], line["caption"]) == (true.url, true.alt, true.caption)
        assert (line["width"], line["height"]) == (true.width, true.height)


def test_nothing_new_is_no_line_and_a_request_each(wordpress: RealWordPress, crawl: Crawls) -> None:
    crawl(*BOTH)
    crawl.new("comments"), crawl.new("media")
    wordpress.forget_requests()
    assert crawl(*BOTH) == COMPLETE, crawl.log
    assert crawl.new("comments") + crawl.new("media") == []
    extra = [r for r in wordpress.requests() if "/comments" in r.path or "/media" in r.path]
    assert len(extra) == 2


DEEDS = {
    "edited": "wp_update_comment(['comment_ID' => $args['id'], 'comment_content' => 'Changed.']);",
    "held back": "wp_set_comment_status($args['id'], 'hold');",
    "trashed": "wp_trash_comment($args['id']);",
    "deleted": "wp_delete_comment($args['id'], true);",
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_comment_that_is_changed_is_one_line(
    wordpress: RealWordPress, crawl: Crawls, deed: str
) -> None:
    crawl("-a", "comments=1")
    crawl.new("comments")
    number = sorted(wordpress.truth.comments)[7]
    wordpress.php(DEEDS[deed], id=number)
    for _ in range(2):
        assert crawl("-a", "comments=1") == COMPLETE, crawl.log
    (line,) = crawl.new("comments")
    change = "updated" if deed == "edited" else "deleted"
    assert (line["id"], line["change"], line["revision"]) == (number, change, 2)


def test_an_image_whose_caption_changes_is_one_line(
    wordpress: RealWordPress, crawl: Crawls
) -> None:
    crawl("-a", "media=1")
    crawl.new("media")
    number = min(wordpress.truth.images)
    wordpress.edit(number, post_excerpt="Another caption")
    assert crawl("-a", "media=1") == COMPLETE, crawl.log
    (line,) = crawl.new("media")
    assert (line["id"], line["caption"], line["revision"]) == (number, "Another caption", 2)
