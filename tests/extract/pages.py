"""Small pages for tests: an article of some prose, with what a test puts around it."""

PROSE = (
    "The council met on Tuesday to discuss what comes next for the towns along the river.",
    "Nobody knows yet who will pay for the walls that the water took away in March.",
    "A first estimate puts the damage at forty million, most of it in the lower town.",
    "Work on the new walls is to begin in May, the mayor said after the meeting.",
    "Until then, sandbags must do, as they have done for the whole of the winter.",
    "The next meeting is planned for the end of the month, in the school's old hall.",
)
URL = "https://news.example/2026/03/walls-and-water-in-the-lower-town/"


def paragraphs(count: int = len(PROSE)) -> str:
    return "".join(f"<p>{text}</p>" for text in PROSE[:count])


def page(body: str | None = None, *, head: str = "<title>Walls and water</title>") -> str:
    """Return a page with *body*; by default an article of all the prose."""
    if body is None:
        body = f"<article><h1>Walls and water</h1>{paragraphs()}</article>"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def article(*, before: str = "", middle: str = "", after: str = "", head: str = "") -> str:
    """Return a page whose article has something before, amid or after its paragraphs."""
    first, rest = paragraphs(3), "".join(f"<p>{text}</p>" for text in PROSE[3:])
    return page(f"<article>{before}{first}{middle}{rest}{after}</article>", head=head)


def linked(data: str) -> str:
    """Return *data* as the JSON-LD of a head."""
    return f'<script type="application/ld+json">{data}</script>'
