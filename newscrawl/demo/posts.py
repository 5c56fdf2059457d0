"""Fills the magazine from ``posts.toml``: its posts, all that hangs on them, and what is odd."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from newscrawl.demo.dress import dressed, excerpt_of
from newscrawl.demo.magazine import slugify
from newscrawl.demo.publishers import Article
from newscrawl.demo.rows import Author, Comment, Picture, Term

if TYPE_CHECKING:
    from newscrawl.demo.magazine import Magazine
    from newscrawl.demo.publishers import Publisher

Row = dict[str, Any]

TABLES = Path(__file__).with_name("posts.toml")

FIRST_ID, ID_STEP, FIRST_BRIEF_ID, FIRST_HIDDEN_ID = 101, 7, 901, 951
FIRST_DAY = datetime(2026, 1, 12, 14, 5, tzinfo=UTC)
FIRST_BRIEF_DAY = datetime(2025, 7, 1, 9, 30, tzinfo=UTC)
HOURS_BETWEEN = 17
SHARED_DATES = range(10, 14)
"""Positions of posts that were imported together, and share one date."""
OLD_HOST = "https://pinestreet.staging.example"
OLD_GUIDS = range(8)
"""Positions of posts that were written on another host, which their guid still names."""
SCHEDULED = (16, 27)
"""Positions of posts that were written, and last modified, days before their date."""
EDITED_EVERY, PICTURE_EVERY, ACF_EVERY = 7, 3, 4
DELETED_PICTURE = 99
ZERO = "-0001-11-30T00:00:00"
"""What WordPress makes of MySQL's zero date."""

AUTHORS = (
    Author(id=2, name="Edda Quist", slug="edda-quist", description="Edits & walks."),
    Author(id=5, name="Milo Pemberton", slug="milo", description="Harbor correspondent."),
    Author(id=9, name="Saoirse Vance", slug="saoirse-vance"),
    Author(id=14, name="Guest Desk", slug="guest-desk", hidden=True),
)
CATEGORIES = {
    "harbor": "Harbor",
    "town": "Town & County",
    "nature": "Nature",
    "world": "World",
    "economy": "Economy",
    "transport": "Getting about",
    "culture": "Culture",
    "editorial": "From Pine Street",
    "kitchen": "Kitchen",
    "deutsch": "Auf Deutsch",
    "francais": "En français",
    "espanol": "En español",
}
REGIONS = {"coast": "The Coast", "mountains": "Up the Mountains", "town-quarters": "Quarters"}
HIDDEN = {
    "A draft that nobody may read": "draft",
    "Private: who broke the window": "private",
    "A post in the trash": "trash",
    "A post for next year": "future",
    "A post that waits for the editor": "pending",
}
"""Titles and statuses of posts that must never appear anywhere."""

COMMENTS = (
    Row(id=11, at=0, author_name="Wilma Tate", text="I was on it. The goats behaved."),
    Row(id=12, at=0, parent=11, author_name="B. Castellan", text="So did the piano.\nMostly."),
    Row(id=15, at=3, author_name="Roy", text="Nitrogen & patience: that’s all it takes."),
    Row(id=16, at=10, author_name="Gertrude", text="I will visit it when the weather allows."),
    Row(id=17, at=10, author_name="cheap-pills", text="Buy here", approved=False),
    Row(id=18, at=19, author_name="Émile Roux", text="Trois dollars, et le cacao ?"),
    Row(id=21, at=54, author_name="Treasurer", text="Nobody may read this."),
)
"""Comments by the position of their post; the last is on the protected one."""


def fill(magazine: Magazine, publishers: dict[str, Publisher]) -> None:
    """Write all rows of the demo: ids, dates and texts are the same each time."""
    tables = _tables()
    magazine.authors = {author.id: author for author in AUTHORS}
    terms = _terms(tables["post"])
    magazine.terms = {term.id: term for term in terms.values()}
    for position, row in enumerate(tables["post"]):
        _add_post(magazine, publishers, terms, position, row)
    for position, row in enumerate(tables["brief"]):
        _add_brief(magazine, terms, position, row)
    for position, (title, status) in enumerate(HIDDEN.items()):
        magazine.add(
            id=FIRST_HIDDEN_ID + position,
            title=title,
            status=status,
            content="<p>Not for the public.</p>",
            author=AUTHORS[0].id,
            moment=FIRST_DAY,
        )
    _add_pages(magazine)
    _add_comments(magazine)


