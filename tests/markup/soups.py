"""Bodies made up by hypothesis: soups of tags in no order, runs of formats, whole documents."""

from __future__ import annotations

from hypothesis import strategies as st


def _names(names: str) -> list[str]:
    return names.split()


_TAGS = _names("""
    a abbr address article aside audio b blockquote br button caption center cite code dd del
    details div dl dt em embed figcaption figure font footer form h1 h2 h3 h6 header hr i iframe img
    input kbd li main mark math mtext nav noscript object ol option p picture pre q rp rt ruby s
    samp script section select small source span strong style sub summary sup svg table tbody td
    template textarea tfoot th thead time title tr tt u ul var video wbr x-tag""")
_ATTRIBUTES = (
    "href=/x", "href='https://pub.org/a'", "href=#note", "href=javascript:x()", "src=/i.png",
    "src='https://video.org/v.mp4'", "srcset='/a 1x, /b 2x'", "alt='a *b* [c]'", "width=1",
    "class=wp-caption", "class=wp-caption-text", "class=gallery-item", "class=gallery-caption",
    "class=wp-block-verse", "class=su-button", "class=emoji", "hidden", "style=display:none",
    "style=display:block", "dir=rtl", "dir=ltr", "colspan=2", "rowspan=9", "start=5", "type=a",
    "reversed", "value=3", "role=presentation", "title=t", "cite=/c", "datetime=2026", "scope=row",
    "onclick=x()", "data-src=/lazy.png",
)  # fmt: skip
_TEXTS = (
    "one", " two ", "\n", "\n\n", "&amp;", "&lt;b&gt;", "&#3;", "&#x202e;", "*x*", "_y_", "[z](u)",
    "# h", "- l", "1. n", "> q", "`", "```", "|", "~~~", "\\", "<", ">", "&", "\xa0", "漢字",
    "العربية", "https://u.org/x", "!", "[", "]", "(", ")", "\x00", "\x1b", "\u200b", "\ud800",
    "<!--", "-->", "<!--nextpage-->", "===", "---", "+", "a_b", "[1]", "[sic]", '"', "“", "”",
    "[vc_row a=”b”]", "[/vc_row]", "[caption id='x']", "[/caption]", "[/button]", "[youtube x]",
    "[button url='https://pub.org/a']", "[vc_raw_html]", "[/vc_raw_html]",
    "\ue03a",
)  # fmt: skip

_start = st.builds(
    lambda tag, attributes: f"<{' '.join([tag, *attributes])}>",
    st.sampled_from(_TAGS),
    st.lists(st.sampled_from(_ATTRIBUTES), max_size=2),
)
_end = st.sampled_from(_TAGS).map("</{}>".format)
_text = st.sampled_from(_TEXTS) | st.text(max_size=4)

# Tricks on parsers, sanitizers and browsers: each calls ran() if it works.
_HOSTILE = (
    "<img src=x onerror=ran()>", "<svg onload=ran()>", "<script>ran()</script>", "</script>",
    "<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>", "<xmp>", "</xmp>",
    "<noscript>", "</noscript>", "<template>", "</template>", "<noembed>", "<noframes>",
    "<iframe>", "</iframe>", "<plaintext>", "<!--", "-->", "--!>", "<!-->", "<!--->", "<![CDATA[",
    "]]>", "<?x", "<!doctype>", "<svg>", "</svg>", "<math>", "</math>", "<mtext>", "<mglyph>",
    "<malignmark>", "<foreignObject>", "<desc>", "<annotation-xml encoding=text/html>", "<a id='",
    '<p title="', "'>", '">', "`", "<form>", "</form>", "<table>", "<select>", "<option>",
    "<body onload=ran()>", "<a href=javascript:ran()>", "<a href='java\tscript:ran()'>",
    "<use href=data:,x>", "<base href=javascript:ran()//>",
    "<iframe srcdoc='<script>parent.ran()</script>'>", "<iframe src=javascript:parent.ran()>",
    "<object data=javascript:ran()>", "<frameset onload=ran()>", "<input autofocus onfocus=ran()>",
    "<details open ontoggle=ran()>", "<marquee onstart=ran()>", "<video><source onerror=ran()>",
    "<p style=animation:x onanimationstart=ran()>", "&lt;", "&gt;",
    "&lt;img src=x onerror=ran()&gt;", "&#60;script>ran()&#60;/script>", "&amp;lt;", "\0", "\x0c",
    "/", "<scr", "ipt>", "onerror=ran() ", "](javascript:ran())", '[x](x "onerror=ran()', "![",
    "<", ">", "<x onclick=ran() ", "<animate onbegin=ran() attributeName=x>",
    "[su_button url='javascript:ran()'", "[caption id='x']", "</p>", "<br>", "\u2028", "\ufeff",
)  # fmt: skip
hostile_soups = st.lists(st.sampled_from(_HOSTILE) | _start | _text, min_size=4, max_size=25).map(
    "".join
)

soups = st.lists(_start | _end | _text, max_size=30).map("".join)


def _element(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>"


def _numbered(document: str) -> str:
    """Give each word of a document a number of its own."""
    pieces = document.split("word")
    return "".join(f"{piece}word{place}x" for place, piece in enumerate(pieces[:-1])) + pieces[-1]


_runs = st.recursive(
    st.sampled_from(("word", "word word", "word,", "word<br>word")),
    lambda inner: (
        st.builds(
            _element,
            st.sampled_from(_names("b i em strong code del mark sub q span u abbr")),
            inner,
        )
        | st.lists(inner, min_size=1, max_size=3).map(" ".join)
    ),
    max_leaves=6,
)
_pieces = st.sampled_from((
    "a", "b c", "é", "漢", "。", "€", ",", "(", ")", "“", "!", " ", "*", "_", "~", "`", "[", "]",
    "#", "\\", "&amp;", "<br>", "<a href=/x>l</a>", "<img src=/i.png>", "<code>c</code>",
    "<sub>2</sub>",
))  # fmt: skip
_formats = st.recursive(
    _pieces,
    lambda inner: st.builds(
        _element,
        st.sampled_from(_names("b i del s q mark a")),
        st.lists(inner, min_size=1, max_size=4).map("".join),
    ),
    max_leaves=8,
)
# Formats in and beside each other, with punctuation wherever Markdown cares.
runs = st.lists(_formats, min_size=1, max_size=6).map("".join)

_lines = st.builds(_element, st.sampled_from(_names("p h1 h2 h4 p div")), _runs)
_blocks = st.recursive(
    _lines,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map("\n".join)
        | st.builds(_element, st.sampled_from(_names("div section blockquote article")), inner)
        | st.builds(
            lambda tag, items: _element(tag, "".join(_element("li", item) for item in items)),
            st.sampled_from(_names("ul ol")),
            st.lists(inner | _runs, min_size=1, max_size=3),
        )
        | st.builds(
            lambda rows: _element(
                "table",
                "".join(
                    _element("tr", "".join(_element("td", cell) for cell in row)) for row in rows
                ),
            ),
            st.lists(st.lists(_runs, min_size=2, max_size=2), min_size=1, max_size=2),
        )
    ),
    max_leaves=8,
)

documents = _blocks.map(_numbered)
