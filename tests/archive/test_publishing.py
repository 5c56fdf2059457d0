"""From ready posts to revisions, and from revisions to files."""

import json
import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from newscrawl.archive import (
    articles,
    exports,
    matching,
    posts,
    readback,
    records,
    runs,
    segments,
    sites,
    tables,
)
from newscrawl.archive.database import Archive
from newscrawl.archive.lines import MAX_READ
from newscrawl.archive.readback import NewerFile
from newscrawl.items import Link, Post, PostBody, ReadyPost, Record
from newscrawl.output.atomic_files import folder_lock
from newscrawl.output.writer import write_files
from newscrawl.records.record import Provenance
from newscrawl.wordpress.site import Site
from tests.archive.conftest import make_arrival, make_body, make_post

SITE = Site(key="example.org", home="https://example.org/", root="", v2="")


@pytest.fixture
def run_id(archive: Archive, site_id: int) -> int:
    return archive.call(
        runs.begin, site_id, started="2026-01-01T00:00:00Z", arguments={}, versions={}
    )


def tasks(archive: Archive, site_id: int) -> list[articles.Task]:
    return archive.call(articles.next_tasks, site_id, "news.test", 0.0, limit=9)


def settle(archive: Archive, task: articles.Task, article: dict[str, Any]) -> None:
    ending = articles.ArticleResult(article_id=task.article_id, article=article)
    archive.call(articles.save_results, [ending], read_by="1")


def keep(
    archive: Archive,
    site_id: int,
    run_id: int,
    post: Post,
    *,
    link: Link | None = None,
    at_once: bool = False,
) -> int:
    """Keep a post as the walk does; return its row."""
    (claim,) = archive.call(matching.claim, site_id, run_id, [post])
    article_id = None
    if link:
        wanted = articles.WantedArticle(key=link.url, link=link.url, host="news.test")
        article_id = archive.call(articles.enqueue, site_id, [wanted])[link.url]
    arrival = make_arrival(claim, post, article_id=article_id, link=link)
    waiting = archive.call(articles.waiting, site_id, {article_id or 0}, 0.0)
    taken = {claim.row} if at_once else set()
    archive.call(posts.save, run_id, [arrival], waiting, taken=taken)
    return claim.row


def issue(
    archive: Archive,
    site_id: int,
    run_id: int,
    row: int,
    post: Post,
    body: PostBody | None = None,
) -> Record | None:
    provenance = Provenance(site=SITE, crawled="2026-01-01T00:00:00Z", run=run_id)
    ready = ReadyPost(row=row, post=post, body=body or make_body(post))
    issued = archive.call(records.issue, site_id, [ready], {}, provenance, now=0.0)
    return issued.get(row)


def keep_linked(archive: Archive, site_id: int, run_id: int, post_id: int) -> None:
    link = Link(url="https://news.test/story", text="Full article", score=1.0)
    keep(archive, site_id, run_id, make_post(post_id), link=link)


def test_the_first_record_is_created_and_a_change_is_the_next_revision(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1))
    first = issue(archive, site_id, run_id, row, make_post(1))
    second = issue(archive, site_id, run_id, row, make_post(1, url="https://example.org/new/"))
    assert [(r["revision"], r["change"]) for r in (first, second) if r] == [
        (1, "created"),
        (2, "updated"),
    ]


def test_what_a_reader_would_not_notice_is_no_revision(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1))
    issue(archive, site_id, run_id, row, make_post(1))
    assert (
        issue(archive, site_id, run_id, row, make_post(1, modified="2026-02-02T00:00:00Z")) is None
    )


def test_an_edit_of_a_post_without_a_sound_address_is_a_revision(archive, site_id, run_id):
    broken = "http://[::1"
    row = keep(archive, site_id, run_id, make_post(1, url=broken))
    assert issue(archive, site_id, run_id, row, make_post(1, url=broken))
    edited = make_post(1, url=broken, title="Edited")
    second = issue(archive, site_id, run_id, row, edited)
    assert second is not None
    assert (second["revision"], second["title"]) == (2, "Edited")


def test_what_goes_on_at_once_is_not_taken_again(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1), at_once=True)
    assert archive.call(posts.take_ready, site_id, 10) == []
    issue(archive, site_id, run_id, row, make_post(1))
    assert archive.call(posts.make_ready, site_id) == 0


