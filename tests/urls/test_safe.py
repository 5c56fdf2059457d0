"""URLs and other values of attributes: which are kept, and as what."""

from __future__ import annotations

from itertools import product
from urllib.parse import urljoin

import pytest

from newscrawl.markup import safe_url
from newscrawl.markup.embeds import page_of_embed
from tests.markup.reading import URL, body


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/a b?c=d e#f g", "https://example.org/a%20b?c=d%20e#f%20g"),
        ("../x", "https://example.org/x"),
        ("//pub.org/x", "https://pub.org/x"),
        ("HTTP://Pub.org:80/%7Ea", "HTTP://Pub.org:80/%7Ea"),
        (" https://pub.org/ü?q=漢 ", "https://pub.org/ü?q=漢"),
        ("https:\\\\pub.org\\x", "https://pub.org/x"),
        ('https://pub.org/"><script>', "https://pub.org/%22%3E%3Cscript%3E"),
        ("ht\ntps://pub.org/a\tb", "https://pub.org/ab"),
        ("https://[2001:db8::1]:8080/", "https://[2001:db8::1]:8080/"),
        ("?p=5", "https://example.org/post/?p=5"),
    ],
)
def test_a_url_is_made_absolute_and_whole(url: str, expected: str) -> None:
    found = safe_url(url, URL)
    assert found is not None
    assert found.replace("HTTP", "http") == expected.replace("HTTP", "http")


@pytest.mark.parametrize(
    "url",
    [
        "", "  ", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
        "java\x00script:x", "\x01javascript:x", "&#106;avascript:x:y", "vbscript:x",
        "data:text/html,x", "blob:https://pub.org/x", "file:///etc/passwd", "ftp://pub.org/x",
        "mailto:a@pub.org",
        "tel:+1", "about:blank", "view-source:https://pub.org", "https://user:pass@pub.org/",
        "https://pub.org@evil.org/", "https:///x", "https://", "http://[::1",
        "https://a b/", "https://<b>/",
        "https://pub.org:port/", "x:" + "y" * 10, "https://pub.org/" + "a" * 5_000,
    ],
)  # fmt: skip
def test_a_url_of_another_scheme_is_refused(url: str) -> None:
    assert safe_url(url, "") is None
    assert "href" not in body(f'<a href="{url}">x</a>').html or ":" not in url


@pytest.mark.parametrize(
    ("frame", "page"),
    [
        ("https://www.youtube.com/embed/abcdefghijk?feature=oembed",
         "https://www.youtube.com/watch?v=abcdefghijk"),
        ("//www.youtube-nocookie.com/embed/a-b_c", "https://www.youtube.com/watch?v=a-b_c"),
        ("https://www.youtube.com/embed/videoseries?list=PL1",
         "https://www.youtube.com/playlist?list=PL1"),
        ("https://player.vimeo.com/video/5?h=1", "https://vimeo.com/5"),
        ("https://www.dailymotion.com/embed/video/x1", "https://www.dailymotion.com/video/x1"),
        ("https://open.spotify.com/embed/track/4x", "https://open.spotify.com/track/4x"),
        ("https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
         "https://api.soundcloud.com/tracks/1"),
        ("https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Ffb.com%2Fp",
         "https://fb.com/p"),
        ("https://platform.twitter.com/embed/Tweet.html?id=1", "https://x.com/i/status/1"),
        ("https://www.instagram.com/p/Ab/embed/", "https://www.instagram.com/p/Ab/"),
        ("https://www.tiktok.com/embed/v2/7", "https://www.tiktok.com/@/video/7"),
        ("https://maps.org/frame?q=1", "https://maps.org/frame?q=1"),
        ("/chart/", "https://example.org/chart/"),
    ],
)  # fmt: skip
def test_an_embed_stands_for_a_page(frame: str, page: str) -> None:
    assert page_of_embed(frame, URL) == page


@pytest.mark.parametrize(
    "frame",
    [
        "https://ad.doubleclick.net/x",
        "https://www.googletagmanager.com/ns.html?id=G",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
    ],
)
def test_an_embed_without_a_page_has_no_url(frame: str) -> None:
    assert page_of_embed(frame, URL) is None


def test_a_player_of_no_safe_page_stays_what_it_is() -> None:
    frame = "https://w.soundcloud.com/player/?url=javascript:x"
    assert page_of_embed(frame, URL) == frame


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<ol start="-3" type="a" reversed class="x"><li value=" 2 " id="y">a</ol>',
         '<ol reversed="reversed" start="-3" type="a"><li value="2">a</li></ol>'),
        ('<ol start="x" type="disc"><li value="1.5">a</ol>', "<ol><li>a</li></ol>"),
        ('<table><tr><td colspan="999999" rowspan="0">a<td colspan="1">b</table>',
         '<table><tbody><tr><td colspan="50">a</td><td>b</td></tr></tbody></table>'),
        ('<abbr title=" World  Health ">WHO</abbr>',
         '<p><abbr title="World Health">WHO</abbr></p>'),
        ('<time datetime="2026-01-31T10:00Z">May</time> <time datetime="x&quot;">y</time>',
         '<p><time datetime="2026-01-31T10:00Z">May</time> <time>y</time></p>'),
        ('<blockquote cite="javascript:x">a</blockquote><blockquote cite="/c">b</blockquote>',
         """<blockquote><p>a</p></blockquote>
<blockquote cite="https://example.org/c"><p>b</p></blockquote>"""),
        ('<p dir="RTL" lang="he" style="x" id="y" onclick="z()" data-a="b" aria-label="c">a</p>',
         '<p dir="rtl">a</p>'),
        ('<bdo dir="evil">a</bdo> <bdi dir="ltr">b</bdi>',
         '<p><bdo>a</bdo> <bdi dir="ltr">b</bdi></p>'),
    ],
)  # fmt: skip
def test_attributes_keep_only_valid_values(html: str, expected: str) -> None:
    assert body(html).html == expected


@pytest.mark.parametrize(
    "base", ["https://example.org/a/b?c#d", "http://[::1]:8080", "https://a.b"]
)
def test_a_path_is_joined_as_the_standard_library_joins_it(base: str):
    parts = ["/", "//", ".", "..", "a", "?", ";", "=", "%2e", ":", "@"]
    paths = ["/a" + "".join(end) for end in product(parts, repeat=3)]
    assert [path for path in paths if safe_url(path, base) != urljoin(base, path)] == []
