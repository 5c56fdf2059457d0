"""What plugins make of a post, each kind by a plugin of our own on a real WordPress."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.real import services
from tests.real.crawling import Archive, Crawl
from tests.real.server import RealWordPress

pytestmark = pytest.mark.slow

COMPLETE = 0
OPENING = "<p>The council voted on the tram line to the harbour on Monday night.</p>"
QUERY = (
    '<!-- wp:query {"query":{"perPage":3,"postType":"post","order":"desc","orderBy":"date",'
    '"inherit":false}} --><div class="wp-block-query"><!-- wp:post-template --><!-- wp:post-title '
    "/--><!-- wp:post-excerpt /--><!-- /wp:post-template --></div><!-- /wp:query -->"
    "<!-- wp:latest-posts /-->"
)
AUTHORS = [
    {"user_id": 3, "is_guest": 0, "slug": "marta", "display_name": "Marta Lind"},
    {"user_id": 0, "is_guest": 1, "slug": "cy", "display_name": "Cy Dunn"},
]

POSTS: dict[str, tuple[str, dict[str, Any]]] = {
    "query": (QUERY, {}),
    "loop": ("[plugged_loop]", {}),
    "related": ("[plugged_related]", {}),
    "contents": ("[plugged_contents]", {}),
    "numbers": ("[plugged_numbers]", {}),
    "tabs": ("[plugged_tabs]", {}),
    "picture": ("[plugged_picture]", {}),
    "wall": ("<p>Only for members.</p>", {"plugged_wall": "1"}),
    "silent wall": ("<p>Only for members.</p>", {"plugged_silent_wall": "1"}),
    "page": ("", {"plugged_page_author": "Ann Bell & Sons"}),
    "elsewhere": ("", {"_links_to": "https://paper.example/2026/tram?a=1&b=2"}),
    "authors": ("", {"plugged_authors": AUTHORS}),
    "coauthors": ("", {"plugged_coauthors": [71, 72]}),
    "language": ("", {"plugged_lang": "fr", "plugged_translations": {"fr": 0, "en": 777}}),
}
"""The content after the opening and the meta of a post, by its title."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """The records by title, and the runs before and after a new post."""

    records: dict[str, dict[str, Any]]
    first: Crawl
    again: Crawl


@pytest.fixture(scope="module")
def crawled(
    small_site: RealWordPress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawled]:
    """The site with its plugin, crawled whole before and after a new post."""
    small_site.reset()
    plugin = small_site.folder / "wp-content/mu-plugins/plugins.php"
    shutil.copyfile(small_site.folder / "plugins.php", plugin)
    services.give_away(plugin)
    try:
        for title, (content, meta) in POSTS.items():
            small_site.insert(title, OPENING + content, meta_input=meta)
        prose = "<p>The whole text lives in a field.</p>"
        small_site.insert("field", "", meta_input={"plugged_acf": {"body": prose}})
        small_site.insert("other field", "", meta_input={"plugged_story_body": prose})
        archive = Archive(tmp_path_factory.mktemp("plugins"), small_site.url)
        first = archive.crawl()
        assert first.exit_code == COMPLETE, first.log
        small_site.insert("new", "<p>A new post about the tram line to the harbour.</p>")
        again = archive.crawl("-a", "full=1")
        yield Crawled({record["title"]: record for record in first.records}, first, again)
    finally:
        plugin.unlink()


OPENING_TEXT = OPENING.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize("title", ["query", "loop", "related", "contents", "numbers"])
def test_words_of_other_posts_and_counts_are_not_the_posts(crawled: Crawled, title: str) -> None:
    assert crawled.records[title]["text"] == OPENING_TEXT


def test_a_new_post_and_other_counts_make_no_revision_of_an_old_post(crawled: Crawled) -> None:
    assert [record["title"] for record in crawled.again.records] == ["new"], crawled.again.log


def test_tabs_that_a_click_opens_are_kept(crawled: Crawled) -> None:
    text = crawled.records["tabs"]["text"]
    assert [word for word in ("North", "South", "Rain.", "Sun.") if word not in text] == []


def test_a_lazy_picture_has_its_own_address(crawled: Crawled) -> None:
    html = crawled.records["picture"]["html"]
    assert html.count("<img") == 1
    assert "/wp-content/uploads/tram.jpg" in html


def test_a_wall_is_not_the_text(crawled: Crawled) -> None:
    record = crawled.records["wall"]
    assert (record["text"], record["protected"]) == ("", "members")


def test_a_text_that_a_plugin_empties_is_behind_a_wall(crawled: Crawled) -> None:
    record = crawled.records["silent wall"]
    assert (record["text"], record["excerpt"], record["protected"]) == ("", "", "members")


def test_an_author_that_only_the_page_names_is_the_posts(crawled: Crawled) -> None:
    names = [author["name"] for author in crawled.records["page"]["authors"]]
    assert names == ["Ann Bell & Sons"]


def test_a_post_that_leads_elsewhere_keeps_its_own_address(crawled: Crawled) -> None:
    record = crawled.records["elsewhere"]
    assert record["article"]["link"] == "https://paper.example/2026/tram?a=1&b=2"
    assert record["url"].startswith(record["site"])


def test_authors_that_a_field_names_are_the_posts(crawled: Crawled) -> None:
    authors = crawled.records["authors"]["authors"]
    assert [(author["id"], author["name"]) for author in authors] == [
        (3, "Marta Lind"),
        (None, "Cy Dunn"),
    ]


def test_authors_that_a_route_names_are_the_posts(crawled: Crawled) -> None:
    record = crawled.records["coauthors"]
    names = [author["name"] for author in record["authors"]]
    assert names == ["Ann Bell", f"Guest of {record['post_id']}"]


def test_a_post_has_its_language_and_translations(crawled: Crawled) -> None:
    record = crawled.records["language"]
    assert record["language"] == "fr"
    assert record["translations"] == [{"language": "en", "id": 777, "url": None}]


def test_the_text_may_be_in_a_field(crawled: Crawled) -> None:
    assert crawled.records["field"]["text"] == "The whole text lives in a field."


def test_the_run_names_the_field_of_a_post_without_words(crawled: Crawled) -> None:
    assert crawled.records["other field"]["text"] == ""
    assert "set NEWSCRAWL_FIELDS=story_body" in crawled.first.log
