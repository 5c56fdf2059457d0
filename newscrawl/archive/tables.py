"""The archive's tables. One schema for SQLite and PostgreSQL; migrations lead to exactly this."""

from sqlalchemy import (
    JSON,
    Boolean,
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
)

metadata = MetaData()

hosts = Table(
    "hosts",
    metadata,
    # The key is the host, with its port where that is not the scheme's own.
    Column("host", String, primary_key=True),
    # Unix seconds. Nobody may ask this host before then.
    Column("next_allowed", Float, nullable=False, server_default="0"),
    # Seconds of the present back-off; 0 when the host is in good standing.
    Column("backoff", Float, nullable=False, server_default="0"),
    # Unix seconds of the latest blocked answer: a quiet time after it forgives the back-off.
    Column("blocked_at", Float, nullable=False, server_default="0"),
    # The robots.txt in force: its HTTP status (0 when unreachable), text, and Unix seconds.
    Column("robots_status", Integer),
    Column("robots_text", String),
    Column("robots_fetched", Float),
    # Rights signals that hold for the whole host, from robots.txt and /.well-known/tdmrep.json.
    Column("signals", JSON),
)