def test_what_went_on_at_once_comes_back_after_a_crash(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1), at_once=True)
    archive.call(posts.make_ready, site_id)
    assert [ready.row for ready in archive.call(posts.take_ready, site_id, 10)] == [row]


def test_an_edit_while_a_post_goes_on_at_once_is_published_next(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1), at_once=True)
    keep(archive, site_id, run_id, make_post(1, title="Edited"))
    issue(archive, site_id, run_id, row, make_post(1))
    assert [ready.row for ready in archive.call(posts.take_ready, site_id, 10)] == [row]


def test_a_post_with_a_link_is_ready_once_its_article_is_settled(archive, site_id, run_id):
    keep_linked(archive, site_id, run_id, 1)
    assert archive.call(posts.take_ready, site_id, 10) == []
    (task,) = tasks(archive, site_id)
    settle(archive, task, {"outcome": "fetched", "markdown": "Story"})
    (ready,) = archive.call(posts.take_ready, site_id, 10)
    assert ready.article == {"outcome": "fetched", "markdown": "Story"}


def test_two_posts_share_one_article(archive, site_id, run_id):
    keep_linked(archive, site_id, run_id, 1)
    keep_linked(archive, site_id, run_id, 2)
    (task,) = tasks(archive, site_id)
    settle(archive, task, {"outcome": "fetched"})
    assert tasks(archive, site_id) == []
    assert len(archive.call(posts.take_ready, site_id, 10)) == 2


def test_a_good_article_is_not_given_up_for_a_later_failure(archive, site_id, run_id):
    keep_linked(archive, site_id, run_id, 1)
    (task,) = tasks(archive, site_id)
    settle(archive, task, {"outcome": "fetched", "markdown": "Story"})
    settle(archive, task, {"outcome": "timeout"})
    (ready,) = archive.call(posts.take_ready, site_id, 10)
    assert ready.article == {"outcome": "fetched", "markdown": "Story"}


def test_a_post_that_changes_while_its_record_is_made_is_ready_again(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1))
    archive.call(posts.take_ready, site_id, 10)
    keep(archive, site_id, run_id, make_post(1, title="Edited"))
    issue(archive, site_id, run_id, row, make_post(1))
    assert [ready.row for ready in archive.call(posts.take_ready, site_id, 10)] == [row]


