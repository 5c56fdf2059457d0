"""Rows of WordPress's tables, and beside each what a reader of the API must see of it."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.real.truth import TrueComment, TrueImage, TrueName, TruePost, Truth

# The site's time zone: half an hour off, so that a local time never passes for UTC.
ZONE = "Asia/Kolkata"
LOCAL = timedelta(hours=5, minutes=30)
ZERO = "0000-00-00 00:00:00"


@dataclass(kw_only=True)
class Entry:
    """A post to be seeded. Times in UTC.

    Attributes:
        text, excerpt, title: As the tables hold them; *shown* has what differs for a reader.
        columns: Written over the row: what WordPress itself would never write.
        shown: Written over the truth.
    """

    title: str
    content: str
    text: str | None = None
    published: datetime
    modified: datetime | None = None
    excerpt: str = ""
    status: str = "publish"
    type: str = "post"
    guid: str | None = None
    slug: str = ""
    author: int = 2
    categories: tuple[int, ...] = (1,)
    tags: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()
    image: int | None = None
    link: str | None = None
    note: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)


class Seed:
    """A site in the making: ``tables`` for the database, ``truth`` for the tests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.truth = Truth()
        self.next_id = 100
        self.option("timezone_string", ZONE)

    def option(self, name: str, value: Any) -> None:
        """Set an option: a string, or what PHP serialises."""
        self.tables["options"].append({"option_name": name, "option_value": value})

    def author(self, number: int, name: str, slug: str) -> None:
        """Add a user who may publish."""
        self.tables["users"].append(
            {
                "ID": number,
                "user_login": slug,
                "user_pass": "-",
                "user_nicename": slug,
                "user_email": f"{slug}@example.org",
                "user_registered": "2024-01-01 00:00:00",
                "display_name": name,
            }
        )
        self.tables["usermeta"].append(
            {"user_id": number, "meta_key": "wp_capabilities", "meta_value": {"author": True}}
        )
        page = f"{self.url}/author/{slug}/"
        self.truth.authors[number] = TrueName(name=name, slug=slug, url=page)

    def term(self, taxonomy: str, number: int, name: str, slug: str, parent: int = 0) -> None:
        """Add a term; *name* as the table holds it, with ``&amp;``."""
        self.tables["terms"].append({"term_id": number, "name": name, "slug": slug})
        self.tables["term_taxonomy"].append(
            {
                "term_taxonomy_id": number,
                "term_id": number,
                "taxonomy": taxonomy,
                "description": "",
                "parent": parent,
            }
        )
        known = self.truth.terms.setdefault(taxonomy, {})
        base = {"post_tag": "tag"}.get(taxonomy, taxonomy)
        above = f"{self.url}/{base}/"
        if taxonomy == "category" and parent:
            above = known[parent].url
        shown = name.replace("&amp;", "&")
        known[number] = TrueName(name=shown, slug=slug, url=f"{above}{slug}/")

    def image(self, number: int, *, alt: str = "", caption: str = "", parent: int = 0) -> None:
        """Add an attachment without its file."""
        file = f"2025/03/picture-{number}.jpg"
        url = f"{self.url}/wp-content/uploads/{file}"
        width, height = 800 + number % 400, 600
        self._row(
            number,
            Entry(
                title=f"Picture {number}",
                content="",
                excerpt=caption,
                published=datetime(2025, 3, 1, tzinfo=UTC),
                status="inherit",
                type="attachment",
                slug=f"picture-{number}",
                guid=url,
                columns={"post_mime_type": "image/jpeg", "post_parent": parent},
            ),
        )
        self._meta(number, "_wp_attached_file", file)
        size = {"width": width, "height": height, "file": file, "sizes": {}}
        self._meta(number, "_wp_attachment_metadata", size)
        self._meta(number, "_wp_attachment_image_alt", alt)
        self.truth.images[number] = TrueImage(
            url=url, alt=alt or None, caption=caption or None, width=width, height=height
        )

    def add(self, entry: Entry) -> int:
        """Add a post; its truth too, if anyone may read it."""
        number = self.next_id
        self.next_id += 2 if number % 7 == 0 else 1
        self._row(number, entry)
        for term in {*entry.categories, *entry.tags, *entry.regions}:
            self.tables["term_relationships"].append(
                {"object_id": number, "term_taxonomy_id": term}
            )
        if entry.image is not None:
            self._meta(number, "_thumbnail_id", str(entry.image))
        if entry.status == "publish" and entry.type in {"post", "news"}:
            self.truth.posts[number] = self._true(number, entry)
        else:
            self.truth.hidden.add(number)
        return number

    def comment(self, post: int, text: str, *, approved: str = "1") -> None:
        """Add a reader's comment; *approved* as the table has it: "1", "0" or "spam"."""
        number = 1 + len(self.tables["comments"])
        name = f"Reader {number}"
        self.tables["comments"].append(
            {
                "comment_ID": number,
                "comment_post_ID": post,
                "comment_author": name,
                "comment_author_email": "reader@example.org",
                "comment_author_IP": "192.0.2.7",
                "comment_content": text,
                "comment_approved": approved,
                "comment_date": "2025-06-01 12:00:00",
                "comment_date_gmt": "2025-06-01 06:30:00",
                "comment_type": "comment",
            }
        )
        if approved == "1" and post in self.truth.posts:
            comment = TrueComment(id=number, post=post, author=name, text=text)
            self.truth.comments[number] = comment

    def _meta(self, post: int, key: str, value: Any) -> None:
        row = {"post_id": post, "meta_key": key, "meta_value": value}
        self.tables["postmeta"].append(row)

    def _row(self, number: int, entry: Entry) -> None:
        modified = entry.modified or entry.published
        row = {
            "ID": number,
            "post_author": entry.author,
            "post_title": entry.title,
            "post_content": entry.content,
            "post_excerpt": entry.excerpt,
            "post_status": entry.status,
            "post_type": entry.type,
            "post_name": entry.slug,
            "guid": f"{self.url}/?p={number}" if entry.guid is None else entry.guid,
            "post_date": _column(entry.published + LOCAL),
            "post_date_gmt": _column(entry.published),
            "post_modified": _column(modified + LOCAL),
            "post_modified_gmt": _column(modified),
            **dict.fromkeys(("to_ping", "pinged", "post_content_filtered"), ""),
        }
        self.tables["posts"].append(row | entry.columns)

    def _true(self, number: int, entry: Entry) -> TruePost:
        day = entry.published + LOCAL
        folder = "news" if entry.type == "news" else f"{day:%Y/%m}"
        post = TruePost(
            id=number,
            type=entry.type,
            guid=f"{self.url}/?p={number}" if entry.guid is None else entry.guid,
            slug=entry.slug,
            url=f"{self.url}/{folder}/{entry.slug}/",
            title=entry.title,
            published=_stamp(entry.published),
            modified=_stamp(entry.modified or entry.published),
            author=entry.author,
            categories=frozenset(entry.categories),
            tags=frozenset(entry.tags),
            regions=frozenset(entry.regions),
            image=entry.image,
            text=entry.text,
            excerpt=entry.excerpt or None,
            link=entry.link,
            note=entry.note,
        )
        return replace(post, **entry.shown)


def _column(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
