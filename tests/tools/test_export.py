"""Slices of an archive: as lines, as a table, as a feed."""

import csv
import gzip
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newscrawl import tools
from newscrawl.exceptions import ConfigurationError
from newscrawl.testing.site import DemoSite
from newscrawl.tools import export, parquet
from newscrawl.tools.atom import AtomWriter
from newscrawl.tools.export import COLUMNS, write_csv
from newscrawl.tools.parquet import write_parquet
from newscrawl.tools.text_files import write_text
from newscrawl.zstd import zstd
from tests.crawls import COMPLETE, FAILED, PROJECT, Crawls, Line
from tests.tools.atom import faults_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """An archive of four posts: one was edited, one deleted since, one is of January."""
    with DemoSite(empty=True) as site:
        crawl = Crawls(site.url, tmp_path_factory.mktemp("export"))
        edited, gone, _ = (site.add_post() for _ in range(3))
        site.add_post("Of January", date="2026-01-10T12:00:00", date_gmt="2026-01-10T12:00:00")
        assert crawl() == COMPLETE
        site.edit(edited, title="=Another title")
        site.trash(gone)
        assert crawl("-a", "full=1", NEWSCRAWL_DELETED_SHARE=1) == COMPLETE
        yield crawl


@pytest.fixture(scope="module")
def lines(crawl: Crawls) -> list[Line]:
    return crawl.new("posts")


def exported(crawl: Crawls, *words: str) -> list[Line]:
    assert crawl.scrapy("export", *words) == COMPLETE
    return [json.loads(line) for line in crawl.said.splitlines()]


def test_all_of_it_are_the_lines_of_the_output(crawl, lines):
    assert exported(crawl, crawl.url) == lines
    assert len(lines) == 6


def test_the_latest_are_one_per_post_without_deleted_posts(crawl, lines):
    last = {line["post_id"]: line for line in lines}
    kept = [line for line in last.values() if line["status"] == "publish"]
    assert sorted(exported(crawl, "--latest"), key=by_id) == sorted(kept, key=by_id)


def by_id(line: Line) -> int:
    return int(line["post_id"])


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (["--since", "2026-01-10", "--until", "2026-01-11"], ["Of January"]),
        (["--since", "2026-01-10T13:00:00+01:00", "--until", "2026-01-11"], ["Of January"]),
        (["--until", "2000-01-01"], []),
        (["--type", "news"], []),
    ],
)
def test_a_slice_is_cut_by_date_and_type(crawl, words, titles):
    assert [line["title"] for line in exported(crawl, *words)] == titles


def test_a_slice_that_ends_before_it_starts_is_refused(crawl, lines):
    words = ["--since", "2026-02-01", "--until", "2026-01-01"]
    assert crawl.scrapy("export", *words) == 1
    assert "--since=2026-02-01 is not before --until=2026-01-01" in crawl.log


def test_a_file_is_whole_and_no_cell_of_a_table_is_a_formula(crawl, lines, tmp_path):
    file = tmp_path / "posts.csv"
    assert crawl.scrapy("export", "--format", "csv", "--latest", "-o", str(file)) == COMPLETE
    assert "3 records in" in crawl.log
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert tuple(rows[0]) == COLUMNS
    assert "'=Another title" in [row["title"] for row in rows]
    assert list(tmp_path.iterdir()) == [file]


def test_parquet_has_the_values_of_the_lines(crawl, lines, tmp_path):
    file = tmp_path / "posts.parquet"
    assert crawl.scrapy("export", "--format", "parquet", "-o", str(file)) == COMPLETE
    table = pq.read_table(file)
    assert table.schema.field("published").type == pa.timestamp("ms", tz="UTC")
    assert [as_line(row) for row in table.to_pylist()] == lines


def as_line(row: dict[str, Any]) -> Line:
    """Return a row as the line that it was made of."""
    line = {name: value for name, value in row.items() if name != "raw"}
    for part in (line, line["article"] or {}):
        part.update({k: f"{v:%FT%TZ}" for k, v in part.items() if isinstance(v, datetime)})
    if line["article"] is not None:
        line["article"]["rights"] = json.loads(line["article"]["rights"])
    if line["terms"] is not None:
        line["terms"] = dict(line["terms"])
    optional = {"story", "translations", "links"}
    return {k: v for k, v in line.items() if v is not None or k not in optional}


def test_parquet_keeps_what_no_line_of_ours_has() -> None:
    deep = {"id": 2**63 - 1, "name": None, "slug": "ü", "url": None}
    line = {"post_id": None, "terms": {"desk": [deep], "none": []}, "raw": {"a": [1, None]}}
    file = BytesIO()
    assert write_parquet([orjson.dumps(line)], file) == 1
    (row,) = pq.read_table(file).to_pylist()
    assert dict(row["terms"]) == line["terms"]
    assert json.loads(row["raw"]) == line["raw"]
    assert {value for name, value in row.items() if name not in {"terms", "raw"}} == {None}


