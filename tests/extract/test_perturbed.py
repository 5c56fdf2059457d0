"""An article is the same however its page is built."""

import pytest
import turbohtml

from benchmarks.perturbations import PERTURBATIONS
from newscrawl.extract import extract
from tests.extract.pages import PROSE, page

TEXT = "".join(f"<p>{text} {text}</p>" for text in PROSE)
HTML = page(
    "<header><a href=/>Globe Times</a><nav><a href=/news>News</a></nav></header>"
    "<main><div class=story><h1>Walls and water</h1><p class=byline>By Ann Example</p>"
    f"<p><time datetime=2024-05-12>12 May 2024</time></p><div class=text>{TEXT}</div></div></main>"
    "<footer>Globe Times, all rights reserved</footer>"
)


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_a_change_that_readers_do_not_notice_loses_nothing(name):
    own = " ".join(["Walls and water", "By Ann Example", *PROSE])
    found = extract(PERTURBATIONS[name](turbohtml.parse(HTML), own), url="https://globe.example/a")
    assert found.text.split("\n\n") == [f"{text} {text}" for text in PROSE]
    assert (found.title, found.authors) == ("Walls and water", ["Ann Example"])
    assert found.published == "2024-05-12"
