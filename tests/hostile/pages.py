"""The hostile pages: what each one does to its client, and how its article must end."""

import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Final

from newscrawl.testing.late_posts import late_paragraphs, late_title
from newscrawl.testing.web import Handler, Reply, Request, html, plain, redirect
from tests.hostile import bombs

HOUR: Final = 3600.0
MEGABYTE: Final = 1_000_000
DEEP: Final = 20_000
HTML: Final = ("Content-Type", "text/html; charset=utf-8")

FETCHED: Final = ("fetched",)
TOO_LARGE: Final = ("too_large",)
BROKEN: Final = ("connection_error",)
REFUSED: Final = ("connection_error", "too_large")
"""The outcomes if a cap of the client and a broken protocol look the same."""
TIMEOUT: Final = ("timeout",)
UNSAFE: Final = ("unsafe_address",)
UNLINKED: Final = ("unsafe_address", None)
PLACE_OUTCOMES: Final = {"backslashes": ("unsafe_address", "redirect_loop")}
"""Ends of places that not every client reads alike: browsers see a host there, others a path."""
SURVIVED: Final = ("fetched", "extraction_failed", "excerpt_only")
"""A page with so little sense that any end is right, as long as there is one."""


@dataclass(frozen=True)
class Hostile:
    """A page: how its article may end, how it answers, and what its robots.txt answers."""

    outcomes: tuple[str, ...]
    answer: Handler
    robots: Handler = lambda _: plain("none", 404)


def article_html(number: int, *, head: str = "", body: str = "", title: str = "") -> str:
    """Write a sound page with the text of the late edition *number*, and something more."""
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in late_paragraphs(number))
    title = title or late_title(number)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>{head}</head><body>'
        f"<article><h1>{title}</h1>\n{paragraphs}{body}</article></body></html>"
    )


def sound(number: int, **parts: str) -> Reply:
    return html(article_html(number, **parts))


def wire(*pieces: bytes, **how: float) -> Reply:
    """Answer with these bytes and nothing else: no status line, no header."""
    return Reply(raw=True, body=pieces, **how)  # type: ignore[arg-type]


def http(head: str, *pieces: bytes) -> Reply:
    """Answer with a head that is written by hand."""
    return wire(head.replace("\n", "\r\n").encode() + b"\r\n\r\n", *pieces)


