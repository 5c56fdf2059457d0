"""Shortcodes that a site left in the text: which brackets are one, and what they say.

A page builder that was switched off leaves ``[vc_row el_class=”x”]`` in posts, its quotes made
typographic by WordPress. Such tags are told from ordinary brackets - ``[sic]``, ``[1]``,
``[Reuters]`` - by a builder's prefix, a known name, or attributes with quoted values.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

_DOUBLE: Final = '"“”„‟″'
_SINGLE: Final = "'‘’‚′"
_BRACKETS: Final = re.compile(r"(?<!\[)\[(/?)([A-Za-z][\w-]{0,60})((?:[\s/=][^\[\]]*)?)\](?!\])")
_ATTRIBUTE: Final = re.compile(
    rf"\s*([\w-]+)\s*=\s*(?:[{_DOUBLE}]([^{_DOUBLE}]*)[{_DOUBLE}]|[{_SINGLE}]([^{_SINGLE}]*)[{_SINGLE}])"
)
# Page builders and plugins that prefix all their shortcodes.
_PREFIX: Final = (
    r"(?:av|cmsms|cs|dt|et|et_pb|fl|fusion|kc|mk|mpc|nectar|qode|su|themify|tm|tve|ult|ux|vc|wpb|x)"
    r"_\w"
)
_PREFIXES: Final = re.compile(_PREFIX)
# What says that there is more, and a shortcode that it has cut off.
_ELLIPSES: Final = ("[…]", "[...]", "…", "...")
_CUT: Final = re.compile(rf"\[/?{_PREFIX}[^\[\]]*(?=(?:{'|'.join(map(re.escape, _ELLIPSES))})?$)")
# Names that are one without attributes too, as no prose has them in brackets.
_NAMES: Final = frozenset({
    "contact-form-7", "embed", "fusion_builder_container", "gallery", "gravityform", "mc4wp_form",
    "ninja_form", "playlist", "rev_slider", "toc", "vimeo", "wpforms", "youtube",
})  # fmt: skip
# Shortcodes whose content is code, for no reader.
ENCODED: Final = frozenset(
    {"vc_raw_html", "vc_raw_js", "et_pb_code", "fusion_code", "av_codeblock"}
)
# Shortcodes around a run of words: they part no paragraph.
_AMONG_WORDS: Final = re.compile(
    r"(?:su_(?:highlight|label|tooltip|dropcap)|fusion_(?:dropcap|highlight)|mk_dropcaps)$"
)
# Attributes that hold the URL of a player, a button or a picture, and their words.
_TARGETS: Final = ("url", "link", "src", "button_url", "href", "mp4", "mp3", "video_link", "id")
_TITLES: Final = ("text", "title", "button_text", "content", "heading")
# What a shortcode is, by its name.
_KINDS: Final = {
    "caption": re.compile(r"(?:wp_)?caption$"),
    "player": re.compile(
        r"(?:\w+_)?(?:youtube|vimeo|video|audio|soundcloud|spotify|dailymotion|embed)$"
    ),
    "button": re.compile(r"(?:\w+_)?(?:button|btn|cta)$"),
    "picture": re.compile(r"(?:\w+_)?image$"),
    "heading": re.compile(r"(?:\w+_)?(?:custom_heading|blurb|heading|title)$"),
}


@dataclass(slots=True)
class Shortcode:
    """One tag in brackets.

    Attributes:
        closing: Whether it is ``[/name]``.
        attrs: Quotes taken off.
        bare: What stands there without a name: ``[youtube https://...]``.
    """

    name: str
    closing: bool = False
    attrs: dict[str, str] = field(default_factory=dict)
    bare: str = ""

    @property
    def kind(self) -> str:
        """What it is: a key of the table of kinds, or ""."""
        return next((kind for kind, names in _KINDS.items() if names.match(self.name)), "")

    @property
    def parts_paragraphs(self) -> bool:
        """Whether words before and after it are different paragraphs."""
        return not _AMONG_WORDS.match(self.name)

    @property
    def target(self) -> str:
        """The URL that it leads to, or ""."""
        found = next((self.attrs[name] for name in _TARGETS if self.attrs.get(name)), self.bare)
        # WPBakery writes "url:https%3A%2F%2F...|title:...".
        if found.startswith("url:"):
            found = unquote(found[4:].partition("|")[0])
        if self.name.endswith("youtube") and re.fullmatch(r"[\w-]{11}", found):
            return f"https://www.youtube.com/watch?v={found}"
        if self.name.endswith("vimeo") and found.isdigit():
            return f"https://vimeo.com/{found}"
        return found if found.startswith(("http", "/", "www.")) else ""

    @property
    def title(self) -> str:
        """The words that it would have shown, or ""."""
        return next((self.attrs[name] for name in _TITLES if self.attrs.get(name)), "")


def split(text: str, opened: set[str]) -> Iterator[str | Shortcode]:
    """Yield *text* in pieces, its shortcodes read.

    Args:
        text: As a reader would see it, entities decoded.
        opened: Names that were seen in this document; kept up to date.

    >>> [piece for piece in split("He said [sic] [vc_row el_class=”x″]so[/vc_row].", set())]
    ['He said [sic] ', Shortcode(name='vc_row', closing=False, attrs={'el_class': 'x'}, bare=''), \
'so', Shortcode(name='vc_row', closing=True, attrs={}, bare=''), '.']
    """
    start = 0
    for match in _BRACKETS.finditer(text):
        found = _read(match, opened)
        if found is None:
            continue
        if match.start() > start:
            yield text[start : match.start()]
        yield found
        start = match.end()
    if start < len(text):
        yield text[start:]


def removed(text: str) -> str:
    """Return the words of an excerpt without its shortcodes, nor the one that its end cuts off.

    >>> removed('[vc_row a="b"]So [sic] it was. [vc_btn a="c […]')
    'So [sic] it was. […]'
    """
    kept: list[str] = []
    encoded = ""
    for piece in split(text, set()):
        if isinstance(piece, str):
            kept.append("" if encoded else piece)
            continue
        kept.append(" " * piece.parts_paragraphs)
        if piece.name in ENCODED:
            encoded = "" if piece.closing else piece.name
    text = _CUT.sub("", "".join(kept)).strip()
    return "" if text in _ELLIPSES else text


def escaped(text: str) -> str:
    """Return *text* with two brackets around what would be a shortcode, as WordPress writes one.

    >>> escaped("[sic] [vc_row]")
    '[sic] [[vc_row]]'
    """
    opened: set[str] = set()
    return _BRACKETS.sub(lambda match: f"[{match[0]}]" if _read(match, opened) else match[0], text)


def _read(match: re.Match[str], opened: set[str]) -> Shortcode | None:
    """Return the shortcode that brackets are, if they are one; its name is opened then."""
    found = _understood(match[2], match[1] == "/", match[3], opened)
    if found:
        opened.add(found.name)
    return found


def _understood(name: str, closing: bool, rest: str, opened: set[str]) -> Shortcode | None:
    known = name in _NAMES or bool(_PREFIXES.match(name))
    if closing:
        return Shortcode(name, closing=True) if (known or name in opened) and not rest else None
    attrs: dict[str, str] = {}
    position = 0
    for match in _ATTRIBUTE.finditer(rest):
        if match.start() != position:
            break
        attrs[match[1].lower()] = match[2] if match[2] is not None else match[3]
        position = match.end()
    bare = rest[position:].strip(" \t\r\n/=")
    if known or (attrs and not bare):
        return Shortcode(name, attrs=attrs, bare=bare)
    return None
