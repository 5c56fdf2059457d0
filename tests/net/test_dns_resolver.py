"""The resolver and the address filter: no connection is made to a forbidden address."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.net.server import Server, moved, page

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from tests.net.conftest import Crawl
    from tests.net.server import Visitor


def connections(canaries: list[Server]) -> list[int]:
    return [canary.connections for canary in canaries]


DISGUISED = {
    "mapped": "::ffff:127.0.0.2",
    "compatible": "::127.0.0.2",
    "translated": "::ffff:0:127.0.0.2",
    "nat64": "64:ff9b::7f00:2",
    "6to4": "2002:7f00:2::1",
    "teredo": "2001:0:7f00:2::1",
    "isatap": "fe80::5efe:7f00:2",
    "scoped": "::1%lo",
    "link-local": "fe80::1%lo",
}
"""Odd answers of a name server, by the name of the host."""


def test_no_way_leads_to_a_shut_address(
    crawl: Crawl, server: Server, canaries: list[Server]
) -> None:
    second, sixth = canaries
    port = second.port
    bad = [
        f"http://127.0.0.2:{port}/",
        f"http://[::1]:{sixth.port}/",
        f"http://[::ffff:127.0.0.2]:{port}/",
        f"http://[::ffff:7f00:2]:{port}/",
        f"http://[::127.0.0.2]:{port}/",
        f"http://2130706434:{port}/",
        f"http://0x7f000002:{port}/",
        f"http://0177.0.0.2:{port}/",
        f"http://127.2:{port}/",
        f"http://１２７.０.０.２:{port}/",
        f"http://127。0。0。2:{port}/",
        f"http://localhost6.test:{sixth.port}/",
        f"http://private.test:{port}/",
        f"http://PRIVATE.test.:{port}/",
        f"https://private.test:{port}/",
        *(f"http://{name}.test:{port}/" for name in DISGUISED),
        f"http://user:secret@127.0.0.1:{server.port}/",
        f"http://127.0.0.1@127.0.0.2:{port}/",
        f"http://0.0.0.0:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        f"ftp://127.0.0.2:{port}/",
        f"gopher://127.0.0.2:{port}/_x",
        "file:///etc/passwd",
        "data:text/html,<p>x",
        "javascript:alert(1)",
    ]
    server.routes |= {f"/{number}": moved(url) for number, url in enumerate(bad)}
    names = {
        "localhost6.test": [["::1"]],
        "private.test": [["127.0.0.2"]],
        "private.test.": [["127.0.0.2"]],
        **{f"{name}.test": [[address]] for name, address in DISGUISED.items()},
    }
    redirects = [f"{server.url}/{number}" for number in range(len(bad))]
    report = crawl([*bad, *redirects], names=names)
    told = dict(zip([*bad, *redirects], report.outcomes, strict=True))
    assert told == dict.fromkeys([*bad, *redirects], "unsafe_address")
    assert connections(canaries) == [0, 0]
    assert "secret" not in report.log


def test_of_several_addresses_the_allowed_ones_are_connected_to(
    crawl: Crawl, server: Server, canaries: list[Server]
) -> None:
    names = {"mixed.test": [["127.0.0.2", "127.0.0.1", "10.0.0.1"]]}
    server.routes["/"] = page("From the right one.")
    report = crawl([f"http://mixed.test:{server.port}/"], names=names)
    assert report.answers[0]["body"] == "From the right one."
    assert connections(canaries) == [0, 0]


def test_a_name_that_changes_between_look_ups_is_checked_each_time(
    crawl: Crawl, server: Server
) -> None:
    # The second server has the port of the first, on the address that nobody may connect to.
    with Server(address="127.0.0.2", port=server.port) as canary:

        def close(visitor: Visitor) -> None:
            visitor.send(page(b"", "404 Not Found", Connection="close"))

        server.routes |= {"/robots.txt": close}
        url = f"http://rebinding.test:{server.port}/"
        report = crawl([url], names={"rebinding.test": [["127.0.0.1"], ["127.0.0.2"]]})
    assert report.outcomes == ["unsafe_address"]
    assert canary.connections == 0


def test_rules_of_hosts_lead_to_no_shut_address_either(
    crawl: Crawl, server: Server, canaries: list[Server]
) -> None:
    with Server({"/": page(), "/.well-known/tdmrep.json": moved(canaries[0].url)}) as other:
        server.routes |= {"/": page(), "/robots.txt": moved(f"{canaries[0].url}/robots.txt")}
        report = crawl([f"{server.url}/", f"{other.url}/"])
    assert report.outcomes == ["unsafe_address", 200]
    assert report.answers[0]["robots"] == "unreachable"
    assert connections(canaries) == [0, 0]


def test_an_unknown_name_and_a_refused_one_have_different_outcomes(crawl: Crawl) -> None:
    names = {"private.test": [["10.0.0.1"]], "odd-port.test": [["93.184.216.34"]]}
    urls = ["http://unknown.invalid/", "http://private.test/", "http://odd-port.test:22/"]
    report = crawl(urls, names=names)
    assert report.outcomes == ["dns_error", "unsafe_address", "unsafe_address"]
    assert "port 22" in report.answers[2]["detail"]


def test_a_look_up_that_hangs_ends_in_time(crawl: Crawl) -> None:
    ask = ["http://hanging.test/"]
    names: dict[str, list[list[str]]] = {"hanging.test": [[]]}
    assert crawl(ask, names=names, DNS_TIMEOUT=0.3).outcomes == ["dns_error"]
    assert crawl(ask, names=names, NEWSCRAWL_CONNECT_TIMEOUT=0.3).outcomes == ["timeout"]


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver"}, "TWISTED_DNS"),
        ({"ROBOTSTXT_OBEY": False}, "NEWSCRAWL_ROBOTS_IGNORED_HOSTS"),
        ({"NEWSCRAWL_POLICY": "all"}, "NEWSCRAWL_POLICY"),
        ({"NEWSCRAWL_CONTACT": "a b"}, "NEWSCRAWL_CONTACT"),
    ],
)
def test_without_the_resolver_or_with_wrong_settings_nothing_is_requested(
    crawl: Crawl, server: Server, settings: dict[str, object], word: str
) -> None:
    report = crawl([f"{server.url}/"], **settings)
    assert report.answers == []
    assert word in report.errors[0]
    assert server.connections == 0


def test_the_proxies_of_the_environment_are_not_used(
    crawl: Crawl, server: Server, canaries: list[Server]
) -> None:
    server.routes["/"] = page("Direct.")
    environment = {"http_proxy": canaries[0].url, "HTTP_PROXY": canaries[0].url, "no_proxy": ""}
    report = crawl([f"{server.url}/"], environment=environment)
    assert report.answers[0]["body"] == "Direct."
    assert connections(canaries) == [0, 0]


def test_the_proxy_of_the_setting_is_exempt_by_host_and_port(crawl: Crawl) -> None:
    with Server(address="127.0.0.2") as proxy, Server(address="127.0.0.2") as neighbour:
        proxy.routes["http://site.test/"] = page("By proxy.")
        urls = [
            "http://site.test/",
            f"{neighbour.url}/",
            "http://10.0.0.1/",
            "http://site.test:22/",
        ]
        report = crawl(urls, NEWSCRAWL_PROXY=proxy.url)
    assert report.outcomes == [200, "unsafe_address", "unsafe_address", "unsafe_address"]
    assert report.answers[0]["body"] == "By proxy."
    assert {target.split("/")[2] for target in proxy.targets()} == {"site.test"}
    assert neighbour.connections == 0


def certificate(
    folder: Path, name: str, *, since: int = -1, days: int = 2
) -> tuple[Path, ssl.SSLContext]:
    """Return a self-signed certificate for *name* or an address, and a context that serves it.

    Args:
        since: The day that it is valid from, from today on; for so many *days*.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=since))
        .not_valid_after(now + dt.timedelta(days=since + days))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    pem = serialization.Encoding.PEM
    no_password = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password)
        + signed.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


