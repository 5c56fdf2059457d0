"""Find the page that an embed, a player or a film shows.

| function | returns |
|---|---|
| `film` | the page of a film whose URL is in an attribute for a script or a consent box |
| `page_of_embed` | the page that a reader can open instead of the player's frame |
| `late_page`, `page_of_script`, `elementor_video` | the same for embeds that a script would show |
"""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

from newscrawl.markup.media import ADDRESS, OWN_NAMES
from newscrawl.urls.safe import safe_url

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
    "presto-player": ("src", "{}"),
}
# Attributes that contain no film, or that `elementor_video` reads.
_NO_FILMS: Final = OWN_NAMES | {"data-settings", "href", "xmlns", "cite", "content"}
# The URL of a film in any text.
_FILM: Final = re.compile(
    r"(?:https?:)?//(?:(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed/|watch\?v=|v/|shorts/)|youtu\.be/|"
    r"(?:player\.)?vimeo\.com/(?:video/)?\d|(?:www\.)?dailymotion\.com/(?:embed/)?video/|"
    r"open\.spotify\.com/embed|w\.soundcloud\.com/player)[^\s\"'<>\\{}|]*",
    re.IGNORECASE,
)
# Pages of films by the service's name, for players that have only an id.
_FILM_PAGES: Final = {
    "youtube": (re.compile(r"[\w-]{11}"), "https://www.youtube.com/watch?v={}"),
    "vimeo": (re.compile(r"\d{5,12}"), "https://vimeo.com/{}"),
    "dailymotion": (re.compile(r"x\w{4,9}"), "https://www.dailymotion.com/video/{}"),
}
_FILM_ID: Final = re.compile(
    r"data-(?!.*(?:block|channel|element|item|list|page|post|section|user|widget))"
    r"(?:.*id|.*-code|embed|youtube|vimeo|dailymotion)"
)
# A longer value is not the name of a service or of classes.
_MAX_NAMES: Final = 100
# The URL of a film's still picture.
_PREVIEW: Final = re.compile(
    r"(?:https?:)?//(?:i\d?\.ytimg\.com|img\.youtube\.com)/(?:vi|vi_webp|an_webp)/([\w-]{11})/"
)
# Attributes with a file that a script plays, except a moving background.
_FILE_NAME: Final = re.compile(r"data-(?!.*(?:bg|background))")
_MEDIA_FILE: Final = re.compile(
    r"(?:https?:)?//[^\s\"'<>\\{}|]+\.(?:mp3|m4a|ogg|oga|wav|flac|mp4|m4v|webm|ogv|mov|m3u8)(?:\?[^\s\"'<>]*)?",
    re.IGNORECASE,
)
# Base64 of a text that starts with "<".
_ENCODED_HTML: Final = re.compile(r"P[A-P][A-Za-z0-9+/]{38,}={0,2}")
_GIST: Final = re.compile(r"(https://gist\.github\.com/[\w-]+/\w+)\.js\b")
_ELEMENTOR_VIDEO: Final = ("youtube_url", "vimeo_url", "dailymotion_url", "videopress_url")


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
        if name not in OWN_NAMES and ADDRESS.fullmatch(value.strip()) and "thumb" not in name
    ]
    films = [value for value in others if _FILM.match(value)]
    named = [
        v for name, v in attrs.items() if name != "src" and "src" in name and v.strip() in others
    ]
    return next(iter([*films, *named]), "") or own or next(iter(others), "")


def film(attrs: Mapping[str, str], base_url: str) -> str:
    """Return the page of the film whose URL is in an attribute, or in its JSON; "" without one.

    >>> film({"data-cookieblock-src": "https://www.youtube.com/embed/abc"}, "")
    'https://www.youtube.com/watch?v=abc'
    >>> film({"data-plyr-provider": "youtube", "data-plyr-embed-id": "G_YJOTxp1Tc"}, "")
    'https://www.youtube.com/watch?v=G_YJOTxp1Tc'
    """
    for name, value in attrs.items():
        if name in _NO_FILMS or ("/" not in value and not value.startswith("P")):
            continue
        is_file = bool(_FILE_NAME.match(name))
        if page := film_at(value, base_url, may_be_file=is_file):
            return page
    return _film_by_id(attrs)


def film_at(value: str, base_url: str, *, may_be_file: bool = True) -> str:
    """Return the page of the film whose URL is in the value of an attribute; "" without one.

    Args:
        may_be_file: Whether the URL of a file of sound or film counts.
    """
    plain = decoded(value).replace("\\/", "/")
    if "//" not in plain:
        return ""
    found = _FILM.search(plain)
    if found:
        address = found[0] if found[0].startswith("http") else f"https:{found[0]}"
        return page_of_embed(unescape(address), base_url) or ""
    if page := page_of_preview(plain):
        return page
    is_file = may_be_file and _MEDIA_FILE.fullmatch(plain.strip())
    return (safe_url(plain.strip(), base_url) or "") if is_file else ""


def page_of_preview(url: str) -> str:
    """Return the page of the film whose still picture is at *url*; "" for another picture."""
    preview = _PREVIEW.match(url)
    return f"https://www.youtube.com/watch?v={preview[1]}" if preview else ""


def decoded(text: str) -> str:
    """Return text; if it is HTML in base64, the HTML.

    >>> decoded("PGlmcmFtZSBzcmM9Imh0dHBzOi8vd3d3LnlvdXR1YmUuY29tL2VtYmVkL2FiYyI+PC9pZnJhbWU+")
    '<iframe src="https://www.youtube.com/embed/abc"></iframe>'
    """
    if not text.startswith("P") or not _ENCODED_HTML.fullmatch(text):
        return text
    try:
        return b64decode(text).decode()
    except ValueError:
        return text


def is_encoded(text: str) -> bool:
    """Return whether text is HTML in base64, which a script decodes."""
    return decoded(text) != text


def _film_by_id(attrs: Mapping[str, str]) -> str:
    """Return the page of the film that a player names by a service and an id, or ""."""
    ids = [
        value
        for name, value in attrs.items()
        if name.startswith("data-") and _FILM_ID.fullmatch(name)
    ]
    if not ids:
        return ""
    short = (value for value in attrs.values() if len(value) <= _MAX_NAMES)
    names = " ".join((*attrs, *short)).lower()
    for service, (film_id, page) in _FILM_PAGES.items():
        if service in names and (found := next(filter(film_id.fullmatch, ids), "")):
            return page.format(found)
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