def test_large_posts_are_taken_a_few_at_a_time(archive, site_id, run_id):
    raw = {"id": 0, "content": {"rendered": "x" * (posts.MAX_TAKEN // 2)}}
    rows = [keep(archive, site_id, run_id, make_post(n, raw={**raw, "id": n})) for n in (1, 2, 3)]
    taken = [archive.call(posts.take_ready, site_id, 10) for _ in range(4)]
    assert [[ready.row for ready in some] for some in taken] == [[row] for row in rows] + [[]]


def test_what_a_crash_left_taken_comes_back(archive, site_id, run_id):
    keep(archive, site_id, run_id, make_post(1))
    archive.call(posts.take_ready, site_id, 10)
    assert archive.call(posts.make_ready, site_id) == 1
    assert len(archive.call(posts.take_ready, site_id, 10)) == 1


def test_a_post_that_was_taken_too_early_is_given_back(archive, site_id, run_id):
    rows = [keep(archive, site_id, run_id, make_post(n)) for n in (1, 2)]
    archive.call(posts.take_ready, site_id, 10)
    issue(archive, site_id, run_id, rows[0], make_post(1))
    archive.call(posts.give_back, site_id, rows)
    assert [ready.row for ready in archive.call(posts.take_ready, site_id, 10)] == rows[1:]


def test_a_file_has_each_revision_once_even_if_published_again(archive, site_id, run_id, tmp_path):
    for post_id in (1, 2):
        row = keep(archive, site_id, run_id, make_post(post_id))
        issue(archive, site_id, run_id, row, make_post(post_id))
    (path,) = write_files(archive, site_id, tmp_path, opened_before=math.inf)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["post_id"], line["revision"]) for line in lines] == [(1, 1), (2, 1)]
    assert write_files(archive, site_id, tmp_path, opened_before=math.inf) == []


def test_large_records_are_written_a_few_at_a_time(archive, site_id, run_id, tmp_path):
    body = PostBody(html="x" * MAX_READ, markdown="", text="", title="", excerpt="")
    for post_id in (1, 2, 3):
        post = make_post(post_id)
        issue(archive, site_id, run_id, keep(archive, site_id, run_id, post), post, body)
    ((first, _),) = archive.call(segments.lines, 1, after=0, limit=50)
    assert len(archive.call(segments.lines, 1, after=first, limit=50)) == 1
    (path,) = write_files(archive, site_id, tmp_path, opened_before=math.inf)
    assert len(path.read_bytes().splitlines()) == 3


def test_a_foreign_file_stays_and_the_next_number_is_taken(
    archive, site_id, run_id, tmp_path: Path
):
    (tmp_path / "posts-000001.jsonl").write_text("another archive's\n")
    issue(archive, site_id, run_id, keep(archive, site_id, run_id, make_post(1)), make_post(1))
    (path,) = write_files(archive, site_id, tmp_path, opened_before=math.inf)
    assert path.name == "posts-000002.jsonl"
    assert (tmp_path / "posts-000001.jsonl").read_text() == "another archive's\n"


def test_what_was_written_while_a_publisher_waited_is_not_written_again(
    archive, site_id, run_id, tmp_path: Path
):
    (tmp_path / "posts-000001.jsonl").write_text("another archive's\n")
    issue(archive, site_id, run_id, keep(archive, site_id, run_id, make_post(1)), make_post(1))
    with ThreadPoolExecutor() as pool:
        with folder_lock(tmp_path):
            first, second = (
                pool.submit(write_files, archive, site_id, tmp_path, opened_before=math.inf)
                for _ in range(2)
            )
        assert sorted([first.result(), second.result()]) == [[], [tmp_path / "posts-000002.jsonl"]]


def test_two_archives_may_write_into_one_folder_at_once(tmp_path: Path):
    archives = [Archive.open(str(tmp_path / f"{name}.sqlite")) for name in "ab"]
    output = tmp_path / "output"
    output.mkdir()
    with ThreadPoolExecutor() as pool:
        written = list(pool.map(partial(fill_and_publish, output), archives))
    assert sorted(chain(*written)) == sorted(output.iterdir())
    lines = [line for path in output.iterdir() for line in path.read_text().splitlines()]
    assert Counter(json.loads(line)["post_id"] for line in lines) == dict.fromkeys(range(1, 31), 2)


def fill_and_publish(output: Path, archive: Archive) -> list[Path]:
    """Make thirty records, each in a file of its own, and close the archive."""
    site_id = archive.call(sites.enter, "example.org", "https://example.org/", {}).id
    run_id = archive.call(
        runs.begin, site_id, started="2026-01-01T00:00:00Z", arguments={}, versions={}
    )
    files = []
    for number in range(1, 31):
        post = make_post(number, url=f"https://example.org/{archive.location}")
        issue(archive, site_id, run_id, keep(archive, site_id, run_id, post), post)
        files += write_files(archive, site_id, output, opened_before=math.inf)
    archive.close()
    return files


def test_links_and_translations_lead_to_archived_posts(archive, site_id, run_id):
    keep(archive, site_id, run_id, make_post(2))
    raw = {"id": 1, "lang": "en", "translations": {"en": 1, "fr": 2, "de": 3}}
    html = (
        '<p><a href="http://www.example.org/2/?utm_source=x#top">The <em>second</em></a>,'
        ' <a href="https://example.org/4/">no post</a>, <a href="https://b.test/">b</a>,'
        ' <a href="https://example.org/2/">again</a></p>'
    )
    post = make_post(1, raw=raw)
    body = replace(make_body(post), html=html)
    row = keep(archive, site_id, run_id, post)
    record = issue(archive, site_id, run_id, row, post, body)
    assert record is not None
    links = [(link["kind"], link["text"], link["guid"]) for link in record["links"]]
    second = "https://example.org/?p=2"
    assert links == [
        ("internal", "The second", second),
        ("internal", "no post", None),
        ("external", "b", None),
        ("internal", "again", second),
    ]
    assert record["translations"] == [
        {"language": "fr", "id": 2, "url": "https://example.org/2/"},
        {"language": "de", "id": 3, "url": None},
    ]


def test_a_record_without_links_has_an_empty_list_of_them(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1))
    record = issue(archive, site_id, run_id, row, make_post(1))
    assert record is not None
    assert (record["links"], record["translations"]) == ([], [])


