#!/usr/bin/env bash
# SQLAlchemy: an index with a condition for PostgreSQL imports that dialect, even if only SQLite is used.
#
# Options such as postgresql_where are for one dialect; others ignore them. One expects that they cost
# nothing if this dialect is never used. But SQLAlchemy loads the dialect when the index is defined, to
# check the name of the option. For PostgreSQL that is 19 modules, those of all its drivers included,
# each time the program starts.
#
# Way out: a program whose tables also live on SQLite, and that starts often, can name the condition only
# in its migrations.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check sqlalchemy==2.1.9
"$folder/env/bin/python" - <<'PYTHON'
import sys

import sqlalchemy as sa


def loaded(option: str) -> list[str]:
    column = sa.Column("number", sa.Integer)
    sa.Table(option, sa.MetaData(), column, sa.Index("some", "number", **{option: sa.text("number > 1")}))
    return [name for name in sys.modules if name.startswith("sqlalchemy.dialects.postgresql")]


before, after = loaded("sqlite_where"), loaded("postgresql_where")
print(f"SQLAlchemy {sa.__version__}: {len(before)} modules of PostgreSQL loaded, after the index {len(after)}")
assert not before
assert {"sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.dialects.postgresql.pg8000"} <= set(after)
PYTHON