@cache
def _tables() -> dict[str, list[Row]]:
    return tomllib.loads(TABLES.read_text("utf-8"))


def _terms(rows: list[Row]) -> dict[str, Term]:
    """Return the terms by slug, numbered in the order of the tables."""
    tags = sorted({tag for row in rows for tag in row["tags"]})
    named = [
        *(("category", slug, name) for slug, name in CATEGORIES.items()),
        *(("region", slug, name) for slug, name in REGIONS.items()),
        *(("post_tag", slug, slug.capitalize()) for slug in tags),
    ]
    return {
        slug: Term(id=number, taxonomy=taxonomy, slug=slug, name=name)
        for number, (taxonomy, slug, name) in enumerate(named, 3)
    }


def _id_at(position: int) -> int:
    return FIRST_ID + ID_STEP * position


def _moment_at(position: int) -> datetime:
    if position in SHARED_DATES:
        position = SHARED_DATES.start
    return FIRST_DAY + timedelta(hours=HOURS_BETWEEN * position)


def _add_post(
    magazine: Magazine,
    publishers: dict[str, Publisher],
    terms: dict[str, Term],
    position: int,
    row: Row,
) -> None:
    moment = _moment_at(position)
    columns: Row = {
        "id": _id_at(position),
        "slug": _slug(row["title"]),
        "author": AUTHORS[position % len(AUTHORS)].id,
        "categories": tuple(terms[slug].id for slug in row["categories"]),
        "tags": tuple(terms[slug].id for slug in row["tags"]),
        "terms": {"region": (terms["coast"].id,)} if "harbor" in row["categories"] else {},
        "featured_media": _add_picture(magazine, position, row),
        "sticky": row.get("sticky", False),
        **_modified(magazine, position, moment),
        **_guid(magazine, position, row),
    }
    if position % ACF_EVERY == 0:
        columns["acf"] = {"kicker": row["categories"][0].capitalize(), "credits": []}
    columns |= _own(row) if row["style"] == "own" else _linked(publishers, row, moment)
    columns |= KINDS.get(row.get("kind", ""), {})
    magazine.add(title=row["title"], moment=moment, **columns)
    if row.get("kind") == "continue-reading":
        _add_more_link(magazine, columns["id"])


def _slug(title: str) -> str:
    """Return the slug: one without Latin letters is percent-encoded, in lower case."""
    return slugify(title) if re.search("[a-z]{3}", title) else quote(title).lower()


def _modified(magazine: Magazine, position: int, moment: datetime) -> Row:
    if position in SCHEDULED:
        moment -= timedelta(days=9)
    elif position % EDITED_EVERY == 1:
        moment += timedelta(days=2, minutes=3)
    local, gmt = magazine.stamps(moment)
    return {"modified": local, "modified_gmt": gmt}


def _guid(magazine: Magazine, position: int, row: Row) -> Row:
    if "guid" in row:
        return {"guid": row["guid"]}
    if "guid_of" in row:
        same = next(p for p in magazine.posts.values() if p.title == row["guid_of"])
        return {"guid": same.guid}
    old = position in OLD_GUIDS
    return {"guid": f"{OLD_HOST}/?page_id={12400 + position}"} if old else {}


def _own(row: Row) -> Row:
    content = row["text"].strip()
    if row.get("kind") == "huge":
        content = "\n".join(content % minute for minute in _minutes())
    words = unescape(re.sub(r"<!--.*?-->|<[^>]+>|\[[^\]]+\]", " ", content))
    return {"content": f"{content}\n" if content else "", "excerpt": excerpt_of(words)}


def _minutes() -> list[Row]:
    """Return what fills the huge post: about 1,400 meetings, and 300 KB."""
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    matters = ("crane", "breakwater", "missing anchor", "lamp oil", "night watch", "old pier")
    reasons = ("weather", "treasurer", "tide", "mayor")
    return [
        {
            "weekday": days[number % 5],
            "week": number,
            "present": 5 + number % 8,
            "ayes": 3 + number % 5,
            "matter": matters[number % 6],
            "reason": reasons[number % 4],
        }
        for number in range(1, 1401)
    ]


