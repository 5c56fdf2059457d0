"""The archive's tables, for SQLite and PostgreSQL; the migrations create exactly these.

An index with a condition has it on PostgreSQL, too, but only the migrations name it. SQLAlchemy
imports a dialect to check its options, so each start of a command would import PostgreSQL's.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData()

hosts = Table(
    "hosts",
    metadata,
    # The host, with its port if this is not the default port of the scheme.
    Column("host", String, primary_key=True),
    # Unix seconds: no process may send a request to this host before.
    Column("next_allowed", Float, nullable=False, server_default="0"),
    # Unix seconds: the end of the pause after a refusal; see newscrawl/net/host_clock.py.
    Column("blocked_until", Float, nullable=False, server_default="0"),
    # Seconds of the last back-off; after enough time without a refusal it starts again.
    Column("backoff", Float, nullable=False, server_default="0"),
    # The last robots.txt: HTTP status (0 if unreachable), text, and Unix seconds of its reading.
    Column("robots_status", Integer),
    Column("robots_text", String),
    Column("robots_fetched", Float),
    # The rules of /.well-known/tdmrep.json ([] if it is missing), and when they were read.
    Column("tdm_rules", JSON),
    Column("tdm_fetched", Float),
)

sites = Table(
    "sites",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    # The URL of the last crawl. If the next crawl has it, too, "facts" replaces the discovery.
    Column("asked", String, nullable=False, index=True),
    # A newscrawl.wordpress.site.Site, from the site's API.
    Column("facts", JSON, nullable=False),
    # The name of its folder of output files, below NEWSCRAWL_OUTPUT.
    Column("folder", String, nullable=False, unique=True),
)

walks = Table(
    "walks",
    metadata,
    # The crawl progress of each post type of a site; only committed posts count. Comments and media
    # have rows, too: "+comments" and "+media".
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("type", String, primary_key=True),
    # The largest modification time, by the server's clock: the next run starts there.
    Column("cursor", String),
    # The server's Date at the start of the last run that saw everything.
    Column("settled", String),
    # The time of the last listing of all ids, ISO 8601 in UTC.
    Column("listed", String),
    # Posts that the site has but could not deliver: id to reason. Each run requests them again.
    Column("missing", JSON, nullable=False),
    # At the last listing of all ids, the site's own total minus the posts in the archive.
    Column("excess", Integer, nullable=False, server_default="0"),
    # Why the last listing did not prove that the archive has all posts; [] if it did.
    Column("unproved", JSON, nullable=False, server_default="[]"),
    # ISO 8601 in UTC: a listing that proved nothing is repeated then. Null after a good one.
    Column("list_again", String),
    # Posts that a feed or a sitemap names and the API does not show: URL to id, 0 if unknown.
    # Each run tries to fetch them.
    Column("unlisted", JSON, nullable=False, server_default="{}"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    # "crawl"; "extract" if it read kept pages again; "restore" if it took output files back.
    Column("command", String, nullable=False, server_default="crawl"),
    # ISO 8601 in UTC.
    Column("started", String, nullable=False),
    Column("ended", String),
    Column("arguments", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    # "complete", "partial" or "failed"; null while it runs, and also later if it was killed.
    Column("verdict", String),
    # The counts behind the verdict: newscrawl.run_summary.Tally.
    Column("tally", JSON),
    # Requests, bytes and the most requests within a minute, by host.
    Column("traffic", JSON),
    Index("runs_by_site", "site_id", "id"),
)

run_totals = Table(
    "run_totals",
    metadata,
    # The sums over the runs of a site that were deleted for their age.
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    # The start of the first of them, ISO 8601 in UTC.
    Column("since", String, nullable=False),
    # Numbers of runs: all of them, and by verdict.
    Column("runs", Integer, nullable=False),
    Column("complete", Integer, nullable=False),
    Column("partial", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    # Numbers of posts.
    Column("new", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    # The link without trackers and redirectors. Posts with the same key share one article.
    Column("key", String, nullable=False, unique=True),
    # The URL to fetch: the link in the first post that had it.
    Column("link", String, nullable=False),
    # One of newscrawl.outcomes.
    Column("outcome", String, nullable=False, server_default="pending"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # The last good article, or else the last failed one: the record's "article" without its link.
    Column("data", LargeBinary),
    # Of the last good response.
    Column("etag", String),
    Column("last_modified", String),
    # The version of the extractor that read it last, see newscrawl.extract.version, or null.
    Column("read_by", String),
    Index(
        "articles_failed",
        "id",
        sqlite_where=text("outcome = 'extraction_failed'"),
    ),
)

pages = Table(
    "pages",
    metadata,
    # Pages as their publishers sent them, to read them again; see newscrawl/archive/page_cache.py.
    # The ids are in the order of arrival.
    Column("id", Integer, primary_key=True),
    # SHA-256 of the page.
    Column("hash", LargeBinary, nullable=False, unique=True),
    # Bytes of the compressed body.
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("pages_by_age", "id", "size"),  # so that the budget is counted without the bodies
)

article_pages = Table(
    "article_pages",
    metadata,
    # The pages that an article was read from: one, or several if the article has parts. A page may
    # be missing from "pages", because the budget evicted it.
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    # Its final URL, redirects, status, some headers and rights signals.
    Column("answer", JSON, nullable=False),
    Index("article_pages_by_hash", "hash"),
)

queue = Table(
    "queue",
    metadata,
    # The frontier: the articles that a site's runs have to fetch. A finished article has no row.
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("host", String, nullable=False),
    # Unix seconds: it is not fetched before.
    Column("due", Float, nullable=False, server_default="0"),
    Index("queue_by_host", "site_id", "host", "due"),
    Index("queue_by_article", "article_id"),
)

commits = Table(
    "commits",
    metadata,
    # The last transaction of each thread that writes to an archive on PostgreSQL. After a lost
    # connection it shows whether the commit was done; see newscrawl/archive/transactions.py.
    Column("writer", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
    # Unix seconds.
    Column("at", Float, nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    # The guid, or "id:<post_id>" if the guid is empty or shared.
    Column("identity", String, nullable=False),
    Column("guid", String, nullable=False),
    # The id; if it is unknown, a number below zero: newscrawl.wordpress.identity.stand_in_id().
    Column("post_id", BigInteger, nullable=False),
    Column("type", String, nullable=False),
    Column("slug", String, nullable=False),
    # Its URL without trackers. It identifies a post without an id.
    Column("place", String, nullable=False, server_default=""),
    # Its source: "api"; "feed" or "page" if the API is closed.
    Column("source", String, nullable=False, server_default="api"),
    Column("published", String),
    Column("modified_gmt", String),
    # The hash of "raw": an unchanged post is skipped.
    Column("raw_hash", LargeBinary),
    # The post as the site sent it, compressed beside "body"; without it after a failure.
    Column("raw", LargeBinary),
    # The hash of its words. A post with the same guid and words is the same post under any id.
    Column("digest", LargeBinary),
    # The reason why newscrawl failed to normalize "raw" (null if it did not), and the number of
    # tries. After a failure the post gets no record, and keeps its earlier body and article.
    Column("failure", String),
    Column("failures", Integer, nullable=False, server_default="0"),
    # The normalized body, an items.PostBody, kept so that it is made only once.
    Column("body", LargeBinary),
    Column("link", JSON),
    Column("article_id", ForeignKey("articles.id")),
    # The last run that saw it. A second post with its guid in the same run is another post.
    Column("seen_run", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    # The id of the post with the same guid and words; then this post never gets a record.
    Column("double_of", BigInteger),
    # The last record: 0 and null before the first one.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("content_hash", String),
    Column("outcome", String),
    # Stale: changed since its last record. Ready: nothing is missing for the next record.
    Column("stale", Boolean, nullable=False, server_default=false()),
    Column("ready", Boolean, nullable=False, server_default=false()),
    # Its words were taken out for good: the row only keeps them away. Identity, guid and place are
    # "forgotten:" and a hash; see newscrawl/archive/forgotten.py.
    Column("forgotten", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("site_id", "identity"),
    Index("posts_by_post_id", "site_id", "post_id"),
    # The others are their post's identity; see newscrawl/archive/guids.py.
    Index("posts_by_guid", "site_id", "guid", sqlite_where=text("guid != identity")),
    Index("posts_by_place", "site_id", "place"),
    Index(
        "posts_by_article",
        "article_id",
        sqlite_where=text("article_id IS NOT NULL"),
    ),
    # To count the posts of a time span.
    Index("posts_by_change", "site_id", "type", "deleted", "modified_gmt"),
    Index("posts_by_date", "site_id", "type", "deleted", "published"),
    Index(
        "posts_by_double",
        "site_id",
        "double_of",
        sqlite_where=text("double_of IS NOT NULL"),
    ),
    Index(
        "posts_forgotten",
        "site_id",
        "forgotten",  # always true, but with two columns to compare, SQLite prefers this index
        sqlite_where=text("forgotten = 1"),
    ),
    Index(
        "posts_failed",
        "site_id",
        "failures",
        "id",
        sqlite_where=text("failure IS NOT NULL"),
    ),
    Index(
        "posts_stale",
        "site_id",
        "ready",
        "id",
        sqlite_where=text("stale = 1"),  # SQLAlchemy's own words, else the index is not used
    ),
)

texts = Table(
    "texts",
    metadata,
    # The texts that are compared to find stories: of articles, and of posts without an article.
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), unique=True),
    Column("post", ForeignKey("posts.id"), unique=True),
    # The name of its story: the record's "story".
    Column("story", String, nullable=False, index=True),
    # A newscrawl.extract.fingerprint.Sketch; from earlier versions, a whole Signature.
    Column("signature", LargeBinary, nullable=False),
    CheckConstraint("(article_id IS NULL) <> (post IS NULL)"),
)

text_keys = Table(
    "text_keys",
    metadata,
    # The keys of the signatures, a few for each text. Texts of one story share keys.
    Column("key", BigInteger, primary_key=True),
    Column("text_id", ForeignKey("texts.id"), primary_key=True),
    sqlite_with_rowid=False,
)

things = Table(
    "things",
    metadata,
    # The authors, terms and images that posts refer to. The kind is "users", "categories", "tags",
    # "media" or another taxonomy.
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("thing_id", BigInteger, primary_key=True),
    # Of a reference that was never resolved, it has the id only.
    Column("data", JSON, nullable=False),
    # How many runs in a row the site failed to answer for it; 0 if it is resolved.
    Column("failures", Integer, nullable=False, server_default="0"),
    # Unix seconds: it is not requested before. 0 if it is resolved.
    Column("due", Float, nullable=False, server_default="0"),
)

unresolved = Table(
    "unresolved",
    metadata,
    # The posts whose records have only the id of a reference, as the site fails to answer for it.
    # They get new records as soon as it is resolved.
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("thing_id", BigInteger, primary_key=True),
    Column("post", ForeignKey("posts.id"), primary_key=True),
)

extras = Table(
    "extras",
    metadata,
    # Comments, media, terms and authors, which have lines of their own.
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    # "comments", "media", "terms" or "authors"; "forgotten" for the lines about what was deleted.
    Column("kind", String, nullable=False),
    # Its id on the site, and the id of its post; null if it has no post.
    Column("extra_id", BigInteger, nullable=False),
    Column("post_id", BigInteger),
    # The hash of it as the site sent it: an unchanged one is skipped. Empty if it was forgotten.
    Column("raw_hash", LargeBinary, nullable=False),
    # The fields of its line.
    Column("data", LargeBinary, nullable=False),
    # Of media: the address of the file, "" if there is none. Null if an earlier version wrote it.
    Column("url", String),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    # The last line: 0 and null before the first one.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("content_hash", String),
    # Changed since its last line.
    Column("stale", Boolean, nullable=False, server_default=false()),
    # Its words were taken out for good: the row only keeps them away.
    Column("forgotten", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("site_id", "kind", "extra_id"),
    Index("extras_by_url", "site_id", "url"),
    Index(
        "extras_stale",
        "site_id",
        "kind",
        "id",
        sqlite_where=text("stale = 1"),  # SQLAlchemy's own words, else the index is not used
    ),
)

files = Table(
    "files",
    metadata,
    # The files of media, by their addresses; each is fetched once.
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("url", String, primary_key=True),
    # One of newscrawl.outcomes: "pending" while a part of it is there.
    Column("outcome", String, nullable=False),
    # In hex, and its path in the site's output folder; null until it is there.
    Column("sha256", String),
    Column("path", String),
    Column("size", BigInteger, nullable=False, server_default="0"),
    # The ETag or Last-Modified of the part that is there.
    Column("validator", String),
    # Unix seconds: it is not requested before.
    Column("due", Float, nullable=False, server_default="0"),
)

segments = Table(
    "segments",
    metadata,
    # The content of one output file. It is "open" while records are added, "closed" when its bytes
    # no longer change, and "done" when its file is durable under its name. It is "rewrite" if
    # records were forgotten, and its file still has them.
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String, nullable=False),
    # Unix seconds.
    Column("opened", Float, nullable=False),
    # The number of its records.
    Column("size", Integer, nullable=False, server_default="0"),
    # Of the file, in hex.
    Column("sha256", String),
    UniqueConstraint("site_id", "kind", "number"),
    Index(
        "segments_unfinished",
        "site_id",
        sqlite_where=text("state <> 'done'"),
    ),
)

records = Table(
    "records",
    metadata,
    # The revisions of posts and of extras, each once. Ids give the order in the segment.
    Column("id", Integer, primary_key=True),
    Column("post", ForeignKey("posts.id")),
    Column("extra", ForeignKey("extras.id")),
    Column("revision", Integer, nullable=False),
    Column("change", String, nullable=False),
    Column("segment_id", ForeignKey("segments.id"), nullable=False),
    Column("run", ForeignKey("runs.id"), nullable=False),
    # The line of the output file, compressed, without its line feed.
    Column("line", LargeBinary, nullable=False),
    # Whether the line is compressed beside the body of its post: see newscrawl/archive/lines.py.
    Column("beside", Boolean, nullable=False, server_default=false()),
    CheckConstraint("(post IS NULL) <> (extra IS NULL)"),
    UniqueConstraint("post", "revision"),
    UniqueConstraint("extra", "revision"),
    Index("records_by_segment", "segment_id", "id"),
    Index("records_by_run", "run"),
)

forgotten = Table(
    "forgotten",
    metadata,
    # The sites and publishers that were forgotten: no crawl reads them again.
    Column("kind", String, primary_key=True),
    # The SHA-256 of the key of a site, or of the host of a publisher, in hex.
    Column("identity", String, primary_key=True),
)

scheduled_sites = Table(
    "scheduled_sites",
    metadata,
    # The sites that the schedule crawls beside those of sites.toml.
    Column("name", String, primary_key=True),
    # The keys and values of a [[site]] of sites.toml.
    Column("entry", JSON, nullable=False),
)
