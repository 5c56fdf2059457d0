"""The policy: the tags and attributes of a normalized body, and the handling of all others."""

from typing import Final

# --- The output -------------------------------------------------------------------------------

# The tags of the output with their attributes. Nothing else leaves this package: nh3, the last
# pass, gets this same table.
ALLOWED: Final[dict[str, frozenset[str]]] = {
    # blocks that contain blocks
    "blockquote": frozenset({"cite", "dir"}),
    "dd": frozenset({"dir"}),
    "dl": frozenset({"dir"}),
    "figure": frozenset({"dir"}),
    "li": frozenset({"dir", "value"}),
    "ol": frozenset({"dir", "reversed", "start", "type"}),
    "table": frozenset({"dir"}),
    "tbody": frozenset(),
    "td": frozenset({"colspan", "dir", "rowspan"}),
    "tfoot": frozenset(),
    "th": frozenset({"colspan", "dir", "rowspan", "scope"}),
    "thead": frozenset(),
    "tr": frozenset(),
    "ul": frozenset({"dir"}),
    # blocks that contain words
    "caption": frozenset({"dir"}),
    "dt": frozenset({"dir"}),
    "figcaption": frozenset({"dir"}),
    "h1": frozenset({"dir"}),
    "h2": frozenset({"dir"}),
    "h3": frozenset({"dir"}),
    "h4": frozenset({"dir"}),
    "h5": frozenset({"dir"}),
    "h6": frozenset({"dir"}),
    "hr": frozenset(),
    "p": frozenset({"dir"}),
    "pre": frozenset({"dir"}),
    # words
    "a": frozenset({"href"}),
    "abbr": frozenset({"title"}),
    "bdi": frozenset({"dir"}),
    "bdo": frozenset({"dir"}),
    "br": frozenset(),
    "cite": frozenset(),
    "code": frozenset(),
    "del": frozenset({"datetime"}),
    "dfn": frozenset({"title"}),
    "em": frozenset(),
    "img": frozenset({"alt", "height", "src", "width"}),
    "ins": frozenset({"datetime"}),
    "kbd": frozenset(),
    "mark": frozenset(),
    "q": frozenset({"cite"}),
    "rt": frozenset(),
    "ruby": frozenset(),
    "s": frozenset(),
    "samp": frozenset(),
    "strong": frozenset(),
    "sub": frozenset(),
    "sup": frozenset(),
    "time": frozenset({"datetime"}),
    "var": frozenset(),
}

# --- The input --------------------------------------------------------------------------------

