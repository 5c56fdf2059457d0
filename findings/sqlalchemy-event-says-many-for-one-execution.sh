#!/usr/bin/env bash
# SQLAlchemy: an event says `executemany` although one statement is executed with one set of parameters.
#
# `before_cursor_execute` gets the parameters, and a flag: with `executemany` they are a list of rows, so the
# usual listener (to log rows, to clean texts, to mask secrets) loops over them. For an INSERT of several rows
# with RETURNING, SQLAlchemy 2 writes one statement with many VALUES, calls `cursor.execute` once, and passes
# one tuple or one dictionary, with the flag still set. The loop then runs over values, or over the names of
# a dictionary. With `retval=True` and named parameters the listener returns a list of names, and the driver
# fails far away from it. A listener that was tested with an INSERT of one row, or of many rows without
# RETURNING, works, and stops doing so when RETURNING is added, or when a second row comes.
#
# Way out: look at the type of the parameters, not at the flag.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check sqlalchemy==2.1.9
"$folder/env/bin/python" - <<'PYTHON'
import sqlalchemy as sa

print("SQLAlchemy", sa.__version__)
engine = sa.create_engine("sqlite://", paramstyle="named")
posts = sa.Table(
    "posts",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text),
)
posts.metadata.create_all(engine)
seen = []


@sa.event.listens_for(engine, "before_cursor_execute")
def note(connection, cursor, statement, parameters, context, executemany):
    seen.append((executemany, type(parameters).__name__))


rows = [{"title": "Ferry"}, {"title": "Harbor"}]
statements = {
    "one row": (sa.insert(posts), rows[:1]),
    "two rows": (sa.insert(posts), rows),
    "one row, RETURNING": (sa.insert(posts).returning(posts.c.id), rows[:1]),
    "two rows, RETURNING": (sa.insert(posts).returning(posts.c.id), rows),
}
found = {}
with engine.begin() as connection:
    for name, (statement, given) in statements.items():
        seen.clear()
        connection.execute(statement, given)
        (found[name],) = seen
        many, kind = found[name]
        print(f"{name:20} executemany={many!s:5} parameters: a {kind}")
print("expected: executemany only with a list of rows")
assert found["one row"] == (False, "dict")
assert found["two rows"] == (True, "list")
assert found["two rows, RETURNING"] == (True, "dict")
PYTHON
