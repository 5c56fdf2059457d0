"""Comments and media of a real WordPress: as its database has them, through all changes."""

import sqlite3
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
    "marked as spam": "wp_spam_comment($args['id']);",
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


def test_a_comment_that_waits_for_approval_comes_when_it_has_it(
    wordpress: RealWordPress, crawl: Crawls
) -> None:
    number = sorted(wordpress.truth.comments)[7]
    wordpress.php("wp_set_comment_status($args['id'], 'hold');", id=number)
    assert crawl("-a", "comments=1") == COMPLETE, crawl.log
    assert number not in by_id(crawl.new("comments"))
    wordpress.php("wp_set_comment_status($args['id'], 'approve');", id=number)
    assert crawl("-a", "comments=1") == COMPLETE, crawl.log
    (line,) = crawl.new("comments")
    assert (line["id"], line["change"]) == (number, "created")


MEDIA_DEEDS = {
    "attached": "wp_update_post(['ID' => $args['id'], 'post_parent' => $args['post']]);",
    "replaced": """
        update_post_meta($args['id'], '_wp_attached_file', '2025/06/another.png');
        wp_update_post(['ID' => $args['id']]);""",
    "detached": """
        global $wpdb;
        $wpdb->update($wpdb->posts, ['post_parent' => 0], ['ID' => $args['id']]);
        clean_post_cache($args['id']);""",
    "deleted": "wp_delete_attachment($args['id'], true);",
}


@pytest.mark.parametrize("deed", MEDIA_DEEDS)
def test_what_becomes_of_an_image_is_one_line(
    wordpress: RealWordPress, crawl: Crawls, deed: str
) -> None:
    number, (post, other) = min(wordpress.truth.images), sorted(wordpress.truth.posts)[:2]
    wordpress.php(MEDIA_DEEDS["attached"], id=number, post=post)
    crawl("-a", "media=1")
    crawl.new("media")
    wordpress.php(MEDIA_DEEDS[deed], id=number, post=other)
    for full in (("-a", "full=1"),) * 2 if deed == "detached" else ((), ("-a", "full=1")):
        assert crawl("-a", "media=1", *full) == COMPLETE, crawl.log
    (line,) = crawl.new("media")
    change = "deleted" if deed == "deleted" else "updated"
    assert (line["id"], line["change"], line["revision"]) == (number, change, 2)
    if deed in ("attached", "detached"):
        assert line["post_id"] == (other if deed == "attached" else None)
    if deed == "replaced":
        assert line["url"].endswith("/2025/06/another.png")


def test_that_the_history_is_not_public_is_no_fault(
    small_wordpress: RealWordPress, tmp_path: Path
) -> None:
    crawl = Crawls(small_wordpress.url, tmp_path)
    assert crawl() == COMPLETE, crawl.log
    with sqlite3.connect(tmp_path / "archive.sqlite") as archive:
        (noted,) = archive.execute("SELECT tally ->> 'history' FROM runs").fetchone()
    assert noted == "not public"