def _linked(publishers: dict[str, Publisher], row: Row, moment: datetime) -> Row:
    publisher, shown = publishers[row["publisher"]], row["text"].strip().split("\n")
    lead = shown[: row.get("lead", 1)]
    url = publisher.url + _article_path(publisher, row, moment)
    if "shares" not in row:
        publisher.add(_article(publisher, row, moment))
    else:
        shared = (a for a in publisher.articles.values() if a.title == row["shares"])
        url = publisher.url + next(shared).path
    language = row.get("language", "en")
    content = dressed(row["style"], lead, url=url, publisher=publisher.title, lang=language)
    return {"content": content, "excerpt": excerpt_of(" ".join(lead)), "link": url}


def _article_path(publisher: Publisher, row: Row, moment: datetime) -> str:
    slug = slugify(row["title"]) if re.search("[a-z]{3}", row["title"]) else "item"
    return publisher.path_for(slug, published=moment.isoformat(), fault=row.get("fault"))


def _article(publisher: Publisher, row: Row, moment: datetime) -> Article:
    return Article(
        path=_article_path(publisher, row, moment),
        title=row["title"],
        byline=row.get("byline", "Our Reporter"),
        published=(moment - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        paragraphs=tuple(row["text"].strip().split("\n")),
        lead=row.get("lead", 1),
        fault=row.get("fault"),
    )


def _add_picture(magazine: Magazine, position: int, row: Row) -> int:
    if row.get("image") == "deleted":
        return DELETED_PICTURE
    if position % PICTURE_EVERY:
        return 0
    post_id = _id_at(position)
    local, gmt = magazine.stamps(_moment_at(position) - timedelta(minutes=20))
    picture = Picture(
        id=post_id + 1,
        slug=f"picture-{post_id}",
        title=f"Picture {post_id}",
        alt=f"A view that goes with “{row['title']}”",
        caption=f"Photograph {position + 1} – Pine Street & friends",
        date=local,
        date_gmt=gmt,
        post=post_id,
        author=AUTHORS[0].id,
    )
    magazine.pictures[picture.id] = picture
    return picture.id


def _add_more_link(magazine: Magazine, post_id: int) -> None:
    post = magazine.posts[post_id]
    more = f'<p><a class="more-link" href="{magazine.link(post)}">Continue reading &rarr;</a></p>\n'
    magazine.edit(
        post_id,
        excerpt=post.excerpt + more,
        modified=post.modified,
        modified_gmt=post.modified_gmt,
    )


def _add_brief(magazine: Magazine, terms: dict[str, Term], position: int, row: Row) -> None:
    magazine.add(
        id=FIRST_BRIEF_ID + position,
        type="news",
        title=row["title"],
        moment=FIRST_BRIEF_DAY + timedelta(days=40 * position),
        author=AUTHORS[1].id,
        terms={"region": tuple(terms[slug].id for slug in row["regions"])},
        **_own(row),
    )


def _add_pages(magazine: Magazine) -> None:
    for post_id, title in ((31, "About us"), (34, "Legal notice")):
        content = f"<p>{title}: five people above a chandler&#8217;s shop.</p>\n"
        magazine.add(
            id=post_id,
            type="page",
            title=title,
            content=content,
            author=AUTHORS[0].id,
            moment=FIRST_BRIEF_DAY,
        )


def _add_comments(magazine: Magazine) -> None:
    for row in COMMENTS:
        columns = {name: value for name, value in row.items() if name != "at"}
        local, gmt = magazine.stamps(_moment_at(row["at"]) + timedelta(hours=row["id"]))
        comment = Comment(post=_id_at(row["at"]), date=local, date_gmt=gmt, **columns)
        magazine.comments[comment.id] = comment


KINDS: dict[str, Row] = {
    "protected": {"protected": True},
    "zero-dates": {"date": ZERO, "date_gmt": ZERO, "modified": ZERO, "modified_gmt": ZERO},
    "zero-gmt": {"date_gmt": ZERO, "modified_gmt": ZERO},
}
"""Columns of a post by what is odd about it, over the usual ones."""