def test_parquet_of_nothing_has_its_columns() -> None:
    file = BytesIO()
    assert write_parquet([], file) == 0
    schema = json.loads((PROJECT / "newscrawl/record.schema.json").read_bytes())
    assert pq.read_table(file).column_names == list(schema["properties"])


def test_large_lines_are_several_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_BYTES", 100)
    file = BytesIO()
    assert write_parquet((orjson.dumps({"title": "x" * 60}) for _ in range(7)), file) == 7
    assert pq.ParquetFile(file).num_row_groups == 4


def test_without_its_library_parquet_explains_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "newscrawl.tools.parquet")
    monkeypatch.delattr(tools, "parquet")
    with pytest.raises(ConfigurationError, match="uv run --extra parquet"):
        export.write_parquet([], BytesIO())


def test_parquet_is_for_a_file() -> None:
    out, into = os.pipe()
    os.close(out)
    with os.fdopen(into, "wb") as pipe, pytest.raises(ConfigurationError, match="add -o FILE"):
        export.write_parquet([], pipe)


def test_a_pipe_that_closes_early_is_no_success(crawl):
    words = [sys.executable, "-m", "scrapy", "export", *crawl.options({})]
    with subprocess.Popen(
        words, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "the pipe was closed" in process.stderr.read()
    assert process.returncode == FAILED


def test_a_feed_is_valid_atom(crawl, tmp_path):
    file = tmp_path / "feed.xml"
    assert crawl.scrapy("export", "--format", "atom", "-o", str(file)) == COMPLETE
    assert faults_of(file.read_bytes()) == []
    entries = ET.parse(file).getroot().findall(f"{ATOM}entry")
    assert len(entries) == 3
    assert all(entry.find(f"{ATOM}link[@rel='alternate']") is not None for entry in entries)


def test_a_feed_reader_finds_the_newest_post_first(crawl, tmp_path):
    file = tmp_path / "feed.xml"
    assert crawl.scrapy("export", "--format", "atom", "-o", str(file)) == COMPLETE
    feed = feedparser.parse(file.read_bytes())
    assert not feed.bozo
    dates = [entry.published_parsed for entry in feed.entries]
    assert dates == sorted(dates, reverse=True)
    assert feed.entries[-1].title == "Of January"


def test_each_slice_is_a_feed_of_its_own(crawl, tmp_path):
    def head(*words: str) -> tuple[str, str]:
        assert crawl.scrapy("export", "--format", "atom", *words) == COMPLETE
        feed = feedparser.parse(crawl.said).feed
        return feed.id, feed.title

    since = ["--since", "2026-01-10"]
    whole, again, part = head(), head(), head(crawl.url, *since)
    assert whole == again
    assert whole[0] != part[0]
    assert whole[1] == "newscrawl: all sites"
    assert part[1].endswith("2026-01-10T00:00:00Z")


HOSTILE = {
    "site": "a.test",
    "guid": "no <iri>\x00",
    "post_id": 1,
    "url": "https://a.test/",
    "title": "]]>\x1b\ud800<script>",
    "modified": None,
    "published": None,
    "crawled": "2026-01-01T00:00:00Z",
    "authors": [{"id": 1, "name": None}],
    "categories": [{"id": 1, "name": '"\x0b&'}],
    "tags": None,
    "excerpt": "",
    "html": "<p>a &amp; b</p>",
    "article": None,
}


def test_a_feed_is_well_formed_whatever_a_post_holds() -> None:
    file = BytesIO()
    feed = AtomWriter(file, "urn:a", "A")
    feed.entry(HOSTILE)
    feed.close()
    entry = ET.fromstring(file.getvalue()).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "]]><script>"
    assert entry.findtext(f"{ATOM}content") == "<p>a &amp; b</p>"
    assert entry.findtext(f"{ATOM}id") == "urn:newscrawl:a.test:no%20%3Ciri%3E%00"


def test_a_table_of_nothing_has_its_head() -> None:
    file = BytesIO()
    assert write_csv([], file) == 0
    assert next(csv.reader([file.getvalue().decode()])) == list(COLUMNS)


def test_a_file_that_cannot_be_written_gives_one_line(crawl: Crawls, tmp_path: Path) -> None:
    own = next((crawl.folder / "output").glob("*/posts-*.jsonl"))
    before = own.read_bytes()
    for words in (["-o", str(own)], ["-o", str(tmp_path / "no" / "x")], ["--since", "soon"]):
        assert crawl.scrapy("export", *words) == FAILED
        assert crawl.log.startswith("scrapy export: ")
        assert len(crawl.log.splitlines()) == 1
    assert own.read_bytes() == before


@pytest.mark.parametrize(
    ("file_format", "decompress"),
    [
        ("jsonl.gz", gzip.decompress),
        ("jsonl.zst", zstd.decompress),
    ],
)
def test_compressed_lines_are_the_lines(crawl, lines, tmp_path, file_format, decompress):
    file = tmp_path / f"posts.{file_format}"
    assert crawl.scrapy("export", "--format", file_format, "-o", str(file)) == COMPLETE
    assert [json.loads(line) for line in decompress(file.read_bytes()).splitlines()] == lines


def test_text_files_have_a_table_of_their_metadata(crawl, lines, tmp_path):
    folder = tmp_path / "texts"
    assert crawl.scrapy("export", "--format", "txt", "-o", str(folder)) == COMPLETE
    with (folder / "metadata.csv").open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["file"] for row in rows} == {
        str(file.relative_to(folder)) for file in folder.rglob("*.txt")
    }
    of_january = next(row for row in rows if row["title"] == "Of January")
    line = next(line for line in lines if line["title"] == "Of January")
    assert of_january["source"] == "post"
    assert (folder / of_january["file"]).read_text() == f"Of January\n\n{line['text']}\n"


