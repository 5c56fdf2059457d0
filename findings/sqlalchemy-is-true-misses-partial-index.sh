#!/usr/bin/env bash
# SQLAlchemy: the spelling that linters ask for reads the whole table on SQLite.
#
# A queue is a flag with a partial index: few rows of millions are stale. `flag == True` is refused by
# linters (E712), and `flag.is_(True)` is the usual answer. On SQLite the three spellings below mean the
# same rows, and one expects the same plan. SQLAlchemy writes "stale = 1" for two of them and
# "stale IS 1" for the third, and SQLite uses a partial index only if the condition is the same term.
# The query stays right and becomes slower with every row.
#
# Way out: where(table.c.stale), with the index on text("stale = 1"); test query plans.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check sqlalchemy==2.1.9
"$folder/env/bin/python" - <<'PYTHON'
import sqlalchemy as sa

print("SQLAlchemy", sa.__version__)
metadata = sa.MetaData()
posts = sa.Table(
    "posts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("site", sa.Integer, nullable=False),
    sa.Column("stale", sa.Boolean, nullable=False),
    sa.Index("stale_posts", "site", sqlite_where=sa.text("stale = 1")),
)
engine = sa.create_engine("sqlite://")
metadata.create_all(engine)
conditions = {
    "posts.c.stale": posts.c.stale,
    "posts.c.stale == True": posts.c.stale == True,  # noqa: E712
    "posts.c.stale.is_(True)": posts.c.stale.is_(True),
}
plans = {}
with engine.connect() as connection:
    for spelling, condition in conditions.items():
        query = sa.select(posts.c.id).where(condition, posts.c.site == sa.literal_column("7"))
        sql = str(query.compile(engine))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()[0][-1]
        where = " ".join(sql.split("WHERE")[1].split())
        plans[spelling] = plan
        print(f"{spelling:24} {where:40} {plan}")
print("expected: three times the index")
assert "INDEX stale_posts" in plans["posts.c.stale"]
assert "INDEX stale_posts" in plans["posts.c.stale == True"]
assert plans["posts.c.stale.is_(True)"] == "SCAN posts"
PYTHON