def test_certificates_are_checked(crawl: Crawl, server: Server, tmp_path: Path) -> None:
    trusted, right = certificate(tmp_path, "127.0.0.1")
    _, stranger = certificate(tmp_path, "127.0.0.9")
    with ExitStack() as stack:
        tls = [
            stack.enter_context(Server({"/": page("Safe.")}, tls=one)) for one in (right, stranger)
        ]
        urls = [f"{tls[0].url}/", f"{tls[1].url}/", f"https://named.test:{tls[0].port}/"]
        urls.append(f"https://127.0.0.1:{server.port}/")  # which speaks no TLS
        names = {"named.test": [["127.0.0.1"]]}
        environment = {"SSL_CERT_FILE": str(trusted)}
        report = crawl(urls, names=names, environment=environment)
        assert report.outcomes == [200, "tls_error", "tls_error", "tls_error"]
        assert tls[1].visits == [], "what is not verified is not asked"
        assert {visit.headers["host"] for visit in tls[0].visits} == {tls[0].key}
    assert report.answers[0]["body"] == "Safe."


@pytest.mark.parametrize("since", [-9, 7])
def test_a_certificate_out_of_its_time_is_refused(crawl: Crawl, tmp_path: Path, since: int) -> None:
    trusted, context = certificate(tmp_path, "127.0.0.1", since=since)
    with Server({"/": page()}, tls=context) as server:
        report = crawl([f"{server.url}/"], environment={"SSL_CERT_FILE": str(trusted)})
    assert report.outcomes == ["tls_error"]
    assert server.visits == []


