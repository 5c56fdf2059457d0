"""The arguments ``-a name=value``."""

import pytest

from newscrawl.crawl.options import Arguments
from newscrawl.exceptions import ConfigurationError


@pytest.mark.parametrize(
    ("given", "field", "expected"),
    [
        ({"site": "example.org"}, "site", "https://example.org"),
        ({"site": "http://127.0.0.1:80/blog"}, "site", "http://127.0.0.1:80/blog"),
        ({"full": "1"}, "full", True),
        ({"articles": "0"}, "articles", False),
        ({"articles": "later"}, "articles", False),
        ({"articles": "later"}, "later", True),
        ({"types": "post, news"}, "types", ("post", "news")),
        ({"since": "2026-01-31"}, "since", "2026-01-31T00:00:00Z"),
        ({"since": "2026-01-31T02:00:00+02:00"}, "since", "2026-01-31T00:00:00Z"),
        ({"_job": "abc"}, "limit", None),
    ],
)
def test_an_argument_is_read(given, field, expected):
    assert getattr(Arguments.parse({"site": "https://example.org", **given}), field) == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "add -a site="),
        ({"site": "example.org", "limt": "5"}, "'limt'"),
        ({"site": "not a url"}, "site=not a url"),
        ({"site": "ftp://example.org"}, "site="),
        ({"site": "-v"}, "site=-v"),
        ({"site": "https://[::1"}, "site=https://[::1"),
        ({"site": "https://example.org:99999/"}, "expected the URL"),
        ({"site": "https://me:secret@example.org"}, "site=https://***@example.org"),
        ({"site": "example.org", "limit": "0"}, "limit=0"),
        ({"site": "example.org", "limit": "five"}, "limit=five"),
        ({"site": "example.org", "full": "yes"}, "0 or 1"),
        ({"site": "example.org", "since": "yesterday"}, "2026-01-31"),
        ({"site": "example.org", "since": "2199-01-31"}, "in the past"),
        ({"site": "example.org", "since": "0001-01-01T00:00+14:00"}, "2026-01-31"),
        ({"site": "example.org", "types": "../users"}, "types="),
    ],
)
def test_a_wrong_argument_is_named(given, said):
    with pytest.raises(ConfigurationError) as caught:
        Arguments.parse(given)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
