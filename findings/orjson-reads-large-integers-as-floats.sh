#!/usr/bin/env bash
# orjson: an integer above 64 bits is read as a float, without an error.
#
# JSON has no largest integer, and Python's has none. The standard library and msgspec return such a number
# exactly. orjson refuses to write one (it raises), so one expects that it refuses to read one, too. It
# returns a float: two different ids become equal, and what is written again is another number. Nothing
# shows it but the type, and a validator that accepts "number" accepts it.
#
# Way out: decode with msgspec if ids may exceed 64 bits, or check for floats where integers are expected.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check orjson==3.13.0 msgspec==0.22.0
"$folder/env/bin/python" - <<'PYTHON'
import json

import msgspec
import orjson

print("orjson", orjson.__version__, " msgspec", msgspec.__version__)
first, second = 2**64 + 1, 2**64 + 2
for name, loads in {"json": json.loads, "msgspec": msgspec.json.decode, "orjson": orjson.loads}.items():
    ids = [loads(str(number)) for number in (first, second)]
    print(f"{name:8} {ids[0]!r:24} the two ids are equal: {ids[0] == ids[1]}")
print("expected: exact integers, or an error as for writing")
try:
    orjson.dumps(first)
except orjson.JSONEncodeError as error:
    print("orjson.dumps:", error)
else:
    raise AssertionError("orjson writes large integers now")
assert orjson.loads(str(2**64 - 1)) == 2**64 - 1
assert isinstance(orjson.loads(str(first)), float)
assert orjson.loads(str(first)) == orjson.loads(str(second))
assert msgspec.json.decode(str(first)) == first
PYTHON
