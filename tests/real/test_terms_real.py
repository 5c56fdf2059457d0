"""Terms, authors and the files of media of a real WordPress."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.crawls import COMPLETE, Crawls, Line
from tests.real import services
from tests.real.server import RealWordPress

EXTRAS = ("-a", "terms=1", "-a", "media=files")
DESCRIBE = "wp_update_term($args['id'], 'category', ['description' => 'All & <b>more</b>']);"
FILE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4000


@pytest.fixture(scope="module")
def first_run(small_site: RealWordPress, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """The first run with terms, authors and files; one image has a file, the others lost theirs."""
    small_site.reset()
    file = file_of(small_site, min(small_site.truth.images))
    file.parent.mkdir(parents=True)
    file.write_bytes(FILE)
    services.give_away(small_site.folder / "wp-content/uploads")
    small_site.php(DESCRIBE, id=min(small_site.truth.terms["category"]))
    crawl = Crawls(small_site.url, tmp_path_factory.mktemp("first"))
    assert crawl(*EXTRAS) == COMPLETE, crawl.log
    return crawl


@pytest.fixture
def crawl(small_wordpress: RealWordPress, first_run: Crawls, tmp_path: Path) -> Crawls:
    """Crawls that go on from the first one."""
    crawl = Crawls.copy(small_wordpress.url, first_run.folder, tmp_path / "archive")
    for kind in ("terms", "authors", "media"):
        crawl.new(kind)
    return crawl


def file_of(site: RealWordPress, image: int) -> Path:
    """Return the path of an image's file on the server."""
    return site.folder / urlsplit(site.truth.images[image].url).path.lstrip("/")


def lines_of(crawl: Crawls, kind: str) -> dict[int, Line]:
    lines = Crawls(crawl.url, crawl.folder).new(kind)
    found = {line["id"]: line for line in lines}
    assert len(found) == len(lines)
    return found


def test_terms_are_as_the_site_has_them(small_site: RealWordPress, first_run: Crawls) -> None:
    lines = lines_of(first_run, "terms")
    for taxonomy, terms in small_site.truth.terms.items():
        for number, true in terms.items():
            line = lines[number]
            assert (line["taxonomy"], line["name"], line["slug"]) == (
                taxonomy,
                true.name,
                true.slug,
            )
            assert line["url"] == true.url


def test_terms_have_their_parents_descriptions_and_counts(
    small_site: RealWordPress, first_run: Crawls
) -> None:
    lines = lines_of(first_run, "terms")
    first, *_ = sorted(small_site.truth.terms["category"])
    assert lines[first]["description"] == "All & more"
    assert lines[first]["parent"] is None
    assert lines[first + 4]["parent"] == first
    posts = [post for post in small_site.truth.posts.values() if first in post.categories]
    assert lines[first]["count"] == len(posts)


def test_authors_are_as_the_site_has_them(small_site: RealWordPress, first_run: Crawls) -> None:
    lines, truth = lines_of(first_run, "authors"), small_site.truth
    assert lines.keys() >= {post.author for post in truth.posts.values()}
    for number, line in lines.items():
        true = truth.authors[number]
        assert (line["name"], line["slug"], line["url"]) == (true.name, true.slug, true.url)


def test_the_file_of_an_image_is_fetched_and_a_lost_one_is_named(
    small_site: RealWordPress, first_run: Crawls
) -> None:
    lines = lines_of(first_run, "media")
    found = lines[min(small_site.truth.images)]["file"]
    assert found, first_run.log
    assert (found["sha256"], found["size"]) == (sha256(FILE).hexdigest(), len(FILE))
    (folder,) = (first_run.folder / "output").iterdir()
    assert (folder / found["path"]).read_bytes() == FILE
    assert [line["id"] for line in lines.values() if line["file"]] == [min(lines)]
    assert "not_found" in first_run.log


DEEDS = {
    "renamed": "wp_update_term($args['id'], 'region', ['name' => 'Renamed']);",
    "moved": "wp_update_term($args['id'], 'region', ['parent' => $args['parent']]);",
    "deleted": "wp_delete_term($args['id'], 'region');",
}


def test_a_term_or_an_author_that_changes_is_one_line(
    small_wordpress: RealWordPress, crawl: Crawls
) -> None:
    parent, *others = sorted(small_wordpress.truth.terms["region"])
    numbers = dict(zip(DEEDS, others, strict=False))
    for deed, number in numbers.items():
        small_wordpress.php(DEEDS[deed], id=number, parent=parent)
    author = min(small_wordpress.truth.authors)
    small_wordpress.php("update_user_meta($args['id'], 'description', 'Writes.');", id=author)
    small_wordpress.php(DESCRIBE, id=min(small_wordpress.truth.terms["category"]))  # as before
    for _ in range(2):
        assert crawl("-a", "terms=1") == COMPLETE, crawl.log
    changes = {line["id"]: line["change"] for line in crawl.new("terms")}
    assert changes == {
        numbers["renamed"]: "updated",
        numbers["moved"]: "updated",
        numbers["deleted"]: "deleted",
    }
    (line,) = crawl.new("authors")
    assert (line["id"], line["description"], line["revision"]) == (author, "Writes.", 2)


def test_a_file_that_appears_is_fetched_and_no_other_again(
    small_wordpress: RealWordPress, crawl: Crawls
) -> None:
    first, second, *_ = sorted(lines_of(crawl, "media"))
    file_of(small_wordpress, second).write_bytes(FILE[::-1])
    services.give_away(file_of(small_wordpress, second))
    crawl.sql("UPDATE files SET due = 0 WHERE sha256 IS NULL")  # a lost one waits for 30 days
    small_wordpress.forget_requests()
    try:
        assert crawl(*EXTRAS) == COMPLETE, crawl.log
    finally:
        file_of(small_wordpress, second).unlink()
    (line,) = crawl.new("media")
    assert (line["id"], line["file"]["sha256"]) == (second, sha256(FILE[::-1]).hexdigest())
    first_url = urlsplit(small_wordpress.truth.images[first].url).path
    assert first_url not in {request.path for request in small_wordpress.requests()}
