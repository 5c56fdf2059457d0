"""A real Chromium opens what hostile bodies became: nothing runs, also after parsing it again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from newscrawl.markup import normalise
from newscrawl.markup.characters import cleaned
from newscrawl.markup.tags import ALLOWED
from tests.markup.reading import COMMONMARK, body, without_shortcodes, words
from tests.markup.soups import soups
from tests.markup.test_bodies import Case, cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]  # fmt: skip

# Counts how often what all payloads call was called.
COUNT = """() => {
    window.runs = 0;
    window.ran = () => { window.runs += 1; };
}"""
# Parses HTML as a page would that puts it somewhere, twice; returns what is then in the document.
PARSE = """async ([html, container]) => {
    const around = container == "svg" || container == "math"
        ? document.createElementNS(
            {svg: "http://www.w3.org/2000/svg", math: "http://www.w3.org/1998/Math/MathML"}[container],
            container == "svg" ? "foreignObject" : "mtext")
        : document.createElement(container);
    document.body.replaceChildren(around);
    around.innerHTML = html;
    around.innerHTML = around.innerHTML;
    const inside = [...around.querySelectorAll("*")];
    for (const element of inside)
        for (const type of ["mouseover", "focus", "error", "load", "toggle", "animationend"])
            element.dispatchEvent(new Event(type));
    await Promise.allSettled(inside.filter(e => e.localName == "img").map(e => e.decode()));
    return {
        html: around.innerHTML,
        elements: inside.map(e => [e.localName, e.namespaceURI, e.getAttributeNames()]),
        schemes: inside.filter(e => e.localName == "a").map(e => e.protocol),
    };
}"""
XHTML = "http://www.w3.org/1999/xhtml"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a browser without network."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("Chromium is missing; on Debian: sudo apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page()
        page.route("**/*", lambda route: route.abort())
        page.goto("about:blank")
        yield page
        browser.close()


def parsed(page: Page, html: str, container: str = "div") -> Any:
    return page.evaluate(PARSE, [html, container])


def runs(page: Page) -> int:
    """Return how often a payload ran."""
    return int(page.evaluate("() => window.runs"))


def check_elements(found: Any) -> None:
    for tag, namespace, attributes in found["elements"]:
        assert namespace == XHTML
        assert set(attributes) <= ALLOWED[tag]
    assert set(found["schemes"]) <= {"http:", "https:"}


PAYLOADS = (
    "<script>ran()</script>",
    "<ScRiPt src=data:,ran()></sCrIpT>",
    "<script/x>ran()</script/y>",
    "<scr<script>ipt>ran()</scr</script>ipt>",
    "<img src=x onerror=ran()>",
    "<img src='x'onerror=ran()>",
    '<img src="x` `<script>ran()</script>"` `>',
    "<img/src/onerror=ran()>",
    "<image href=x onerror=ran()>",
    "<svg onload=ran()><animate onbegin=ran() attributeName=x>",
    "<svg><script>ran()</script><a xlink:href=javascript:ran()><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=ran()></style></svg>",
    "<svg></p><style><a id='</style><img src=x onerror=ran()>'>",
    "<math><mtext><table><mglyph><style><!--</style><a id='--&gt;&lt;img src=x onerror=ran()>'>",
    "<math><annotation-xml encoding=text/html><script>ran()</script></annotation-xml></math>",
    "<math href=javascript:ran()>x</math>",
    "<noscript><p title='</noscript><img src=x onerror=ran()>'></noscript>",
    "<textarea><img title='</textarea><img src=x onerror=ran()>'></textarea>",
    "<title><img title='</title><img src=x onerror=ran()>'></title>",
    "<xmp><p title='</xmp><img src=x onerror=ran()>'></xmp>",
    "<select><template><img src=x onerror=ran()></template></select>",
    "<template><script>ran()</script></template>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "<iframe src=javascript:parent.ran()></iframe>",
    "<object data=javascript:ran()></object><embed src=javascript:ran()>",
    "<video><source onerror=ran()></video><audio src=x onerror=ran()>",
    "<details open ontoggle=ran()>x</details>",
    "<body onload=ran()><base href=javascript:ran()//>",
    "<meta http-equiv=refresh content='0;url=javascript:ran()'>",
    "<link rel=stylesheet href=data:text/css,*{}><style>@import 'javascript:ran()';</style>",
    "<p style='animation:x' onanimationend=ran()>x</p>",
    "<form action=javascript:ran()><input autofocus onfocus=ran()>x</form>",
    "<button formaction=javascript:ran() onclick=ran()>x</button>",
    "<a href=javascript:ran()>x</a>",
    "<a href='java&#10;script:ran()'>x</a>",
    "<a href=' &#1; javascript:ran()'>x</a>",
    "<a href='JaVaScRiPt&colon;ran()'>x</a>",
    "<a href='data:text/html,<script>ran()</script>'>x</a>",
    "<a href='https://pub.org/&quot;onmouseover=ran()//'>x</a>",
    "<a href='https://pub.org/' title='&quot;><img src=x onerror=ran()>'>x</a>",
    "<img src=/i.png alt='&quot;><img src=x onerror=ran()>'>",
    "<img src=/i.png alt='](x)<img src=x onerror=ran()>'>",
    "<abbr title='&lt;img src=x onerror=ran()&gt;'>x</abbr>",
    "&lt;img src=x onerror=ran()&gt;",
    "<p>&amp;lt;img src=x onerror=ran()&amp;gt;</p>",
    "<pre>&lt;img src=x onerror=ran()&gt;</pre><code>`</code>&lt;img src=x onerror=ran()>",
    "<!--><img src=x onerror=ran()>-->",
    "<!--<img src='--><img src=x onerror=ran()>'>",
    "<![CDATA[<img src=x onerror=ran()>]]>",
    "<?xml <img src=x onerror=ran()>?>",
    "<x-tag onclick=ran() onmouseover=ran()>x</x-tag>",
    "<table background=javascript:ran()><td onmouseover=ran()>x<td>y</table>",
    "<table><form><td><img src=x onerror=ran()>",
    "<a><b><a><table><a><img src=x onerror=ran()></table></b>",
    "[su_button url='javascript:ran()']x[/su_button]",
    "[caption id='x']<img src=x onerror=ran()>&lt;img src=x onerror=ran()>[/caption]",
    "[et_pb_image src='javascript:ran()' alt='&lt;img src=x onerror=ran()&gt;']",
    "[x](javascript:ran()) <javascript:ran()> ![x](x&quot; onerror=ran())",
    "<b" + "\0" + "><img src=x on" + "\0" + "error=ran()>",
    "<img src=x onerror\x0c=ran()><img\x0bsrc=x onerror=ran()>",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_body_runs_nothing(page: Page, payload: str) -> None:
    once = body(f"<p>a</p>{payload}<p>b</p>")
    page.evaluate(COUNT)
    page.set_content(once.html)
    for html in (once.html, COMMONMARK.render(once.markdown)):
        check_elements(parsed(page, html))
        for container in ("table", "select", "template", "svg", "math"):
            parsed(page, html, container)
    assert runs(page) == 0


def test_the_payloads_would_run_as_they_came(page: Page) -> None:
    page.evaluate(COUNT)
    page.set_content("".join(PAYLOADS[4:10]))
    assert runs(page) > 0


@given(soups)
@settings(max_examples=60, deadline=None)
def test_a_browser_finds_nothing_but_the_table(page: Page, html: str) -> None:
    once = body(html)
    found = parsed(page, once.html)
    check_elements(found)
    assert body(found["html"]) == once


def is_missing(shown: str, text: str) -> bool:
    """Tell whether a letter of *shown* is not in *text*, in its order."""
    letters = iter("".join(words(text)).casefold())
    return not all(letter in letters for letter in "".join(words(shown)).casefold())


def shown_text(page: Page, html: str) -> str:
    """Return what a reader of a WordPress site sees of a body, but for shortcodes."""
    page.evaluate("html => { document.body.innerHTML = html; }", html)
    page.evaluate("document.body.append(document.createElement('style'))")
    page.evaluate("document.body.lastChild.textContent = '.screen-reader-text { display: none }'")
    return without_shortcodes(cleaned(page.evaluate("document.body.innerText")))


@pytest.mark.parametrize("case", [*cases("editors"), *cases("media")])
def test_no_word_that_a_browser_shows_is_lost(page: Page, case: Case) -> None:
    assert not is_missing(shown_text(page, case.source), body(case.source).text)


def test_no_word_of_a_real_site_is_lost(page: Page, bodies: list[tuple[str, str, str]]) -> None:
    for name, url, html in bodies:
        assert not is_missing(shown_text(page, html), normalise(html, url).text), name
