"""Which addresses and URLs may be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.exceptions import ConfigurationError
from newscrawl.net.address_filter import Networks, url_problem
from newscrawl.urls.hosts import host_key, host_name

SHUT = """
0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808
64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378::1 2001:10::1 2001:20::1 2001:2::1 2001:db8::1
2002:7f00:1::1 2002:808:808::1 3fff::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1
2606:4700::1%1 ::ffff:0:127.0.0.1 4000::1 5f00::1 2001:1ff::1 fe80::5efe:7f00:1 0000::1
""".split()  # noqa: SIM905 - a table
PUBLIC = """
93.184.216.34 1.1.1.1 100.63.255.255 100.128.0.1 172.32.0.1 192.0.1.1 198.20.0.1 223.255.255.255
::ffff:1.1.1.1 2606:4700::1111 2001:200::1 2003::1 3fff:1000::1
""".split()  # noqa: SIM905 - a table


@pytest.mark.parametrize("address", SHUT)
def test_addresses_that_are_not_public_unicast_are_refused(address: str) -> None:
    assert Networks().refusal(address, 443) is not None


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_public_unicast_is_open_at_the_web_ports(address: str, port: int) -> None:
    assert Networks().refusal(address, port) is None


@pytest.mark.parametrize("port", [0, 1, 22, 25, 3306, 6379, 8000, 65535])
def test_other_ports_of_public_addresses_are_shut(port: int) -> None:
    assert Networks().refusal("1.1.1.1", port) is not None


def test_an_opened_network_opens_nothing_more() -> None:
    networks = Networks.parse("127.0.0.1/32")
    assert networks.refusal("127.0.0.1", 6379) is None
    assert networks.refusal("::ffff:127.0.0.1", 6379) is None
    for address in (*SHUT, "127.0.0.2", "::1"):
        if address not in {"127.0.0.1", "::ffff:127.0.0.1"}:
            assert networks.refusal(address, 80), address


@pytest.mark.parametrize(
    ("setting", "count"), [("", 0), (" , ", 0), ("127.0.0.1", 1), ("10.0.0.0/8,::1/128 ,", 2)]
)
def test_the_setting_is_a_list_of_cidrs(setting: str, count: int) -> None:
    assert len(Networks.parse(setting).opened) == count


@pytest.mark.parametrize("setting", ["localhost", "127.0.0.1/8", "10.0.0.0/33", "127.0.0.1:80"])
def test_a_wrong_cidr_is_an_error_that_names_the_setting(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="NEWSCRAWL_ALLOWED_NETWORKS"):
        Networks.parse(setting)


@given(st.text())
def test_no_text_is_taken_for_a_public_address_by_accident(text: str) -> None:
    refused = Networks().refusal(text, 80)
    assert refused or text.replace(".", "").replace(":", "").isalnum()


GOOD = [
    "https://example.org/",
    "http://example.org:8080/a?b=c",
    "https://xn--mnchen-3ya.de/",
    "http://a_b.example.org",
    "http://127.0.0.1:8000/",
    "http://[::1]:8000/",
    "https://example.org./",
    "https://4chan.example/",
    "https://2024.example.com/",
    "http://localhost:1/",
]
BAD = [
    "",
    "example.org",
    "//example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,x",
    "gopher://127.0.0.1:6379/_x",
    "http://",
    "http:///path",
    "https://user@example.org/",
    "https://user:secret@example.org/",
    "https://@example.org/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://example.org:abc/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://example.1/",
    "http://1.2.3.4.5/",
    "http://[fe80::1%25eth0]/",
    "http://[::1/",
    "http://a..b/",
    "http://ex ample.org/",
    "http://example.org/a\nb",
    "http://example.org\\@evil.example/",
    "http://exa%6dple.org/",
    "http://münchen.de/",
    "https://example.org/" + "a" * 5000,
    "http://" + "a." * 200 + "org/",
]


@pytest.mark.parametrize("url", GOOD)
def test_a_plain_url_has_no_problem(url: str) -> None:
    assert url_problem(url) is None


@pytest.mark.parametrize("url", BAD)
def test_a_url_that_must_not_be_requested_has_a_reason(url: str) -> None:
    assert url_problem(url)


@given(st.text() | st.text().map("http://{}".format))
def test_no_text_makes_the_check_of_urls_fail(url: str) -> None:
    key = host_key(url)
    if url_problem(url) is None:
        assert key
        assert host_name(key)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://example.org/", "example.org"),
        ("http://EXAMPLE.org:80/x", "example.org"),
        ("http://example.org:443/", "example.org:443"),
        ("https://example.org:8443/", "example.org:8443"),
        ("http://[0:0::1]:81/", "[::1]:81"),
        ("http://[::1]/", "[::1]"),
        ("ftp://example.org/", ""),
        ("http://example.org:x/", ""),
        ("http://[::1/", ""),
        ("mailto:me@example.org", ""),
        ("", ""),
    ],
)
def test_the_key_of_a_host_has_its_port_if_that_is_unusual(url: str, key: str) -> None:
    assert host_key(url) == key