class EndlessHandshake:
    """Stands for a TLS context: sends the start of a handshake, then a byte now and then."""

    def __init__(self, pause: float) -> None:
        self._pause = pause

    def wrap_socket(self, sock: socket.socket, *, server_side: bool) -> socket.socket:
        assert server_side
        sock.sendall(b"\x16\x03\x03\x40\x00")
        for _ in range(200):
            time.sleep(self._pause)
            sock.sendall(b"\x02")
        return sock


@pytest.mark.parametrize("pause", [0.5, 20])
def test_a_handshake_without_an_end_ends_in_time(crawl: Crawl, pause: float) -> None:
    with Server(tls=EndlessHandshake(pause)) as server:
        report = crawl([f"{server.url}/"], NEWSCRAWL_READ_TIMEOUT=1, DOWNLOAD_TIMEOUT=3)
    assert report.outcomes == ["timeout"]
    assert report.answers[0]["seconds"] < 60, "all of it takes 100 seconds"


@pytest.mark.parametrize("host", ["127.0.0.2", "proxy.test"])
def test_tls_goes_through_a_proxy_and_is_checked_there_too(
    crawl: Crawl, tmp_path: Path, host: str
) -> None:
    trusted, context = certificate(tmp_path, "site.test")
    with Server({"/": page("Through.")}, tls=context) as site:

        def tunnel(visitor: Visitor) -> None:
            visitor.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            visitor.pipe("127.0.0.1", site.port)

        routes = {"site.test:443": tunnel, "other.test:443": tunnel}
        with Server(routes, address="127.0.0.2") as proxy:
            report = crawl(
                ["https://site.test/", "https://other.test/"],
                NEWSCRAWL_PROXY=f"http://{host}:{proxy.port}",
                names={"proxy.test": [["127.0.0.2"]]},
                environment={"SSL_CERT_FILE": str(trusted)},
            )
    assert report.outcomes == [200, "tls_error"]
    assert report.answers[0]["body"] == "Through."
