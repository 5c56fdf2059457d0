"""``scrapy forget``: no word is left, and nothing comes back."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sqlalchemy import LargeBinary, create_engine, inspect, text

from newscrawl.archive.codec import decompress
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import metadata
from newscrawl.testing.site import DemoSite
from newscrawl.tools import forget
from newscrawl.tools.sqlite_file import update_database
from newscrawl.zstd import zstd
from tests.archive.earlier import load
from tests.crawls import COMPLETE, FAILED, PARTIAL, PROJECT, Crawls

pytestmark = pytest.mark.slow

WORDS = ("-a", "articles=1", "-a", "comments=1", "-a", "media=1")
USAGE = 2
BODY = ("posts", "body")
COMPRESSED = {
    *(BODY, ("posts", "raw"), ("articles", "data"), ("pages", "body")),
    *(("extras", "data"), ("records", "line")),
}
HASHES = {"hash", "raw_hash", "digest", "signature"}


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


def values_of(location: str) -> bytes:
    """Return every value of every row of a database, decompressed."""
    engine = create_engine(location)
    found: list[tuple[tuple[str, str], Any]] = []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                found += [((table, column), value) for column, value in row.items()]
    engine.dispose()
    values = [(name, bytes(v) if isinstance(v, memoryview) else v) for name, v in found]
    bodies = [decompress(value) for name, value in values if name == BODY and value]
    return b"\n".join(shown(name, value, bodies) for name, value in values)


def shown(name: tuple[str, str], value: Any, bodies: list[bytes]) -> bytes:
    """Return the bytes of a value, decompressed beside whichever of the bodies it needs."""
    if not isinstance(value, bytes):
        return str(value).encode() + b"\n" + str(value).encode("unicode_escape")
    if name not in COMPRESSED:
        return value
    for body in (b"", *bodies):
        with suppress(zstd.ZstdError):
            return decompress(value, beside=body)
    raise AssertionError(f"a value of {name} can't be read")


def files_of(folder: Path) -> bytes:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join([str(files).encode(), *(path.read_bytes() for path in files)])


def left(folder: Path, words: tuple[str, ...], archive: str | None = None) -> list[str]:
    """Return those of the words that the archive, its free pages, its log or a file still has."""
    location = archive or f"sqlite:///{folder / 'archive.sqlite'}"
    everything = values_of(location) + files_of(folder / "output")
    for path in [*folder.glob("archive.sqlite*"), *folder.glob("browse.sqlite*")]:
        everything += path.read_bytes()
    if browsed(folder).exists():
        everything += values_of(f"sqlite:///{browsed(folder)}")
    return [word for word in words if word.encode() in everything]


def browsed(folder: Path) -> Path:
    """Return the database that `browse` shows."""
    return folder / "browse.sqlite"


def fill(site: DemoSite) -> dict[str, Any]:
    """Publish a post with words of its own everywhere, and one that links to it."""
    post_id = site.add_post("Zebrafish quorum", slug="zebrafish-quorum")
    site.edit(post_id, excerpt="A gazpacho excerpt")
    site.edit_article(
        post_id,
        title="Zebrafish quorum",
        paragraphs=tuple(f"Paragraph {n} has xylophone wombats in it, and more." for n in range(9)),
    )
    site.add_comment(post_id, "A marzipan comment")
    guid, url = site.posts[post_id].post.guid, site.posts[post_id].url
    other = site.add_post(
        "Other", article=False, content=f'<p>Elsewhere, <a href="{url}">seen</a>.</p>'
    )
    return {"id": post_id, "guid": guid, "url": url, "other": other}


def lines_of(folder: Path, kind: str) -> list[dict[str, Any]]:
    files = sorted((folder / "output").glob(f"*/{kind}-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def changes(crawl: Crawls, since: int) -> list[dict[str, Any]]:
    assert crawl.scrapy("changes", "--since", str(since)) == COMPLETE
    return [json.loads(line) for line in crawl.said.splitlines()]


OWN_WORDS = ("Zebrafish", "gazpacho", "xylophone wombats", "marzipan", "zebrafish-quorum/")


def test_each_column_of_bytes_is_looked_through() -> None:
    columns = [column for table in metadata.sorted_tables for column in table.columns]
    of_bytes = [column for column in columns if isinstance(column.type, LargeBinary)]
    named = {(column.table.name, column.name) for column in of_bytes if column.name not in HASHES}
    assert named == COMPRESSED


def test_no_word_of_a_forgotten_post_is_left_and_no_crawl_or_copy_brings_it_back(
    site: DemoSite, tmp_path: Path
):
    post = fill(site)
    crawl = Crawls(site.url, tmp_path)
    assert crawl(*WORDS) == COMPLETE, crawl.log
    cursor = changes(crawl, 0)[-1]["cursor"]
    shutil.copy(tmp_path / "archive.sqlite", tmp_path / "copy.sqlite")
    everything = values_of(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    assert [word for word in OWN_WORDS if word.encode() not in everything] == []

    update_database(archive := Archive.open(str(tmp_path / "archive.sqlite")), browsed(tmp_path))
    archive.close()
    before = files_of(tmp_path)
    assert crawl.scrapy("forget", "--dry-run", post["guid"]) == COMPLETE, crawl.log
    assert "1 posts" in crawl.said
    assert files_of(tmp_path) == before

    assert crawl.scrapy("forget", post["guid"]) == COMPLETE, crawl.log
    named = (post["guid"],)  # the other post's own link names its URL
    assert left(tmp_path, (*OWN_WORDS[:4], *named)) == []
    (line,) = changes(crawl, cursor)
    assert line["kind"] == "forgotten"
    assert line["record"]["identity"] == sha256(post["guid"].encode()).hexdigest()
    schema = json.loads((PROJECT / "newscrawl/forgotten.schema.json").read_text())
    assert lines_of(tmp_path, "forgotten") == [line["record"]]
    jsonschema.Draft202012Validator(schema).validate(line["record"])
    assert {record["post_id"] for record in lines_of(tmp_path, "posts")} == {post["other"]}
    assert crawl.scrapy("verify") == COMPLETE, crawl.said

    site.advance(hours=1)
    site.edit(post["id"], title="Zebrafish again")
    site.add_comment(post["id"], "Another marzipan comment")
    assert crawl("-a", "full=1", *WORDS) == COMPLETE, crawl.log
    assert left(tmp_path, (*OWN_WORDS[:4], *named)) == []
    assert crawl.scrapy("forget", post["guid"]) == FAILED
    assert "was forgotten already" in crawl.log

    for file in tmp_path.glob("archive.sqlite*"):
        file.unlink()
    shutil.copy(tmp_path / "copy.sqlite", tmp_path / "archive.sqlite")
    assert crawl.scrapy("verify", "--repair") == PARTIAL, crawl.said
    assert "were forgotten after this copy" in crawl.said
    assert crawl.scrapy("verify") == COMPLETE, crawl.said
    assert crawl("-a", "full=1", *WORDS) == COMPLETE, crawl.log
    assert crawl.scrapy("forget", "--compact") == COMPLETE, crawl.log
    assert left(tmp_path, (*OWN_WORDS[:4], *named)) == []


def test_a_forgotten_publisher_keeps_its_posts_and_is_not_asked_again(
    site: DemoSite, tmp_path: Path
):
    post = fill(site)
    crawl = Crawls(site.url, tmp_path)
    assert crawl(*WORDS) == COMPLETE, crawl.log
    (record,) = (r for r in lines_of(tmp_path, "posts") if r["post_id"] == post["id"])
    host = record["article"]["url"].split("/")[2].partition(":")[0]
    assert crawl.scrapy("forget", "--publisher", host) == COMPLETE, crawl.log
    assert left(tmp_path, ("xylophone wombats",)) == []
    (record,) = (r for r in lines_of(tmp_path, "posts") if r["post_id"] == post["id"])
    assert (record["title"], record["article"]["outcome"]) == ("Zebrafish quorum", "policy_skipped")
    assert crawl.scrapy("verify") == COMPLETE, crawl.said
    site.advance(hours=1)
    visits = len(site.visits("harborwire"))
    added = site.add_post()
    assert crawl.scrapy("retry", "--outcome", "policy_skipped") == COMPLETE
    assert crawl("-a", "full=1", *WORDS) == COMPLETE, crawl.log
    assert len(site.visits("harborwire")) == visits
    (record,) = (r for r in lines_of(tmp_path, "posts") if r["post_id"] == added)
    assert record["article"]["outcome"] == "policy_skipped"


def test_a_forgotten_site_leaves_only_its_hash_and_is_not_crawled_again(
    site: DemoSite, tmp_path: Path
):
    fill(site)
    crawl = Crawls(site.url, tmp_path)
    assert crawl(*WORDS) == COMPLETE, crawl.log
    key = crawl.sql("SELECT key FROM sites")[0][0]
    assert crawl.scrapy("forget", site.url) == COMPLETE, crawl.log
    assert left(tmp_path, (*OWN_WORDS, key)) == []
    (line,) = lines_of(tmp_path, "forgotten")
    assert line["identity"] == sha256(key.encode()).hexdigest()
    assert crawl.scrapy("verify") == COMPLETE, crawl.said
    assert crawl.scrapy("report") == COMPLETE
    assert crawl() == FAILED
    assert "was forgotten" in crawl.log


def test_on_postgresql_no_value_has_a_word_of_a_forgotten_post(
    site: DemoSite, tmp_path: Path, postgres: Any
):
    post = fill(site)
    location = postgres.new_database()
    crawl = Crawls(site.url, tmp_path)
    assert crawl(*WORDS, NEWSCRAWL_ARCHIVE=location) == COMPLETE, crawl.log
    assert crawl.scrapy("forget", post["guid"], NEWSCRAWL_ARCHIVE=location) == COMPLETE, crawl.log
    assert left(tmp_path, (*OWN_WORDS[:4], post["guid"]), location) == []


def test_a_word_that_names_nothing_changes_nothing(site: DemoSite, tmp_path: Path):
    site.add_post(article=False)
    crawl = Crawls(site.url, tmp_path)
    assert crawl() == COMPLETE
    for words in (("forget", "nothing"), ("forget", "--publisher", "nobody.example")):
        assert crawl.scrapy(*words) == FAILED
        assert "the archive has no" in crawl.log.lower()
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as archive:
        assert archive.execute("SELECT count(*) FROM records").fetchall() == [(1,)]


def test_a_post_without_a_guid_is_named_by_its_id_and_takes_no_other_file(tmp_path: Path):
    load("0006", tmp_path / "archive.sqlite")
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as database, database:
        database.execute("UPDATE posts SET guid = '', identity = 'id:' || post_id")
    archive = Archive.open(str(tmp_path / "archive.sqlite"))
    target = forget.find_target(archive, "2")
    archive.close()
    assert target.name == "id:2"
    assert len(target.rows) == 1
    for post in (2, 22):
        file = tmp_path / f"posts-00000{post}.jsonl.altered-1"
        file.write_text(json.dumps({"guid": "", "post_id": post, "url": ""}, separators=(",", ":")))
    forget.clean_altered(tmp_path, target.needle)
    assert [path.name for path in tmp_path.glob("*.altered-1")] == [file.name]


@pytest.mark.parametrize(
    "words", [["https://example.org"], ["--publisher", "a.org"], ["--dry-run"]]
)
def test_compact_with_a_target_is_refused(words: list[str], tmp_path: Path):
    Archive.open(str(tmp_path / "archive.sqlite")).close()
    assert Crawls("https://example.org", tmp_path).scrapy("forget", "--compact", *words) == USAGE


def test_a_crash_before_the_files_are_written_is_named_and_made_up_for(tmp_path: Path):
    load("0006", tmp_path / "archive.sqlite")
    crawl = Crawls("http://127.0.53.1:8053", tmp_path)
    assert crawl.scrapy("verify", "--repair") == PARTIAL
    (file,) = (tmp_path / "output").glob("*/posts-*.jsonl")
    before = file.read_bytes()
    archive = Archive.open(str(tmp_path / "archive.sqlite"))
    archive.call(forget._forget, forget.find_target(archive, "2"))
    archive.close()
    assert file.read_bytes() == before
    assert crawl.scrapy("verify") == PARTIAL
    assert "1 files still have records that were forgotten" in crawl.said
    assert crawl.scrapy("verify", "--repair") == PARTIAL
    assert crawl.scrapy("verify") == COMPLETE, crawl.said
    assert len(file.read_bytes().splitlines()) == len(before.splitlines()) - 1
    assert {path.name for path in file.parent.iterdir()} == {file.name, "forgotten-000001.jsonl"}


def test_a_file_that_is_elsewhere_is_named_and_not_written(tmp_path: Path):
    load("0006", tmp_path / "archive.sqlite")
    crawl = Crawls("http://127.0.53.1:8053", tmp_path)
    assert crawl.scrapy("verify", "--repair") == PARTIAL
    (file,) = (tmp_path / "output").glob("*/posts-*.jsonl")
    file.unlink()
    assert crawl.scrapy("forget", "2") == COMPLETE, crawl.log
    assert not file.exists()
    assert f"Wrote {file}" not in crawl.said
    assert f"{file.parent.name}/{file.name} is not in" in crawl.said
