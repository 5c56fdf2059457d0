"""The same post in other languages, as plugins name it in the fields of a post.

Sources, each as the plugin answers: Polylang Pro (``translations``: ids by language),
WPML REST API (``wpml_translations``: a list with ``locale``, ``id`` and ``href``). A post that was
read from its page has those that the page names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.items import EXTRACTED
from newscrawl.wordpress.fields import absolute, as_id, row_id
from newscrawl.wordpress.page_hints import language_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.wordpress.site import Site

MAX_TRANSLATIONS: Final = 100
TRANSLATION_FIELDS: Final = ("translations", "wpml_translations")
_LANGUAGES: Final = ("locale", "language", "lang", "language_code", "code")
_IDS: Final = ("id", "ID", "post_id")
_URLS: Final = ("href", "link", "url", "permalink")


def translations_of(raw: Mapping[str, Any], site: Site) -> list[dict[str, Any]]:
    """Return the translations of a post, without the post itself: ``{language, id, url}`` of each.

    The id or the URL is None if the plugin does not give it.
    """
    own = row_id(raw)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    read = raw.get(EXTRACTED)
    fields = read if isinstance(read, dict) else raw
    for key in TRANSLATION_FIELDS:
        for code, value in _entries(fields.get(key)):
            item = _translation(code, value, site)
            if item and (item["id"] is None or item["id"] != own):
                found.setdefault((item["language"], item["id"]), item)
    return list(found.values())[:MAX_TRANSLATIONS]


def _entries(value: Any) -> Iterator[tuple[str | None, Any]]:
    """Yield the language and the value of each translation in a field."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((None, item) for item in value)


def _translation(code: str | None, value: Any, site: Site) -> dict[str, Any] | None:
    row = value if isinstance(value, dict) else {_key_of(value): value}
    codes = (*(row.get(key) for key in _LANGUAGES), code)
    language = next((tag for c in codes if isinstance(c, str) and (tag := language_tag(c))), None)
    post_id = next((n for key in _IDS if (n := as_id(row.get(key)))), None)
    url = next((u for key in _URLS if (u := absolute(row.get(key), site))), None)
    if language is None or (post_id is None and url is None):
        return None
    return {"language": language, "id": post_id, "url": url}


def _key_of(value: Any) -> str:
    """Return the key of a translation that is only an id or only a URL."""
    return "url" if isinstance(value, str) and "/" in value else "id"