def test_markdown_files_have_front_matter(crawl, lines, tmp_path):
    folder = tmp_path / "posts"
    assert crawl.scrapy("export", "--format", "md", "-o", str(folder)) == COMPLETE
    files = list(folder.rglob("*.md"))
    assert len(files) == 3
    for file in files:
        _, front, body = file.read_text().split("---\n", 2)
        metadata = dict(line.split(": ", 1) for line in front.splitlines())
        line = next(x for x in reversed(lines) if x["post_id"] == int(file.stem))
        assert json.loads(metadata["title"]) == line["title"]
        assert json.loads(metadata["authors"]) == [
            author["name"] for author in line["authors"] if author["name"]
        ]
        assert body.strip() == line["markdown"].strip()


def test_the_text_of_an_article_stands_for_its_excerpt(tmp_path):
    article = {"title": "Whole", "text": "All of it", "markdown": "*All* of it", "authors": ["A"]}
    record = {**HOSTILE, "title": "Part", "text": "Some", "markdown": "Some", "article": article}
    record |= {"post_id": None, "guid": "urn:1", "language": None, "tags": []}
    assert write_text([orjson.dumps(record)], tmp_path) == 1
    (file,) = tmp_path.rglob("*.txt")
    assert file.name.startswith("guid-")
    assert file.read_text() == "Whole\n\nAll of it\n"


def test_posts_with_one_id_have_a_file_each(tmp_path):
    same = {**HOSTILE, "title": "A", "article": None, "language": None, "tags": []}
    records = [{**same, "guid": f"urn:{number}", "text": f"{number}"} for number in range(2)]
    assert write_text(map(orjson.dumps, records), tmp_path) == 2
    assert len({file.read_text() for file in tmp_path.rglob("*.txt")}) == 2
    names = [
        row["file"] for row in csv.DictReader((tmp_path / "metadata.csv").read_text().splitlines())
    ]
    assert all((tmp_path / name).exists() for name in names)
    assert len(set(names)) == 2


def test_a_folder_with_files_is_left_alone(crawl, tmp_path):
    (tmp_path / "mine.txt").touch()
    assert crawl.scrapy("export", "--format", "txt", "-o", str(tmp_path)) == FAILED
    assert "name a new or an empty folder" in crawl.log
    assert crawl.scrapy("export", "--format", "md") == FAILED
    assert "add -o FOLDER" in crawl.log


def test_changes_continue_after_any_cursor(crawl, lines):
    def changes(*words: str) -> list[Line]:
        assert crawl.scrapy("changes", *words) == COMPLETE
        return [json.loads(line) for line in crawl.said.splitlines()]

    whole = changes()
    assert [change["record"] for change in whole] == lines
    assert {change["kind"] for change in whole} == {"posts"}
    third = whole[2]["cursor"]
    assert changes("--since", str(third), crawl.url) == whole[3:]
    last = whole[-1]["cursor"]
    assert f"0 records; next: --since {last}" in (changes("--since", str(last)), crawl.log)[1]


@pytest.mark.parametrize(
    ("cursor", "reason"), [("yesterday", "a number"), ("999999", "of another archive")]
)
def test_a_cursor_that_is_none_is_refused(crawl, cursor, reason):
    assert crawl.scrapy("changes", "--since", cursor) == FAILED
    assert reason in crawl.log


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("out/records.jsonl", "output folder"),
        ("a.sqlite", "is the archive"),
        ("x/../a.sqlite", "is the archive"),
        ("a.sqlite-wal", "is the archive"),
        (".", "without a name"),
        ("/", "without a name"),
    ],
)
def test_an_export_replaces_no_file_of_the_crawls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.sqlite").write_text("archive")
    settings = {"NEWSCRAWL_ARCHIVE": "a.sqlite", "NEWSCRAWL_OUTPUT": "out"}
    with pytest.raises(ConfigurationError, match=why), export.whole_file(Path(path), settings):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["a.sqlite"]


def test_an_export_to_a_named_pipe_leaves_it_there(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    settings = {"NEWSCRAWL_ARCHIVE": "a.sqlite", "NEWSCRAWL_OUTPUT": "out"}
    with export.whole_file(pipe, settings) as file:
        file.write(b"line")
    assert (os.read(reader, 9), pipe.is_fifo()) == (b"line", True)
    os.close(reader)
