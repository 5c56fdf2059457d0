"""What is kept, by the signals and by what the operator decided."""

from __future__ import annotations

import pytest

from newscrawl.exceptions import ConfigurationError
from newscrawl.net.options import contact_notice, user_agent
from newscrawl.rights.policy import Policies, header_signals, policy, robots_tag


@pytest.mark.parametrize(
    ("signals", "kept"),
    [
        ({}, "full"),
        ({"tdm-reservation": "1"}, "excerpt"),
        ({"tdm-reservation": "0"}, "full"),
        ({"tdm-reservation": "1, 1"}, "excerpt"),
        ({"tdm-reservation": "0, 1"}, "excerpt"),
        ({"x-robots-tag": "noarchive"}, "excerpt"),
        ({"x-robots-tag": "noindex, NoArchive"}, "excerpt"),
        ({"x-robots-tag": "noindex, nofollow"}, "full"),
        ({"x-robots-tag": "none"}, "full"),
        ({"x-robots-tag": "googlebot: noarchive"}, "full"),
        ({"x-robots-tag": "googlebot: noindex, newscrawl: noarchive"}, "excerpt"),
        ({"x-robots-tag": "unavailable_after: 1 Jan 2030 00:00:00 GMT, noarchive"}, "excerpt"),
        ({"meta-robots": "max-image-preview:large, noarchive"}, "excerpt"),
        ({"meta-robots": "noai, noimageai"}, "full"),
        ({"content-signal": "search=yes, ai-train=no"}, "full"),
    ],
)
def test_signals_decide_if_the_operator_did_not(signals: dict[str, str], kept: str) -> None:
    assert policy(signals, Policies(), "example.org") == kept


RESERVED = {"tdm-reservation": "1"}


@pytest.mark.parametrize(
    ("setting", "host", "kept"),
    [
        ("", "example.org", "excerpt"),
        ("*=full", "example.org", "excerpt"),
        ("*=metadata", "example.org", "metadata"),
        ("example.org=full", "example.org", "full"),
        ("example.org=full", "www.example.org", "full"),
        ("example.org=full", "myexample.org", "excerpt"),
        ("example.org=full", "example.org:8000", "full"),
        ("example.org:8000=metadata,example.org=full", "example.org:8000", "metadata"),
        ("example.org=metadata, www.example.org=full", "www.example.org", "full"),
        ("Reuters.com = metadata ,, *=full", "reuters.com", "metadata"),
    ],
)
def test_a_policy_that_names_a_host_is_the_last_word(setting: str, host: str, kept: str) -> None:
    assert policy(RESERVED, Policies.parse(setting), host) == kept


@pytest.mark.parametrize("setting", ["reuters.com", "reuters.com=all", "=full", "a=full b=full"])
def test_a_wrong_policy_is_an_error_that_names_the_setting(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="NEWSCRAWL_POLICY"):
        Policies.parse(setting)


def test_the_headers_give_their_signals() -> None:
    headers = {
        "tdm-reservation": "1",
        "tdm-policy": "https://example.org/policy.json",
        "x-robots-tag": "noarchive",
        "link": '<https://example.org/wp-json/>; rel="https://api.w.org/",'
        ' <https://example.org/license.xml>; rel="license"; type="application/rsl+xml"',
        "content-type": "text/html",
    }
    assert header_signals(headers) == {
        "tdm-reservation": "1",
        "tdm-policy": "https://example.org/policy.json",
        "x-robots-tag": "noarchive",
        "license": "https://example.org/license.xml",
    }


def test_a_name_of_a_crawler_counts_to_the_end_of_its_header() -> None:
    lines = ["otherbot: noindex, max-snippet:-1", "max-image-preview:large, noarchive"]
    assert policy({"x-robots-tag": robots_tag(lines)}, Policies(), "a.example") == "excerpt"
    lines = ["newscrawl: noindex", "otherbot: noarchive"]
    assert policy({"x-robots-tag": robots_tag(lines)}, Policies(), "a.example") == "full"


def test_the_user_agent_names_whom_to_write_to() -> None:
    assert user_agent("me@example.org", "1.2") == "newscrawl/1.2 (+me@example.org)"
    assert user_agent(" ", "1.2") == "newscrawl/1.2"
    assert contact_notice("me@example.org") is None
    assert "NEWSCRAWL_CONTACT" in str(contact_notice(""))


@pytest.mark.parametrize("contact", ["a b", "a)", "x\r\nHost: evil", "é@x.org", "a" * 300])
def test_a_contact_that_breaks_the_header_is_refused(contact: str) -> None:
    with pytest.raises(ConfigurationError, match="NEWSCRAWL_CONTACT"):
        user_agent(contact, "1.2")
