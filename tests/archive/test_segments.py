"""When a file is closed, so that a long crawl shows results early."""

import math
from pathlib import Path

from newscrawl.archive import segments
from newscrawl.archive.database import Archive
from newscrawl.archive.segments import MAX_RECORDS, MAX_SECONDS
from newscrawl.output.writer import write_files


def test_a_full_segment_is_closed_and_the_next_record_opens_another(
    archive: Archive, site_id: int
) -> None:
    first, room = archive.call(segments.room, site_id, "posts", 0.0)
    assert room == MAX_RECORDS
    archive.call(segments.join, first, MAX_RECORDS)
    second, room = archive.call(segments.room, site_id, "posts", 0.0)
    assert (second != first, room) == (True, MAX_RECORDS)


def test_a_segment_that_is_not_full_takes_more(archive: Archive, site_id: int) -> None:
    first, _ = archive.call(segments.room, site_id, "posts", 0.0)
    archive.call(segments.join, first, 990)
    assert archive.call(segments.room, site_id, "posts", 0.0) == (first, 10)


def test_an_old_segment_is_closed_and_a_young_one_left_open(archive: Archive, site_id: int) -> None:
    archive.call(segments.room, site_id, "posts", 1000.0)
    at = 1000.0 + MAX_SECONDS
    assert not archive.call(segments.close, site_id, opened_before=at - MAX_SECONDS)
    assert archive.call(segments.close, site_id, opened_before=at + 1 - MAX_SECONDS)


def test_each_kind_has_files_of_its_own(archive: Archive, site_id: int, tmp_path: Path) -> None:
    for kind in ("posts", "comments"):
        archive.call(segments.room, site_id, kind, 0.0)
    files = write_files(archive, site_id, tmp_path, opened_before=math.inf)
    assert [file.name for file in files] == ["posts-000001.jsonl", "comments-000001.jsonl"]


def test_there_is_work_until_the_file_is_durable(archive: Archive, site_id: int) -> None:
    def has_work(opened_before: float) -> bool:
        return archive.read(segments.has_work, site_id, opened_before=opened_before)

    assert not has_work(math.inf)
    segment_id, _ = archive.call(segments.room, site_id, "posts", 1000.0)
    assert (has_work(1000.0), has_work(1001.0)) == (False, True)
    archive.call(segments.join, segment_id, MAX_RECORDS)
    assert has_work(0.0)  # a closed one is due at any age
    archive.call(segments.done, segment_id, "digest")
    assert not has_work(math.inf)
