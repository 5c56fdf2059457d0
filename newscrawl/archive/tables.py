"""The archive's tables. One schema for SQLite and PostgreSQL; migrations lead to exactly this."""

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
    # The key is the host, with its port if that is not the scheme's own.
    Column("host", String, primary_key=True),
    # Unix seconds. Nobody may ask this host before then.
    Column("next_allowed", Float, nullable=False, server_default="0"),
    # Unix seconds: the end of the time in which the host refuses us: newscrawl/net/host_clock.py.
    Column("blocked_until", Float, nullable=False, server_default="0"),
    # Seconds of the latest step of the back-off; a quiet time after it forgives it.
    Column("backoff", Float, nullable=False, server_default="0"),
    # The robots.txt in force: its HTTP status (0 when unreachable), text, and Unix seconds.
    Column("robots_status", Integer),
    Column("robots_text", String),
    Column("robots_fetched", Float),
    # The rules of /.well-known/tdmrep.json, [] if there is none, and Unix seconds.
    Column("tdm_rules", JSON),
    Column("tdm_fetched", Float),
)

sites = Table(
    "sites",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    # The URL that was last asked for it: with the facts, it spares the next run the discovery.
    Column("asked", String, nullable=False, index=True),
    # newscrawl.wordpress.site.Site, from its API.
    Column("facts", JSON, nullable=False),
    # The folder of its files under NEWSCRAWL_OUTPUT.
    Column("folder", String, nullable=False, unique=True),
)

