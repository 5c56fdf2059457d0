"""Recognize and read the shortcodes that a site left in the text.

A disabled page builder leaves ``[vc_row el_class=”x”]`` in posts, with quotes that WordPress made
typographic. Such tags differ from ordinary brackets - ``[sic]``, ``[1]``, ``[Reuters]`` - by a
builder's prefix, a known name, or attributes with quoted values.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import unquote

_DOUBLE: Final = '"“”„‟″«»'
_SINGLE: Final = "'‘’‚′"
_BRACKETS: Final = re.compile(r"(?<!\[)\[(/?)([A-Za-z][\w-]{0,60})((?:[\s/=][^\[\]]*)?)\](?!\])")
_ATTRIBUTE: Final = re.compile(
    rf"(?<![\w-])([\w-]+)\s*=\s*"
    rf"(?:\"([^\"]*)\"|[{_DOUBLE}]([^{_DOUBLE}]*)[{_DOUBLE}]|[{_SINGLE}]([^{_SINGLE}]*)[{_SINGLE}])"
)
# Attributes without quotes, and the sign of an element without content: [table id=4 /].
_SELF_CLOSED: Final = re.compile(r"(?:\s[\w-]{1,60}=[^\s=\"'/]{1,60})+\s?/")
# Page builders and plugins that prefix all their shortcodes.
_PREFIX: Final = (
    r"(?:av|cmsms|cs|dt|et|et_pb|fl|fusion|kc|mk|mpc|nectar|qode|su|themify|tm|tve|ult|ux|vc|wpb|x)"
    r"_\w"
)
_PREFIXES: Final = re.compile(_PREFIX)
# Signs at the end of a cut text, and a shortcode that is cut by the end.
_ELLIPSES: Final = ("[…]", "[...]", "…", "...")
_CUT: Final = re.compile(rf"\[/?{_PREFIX}[^\[\]]*(?=(?:{'|'.join(map(re.escape, _ELLIPSES))})?$)")
# Names of shortcodes even without attributes, as no prose has them in brackets.
_NAMES: Final = frozenset({
    "addtoany", "contact-form-7", "display-posts", "embed", "ez-toc", "gallery", "gravityform",
    "lwptoc", "playlist", "tabbyending", "toc", "vimeo", "wpforms", "youtube",
})  # fmt: skip
# No word of prose has this form: "mc4wp_form", "related_posts".
_JOINED_NAME: Final = re.compile(r"[a-z\d]+(?:_[a-z\d-]+)+")
_CLOSING: Final = re.compile(r"(?<!\[)\[/([\w-]{1,60})\](?!\])")
_BRACKET_REFERENCE: Final = re.compile(r"&(?:#0*91|#[xX]0*5[bB]|lbrack|lsqb)\b")
# Shortcodes whose content is hidden code, or the name of a network.
ENCODED: Final = frozenset(
    {"vc_raw_html", "vc_raw_js", "et_pb_code", "fusion_code", "av_codeblock"}
    | {"et_pb_social_media_follow_network"}
)
# Shortcodes around a run of words: they don't separate paragraphs.
_AMONG_WORDS: Final = re.compile(
    r"(?:\w+_)?(?:abbr|b|badge|big|colou?r|del|drop_?caps?|em|font|highlight|i|icon|ins|label|link|mark|"
    r"nobr|popover|s|size|small|span|strong|su[bp]|tooltip|u|url)$"
)
# Names of pairs without attributes that are blocks; other pairs are among words.
_BLOCK: Final = re.compile(
    r"(?:^|[_-])(?:accordions?|alert|block|box|col|columns?|content|div|expand|faq|fifth|fourth|half|"
    r"list|message|panel|quarter|quote|row|section|sixth|spoiler|tabs?|third|toggles?|wrapper)(?:[_-]|$)"
)
# Attributes with a title.
_PANEL_TITLES: Final = (
    "title", "heading", "tab_title", "question", "header", "main_heading", "h2", "item_title",
    "toggle_title", "accordion_title", "box_title", "caption",
)  # fmt: skip
# Shortcodes whose title is not shown.
_UNTITLED: Final = re.compile(
    r"form|signup|social|slider|posts?(?:_|-|$)|gallery|products?|menu|widget|sidebar|map|^toc|playlist|poll|share|icon|"
    r"^vc_(?:row|column|section)|^et_pb_(?:section|row|column)|counter$"
)
# Shortcodes about a person.
_PERSON: Final = re.compile(r"(?:\w+_)?(?:team_?member|person)$")
# Values of a title that are only a switch.
_SWITCH: Final = re.compile(
    r"(?:true|false|yes|no|on|off|none|show|hide|default|\d*)$", re.IGNORECASE
)
_CITES: Final = ("cite", "author", "source")
# Attributes with the URL of a player, a button or a picture.
_TARGETS: Final = (
    "url", "link", "href", "button_url", "button_link", "btn_url", "btn_link",
    "src", "custom_src", "mp4", "mp3", "video_link", "id",
)  # fmt: skip
# Attributes with their words.
_TITLES: Final = (
    "text", "title", "label", "button_text", "btn_text", "value", "caption", "content", "heading",
)  # fmt: skip
# The kinds of shortcodes, by their names.
_KINDS: Final = {
    "caption": re.compile(r"(?:wp_)?caption$"),
    "player": re.compile(
        r"(?:\w+[_-])?(?:youtube|vimeo|video|audio|soundcloud|spotify|dailymotion|embed|embedyt|yt|lyte)$"
    ),
    "button": re.compile(r"(?:\w+_)?(?:button|btn|cta)$"),
    "picture": re.compile(r"(?:\w+_)?image$"),
    "note": re.compile(r"(?:\w+_)?(?:efn_note|footnote|fn|mfn|ref|sidenote)$"),
    "heading": re.compile(r"(?:\w+_)?(?:custom_heading|blurb|heading|title)$"),
}


@dataclass(slots=True)
class Shortcode:
    """One tag in brackets.

    Attributes:
        closing: Whether it is ``[/name]``.
        attrs: Its attributes by name, without quotes.
        bare: The value without a name: ``[youtube https://...]``.
        is_bare_pair: Whether only its closing tag shows that it is one: ``[dropcap]T[/dropcap]``.
    """

    name: str
    closing: bool = False
    attrs: dict[str, str] = field(default_factory=dict)
    bare: str = ""
    is_bare_pair: bool = False

    @property
    def kind(self) -> str:
        """Its kind: a key of the table of kinds, or ""."""
        return next((kind for kind, names in _KINDS.items() if names.match(self.name)), "")

    @property
    def parts_paragraphs(self) -> bool:
        """Whether the words before and after it are separate paragraphs."""
        if self.is_bare_pair and not _BLOCK.search(self.name):
            return False
        return not _AMONG_WORDS.match(self.name) and self.kind != "note"

    @property
    def target(self) -> str:
        """The URL that it leads to, or ""."""
        found = next((self.attrs[name] for name in _TARGETS if self.attrs.get(name)), self.bare)
        # Enfold writes "manually,https://...", WPBakery "url:https%3A%2F%2F...|title:...".
        found = found.removeprefix("manually,")
        if found.startswith("url:"):
            found = unquote(found[4:].partition("|")[0])
        if self.name.endswith("youtube") and re.fullmatch(r"[\w-]{11}", found):
            return f"https://www.youtube.com/watch?v={found}"
        if self.name.endswith("vimeo") and found.isdigit():
            return f"https://vimeo.com/{found}"
        return found if found.startswith(("http", "/", "www.")) else ""

    @property
    def title(self) -> str:
        """The words that it would show, or ""."""
        return next((self.attrs[name] for name in _TITLES if self.attrs.get(name)), "")

    @property
    def panel_title(self) -> str:
        """The title of a toggle, a tab or a box, or ""."""
        if _UNTITLED.search(self.name):
            return ""
        names = ("name",) if _PERSON.match(self.name) else _PANEL_TITLES
        titles = (self.attrs.get(name, "").strip() for name in names)
        return next((title for title in titles if not _SWITCH.match(title)), "")

    @property
    def cite(self) -> str:
        """The author of its quote, or ""."""
        if "quote" not in self.name and "testimonial" not in self.name:
            return ""
        return next((self.attrs[name] for name in _CITES if self.attrs.get(name)), "")


def closed_names(html: str) -> set[str]:
    """Return the names that have a closing tag in a document.

    >>> sorted(closed_names("[dropcap]T[/dropcap]he [[/b]] &#91;/i]"))
    ['dropcap', 'i']
    """
    is_possible = "[/" in html or "[&" in html or _BRACKET_REFERENCE.search(html)
    if not is_possible:
        return set()
    return set(_CLOSING.findall(unescape(html)))


def tags(text: str) -> Iterator[tuple[Shortcode, int, int]]:
    """Yield all that is written like a shortcode, with the offsets of its start and end.

    >>> list(tags("[sic]"))
    [(Shortcode(name='sic', closing=False, attrs={}, bare='', is_bare_pair=False), 0, 5)]
    """
    for match in _BRACKETS.finditer(text):
        yield _parsed(match), match.start(), match.end()


def split(
    text: str, opened: set[str], closed: Collection[str] = frozenset()
) -> Iterator[str | Shortcode]:
    """Yield *text* in pieces: strings, and the shortcodes between them.

    Args:
        text: Text with entities decoded.
        opened: The names seen in this document; updated.
        closed: The names that have a closing tag in it.

    >>> [piece for piece in split("He said [sic] [vc_row el_class=”x″]so[/vc_row].", set())]
    ['He said [sic] ', Shortcode(name='vc_row', closing=False, attrs={'el_class': 'x'}, bare='', \
is_bare_pair=False), 'so', Shortcode(name='vc_row', closing=True, attrs={}, bare='', \
is_bare_pair=False), '.']
    """
    start = 0
    for match in _BRACKETS.finditer(text):
        found = _read(match, opened, closed)
        if found is None:
            continue
        if match.start() > start:
            yield text[start : match.start()]
        yield found
        start = match.end()
    if start < len(text):
        yield text[start:]


def removed(text: str) -> str:
    """Return the words of an excerpt without its shortcodes, also one that its end cuts.

    >>> removed('[vc_row a="b"]So [sic] it was. [vc_btn a="c […]')
    'So [sic] it was. […]'
    """
    kept: list[str] = []
    encoded = ""
    for piece in split(text, set(), closed_names(text)):
        if isinstance(piece, str):
            kept.append("" if encoded else piece)
            continue
        kept.append(" " * piece.parts_paragraphs)
        if piece.name in ENCODED:
            encoded = "" if piece.closing else piece.name
    text = _CUT.sub("", "".join(kept)).strip()
    return "" if text in _ELLIPSES else text


def escaped(text: str, closed: Collection[str] = frozenset()) -> str:
    """Return *text* with two brackets around each would-be shortcode, as WordPress escapes it.

    >>> escaped("[sic] [vc_row]")
    '[sic] [[vc_row]]'
    """
    opened: set[str] = set()
    return _BRACKETS.sub(
        lambda match: f"[{match[0]}]" if _read(match, opened, closed) else match[0], text
    )


def _read(match: re.Match[str], opened: set[str], closed: Collection[str]) -> Shortcode | None:
    """Return the shortcode in brackets and add its name to *opened*; None if it is no shortcode."""
    found = _parsed(match)
    known = (
        found.name in _NAMES
        or bool(_PREFIXES.match(found.name))
        or bool(_JOINED_NAME.fullmatch(found.name))
        or bool(_SELF_CLOSED.fullmatch(match[3]))
    )
    if found.closing:
        if match[3] or not (known or found.name in opened):
            return None
        found.is_bare_pair = not known
    elif not known and (found.bare or not found.attrs):
        if found.name not in closed:
            return None
        found.is_bare_pair = not match[3]
    opened.add(found.name)
    return found


def _parsed(match: re.Match[str]) -> Shortcode:
    attrs: dict[str, str] = {}

    def take(attribute: re.Match[str]) -> str:
        name, *quoted = attribute.groups()
        attrs[name.lower()] = next(value for value in quoted if value is not None).strip()
        return ""

    bare = _ATTRIBUTE.sub(take, match[3]).strip(" \t\r\n/=")
    return Shortcode(match[2], match[1] == "/", attrs, bare)
