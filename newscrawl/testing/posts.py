"""Fills the magazine from ``posts.toml``: posts with their comments and media, and oddities."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from newscrawl.testing import tables
from newscrawl.testing.magazine import slugify
from newscrawl.testing.post_markup import dressed, excerpt_of
from newscrawl.testing.publishers import Article
from newscrawl.testing.rows import Comment, Picture, Term

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawl.testing.magazine import Magazine
    from newscrawl.testing.publishers import Publisher
    from newscrawl.testing.tables import Row

POSTS = Path(__file__).with_name("posts.toml")


def fill(magazine: Magazine, publishers: dict[str, Publisher]) -> None:
    """Write all rows of the demo: ids, dates and texts are the same each time."""
    rows = _rows()
    magazine.authors = {author.id: author for author in tables.AUTHORS}
    magazine.terms = {term.id: term for term in _terms(rows["post"])}
    for position, row in enumerate(rows["post"]):
        _add_post(magazine, publishers, position, row)
    for position, row in enumerate(rows["brief"]):
        _add_brief(magazine, position, row)
    for position, (title, status) in enumerate(tables.HIDDEN.items()):
        magazine.add(
            id=tables.FIRST_HIDDEN_ID + position,
            title=title,
            status=status,
            content="<p>Not for the public.</p>",
            author=tables.AUTHORS[0].id,
            moment=tables.FIRST_DAY,
        )
    _add_pages(magazine)
    _add_comments(magazine)


@cache
def _rows() -> dict[str, list[Row]]:
    return tomllib.loads(POSTS.read_text("utf-8"))


def _terms(rows: list[Row]) -> list[Term]:
    """Return the terms, numbered in the order of the tables."""
    tags = sorted({tag for row in rows for tag in row["tags"]})
    named = [
        *(("category", slug, name) for slug, name in tables.CATEGORIES.items()),
        *(("region", slug, name) for slug, name in tables.REGIONS.items()),
        *(("post_tag", slug, slug.capitalize()) for slug in tags),
    ]
    return [
        Term(id=number, taxonomy=taxonomy, slug=slug, name=name)
        for number, (taxonomy, slug, name) in enumerate(named, 3)
    ]


def _term_ids(magazine: Magazine, slugs: list[str]) -> tuple[int, ...]:
    return tuple(term.id for term in magazine.terms.values() if term.slug in slugs)


def _id_at(position: int) -> int:
    return tables.FIRST_ID + tables.ID_STEP * position


def _moment_at(position: int) -> datetime:
    if position in tables.SHARED_DATES:
        position = tables.SHARED_DATES.start
    return tables.FIRST_DAY + timedelta(hours=tables.HOURS_BETWEEN * position)


def _add_post(
    magazine: Magazine, publishers: dict[str, Publisher], position: int, row: Row
) -> None:
    moment = _moment_at(position)
    columns: Row = {
        "id": _id_at(position),
        "slug": _slug(row["title"]),
        "author": tables.AUTHORS[position % len(tables.AUTHORS)].id,
        "categories": _term_ids(magazine, row["categories"]),
        "tags": _term_ids(magazine, row["tags"]),
        "terms": {"region": _term_ids(magazine, ["coast"])}
        if "harbor" in row["categories"]
        else {},
        "featured_media": _add_picture(magazine, position, row),
        "sticky": row.get("sticky", False),
        **_modified(magazine, position, moment),
        **_guid(magazine, position, row),
    }
    if position % tables.ACF_EVERY == 0:
        columns["acf"] = {"kicker": row["categories"][0].capitalize(), "credits": []}
    columns |= _own(row) if row["style"] == "own" else _linked(publishers, row, moment)
    columns |= tables.KINDS.get(row.get("kind", ""), {})
    magazine.add(title=row["title"], moment=moment, **columns)
    if row.get("kind") == "continue-reading":
        _add_more_link(magazine, columns["id"])


def _slug(title: str) -> str:
    """Return the slug: one without Latin letters is percent-encoded, in lower case."""
    return slugify(title) if re.search("[a-z]{3}", title) else quote(title).lower()


def _modified(magazine: Magazine, position: int, moment: datetime) -> Row:
    if position in tables.SCHEDULED:
        moment -= timedelta(days=9)
    elif position % tables.EDITED_EVERY == 1:
        moment += timedelta(days=2, minutes=3)
    local, gmt = magazine.stamps(moment)
    return {"modified": local, "modified_gmt": gmt}


def _guid(magazine: Magazine, position: int, row: Row) -> Row:
    if "guid" in row:
        return {"guid": row["guid"]}
    if "guid_of" in row:
        same = next(p for p in magazine.posts.values() if p.title == row["guid_of"])
        return {"guid": same.guid}
    old = position in tables.OLD_GUIDS
    return {"guid": f"{tables.OLD_HOST}/?page_id={12400 + position}"} if old else {}


def _own(row: Row) -> Row:
    content = row["text"].strip()
    if row.get("kind") == "huge":
        content = "\n".join(content % minute for minute in tables.minutes())
    words = unescape(re.sub(r"<!--.*?-->|<[^>]+>|\[[^\]]+\]", " ", content))
    return {"content": f"{content}\n" if content else "", "excerpt": excerpt_of(words)}


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
        return tables.DELETED_PICTURE
    if position % tables.PICTURE_EVERY:
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
        author=tables.AUTHORS[0].id,
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


def _add_brief(magazine: Magazine, position: int, row: Row) -> None:
    magazine.add(
        id=tables.FIRST_BRIEF_ID + position,
        type="news",
        title=row["title"],
        moment=tables.FIRST_BRIEF_DAY + timedelta(days=40 * position),
        author=tables.AUTHORS[1].id,
        terms={"region": _term_ids(magazine, row["regions"])},
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
            author=tables.AUTHORS[0].id,
            moment=tables.FIRST_BRIEF_DAY,
        )


def _add_comments(magazine: Magazine) -> None:
    for row in tables.COMMENTS:
        columns = {name: value for name, value in row.items() if name != "at"}
        local, gmt = magazine.stamps(_moment_at(row["at"]) + timedelta(hours=row["id"]))
        comment = Comment(post=_id_at(row["at"]), date=local, date_gmt=gmt, **columns)
        magazine.comments[comment.id] = comment
