#!/usr/bin/env bash
# Scrapy: the text of a JSON answer is decoded by an HTML tag inside one of its strings.
#
# APIs of content systems return HTML in JSON. JSON is UTF-8, so if the Content-Type has no charset, one
# expects that `response.text` is UTF-8, and that `json.loads(response.text)` equals `response.json()`.
# Scrapy looks for the encoding of each text response as a browser does for HTML: a <meta charset='...'> in
# the first 4,096 bytes wins, also inside a JSON string. The request succeeds and the words are damaged.
# One post with such a tag decides for all posts of its page; `response.json()` and `selector` of the same
# response have different words, because only `json()` reads the bytes.
#
# Way out: read JSON from `response.body`, by `response.json()` or a decoder of bytes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check scrapy==2.19.0
"$folder/env/bin/python" - <<'PYTHON'
import json

import scrapy
from scrapy.http import JsonResponse

print("Scrapy", scrapy.__version__)


def answer(first_post, content_type="application/json"):
    posts = [{"content": first_post}, {"content": "<p>Grüße aus Köln</p>"}]
    body = json.dumps(posts, ensure_ascii=False).encode()
    return JsonResponse("http://localhost/posts", body=body, headers={"Content-Type": content_type})


for name, found in {
    "without a tag": answer("<p>one</p>"),
    "a tag in a string": answer("<meta charset='windows-1252'><p>one</p>"),
    "a tag, and a charset": answer("<meta charset='windows-1252'>", "application/json; charset=utf-8"),
}.items():
    of_text = json.loads(found.text)[1]["content"]
    of_selector = found.jmespath("[1].content").get()
    of_bytes = found.json()[1]["content"]
    print(f"{name:21} {found.encoding:8} text: {of_text}  selector: {of_selector}  json(): {of_bytes}")
print("expected: three times the same words in each line")
damaged = answer("<meta charset='windows-1252'><p>one</p>")
assert damaged.encoding == "cp1252"
assert damaged.json()[1]["content"] == "<p>Grüße aus Köln</p>"
assert json.loads(damaged.text)[1]["content"] == "<p>GrÃ¼ÃŸe aus KÃ¶ln</p>"
assert answer("<p>one</p>").encoding == "utf-8"
PYTHON
