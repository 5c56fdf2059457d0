"""Titles and excerpts as a line of text."""

from __future__ import annotations

import pytest

from newscrawl.markup import excerpt_text, plain_text

URL = "https://example.org/a/"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Profit &amp; <em>loss</em>: the year&#8217;s&nbsp; end", "Profit & loss: the year’s end"),
        ("AT&amp;amp;T &amp;#8211; 5 &amp;lt; 6", "AT&T – 5 &lt; 6"),
        ("a &lt;b&gt; tag", "a <b> tag"),
        ("one<br>two<p>three</p>four", "one two three four"),
        ("un<b>der</b>line", "underline"),
        ("a<script>x</script><style>x</style><svg><title>x</title></svg>b", "ab"),
        ("a<svg/>b", "ab"),
        ("so\xadft\x00 \x1b[31mred &#27;[0m", "soft [31mred [0m"),
        ("5 < 6 &", "5 < 6 &"),
        ("<", "<"),
        ("", ""),
    ],
)
def test_a_title_is_its_words(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    "link",
    [
        '<a class="more-link" href="https://example.org/a/#more">Read <span>on</span></a>',
        '<a href="/a/">Read more</a>',
        '<a href="http://example.org/a">Read more</a>',
        '<a class="x more-link" href="https://pub.org/b">(more…)</a>',
    ],
)
def test_an_excerpt_has_no_link_to_its_own_post(link: str) -> None:
    assert excerpt_text(f"<p>So it was. {link}</p>\n", URL) == "So it was."
    assert excerpt_text(f"<p>So {link} was.</p>", URL) == "So was."


@pytest.mark.parametrize(
    "furniture",
    [
        '<span class="rt-reading-time"><span class="rt-label">Time: </span><b>2</b></span>',
        '<div class="sharedaddy"><div><div>Share this</div></div></div>',
    ],
)
def test_an_excerpt_has_no_furniture(furniture: str) -> None:
    assert excerpt_text(f"<p>{furniture}So it was.</p>", URL) == "So it was."
    assert plain_text("<span class='read-time'>Two minutes</span>") == "Two minutes"


def test_other_links_of_an_excerpt_are_words() -> None:
    html = '<p>So <a href="https://pub.org/">it</a> was [&hellip;]</p>'
    assert excerpt_text(html, URL) == "So it was […]"


@pytest.mark.parametrize(
    "html",
    [
        "<p>[vc_row css=&#8221;.a{b: c}&#8221;][vc_column]So it was.[/vc_column][/vc_row]</p>",
        "[vc_raw_html]JTNDc2NyaXB0[/vc_raw_html] So it was. [et_pb_text x=&#8221;y […]",
        "So [su_highlight]it[/su_highlight] was. […]",
    ],
)
def test_an_excerpt_has_no_shortcodes(html: str) -> None:
    assert excerpt_text(html, URL).removesuffix(" […]") == "So it was."


def test_an_excerpt_of_only_shortcodes_is_empty() -> None:
    assert excerpt_text("[vc_row][vc_custom_heading text=&#8221;A&#8221; […]", URL) == ""