walks = Table(
    "walks",
    metadata,
    # How far a type of posts is known: only what is durable counts. What hangs on posts has rows
    # here, too: "+comments", "+media".
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("type", String, primary_key=True),
    # The largest modification time, by the server's own clock: the next run starts there.
    Column("cursor", String),
    # The server's Date when the last run started that saw all there was.
    Column("settled", String),
    # When every id was last listed, ISO 8601 in UTC.
    Column("listed", String),
    # Posts that the site has and could not show, asked for again by each run.
    Column("missing", JSON, nullable=False),
    # By how many posts the site's own total was above the archive when all ids were listed.
    Column("excess", Integer, nullable=False, server_default="0"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    # "crawl", or "extract" for one that read again what the archive had kept.
    Column("command", String, nullable=False, server_default="crawl"),
    Column("started", String, nullable=False),
    Column("ended", String),
    Column("arguments", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    # complete, partial or failed; null while it runs, and for ever if it was killed.
    Column("verdict", String),
    # The counts behind the verdict: newscrawl.run_summary.Tally.
    Column("tally", JSON),
    Column("traffic", JSON),
    Index("runs_by_site", "site_id", "id"),
)

run_totals = Table(
    "run_totals",
    metadata,
    # The sums over the runs of a site that were deleted for their age.
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    # When the first of them started, ISO 8601 in UTC.
    Column("since", String, nullable=False),
    Column("runs", Integer, nullable=False),
    Column("complete", Integer, nullable=False),
    Column("partial", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    # Posts.
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
    # The link with trackers and redirectors taken off: posts that share it share the article.
    Column("key", String, nullable=False, unique=True),
    # As found in the first post that had it: what is asked for.
    Column("link", String, nullable=False),
    Column("outcome", String, nullable=False, server_default="pending"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # The last good article, else the last failed one: the record's "article" less its link.
    Column("data", LargeBinary),
    Column("etag", String),
    Column("last_modified", String),
    # The version of the extractor that read it last: newscrawl.extract.version.
    Column("read_by", String),
    Index(
        "articles_failed",
        "id",
        sqlite_where=text("outcome = 'extraction_failed'"),
        postgresql_where=text("outcome = 'extraction_failed'"),
    ),
)

pages = Table(
    "pages",
    metadata,
    # Pages of publishers as they came, to be read again: see newscrawl/archive/page_cache.py.
    # The ids are in the order in which they came.
    Column("id", Integer, primary_key=True),
    # SHA-256 of the page.
    Column("hash", LargeBinary, nullable=False, unique=True),
    # Bytes of the body, compressed as it is.
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("pages_by_age", "id", "size"),  # what the budget counts, without the bodies
)

article_pages = Table(
    "article_pages",
    metadata,
    # What an article was read from: a page, or several if it is in parts. The page itself may
    # have gone since, for the budget.
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    # Its final URL, its status, those of its headers that matter, and its rights signals.
    Column("answer", JSON, nullable=False),
    Index("article_pages_by_hash", "hash"),
)

queue = Table(
    "queue",
    metadata,
    # The frontier: articles that a site's run has yet to ask for. A settled article has no row.
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("host", String, nullable=False),
    # Unix seconds: not before.
    Column("due", Float, nullable=False, server_default="0"),
    Index("queue_by_host", "site_id", "host", "due"),
    Index("queue_by_article", "article_id"),
)

commits = Table(
    "commits",
    metadata,
    # The last transaction of each process that writes to an archive on PostgreSQL: shows it, after
    # its connection was lost, whether that was committed. See newscrawl/archive/transactions.py.
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
    # A stand-in below zero if the source gives no id: newscrawl.wordpress.identity.stand_in().
    Column("post_id", BigInteger, nullable=False),
    Column("type", String, nullable=False),
    Column("slug", String, nullable=False),
    # Its URL without trackers: how a post without an id is known again.
    Column("place", String, nullable=False, server_default=""),
    # Its source: "api"; while that is closed, "feed" or "page".
    Column("source", String, nullable=False, server_default="api"),
    Column("published", String),
    Column("modified_gmt", String),
    # Of the post as it came: an unchanged post is not looked at again.
    Column("raw_hash", LargeBinary),
    Column("raw", LargeBinary),
    # Of its words: the same guid with the same words is the same post, whatever its id.
    Column("digest", LargeBinary),
    # Why newscrawl failed to normalize the post as it came, and how often; null if it did not. Body
    # and article are then those of the post as it was before, and it gets no record.
    Column("failure", String),
    Column("failures", Integer, nullable=False, server_default="0"),
    # The normalized body, an items.PostBody, so that it is made once.
    Column("body", LargeBinary),
    Column("link", JSON),
    Column("article_id", ForeignKey("articles.id")),
    # The run that saw it last. In the same run, a second post with its guid is another post.
    Column("seen_run", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    # The id of the post that this one repeats, guid and words; it never gets a record of its own.
    Column("double_of", BigInteger),
    # What was last published: 0 and null before the first record.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("content_hash", String),
    Column("outcome", String),
    # Changed since its last record; and nothing is missing for the next one.
    Column("stale", Boolean, nullable=False, server_default=false()),
    Column("ready", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("site_id", "identity"),
    Index("posts_by_post_id", "site_id", "post_id"),
    Index("posts_by_guid", "site_id", "guid"),
    Index("posts_by_place", "site_id", "place"),
    Index("posts_by_article", "article_id"),
    # For counting what a span of time should hold.
    Index("posts_by_change", "site_id", "type", "deleted", "modified_gmt"),
    Index("posts_by_date", "site_id", "type", "deleted", "published"),
    Index(
        "posts_by_double",
        "site_id",
        "double_of",
        sqlite_where=text("double_of IS NOT NULL"),
        postgresql_where=text("double_of IS NOT NULL"),
    ),
    Index(
        "posts_failed",
        "site_id",
        "failures",
        "id",
        sqlite_where=text("failure IS NOT NULL"),
        postgresql_where=text("failure IS NOT NULL"),
    ),
    Index(
        "posts_stale",
        "site_id",
        "ready",
        "id",
        sqlite_where=text("stale = 1"),  # as SQLAlchemy asks for it there, word for word
        postgresql_where=text("stale"),
    ),
)

texts = Table(
    "texts",
    metadata,
    # The texts that are compared to find stories: of articles, and of posts without one.
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), unique=True),
    Column("post", ForeignKey("posts.id"), unique=True),
    # The name of its cluster: the record's "story".
    Column("story", String, nullable=False, index=True),
    # A newscrawl.extract.fingerprint.Signature.
    Column("signature", LargeBinary, nullable=False),
    CheckConstraint("(article_id IS NULL) <> (post IS NULL)"),
)

text_keys = Table(
    "text_keys",
    metadata,
    # Texts by what those of one story share; each has a few keys.
    Column("key", BigInteger, primary_key=True),
    Column("text_id", ForeignKey("texts.id"), primary_key=True),
    sqlite_with_rowid=False,
)

things = Table(
    "things",
    metadata,
    # What posts point to: "users", "categories", "tags", "media" and taxonomies, as resolved.
    Column("site_id", ForeignKey("sites.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("thing_id", BigInteger, primary_key=True),
    Column("data", JSON, nullable=False),
)

extras = Table(
    "extras",
    metadata,
    # What hangs on posts and has lines of its own: comments and media.
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    # "comments" or "media".
    Column("kind", String, nullable=False),
    # Its id on the site, and that of its post; null without one.
    Column("extra_id", BigInteger, nullable=False),
    Column("post_id", BigInteger),
    # Of the row as it came: an unchanged one is not looked at again.
    Column("raw_hash", LargeBinary, nullable=False),
    # The fields of its line.
    Column("data", LargeBinary, nullable=False),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    # What was last published: 0 and null before the first line.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("content_hash", String),
    # Changed since its last line.
    Column("stale", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("site_id", "kind", "extra_id"),
    Index(
        "extras_stale",
        "site_id",
        "kind",
        "id",
        sqlite_where=text("stale = 1"),  # as SQLAlchemy asks for it there, word for word
        postgresql_where=text("stale"),
    ),
)

segments = Table(
    "segments",
    metadata,
    # One output file: open while records join it, closed when its bytes are settled, done when the
    # file is durable under its name.
    Column("id", Integer, primary_key=True),
    Column("site_id", ForeignKey("sites.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("opened", Float, nullable=False),
    Column("size", Integer, nullable=False, server_default="0"),
    Column("sha256", String),
    UniqueConstraint("site_id", "kind", "number"),
    Index(
        "segments_unfinished",
        "site_id",
        sqlite_where=text("state <> 'done'"),
        postgresql_where=text("state <> 'done'"),
    ),
)

records = Table(
    "records",
    metadata,
    # Each revision once, of a post or of what hangs on one; its id is its place in the segment.
    Column("id", Integer, primary_key=True),
    Column("post", ForeignKey("posts.id")),
    Column("extra", ForeignKey("extras.id")),
    Column("revision", Integer, nullable=False),
    Column("change", String, nullable=False),
    Column("segment_id", ForeignKey("segments.id"), nullable=False),
    Column("run", ForeignKey("runs.id"), nullable=False),
    Column("line", LargeBinary, nullable=False),
    CheckConstraint("(post IS NULL) <> (extra IS NULL)"),
    UniqueConstraint("post", "revision"),
    UniqueConstraint("extra", "revision"),
    Index("records_by_segment", "segment_id", "id"),
    Index("records_by_run", "run"),
)