def endless(piece: bytes, first: bytes = b"", limit: int = 200 * MEGABYTE) -> Reply:
    """Repeat a piece until the client has had enough, or *limit* bytes."""
    repeated = itertools.repeat(piece, limit // len(piece))
    return Reply(raw=True, body=itertools.chain([first], repeated))


def encoded(body: bytes | Iterable[bytes], encoding: str) -> Reply:
    return Reply(headers=[HTML, ("Content-Encoding", encoding)], body=body)


def always(make: Callable[[], Reply]) -> Handler:
    return lambda _: make()


def bomb_pages() -> dict[str, Hostile]:
    nested = bombs.nested_gzip_bomb()
    layered = bombs.gzip_layers(article_html(1).encode(), 20)
    return {
        "gzip-bomb": Hostile(TOO_LARGE, always(lambda: encoded(bombs.gzip_bomb(), "gzip"))),
        "deflate-bomb": Hostile(
            TOO_LARGE, always(lambda: encoded(bombs.deflate_bomb(), "deflate"))
        ),
        "br-bomb": Hostile(TOO_LARGE, always(lambda: encoded(bombs.brotli_bomb(), "br"))),
        "zstd-bomb": Hostile(TOO_LARGE, always(lambda: encoded(bombs.zstd_bomb(), "zstd"))),
        "nested-bomb": Hostile(TOO_LARGE, always(lambda: encoded(nested, "gzip, gzip"))),
        "twenty-layers": Hostile(
            REFUSED, always(lambda: encoded(layered, ", ".join(["gzip"] * 20)))
        ),
        "wide-window": Hostile(REFUSED, always(lambda: encoded(bombs.zstd_wide_window(), "zstd"))),
        "robots-bomb": Hostile(
            ("fetched", "robots_disallowed", "too_large"),
            always(lambda: sound(2)),
            always(lambda: encoded(bombs.gzip_bomb(), "gzip")),
        ),
    }


def drip_pages() -> dict[str, Hostile]:
    def dripping(text: bytes) -> Iterator[bytes]:
        return (bytes([byte]) for byte in text)

    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4000\r\n\r\n"
    slow = b" " * 4000
    return {
        "drip-body": Hostile(
            TIMEOUT,
            lambda _: Reply(raw=True, body=itertools.chain([head], dripping(slow)), pace=1.0),
        ),
        "drip-head": Hostile(
            TIMEOUT, lambda _: Reply(raw=True, body=dripping(head + slow), pace=1.0)
        ),
        "silence": Hostile(TIMEOUT, lambda _: wire(delay=HOUR)),
        "silence-after-head": Hostile(TIMEOUT, lambda _: wire(head, b"", pace=HOUR)),
    }


def lying_pages() -> dict[str, Hostile]:
    page = article_html(3).encode()
    size = len(page)
    chunked = "HTTP/1.1 200 OK\nContent-Type: text/html\nTransfer-Encoding: chunked"
    return {
        "length-too-long": Hostile(
            BROKEN,
            always(lambda: http(f"HTTP/1.1 200 OK\n{_kind()}\nContent-Length: {size * 9}", page)),
        ),
        "length-too-short": Hostile(
            FETCHED,
            always(
                lambda: http(
                    f"HTTP/1.1 200 OK\n{_kind()}\nContent-Length: {size}", page, b"<p>more</p>"
                )
            ),
        ),
        "length-twice": Hostile(
            BROKEN,
            always(
                lambda: http(
                    f"HTTP/1.1 200 OK\n{_kind()}\nContent-Length: 10\nContent-Length: {size}", page
                )
            ),
        ),
        "length-negative": Hostile(
            BROKEN, always(lambda: http(f"HTTP/1.1 200 OK\n{_kind()}\nContent-Length: -5", page))
        ),
        "length-enormous": Hostile(
            TOO_LARGE,
            always(lambda: http(f"HTTP/1.1 200 OK\n{_kind()}\nContent-Length: {10**15}", page)),
        ),
        "chunk-enormous": Hostile(
            TOO_LARGE, always(lambda: endless(b"x" * 65536, _head(chunked) + b"FFFFFFFFFF\r\n"))
        ),
        "chunk-garbage": Hostile(BROKEN, always(lambda: http(chunked, b"zebra\r\n", page))),
        "chunk-line-endless": Hostile(
            REFUSED, always(lambda: endless(b";x=y" * 1024, _head(chunked) + b"5"))
        ),
        "chunks-of-one-byte": Hostile(FETCHED, always(lambda: http(chunked, bytewise(page)))),
        "chunk-cut": Hostile(BROKEN, always(lambda: http(chunked, b"fff\r\n<html>"))),
        "encoding-lie": Hostile(FETCHED, always(lambda: encoded(page, "gzip"))),
        "encoding-cut": Hostile(
            BROKEN, always(lambda: encoded(bombs.gzip_layers(page, 1)[:-200], "gzip"))
        ),
        "encoding-unknown": Hostile(SURVIVED, always(lambda: encoded(page, "rot13"))),
    }


def bytewise(page: bytes) -> bytes:
    """Return a page, and a long comment behind it, in chunks of one byte each."""
    text = page + b"<!--" + b"-" * 60_000 + b"-->"
    return b"".join(b"1\r\n%c\r\n" % byte for byte in text) + b"0\r\n\r\n"


def _kind() -> str:
    return "Content-Type: text/html; charset=utf-8"


def _head(head: str) -> bytes:
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n"


def broken_pages() -> dict[str, Hostile]:
    noise = random.Random(5).randbytes(3000)
    return {
        "garbage": Hostile(BROKEN, lambda _: wire(b"SSH-2.0-OpenSSH_9.6\r\n" + noise)),
        "nothing": Hostile(BROKEN, lambda _: wire()),
        "reset-at-once": Hostile(BROKEN, lambda _: Reply(raw=True, reset=True)),
        "reset-in-head": Hostile(
            BROKEN, lambda _: Reply(raw=True, body=b"HTTP/1.1 200 OK\r\nConte", reset=True)
        ),
        "reset-in-body": Hostile(
            BROKEN,
            lambda _: Reply(headers=[HTML, ("Content-Length", "90000")], body=b"<p>", reset=True),
        ),
        "headers-endless": Hostile(
            REFUSED, lambda _: endless(b"X-Header: and on it goes\r\n" * 64, b"HTTP/1.1 200 OK\r\n")
        ),
        "header-line-endless": Hostile(
            REFUSED, lambda _: endless(b"y" * 4096, b"HTTP/1.1 200 OK\r\nX-Long: ")
        ),
        "status-line-endless": Hostile(REFUSED, lambda _: endless(b"K" * 4096, b"HTTP/1.1 200 O")),
        "continue-endless": Hostile(
            (*REFUSED, *TIMEOUT), lambda _: endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 64)
        ),
        "status-odd": Hostile(
            ("forbidden",),
            lambda _: http(f"HTTP/1.1 999 Whatever\n{_kind()}", b"<p>no</p>"),
        ),
    }


