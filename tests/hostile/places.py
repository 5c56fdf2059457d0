"""Forbidden targets of requests: forms of two loopback addresses, and schemes beside http."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Canaries:
    """The ports of two servers that nobody may connect to, and of one that is allowed."""

    ipv4_port: int
    ipv6_port: int
    allowed_port: int


def forbidden_places(canaries: Canaries) -> dict[str, str]:
    """Return URLs by name. A client that understands any of them ends up at a canary."""
    v4, v6, allowed = canaries.ipv4_port, canaries.ipv6_port, canaries.allowed_port
    return {
        "plain": f"http://127.0.0.2:{v4}/",
        "ipv6": f"http://[::1]:{v6}/",
        "ipv6-long": f"http://[0:0:0:0:0:0:0:1]:{v6}/",
        "ipv6-scoped": f"http://[::1%25lo]:{v6}/",
        "mapped": f"http://[::ffff:127.0.0.2]:{v4}/",
        "mapped-hex": f"http://[::ffff:7f00:2]:{v4}/",
        "decimal": f"http://2130706434:{v4}/",
        "hex": f"http://0x7f000002:{v4}/",
        "hex-parts": f"http://0x7f.0x0.0x0.0x2:{v4}/",
        "octal": f"http://0177.0.0.02:{v4}/",
        "short": f"http://127.2:{v4}/",
        "full-width": f"http://１２７.０.０.２:{v4}/",
        "trailing-dot": f"http://127.0.0.2.:{v4}/",
        "percent": f"http://127%2e0%2e0%2e2:{v4}/",
        "upper-case": f"HTTP://127.0.0.2:{v4}/",
        "no-scheme": f"//127.0.0.2:{v4}/",
        "backslashes": f"http:\\\\127.0.0.2:{v4}\\",
        "tab-inside": f"ht\ttp://127.0.0.2:{v4}/",
        "user-info": f"http://127.0.0.1:{allowed}@127.0.0.2:{v4}/",
        "credentials": f"http://user:secret@127.0.0.1:{allowed}/",
        "file": "file:///etc/passwd",
        "ftp": f"ftp://127.0.0.2:{v4}/",
        "gopher": f"gopher://127.0.0.2:{v4}/_x",
        "javascript": "javascript:alert(1)",
        "data": "data:text/html,<h1>data</h1>",
    }


LINKED = ("plain", "ipv6", "mapped", "decimal", "hex", "octal", "short", "full-width", "user-info")
"""Places that a post's own button leads to; a browser's other forms may be no link at all."""
