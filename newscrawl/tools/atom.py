"""Records as an Atom feed.

Source: https://www.rfc-editor.org/rfc/rfc4287
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import quote
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE: Final = "http://www.w3.org/2005/Atom"

_INVALID: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 forbids, even escaped."""
_IRI: Final = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f-\x9f]+", re.IGNORECASE)

_NO_ATTRIBUTES: Final[AttributesImpl[str]] = AttributesImpl({})


class AtomWriter:
    """Writes a feed, entry by entry."""

    def __init__(self, file: IO[bytes], feed_id: str, title: str) -> None:
        self._used: set[int] = set()  # hashes of the ids of entries
        self._xml = XMLGenerator(file, "utf-8", short_empty_elements=True)
        self._xml.startDocument()
        self._xml.startElement("feed", AttributesImpl({"xmlns": NAMESPACE}))
        self._text("id", feed_id)
        self._text("title", title)
        self._text("updated", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self._xml.characters("\n")

    def entry(self, record: Mapping[str, Any]) -> None:
        """Write a record with the text of its article, or of the post if there is no article."""
        article = record["article"] or {}
        self._xml.startElement("entry", _NO_ATTRIBUTES)
        self._text("id", self._new_id(record))
        self._text("title", record["title"] or "")
        self._text("updated", record["modified"] or record["published"] or record["crawled"])
        if record["published"]:
            self._text("published", record["published"])
        self._link("alternate", record["url"])
        self._link("via", article.get("url"))
        for author in record["authors"] or [{"name": None}]:
            self._xml.startElement("author", _NO_ATTRIBUTES)
            self._text("name", author["name"] or record["site"])
            self._xml.endElement("author")
        for thing in (record["categories"] or []) + (record["tags"] or []):
            if thing["name"]:
                self._xml.startElement("category", AttributesImpl({"term": _valid(thing["name"])}))
                self._xml.endElement("category")
        if record["excerpt"]:
            self._text("summary", record["excerpt"])
        html = article.get("html") or record["html"]
        if html or not _is_iri(record["url"]):  # an entry has content or an alternate link
            self._text("content", html or "", type="html")
        self._xml.endElement("entry")
        self._xml.characters("\n")

    def close(self) -> None:
        """Write the end of the feed."""
        self._xml.endElement("feed")
        self._xml.endDocument()

    def _new_id(self, record: Mapping[str, Any]) -> str:
        """Return the id of an entry; of posts that share a guid, only one has it as its id."""
        site, post_id = record["site"], record["post_id"]
        own_name = record["url"] if post_id is None else f"id:{post_id}"
        found = entry_id(site, record["guid"] or own_name)
        if hash(found) in self._used:
            found = entry_id(site, f"{own_name} {record['guid']}")
        self._used.add(hash(found))
        return found

    def _text(self, name: str, text: str, **attributes: str) -> None:
        self._xml.startElement(name, AttributesImpl(attributes))
        self._xml.characters(_valid(text))
        self._xml.endElement(name)

    def _link(self, rel: str, url: str | None) -> None:
        if url and _is_iri(url):
            self._xml.startElement("link", AttributesImpl({"rel": rel, "href": _valid(url)}))
            self._xml.endElement("link")


def entry_id(site: str, guid: str) -> str:
    """Return the id of an entry: the guid if it is a valid IRI, else a URN made of it.

    >>> entry_id("a.test", "https://a.test/?p=1"), entry_id("a.test", "post 1")
    ('https://a.test/?p=1', 'urn:newscrawl:a.test:post%201')
    """
    return guid if _is_iri(guid) else f"urn:newscrawl:{quote(site)}:{quote(guid)}"


def _is_iri(text: str | None) -> bool:
    return bool(text and _IRI.fullmatch(text))


def _valid(text: str) -> str:
    return _INVALID.sub("", text)