def looping_pages() -> dict[str, Hostile]:
    def onward(request: Request) -> Reply:
        step = int(request.param("step") or 0)
        return redirect(f"/?step={step + 1}", 302)

    def nine_steps(request: Request) -> Reply:
        return sound(4) if request.param("step") == "9" else onward(request)

    refresh = '<meta http-equiv="refresh" content="0; url=/?again={}">'
    return {
        "redirect-to-itself": Hostile(("redirect_loop",), lambda _: redirect("/", 301)),
        "redirect-on-and-on": Hostile(("redirect_loop",), onward),
        "redirect-nine-times": Hostile(FETCHED, nine_steps),
        "redirect-without-place": Hostile(
            (*SURVIVED, "server_error", "connection_error", "not_html", "not_found"),
            lambda _: Reply(status=302, headers=[HTML], body=b"<p>Somewhere else.</p>"),
        ),
        "redirect-very-long": Hostile(
            (*UNSAFE, *REFUSED), lambda _: redirect("/" + "a" * 20_000, 302)
        ),
        "refresh-on-and-on": Hostile(
            ("redirect_loop", *SURVIVED),
            lambda request: html(
                f"<head>{refresh.format(request.count)}</head><p>Please wait.</p>"
            ),
        ),
    }


def large_pages() -> dict[str, Hostile]:
    return {
        "page-30-mb": Hostile(
            TOO_LARGE, always(lambda: sound(5, body="<p>and so on and on</p>" * 1_400_000))
        ),
        "page-endless": Hostile(
            TOO_LARGE,
            lambda _: endless(b"<p>more</p>" * 6000, _head(f"HTTP/1.1 200 OK\n{_kind()}")),
        ),
        "deep-divs": Hostile(SURVIVED, always(lambda: sound(6, body=_nested("div")))),
        "deep-tables": Hostile(
            SURVIVED, always(lambda: sound(7, body="<table><tr><td>" * (DEEP // 4)))
        ),
        "open-formatting": Hostile(
            SURVIVED,
            always(lambda: sound(8, body="<b><i><a href=x><font color=red>" * (DEEP // 4))),
        ),
        "deep-lists": Hostile(SURVIVED, always(lambda: sound(9, body="<ul><li>" * DEEP))),
        "deep-json-ld": Hostile(
            SURVIVED, always(lambda: sound(10, head=_json_ld("[" * 100_000 + "]" * 100_000)))
        ),
        "number-json-ld": Hostile(
            FETCHED, always(lambda: sound(11, head=_json_ld(f'{{"wordCount": {"9" * 100_000}}}')))
        ),
        "many-attributes": Hostile(SURVIVED, always(lambda: sound(12, body=_attributes(50_000)))),
        "open-comment": Hostile(
            FETCHED, always(lambda: sound(13, body="<!-- " + "- -->x<!-" * 100_000))
        ),
        "many-links": Hostile(
            SURVIVED, always(lambda: sound(14, body='<a href="/x">read more</a> ' * 60_000))
        ),
        "long-word": Hostile(SURVIVED, always(lambda: sound(15, body=f"<p>{'a' * MEGABYTE}</p>"))),
        "many-entities": Hostile(
            SURVIVED, always(lambda: sound(16, body=f"<p>{'&lt;b&gt;&nbsp;' * 60_000}</p>"))
        ),
    }


def crowded_pages() -> dict[str, Hostile]:
    """Pages on many hosts at once, each as large as it may be, or a little larger."""
    packed = bombs.gzip_layers(article_html(34, body="<p>and so on</p>" * 300_000).encode(), 1)
    below = article_html(35, body="<p>x" * 970_000)
    return {
        f"crowd-{number}": Hostile(TOO_LARGE, always(lambda: encoded(packed, "gzip")))
        for number in range(24)
    } | {
        f"crowd-of-tags-{number}": Hostile(SURVIVED, always(lambda: html(below)))
        for number in (1, 2, 3)
    }


def broken_addresses() -> dict[str, Hostile]:
    head = "".join(
        f'<meta http-equiv="refresh" content="0; url={place}"><link rel="canonical" href="{place}">'
        for place in ("http://[::1/", "http://a:b/", "http://%", "file:///etc/passwd")
    )
    return {"addresses-broken": Hostile(FETCHED, always(lambda: sound(36, head=head)))}


def _nested(tag: str) -> str:
    return f"<{tag}>" * DEEP + "at the bottom" + f"</{tag}>" * DEEP


def _attributes(count: int) -> str:
    return f"<p {' '.join(f'data-{number}=x' for number in range(count))}>busy</p>"


def _json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE html ['
    '<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + ']><html xmlns="http://www.w3.org/1999/xhtml"><body><p>&l9;</p></body></html>'
)


def odd_pages() -> dict[str, Hostile]:
    escapes = "\x1b[31mRed\x07\x1b]0;owned\x07 alert\u202e \u009b2J"
    return {
        "nulls": Hostile(
            FETCHED,
            always(lambda: Reply(headers=[HTML], body=_sprinkled(article_html(17), b"\0"))),
        ),
        "control-characters": Hostile(
            FETCHED,
            always(lambda: Reply(headers=[HTML], body=_sprinkled(article_html(18), b"\x02\x1b"))),
        ),
        "charset-unknown": Hostile(FETCHED, always(lambda: _in(19, "utf-8", "klingon"))),
        "charset-wrong": Hostile(FETCHED, always(lambda: _in(20, "windows-1252", "utf-8"))),
        "charset-utf-16": Hostile(FETCHED, always(lambda: _in(21, "utf-16", "utf-16"))),
        "charset-utf-7": Hostile(FETCHED, always(lambda: _in(22, "utf-8", "utf-7"))),
        "ansi-title": Hostile(FETCHED, always(lambda: sound(23, title=f"Alert {escapes}"))),
        "ansi-headers": Hostile(
            (*FETCHED, *BROKEN),
            always(
                lambda: wire(
                    b"HTTP/1.1 200 \x1b[31mOK\r\nX-Note: \x1b]0;owned\x07\x00\r\n"
                    b"Content-Type: text/html\r\n\r\n" + article_html(24).encode()
                )
            ),
        ),
        "formula-title": Hostile(
            FETCHED,
            always(lambda: sound(25, title="=HYPERLINK(&quot;http://127.0.0.2/&quot;,1+1)")),
        ),
        "noise-as-html": Hostile(
            ("not_html", *SURVIVED),
            always(lambda: Reply(headers=[HTML], body=random.Random(7).randbytes(50_000))),
        ),
        "no-content-type": Hostile(FETCHED, always(lambda: Reply(body=article_html(26).encode()))),
        "laughing-xml": Hostile(
            ("not_html", *SURVIVED),
            always(
                lambda: Reply(
                    headers=[("Content-Type", "application/xhtml+xml")], body=LAUGHS.encode()
                )
            ),
        ),
        "scripts": Hostile(FETCHED, always(lambda: sound(27, body=SCRIPTS))),
    }


SCRIPTS = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>"
    "<a href='java\tscript:alert(4)'>link</a><iframe srcdoc='<script>alert(5)</script>'></iframe>"
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(6)>"
    "<noscript><p title='</noscript><img src=x onerror=alert(7)>'></noscript>"
    "<p style='background:url(javascript:alert(8))'>styled</p><base href='http://127.0.0.2/'>"
)


def _sprinkled(text: str, noise: bytes) -> bytes:
    """Put noise after every full stop, and into a tag."""
    return text.encode().replace(b". ", b". " + noise).replace(b"</h1>", b"</h1" + noise + b">")


def _in(number: int, charset: str, called: str) -> Reply:
    kind = ("Content-Type", f"text/html; charset={called}")
    body = article_html(number).replace("–", "-").encode(charset)
    return Reply(headers=[kind], body=body)


def forbidden_pages(places: dict[str, str]) -> dict[str, Hostile]:
    """Pages that lead their client to the canaries, by every way that a page has."""
    redirects = {
        f"redirect-to-{name}": Hostile(PLACE_OUTCOMES.get(name, UNSAFE), partial(_located, url))
        for name, url in places.items()
    }
    target = places["plain"]
    refresh = f'<meta http-equiv="refresh" content="0; url={target}">'
    links = (
        f'<link rel="canonical" href="{target}"><link rel="next" href="{target}?page=2">'
        f'<link rel="amphtml" href="{target}amp"><meta property="og:url" content="{target}">'
    )
    return redirects | {
        "refresh-to-forbidden": Hostile(
            (*UNSAFE, *SURVIVED), always(lambda: html(f"<head>{refresh}</head><p>Wait.</p>"))
        ),
        "links-to-forbidden": Hostile(FETCHED, always(lambda: sound(28, head=links))),
        "images-from-forbidden": Hostile(
            FETCHED, always(lambda: sound(29, body=f'<img src="{target}a.png" alt="A">'))
        ),
        "robots-to-forbidden": Hostile(
            ("robots_disallowed", "unsafe_address"),
            always(lambda: sound(30)),
            always(lambda: redirect(target, 302)),
        ),
        "robots-on-and-on": Hostile(
            ("robots_disallowed", "fetched"),
            always(lambda: sound(31)),
            lambda request: redirect(f"/robots.txt?{request.count}", 302),
        ),
        "robots-endless": Hostile(
            ("fetched", "robots_disallowed", "too_large"),
            always(lambda: sound(32)),
            lambda _: endless(b"# nothing to see here\n" * 400, _head("HTTP/1.1 200 OK")),
        ),
        "robots-garbage": Hostile(
            ("robots_disallowed", *BROKEN), always(lambda: sound(33)), lambda _: wire(b"\x00\xff")
        ),
    }


def _located(url: str, _: Request) -> Reply:
    """Redirect with the place as it stands: a header takes bytes that are no URL."""
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + url.encode()
    return wire(head + b"\r\n\r\n")


def all_pages(places: dict[str, str]) -> dict[str, Hostile]:
    return {
        **bomb_pages(),
        **drip_pages(),
        **lying_pages(),
        **broken_pages(),
        **looping_pages(),
        **large_pages(),
        **crowded_pages(),
        **broken_addresses(),
        **odd_pages(),
        **forbidden_pages(places),
    }
