"""Pictures and embeds: where the real picture is, and what page an embed stands for.

| function | says |
|---|---|
| `image` | the attributes of a normalized ``img``: lazy loading undone, the URL absolute |
| `symbol` | the characters that an emoji's picture stands for |
| `page_of_embed` | the page that a reader can open instead of a player's frame |
| `late_page`, `page_of_script`, `elementor_video` | the same, of what only a script would show |
"""

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from newscrawl.markup.unicode import one_line
from newscrawl.urls.safe import safe_url

# Where scripts for lazy loading keep the picture, likeliest first; "src" is a placeholder then.
_LAZY_SOURCES: Final = (
    "data-lazy-src", "data-src", "data-original", "data-lazyload", "data-orig-file", "src",
)  # fmt: skip
_SOURCE_SETS: Final = ("data-lazy-srcset", "data-srcset", "srcset")
_PLACEHOLDER: Final = re.compile(
    r"(?:/|^)(?:blank|spacer|placeholder|transparent|pixel|lazy(?:_placeholder)?|1x1)\.(?:gif|png|svg)",
    re.IGNORECASE,
)
_SYMBOL_CLASSES: Final = frozenset({"emoji", "wp-smiley"})
_SIZE: Final = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*")
_CANDIDATE: Final = re.compile(r"(\S*[^\s,])(?:\s+(\d{1,6}(?:\.\d{1,3})?)[wx])?\s*(?:,|$)")
# Characters that one small picture stands for.
_MAX_SYMBOL: Final = 40
# Candidates of one srcset that are looked at.
_MAX_CANDIDATES: Final = 50

# Hosts whose frames are advertising, counters or share buttons: nothing that a reader came for.
_NOT_CONTENT: Final = re.compile(
    r"(?:^|\.)(?:googletagmanager\.com|doubleclick\.net|googlesyndication\.com|adservice\.google\.\w+"
    r"|amazon-adsystem\.com|rcm(?:-\w\w)?\.amazon\.\w+(?:\.\w+)?|scorecardresearch\.com)$"
)
# Player: (host, path, page). "{0}" is what the path's group holds, "{name}" a query parameter.
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
# Elements in whose place a script puts a player, a post or a chart, by their tag or class: the
# attribute that names it, and its page.
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
_GIST: Final = re.compile(r"(https://gist\.github\.com/[\w-]+/\w+)\.js\b")
_ELEMENTOR_VIDEO: Final = ("youtube_url", "vimeo_url", "dailymotion_url", "videopress_url")


def image(attrs: Mapping[str, str], base_url: str) -> dict[str, str] | None:
    """Return ``src``, ``alt`` and sizes of a picture, or None for none: placeholders, counters."""
    source = _source(attrs, base_url)
    sizes = {name: _size(attrs.get(name)) for name in ("width", "height")}
    if source is None or set(sizes.values()) & {"0", "1"}:
        return None
    wanted = {"src": source, "alt": one_line(attrs.get("alt", ""))}
    wanted.update({name: size for name, size in sizes.items() if size})
    return wanted


def symbol(attrs: Mapping[str, str]) -> str | None:
    """Return the characters for which a small picture stands, None where it is a real picture."""
    is_symbol = _SYMBOL_CLASSES.intersection(attrs.get("class", "").split())
    return one_line(attrs.get("alt", ""))[:_MAX_SYMBOL] or None if is_symbol else None


def page_of_embed(url: str, base_url: str) -> str | None:
    """Return the page of what an embed at *url* plays; None for advertising and bad URLs.

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


def late_page(kind: str, attrs: Mapping[str, str]) -> str:
    """Return the page of what a script puts in an element's place; *kind* is a key of `LATE`.

    >>> late_page("lite-youtube", {"videoid": "G_YJOTxp1Tc"})
    'https://www.youtube.com/watch?v=G_YJOTxp1Tc'
    """
    attribute, page = LATE[kind]
    value = attrs.get(attribute, "").strip()
    return page.format(value) if value else ""


def page_of_script(source: str) -> str:
    """Return the page of the code that a script from *source* writes, or ""."""
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
    for name in _LAZY_SOURCES:
        value = attrs.get(name)
        if value and not _PLACEHOLDER.search(value):
            found = safe_url(value, base_url)
            if found:
                return found
    for name in _SOURCE_SETS:
        found = safe_url(_largest(attrs.get(name, "")), base_url)
        if found:
            return found
    return None


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
