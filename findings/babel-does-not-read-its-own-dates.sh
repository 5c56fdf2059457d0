#!/usr/bin/env bash
# Babel: parse_date can't read a date that format_date wrote, if the month is a word.
#
# Both functions take the same locale and the same format. One expects that one reads what the other
# writes. But parse_date looks for numbers only: a month in letters ends in an IndexError, in most locales
# for the formats "medium" and "long". The format decides nothing but the order of the numbers.
#
# Way out: match the names of months from get_month_names oneself, or use a library for this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check babel==2.19.0
"$folder/env/bin/python" - <<'PYTHON'
from datetime import date
from importlib.metadata import version

from babel.dates import format_date, parse_date

day = date(2026, 3, 5)
print(f"Babel {version('babel')}")
for locale in ("en", "de", "fr", "es", "pl"):
    written = format_date(day, "long", locale=locale)
    try:
        result = str(parse_date(written, locale=locale, format="long"))
    except IndexError as error:
        result = f"IndexError: {error}"
    print(f"  {locale}: {written!r} is read as {result}")
    assert result == "IndexError: list index out of range"
assert parse_date(format_date(day, "short", locale="de"), locale="de", format="short") == day
PYTHON
