"""An excerpt has the words of the post, also if WordPress cut it from all that plugins add."""

from __future__ import annotations

import pytest

from newscrawl.crawl.normalize import normalize_post
from newscrawl.wordpress.posts import decode_post
from tests.wordpress.fake import SITE, post

STORY = "The council voted on the tram line. It sat until midnight. Two members left the hall."
BAR = '<div class="share-bar"><p>Share</p></div>'
CONSENT = '<div class="consent-notice"><p>Click to load the film.</p></div>'


def excerpt(content: str, cut: str) -> str:
    return normalize_post(decode_post(post(7, content=content, excerpt=cut), SITE)).body.excerpt


@pytest.mark.parametrize(
    ("content", "cut", "expected"),
    [
        (f"{BAR}<p>{STORY}</p>", f"Share {STORY}", STORY),
        (f"{BAR}<p>{STORY}</p>", f"Share {STORY[:35]} [&hellip;]", f"{STORY[:38]} […]"),
        (f"<p>{STORY[:35]}</p>{CONSENT}<p>{STORY[36:]}</p>",
         f"{STORY[:35]} Click to load&#8230;", f"{STORY[:48]} […]"),
        (f"<p>{STORY}</p>{BAR}", f"<p>{STORY}</p>", STORY),
        (f"{BAR}<noscript><i>Film</i></noscript><p>{STORY}</p>", f"ShareFilm{STORY}", STORY),
        (f"{BAR}[vc_row]<p>{STORY}</p>[/vc_row]", f"Share {STORY}", STORY),
        (f'{BAR}<div class="su-members">Join</div><p>9 views</p>', "ShareJoin 9 views", ""),
    ],
)  # fmt: skip
def test_a_cut_excerpt_has_only_the_words_of_the_body(
    content: str, cut: str, expected: str
) -> None:
    assert excerpt(content, cut) == expected


@pytest.mark.parametrize(
    "written", ["A late vote.", "Share the news: the council voted.", f"{STORY} And more followed."]
)
def test_an_excerpt_written_by_hand_stays(written: str) -> None:
    assert excerpt(f"{BAR}<p>{STORY}</p>", written) == written