def test_a_post_that_fails_after_an_edit_keeps_its_body_and_can_be_decoded(
    archive: Archive, site_id: int, run_id: int
):
    text = "The ferry is back. " * 20
    post = make_post(1, content=text, raw={"id": 1, "content": {"rendered": text}})
    row = keep(archive, site_id, run_id, post)
    edited = make_post(1, raw={"id": 1, "content": {"rendered": text + "It sails twice."}})
    (claim,) = archive.call(matching.claim, site_id, run_id, [edited])
    failed = make_arrival(claim, edited, failure="too deep")
    archive.call(posts.save, run_id, [failed], set())
    assert [found.raw for found in archive.call(posts.failed, [row])] == [edited.raw]

    archive.call(posts.save, run_id, [make_arrival(claim, edited)], set())
    (ready,) = archive.call(posts.take_ready, site_id, 9)
    assert ready.raw == edited.raw
    assert ready.body == make_body(edited)


def test_a_deleted_post_of_a_file_may_fail_before_it_comes_back(
    archive: Archive, site_id: int, run_id: int
):
    row = keep(archive, site_id, run_id, make_post(1))
    issue(archive, site_id, run_id, row, make_post(1))
    assert issue(archive, site_id, run_id, row, make_post(1, status="deleted"))
    restored = archive.call(sites.enter, "restored.example", "https://restored.example/", {}).id
    tombstone = orjson.dumps(lines_of(archive)[-1])
    file = NewerFile(kind="posts", number=1, lines=[tombstone], sha256="ab")
    archive.call(readback.take_back, restored, run_id, file)

    (claim,) = archive.call(matching.claim, restored, run_id, [make_post(1)])
    failed = make_arrival(claim, make_post(1), failure="too deep")
    archive.call(posts.save, run_id, [failed], set())
    arrival = make_arrival(claim, make_post(1))
    assert archive.call(posts.edited, {claim.row: arrival.item}) == set()


def test_a_cursor_misses_no_record_that_is_issued_meanwhile(archive, site_id, run_id):
    def publish(post_ids: range) -> None:
        for post_id in post_ids:
            post = make_post(post_id)
            assert issue(archive, site_id, run_id, keep(archive, site_id, run_id, post), post)

    seen: list[int] = []
    with ThreadPoolExecutor() as threads:
        writers = [threads.submit(publish, range(first, first + 20)) for first in (1, 101, 201)]
        is_over = False
        while not is_over:
            is_over = all(writer.done() for writer in writers)
            until = archive.read(exports.last_id)
            after = seen[-1] if seen else 0
            found = archive.read(exports.changes, [], after=after, until=until, limit=7)
            seen += [record_id for record_id, _, _ in found]
            is_over &= not found
        for writer in writers:
            writer.result()
    assert len(seen) == 60


def test_a_part_of_the_lines_is_the_beginning_of_those_asked_for(
    archive: Archive, site_id: int, run_id: int
):
    for post_id in (1, 2, 3):
        post = make_post(post_id, content="x" * MAX_READ)
        issue(archive, site_id, run_id, keep(archive, site_id, run_id, post), post)
    asked = [2, 3, 1]  # a post that was 2nd by date may be the last one now
    assert [found for found, _ in archive.read(exports.lines_of, asked)] == asked[:1]
    assert [found for found, _ in archive.read(exports.lines_of, asked[1:])] == asked[1:2]


def lines_of(archive: Archive) -> list[dict[str, Any]]:
    found = archive.call(exports.changes, [], after=0, until=99, limit=99)
    return [json.loads(line) for _, _, line in found]


def test_published_lines_stay_when_their_post_gets_another_body(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1, content="<p>First</p>"))
    first = issue(archive, site_id, run_id, row, make_post(1, content="<p>First</p>"))
    for title in ("Second", "Third"):
        post = make_post(1, title=title, content=f"<p>{title}</p>")
        keep(archive, site_id, run_id, post)
        issue(archive, site_id, run_id, row, post)
    lines = lines_of(archive)
    assert lines[0] == first
    assert [line["markdown"] for line in lines] == [
        f"<p>{word}</p>" for word in ("First", "Second", "Third")
    ]


def test_a_line_takes_little_space_beside_the_body_of_its_post(archive, site_id, run_id):
    post = make_post(1, content="<p>" + " ".join(map(str, range(1000))) + "</p>")
    row = keep(archive, site_id, run_id, post)
    issue(archive, site_id, run_id, row, post)
    size = archive.call(lambda c: len(c.execute(select(tables.records.c.line)).scalar_one()))
    assert size < 1000
