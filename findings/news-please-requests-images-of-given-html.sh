#!/usr/bin/env bash
# newspaper4k and news-please: reading HTML that was given requests each picture of the page.
#
# An archive that has fetched its pages reads them again, perhaps years later, perhaps without a network:
# `newspaper.article(url, input_html=html)`, or `NewsPlease.from_html(html, url)`. With the HTML at hand one
# expects no request. Both ask for each image that the text and the metadata name, one after the other, to
# measure it for the choice of the top image. A corpus of 100,000 pages sends a million requests to
# publishers, with no regard for robots.txt or a delay; a gone host costs its timeout for each picture.
#
# Way out: `fetch_images=False` in both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check newspaper4k==0.9.6 news-please==1.6.16
"$folder/env/bin/python" -W ignore - <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import newspaper
from newsplease import NewsPlease

requested = []


class Publisher(BaseHTTPRequestHandler):
    def do_GET(self):
        requested.append(self.path)
        self.send_error(404)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"http://127.0.0.1:{server.server_port}"
words = "The ferry sails twice a day again, and the town is glad about it. " * 8
page = f"""<html><head><title>The ferry is back</title>
<meta property="og:image" content="{host}/preview.jpg"></head>
<body><article><h1>The ferry is back</h1><p>{words}</p><img src="{host}/deck.jpg"><p>{words}</p>
<img src="{host}/crew.jpg"><p>{words}</p></article></body></html>"""
url = f"{host}/ferry"

print("newspaper4k", version("newspaper4k"), " news-please", version("news-please"))
calls = {
    "newspaper.article(url, input_html=page)": lambda: newspaper.article(url, input_html=page),
    "NewsPlease.from_html(page, url)": lambda: NewsPlease.from_html(page, url=url),
    "NewsPlease.from_html(..., fetch_images=False)": lambda: NewsPlease.from_html(
        page, url=url, fetch_images=False
    ),
}
counts = {}
for name, call in calls.items():
    requested.clear()
    article = call()
    counts[name] = len(requested)
    print(f"{name:46} {article.title!r}, requests: {requested}")
print("expected: no request, the page was given")
assert list(counts.values()) == [3, 3, 0], counts
PYTHON
