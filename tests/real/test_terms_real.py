"""Terms and authors of a real WordPress, through changes."""

from pathlib import Path

import pytest

from tests.crawls import COMPLETE, Crawls, Line
from tests.real.server import RealWordPress

DESCRIBE = "wp_update_term($args['id'], 'category', ['description' => 'All & <b>more</b>']);"


@pytest.fixture(scope="module")
def first_run(small_site: RealWordPress, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """The first run with terms and authors, one with a description."""
    small_site.reset()
    small_site.php(DESCRIBE, id=min(small_site.truth.terms["category"]))
    crawl = Crawls(small_site.url, tmp_path_factory.mktemp("first"))
    assert crawl("-a", "terms=1") == COMPLETE, crawl.log
    return crawl


@pytest.fixture
def crawl(small_wordpress: RealWordPress, first_run: Crawls, tmp_path: Path) -> Crawls:
    """Crawls that go on from the first one."""
    crawl = Crawls.copy(small_wordpress.url, first_run.folder, tmp_path / "archive")
    for kind in ("terms", "authors"):
        crawl.new(kind)
    return crawl


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
