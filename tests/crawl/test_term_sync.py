"""Terms and authors: in files of their own, with parents, descriptions and counts."""

from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, Crawls

pytestmark = pytest.mark.slow


def test_terms_and_authors_have_a_line_each_and_a_new_one_for_a_change(tmp_path: Path):
    with DemoSite() as site:
        crawl = Crawls(site.url, tmp_path)
        assert crawl("-a", "terms=1", "-a", "limit=3") != 1, crawl.log
        terms, authors = crawl.new("terms"), crawl.new("authors")
        assert {term["id"] for term in terms} == site.magazine.terms.keys()
        assert {"category", "post_tag"} <= {term["taxonomy"] for term in terms}
        by_id = {term["id"]: term for term in terms}
        for number, term in site.magazine.terms.items():
            assert by_id[number]["name"] == term.name
            assert by_id[number]["count"] is not None
        assert all(author["name"] and author["url"] for author in authors)
        first = next(iter(site.magazine.terms))
        site.magazine.terms[first] = replace(site.magazine.terms[first], name="Renamed")
        assert crawl("-a", "terms=1", "-a", "limit=3") != 1, crawl.log
        (line,) = crawl.new("terms")
        assert (line["id"], line["name"], line["change"]) == (first, "Renamed", "updated")
        assert crawl.new("authors") == []
    assert crawl.scrapy("verify") == COMPLETE, crawl.said
