"""Answers that are not as they should be: decoded if possible, else refused with the reason."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.net.response import Answer
from newscrawl.wordpress.responses import REASONS, Decoded, Refusal, decode, objects, total

if TYPE_CHECKING:
    from pathlib import Path


def answer(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(url="https://example.org/wp-json/", status=status, headers=names, body=raw)


def refusal(body: str | bytes, status: int = 200, **headers: str) -> Refusal:
    decoded = decode(answer(body, status, **headers))
    assert isinstance(decoded, Refusal), decoded
    return decoded


POSTS = '[{"id": 7}]'


@pytest.mark.parametrize(
    ("body", "junk"),
    [
        (POSTS, ""),
        ("\ufeff" + POSTS, ""),
        ("\n\n " + POSTS + "\n", ""),
        ("\nNotice: old <b>hook</b> in /www/x.php on line 46\n" + POSTS, "before"),
        ("<?php/* on */require_once($_SERVER['ROOT'].'/{x}.php');?>" + POSTS, "before"),
        ("<?= {\n" + POSTS, "before"),
        ("}\n" + POSTS, "before"),
        ('NULL\nbool(true)\narray(1) {\n  ["code"]=>\n  int(5)\n}\n' + POSTS, "before"),
        ("Array\n(\n    [0] => {}\n)\n" + POSTS, "before"),
        ("[01-Jan-2026 10:00:00 UTC] PHP Notice: x\n" + POSTS, "before"),
        ('<script>var a = {"id": 1, "title": "longer than it all"};</script>' + POSTS, "before"),
        (POSTS + "<script async src='x'></script><script>[].push({});</script>", "after"),
        (POSTS + "\n<!-- cached {} in 0.1 s -->", "after"),
        ("<!-- a --><style>b{c:d}</style>" + POSTS + POSTS, "before and after"),
        ('{"notice": 1}' + POSTS[:-1] + ', {"id": 7}]', "before"),
    ],
)
def test_junk_around_json_is_stripped(body: str, junk: str) -> None:
    decoded = decode(answer(body))
    assert isinstance(decoded, Decoded), decoded
    assert decoded.value[0] == {"id": 7}
    assert decoded.junk == junk


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty"),
        (" \ufeff\n", "empty"),
        ("410 Gone", "text"),
        ("null", "text"),
        ("Undefined key [] in x.php", "text"),
        ('"wp-json/posts"', "text"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00", "binary"),
        ('[{"id": 1}, {"id": 2', "truncated"),
        ('[{"id": 1}, {"id": 2, "title": "The', "truncated"),
        ('[{"id": 1}, {"id" 2}, {"id": 3}]', "malformed"),
        ("[" * 200_000, "malformed"),
        ("Notice" + '{"a":' * 200 + "1" + "}" * 200, "malformed"),
        ('<?xml version="1.0"?><rss><title>503</title></rss>', "xml"),
        ('<html><script type="application/ld+json">{"id": 1}</script>', "page"),
        ("<html><title>Cars | Example</title>[]</html>", "page"),
        ("<!DOCTYPE html><title>Wartungsmodus</title>", "unavailable"),
        ("<h1>Error thrown</h1><p>Class name must be valid</p>", "unavailable"),
        ("<html><title>502 Bad Gateway</title>", "unavailable"),
        ("<html><title>429 Too Many Requests</title>", "rate_limited"),
        ("<html><title>Request Rejected</title>", "blocked"),
        ("<html><title>403 Access Forbidden</title>", "blocked"),
        ("<html><title>Just a moment...</title>", "challenge"),
        ('<html><meta content="0;/.well-known/sgcaptcha/?r=%2F">', "challenge"),
    ],
)
def test_a_body_without_json_is_refused_with_its_reason(body: str | bytes, reason: str) -> None:
    assert refusal(body).reason == reason


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "blocked"), (429, "rate_limited"), (503, "unavailable")]
)
def test_the_status_of_a_page_decides_if_its_words_do_not(status: int, reason: str) -> None:
    assert refusal("<html><title>Ooops</title>", status).reason == reason


def test_a_challenge_is_known_by_its_header_whatever_the_status() -> None:
    assert refusal("<html></html>", 202, sg_captcha="challenge").reason == "challenge"
    assert refusal("", 403, cf_mitigated="challenge").reason == "challenge"


@pytest.mark.parametrize(
    ("code", "status", "is_passing", "is_closed"),
    [
        ("rest_no_route", 404, False, False),
        ("rest_post_invalid_id", 404, False, False),
        ("rest_invalid_param", 400, False, False),
        ("rest_cannot_access", 403, False, True),
        ("itsec_rest_api_access_restricted", 200, False, True),
        ("rest_user_cannot_view", 401, False, True),
        ("internal_server_error", 500, True, False),
        ("wp_die", 200, True, False),
        ("something_new", 503, True, False),
    ],
)
def test_error_objects_are_matched_on_their_code(
    code: str, status: int, is_passing: bool, is_closed: bool
) -> None:
    body = json.dumps({"code": code, "message": "ルートが", "data": {"status": status}})
    seen = refusal(body)
    assert (seen.reason, seen.code, seen.status) == ("error", code, status)
    assert (seen.is_passing, seen.is_closed) == (is_passing, is_closed)


@pytest.mark.parametrize(
    "body",
    [
        '[{"code": "json_no_route", "message": "No route"}]',
        '{"error": "unknown_blog", "message": "Unknown blog"}',
        '{"code": 404, "message": "x", "data": null}',
        '[]{"code": "internal_server_error", "message": "x"}',
    ],
)
def test_error_objects_of_other_shapes_are_known(body: str) -> None:
    assert refusal(body).reason == "error"


@pytest.mark.parametrize("status", [200, 202, 404, 500])
def test_a_good_body_counts_though_the_status_is_odd(status: int) -> None:
    decoded = decode(answer(POSTS, status))
    assert isinstance(decoded, Decoded)
    assert decoded.status == status


@pytest.mark.parametrize(("body", "status"), [("[]", 500), ("[]", 404), (POSTS, 403), (POSTS, 429)])
def test_a_body_that_its_status_denies_is_refused(body: str, status: int) -> None:
    assert refusal(body, status).status == status


def test_a_missing_answer_is_a_refusal_with_its_outcome() -> None:
    decoded = decode(Answer(url="https://example.org", outcome="timeout", detail="60 s"))
    assert isinstance(decoded, Refusal)
    assert (decoded.reason, decoded.detail, decoded.is_passing) == ("timeout", "60 s", True)


def test_what_the_fast_parser_refuses_is_read_all_the_same() -> None:
    decoded = decode(answer('[{"a": NaN, "b": "x\\ud83dy", "c": ' + "9" * 5000 + ', "d": "\x08"}]'))
    assert isinstance(decoded, Decoded)
    assert decoded.value == [{"a": None, "b": "x\ufffdy", "c": float("inf"), "d": "\x08"}]


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("[]", []),
        ('[{"id": 1}, null, {"id": 2}]', [1, 2]),
        ('{"0": {"id": 1}, "3": {"id": 2}}', [1, 2]),
        ('{"found": 2, "posts": [{"id": 1}]}', [1]),
    ],
)
def test_lists_are_read_in_the_shapes_that_php_gives_them(body: str, ids: list[int]) -> None:
    rows = objects(decode(answer(body)))
    assert not isinstance(rows, Refusal)
    assert [row["id"] for row in rows] == ids


@pytest.mark.parametrize("value", ["{}", "[]", "1.5", '{"a":{}}'])
def test_more_values_than_memory_has_room_for_are_refused(value: str) -> None:
    bomb = f"[{','.join([value] * 5_000_000)}]"
    tracemalloc.start()
    refused = refusal(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.reason == "too_large"
    assert peak < 2 * len(bomb)


@pytest.mark.parametrize("body", ['{"id": 1}', "{}", "[1, 2]", "[null]"])
def test_another_shape_is_refused_as_such(body: str) -> None:
    rows = objects(decode(answer(body)))
    assert isinstance(rows, Refusal)
    assert rows.reason == "shape"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("500", 500),
        ("0", 0),
        ("12, 12", 12),
        ("150,150", 150),
        ("1,250", 1250),
        ("12,345,678", 12345678),
        ("1,25", 1),
        ("", None),
        ("many", None),
        ("-1", None),
        ("9" * 99, None),
    ],
)
def test_a_total_is_a_number_or_nothing(header: str, expected: int | None) -> None:
    assert total(answer("[]", x_wp_total=header)) == expected


@given(st.binary(max_size=300) | st.text('[]{}",:<>!-?/ \n\\a1eE.é\ud83d', max_size=300))
def test_nothing_raises_and_every_reason_is_on_the_list(body: bytes | str) -> None:
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    decoded = objects(decode(answer(raw)))
    assert isinstance(decoded, list) or decoded.reason in REASONS


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "{",
        '{"a":',
        '["',
        "<script",
        "<!--",
        "<?php {",
        "[]",
        "[1,",
        '{"a":1}',
        "<html ",
        '[{"a":1',
    ],
)
def test_a_megabyte_of_brackets_is_judged_in_one_pass(piece: str) -> None:
    body = "x" + piece * (1_000_000 // len(piece))
    assert isinstance(decode(answer(body)), Decoded | Refusal)


EXPECTED = {
    "error_json": ("error", False),
    "error_json_transient": ("error", True),
    "html_challenge": ("challenge", False),
    "html_block": ("blocked", False),
    "html_error": ("unavailable", True),
    "html_site_page": ("page", False),
    "text": ("text", True),
    "binary": ("binary", True),
}


def test_every_recorded_broken_body_is_decoded_or_refused_rightly(corpus: Path) -> None:
    for line in (corpus / "broken_bodies.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        headers = {name.lower(): value for name, value in case.get("headers", {}).items()}
        status = case.get("http_status", 200)
        if case["cls"] == "json_with_prefix" and case["body_truncated"]:
            whole = case["body"] + '"end": 1}}'
            assert refusal(case["body"]).reason == "truncated"
            decoded = decode(answer(whole))
            assert isinstance(decoded, Decoded), case["note"]
            assert "settings" in decoded.value
            continue
        recorded = Answer(url="", status=status, headers=headers, body=case["body"].encode())
        seen = decode(recorded)
        assert isinstance(seen, Refusal), case["note"]
        expected = EXPECTED.get(case["cls"], ("error", False))
        assert (seen.reason, seen.is_passing) == expected, case


def test_every_recorded_answer_decodes_or_is_refused_rightly(corpus: Path) -> None:
    reasons = {"xml": ".xml", "error": "_error_", "rate_limited": "429_html", "page": "index_of"}
    for path in sorted((corpus / "wpjson").iterdir()):
        decoded = decode(answer(path.read_bytes()))
        if isinstance(decoded, Refusal):
            assert reasons[decoded.reason] in path.name
        else:
            assert not any(mark in path.name for mark in reasons.values())
