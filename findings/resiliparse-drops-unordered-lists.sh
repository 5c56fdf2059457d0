#!/usr/bin/env bash
# Resiliparse: extract_plain_text(main_content=True) drops each <ul> of an article, and keeps each <ol>.
#
# The function is used to make corpora of web pages. Its documentation says that it keeps list elements, and has
# an option for their bullets. So one expects the lists between the paragraphs of an article in its text. A list
# with bullets is dropped, however long its items are and wherever it stands; a numbered list, a list of
# definitions and <menu> stay. Without main_content all of them stay. Demands, results and tips of an article
# are missing, and the text around them reads on as if it was whole.
#
# Way out: rename the lists in the parsed tree, or choose the element yourself and take all of its text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check resiliparse==2.0.1
"$folder/env/bin/python" - <<'PYTHON'
from importlib.metadata import version

from resiliparse.extract.html2text import extract_plain_text

print("Resiliparse", version("resiliparse"))
PROSE = "<p>The council of the harbor met on Tuesday to speak about the new plan of the ferries.</p>" * 4
ITEM = "A ferry leaves the north quay every twenty minutes, on Sundays and in winter, too."
LISTS = {
    "<ul>": f"<ul><li>{ITEM}</li><li>{ITEM}</li></ul>",
    "<ol>": f"<ol><li>{ITEM}</li><li>{ITEM}</li></ol>",
    "<dl>": f"<dl><dt>Ferries</dt><dd>{ITEM}</dd><dd>{ITEM}</dd></dl>",
    "<menu>": f"<menu><li>{ITEM}</li><li>{ITEM}</li></menu>",
}


def items(markup, **options):
    page = (
        "<!DOCTYPE html><html lang='en'><title>Ferries</title><body><main><article><h1>Ferries</h1>"
        f"{PROSE}{markup}{PROSE}</article></main></body></html>"
    )
    return extract_plain_text(page, **options).count(ITEM)


found = {name: items(markup, main_content=True) for name, markup in LISTS.items()}
print("expected: two items of each list")
print("happens: ", found)
print("without main_content:", {name: items(markup) for name, markup in LISTS.items()})
assert found == {"<ul>": 0, "<ol>": 2, "<dl>": 2, "<menu>": 2}
assert all(items(markup) == 2 for markup in LISTS.values())
PYTHON
