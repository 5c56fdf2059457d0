#!/usr/bin/env bash
# nh3: sanitizing a lazy-loaded image makes its markup visible text.
#
# Plugins for lazy loading put the real image into <noscript>, for readers without JavaScript. Nobody
# allows <noscript>, so one expects that nh3 drops the tag and keeps the allowed <img> in it, as it
# does for any other unknown tag; or that it drops both. It parses as a browser with scripting does:
# the content of <noscript> is text. That text is escaped and kept, so readers see HTML source. The
# same holds for <iframe>, <noembed> and <noframes>. A second surprise: cleaning is not idempotent.
# Each pass eats one line break at the start of <pre>, so digests of cleaned HTML change.
#
# Way out: unwrap <noscript> before nh3, or add it to clean_content_tags; hash after one pass only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check nh3==0.3.8
"$folder/env/bin/python" - <<'PYTHON'
from importlib.metadata import version

import nh3

print("nh3", version("nh3"))
tags = {"p", "img", "pre"}

image = '<img src="https://example.org/ferry.jpg">'
lazy = f"<p>The ferry.</p><noscript>{image}</noscript>"
cleaned = nh3.clean(lazy, tags=tags)
print("expected:", f"<p>The ferry.</p>{image}", "or no image")
print("happens: ", cleaned)
assert cleaned == f"<p>The ferry.</p>{image}".replace("<img", "&lt;img").replace('jpg">', 'jpg"&gt;')

other = nh3.clean(f"<section>{image}</section>", tags=tags)
print("another tag that is not allowed:", other)
assert other == image

once = nh3.clean("<pre>\n\n\npoem</pre>", tags=tags)
twice = nh3.clean(once, tags=tags)
print("cleaned once: ", repr(once))
print("cleaned twice:", repr(twice))
assert (once, twice) == ("<pre>\n\npoem</pre>", "<pre>\npoem</pre>")
PYTHON