# Old and presentational tags, and the semantic tag for each.
RENAMED: Final[dict[str, str]] = {
    "acronym": "abbr",
    "amp-audio": "audio",
    "amp-iframe": "iframe",
    "amp-img": "img",
    "amp-video": "video",
    "b": "strong",
    "dir": "ul",
    "i": "em",
    "image": "img",
    "listing": "pre",
    "menu": "ul",
    "plaintext": "pre",
    "strike": "s",
    "tt": "code",
    "xmp": "pre",
}
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Tags around words that are joined if equal ones touch: "<b>a</b><b>b</b>".
JOINED: Final = frozenset({"code", "em", "mark", "s", "strong", "sub", "sup"})
# Tags that have no effect inside the listed tags.
ONCE: Final[dict[str, frozenset[str]]] = {
    "code": frozenset({"code"}),
    "del": frozenset({"del", "s"}),
    "em": frozenset({"em"}),
    "mark": frozenset({"mark"}),
    "ruby": frozenset({"ruby"}),
    "s": frozenset({"del", "s"}),
    "strong": frozenset({"strong"}),
}
# Tags whose start tag ends an open element of the same tag.
UNNESTED: Final = frozenset({"a", "rt"})
INLINE: Final = JOINED | {
    "a", "abbr", "bdi", "bdo", "cite", "del", "dfn", "ins", "kbd", "q", "rt",
    "ruby", "samp", "time", "var",
}  # fmt: skip
# Blocks with one run of words. A paragraph in them is only a line break.
LINES: Final = HEADINGS | {"caption", "dt", "figcaption"}
# Blocks that contain blocks.
FLOWS: Final = frozenset({"blockquote", "dd", "dl", "figure", "li", "ol", "td", "th", "ul"})
# Tags that only start a new paragraph.
BREAKING: Final = frozenset({
    "address", "article", "aside", "center", "details", "dialog", "div", "fieldset", "footer",
    "form", "header", "hgroup", "legend", "main", "nav", "optgroup", "option", "p", "search",
    "section", "summary", "tbody", "tfoot", "thead", "tr",
})  # fmt: skip
# Controls, and labels in a drawing: their words are separate from the words beside them.
APART: Final = frozenset({"button", "select", "text", "textarea", "tspan"})
# Parts of a table that contain its rows.
SECTIONS: Final = frozenset({"tbody", "tfoot", "thead"})
# Elements whose content readers don't see.
HIDDEN: Final = frozenset({
    "annotation", "annotation-xml", "canvas", "datalist", "defs", "desc", "frameset", "head",
    "iframe", "metadata", "noembed", "noframes", "rtc", "script", "style", "symbol", "template",
    "title",
})  # fmt: skip
# Tags that continue in the next paragraph if the paragraph ends before their end tag.
FORMATTING: Final = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
# Elements with neither content nor end tag.
VOID: Final = frozenset({
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input",
    "keygen", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
# Classes that change the meaning of an element's tag.
BY_CLASS: Final[dict[str, str]] = {
    "blocks-gallery-caption": "figcaption",
    "blocks-gallery-grid": "div",
    "blocks-gallery-item": "div",
    "fb-post": "fb-post",
    "fb-video": "fb-video",
    "flourish-embed": "flourish-embed",
    "gallery-caption": "figcaption",
    "gallery-item": "figure",
    "infogram-embed": "infogram-embed",
    "tr-caption": "figcaption",
    "tr-caption-container": "figure",
    "wp-caption": "figure",
    "wp-caption-text": "figcaption",
}

# --- Elements that end without their end tag --------------------------------------------------

# Start tags that end an open paragraph.
ENDS_PARAGRAPH: Final = (
    BREAKING - {"option", "optgroup", "legend", "tbody", "tfoot", "thead", "tr"}
) | {
    "blockquote", "dd", "dl", "dt", "figcaption", "figure", "hr", "li", "listing", "menu", "ol",
    "plaintext", "pre", "table", "ul", "xmp", *HEADINGS,
}  # fmt: skip
# By start tag: the open elements that it ends, and the elements at which it stops.
_LISTS = frozenset({"ol", "ul", "menu", "dir"})
_TABLE = frozenset({"table"})
_ROWS = SECTIONS | {"caption"}
_CELLS = frozenset({"td", "th"})
CLOSES: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "li": (frozenset({"li"}), _LISTS),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "option": (frozenset({"option"}), frozenset({"select", "datalist"})),
    "rb": (frozenset({"rb", "rt", "rp"}), frozenset({"ruby"})),
    "rt": (frozenset({"rb", "rt", "rp"}), frozenset({"ruby"})),
    "rp": (frozenset({"rb", "rt", "rp"}), frozenset({"ruby"})),
    "td": (_CELLS, _TABLE),
    "th": (_CELLS, _TABLE),
    "tr": (frozenset({"tr", "caption"}), _TABLE),
    "caption": (_ROWS | {"tr"}, _TABLE),
    "tbody": (_ROWS, _TABLE),
    "tfoot": (_ROWS, _TABLE),
    "thead": (_ROWS, _TABLE),
}
TABLE_PARTS: Final = frozenset({"table", "tr", *_CELLS, *_ROWS})
# Tags that always separate the words before and after them into two paragraphs.
PARTING: Final = ENDS_PARAGRAPH | TABLE_PARTS
# Elements whose content is not closed by end tags of outer elements.
WALLS: Final = frozenset({"td", "th", "caption", "template", "svg", "math", "object", "button"})
# Elements that are not closed by the end tags of spans and unknown elements.
SPECIAL: Final = (
    BREAKING | FLOWS | LINES | TABLE_PARTS | HIDDEN | WALLS | {
        "audio", "dir", "listing", "menu", "noscript", "plaintext", "pre", "ruby", "select",
        "video", "xmp",
    }
)  # fmt: skip
# Elements of other languages: in these, "<x/>" is a complete element.
FOREIGN: Final = frozenset({"math", "svg"})
# HTML elements that end an SVG or MathML before its end tag.
LEAVES_FOREIGN: Final = (
    ENDS_PARAGRAPH | {"b", "br", "code", "em", "i", "img", "span", "strong"}
) - {"details", "form", "legend", "search", "summary"}

# --- Limits against hostile input --------------------------------------------------------------

# Elements that are open at once. Deeper ones are not nested further, as in browsers.
MAX_OPEN: Final = 512
# Nested lists, quotes and tables in the output. Of deeper ones only the words are kept.
MAX_DEPTH: Final = 32
# Tags around one word. Deeper ones are removed.
MAX_INLINE: Final = 16
# Elements of the output. The words of later ones are joined to one paragraph.
MAX_ELEMENTS: Final = 200_000
# Columns and rows that a cell may span.
MAX_SPAN: Final = 50
# Characters of an alternative text or a title that are kept.
MAX_ATTRIBUTE: Final = 2_000
