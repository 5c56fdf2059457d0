#!/usr/bin/env bash
# htmldate: a date in the URL wins over the time that the page states in JSON-LD and in its meta tags.
#
# A page may state its day of publication twice: datePublished in JSON-LD, and article:published_time. One
# expects that these win over digits in the path, which may be the day of an event or of a first draft.
# But find_date looks at the URL first, also with original_date, and returns its date without a look at
# the page.
#
# Way out: call it without url=, and use the date of the URL only if nothing else is found.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check htmldate==1.11.0
"$folder/env/bin/python" - <<'PYTHON'
from importlib.metadata import version

from htmldate import find_date

stated = "2024-05-06T10:00:00Z"
page = (
    '<html><head><script type="application/ld+json">'
    f'{{"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": "{stated}"}}</script>'
    f'<meta property="article:published_time" content="{stated}"></head><body><p>Words.</p></body></html>'
)
url = "https://example.org/2023/01/02/the-day-of-the-flood"
found = {original: find_date(page, url=url, original_date=original) for original in (False, True)}
alone = find_date(page)
print(f"htmldate {version('htmldate')}: the page states {stated}")
print(f"  with the URL: {found[False]}, with original_date: {found[True]}; without the URL: {alone}")
assert set(found.values()) == {"2023-01-02"}
assert alone == "2024-05-06"
PYTHON
