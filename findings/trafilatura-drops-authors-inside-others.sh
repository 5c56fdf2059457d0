#!/usr/bin/env bash
# trafilatura: of two authors, the one whose name is a part of the other's name is dropped.
#
# A page that lists its authors in JSON-LD has them already apart. One expects all of them. But trafilatura
# joins the names and drops each that is contained in another one, as text, to catch "Ann" beside "Ann Lee".
# Short names are often the start of longer ones: "Li Na" and "Li Nan", or two characters of three. So two
# people become one, without an error, and counts of authors by name are wrong mostly for Asian names.
#
# Way out: read JSON-LD and repeated meta tags yourself, and compare whole names.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check trafilatura==2.3.1 lxml-html-clean==0.4.4
"$folder/env/bin/python" - <<'PYTHON'
import json
from importlib.metadata import version

from trafilatura.metadata import extract_metadata


def authors(*names):
    people = [{"@type": "Person", "name": name} for name in names]
    article = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "News", "author": people}
    page = f'<title>News</title><script type="application/ld+json">{json.dumps(article)}</script><p>Words.'
    return extract_metadata(f"<html>{page}</html>").author.split("; ")


for names in (["Jo Lee", "Ann Berg"], ["Jo Lee", "Jo Leeson"], ["Li Na", "Li Nan"], ["李明", "李明华"]):
    print(f"trafilatura {version('trafilatura')}: {names} becomes {authors(*names)}")
assert authors("Jo Lee", "Ann Berg") == ["Jo Lee", "Ann Berg"]
assert authors("Jo Lee", "Jo Leeson") == ["Jo Leeson"]
assert authors("Li Na", "Li Nan") == ["Li Nan"]
assert authors("李明", "李明华") == ["李明华"]
PYTHON
