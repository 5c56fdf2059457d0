"""A real Chromium opens what hostile bodies became: nothing runs, also after parsing it again."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from newscrawl.markup import normalize
from newscrawl.markup.allowlist import ALLOWED
from newscrawl.markup.unicode import cleaned
from tests.markup.reading import COMMONMARK, FURNITURE, body, without_shortcodes, words
from tests.markup.soups import hostile_soups, soups
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
# Places where a careless page may put HTML, with elements that are parsed otherwise.
CONTEXTS = [
    "{}", "<table>{}</table>", "<select>{}</select>", "<template>{}</template>", "<svg>{}</svg>",
    "<svg><foreignObject>{}</foreignObject></svg>", "<svg><title>{}</title></svg>",
    "<math>{}</math>", "<math><mtext>{}</mtext></math>", "<noscript>{}</noscript>",
    "<textarea>{}</textarea>", "<title>{}</title>", "<style>{}</style>", "<xmp>{}</xmp>",
    "<noembed>{}</noembed>", "<!--{}-->", "<a>{}</a>", "<form>{}</form>", "<button>{}</button>",
    "<p>{}", "<table><tr>{}", "<![CDATA[{}]]>",
]  # fmt: skip
# Opens HTML as a page in all of these, with scripts on, by the parser and by a script.
OPEN = """async ([html, contexts]) => {
    const settle = () => Promise.allSettled([...document.images].map(e => e.decode()));
    const poke = () => {
        for (const element of document.querySelectorAll("body *"))
            for (const type of ["mouseover", "focus", "error", "load", "toggle", "animationend"])
                element.dispatchEvent(new Event(type));
    };
    for (const context of contexts) {
        const whole = context.replace("{}", () => html);
        document.open();
        document.write("<!doctype html><body>" + whole);
        document.close();
        poke();
        document.body.innerHTML = whole;
        document.body.innerHTML = document.body.innerHTML;
        poke();
        await settle();
    }
}"""
# Parses HTML, twice, and as XHTML; returns what is in the document each time.
PARSE = """html => {
    const look = root => [...root.querySelectorAll("*")].map(e => [
        e.localName, e.namespaceURI, e.getAttributeNames(), e.localName == "a" ? e.protocol : null,
    ]);
    const around = document.createElement("div");
    document.body.replaceChildren(around);
    around.innerHTML = html;
    const once = look(around);
    around.innerHTML = around.innerHTML;
    const again = around.innerHTML;
    const written = new XMLSerializer().serializeToString(around);
    const xml = new DOMParser().parseFromString(written, "application/xhtml+xml");
    return {html: again, looks: [once, look(around), look(xml.documentElement)]};
}"""
XHTML = "http://www.w3.org/1999/xhtml"
# What a theme's style hides, and what innerText has though it is never painted.
UNSEEN = (
    ", ".join(f".{name}, #{name}" for name in sorted(FURNITURE))
    + ", .katex-html, defs, symbol { display: none }"
)
# Cases of words that a browser shows and that are not the post's, or not in its text.
LEFT_OUT = {
    "A film behind a box that asks for consent",
    "A film by its still picture",
    "A film in base64, in an attribute of the consent box or as its words",
    "A formula that a script has typeset, with its MathML",
    "A film behind a consent box is a link",
    "A formula in the text",
    "A form that asks for choices is its words, one that asks for words is none",
    "An address that is hidden from robots is decoded, and no link",
    "LaTeX of a block is a formula",
    "LaTeX that a script typesets is a formula",
    "Marks for more and for the next page are no words",
    "The words of a consent box on a film are not the post's",
    "The reading of a word stands in brackets, and not in the text",
}
# What in a soup is rightly read as no words, or shown by a browser as its own source.
NOT_FOR_WORDS = re.compile(r"\[| hidden|style=display|<iframe")
# Of the payloads below; the others are for other browsers, or other ways of cleaning.
LEAST_LIVE = 25


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a browser without network."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("Chromium is missing; on Debian: sudo apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        context = browser.new_context()
        context.route("**/*", lambda route: route.abort())
        yield context.new_page()
        browser.close()


@pytest.fixture(scope="module")
def other(page: Page) -> Page:
    """A second page, for what comes as it came and asks for whatever it likes."""
    return page.context.new_page()


@pytest.fixture(scope="module")
def asked(page: Page) -> list[str]:
    """The requests of pages: the kind and the URL of each."""
    kinds: list[str] = []
    page.on("request", lambda request: kinds.append(f"{request.resource_type} {request.url}"))
    page.on("dialog", lambda dialog: kinds.append(dialog.type))
    return kinds


def runs_of(page: Page, html: str, contexts: list[str]) -> int:
    """Open *html* and return how often a payload ran."""
    page.evaluate(COUNT)
    page.evaluate(OPEN, [html, contexts])
    return int(page.evaluate("() => window.runs"))


def parsed(page: Page, html: str) -> Any:
    """Return what the browser writes of *html*, in which it found nothing but the table."""
    found = page.evaluate(PARSE, html)
    for tag, namespace, attributes, scheme in chain(*found["looks"]):
        assert namespace == XHTML
        assert set(attributes) <= ALLOWED.get(tag, set())
        assert tag in ALLOWED
        assert scheme in {"http:", "https:", None}
    return found["html"]


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
def test_a_hostile_body_runs_nothing(page: Page, asked: list[str], payload: str) -> None:
    once = body(f"<p>a</p>{payload}<p>b</p>")
    for html in (once.html, COMMONMARK.render(once.markdown)):
        parsed(page, html)
        assert runs_of(page, html, CONTEXTS) == 0
    assert [one for one in asked if not one.startswith("image ")] == []


def test_payloads_would_run_as_they_came(other: Page) -> None:
    assert len([one for one in PAYLOADS if runs_of(other, one, CONTEXTS[:1])]) >= LEAST_LIVE


@given(hostile_soups)
@settings(max_examples=100)
def test_a_soup_of_tricks_runs_nothing(page: Page, asked: list[str], html: str) -> None:
    once = body(html)
    assert body(parsed(page, once.html)) == once
    assert runs_of(page, once.html, CONTEXTS) == 0
    parsed(page, COMMONMARK.render(once.markdown))
    assert [one for one in asked if not one.startswith("image ")] == []


@given(soups)
@settings(max_examples=60)
def test_a_browser_finds_nothing_but_the_table(page: Page, html: str) -> None:
    once = body(html)
    assert body(parsed(page, once.html)) == once


def lost(shown: list[str], text: list[str]) -> list[str]:
    """Return what of *shown* is not in *text*, in its order."""
    left = iter(text)
    return [one for one in shown if one not in left]


def shown_text(page: Page, html: str) -> str:
    """Return what a reader of a WordPress site sees of a body, but for shortcodes."""
    page.evaluate("html => { document.body.innerHTML = html; }", html)
    page.add_style_tag(content=UNSEEN)
    return without_shortcodes(cleaned(page.evaluate("document.body.innerText")))


def plain_words(text: str) -> list[str]:
    """Return words without what a style or a formula makes of their letters."""
    return words(unicodedata.normalize("NFKC", text).casefold())


@pytest.mark.parametrize(
    "case",
    [case for case in [*cases("editors"), *cases("media")] if case.id not in LEFT_OUT],
)
def test_no_letter_that_a_browser_shows_is_lost(other: Page, case: Case) -> None:
    shown, text = shown_text(other, case.source), body(case.source).text
    assert not lost(list("".join(plain_words(shown))), list("".join(plain_words(text))))


@given(soups.filter(lambda html: not NOT_FOR_WORDS.search(html)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
def test_no_letter_of_a_soup_is_lost(other: Page, html: str) -> None:
    shown, text = shown_text(other, html), body(html).text
    assert not Counter("".join(plain_words(shown))) - Counter("".join(plain_words(text)))


def test_no_word_of_a_real_site_is_lost(other: Page, bodies: list[tuple[str, str, str]]) -> None:
    for name, url, html in bodies:
        text = normalize(html, url).text
        assert not lost(plain_words(shown_text(other, html)), plain_words(text)), name
