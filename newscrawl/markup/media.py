"""Find the URL of the real picture in an ``img``.

| function | returns |
|---|---|
| `image` | the attributes of a normalized ``img``: lazy loading undone, the URL absolute |
| `symbol` | the characters that a picture of an emoji or a formula shows |
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from newscrawl.markup.formula import latex_line
from newscrawl.markup.unicode import one_line
from newscrawl.urls.safe import safe_url

# Attributes with the URL of another picture or page: a preview, a link.
_OTHER_PICTURES: Final = re.compile(
    r"(?:^|-)(?:placeholder|lqip|low|lowsrc|preview|thumb(?:nail)?|tiny|blur|blank|fallback|loading|"
    r"spinner|href|link|permalink|pin-(?:media|url)|share|page|post|logo|avatar|icon|poster|hover|"
    r"flag|bg|next|prev|attachment|download)(?:-|$)"
)
# The names among these that may have the picture itself, if a placeholder stands for it.
_LAST_RESORTS: Final = re.compile(r"(?:^|-)(?:thumb(?:nail)?|pin-media|poster|bg)(?:-|$)")
# Attributes whose names mean the picture itself, and then its sizes, smaller ones last.
_SOURCE_NAME: Final = re.compile(
    r"src$|lazy|original|orig|(?:^|-)(?:image|img|url|large|full|hi-?res)"
)
_PICTURE_FILE: Final = re.compile(
    r"[^\s,{}\[\]]+\.(?:jpe?g|png|gif|webp|avif|svg|bmp|jxl|heic|tiff?)(?:$|[?#/@!:&])",
    re.IGNORECASE,
)
ADDRESS: Final = re.compile(
    r"(?:https?:)?//[^\s{}\[\]\"']+|/[\w%.~-][^\s{}\[\]\"']*", re.IGNORECASE
)
_SET_NAME: Final = re.compile(r"src-?set$|-set$")
_PLACEHOLDER: Final = re.compile(
    r"(?:/|^)(?:blank|spacer|placeholder|transparent|pixel|lazy(?:load(?:ing|er)?)?|1x1|1px|dummy|empty|"
    r"loading|loader|spinner|ajax-loader|gr[ae]y|white|clear|trans|shim|default-image|no-?image|img-?placeholder)"
    r"(?:[-_.](?:placeholder|image|img|pixel|fallback|thumb|\d+x\d+|\d+))*\.(?:gif|png|svg|jpe?g|webp)(?:$|[?#])|"
    r"/pagespeed_static/|^about:|/plugins/[\w-]*lazy[\w-]*/",
    re.IGNORECASE,
)
# Tracking pixels.
_TRACKER: Final = re.compile(
    r"//(?:[\w.-]+\.)?(?:vgwort\.de|pixel\.wp\.com|stats\.wordpress\.com|feedburner\.com/~|"
    r"feeds\.feedburner\.com|doubleclick\.net|scorecardresearch\.com|google-analytics\.com|"
    r"googleadservices\.com|googlesyndication\.com|facebook\.com/tr|bat\.bing\.com|"
    r"quantserve\.com|imrworldwide\.com|chartbeat\.net|parsely\.com|matomo\.[\w.-]+|"
    r"amazon-adsystem\.com|ivwbox\.de|ioam\.de|mailchimp\.com/track)|"
    r"__utm\.gif|/(?:piwik|matomo)\.php|/(?:tracking-?pixel|track(?:er|ing)?|pixel|beacon|counter|republication-tracker)[./?]|"
    r"[?&]republication-pixel=",
    re.IGNORECASE,
)
_SYMBOL_CLASSES: Final = frozenset({"emoji", "wp-smiley"})
# Classes of pictures of formulas; their alternative text is the LaTeX.
_FORMULA_CLASSES: Final = frozenset({
    "latex", "tex", "mathtex-equation", "ql-img-inline-formula", "ql-img-displayed-equation",
    "mwe-math-fallback-image-inline", "mwe-math-fallback-image-display", "wp-latex", "latexrender",
})  # fmt: skip
_SIZE_IN_NAME: Final = re.compile(r"(?:-\d{2,4}x\d{2,4}|-scaled)(?=\.\w+$)")
_FORMULA_SOURCE: Final = re.compile(
    r"/latex(?:\.php|render|\?)|codecogs\.com/|/cgi-bin/mimetex|mathtex\.cgi|chart\?cht=tx"
)
# Styles of tracking pixels.
_UNSEEN_STYLE: Final = re.compile(
    r"(?<![\w-])(?:width|height)\s*:\s*[01]px|display\s*:\s*none|visibility\s*:\s*hidden",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*")
_CANDIDATE: Final = re.compile(
    r"([^\s,](?:\S*[^\s,])?)(?:\s+(\d{1,6}(?:\.\d{1,3})?)[wx])?\s*(?:,|$)"
)
# Characters that one small picture may show.
_MAX_SYMBOL: Final = 40
# Candidates of one ``srcset`` that are read.
_MAX_CANDIDATES: Final = 50

# Attributes with another meaning than a URL of the picture.
OWN_NAMES: Final = frozenset({
    "src", "alt", "title", "class", "id", "style", "width", "height", "sizes", "srcset", "longdesc",
    "usemap", "loading", "decoding", "role", "crossorigin",
})  # fmt: skip
# Attributes that replace a real ``src``, which is then only a preview.
_REPLACES: Final = re.compile(
    r"(?:^|-)(?:lazy-src|src|original|lazyload|orig-file|orig-src|ezsrc|full-src)$"
)


def image(attrs: Mapping[str, str], base_url: str) -> dict[str, str] | None:
    """Return ``src``, ``alt`` and the size of a picture; None for placeholders and counters."""
    source = _source(attrs, base_url)
    sizes = {name: _size(attrs.get(name)) for name in ("width", "height")}
    is_unseen = source == safe_url(attrs.get("src", ""), base_url) and bool(
        _UNSEEN_STYLE.search(attrs.get("style", ""))
    )
    if source is None or set(sizes.values()) & {"0", "1"} or is_unseen:
        return None
    wanted = {"src": source, "alt": one_line(attrs.get("alt", ""))}
    wanted.update({name: size for name, size in sizes.items() if size})
    return wanted


def symbol(attrs: Mapping[str, str]) -> str | None:
    """Return the characters that a picture shows; None for a real picture.

    >>> symbol({"class": "latex", "alt": "x^{2}", "src": "https://s0.wp.com/latex.php?latex=x"})
    'x^2'
    """
    classes = attrs.get("class", "").split()
    words = one_line(attrs.get("alt", ""))
    if _SYMBOL_CLASSES.intersection(classes):
        return words[:_MAX_SYMBOL] or None
    if _FORMULA_CLASSES.intersection(classes) or _FORMULA_SOURCE.search(attrs.get("src", "")):
        return latex_line(words or _latex_of(attrs.get("src", ""))) or None
    return None


def _latex_of(source: str) -> str:
    """Return the LaTeX in the URL of a formula's picture, or "".

    >>> _latex_of("https://latex.codecogs.com/svg.image?x%5E2&space;+1")
    'x^2 +1'
    """
    query = urlsplit(source).query
    named = next((v for k, v in parse_qsl(query) if k in {"latex", "chl", "tex"}), "")
    return named or unquote(query.replace("&space;", " "))


def picture_key(url: str) -> str:
    """Return the common part of the URLs of one picture in several sizes.

    >>> picture_key("https://a.org/i-300x200.jpg?w=300") == picture_key("https://a.org/i.jpg")
    True
    """
    return _SIZE_IN_NAME.sub("", url.partition("?")[0])


def _source(attrs: Mapping[str, str], base_url: str) -> str | None:
    """Return the picture's URL: from a lazy loader's attribute, ``src`` or a ``srcset``; or None.

    Each loader has its own names, so the values decide: any attribute with the URL of a picture.
    """
    own = attrs.get("src", "")
    late = [name for name in attrs if name not in OWN_NAMES and not _OTHER_PICTURES.search(name)]
    named = [name for name in late if _SOURCE_NAME.search(name) and not _SET_NAME.search(name)]
    sets = [name for name in attrs if _SET_NAME.search(name)]
    is_own = bool(own) and not _PLACEHOLDER.search(own) and not own.startswith("data:")
    # Beside a real ``src``, another file may be a larger one for a lightbox, or the picture's page.
    wanted = [name for name in named if not is_own or _REPLACES.search(name)]
    values = [attrs[name].strip() for name in wanted]
    values = [v for v in values if ADDRESS.fullmatch(v) or _PICTURE_FILE.match(v)]
    values += [own] if is_own else []
    values += [largest for name in sets if (largest := _largest(attrs[name]))]
    if not is_own:
        late += [name for name in attrs if _LAST_RESORTS.search(name)]
        values += [attrs[name] for name in late if _PICTURE_FILE.match(attrs[name].strip())]
    found = (safe_url(value, base_url) for value in values if not _PLACEHOLDER.search(value))
    return next((url for url in found if url and not _TRACKER.search(url)), None)


def _largest(source_set: str) -> str:
    """Return the URL of the largest candidate of a ``srcset``, or ""."""
    best, best_size = "", -1.0
    for count, match in enumerate(_CANDIDATE.finditer(source_set)):
        size = float(match[2] or 1)
        if size > best_size:
            best, best_size = match[1], size
        if count >= _MAX_CANDIDATES:
            break
    return best


def _size(value: str | None) -> str:
    match = _SIZE.fullmatch(value or "")
    return str(int(match[1])) if match else ""
