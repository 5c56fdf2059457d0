#!/usr/bin/env bash
# feedparser: the author of an entry with several is the last one; author_detail is another one, by the format.
#
# WordPress writes a dc:creator for each author of a post with plugins for several authors, and Atom allows
# several, too. One expects that `author` has all of them, or the first, and that `author_detail` has the parts of
# the same person. `author` is the last one in both formats. `author_detail` is the first one in RSS and the
# last one in Atom. So code that takes the name from one and the rest from the other mixes two people, and
# an index by `author` knows no first author of a joint story. Nothing warns: most entries have one author.
#
# Way out: read `authors`, which has all of them, in order.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check feedparser==6.0.14
"$folder/env/bin/python" - <<'PYTHON'
import feedparser

print("feedparser", feedparser.__version__)
FEEDS = {
    "RSS": """<?xml version="1.0"?>
        <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title>
        <link>https://news.example/</link><description>News</description>
        <item><title>Ferries</title><guid isPermaLink="false">1</guid>
        <dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator></item></channel></rss>""",
    "Atom": """<?xml version="1.0"?>
        <feed xmlns="http://www.w3.org/2005/Atom"><id>urn:example:news</id><title>News</title>
        <updated>2026-01-01T00:00:00Z</updated>
        <entry><id>urn:example:1</id><title>Ferries</title><updated>2026-01-01T00:00:00Z</updated>
        <author><name>Ann</name></author><author><name>Bob</name></author></entry></feed>""",
}
found = {}
for name, feed in FEEDS.items():
    parsed = feedparser.parse(feed)
    assert not parsed.bozo
    entry = parsed.entries[0]
    found[name] = (entry.author, entry.author_detail.name, [one.name for one in entry.authors])
    print(f"{name}: author {found[name][0]}, author_detail {found[name][1]}, authors {found[name][2]}")
print("expected: one person in author and author_detail, and the same one in both formats")
assert found == {"RSS": ("Bob", "Ann", ["Ann", "Bob"]), "Atom": ("Bob", "Bob", ["Ann", "Bob"])}
PYTHON
