"""Comments and media of a real WordPress: as its database has them, through all changes."""

import sqlite3
from pathlib import Path

import pytest

from tests.crawls import COMPLETE, Crawls, Line
from tests.real.server import RealWordPress

BOTH = ("-a", "comments=1", "-a", "media=1")


@pytest.fixture(scope="module")
def first_run(large_site: RealWordPress, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """The first run with comments and media on the untouched magazine; made once."""
    large_site.reset()
    crawl = Crawls(large_site.url, tmp_path_factory.mktemp("first"))
    assert crawl(*BOTH, "-a", "types=post,news") == COMPLETE, crawl.log
    return crawl


@pytest.fixture
def crawl(wordpress: RealWordPress, first_run: Crawls, tmp_path: Path) -> Crawls:
    """Crawls that go on from the first one, on the magazine as it was."""
    crawl = Crawls.copy(wordpress.url, first_run.folder, tmp_path / "archive")
    crawl.new("comments"), crawl.new("media")
    return crawl


def lines_of(crawl: Crawls, kind: str) -> list[Line]:
    """Return all lines of a kind."""
    return Crawls(crawl.url, crawl.folder).new(kind)


def by_id(lines: list[Line]) -> dict[int, Line]:
    found = {line["id"]: line for line in lines}
    assert len(found) == len(lines)
    return found


def test_comments_are_as_the_site_has_them(large_site: RealWordPress, first_run: Crawls) -> None:
    lines, truth = by_id(lines_of(first_run, "comments")), large_site.truth
    assert lines.keys() == truth.comments.keys()
    for number, true in truth.comments.items():
        line = lines[number]
        assert (line["author_name"], line["text"]) == (true.author, true.text)
        assert (line["post_id"], line["post_guid"]) == (true.post, truth.posts[true.post].guid)
        assert line["published"] == "2025-06-01T06:30:00Z"


def test_images_are_as_the_site_has_them(large_site: RealWordPress, first_run: Crawls) -> None:
    lines, truth = by_id(lines_of(first_run, "media")), large_site.truth
    assert lines.keys() == truth.images.keys()
    for number, true in truth.images.items():
        line = lines[number]
        assert (line["url"], line["alt"], line["caption"]) == (true.url, true.alt, true.caption)
        assert (line["width"], line["height"]) == (true.width, true.height)


def test_nothing_new_is_no_line_and_a_request_each(wordpress: RealWordPress, crawl: Crawls) -> None:
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


def test_a_comment_that_is_changed_is_one_line(wordpress: RealWordPress, crawl: Crawls) -> None:
    numbers = dict(zip(DEEDS, sorted(wordpress.truth.comments)[7:], strict=False))
    for deed, number in numbers.items():
        wordpress.php(DEEDS[deed], id=number)
    for _ in range(2):
        assert crawl("-a", "comments=1") == COMPLETE, crawl.log
    lines = by_id(crawl.new("comments"))
    assert lines.keys() == set(numbers.values())
    for deed, number in numbers.items():
        change = "updated" if deed == "edited" else "deleted"
        assert (deed, lines[number]["change"], lines[number]["revision"]) == (deed, change, 2)


def test_an_image_whose_caption_changes_is_one_line(
    wordpress: RealWordPress, crawl: Crawls
) -> None:
    number = min(wordpress.truth.images)
    wordpress.edit(number, post_excerpt="Another caption")
    assert crawl("-a", "media=1") == COMPLETE, crawl.log
    (line,) = crawl.new("media")
    assert (line["id"], line["caption"], line["revision"]) == (number, "Another caption", 2)


def test_a_comment_that_waits_for_approval_comes_when_it_has_it(
    wordpress: RealWordPress, tmp_path: Path
) -> None:
    crawl = Crawls(wordpress.url, tmp_path)
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


def test_what_becomes_of_an_image_is_one_line(wordpress: RealWordPress, crawl: Crawls) -> None:
    numbers = dict(zip(MEDIA_DEEDS, sorted(wordpress.truth.images), strict=False))
    post, other = sorted(wordpress.truth.posts)[:2]
    for number in numbers.values():
        wordpress.php(MEDIA_DEEDS["attached"], id=number, post=post)
    crawl("-a", "media=1")
    before = by_id(crawl.new("media"))
    for deed, number in numbers.items():
        wordpress.php(MEDIA_DEEDS[deed], id=number, post=other)
    for full in ((), ("-a", "full=1"), ("-a", "full=1")):  # only a full run sees a detached one
        assert crawl("-a", "media=1", *full) == COMPLETE, crawl.log
    lines = by_id(crawl.new("media"))
    assert lines.keys() == set(numbers.values())
    for deed, number in numbers.items():
        change = "deleted" if deed == "deleted" else "updated"
        revision = before[number]["revision"] + 1
        assert (deed, lines[number]["change"]) == (deed, change)
        assert (deed, lines[number]["revision"]) == (deed, revision)
    assert lines[numbers["attached"]]["post_id"] == other
    assert lines[numbers["detached"]]["post_id"] is None
    assert lines[numbers["replaced"]]["url"].endswith("/2025/06/another.png")


def test_that_the_history_is_not_public_is_no_fault(
    small_wordpress: RealWordPress, tmp_path: Path
) -> None:
    crawl = Crawls(small_wordpress.url, tmp_path)
    assert crawl() == COMPLETE, crawl.log
    with sqlite3.connect(tmp_path / "archive.sqlite") as archive:
        (noted,) = archive.execute("SELECT tally ->> 'history' FROM runs").fetchone()
    assert noted == "not public"
