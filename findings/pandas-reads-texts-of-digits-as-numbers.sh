#!/usr/bin/env bash
# pandas: read_json makes numbers of JSON strings, so "00123" is 123 and "2e5" is 200000.0.
#
# JSON says what is a text and what is a number, so one expects that a reader keeps both. read_csv has to guess,
# read_json does not. But it tries to make each column of texts a column of numbers, and does so if all of its
# values look like numbers. Ids lose their zeros, hashes of hexadecimal digits become floats, two ids become
# one, and a join with the same ids from elsewhere finds nothing. Nothing warns. The type depends on the
# other rows: in chunks, one column has numbers in one chunk and texts in the next.
#
# Way out: dtype=False. Then dates stay texts, too: pandas.to_datetime for the columns that are dates.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check pandas==3.1.1
"$folder/env/bin/python" -W error - <<'PYTHON'
import json
from io import StringIO

import pandas

print("pandas", pandas.__version__)
posts = [
    {"guid": "00123", "hash": "2e5", "title": "1984"},
    {"guid": "123", "hash": "200000", "title": "2020"},
    {"guid": "b-7", "hash": "c0de", "title": "A title"},
]
lines = "".join(json.dumps(post) + "\n" for post in posts)
two = "".join(lines.splitlines(keepends=True)[:2])

read = pandas.read_json(StringIO(two), lines=True)
print("expected:", posts[:2])
print("happens: ", read.to_dict("records"))
assert read["guid"].tolist() == [123, 123]
assert read["hash"].tolist() == [200000.0, 200000.0]
assert read["title"].tolist() == [1984, 2020]

chunks = pandas.read_json(StringIO(lines), lines=True, chunksize=2)
kinds = [type(chunk["guid"].tolist()[0]).__name__ for chunk in chunks]
print("the type of one column in two chunks:", kinds)
assert kinds == ["int", "str"]

kept = pandas.read_json(StringIO(two), lines=True, dtype=False).to_dict("records")
print("with dtype=False:", kept)
assert kept == posts[:2]
PYTHON
