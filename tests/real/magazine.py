"""The magazines that the real WordPress is filled with: one large and odd, one small and plain."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from tests.real.seed import ZERO, Entry, Seed

ArticleUrl = Callable[[int], str]
"""The URL of the article that the nth post's button leads to."""

START = datetime(2025, 2, 1, 20, 15, tzinfo=UTC)
HIDDEN = ("draft", "private", "pending", "future", "trash", "auto-draft", "inherit")
IMAGES = range(3001, 3151)
TAGS = range(201, 326)
CATEGORIES = range(2, 22)
REGIONS = range(401, 407)
VOCABULARY = """
harbour council vote market river budget school bridge winter engine teacher ferry
border wheat island museum rail paper lantern orchard climate station garden copper
"""

AUTHORS = {
    2: ("Ada Marsh", "ada"),
    3: ("José Ñandú", "jose"),
    4: ("山田 太郎", "taro"),
    5: ("Miriam O&#039;Hara", "miriam"),
    6: ("Owen Tull", "owen"),
    7: ("Zeynep Işık", "zeynep"),
    8: ("Nobody Yet", "nobody-yet"),  # has drafts only, so the API hides him
}

BUTTONS = (
    """<div class="su-button-center"><a href="{url}" class="su-button" target="_blank"><span>
<small>Click here for full article at The Wire</small></span></a></div>""",
    """<!-- wp:buttons --><div class="wp-block-buttons"><!-- wp:button -->
<div class="wp-block-button"><a class="wp-block-button__link" href="{url}">Read the full
article</a></div><!-- /wp:button --></div><!-- /wp:buttons -->""",
    """<div class="elementor-button-wrapper"><a class="elementor-button-link elementor-button"
href="{url}"><span class="elementor-button-text">Full story at The Wire</span></a></div>""",
    """<p><a href="{url}">Click here for full article</a></p>""",
)
SOUP = '<p class="text__text__1FZLe body__full_width__ekUdw" data-testid="paragraph-{i}">{p}</p>'


