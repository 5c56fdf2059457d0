#!/usr/bin/env bash
# DuckDB and Polars: a key that first appears late in JSON lines is dropped, without an error.
#
# JSON lines have optional keys, and a key that a later version adds stands only in later lines or files.
# DuckDB takes the columns from a sample. For one file, a key that the sample does not have is an error, and
# the message names the ways out. So one trusts that a query without an error has all keys. For several files,
# as of a glob, the same key is dropped in silence: all rows are there, the count is right, and the column is
# missing from `SELECT *` and from a table or a Parquet file made of it. `union_by_name`, which the error
# message proposes, has the same effect for one file. The sample has 32 files at most, so a key that starts in
# a later file is lost even if all files are small. Polars drops such keys of one file, too: after 100 lines.
#
# Way out: sample_size = -1 and maximum_sample_files above the number of files, or name the columns;
# infer_schema_length=None in Polars.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check duckdb==2.0.1 polars==2.1.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import json
from pathlib import Path

import duckdb
import polars

print("DuckDB", duckdb.__version__, " Polars", polars.__version__)


def write(name, rows, *, late):
    """Write records that have a language from row *late* on."""
    records = ({"id": n, "language": "eu"} if n >= late else {"id": n} for n in range(rows))
    Path(name).write_text("".join(json.dumps(record) + "\n" for record in records))


write("long.jsonl", 50_000, late=40_000)
write("short.jsonl", 10, late=10)
for number in range(40):
    write(f"day-{number:02}.jsonl", 5, late=5 if number < 35 else 0)
queries = {
    "one file": "read_json('long.jsonl')",
    "one file, union_by_name": "read_json('long.jsonl', union_by_name = true)",
    "one file, sample_size -1": "read_json('long.jsonl', sample_size = -1)",
    "two files": "read_json(['short.jsonl', 'long.jsonl'])",
    "40 files, the last 5 with it": "read_json('day-*.jsonl')",
    "the same, 100 sampled files": "read_json('day-*.jsonl', maximum_sample_files = 100)",
}
found = {}
for name, source in queries.items():
    try:
        relation = duckdb.sql(f"SELECT * FROM {source}")
        found[name] = (len(relation.fetchall()), relation.columns)
    except duckdb.InvalidInputException as error:
        found[name] = "error: " + str(error).partition("\n")[0].rpartition("Object")[2]
    print(f"DuckDB, {name:29} {found[name]}")
table = polars.read_ndjson("long.jsonl")
print(f"Polars, {'one file':29} {(table.height, table.columns)}")
print("expected: the column `language`, or an error each time")
assert "unknown key" in found["one file"]
assert found["one file, union_by_name"] == (50_000, ["id"])
assert found["two files"] == (50_010, ["id"])
assert found["40 files, the last 5 with it"] == (200, ["id"])
assert found["one file, sample_size -1"] == (50_000, ["id", "language"])
assert found["the same, 100 sampled files"] == (200, ["id", "language"])
assert (table.height, table.columns) == (50_000, ["id"])
assert "language" in polars.read_ndjson("long.jsonl", infer_schema_length=None).columns
PYTHON
