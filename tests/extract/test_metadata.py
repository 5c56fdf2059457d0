"""Metadata of an article: address, publisher, section, picture, agency."""

from typing import Any

import pytest

from newscrawl.extract import extract
from newscrawl.extract.agency import agency_among, agency_of
from newscrawl.extract.document import parse
from newscrawl.extract.metadata.metadata import canonical_url, read
from newscrawl.items import Image
from tests.extract.pages import URL, linked, page

OTHER = "https://wire.example/2026/walls"


def canonical(url: str) -> str:
    return f'<link rel="canonical" href="{url}">'


def social(url: str) -> str:
    return f'<meta property="og:url" content="{url}">'


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("on the same site", canonical("https://news.example/walls"), "https://news.example/walls"),
        ("relative", canonical("/walls"), "https://news.example/walls"),
        ("its other host", canonical("https://www.news.example/w"), "https://www.news.example/w"),
        ("og:url", social("https://news.example/walls"), "https://news.example/walls"),
        ("two witnesses elsewhere", canonical(OTHER) + social(OTHER), OTHER),
        ("one elsewhere", canonical(OTHER), URL),
        ("two that differ", canonical(OTHER) + social("https://x.example/a"), URL),
        ("the front page", canonical("https://news.example/"), URL),
        ("no address", canonical("javascript:alert(1)"), URL),
        ("an empty one", canonical(""), URL),
        ("none", "", URL),
    ],
)  # fmt: skip
def test_the_page_s_own_address_is_believed_with_reason(name, head, expected):
    assert read(parse(page(head=head), URL)).url == expected


def test_a_front_page_may_be_its_own_address():
    document = parse(page(head=canonical("https://news.example/")), "https://news.example/?a=1")
    assert canonical_url(document) == ("https://news.example/", "link canonical")


def test_publisher_and_section_come_with_their_places():
    head = linked(
        '{"@type":"NewsArticle","headline":"x","publisher":{"name":"News Ltd"},'
        '"articleSection":["Region","Water"]}'
    )
    found = read(parse(page(head=head), URL))
    assert (found.publisher, found.section) == ("News Ltd", "Region")
    assert found.sources["publisher"] == found.sources["section"] == "json-ld"


def test_meta_tags_give_publisher_and_section_if_json_ld_does_not():
    head = (
        '<meta property="og:site_name" content="The News">'
        '<meta property="article:section" content="Region">'
    )
    found = read(parse(page(head=head), URL))
    assert (found.publisher, found.sources["publisher"]) == ("The News", "meta og:site_name")
    assert (found.section, found.sources["section"]) == ("Region", "meta article:section")


def test_of_a_list_of_sections_in_one_the_first_counts():
    listed = ", ".join(["Motor racing", *(f"stock car {place}" for place in range(20))])
    head = f'<meta property="article:section" content="x">{linked(_section(listed))}'
    assert read(parse(page(head=head), URL)).section == "Motor racing"


def _section(words: str) -> str:
    return f'{{"@type":"NewsArticle","headline":"x","articleSection":"{words}"}}'


FIGURE = (
    '<figure><img src="/i/bridge-960.jpg" alt="A bridge">'
    "<figcaption>The bridge.</figcaption></figure>"
)
SIDES = (
    '<meta property="og:image" content="/i/a.jpg"><meta property="og:image:width" content="800">'
    '<meta property="og:image:height" content="600"><meta property="og:image:alt" content="A">'
)
STATED = '{"@type":"NewsArticle","headline":"x","image":[{"url":"/i/a.jpg","width":"800px"}]}'

GRAPH = (
    '{"@graph":[{"@type":"NewsArticle","headline":"x","image":{"@id":"https://news.example/a#image"}},'
    '{"@type":"ImageObject","@id":"https://news.example/a#image","url":"/i/a.jpg","width":800,'
    '"caption":"The bridge."}]}'
)


def social_image(url: str) -> str:
    return f'<meta property="og:image" content="{url}">'


def image(path: str, **others: Any) -> Image:
    return Image(url=f"https://news.example{path}", **others)


@pytest.mark.parametrize(
    ("name", "head", "body", "expected"),
    [
        ("og:image with its sides", SIDES, "", image("/i/a.jpg", alt="A", width=800, height=600)),
        (
            "the figure that shows it",
            social_image("/i/bridge-1200.jpg"),
            FIGURE,
            image("/i/bridge-1200.jpg", alt="A bridge", caption="The bridge."),
        ),
        ("another figure", social_image("/i/tower.jpg"), FIGURE, image("/i/tower.jpg")),
        ("JSON-LD", linked(STATED), "", image("/i/a.jpg", width=800)),
        ("a node of it", linked(GRAPH), "", image("/i/a.jpg", width=800, caption="The bridge.")),
        (
            "a node that is not there",
            linked(GRAPH.replace("ImageObject", "Thing").replace("#image", "#lost", 1))
            + social_image("/i/b.jpg"),
            "",
            image("/i/b.jpg"),
        ),
        ("a logo", social_image("/i/logo-share.png"), "", None),
        ("a folder", social_image("/dims4/default/a.jpg"), "", image("/dims4/default/a.jpg")),
        ("no address", social_image("data:image/png;base64,AAAA"), "", None),
        ("none", "", FIGURE, None),
    ],
)
def test_the_lead_image_is_the_one_that_the_page_names_with_its_caption(name, head, body, expected):
    assert read(parse(page(body, head=head), URL)).image == expected


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("BEIJING, Jan 10 (Reuters) - Shares rose on Friday.", "Reuters"),
        ("LONDON (AP) — Shares rose on Friday.", "AP"),
        ("Berlin (dpa/lno) - Es regnet.", "DPA"),
        ("PARIS, 10 janv. (AFP) - Il pleut.", "AFP"),
        ("Es regnet überall.\n\nBerlin (dpa) - Seit Montag regnet es.", "DPA"),
        ("МОСКВА, 10 янв - РИА Новости. Идёт дождь.", "RIA Novosti"),
        ("КИЕВ /ТАСС/. Идёт дождь.", "TASS"),
        ("新华社北京1月10日电（记者张三）今天下雨。", "Xinhua"),
        ("（法新社巴黎10日電）今天下雨。", "AFP"),
        ("【ロンドン共同】雨が降った。", None),
        ("Es regnet. (dpa)", "DPA"),
        ("The AP reported rain.", None),
        ("Rain (and reuters) fell.", None),
        ("", None),
    ],
)
def test_the_agency_is_read_from_dateline_or_end(text, agency):
    assert agency_of(text) == agency


def test_an_author_may_be_the_agency():
    assert agency_among(["Ann Example", " Reuters "]) == "Reuters"
    assert agency_among(["Ann Example"]) is None


def test_control_characters_of_references_stay_out_of_fields():
    head = '<meta property="og:site_name" content="The&#8;News"><title>Walls&#1; and water</title>'
    found = extract(page("<p>x</p>", head=head), url=URL)
    assert found.title == "Walls and water"
    assert found.publisher == "TheNews"
