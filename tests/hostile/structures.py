"""Pages and posts that are made to be slow: many parts of one kind, wide or deep, in many places.

`shapes` repeats short texts for single functions. Here the whole reading of a page is fed, as a
part is slow only among others: a list of boxes, a title, a text.
"""

from __future__ import annotations

from typing import NamedTuple

ARTICLE = (
    "<h1>The tram line of the harbor</h1><p class='byline'>By Ann Bell</p>"
    "<time datetime='2025-05-12'>12 May 2025</time>"
    + "".join(
        f"<p>The council voted {number} times to extend the tram line to the harbor, and nobody"
        f" was very glad about the number {number} of it.</p>"
        for number in range(12)
    )
)

UNITS = (
    # Boxes and lines, with one text and with many.
    *("<div>", "<div>{n}</div>", "<p>word ", "<p>Word {n} of it.</p>", "<p>The same line.</p>"),
    *("<span>will Harbor </span>", "<span>{n} ", "<b>{n}</b> <i>{n}</i>", "<b><i>", "<a>x"),
    *("<h2>Part {n}</h2>", "<h2>Part</h2><p>Word {n}.</p>", "<br>", "a<br>", "<br><br>a", "<hr>"),
    *("<li>{n}", "<ul><li>{n}", "<ul><li>{n}</li></ul>", "<dt>a<dd>b", "<td>{n}", "<tr><td>"),
    *("<table><tr><td>", "<td colspan=9 rowspan=9>x", "<blockquote>", "<blockquote>a</blockquote>"),
    *("<section><h3>A {n}</h3></section>", "<article><p>Text {n} of the other story.</p></article>"),
    *("<aside>{n}</aside>", "<details><summary>Who {n}?</summary>a</details>", "<ruby>a<rt>b"),
    *("<sup>{n}</sup>", "<sub>a</sub>b ", "<pre>", "<code>`", "<q>", "<cite>{n}</cite>", "<small>"),
    *("<font>", "<center>", "<nobr>", "</p>", "</div>", "</b>", "<!-- {n} -->", "<![CDATA["),
    *("<select><option>{n}", "<button>Read more</button>", "<form>", "<input value={n}>", "<svg>"),
    *("<math><mi>x", "<template>", "<noscript>", "<style>a{n}{}</style>", "<object>", "<dialog>"),
    # Links and buttons.
    *("<a href='https://h{n}.example/2025/05/a-long-story-{n}'>Read the full article</a> ",),
    *("<p><a href='https://paper.example/a-long-story-{n}'>Continue at Paper {n}</a></p>",),
    *("<a class='su-button' href='https://paper.example/{n}'>More</a>", "<a href='#{n}'>{n}</a>"),
    *("<a href='/page/{n}'>{n}</a>", "<a rel=author href='/a/{n}'>Ann B{n}</a>", "<a href>"),
    *("[su_button url='https://paper.example/{n}']Read more[/su_button]", "[vc_row]", "[/vc_row]"),
    *("[caption]", "[x a='{n}'", "[embed]https://v.example/{n}[/embed] ", "https://v.example/{n} "),
    # Pictures and films.
    *("<img src='/{n}.jpg' alt='Picture {n}'>", "<img src=/a.jpg>", "<figure><img src=/{n}.jpg>"),
    *("<figure><img src=/{n}.jpg><figcaption>Cap {n}</figcaption></figure>", "<figcaption>{n}"),
    *("<picture><source srcset='/{n}.jpg 1x'><img>", "<iframe src='https://v.example/{n}'></iframe>"),
    *("<video src=/{n}.mp4>", "<audio>", "<embed>", "<img data-src='/{n}.jpg' srcset='/a 1w, /b 2w'>"),
    # Names and dates.
    *("<p class='byline'>By Ann Bell {n}</p>", "<span itemprop='author'>Cy D{n}</span>", "By Al and "),
    *("<time>1{n} May 2025</time>", "<time datetime='2025-05-12T10:00:00Z'>", "<p>12 May 2025</p>"),
    *("<p class='posted-on'>May {n}, 2025</p>", "<div class='share'>Share</div>", "(Reuters) - "),
    *("<div class='related'><a href='/r/{n}'>R {n}</a></div>", "<p>Photo: A B</p>", "<p>— Cy</p>"),
    *("<div hidden>{n}</div>", "<div style='display:none'>{n}", "<div class='c{n}'>x</div>"),
)
"""What is repeated; {n} is the number of the repetition."""

HEAD_UNITS = (
    *("<meta name='author' content='Ann {n}'>", "<meta property='og:image' content='/{n}.jpg'>"),
    *("<meta property='article:tag' content='t{n}'>", "<link rel=alternate href='/{n}'>", "<meta>"),
    *("<meta property='article:published_time' content='2025-05-{n}'>", "<link rel=canonical href=/{n}>"),
    *("<title>A {n}</title>", "<base href='/{n}/'>", "<script>var a{n}=[{]</script>"),
    *("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"@id\":\"{n}\"}</script>",),
    *("<meta http-equiv=refresh content='99;url=/{n}'>", "<meta name=robots content='a{n}'>"),
)

JSON_UNITS = (
    *('{"@type":"NewsArticle","@id":"a{n}","author":{"@id":"a{n}"},"headline":"The tram"},',),
    *('{"@type":"Person","@id":"a{n}","name":"Ann {n}"},', '{"author":[{"name":"Ann {n}"}]},'),
    *('{"@graph":[', "[", '{"a":', '"a{n}",', '{"@id":"b","author":{"@id":"b"}},'),
    *('{"hasPart":{"cssSelector":".c{n}","isAccessibleForFree":false}},',),
    *('{"articleBody":"Words {n} of it. ","@type":"NewsArticle"},',),
)

ATTRIBUTES = ("class", "style", "srcset", "alt", "title", "data-options", "href", "id", "rel", "a{n}")
ATTRIBUTE_UNITS = ("a{n} ", "display:none;", "/{n}.jpg {n}w, ", "&amp;", "../", "{", "-")


class Structure(NamedTuple):
    """A page of any size: a start, a unit that is repeated with its number, and an end."""

    unit: str
    start: str = ""
    end: str = ""

    def text(self, size: int) -> str:
        count = max(1, size // len(self.unit))
        if "{n}" not in self.unit:
            return self.start + self.unit * count + self.end
        parts = (self.unit.replace("{n}", str(number)) for number in range(count))
        return self.start + "".join(parts) + self.end


def structures() -> list[Structure]:
    """Return all structures, each once."""
    json = '<script type="application/ld+json">['
    found = [Structure(unit) for unit in UNITS]
    found += [Structure(unit, start=ARTICLE) for unit in UNITS]
    found += [Structure(unit, start=f"<article>{ARTICLE}", end="</article>") for unit in UNITS]
    found += [Structure(unit, end=ARTICLE) for unit in UNITS]
    found += [Structure(unit, "<head>", f"</head><body>{ARTICLE}") for unit in HEAD_UNITS]
    found += [Structure(unit, json, f"{{}}]</script>{ARTICLE}") for unit in JSON_UNITS]
    for attribute in ATTRIBUTES:
        for unit in ATTRIBUTE_UNITS:
            end = f'">x</p>{ARTICLE}'
            found.append(Structure(unit, f'<p {attribute.replace("{n}", "")}="', end))
            found.append(Structure(unit, f'<img src=/a.jpg {attribute.replace("{n}", "")}="', end))
    return found
