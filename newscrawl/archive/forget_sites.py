"""Take a site out of an archive for good, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, delete, func, select, update

from newscrawl.archive import forgotten, jobs, near_duplicates, scheduled_sites
from newscrawl.archive.forget_articles import delete_articles
from newscrawl.archive.forgotten_lines import (
    Forgotten,
    note,
    parts,
)
from newscrawl.archive.tables import (
    extras,
    files,
    hosts,
    posts,
    queue,
    records,
    run_totals,
    runs,
    sites,
    things,
    unresolved,
    walks,
)
from newscrawl.archive.tables import segments as segment_table
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

NO_FACTS: Final = {
    "home": "",
    "root": "",
    "v2": "",
    "types": [],
    "taxonomies": [],
    "namespaces": [],
}


def forget_site(connection: Connection, site_id: int, identity: str) -> Forgotten:
    """Take a site out; its row, its last run and the lines about it have only its hash."""
    done = Forgotten([identity])
    key = connection.execute(select(sites.c.key).where(sites.c.id == site_id)).scalar_one()
    note(connection, forgotten.SITE, identity)
    rows = list(connection.execute(select(posts.c.id).where(posts.c.site_id == site_id)).scalars())
    article_ids = {
        row
        for row in connection.execute(
            select(posts.c.article_id).where(posts.c.site_id == site_id).distinct()
        ).scalars()
        if row is not None
    }
    of_site = segment_table.c.site_id == site_id
    # The segment that says so has no file yet. Those about single posts of the site go, too.
    is_new = and_(segment_table.c.kind == forgotten.KIND, segment_table.c.state == "closed")
    kept = select(segment_table.c.id).where(of_site, is_new)
    own = select(segment_table.c.id).where(of_site, ~is_new)
    done.segment_ids.update(connection.execute(own).scalars())
    meant = records.c.segment_id.in_(own)
    counted = select(func.count()).select_from(records).where(meant)
    done.counts["records"] += connection.execute(counted).scalar_one()
    connection.execute(delete(records).where(meant))
    connection.execute(delete(segment_table).where(of_site, ~is_new))
    for part in parts(rows):
        near_duplicates.sign(connection, "post", dict.fromkeys(part))
    connection.execute(delete(unresolved).where(unresolved.c.site_id == site_id))
    connection.execute(delete(posts).where(posts.c.site_id == site_id))
    connection.execute(delete(queue).where(queue.c.site_id == site_id))
    delete_articles(connection, article_ids, done)
    used = select(records.c.extra).where(records.c.segment_id.in_(kept))
    connection.execute(delete(extras).where(extras.c.site_id == site_id, ~extras.c.id.in_(used)))
    for table in (things, walks, run_totals, files):
        connection.execute(delete(table).where(table.c.site_id == site_id))
    used = select(records.c.run).where(records.c.segment_id.in_(kept))
    connection.execute(delete(runs).where(runs.c.site_id == site_id, ~runs.c.id.in_(used)))
    connection.execute(delete(hosts).where(hosts.c.host == key.partition("/")[0]))
    _unschedule(connection, key)
    mark = f"{forgotten.MARK}{identity}"
    values = {"key": mark, "asked": mark, "facts": {**NO_FACTS, "key": mark}}
    values["folder"] = forgotten.folder_of(identity)
    connection.execute(update(sites).where(sites.c.id == site_id).values(values))
    done.counts["posts"] += len(rows)
    return done


def _unschedule(connection: Connection, key: str) -> None:
    """Delete the entries of a site from the schedule in the archive."""
    urls = {name: entry.get("site") for name, entry in scheduled_sites.load(connection).items()}
    named = [name for name, url in urls.items() if url and site_key(url, [url], "") == key]
    scheduled_sites.remove(connection, named)
    jobs.forget_sites(connection, [key, *named])
