"""Find the URL of the real picture in an ``img``, and the page that an embed shows.

| function | returns |
|---|---|
| `image` | the attributes of a normalized ``img``: lazy loading undone, the URL absolute |
| `symbol` | the characters that a picture of an emoji or a formula shows |
| `film` | the page of a film whose URL is in an attribute for a script or a consent box |
| `page_of_embed` | the page that a reader can open instead of the player's frame |
| `late_page`, `page_of_script`, `elementor_video` | the same for embeds that a script would show |
"""

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

from newscrawl.markup.formula import latex_line
from newscrawl.markup.unicode import one_line
from newscrawl.urls.safe import safe_url

# Attributes with the URL of another picture or page: a preview, a link.
_OTHER_PICTURES: Final = re.compile(
    r"(?:^|-)(?:placeholder|lqip|low|lowsrc|preview|thumb(?:nail)?|tiny|blur|blank|fallback|loading|"
    r"spinner|href|link|permalink|pin-(?:media|url)|share|page|post|logo|avatar|icon|poster|hover|"
    r"flag|bg|next|prev|attachment|download)(?:-|$)"
)
# Attributes whose names mean the picture itself, and then its sizes, smaller ones last.
_SOURCE_NAME: Final = re.compile(
    r"src$|lazy|original|orig|(?:^|-)(?:image|img|url|large|full|hi-?res)"
)
_PICTURE_FILE: Final = re.compile(
    r"[^\s,{}\[\]]+\.(?:jpe?g|png|gif|webp|avif|svg|bmp|jxl|heic|tiff?)(?:$|[?#/@!:&])",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
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
_OWN_NAMES: Final = frozenset({
    "src", "alt", "title", "class", "id", "style", "width", "height", "sizes", "srcset", "longdesc",
    "usemap", "loading", "decoding", "role", "crossorigin",
})  # fmt: skip
# Attributes that replace a real ``src``, which is then only a preview.
_REPLACES: Final = re.compile(
    r"(?:^|-)(?:lazy-src|src|original|lazyload|orig-file|orig-src|ezsrc|full-src)$"
)

# Hosts whose frames are advertising, counters or share buttons.
_NOT_CONTENT: Final = re.compile(
    r"(?:^|\.)(?:googletagmanager\.com|doubleclick\.net|googlesyndication\.com|adservice\.google\.\w+"
    r"|amazon-adsystem\.com|rcm(?:-\w\w)?\.amazon\.\w+(?:\.\w+)?|scorecardresearch\.com)$"
)
# Player: (host, path, page). "{0}" is the group in the path, "{name}" a query parameter.
_PLAYERS: Final = tuple(
    (re.compile(host), re.compile(path), page)
    for host, path, page in (
        (r"(?:www\.)?youtube(?:-nocookie)?\.com", r"/embed/videoseries", "https://www.youtube.com/playlist?list={list}"),
        (r"(?:www\.)?youtube(?:-nocookie)?\.com", r"/(?:embed|v)/([\w-]+)", "https://www.youtube.com/watch?v={0}"),
        (r"player\.vimeo\.com", r"/video/(\d+)", "https://vimeo.com/{0}"),
        (r"(?:www\.)?dailymotion\.com", r"/embed/video/(\w+)", "https://www.dailymotion.com/video/{0}"),
        (r"open\.spotify\.com", r"/embed(?:-podcast)?/(\w+/\w+)", "https://open.spotify.com/{0}"),
        (r"w\.soundcloud\.com", r"/player", "{url}"),
        (r"(?:www\.)?facebook\.com", r"/plugins/(?:post|video)\.php", "{href}"),
        (r"platform\.(?:twitter|x)\.com", r"/embed/Tweet\.html", "https://x.com/i/status/{id}"),
        (r"(?:www\.)?instagram\.com", r"/(p|reel|tv)/([\w-]+)/embed", "https://www.instagram.com/{0}/{1}/"),
        (r"(?:www\.)?tiktok\.com", r"/embed(?:/v2)?/(\d+)", "https://www.tiktok.com/@/video/{0}"),
    )
)  # fmt: skip
# Elements that a script replaces with a player, a post or a chart. By tag or class: the attribute
# with its id, and its page.
LATE: Final = {
    "amp-facebook": ("data-href", "{}"),
    "amp-instagram": ("data-shortcode", "https://www.instagram.com/p/{}/"),
    "amp-twitter": ("data-tweetid", "https://x.com/i/status/{}"),
    "amp-vimeo": ("data-videoid", "https://vimeo.com/{}"),
    "amp-youtube": ("data-videoid", "https://www.youtube.com/watch?v={}"),
    "fb-post": ("data-href", "{}"),
    "fb-video": ("data-href", "{}"),
    "flourish-embed": ("data-src", "https://public.flourish.studio/{}/"),
    "infogram-embed": ("data-id", "https://infogram.com/{}"),
    "lite-vimeo": ("videoid", "https://vimeo.com/{}"),
    "lite-youtube": ("videoid", "https://www.youtube.com/watch?v={}"),
}
# Attributes that contain no film, or that `elementor_video` reads.
_NO_FILMS: Final = _OWN_NAMES | {"data-settings", "href", "xmlns", "cite", "content"}
# The URL of a film in any text.
_FILM: Final = re.compile(
    r"(?:https?:)?//(?:(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed/|watch\?v=|v/|shorts/)|youtu\.be/|"
    r"(?:player\.)?vimeo\.com/(?:video/)?\d|(?:www\.)?dailymotion\.com/(?:embed/)?video/|"
    r"open\.spotify\.com/embed|w\.soundcloud\.com/player)[^\s\"'<>\\{}|]*",
    re.IGNORECASE,
)
_GIST: Final = re.compile(r"(https://gist\.github\.com/[\w-]+/\w+)\.js\b")
_ELEMENTOR_VIDEO: Final = ("youtube_url", "vimeo_url", "dailymotion_url", "videopress_url")


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
        return latex_line(words) or None
    return None


def page_of_embed(url: str, base_url: str) -> str | None:
    """Return the page of the content that an embed at *url* shows; None for ads and bad URLs.

    >>> page_of_embed("//www.youtube-nocookie.com/embed/G_YJOTxp1Tc?rel=0", "https://example.org/")
    'https://www.youtube.com/watch?v=G_YJOTxp1Tc'
    """
    found = safe_url(url, base_url)
    if not found:
        return None
    parts = urlsplit(found)
    host = (parts.hostname or "").lower()
    if _NOT_CONTENT.search(host):
        return None
    for player_host, player_path, page in _PLAYERS:
        match = player_path.match(parts.path) if player_host.fullmatch(host) else None
        if match:
            return _page(page, match.groups(), parts.query, base_url) or found
    return found


def frame_source(attrs: Mapping[str, str]) -> str:
    """Return the URL of an ``iframe``, also from the attribute of a loader or a consent box."""
    own = attrs.get("src", "")
    others = [
        value.strip()
        for name, value in attrs.items()
        if name not in _OWN_NAMES and _ADDRESS.fullmatch(value.strip()) and "thumb" not in name
    ]
    films = [value for value in others if _FILM.match(value)]
    named = [
        v for name, v in attrs.items() if name != "src" and "src" in name and v.strip() in others
    ]
    return next(iter([*films, *named]), "") or own or next(iter(others), "")


def picture_key(url: str) -> str:
    """Return the common part of the URLs of one picture in several sizes.

    >>> picture_key("https://a.org/i-300x200.jpg?w=300") == picture_key("https://a.org/i.jpg")
    True
    """
    return re.sub(r"(?:-\d{2,4}x\d{2,4}|-scaled)(?=\.\w+$)", "", url.partition("?")[0])


def film(attrs: Mapping[str, str], base_url: str) -> str:
    """Return the page of the film whose URL is in an attribute, or in its JSON; "" without one.

    >>> film({"data-cookieblock-src": "https://www.youtube.com/embed/abc"}, "")
    'https://www.youtube.com/watch?v=abc'
    """
    for name, value in attrs.items():
        if name in _NO_FILMS or "//" not in (plain := value.replace("\\/", "/")):
            continue
        found = _FILM.search(plain)
        if found:
            address = found[0] if found[0].startswith("http") else f"https:{found[0]}"
            return page_of_embed(unescape(address), base_url) or ""
    return ""


def late_page(kind: str, attrs: Mapping[str, str]) -> str:
    """Return the page of the content that a script puts in an element's place, or "".

    *kind* is a key of `LATE`.

    >>> late_page("lite-youtube", {"videoid": "G_YJOTxp1Tc"})
    'https://www.youtube.com/watch?v=G_YJOTxp1Tc'
    """
    attribute, page = LATE[kind]
    value = attrs.get(attribute, "").strip()
    return page.format(value) if value else ""


def page_of_script(source: str) -> str:
    """Return the page of the code that a script from *source* shows, or ""."""
    match = _GIST.match(source)
    return match[1] if match else ""


def elementor_video(settings: str) -> str:
    """Return the video's URL in the ``data-settings`` of an Elementor widget, or ""."""
    if "_url" not in settings:
        return ""
    try:
        values = json.loads(settings)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(values, dict):
        return ""
    kind = f"{values.get('video_type', 'youtube')}_url"
    found = values.get(kind) if kind in _ELEMENTOR_VIDEO else ""
    return found if isinstance(found, str) else ""


def _page(page: str, groups: tuple[str, ...], query: str, base_url: str) -> str | None:
    names = {name: values[0] for name, values in parse_qs(query, max_num_fields=50).items()}
    try:
        return safe_url(page.format(*groups, **names), base_url)
    except (KeyError, IndexError):
        return None


def _source(attrs: Mapping[str, str], base_url: str) -> str | None:
    """Return the picture's URL: from a lazy loader's attribute, ``src`` or a ``srcset``; or None.

    Each loader has its own names, so the values decide: any attribute with the URL of a picture.
    """
    own = attrs.get("src", "")
    late = [name for name in attrs if name not in _OWN_NAMES and not _OTHER_PICTURES.search(name)]
    named = [name for name in late if _SOURCE_NAME.search(name) and not _SET_NAME.search(name)]
    sets = [name for name in attrs if _SET_NAME.search(name)]
    is_own = bool(own) and not _PLACEHOLDER.search(own) and not own.startswith("data:")
    # Beside a real ``src``, another file may be a larger one for a lightbox, or the picture's page.
    wanted = [name for name in named if not is_own or _REPLACES.search(name)]
    values = [attrs[name].strip() for name in wanted]
    values = [v for v in values if _ADDRESS.fullmatch(v) or _PICTURE_FILE.match(v)]
    values += [own] if is_own else []
    values += [largest for name in sets if (largest := _largest(attrs[name]))]
    if not is_own:
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