def magazine(url: str, article: ArticleUrl | None = None) -> Seed:
    """A magazine of more than 520 posts, with every oddity that real sites have.

    Args:
        url: The site's, without a final slash.
        article: The URL of the buttons; without it no post has a button.
    """
    seed = Seed(url)
    _relations(seed)
    for number in range(500):
        seed.add(_ordinary(number, article))
        if number % 12 == 5:
            seed.add(_hidden(number, HIDDEN[number // 12 % len(HIDDEN)]))
    for entry in _odd_ones(url):
        seed.add(entry)
    _media_oddities(seed)
    for number in range(600, 630):
        entry = _ordinary(number, None)
        entry.type = "news"
        entry.regions = (REGIONS[number % 6],) if number % 2 else ()
        entry.categories = entry.tags = ()
        seed.add(entry)
    for number in range(700, 705):
        page = _ordinary(number, None)
        page.type = "page"
        seed.add(page)
    _comments(seed)
    sticky = [post.id for post in seed.truth.posts.values() if post.note.startswith("sticky")]
    seed.option("sticky_posts", sticky)
    return seed


def plain(url: str, article: ArticleUrl | None = None, *, count: int = 40) -> Seed:
    """A small magazine without oddities, to be changed by tests."""
    seed = Seed(url)
    _relations(seed)
    for number in range(count):
        seed.add(_ordinary(number, article))
    return seed


def paragraphs(number: int, count: int = 2) -> list[str]:
    """Sentences that no other post has, of words that WordPress leaves as they are."""
    pick = random.Random(number)
    words = VOCABULARY.split()
    return [
        f"Report {number} part {part}: {' '.join(pick.choices(words, k=25))}."
        for part in range(count)
    ]


def _relations(seed: Seed) -> None:
    for number, (name, slug) in AUTHORS.items():
        seed.author(number, name.replace("&#039;", "'"), slug)
    seed.truth.terms["category"] = {}
    for number in CATEGORIES:  # four trees, up to five levels deep
        parent = number - 4 if number >= 6 else 0
        seed.term("category", number, f"Section {number} &amp; more", f"section-{number}", parent)
    for number in TAGS:
        seed.term("post_tag", number, f"Topic {number}", f"topic-{number}")
    seed.term("post_tag", 330, "気候", quote("気候").lower())
    seed.term("post_tag", 331, "Fish &amp; Chips 🍟", "fish-chips")
    for number in REGIONS:
        parent = REGIONS[0] if number > REGIONS[3] else 0
        seed.term("region", number, f"Region {number}", f"region-{number}", parent)
    for number in IMAGES:
        seed.image(
            number,
            alt=f"A harbour, {number}" if number % 3 else "",
            caption=f"Caption of {number}" if number % 4 == 0 else "",
        )


def _ordinary(number: int, article: ArticleUrl | None) -> Entry:
    # Many share their date, and as many their modification: both in another order than the ids.
    published = START + timedelta(hours=3) * (number * 37 % 130)
    link = article(number) if article and number % 2 == 0 else None
    pieces = paragraphs(number)
    return Entry(
        title=f"Council report {number} from the harbour",
        content=_body(pieces, number, link),
        text=" ".join(pieces),
        excerpt=f"In short, {number}.",
        slug=f"council-report-{number}",
        published=published,
        modified=published + timedelta(hours=number % 5),
        author=2 + number % 6,
        categories=(CATEGORIES[number % 20], CATEGORIES[number * 7 % 20]),
        tags=tuple({TAGS[number % 125], TAGS[number * 3 % 125]} if number % 9 else ()),
        regions=(REGIONS[number % 6],) if number % 20 == 0 else (),
        image=IMAGES[number % 150] if number % 3 == 0 or number < 150 else None,
        link=link,
    )


def _body(pieces: list[str], number: int, link: str | None) -> str:
    """The same words as an editor's blocks, as a plain text, or as soup pasted from a wire page."""
    button = BUTTONS[number // 2 % len(BUTTONS)].format(url=link) if link else ""
    style = number % 3
    if style == 0:
        blocks = [f"<!-- wp:paragraph -->\n<p>{p}</p>\n<!-- /wp:paragraph -->" for p in pieces]
        return "\n\n".join([*blocks, button])
    if style == 1:
        return "\n\n".join([*pieces, button])
    soup = "\n".join(SOUP.format(i=i, p=p) for i, p in enumerate(pieces))
    return f'<div class="article-body__content__17Yit"><div class="x">{soup}{button}</div></div>'


def _hidden(number: int, status: str) -> Entry:
    published = datetime(2098, 1, 1, tzinfo=UTC) if status == "future" else START
    return Entry(
        title=f"SECRET {status} {number}",
        content=f"SECRET words of {number}",
        slug=f"secret-{number}",
        status=status,
        type="revision" if status == "inherit" else "post",
        published=published,
        author=8 if status == "draft" else 2,
        tags=(TAGS[0],),
        columns={"post_date_gmt": ZERO} if status in {"draft", "pending", "auto-draft"} else {},
    )


def _odd_ones(url: str) -> list[Entry]:
    """What real sites hold, each noted by what is odd about it."""
    return [*_odd_texts(), *_odd_identities(url), *_odd_dates(), *_odd_relations()]


def _odd(note: str, number: int, **changes: object) -> Entry:
    entry = _ordinary(number, None)
    entry.note = note
    entry.slug = f"odd-{note.replace(' ', '-')}"
    for name, value in changes.items():
        setattr(entry, name, value)
    return entry


def _odd_texts() -> list[Entry]:
    huge = paragraphs(800, 3600)
    slug = quote("港の新しい橋").lower()
    return [
        _odd("huge", 800, content="\n\n".join(huge), text=" ".join(huge)),
        _odd("empty content", 801, content="", text=""),
        _odd("empty title", 802, title=""),
        _odd(
            "emoji",
            803,
            title="Launch 🚀 day 👩‍🚀",
            content="Up 🚀 and away 🎈",
            text="Up 🚀 and away 🎈",
        ),
        _odd(
            "right to left",
            804,
            title="אונייה בנמל",
            content="وصلت السفينة إلى الميناء",
            text="وصلت السفينة إلى الميناء",
        ),
        _odd(
            "cjk",
            805,
            title="港の新しい橋",
            content="橋が開通した。",
            text="橋が開通した。",
            slug=slug,
        ),
        _odd(
            "shortcodes",
            806,
            content='[vc_row][vc_column width="1/2"]Left in a row[/vc_column][/vc_row]',
            text=None,
        ),
        _odd(
            "markup in the title", 807, title="<em>Late</em> tides", shown={"title": "Late tides"}
        ),
        _odd(
            "entities in the title",
            808,
            title="5 &lt; 7 &amp; so on",
            shown={"title": "5 < 7 & so on"},
        ),
        _odd(
            "typographic quotes",
            809,
            title='The "harbour" isn\'t open -- yet',
            content='It\'s "closed"',
            text="It’s “closed”",
            shown={"title": "The “harbour” isn’t open — yet"},
        ),
        _odd("control characters", 810, content="Before\x02\x08 and after\x1d.", text=None),
        _odd(
            "pages",
            811,
            content="First page.\n<!--nextpage-->\nSecond page.",
            text=None,
        ),
        _odd("read more", 812, content="Teaser.\n\n<!--more-->\n\nRest.", text="Teaser. Rest."),
        _odd("table", 813, content="<table><tr><td>One</td><td>Two</td></tr></table>", text=None),
        _odd("no excerpt", 814, excerpt=""),
        _odd(
            "protected",
            815,
            text="",
            columns={"post_password": "secret"},
            shown={"excerpt": None},
        ),
        _odd("sticky", 816),
        _odd("sticky too", 817),
    ]


def _odd_identities(url: str) -> list[Entry]:
    return [
        _odd("foreign guid", 820, guid="https://old.example.net/?page_id=12414"),
        _odd("upper-case guid", 821, guid="HTTP://Old.Example.NET/?p=821"),
        _odd("empty guid", 822, guid=""),
        _odd("relative guid", 823, guid="/2025/02/relative"),
        _odd("shared guid", 824, guid=f"{url}/?p=shared"),
        _odd("shared guid too", 825, guid=f"{url}/?p=shared"),
    ]


def _odd_dates() -> list[Entry]:
    epoch = datetime(1969, 12, 31, 23, 0, 12, tzinfo=UTC)
    return [
        _odd("zero date_gmt", 830, columns={"post_date_gmt": ZERO}),
        _odd(
            "zero modified",
            831,
            columns={"post_modified": ZERO, "post_modified_gmt": ZERO},
            shown={"modified": None},
        ),
        _odd("modified before published", 832, modified=START - timedelta(days=30)),
        _odd("modified in 2099", 833, modified=datetime(2099, 5, 1, tzinfo=UTC)),
        _odd("before 1970", 834, published=epoch, modified=epoch),
    ]


def _odd_relations() -> list[Entry]:
    return [
        _odd("deleted author", 840, author=999),
        _odd("deleted image", 841, image=99999),
        _odd("no terms", 842, categories=(), tags=()),
        _odd("many tags", 843, tags=tuple(TAGS)[:40]),
        _odd("foreign tags", 844, tags=(330, 331)),
    ]


def _media_oddities(seed: Seed) -> None:
    """An image that belongs to a draft: the API refuses it."""
    draft = seed.add(_hidden(850, "draft"))
    seed.image(3200, alt="SECRET picture", parent=draft)
    del seed.truth.images[3200]
    seed.add(_odd("image of a draft", 851, image=3200))


def _comments(seed: Seed) -> None:
    ids = [post.id for post in seed.truth.posts.values() if not post.note]
    for number in range(60):
        seed.comment(ids[number % 25], f"I read this, says {number}.")
    for approved in ("0", "spam", "trash"):
        seed.comment(ids[0], f"SECRET comment, {approved}.", approved=approved)
