"""Reads bodies for the tests, by other code than what is tested: tags, links, words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from turbohtml import Element, Node, Text, parse_fragment, tokenize

from newscrawl.markup import furniture, normalize
from newscrawl.markup.allowlist import APART, HEADINGS, HIDDEN, JOINED, PARTING
from newscrawl.markup.controls import is_control_label
from newscrawl.markup.counts import is_advertising, is_count
from newscrawl.markup.furniture import furniture_kind
from newscrawl.markup.shortcodes import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.items import Body

URL = "https://example.org/post/"
# As sites read Markdown; HTML that it held would be passed through.
COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])

_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Classes of what is not a post's own.
FURNITURE = {
    name
    for kind in tomllib.loads(
        Path(furniture.__file__).with_suffix(".toml").read_text(encoding="utf-8")
    ).values()
    for name in kind["names"].split()
    if not name.endswith("*")
}
_UNREAD = HIDDEN | {"audio", "noscript", "object", "video"}
# Parts that a click opens, and the names of those that no reader of the post opens.
_PART = re.compile(
    r"accordion|tab-?pane|tab-?panel|toggle|collaps|spoiler|faq|footnote", re.IGNORECASE
)
_NO_PART = re.compile(
    r"\b(?:nav|menu|navbar|search|comment|share|cookie|newsletter|header|footer|sidebar|subscri\w*|"
    r"login|form|submenu|sub-menu|dropdown)",
    re.IGNORECASE,
)
# Names around the lines that are furniture of a kind that `Line.is_named_furniture` names.
_FURNITURE_NAME = re.compile(
    r"share|sharing|social|follow|comment|cmt|related|rel-art|correct|pagination|transcript|"
    r"cf_email|widget|headline-?list|btn|button|\btoc\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"<h[1-6]>")
# Pieces of an article that are no text: the end of a line, and furniture that was left out.
_END, _SKIPPED = "", "\0"
_UNOPENED = {"aside", "button", "footer", "form", "header", "nav", "svg"}
# Elements that part the words before them from their own.
_PARTING = PARTING | APART | {"br", "del", "option", "q", "rt", "s", "strike", "sub", "sup"}
# Marks that raised and lowered signs are written with.
_SIGN_MARKS = re.compile(r"[\^_\[\]()\s]")

# What Markdown has of the blocks of a body: those that are dissolved, and runs by other names.
_DISSOLVED = {"dd", "dl", "figure", "tbody", "tfoot", "thead"}
_RUNS = {"dt": "p", "figcaption": "p", "p": "p", "td": "cell", "th": "cell"} | {
    heading: heading for heading in HEADINGS
}
_BLOCKS = (
    _DISSOLVED
    | _RUNS.keys()
    | {"blockquote", "caption", "hr", "li", "ol", "pre", "table", "tr", "ul"}
)
# Elements that Markdown has as characters, or as others than its words.
_PICTURE = "\ufffc"
_WRITTEN = {"br": " ", "img": _PICTURE, "q": "“{}”", "rt": "({})"}

# Formats that Markdown has, by the name of what it makes of them.
_FORMATS = {"code": "code", "del": "s", "em": "em", "pre": "code", "s": "s", "strong": "strong"}


def body(html: str, drop_link: str | None = None, *, captions_in_text: bool = True) -> Body:
    """Normalize *html* as a body of the page at `URL`."""
    return normalize(html, URL, drop_link=drop_link, captions_in_text=captions_in_text)


def start_tags(html: str) -> list[tuple[str, dict[str, str]]]:
    """Return each start tag with its attributes, in order."""
    return [
        (token.tag or "", dict(token.attrs or ()))
        for token in tokenize(html)
        if token.type.name == "START_TAG"
    ]


def targets(html: str) -> list[str]:
    """Return the URLs of the links and pictures of *html*, in order, escapes undone."""
    found = ((tag, attrs.get("href") or attrs.get("src")) for tag, attrs in start_tags(html))
    return [unquote(url) for tag, url in found if url and tag in {"a", "img"}]


def seen_text(html: str) -> str:
    """Return the text that a reader of *html* sees, by a standard tree of it."""
    return _seen(parse_fragment(html))


class Line(NamedTuple):
    """A line of an article, and the tags, classes and ids of the elements around its start."""

    text: str
    names: str

    @property
    def is_named_furniture(self) -> bool:
        """Whether it is of a kind of furniture that is named here.

        The kinds are counts, labels of controls and of advertising by their words; and by a name
        buttons, labels for sharing, following and commenting, widgets, parts of related posts, and
        the label and the numbers of a list of the article's own headings, which come again.
        """
        is_label = is_count(self.text) or is_advertising(self.text) or is_control_label(self.text)
        return is_label or bool(_FURNITURE_NAME.search(self.names))


def article_lines(html: str) -> list[Line]:
    """Return the lines that a reader of an article sees.

    Without furniture by its class, menus, forms and asides by their tag, and the heading just above
    one of these.
    """
    found, text, names = list[Line](), "", ""
    for piece, around in [*_article_pieces(parse_fragment(html), ""), (_END, "")]:
        if piece == _SKIPPED:
            if found and not text.strip() and _HEADING.search(found[-1].names):
                del found[-1]
        elif piece != _END:
            names = names if text.strip() else around
            text += piece
        else:
            found += [Line(" ".join(text.split()), names)] if words(text) else []
            text = ""
    return found


def _article_pieces(node: Node, names: str) -> Iterator[tuple[str, str]]:
    """Yield each text and the names around it; `_END` where a line ends, `_SKIPPED`."""
    if isinstance(node, Text):
        yield node.data, names
        return
    is_apart = isinstance(node, Element) and node.tag not in JOINED
    if isinstance(node, Element):
        if node.tag in _UNOPENED or _is_hidden(node, opened=False):
            if words(_text_of(node)):
                yield _SKIPPED, names
            return
        classes = " ".join(node.attrs.get("class") or [])
        names = f"{names} <{node.tag}> {classes} {node.attrs.get('id') or ''}"
    if is_apart:
        yield _END, names
    for child in node.children:
        yield from _article_pieces(child, names)
    if is_apart:
        yield _END, names


def _text_of(node: Node) -> str:
    return node.data if isinstance(node, Text) else "".join(map(_text_of, node.children))


def letters(text: str) -> str:
    """Return the letters and digits of a text, without what stands between its words."""
    return "".join(words(text))


def opened_texts(html: str) -> list[str]:
    """Return the text of each part of *html* that a click opens, except the kinds named here.

    The kinds are furniture by its class, and menus, forms, comments and offers by their names.
    """
    return [_seen(part, opened=True) for part in _opened(parse_fragment(html))]


def _opened(node: Node) -> list[Element]:
    if isinstance(node, Text):
        return []
    if isinstance(node, Element):
        names = f"{' '.join(node.attrs.get('class') or [])} {node.attrs.get('id') or ''}"
        if node.tag in _UNOPENED or _NO_PART.search(names) or furniture_kind(names):
            return []
        if node.tag == "details" or node.attrs.get("role") == "tabpanel" or _PART.search(names):
            return [node]
    return [part for child in node.children for part in _opened(child)]


def without_readings(html: str) -> str:
    """Return *html* without the readings of ruby, which only its text leaves out."""
    return re.sub(r"<rt>.*?</rt>", "", html, flags=re.DOTALL)


def _seen(node: Node, *, opened: bool = False) -> str:
    if isinstance(node, Text):
        return node.data
    if isinstance(node, Element) and _is_hidden(node, opened=opened):
        return ""
    inner = "".join(_seen(child, opened=opened) for child in node.children)
    return f" {inner} " if isinstance(node, Element) and node.tag in _PARTING else inner


def _is_hidden(element: Element, *, opened: bool) -> bool:
    attrs = element.attrs
    classes = attrs.get("class") or []
    if element.tag in _UNREAD or furniture_kind(" ".join(classes)):
        return True
    if opened:
        return element.tag in _UNOPENED
    return "hidden" in attrs or bool(_HIDING.search(str(attrs.get("style") or "")))


def outline(html: str) -> list[tuple[str, str]]:
    """Return the blocks of *html* and the runs of words in them, as far as Markdown has them.

    >>> outline("<ul><li>a<li><h2>b</h2></ul><figure><figcaption>c</figcaption></figure>")
    [('ul', ''), ('ul li', ''), ('ul li p', 'a'), ('ul li', ''), ('ul li h2', 'b'), ('p', 'c')]

    Without white space, and without the marks of raised signs: only Markdown has those.
    """
    found = _outlined(parse_fragment(html), "")
    return [(path.strip(), _SIGN_MARKS.sub("", run)) for path, run in found]


def _outlined(node: Node, path: str) -> list[tuple[str, str]]:
    runs: list[tuple[str, str]] = []
    own: list[str] = []
    for child in node.children:
        if isinstance(child, Element) and child.tag in _BLOCKS:
            runs += _run(path + "p", own) + _outlined_block(child, path)
            own = []
        else:
            own.append(_written(child))
    return runs + _run(path + "p", own)


def _outlined_block(block: Element, path: str) -> list[tuple[str, str]]:
    tag = block.tag
    if tag in _DISSOLVED:
        return _outlined(block, path)
    if tag == "pre":
        written = "".join(map(_written, block.children)).strip("\n")
        pictures = "".join(letter for letter in written if letter == _PICTURE)
        return [(path + tag, written.replace(_PICTURE, "")), *_run(path + "p", [pictures])]
    if tag == "hr":
        return [(path + tag, "")]
    if tag == "caption":
        return []
    if tag in _RUNS:
        return _run(path + _RUNS[tag], [_written(block)])
    inner = f"{path}{tag}{_first_number(block) if tag == 'ol' else ''} "
    return [*_captions(block, path), (inner, ""), *_outlined(block, inner)]


def _captions(block: Element, path: str) -> list[tuple[str, str]]:
    """Return the captions of a table, which Markdown has above it."""
    inside = [child for child in block.children if isinstance(child, Element)]
    captions = [_written(child) for child in inside if child.tag == "caption"]
    return [run for caption in captions for run in _run(path + "p", [caption])]


def _run(path: str, pieces: list[str]) -> list[tuple[str, str]]:
    run = " ".join("".join(pieces).split())
    return [(path, run)] if run else []


def _written(node: Node) -> str:
    """Return the words of a run as Markdown has them."""
    if isinstance(node, Text):
        return node.data
    if isinstance(node, Element) and node.tag in _WRITTEN:
        return _WRITTEN[node.tag].format("".join(map(_written, node.children)))
    inner = "".join(map(_written, node.children))
    return f" {inner} " if isinstance(node, Element) and node.tag in _BLOCKS else inner


def _first_number(block: Element) -> int:
    items = [child for child in block.children if isinstance(child, Element)]
    start = block.attrs.get("start") or (len(items) if "reversed" in block.attrs else 1)
    return max(0, int(str(items[0].attrs.get("value") or start)))


def formats(html: str) -> list[tuple[str, frozenset[str]]]:
    """Return each letter with the formats it is in, of those that Markdown has."""
    return _formatted(parse_fragment(html), frozenset())


def _formatted(node: Node, around: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    if isinstance(node, Text):
        return [(letter, around) for letter in node.data if letter.isalnum()]
    if isinstance(node, Element) and node.tag in _FORMATS:
        around |= {_FORMATS[node.tag]}
    return [letter for child in node.children for letter in _formatted(child, around)]


def words(text: str) -> list[str]:
    """Return the words of a text, in order; an underscore stands between a word and its index."""
    return re.findall(r"[^\W_]+", text)


def without_shortcodes(text: str) -> str:
    """Return a text without the shortcodes that were left in it."""
    names: set[str] = set()
    return " ".join(piece for piece in split(text, names) if isinstance(piece, str))
