#!/usr/bin/env bash
# trafilatura: with deduplicate=True the fourth call with the same page returns None.
#
# One expects that deduplicate removes parts that a page repeats. But the parts are counted in a cache of
# the whole process, over all calls: after three calls each paragraph counts as a repetition, so that the
# fourth call finds nothing and returns None. A long-lived process that reads pages again, or reads an
# article of an agency on several sites, loses texts without an error.
#
# Way out: leave deduplicate off, or call trafilatura.meta.reset_caches() between pages.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check trafilatura==2.3.1 lxml-html-clean==0.4.6
"$folder/env/bin/python" - <<'PYTHON'
from importlib.metadata import version

from trafilatura import extract

paragraphs = [f"The ferry number {number} sails again after many years. " * 4 for number in range(6)]
page = "<html><body><article>" + "".join(f"<p>{text}</p>" for text in paragraphs) + "</article></body></html>"
plain = [extract(page) is not None for _ in range(5)]
with_option = [extract(page, deduplicate=True) is not None for _ in range(5)]
print(f"trafilatura {version('trafilatura')}: a text is found by five calls with the same page")
print(f"  without deduplicate: {plain}")
print(f"  with deduplicate=True: {with_option}")
assert plain == [True] * 5
assert with_option == [True, True, True, False, False]
PYTHON
