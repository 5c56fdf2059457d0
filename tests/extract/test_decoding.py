"""Charsets, as browsers decide them."""

import pytest

from newscrawl.extract.decoding import MAX_BYTES, decoded

RUSSIAN = "Трамвай вышел на линию"
JAPANESE = "渡し船の運航"
CHINESE = "石桥重新开放"
GERMAN = "Stausee läuft über – „ganz“"


@pytest.mark.parametrize(
    ("name", "body", "content_type", "text"),
    [
        ("the header", RUSSIAN.encode("cp1251"), "text/html; charset=windows-1251", RUSSIAN),
        ("its other name", JAPANESE.encode("cp932"), "text/html; charset=x-sjis", JAPANESE),
        ("quotes", JAPANESE.encode("euc-jp"), 'text/html; charset="EUC-JP"', JAPANESE),
        ("a meta tag", b'<meta charset="gb2312">' + CHINESE.encode("gbk"), "text/html", CHINESE),
        ("an old meta tag", b'<meta http-equiv="Content-Type" content="text/html; charset=big5">'
         + "石橋重新開放".encode("big5"), "", "石橋重新開放"),
        ("latin-1 means windows-1252", GERMAN.encode("cp1252"), "a/b; charset=iso-8859-1", GERMAN),
        ("the mark before all", b"\xef\xbb\xbf" + RUSSIAN.encode(), "a/b; charset=koi8-r", RUSSIAN),
        ("UTF-16 by its mark", b"\xff\xfe" + RUSSIAN.encode("utf-16-le"), "text/html", RUSSIAN),
        ("the header before the meta tag", b'<meta charset="koi8-r">' + RUSSIAN.encode(),
         "text/html; charset=utf-8", RUSSIAN),
        ("bytes that are UTF-8, whatever the header says", RUSSIAN.encode(),
         "text/html; charset=iso-8859-1", RUSSIAN),
        ("bytes that are UTF-8, whatever the meta tag says",
         b'<meta charset="windows-1251">' + RUSSIAN.encode(), "text/html", RUSSIAN),
        ("the header says UTF-8, the bytes do not", GERMAN.encode("cp1252"),
         "text/html; charset=utf-8", GERMAN),
        ("the header says UTF-8, the meta tag what the bytes are",
         b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"),
         "text/html; charset=utf-8", RUSSIAN),
        ("a server's default, and a meta tag that fits the bytes",
         b'<meta charset="gb18030">' + CHINESE.encode("gb18030"),
         "text/html; charset=iso-8859-1", CHINESE),
        ("a server's default, and a script of one byte a character",
         b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"),
         "text/html; charset=iso-8859-1", RUSSIAN),
        ("UTF-8 with one broken byte", b"\xff" + RUSSIAN.encode(), "text/html; charset=utf-8",
         RUSSIAN),
        ("a meta tag of UTF-16 in a page of bytes", b'<meta charset="utf-16">plain', "", "plain"),
        ("no word of it, UTF-8", RUSSIAN.encode(), "text/html", RUSSIAN),
        ("no word of it, not UTF-8", GERMAN.encode("cp1252"), "text/html", GERMAN),
        ("a charset of nobody", GERMAN.encode(), "text/html; charset=klingon", GERMAN),
    ],
)  # fmt: skip
def test_a_page_is_decoded_by_the_surest_sign(name, body, content_type, text):
    assert decoded(body, content_type).endswith(text)


def test_bytes_that_are_of_no_charset_are_replaced():
    assert decoded("Москва".encode() + b"\xff\xfeb", "text/html") == "Москва\ufffd\ufffdb"


def test_a_character_that_the_limit_cuts_in_two_is_no_evidence():
    body = b"a" * (MAX_BYTES - 1) + "é".encode()
    assert decoded(body, "text/html").startswith("aaa")


def test_zeros_are_left_out():
    assert decoded("n\0ull".encode("utf-16"), "text/html; charset=utf-16") == "null"


def test_nothing_is_nothing():
    assert decoded(b"", "") == ""
