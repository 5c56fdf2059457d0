"""Markdown has the content of the HTML, and words in it are never markup."""

from __future__ import annotations

import re

import pytest

from tests.markup.reading import COMMONMARK, body, seen_text, start_tags


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h1>A</h1><h3>B # </h3><h6>C<br>D</h6>", "# A\n\n### B \\#\n\n###### C D"),
        ("<p><em>a</em><b>b</b> <s>c</s> <del>d</del></p>", "_a_**b** ~~c~~ ~~d~~"),
        ("<p>a<em>b</em>c <i><b>d</b></i></p>", "a*b*c _**d**_"),
        ("<p>one<strong>, two.</strong>three</p>", "one, **two**.three"),
        ("<p><b><i>a</i>,</b>b <i><b>c</b></i></p>", "__*a*__,b _**c**_"),
        ('<p>a<b>!</b><a href="/x">t</a></p>', "a\\![t](https://example.org/x)"),
        ("<p><b>,</b><del>a</del><del>b</del> <i>c</i><b>d</b>", ",a~~b~~ _c_**d**"),
        ("<p><b><i>a</i></b><i>, b</i> €<b>(c)</b> €<b>d</b>", "___a___*, b* €(**c)** €**d**"),
        ("<p><b>。</b><del>a</del>b <del>。</del><b>€</b> c", "。~~a~~b 。**€** c"),
        ("<p><b><code>a</code></b><code>b</code>", "**`a`**`b`"),
        ("<p>(<b>a</b>) <b>“a”</b> <b>a <i>b</i></b></p>", "(**a**) **“a”** __a *b*__"),
        ("<p>हिन्<b>दी</b>भाषा <b>漢字。</b>漢</p>", "हिन्**दी**भाषा **漢字**。漢"),
        ("<p><code>a`b</code> <code>`</code> <code> x  y </code></p>", "``a`b`` `` ` `` `x y`"),
        ("<pre>a\n```\nb</pre>", "````\na\n```\nb\n````"),
        ('<p><code><a href="/f">f</a></code></p>', "[f](https://example.org/f)"),
        ('<p><a href="/a_(b)*?x=1&amp;y">t</a></p>', "[t](https://example.org/a_(b)*?x=1&y)"),
        ('<p><a href="/(a)b)?&amp;copy;">t</a></p>', "[t](https://example.org/\\(a\\)b\\)?\\&copy;)"),
        ('<p><a href="/x y">[t]</a></p>', "[\\[t\\]](https://example.org/x%20y)"),
        ('<p><img src="/i.png" alt="a ] *b*"></p>', "![a \\] \\*b\\*](https://example.org/i.png)"),
        ('<p>Go!<a href="/x">t</a></p>', "Go\\![t](https://example.org/x)"),
        ("<p>Go! <b>Go!</b><br>Go!</p>", "Go! **Go!**\\\nGo!"),
        ("<ol><li>a<li>b</ol><ol><li>c</ol>", "1. a\n2. b\n\n1) c"),
        ("<ul><li>a<ul><li>b</ul></ul><ul><li>c</ul>", "- a\n  - b\n\n* c"),
        ("<ul><li><p>a<p>b</ul>", "- a\n\n  b"),
        ('<ol start="9"><li>a<li value="20">b<li>c</ol>', "9. a\n20. b\n21. c"),
        ("<dl><dd><ul><li>a</ul></dl><ul><li>b</ul>", "- a\n\n* b"),
        ("<blockquote><p>a<p>b<ul><li>c</ul></blockquote>", "> a\n>\n> b\n>\n> - c"),
        ("<p>a<hr><p>b", "a\n\n___\n\nb"),
        ("<p>a<br>b", "a\\\nb"),
        ("<a><a href=/x>l</a>(</a>)<b>a</b>", "[l](https://example.org/x)**a**"),
        ("<p><q>a</q></p>", "“a”"),
        ("<table><tr><td>a<br>b<td><pre>c|d</pre><tr><td>e</table>",
         "| a b | `c\\|d` |\n| --- | --- |\n| e |"),
        ("<table><tr><td rowspan=2>a<td colspan=2>b<td>c<tr><td>d<td>e<td>f</table>",
         "| a | b |  | c |\n| --- | --- | --- | --- |\n|  | d | e | f |"),
    ],
)  # fmt: skip
def test_each_tag_is_written(html: str, markdown: str) -> None:
    assert body(html).markdown == markdown


@pytest.mark.parametrize(
    "words",
    [
        "# head", "###### head", "- item", "+ item", "* item", "1. item", "12) item", "> quote",
        "---", "***", "___", "===", "```", "~~~", "    code", "| a | b |", "|---|", ":--", "- - -",
        "*em*", "**strong**", "_em_", "__strong__", "~~gone~~", "`code`", "a\\", "\\*",
        "<b>bold</b>", "<script>alert(1)</script>", "<!-- x -->", "<https://pub.org>",
        "<a@pub.org>", "[ref]", "[link](https://pub.org)", "[link](javascript:x)",
        "![](https://pub.org/i.png)", "[ref]: https://pub.org", "[^1]: note", "[x] done",
        "&lt;b&gt;", "&amp;", "&#60;", "a&copy;b", "!", "Go![", "]", "](x)", "snake_case_name",
        "2 * 3 * 4", "a ~ b", "C:\\new", "$x$", "#tag",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "around",
    [
        "{}", "<p>a<br>{}<br>b", "<ul><li>{}</ul>", "<h2>{}</h2>", "<blockquote>{}</blockquote>",
        "<b>{}</b>", "<p>a<i>{}</i>b", '<a href="/x">{}</a>', "<table><tr><td>{}<td>b</table>",
        "<dl><dt>{}<dd>b</dl>",
    ],
)  # fmt: skip
def test_words_are_never_markup(words: str, around: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace("[", "&#91;")
    once = body(around.format(escaped))
    rendered = COMMONMARK.render(once.markdown)
    assert seen_text(rendered).split() == seen_text(once.html).split()
    # Marks around words are left out if some renderer would misread them.
    given_up = {"em", "strong", "thead", "tbody", "th", "td", "p", "br", "dl", "dt", "dd"}
    assert _tags(rendered) - given_up == _tags(once.html) - given_up


def _tags(html: str) -> set[str]:
    return {tag for tag, _ in start_tags(html)}


@pytest.mark.parametrize("mark", ["em", "strong", "del", "code"])
@pytest.mark.parametrize("around", ["{}", "({})", "“{}”", "a {} b", "{}, b", "{}<br>b", "a—{}"])
def test_marks_around_words_survive(mark: str, around: str) -> None:
    html = f"<p>{around.format(f'<{mark}>word two</{mark}>')}</p>"
    rendered = COMMONMARK.render(body(html).markdown).replace("<s>", "<del>")
    assert re.search(f"<{mark}>word two<", rendered)
