#!/usr/bin/env bash
# orjson: a time in a zone of the 20th century comes back half a minute later.
#
# Offsets from UTC had seconds in some zones: Liberia was at -00:44:30 until January 1972. RFC 3339 has
# no room for these seconds. One expects an error, or that the local time is corrected with the offset,
# so that the instant stays. orjson rounds the offset to minutes and keeps the local time: the text
# names another instant, without an error. Archives of old newspapers are full of such times.
#
# Way out: convert to UTC before dumping.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check orjson==3.13.0 tzdata==2026.6
"$folder/env/bin/python" - <<'PYTHON'
import os

os.environ["PYTHONTZPATH"] = ""  # the zones of the pinned tzdata, not those of this machine

from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

import orjson

print("orjson", version("orjson"), "tzdata", version("tzdata"))
moment = datetime(1971, 6, 1, 12, tzinfo=ZoneInfo("Africa/Monrovia"))
text = orjson.loads(orjson.dumps(moment))
shift = datetime.fromisoformat(text) - moment
print("datetime.isoformat:", moment.isoformat())
print("orjson:            ", text)
print("expected shift of the instant: 0:00:00")
print("happens:                      ", shift)
assert text == "1971-06-01T12:00:00-00:45"
assert shift == timedelta(seconds=30)
assert orjson.loads(orjson.dumps(moment.astimezone(UTC))) == "1971-06-01T12:44:30+00:00"
print("in UTC first: right")
PYTHON
